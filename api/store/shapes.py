"""How documents that an older Pacer stored become today's.

Bodies belong to the feature rooms. A room whose stored struct gets a field without a default adds a change here that
fills it; changes are only ever added, and each is applied once to a store, when a newer Pacer first opens it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from api.store.ports import CorruptStoreError, Document
from api.store.retention import day_of

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the documents of some kinds. It may meet what it has changed already, and leaves that as it is."""

    name: str
    kinds: tuple[str, ...]
    apply: Callable[[Body], Body]


def _with_day(body: Body) -> Body:
    """A link or an invitation with the day on which it expires, by which it is found then."""
    return {"day": str(day_of(body["expires_at"])), **body}


CHANGES: tuple[Change, ...] = (
    Change("links and invitations name the day on which they expire", ("mailClaim", "invitation"), _with_day),
)


def reshaped(document: Document, changes: Sequence[Change] = CHANGES) -> Document:
    """The document after those of the changes that concern it, with the version it had.

    Raises:
        CorruptStoreError: its body is not what any Pacer wrote.
    """
    concerning = [change for change in changes if document.kind in change.kinds]
    if not concerning:
        return document
    try:
        body = found = msgspec.json.decode(document.body, type=Body)
        for change in concerning:
            body = change.apply(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise CorruptStoreError(f"{document.kind} {document.id!r} is damaged: {error}") from error
    return document if body == found else msgspec.structs.replace(document, body=msgspec.json.encode(body))
