"""Whether the parts of a track fit together: ids, references, keys. What fails here cannot be served."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from content.draft import Draft, Finding, Placed
from content.graph import find_graph_faults
from content.item_rules import find_item_faults
from content.items import Item, Template
from content.templates import TemplateError, check_template

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ID_FIX = "Use lower-case letters, digits and hyphens, like add-fractions."

MOST_LOGITS = 10.0
"""Difficulties beyond it are mistakes: the average learner would be right once in 22,000 times."""
_LOGITS = f"Use logits from -{MOST_LOGITS:g} to {MOST_LOGITS:g}, such as -1.5 or 0.8."


def find_inconsistencies(draft: Draft) -> None:
    """Note every fault between the elements of a draft, and within each."""
    _check_ids(draft)
    _check_bands(draft)
    _check_units(draft)
    for fault in find_graph_faults([placed.value for placed in draft.skills]):
        unknown = fault.kind == "unknown" and any(f"{name!r}" in fault.message for name in draft.broken_ids)
        if not unknown:
            fix = "Remove one of these prerequisites." if fault.kind == "cycle" else "Correct the id."
            draft.note_finding(draft.skills[fault.index], Finding("", f"{fault.message}.", fix))
    skills = {placed.value.id for placed in draft.skills} | draft.broken_ids
    bands = {placed.value.id for placed in draft.bands} | draft.broken_ids
    candidates: list[Placed[Item | Template]] = [*draft.items, *draft.templates]
    for element in candidates:
        for finding in _candidate_faults(element.value, skills, bands):
            draft.note_finding(element, finding)
    for item in draft.items:
        for finding in find_item_faults(item.value):
            draft.note_finding(item, finding)
    for template in draft.templates:
        _check_template(draft, template)


def _check_ids(draft: Draft) -> None:
    for elements, what in ((draft.bands, "band"), (draft.units, "unit"), (draft.skills, "skill")):
        _check_id_list(draft, elements, what, repeats=what != "skill")
    _check_id_list(draft, [*draft.items, *draft.templates], "item", repeats=True)


def _check_id_list(draft: Draft, elements: Sequence[Placed], what: str, *, repeats: bool) -> None:  # type: ignore[type-arg]
    seen: set[str] = set()
    for element in elements:
        name = element.value.id
        if not ID.fullmatch(name):
            draft.note_finding(element, Finding("/id", f"{name!r} is no {what} id.", _ID_FIX))
        if repeats and name in seen:
            message = f"{what} id {name!r} is used twice."
            draft.note_finding(element, Finding("/id", message, "Give each its own id."))
        seen.add(name)


def _check_bands(draft: Draft) -> None:
    easier = -math.inf
    for band in draft.bands:
        if not abs(band.value.difficulty) <= MOST_LOGITS:
            message = f"difficulty {band.value.difficulty} is out of range."
            draft.note_finding(band, Finding("/difficulty", message, _LOGITS))
        elif band.value.difficulty <= easier:
            message = f"difficulty {band.value.difficulty} does not rise from the band before."
            draft.note_finding(band, Finding("/difficulty", message, "List bands from easiest to hardest."))
        easier = max(easier, band.value.difficulty)


def _check_units(draft: Draft) -> None:
    skills = {placed.value.id for placed in draft.skills}
    homes: dict[str, str] = {}
    for unit in draft.units:
        for k, name in enumerate(unit.value.skills):
            if name not in skills and name not in draft.broken_ids:
                fix = "Correct the id, or add the skill."
                draft.note_finding(unit, Finding(f"/skills/{k}", f"{name!r} is no skill of this track.", fix))
            if name in homes:
                message = f"skill {name!r} is in unit {homes[name]!r} already."
                draft.note_finding(unit, Finding(f"/skills/{k}", message, "Keep it in one unit."))
            homes.setdefault(name, unit.value.id)
    if draft.broken_ids.intersection(unit.value.id for unit in draft.units):
        return
    for skill in draft.skills:
        if skill.value.id not in homes:
            fix = "Add it to the skills of a unit in track.yaml."
            draft.note_finding(skill, Finding("/id", f"skill {skill.value.id!r} is in no unit.", fix))


def _candidate_faults(element: Item | Template, skills: set[str], bands: set[str]) -> Iterator[Finding]:
    if not element.skills:
        yield Finding("/skills", "no skill is named.", "Name the skill it exercises.")
    for k, name in enumerate(element.skills):
        if name not in skills:
            yield Finding(f"/skills/{k}", f"{name!r} is no skill of this track.", "Correct the id, or add the skill.")
        if name in element.skills[:k]:
            yield Finding(f"/skills/{k}", f"skill {name!r} is named twice.", "Name it once.")
    if element.band not in bands:
        fix = f"Use one of {', '.join(sorted(bands))}." if bands else "Add bands: to track.yaml."
        yield Finding("/band", f"{element.band!r} is no band of this track.", fix)
    if element.difficulty is not None and not abs(element.difficulty) <= MOST_LOGITS:
        yield Finding("/difficulty", f"{element.difficulty} is no difficulty.", _LOGITS)
    if not (math.isfinite(element.seconds) and 0 < element.seconds <= 3600):
        yield Finding("/seconds", f"{element.seconds} is out of range.", "Use more than 0 and at most 3600 seconds.")


def _check_template(draft: Draft, template: Placed[Template]) -> None:
    try:
        check_template(template.value)
    except TemplateError as error:
        fix = "Correct the generator or its parameters."
        for line in str(error).splitlines():
            draft.note_finding(template, Finding("", line if line.endswith(".") else f"{line}.", fix))
