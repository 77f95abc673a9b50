"""What a request asks for beyond a plain exchange of JSON, found in one pass over its headers.

Most requests ask for nothing: then a few lookups is all that any of this room costs them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from litestar.types import Scope

from api.http.negotiation import JSON, MESSAGE_PACK_NAMES

Headers = dict[bytes, bytes]
ASKED, WANTED = "asked", "wanted"
"""Where the state of a request has the watched headers, and how the response is wanted if that is unusual."""

WATCHED: dict[bytes, tuple[bytes, ...]] = {
    b"authorization": (),
    b"content-length": (),
    b"content-type": (b"application/json", b"application/json; charset=utf-8"),
    b"content-encoding": (b"identity",),
    b"accept": (b"*/*", b"application/json"),
    b"accept-encoding": (b"identity",),
    b"if-none-match": (),
    b"idempotency-key": (),
    b"pacer-client": (),
}
"""The headers that matter here, with the values that need not be looked at again."""
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
    for name, value in headers:
        usual = WATCHED.get(name)
        if usual is not None and value not in usual:
            found[name] = found[name] + b", " + value if name in found else value
    return found


def asked_of(scope: Scope) -> Headers:
    """The watched headers of a request."""
    state = scope["state"]
    found: Headers | None = state.get(ASKED)
    if found is None:
        found = state[ASKED] = watched(scope["headers"])
    return found
