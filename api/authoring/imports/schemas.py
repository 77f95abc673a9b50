"""Imports and exports on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

from api.authoring.imports.naming import Existing
from api.authoring.imports.review import State
from api.authoring.media.schemas import Data, FileName
from api.authoring.schemas import ItemForm, Name
from api.wire import UUID7, Identifier, Instant, Locale, Wire
from content.formats.exchange import LossKind

MAX_NAMED = 20_000
FormatName = Annotated[str, msgspec.Meta(min_length=1, max_length=40, examples=["gift"])]


class ImportRequest(Wire, frozen=True, kw_only=True):
    """A file to read: its bytes, or an upload that has them.

    Attributes:
        format: its format; null finds it from the bytes and the name.
        skill, band, locale: where items go that do not say so themselves.
    """

    filename: FileName
    skill: Name
    band: Name
    locale: Locale = "en"
    format: FormatName | None = None
    data: Data | None = None
    upload_id: UUID7 | None = None


class LossView(Wire, frozen=True, kw_only=True):
    """What became of one thing of the file: kept in another place, changed or dropped, and why."""

    kind: LossKind
    where: str
    what: str
    why: str


class ImportView(Wire, frozen=True, kw_only=True):
    """What a file gives. Nothing of it is in the course before it is confirmed.

    Attributes:
        refused: questions that give no item, each with its reason.
        losses: what else is not as it was; at most 5,000 of `nLosses`.
        existing: ids that the course has already.
        n_written: items that were written when it was confirmed.
    """

    id: Identifier
    state: State
    at: Instant
    format: str
    filename: str
    title: str
    n_items: int
    n_refused: int
    n_losses: int
    refused: tuple[LossView, ...]
    losses: tuple[LossView, ...]
    existing: tuple[str, ...]
    n_written: int
    expires_at: Instant


class ImportedItem(Wire, frozen=True, kw_only=True):
    """An item that the file gives."""

    item: ItemForm


class ImportedItems(Wire, frozen=True, kw_only=True):
    """Items in order of id. `nextCursor` asks for the following ones; null at the end."""

    items: tuple[ImportedItem, ...]
    next_cursor: str | None


class ConfirmRequest(Wire, frozen=True, kw_only=True):
    """Which items to write, null for all; and what to do where the course has one of that id."""

    items: Annotated[tuple[Name, ...], msgspec.Meta(max_length=MAX_NAMED)] | None = None
    existing: Existing = "rename"


class FormatView(Wire, frozen=True, kw_only=True):
    """A format of others, and which way it goes."""

    name: str
    title: str
    suffixes: tuple[str, ...]
    reads: bool
    writes: bool


class FormatList(Wire, frozen=True, kw_only=True):
    """All formats."""

    items: tuple[FormatView, ...]


class ExportView(Wire, frozen=True, kw_only=True):
    """A file, and what it could not hold. `data` is Base64 in JSON."""

    format: str
    filename: str
    type: str
    data: bytes
    losses: tuple[LossView, ...]
