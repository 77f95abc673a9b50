"""The trace id of a request: one for its problem, its log lines and its trace.

It is the caller's, if the request carries a W3C `traceparent`, else made; and found only when somebody asks, so that a
request that goes well pays for one context variable.
"""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar
from typing import Any

TRACEPARENT = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
KEY = "pacer.trace_id"
NO_TRACE = "0" * 32

CURRENT: ContextVar[Any] = ContextVar("pacer_request", default=None)
"""The ASGI scope of the request under way, set by the gate; work that a request starts inherits it."""


def trace_id_of(scope: Any) -> str:
    """The trace id of a request, 32 hexadecimal digits, the same each time."""
    known: str | None = scope.get(KEY)
    if known is None:
        known = scope[KEY] = _given(scope["headers"]) or secrets.token_hex(16)
    return known


def _given(headers: Any) -> str:
    for name, value in headers:
        if name == b"traceparent":
            match = TRACEPARENT.match(value)
            return match[1].decode() if match and match[1] != NO_TRACE.encode() else ""
    return ""
