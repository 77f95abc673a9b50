"""What all writers need: the losses of each item, its media's files, and simpler kinds for what a format lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from content.formats.exchange import Loss, LossKind
from content.formats.media_types import EXTENSIONS
from content.formats.question import tags_of
from content.formats.table.flat import to_row
from content.items import Item, ItemBase, Media, ShortText, TextPolicy

_AS_TEXT = {
    "expression": ("key", "an expression is compared as text"),
    "date": ("key", "a date is compared as text"),
    "translate": ("references", "a translation is compared as text"),
}


class Report:
    """Losses of a whole export."""

    def __init__(self) -> None:
        self._losses: dict[Loss, None] = {}

    def lose(self, kind: LossKind, item: ItemBase, field: str, what: str, why: str) -> None:
        """Note once what became of a field."""
        self._losses.setdefault(Loss(kind, f"{item.id}/{field}" if field else item.id, what[:300], why))

    @property
    def losses(self) -> tuple[Loss, ...]:
        """All of them, in order."""
        return tuple(self._losses)


def simpler(item: Item, report: Report, title: str) -> Item:
    """The item, or a short text for a kind that no other format has."""
    tag = str(item.__struct_config__.tag)
    if tag not in _AS_TEXT:
        return item
    field, why = _AS_TEXT[tag]
    value = getattr(item, field)
    report.lose("changed", item, field, f"the kind {tag}", f"{title} has no such kind; {why}")
    base = {name: getattr(item, name) for name in ItemBase.__struct_fields__}
    accepted = (value,) if isinstance(value, str) else tuple(value)
    mistakes = item.misconceptions if hasattr(item, "misconceptions") else ()
    return ShortText(**base, accepted=accepted, misconceptions=mistakes)  # type: ignore[arg-type]


def own_fields(item: Item) -> list[str]:
    """The fields of an item's kind, and the kind itself."""
    return ["kind", *(name for name in item.__struct_fields__ if name not in ItemBase.__struct_fields__)]


def kept_tags(
    item: Item, report: Report, fields: Iterable[str], *, longest: int, title: str, kept_for: str = "Pacer"
) -> list[str]:
    """Tags for skills, band and the like, and for fields that the format has no place for, if they are short enough."""
    tags = tags_of(item)
    row = to_row(item)
    if isinstance(getattr(item, "policy", None), TextPolicy):
        row.setdefault("policy", "{}")  # the default is another one than a reader takes without a tag
    for field in dict.fromkeys(fields):
        if field not in row:
            continue
        tag = f"field:{field}={row[field]}"
        if len(tag) <= longest:
            tags.append(tag)
            report.lose("kept", item, field, field, f"{title} has no place for it; a tag that only {kept_for} reads")
        else:
            report.lose("dropped", item, field, field, f"{title} has no place for it")
    return tags


def is_strict(policy: TextPolicy, locale: str) -> bool:
    """Whether text is compared as most formats do: as it is typed."""
    return replace(policy, case_sensitive=False) == TextPolicy(
        language=locale, accents="required", typos="none", punctuation=True
    )


def media_name(media: Media) -> str:
    """A file name by hash, with the suffix of its type."""
    return f"{media.sha256}.{EXTENSIONS.get(media.type, 'bin')}"


def held_media(item: Item, blobs: Mapping[str, bytes], report: Report) -> list[Media]:
    """The item's media whose bytes are given; others are reported."""
    held = []
    for media in item.media:
        if media.sha256 in blobs:
            held.append(media)
        else:
            report.lose("dropped", item, "media", media.name or media.sha256, "its bytes are not at hand")
    return held


def all_media(items: Sequence[Item], blobs: Mapping[str, bytes]) -> dict[str, bytes]:
    """Bytes of all media at hand by `media_name`."""
    found = {media_name(media): media.sha256 for item in items for media in item.media if media.sha256 in blobs}
    return {name: blobs[sha256] for name, sha256 in found.items()}
