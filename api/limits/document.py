"""How the limits stand in the OpenAPI document."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

LIMIT_HEADERS: Json = {
    "RateLimit": {
        "description": "What is left of the limit: r requests now, and all of it again in t seconds; after a 429 the "
        "next request in t seconds (draft-ietf-httpapi-ratelimit-headers). Not sent without a limit or a valid token.",
        "schema": {"type": "string", "examples": ['"learner";r=5999;t=1']},
    },
    "RateLimit-Policy": {
        "description": "The limit: q requests at once after a rest, refilled evenly over w seconds.",
        "schema": {"type": "string", "examples": ['"learner";q=6000;w=60']},
    },
}
RETRY_HEADER: Json = {
    "Retry-After": {
        "description": "Seconds after which the next request is allowed.",
        "schema": {"type": "integer", "minimum": 1, "examples": [30]},
    }
}


def with_limits(responses: Json) -> Json:
    """The responses of a limited operation, by status, with the headers that tell of the limit."""
    return {
        status: {**response, "headers": {**response.get("headers", {}), **LIMIT_HEADERS, **retry_of(status)}}
        for status, response in responses.items()
    }


def retry_of(status: str) -> Json:
    """When to come again, where that is told."""
    return RETRY_HEADER if status == "429" else {}
