"""What a reader gathers from a file: items that can be served, media, and a line for everything that was lost."""

from __future__ import annotations

from collections.abc import Callable

from content.consistency import ID
from content.formats.exchange import Blob, FormatError, Imported, Loss, LossKind, Placement, blob
from content.formats.limits import MAX_ITEMS
from content.formats.media_types import media_type
from content.formats.names import slug
from content.item_rules import find_item_faults
from content.items import Item, Media

MAX_LOSSES = 200_000


class QuestionError(ValueError):
    """One question gives no item; the message says why."""


class Collector:
    """Gathers the result of reading one file."""

    def __init__(self, format: str, placement: Placement) -> None:
        self.format = format
        self.placement = placement
        self.title = ""
        self._items: dict[str, Item] = {}
        self._blobs: dict[str, Blob] = {}
        self._losses: dict[tuple[str, str, str, str], Loss] = {}
        self._refused: list[Loss] = []
        self._numbers: dict[str, int] = {}

    def lose(self, kind: LossKind, where: str, what: str, why: str) -> None:
        """Note once that something was kept elsewhere, changed or dropped."""
        loss = Loss(kind, where[:200], what[:300], why[:300])
        if len(self._losses) < MAX_LOSSES:
            self._losses.setdefault((kind, loss.where, loss.what, loss.why), loss)

    def refuse(self, where: str, what: str, why: str) -> None:
        """Note a question that gives no item."""
        if len(self._refused) >= MAX_ITEMS:
            raise FormatError(f"the file holds more than {MAX_ITEMS} questions that give no item")
        self._refused.append(Loss("dropped", where[:200], what[:300], why[:600]))

    def free_id(self, wanted: str, fallback: str = "question") -> str:
        """An id like the wanted one that no item has yet."""
        base = wanted if ID.fullmatch(wanted) and len(wanted) <= 100 else slug(wanted, fallback)
        if base not in self._items:
            return base
        number = self._numbers.get(base, 1)
        while True:
            number += 1
            if f"{base}-{number}" not in self._items:
                self._numbers[base] = number
                return f"{base}-{number}"

    def attempt(self, where: str, what: str, make: Callable[[], None]) -> None:
        """Make the items of one question; if that fails, it is refused with its reason."""
        try:
            make()
        except QuestionError as error:
            self.refuse(where, what, str(error))

    def add(self, item: Item) -> None:
        """Keep an item.

        Raises:
            QuestionError: it could not be served.
        """
        if len(self._items) >= MAX_ITEMS:
            raise FormatError(f"the file holds more than {MAX_ITEMS} questions: split it")
        faults = find_item_faults(item)
        if faults:
            raise QuestionError("; ".join(f"{fault.pointer}: {fault.message}" for fault in faults[:3]))
        self._items[item.id] = item

    def media(self, data: bytes, name: str, alt: str = "") -> Media | None:
        """Keep a media file; None if its bytes are of no known type."""
        found = media_type(data)
        if not found:
            return None
        kept = blob(data, found, name.rpartition("/")[2][:200])
        self._blobs.setdefault(kept.sha256, kept)
        return Media(sha256=kept.sha256, type=found, alt=alt, name=kept.name)

    def result(self) -> Imported:
        """All of it; media that no item names is left out."""
        used = {media.sha256 for item in self._items.values() for media in item.media}
        if not self._items and not self._refused:
            raise FormatError("the file holds no questions")
        return Imported(
            format=self.format,
            items=tuple(self._items.values()),
            blobs=tuple(found for found in self._blobs.values() if found.sha256 in used),
            losses=tuple(self._losses.values()),
            refused=tuple(self._refused),
            title=self.title[:300],
        )
