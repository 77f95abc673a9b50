"""Rules about the way through a course: skills nobody reaches, holes between difficulties, circles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from content.faults import join_pointer
from content.graph import find_graph_faults
from content.linting.findings import LintFinding
from content.tracks import Track

WIDE = 1.6
"""Logits between two difficulties that follow each other: who is right in 50 % here is right in 17 % there."""


def cycles(track: Track) -> Iterator[LintFinding]:
    """Skills that need each other."""
    for fault in find_graph_faults(track.skills):
        if fault.kind == "cycle":
            where = join_pointer("/skills", track.skills[fault.index].id, "prerequisites")
            yield LintFinding(rule="cycle", where=where, why=f"{fault.message}.", how="Remove one of them.")


def unreachable(track: Track) -> Iterator[LintFinding]:
    """Skills in no unit, without exercises, or behind a skill that is so."""
    placed = {name for unit in track.units for name in unit.skills}
    served = {source.skills[0] for source in (*track.items, *track.templates) if source.skills}
    dead = {skill.id for skill in track.skills if skill.id not in placed or skill.id not in served}
    for skill in track.skills:
        where = join_pointer("/skills", skill.id)
        if skill.id not in placed:
            why, how = "no unit names it.", "Add it to the skills of a unit."
            yield LintFinding(rule="unreachable-skill", where=where, why=why, how=how)
        elif skill.id not in served:
            why, how = "no item exercises it first.", "Write an item for it, or take it away."
            yield LintFinding(rule="unreachable-skill", where=where, why=why, how=how)
        for name in skill.prerequisites:
            if name in dead and skill.id not in dead:
                why = f"it builds on {name!r}, which nobody can practise."
                how = "Give that skill a unit and items, or remove the prerequisite."
                also = join_pointer("/skills", name)
                yield LintFinding(rule="unreachable-skill", where=where, why=why, how=how, also=also)


def difficulty_gaps(track: Track) -> Iterator[LintFinding]:
    """Skills whose exercises jump in difficulty, or leave out a band between two that they have."""
    bands = {band.id: band for band in track.bands}
    order = [band.id for band in track.bands]
    served: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for source in (*track.items, *track.templates):
        if source.skills and source.band in bands:
            difficulty = bands[source.band].difficulty if source.difficulty is None else source.difficulty
            served[source.skills[0]][source.band].append(difficulty)
    for skill, found in served.items():
        where = join_pointer("/skills", skill)
        there = [place for place, band in enumerate(order) if band in found]
        missing = [order[place] for place in range(there[0], there[-1]) if place not in there]
        levels = sorted(level for values in found.values() for level in values)
        width = max((after - before for before, after in pairwise(levels)), default=0.0)
        if missing:
            why = f"it has items in {order[there[0]]} and {order[there[-1]]}, and none in {', '.join(missing)}."
            how = f"Write items for the band {missing[0]}."
            yield LintFinding(rule="difficulty-gap", where=where, why=why, how=how)
        elif width > WIDE:
            why = f"two of its items that follow each other are {width:.1f} logits apart."
            how = "Write items of a difficulty between them."
            yield LintFinding(rule="difficulty-gap", where=where, why=why, how=how)
