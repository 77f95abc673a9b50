"""What a skill, an item or a template is found by: its own words, and marks for its skill, band and kind."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

import msgspec

from content.graph import Skill
from content.items import Item, Template

WORD = re.compile(r"[^\W_]+")
MARK_LETTERS = 16
MAX_WORDS = 400
"""Longer texts are found by their beginning."""

NAMES = frozenset({"id", "kind", "skills", "band", "locale", "source", "licence", "sha256", "language"})


def words_of(value: Skill | Item | Template) -> str:
    """The words to be found by, in lower case and without accents, each once; then its marks."""
    form = msgspec.to_builtins(value)
    texts = [text for name, inner in form.items() if name not in NAMES for text in _texts(inner)]
    found = split(" ".join([value.id, *texts]))
    return " ".join([*dict.fromkeys(found[:MAX_WORDS]), *marks_of(value)])


def split(text: str) -> list[str]:
    """The words of a text, in lower case and without accents."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(sign))
    return WORD.findall(bare)


def marks_of(value: Skill | Item | Template) -> list[str]:
    """Words that nobody types, for what a search is narrowed by: skills, band and kind."""
    if isinstance(value, Skill):
        return []
    kind = "template" if isinstance(value, Template) else str(type(value).__struct_config__.tag)
    return [mark("band", value.band), mark("kind", kind), *(mark("skill", skill) for skill in value.skills)]


def mark(sort: str, name: str) -> str:
    """The word for a skill, a band or a kind."""
    return "zz" + sha256(f"{sort} {name}".encode()).hexdigest()[:MARK_LETTERS]


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for name, inner in value.items() if name not in NAMES for text in _texts(inner)]
    if isinstance(value, list | tuple):
        return [text for inner in value for text in _texts(inner)]
    return []
