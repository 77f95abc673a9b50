"""The OpenAPI document, made from the routes and the very types that read and write the wire.

Litestar's own document would show another error shape than the wire has, no discriminators and unusable operation ids.
Schemas come from msgspec here: what it decodes and encodes by is what the document shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.params import BodyKwarg, HeaderParameter, ParameterKwarg, PathParameter
from litestar.routes import HTTPRoute
from litestar.utils.path import normalize_path

from api.errors import (
    GONE,
    HEAD_TOO_LARGE,
    INTERNAL,
    INVALID,
    PREFIX,
    PROBLEM_JSON,
    TABLE,
    TOO_LARGE,
    TOO_MANY,
    TOO_SLOW,
    UNAUTHENTICATED,
    UNAVAILABLE,
    Kind,
    Problem,
    kind_of,
)
from api.examples import SCHEMAS, Json, example_of
from api.http.document import ABOUT, content_of, headers_of, parameters, portable, unchanged, with_success
from api.http.document import kinds as of_sending
from api.http.rules import answers_struct, rules_of
from api.limits.document import with_limits
from api.limits.limiter import SIGN_IN_PATHS

VERSION = "0.1.0"
OPENAPI = "3.1.0"
PLACES: dict[type[Any], str] = {PathParameter: "path", HeaderParameter: "header"}
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PATH_PARAMETER = re.compile(r"{\w+}")
ATTRIBUTES = re.compile(r"\n\s*Attributes:\n(?P<fields>.*)", re.DOTALL)
ATTRIBUTE = re.compile(r"^\s*(?P<names>\w+(?:, \w+)*): (?P<text>.*)$")
DESCRIPTION = """A learning service whose tutor is trained by reinforcement learning.

A phone starts as a guest, enrols on a track, opens a session, and answers exercises; every answer returns its grade,
its reward and the next exercise. Unknown fields are ignored. Every error is an `application/problem+json` whose `type`
is stable. Instants are UTC with milliseconds."""


class OperationError(Exception):
    """A route cannot be documented; the text names it and what it lacks."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One route with one method, and the types on it. `answer` is None where there is no JSON body."""

    path: str
    method: str
    handler: HTTPRouteHandler
    parameters: tuple[tuple[str, str, Any, bool], ...]
    body: Any
    answer: Any

    @property
    def public(self) -> bool:
        """Whether it needs no token."""
        return "public" in self.handler.opt

    @property
    def limited(self) -> bool:
        """Whether requests of one learner, or of one address, are counted."""
        return not self.public or self.path.startswith(SIGN_IN_PATHS)

    @property
    def types(self) -> Iterator[Any]:
        """Every type that its schemas are made from."""
        yield from (kind for kind in (self.body, self.answer) if kind is not None)
        yield from (annotation for _, _, annotation, _ in self.parameters)


