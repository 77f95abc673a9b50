"""Cursors of lists: opaque, bound to their list and its reader, and sealed, so that nobody can make one."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

import msgspec
from litestar.params import QueryParameter

from api.http.errors import CursorError
from api.wire import Slot

SEAL_BYTES = 12
MAX_LENGTH = 512
MAX_PAGE = 100
T = TypeVar("T")

Cursor = Annotated[
    str | None,
    QueryParameter(description="`nextCursor` of the page before; none for the first.", max_length=MAX_LENGTH),
]
Limit = Annotated[int, QueryParameter(description="How many at most.", ge=1, le=MAX_PAGE)]


class Cursors:
    """Makes and reads cursors under the server's secret."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"pacer cursors", "sha256")

    def after(self, place: str, scope: str) -> str:
        """The cursor that goes on after a place of the list that `scope` names."""
        return urlsafe_b64encode(self._seal(place, scope) + place.encode()).decode().rstrip("=")

    def read(self, cursor: str, scope: str) -> str:
        """The place that a cursor goes on after.

        Raises:
            CursorError: it is damaged, made up, or of another list.
        """
        try:
            raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
            seal, place = raw[:SEAL_BYTES], raw[SEAL_BYTES:].decode()
        except (Base64Error, ValueError) as error:
            raise _bad() from error
        if not hmac.compare_digest(seal, self._seal(place, scope)):
            raise _bad()
        return place

    def page(
        self, items: Sequence[T], key: Callable[[T], str], scope: str, cursor: str | None, limit: int
    ) -> tuple[tuple[T, ...], str | None]:
        """A page of items that rise by `key`, and the cursor of the next one. Raises CursorError."""
        after = None if cursor is None else self.read(cursor, scope)
        left = [item for item in items if after is None or key(item) > after]
        page = tuple(left[:limit])
        return page, self.after(key(page[-1]), scope) if len(left) > limit else None

    def _seal(self, place: str, scope: str) -> bytes:
        return hmac.digest(self._key, msgspec.json.encode((scope, place)), "sha256")[:SEAL_BYTES]


def _bad() -> CursorError:
    return CursorError(
        "the cursor is not one of this list; leave it out to begin again, or send `nextCursor` unchanged"
    )


CURSORS: Slot[Cursors] = Slot("cursors")
