"""Which skills have items of which difficulty, and what to write next; pure functions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from content.tracks import Track

ENOUGH = 3
"""Items that a cell of skill and band needs so that a lesson repeats none; a template is enough alone."""


class Cell(NamedTuple):
    """How many items a skill has in a band, and how many templates."""

    skill: str
    band: str
    n_items: int
    n_templates: int


class Gap(NamedTuple):
    """Something to write next: how many items for a skill in a band, and why it comes here in the list."""

    skill: str
    band: str
    n_wanted: int
    why: str


def cells(track: Track) -> list[Cell]:
    """Every skill with every band, in the author's order."""
    items = Counter((item.skills[0], item.band) for item in track.items if item.skills)
    templates = Counter((one.skills[0], one.band) for one in track.templates if one.skills)
    order = [name for unit in track.units for name in unit.skills]
    rest = [skill.id for skill in track.skills if skill.id not in set(order)]
    return [
        Cell(skill, band.id, items[skill, band.id], templates[skill, band.id])
        for skill in (*order, *rest)
        for band in track.bands
    ]


def gaps(track: Track, found: Sequence[Cell]) -> list[Gap]:
    """What to write next: first for skills without any item, then holes between bands, then cells with too few.

    Within each, skills that most others build on come first.
    """
    weight = dependents(track)
    by_skill: dict[str, list[Cell]] = defaultdict(list)
    for cell in found:
        by_skill[cell.skill].append(cell)
    ranked: list[tuple[int, int, Gap]] = []
    for skill, row in by_skill.items():
        there = [place for place, cell in enumerate(row) if cell.n_items or cell.n_templates]
        for place, cell in enumerate(row):
            wanted = 0 if cell.n_templates else max(0, ENOUGH - cell.n_items)
            if not wanted:
                continue
            if not there:
                rank, why = 0, "the skill has no item"
            elif not cell.n_items and there[0] < place < there[-1]:
                rank, why = 1, "easier and harder items are there, and none between"
            elif cell.n_items:
                rank, why = 2, f"{cell.n_items} of {ENOUGH} are there"
            else:
                rank, why = 3, "the band is empty"
            ranked.append((rank, -weight.get(skill, 0), Gap(cell.skill, cell.band, wanted, why)))
    return [gap for _, _, gap in sorted(ranked, key=lambda one: one[:2])]


def dependents(track: Track) -> dict[str, int]:
    """For each skill, how many others build on it, directly or not."""
    needs = {skill.id: skill.prerequisites for skill in track.skills}
    counted: Counter[str] = Counter()
    for skill in needs:
        seen: set[str] = set()
        waiting = list(needs[skill])
        while waiting:
            name = waiting.pop()
            if name not in seen and name != skill:
                seen.add(name)
                waiting.extend(needs.get(name, ()))
        counted.update(seen)
    return dict(counted)
