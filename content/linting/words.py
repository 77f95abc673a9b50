"""Texts of an item as plain words, and how hard they are to read; pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.items import Item, Misconception, Option
from content.text import parse
from content.translation import options_of

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
SENTENCE_END = re.compile(r"[.!?;:]+(?=\s|$)")
VOWELS = re.compile(r"[aeiouy]+")
LONG_WORD = 6
"""Letters beyond which LIX counts a word as long."""


def plain(markup: str) -> str:
    """The words of inline markup in the text's own language; code and other languages are left out."""
    return "".join(" " if span.code or span.lang else span.text for span in parse(markup))


def said(markup: str) -> str:
    """All that is shown of inline markup, as text."""
    return "".join(span.text for span in parse(markup))


def shown_options(item: Item) -> tuple[Option, ...]:
    """Options of any kind that has some."""
    return options_of(item)


def feedback_texts(item: Item) -> Iterator[tuple[int, str]]:
    """Feedback of the item's misconceptions, with their places."""
    misconceptions: tuple[Misconception, ...] = getattr(item, "misconceptions", ())
    for place, misconception in enumerate(misconceptions):
        yield place, misconception.feedback


def words_in(text: str) -> list[str]:
    """The words of a text."""
    return WORD.findall(text)


def n_sentences(text: str) -> int:
    """Sentences of a text, at least one."""
    return max(1, len(SENTENCE_END.findall(text.strip())))


def lix(text: str) -> float:
    """Readability index of any language written in letters: words per sentence plus the percentage of long words.

    ``lix = words / sentences + 100 * long words / words``. About 25 children's books, 45 newspapers, 60 laws.

    Source: C. H. Bjoernsson, "Laesbarhet", 1968; a word is long with more than six letters.
    """
    words = words_in(text)
    if not words:
        return 0.0
    return len(words) / n_sentences(text) + 100.0 * sum(len(word) > LONG_WORD for word in words) / len(words)


def reading_grade(text: str) -> float:
    """School grade in the USA at which an English text is understood.

    ``0.39 * words / sentences + 11.8 * syllables / words - 15.59``; syllables are counted as groups of vowels.

    Source: Kincaid, Fishburne, Rogers and Chissom, Research Branch Report 8-75, 1975.
    """
    words = words_in(text)
    if not words:
        return 0.0
    n_syllables = sum(syllables(word) for word in words)
    return 0.39 * len(words) / n_sentences(text) + 11.8 * n_syllables / len(words) - 15.59


def syllables(word: str) -> int:
    """Syllables of an English word, at least one: groups of vowels, without a silent e at the end."""
    groups = len(VOWELS.findall(word.lower()))
    silent = word.lower().endswith("e") and not word.lower().endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)
