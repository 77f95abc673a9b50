"""An item in another locale: its translation where it has one, the item itself where it has none. Keys never change."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from content.items import (
    Item,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Option,
    Ordering,
    Translation,
)


def translation_locale(item: Item, wanted: str) -> str:
    """The tag of the item's translation that serves a reader of `wanted` best, "" for the item as it is written.

    The lookup of RFC 4647, section 3.4: "es-MX" finds "es-MX", else "es". What the item is written in counts as well.
    """
    if not item.translations or not wanted:
        return ""
    tags = {tag.lower(): tag for tag in item.translations}
    for tag in _ever_shorter(wanted.lower()):
        if tag in tags:
            return tags[tag]
        if tag == item.locale.lower():
            break
    return ""


def translated(item: Item, tag: str) -> Item:
    """The item with the texts of its translation `tag`; itself if it has none of that tag.

    What a translation leaves out stays as it is written, and its hints stand in only if they are as many. Where the
    prompt is translated, the text for reading it aloud is left out, for it would be in the other language.
    """
    translation = item.translations.get(tag)
    if translation is None:
        return item
    texts: Item = replace(
        item,
        hints=translation.hints if len(translation.hints) == len(item.hints) else item.hints,
        explanation=translation.explanation or item.explanation,
    )
    if translation.prompt:
        read = replace(item.accessibility, speech="")
        texts = replace(texts, prompt=translation.prompt, locale=tag, accessibility=read)
    return _with_options(texts, translation) if translation.options else texts


def options_of(item: Item) -> tuple[Option, ...]:
    """Everything of the item that a translation names in its `options`."""
    match item:
        case MultipleChoice() | MultipleResponse() | Ordering():
            return item.options
        case Matching():
            return (*item.left, *item.right)
        case _:
            return ()


def _with_options(item: Item, translation: Translation) -> Item:
    def told(options: tuple[Option, ...]) -> tuple[Option, ...]:
        return tuple(replace(option, text=translation.options.get(option.id, option.text)) for option in options)

    match item:
        case MultipleChoice() | MultipleResponse() | Ordering():
            return replace(item, options=told(item.options))
        case Matching():
            return replace(item, left=told(item.left), right=told(item.right))
        case _:
            return item


def _ever_shorter(tag: str) -> Iterator[str]:
    """ "zh-hant-tw", "zh-hant", "zh"; a single letter goes with what it introduces."""
    while tag:
        yield tag
        tag = tag.rpartition("-")[0]
        if len(tag) > 1 and tag[-2] == "-":
            tag = tag[:-2]
