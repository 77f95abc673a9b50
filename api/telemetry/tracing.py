"""Traces by OpenTelemetry: a span for each request and for each call of the store, sent to a collector by OTLP/HTTP.

Off, at no cost, unless the environment names a collector in OpenTelemetry's own variables. Spans hold the route, the
status and the kind of an error; never a path, a body, an address, or whatever else says who it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from api.settings import SettingsError
from api.store import Store
from api.store.ports import Documents, Journal
from api.telemetry.trace_ids import KEY

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
DISABLED = "OTEL_SDK_DISABLED"
SERVICE = "OTEL_SERVICE_NAME"
CARRIED = {b"traceparent", b"tracestate"}


def open_tracing(environment: Mapping[str, str]) -> Tracing | None:
    """Tracing as the variables of OpenTelemetry say; None if they name no collector.

    Raises:
        SettingsError: a collector is named, and the packages to reach it are missing.
    """
    if environment.get(DISABLED, "").lower() == "true" or not any(environment.get(name) for name in ENDPOINTS):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"{' or '.join(ENDPOINTS)} is set, and sending traces needs the package {error.name!r};"
            " run: pip install 'pacer[telemetry]'"
        ) from error
    provider = TracerProvider(resource=Resource.create({} if environment.get(SERVICE) else {"service.name": "pacer"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Tracing(provider)


class Tracing:
    """Wraps the app and the store, so that neither knows of it."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("pacer")

    def app(self, app: ASGIApp) -> ASGIApp:
        """The app with a span around each request, which goes on with the caller's trace if it brings one."""
        from opentelemetry.propagate import extract
        from opentelemetry.trace import SpanKind, StatusCode, format_trace_id

        tracer = self._tracer

        async def traced(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP:
                await app(scope, receive, send)
                return
            method, status = scope["method"], 500
            with tracer.start_as_current_span(
                method,
                context=extract({name.decode(): value.decode() for name, value in scope["headers"] if name in CARRIED}),
                kind=SpanKind.SERVER,
                attributes={"http.request.method": method, "url.scheme": scope["scheme"]},
                record_exception=False,
                set_status_on_exception=False,
            ) as span:
                cast(dict[str, Any], scope)[KEY] = format_trace_id(span.get_span_context().trace_id)

                async def watched(message: Message) -> None:
                    nonlocal status
                    if message["type"] == "http.response.start":
                        status = message["status"]
                    await send(message)

                try:
                    await app(scope, receive, watched)
                finally:
                    route = scope.get("path_template")
                    if route:
                        span.update_name(f"{method} {route}")
                        span.set_attribute("http.route", str(route))
                    span.set_attribute("http.response.status_code", status)
                    if status >= 500:
                        span.set_status(StatusCode.ERROR)

        return traced

    def store(self, store: Store) -> Store:
        """The store with a span around each call of its journal and documents."""
        return cast(Store, _TracedStore(store, self._tracer))

    def close(self) -> None:
        """Send what is left, for some seconds at most."""
        self._provider.shutdown()


class _TracedStore:
    """A store whose two ports are traced; all else is its own."""

    def __init__(self, store: Store, tracer: Tracer) -> None:
        self._store = store
        self.journal = cast(Journal, _TracedPort(store.journal, "journal", tracer))
        self.documents = cast(Documents, _TracedPort(store.documents, "documents", tracer))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def __str__(self) -> str:
        return str(self._store)


class _TracedPort:
    """A port whose coroutine methods each run in a span."""

    def __init__(self, port: object, name: str, tracer: Tracer) -> None:
        self._port, self._name, self._tracer = port, name, tracer

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        if asyncio.iscoroutinefunction(method):
            method = self._traced(f"{self._name}.{name}", method)
        self.__dict__[name] = method
        return method

    def _traced(self, span_name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        from opentelemetry.trace import SpanKind, StatusCode

        async def call(*arguments: Any, **named: Any) -> Any:
            with self._tracer.start_as_current_span(
                span_name, kind=SpanKind.CLIENT, record_exception=False, set_status_on_exception=False
            ) as span:
                try:
                    return await method(*arguments, **named)
                except Exception as error:
                    span.set_attribute("error.type", type(error).__name__)
                    span.set_status(StatusCode.ERROR)
                    raise

        return call
