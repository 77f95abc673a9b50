"""Translations on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

from api.wire import Wire

FieldText = Annotated[str, msgspec.Meta(max_length=8000)]


class TranslationRequest(Wire, frozen=True, kw_only=True):
    """Texts of an item in another language. What is absent or null stays; what is given is fresh, also if it reads as
    before.

    Attributes:
        hints: all of them, or none.
        options: by the id of the option.
    """

    prompt: FieldText | None = None
    hints: Annotated[tuple[FieldText, ...], msgspec.Meta(max_length=20)] | None = None
    explanation: FieldText | None = None
    options: dict[str, FieldText] | None = None


class Untranslated(Wire, frozen=True, kw_only=True):
    """An item that is not wholly translated: fields without a translation, and those whose source changed since."""

    id: str
    missing: tuple[str, ...]
    stale: tuple[str, ...]


class TranslationState(Wire, frozen=True, kw_only=True):
    """How far a course is translated. Templates speak by themselves and are not counted.

    Attributes:
        n_items: all items; `n_complete` of them have every field, and fresh.
        items: those that need work, at most 1,000, in order of id.
    """

    locale: str
    n_items: int
    n_complete: int
    n_missing: int
    n_stale: int
    items: tuple[Untranslated, ...]
