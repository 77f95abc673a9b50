"""What a request asks for beyond a plain exchange of JSON, found in one pass over its headers.

Most requests ask for nothing: then a few lookups is all that any of this room costs them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from api.http.negotiation import JSON, MESSAGE_PACK_NAMES

Headers = dict[bytes, bytes]

WATCHED = frozenset(
    {
        b"authorization",
        b"content-length",
        b"content-type",
        b"content-encoding",
        b"accept",
        b"accept-encoding",
        b"if-none-match",
        b"idempotency-key",
        b"pacer-client",
    }
)
USUAL = frozenset(
    {
        (b"accept", b"*/*"),
        (b"accept", b"application/json"),
        (b"accept-encoding", b"identity"),
        (b"content-encoding", b"identity"),
        (b"content-type", b"application/json"),
        (b"content-type", b"application/json; charset=utf-8"),
    }
)
"""What need not be looked at again."""
PLAIN = frozenset({b"authorization", b"content-length", b"content-type", b"content-encoding"})
"""What the gate and the reading of the body look at by themselves."""


class Wanted(NamedTuple):
    """How a response is wanted: media type, content coding ("" for none), and If-None-Match."""

    format: str = JSON
    coding: str = ""
    known: str = ""

    @property
    def packed(self) -> bool:
        """Whether it is wanted as MessagePack."""
        return self.format in MESSAGE_PACK_NAMES


PLAINLY = Wanted()


def watched(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers that matter here and say something unusual; several of one name are joined."""
    found: Headers = {}
    for header in headers:
        name = header[0]
        if name in WATCHED and header not in USUAL:
            found[name] = found[name] + b", " + header[1] if name in found else header[1]
    return found
