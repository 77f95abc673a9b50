"""Search and bulk edits on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

from api.authoring.schemas import ItemRow, Name, Patch
from api.wire import Wire

MAX_BULK = 1000


class Found(Wire, frozen=True, kw_only=True):
    """Items that a search found, those with the words in their prompt first; at most as many as were asked for."""

    items: tuple[ItemRow, ...]


class BulkRequest(Wire, frozen=True, kw_only=True):
    """Fields to put in many items in place of those there, as in a change of one."""

    items: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=MAX_BULK, examples=[["oceans"]])]
    item: Patch


class Refusal(Wire, frozen=True, kw_only=True):
    """An item that was not changed, and why."""

    id: str
    why: str


class BulkResult(Wire, frozen=True, kw_only=True):
    """What a bulk edit did; one item that is refused holds none of the others up."""

    changed: tuple[str, ...]
    refused: tuple[Refusal, ...]
