"""What a skill, an item or a template is found by: its own words, and marks for its skill, band and kind."""

from __future__ import annotations

import re

import msgspec

from content.graph import Skill
from content.items import Item, Template

WORD = re.compile(r"\w+")
MAX_WORDS = 400
"""Longer texts are found by their beginning."""

NAMES = frozenset({"id", "kind", "skills", "band", "locale", "source", "licence", "sha256", "language"})


def words_of(value: Skill | Item | Template) -> str:
    """The words to be found by, in lower case."""
    form = msgspec.to_builtins(value)
    texts = [text for name, inner in form.items() if name not in NAMES for text in _texts(inner)]
    found = WORD.findall(" ".join([value.id.replace("-", " "), *texts]).lower())
    return " ".join(dict.fromkeys(found[:MAX_WORDS]))


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for name, inner in value.items() if name not in NAMES for text in _texts(inner)]
    if isinstance(value, list | tuple):
        return [text for inner in value for text in _texts(inner)]
    return []
