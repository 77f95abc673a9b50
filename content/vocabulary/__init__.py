"""Vocabulary of a Spanish course: entries as an author writes them, expanded to skills and exercises both ways.

Every entry, a word or a sentence, is one skill. Band `recognise` shows Spanish and asks for English, band `produce`
shows English and asks for Spanish. Ids, titles and prompts never hold the other side of an entry, so that nothing
that travels with an exercise gives its key away.
"""

from __future__ import annotations

from collections.abc import Sequence

from content.graph import Skill
from content.items import Item
from content.vocabulary.entries import Confusion, Entry, Example, VocabularyError
from content.vocabulary.exercises import exercises
from content.vocabulary.lexicon import Lexicon

__all__ = ["Confusion", "Entry", "Example", "Lexicon", "VocabularyError", "expand", "unit_skills"]


def unit_skills(entries: Sequence[Entry]) -> dict[str, tuple[str, ...]]:
    """The skill ids of each unit, in the order of the entries: what a track's units are filled with."""
    units: dict[str, list[str]] = {}
    for entry in entries:
        units.setdefault(entry.unit, []).append(entry.id)
    return {unit: tuple(ids) for unit, ids in units.items()}


def expand(entries: Sequence[Entry]) -> tuple[tuple[Skill, ...], tuple[Item, ...]]:
    """Turn entries into one skill each, with its exercises in the bands `recognise` and `produce`.

    Pure and deterministic: equal entries give equal exercises, in the order of the entries.

    Raises:
        VocabularyError: two entries share an id or a Spanish text, or a prerequisite names no entry.
    """
    lexicon = Lexicon(entries)
    skills = tuple(lexicon.skill(entry) for entry in lexicon.entries)
    items = tuple(item for entry in lexicon.entries for item in exercises(lexicon, entry))
    return skills, items