def document(app: Litestar) -> Json:
    """The document of every route of an app that is included in it.

    Raises:
        OperationError: a route has no operation id or no summary.
    """
    operations = tuple(find_operations(app))
    kinds = [Problem, *(kind for operation in operations for kind in operation.types)]
    streamed = [kind for operation in operations for kind in operation.handler.opt.get("streams", ())]
    schemas, components = msgspec.json.schema_components([*kinds, *streamed], ref_template=SCHEMAS + "{name}")
    found = iter(schemas[1:])
    paths: dict[str, Json] = {}
    for operation in operations:
        own = [next(found) for _ in operation.types]
        paths.setdefault(operation.path, {})[operation.method] = describe(operation, own, components)
    return {
        "openapi": OPENAPI,
        "info": {
            "title": "Pacer",
            "version": VERSION,
            "description": f"{DESCRIPTION}\n\n{ABOUT}",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": portable(paths),
        "components": {
            "schemas": {name: portable(with_field_texts(schema)) for name, schema in components.items()},
            "securitySchemes": {"accessToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def find_operations(app: Litestar) -> Iterator[Operation]:
    """Routes and methods that belong in the document, by path."""
    for route in sorted((r for r in app.routes if isinstance(r, HTTPRoute)), key=lambda route: route.path_format):
        for handler in route.route_handlers:
            if not handler.resolve_include_in_schema():
                continue
            if not isinstance(handler.operation_id, str) or not handler.summary:
                raise OperationError(f"{route.path} needs operation_id= and summary= on its handler")
            for method in sorted(handler.http_methods):
                yield _operation(normalize_path(route.path_format), str(method).lower(), handler)


def _operation(path: str, method: str, handler: HTTPRouteHandler) -> Operation:
    hints = get_type_hints(handler.fn, include_extras=True)
    answer = hints.pop("return")
    if not answers_struct(handler):
        answer = None
    fields = handler.parsed_fn_signature.parameters
    return Operation(
        path=PATH_PARAMETER.sub(lambda match: camel(match[0]), path),
        method=method,
        handler=handler,
        parameters=tuple(_parameters(hints, fields)),
        body=handler.opt.get("body") or next((hint for hint in hints.values() if _marker(hint, BodyKwarg)), None),
        answer=answer,
    )


def _parameters(hints: Json, fields: Json) -> Iterator[tuple[str, str, Any, bool]]:
    for name, hint in hints.items():
        if marker := _marker(hint, ParameterKwarg):
            place = next((name for kind, name in PLACES.items() if isinstance(marker, kind)), "query")
            shown = camel(name) if place == "path" else marker.name or name
            yield shown, place, hint, place == "path" or not fields[name].has_default


def _marker(hint: Any, kind: type[Any]) -> Any:
    if get_origin(hint) is not Annotated:
        return None
    return next((extra for extra in get_args(hint)[1:] if isinstance(extra, kind)), None)


def describe(operation: Operation, schemas: list[Json], components: Json) -> Json:
    """The Operation Object. `schemas` are those of `operation.types`, in their order."""
    handler, left = operation.handler, list(schemas)
    text: Json = {
        "operationId": handler.operation_id,
        "summary": handler.summary,
        "description": " ".join((handler.fn.__doc__ or "").split()),
        "tags": sorted(handler.resolve_tags() or ()),
        "security": security(operation.handler),
    }
    if operation.body is not None:
        schema = left.pop(0)
        text["requestBody"] = {"required": True, "content": content_of(schema, example_of(schema, components))}
    rules = rules_of(handler)
    success = _success(operation, left.pop(0) if operation.answer is not None else None, components)
    own = [
        {"name": name, "in": place, "required": required, "schema": schema}
        for (name, place, _, required), schema in zip(operation.parameters, left, strict=True)
    ]
    if listed := [*own, *parameters(rules, public=operation.public)]:
        text["parameters"] = listed
    if "deprecated" in handler.opt:
        text["deprecated"] = True
    responses = {str(handler.status_code): with_success(rules, success), **unchanged(rules), **problems(operation)}
    text["responses"] = with_limits(responses) if operation.limited else responses
    return text


def security(handler: HTTPRouteHandler) -> list[Json]:
    """Whether a route needs a token, takes one (`opt={"public": True, "optional": True}`), or minds none."""
    token: Json = {"accessToken": []}
    if "optional" in handler.opt:
        return [{}, token]
    return [] if "public" in handler.opt else [token]


def _success(operation: Operation, schema: Json | None, components: Json) -> Json:
    handler = operation.handler
    status = HTTPStatus(handler.status_code)
    if schema is not None:
        content: Json = content_of(schema, example_of(schema, components))
    elif status is HTTPStatus.NO_CONTENT:
        content = {}
    else:
        answers = handler.opt.get("answers", (str(handler.media_type),))
        content = {media_type: {"schema": {"type": "string"}} for media_type in answers}
    return {"description": handler.response_description or status.phrase, **({"content": content} if content else {})}


def problems(operation: Operation) -> Json:
    """Every problem the operation can answer with, by status."""
    own = of_sending(rules_of(operation.handler), body=operation.body is not None)
    kinds = [INVALID, INTERNAL, UNAVAILABLE, *_declared(operation.handler), *own]
    if not operation.public:
        kinds += [UNAUTHENTICATED, GONE]
    elif "optional" in operation.handler.opt:
        kinds.append(GONE)
    if operation.limited:
        kinds.append(TOO_MANY)
    by_status: dict[int, dict[str, Kind]] = {}
    for kind in kinds:
        by_status.setdefault(kind.status, {})[kind.name] = kind
    return {str(status): _problem_response(status, by_status[status].values()) for status in sorted(by_status)}


def _declared(handler: HTTPRouteHandler) -> Iterator[Kind]:
    for error in handler.opt.get("raises", ()):
        kind = kind_of(error)
        if kind is None:
            raise OperationError(f"{handler.operation_id} raises {error.__name__}, which api.errors.TABLE lacks")
        yield kind


def _problem_response(status: int, kinds: Iterable[Kind]) -> Json:
    listed = tuple(kinds)
    examples = {kind.name: {"summary": kind.title, "value": problem_example(kind)} for kind in listed}
    content = {PROBLEM_JSON: {"schema": {"$ref": SCHEMAS + "Problem"}, "examples": examples}}
    text = "; ".join(kind.title for kind in listed)
    return {"description": text, **headers_of(status, listed), "content": content}


def problem_example(kind: Kind) -> Json:
    """A problem of that type, as JSON."""
    problem = Problem(
        type=PREFIX + kind.name, title=kind.title, status=kind.status, detail=kind.title + ".", trace_id=TRACE
    )
    example: Json = msgspec.to_builtins(problem)
    return example


def problem_kinds() -> tuple[Kind, ...]:
    """Every problem type, by status and name."""
    kinds = {kind.name: kind for kind in (*TABLE.values(), TOO_LARGE, HEAD_TOO_LARGE, TOO_SLOW, INTERNAL)}
    return tuple(sorted(kinds.values(), key=lambda kind: (kind.status, kind.name)))


def with_field_texts(schema: Json) -> Json:
    """Move the "Attributes:" of a docstring to the descriptions of the properties they name."""
    match = ATTRIBUTES.search(schema.get("description", ""))
    if match is None:
        return schema
    properties = {name: dict(value) for name, value in schema.get("properties", {}).items()}
    for names, text in _attribute_texts(match["fields"]):
        for name in names.split(", "):
            if (found := properties.get(camel(name))) is not None and "$ref" not in found:
                found.setdefault("description", text)
    return {**schema, "description": schema["description"][: match.start()].strip(), "properties": properties}


def _attribute_texts(block: str) -> Iterator[tuple[str, str]]:
    names = ""
    lines: list[str] = []
    for line in [*block.splitlines(), "end: "]:
        match = ATTRIBUTE.match(line)
        if match is None:
            lines.append(line.strip())
            continue
        if names:
            yield names, " ".join(lines).strip()
        names, lines = match["names"], [match["text"]]


def camel(name: str) -> str:
    """snake_case to camelCase, as msgspec renames."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
