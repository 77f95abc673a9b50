"""Which skills a new item may exercise: those of the items it is most like. Pure functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from content.graph import Skill
from content.items import Item
from content.linting.likeness import Vector, cosine, text_of, vectors

NEIGHBOURS = 8
LEAST = 0.05


class Suggestion(NamedTuple):
    """A skill, how likely it is among those suggested (they sum to at most 1), and the items that speak for it."""

    skill: str
    weight: float
    items: tuple[str, ...]


def suggested_skills(text: str, items: Sequence[Item], skills: Sequence[Skill], most: int = 5) -> list[Suggestion]:
    """Skills for a text, best first.

    The nearest items by the likeness of their characters vote for their skills, each with its likeness squared; the
    title and description of a skill vote for it like an item.
    """
    known = [(item.id, item.skills[:1], text_of(item)) for item in items]
    known += [("", (skill.id,), f"{skill.title} {skill.description}".lower()) for skill in skills]
    rows: list[Vector] = vectors([text, *(words for _, _, words in known)])
    scored = sorted(
        ((cosine(rows[0], row), name, tags) for row, (name, tags, _) in zip(rows[1:], known, strict=True)),
        key=lambda one: -one[0],
    )[:NEIGHBOURS]
    votes: dict[str, float] = defaultdict(float)
    voters: dict[str, list[str]] = defaultdict(list)
    for likeness, name, tags in scored:
        if likeness < LEAST:
            continue
        for tag in tags:
            votes[tag] += likeness * likeness
            if name:
                voters[tag].append(name)
    total = sum(votes.values())
    ranked = sorted(votes, key=lambda tag: -votes[tag])[:most]
    return [Suggestion(tag, votes[tag] / total, tuple(voters[tag][:3])) for tag in ranked]
