"""How translations follow their source when an item is changed; pure functions.

A field whose source reads as before is as fresh as it was. Where only numbers changed, the same numbers change in the
translation, and it stays fresh. Anything else makes it stale, until somebody translates that field again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from content.items import Item, Translation
from content.translation import options_of

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
Texts = dict[str, str]
Stale = dict[str, tuple[str, ...]]


def source_texts(item: Item) -> Texts:
    """What a translation translates, by field: "prompt", "explanation", "hints/0", "options/a"."""
    found = {"prompt": item.prompt, "explanation": item.explanation}
    found |= {f"hints/{place}": hint for place, hint in enumerate(item.hints)}
    found |= {f"options/{option.id}": option.text for option in options_of(item)}
    return {name: text for name, text in found.items() if text}


def translated_texts(translation: Translation) -> Texts:
    """What is translated, by field."""
    found = {"prompt": translation.prompt, "explanation": translation.explanation}
    found |= {f"hints/{place}": hint for place, hint in enumerate(translation.hints)}
    found |= {f"options/{name}": text for name, text in translation.options.items()}
    return {name: text for name, text in found.items() if text}


def as_translation(texts: Mapping[str, str], n_hints: int) -> Translation:
    """A translation from its fields. Hints are taken only if all are there, as an item needs them."""
    hints = tuple(texts.get(f"hints/{place}", "") for place in range(n_hints))
    options = {name.partition("/")[2]: text for name, text in texts.items() if name.startswith("options/")}
    return Translation(
        prompt=texts.get("prompt", ""),
        hints=hints if n_hints and all(hints) else (),
        explanation=texts.get("explanation", ""),
        options=options,
    )


def only_numbers_differ(old: str, new: str) -> bool:
    """Whether two texts are the same but for their numbers, of which they have as many."""
    return old != new and NUMBER.sub("0", old) == NUMBER.sub("0", new)


def with_numbers(translated: str, old: str, new: str) -> str | None:
    """A translation of `old` with the numbers of `new`; None if it does not hold the numbers of `old`, each as often.

    Numbers are matched by value, not by place, for languages order them otherwise; the second of two equal ones by
    place. A decimal comma may stand where the source has a point.
    """
    before, after, there = NUMBER.findall(old), NUMBER.findall(new), NUMBER.findall(translated)
    if sorted(map(_plain, before)) != sorted(map(_plain, there)):
        return None
    waiting: dict[str, list[str]] = {}
    for number, becomes in zip(before, after, strict=True):
        waiting.setdefault(_plain(number), []).append(becomes)

    def replaced(match: re.Match[str]) -> str:
        number = waiting[_plain(match[0])].pop(0)
        comma = "," in match[0] and "." in number and "," not in number
        return number.replace(".", ",") if comma else number

    return NUMBER.sub(replaced, translated)


def _plain(number: str) -> str:
    return number.replace(",", ".")


def followed(old: Item, new: Item, stale: Mapping[str, tuple[str, ...]]) -> tuple[Item, Stale]:
    """The new state of an item with its translations following, and which of their fields are stale then.

    `stale` are the fields that were stale before. What the new state translates otherwise than the old one was
    translated by hand, and is fresh.
    """
    before, after = source_texts(old), source_texts(new)
    translations: dict[str, Translation] = {}
    found: Stale = {}
    for tag, translation in new.translations.items():
        was = translated_texts(old.translations[tag]) if tag in old.translations else {}
        texts, old_stale = translated_texts(translation), set(stale.get(tag, ()))
        kept: Texts = {}
        now_stale: list[str] = []
        for name, text in texts.items():
            source = (before.get(name, ""), after.get(name, ""))
            carried, is_stale = _field(text, was.get(name), source, name in old_stale)
            kept[name] = carried
            if is_stale:
                now_stale.append(name)
        translations[tag] = _rebuilt(translation, kept)
        if now_stale:
            found[tag] = tuple(sorted(now_stale))
    if translations == new.translations:
        return new, found
    return msgspec.structs.replace(new, translations=translations), found


def _field(text: str, was: str | None, source: tuple[str, str], stale: bool) -> tuple[str, bool]:
    """A translated field after its source changed from the first to the second, and whether it is stale."""
    before, after = source
    if was is None or text != was:
        return text, False
    if before == after:
        return text, stale
    if not stale and only_numbers_differ(before, after):
        carried = with_numbers(text, before, after)
        if carried is not None:
            return carried, False
    return text, True


def _rebuilt(translation: Translation, texts: Texts) -> Translation:
    options = {name: texts.get(f"options/{name}", text) for name, text in translation.options.items()}
    hints = tuple(texts.get(f"hints/{place}", hint) for place, hint in enumerate(translation.hints))
    return msgspec.structs.replace(
        translation,
        prompt=texts.get("prompt", ""),
        hints=hints,
        explanation=texts.get("explanation", ""),
        options=options,
    )


def tag_of(item: Item, locale: str) -> str:
    """The tag under which an item has its translation, whose case does not matter (RFC 5646, section 2.1.1)."""
    return next((tag for tag in item.translations if tag.lower() == locale.lower()), locale)


def missing(item: Item, tag: str) -> Iterator[str]:
    """Fields of an item that have no translation."""
    there = translated_texts(item.translations[tag]) if tag in item.translations else {}
    return (name for name in source_texts(item) if name not in there)
