"""Looking for every fault in content files, before anyone learns from them."""

from __future__ import annotations

from pathlib import Path

from content.draft import Draft, Finding, Placed
from content.faults import Fault
from content.formats.yaml_track import read_draft
from content.item_rules import find_item_faults
from content.items import Item, Template
from content.quality import find_quality_faults, find_text_faults
from content.templates import TemplateError, instantiate

TEMPLATE_SEEDS = range(8)


def check_path(path: Path) -> list[Fault]:
    """Every fault of a track's file or directory, in order of file and line; none if it may be published.

    Beyond what `load_track` refuses, these are: missing explanations and hints, hints that give the key away, keys
    that grade as wrong, misconceptions that grade as right or as another, skills without exercises, malformed markup.
    Templates are tried with several seeds.
    """
    return check_draft(read_draft(path))


def check_draft(draft: Draft) -> list[Fault]:
    """Every fault of a draft that was read, wherever from; those noted on reading it are among them."""
    unusable = {(fault.file, _element(fault.pointer)) for fault in draft.faults}
    for item in draft.items:
        usable = (draft.sources[item.source].file, _element(item.pointer)) not in unusable
        for finding in find_quality_faults(item.value) if usable else find_text_faults(item.value):
            draft.note_finding(item, finding)
    for template in draft.templates:
        if (draft.sources[template.source].file, _element(template.pointer)) not in unusable:
            _try_template(draft, template)
    _find_idle_skills(draft)
    return sorted(set(draft.faults), key=lambda fault: (fault.file, fault.line, fault.pointer, fault.message))


def _element(pointer: str) -> str:
    """The pointer of the list element that a pointer leads into: "/items/3"."""
    return "/".join(pointer.split("/")[:3])


def _try_template(draft: Draft, template: Placed[Template]) -> None:
    """Faults of generated items are the template's; the first seed that shows any is told."""
    for seed in TEMPLATE_SEEDS:
        try:
            item = instantiate(template.value, seed)
        except TemplateError as error:
            draft.note_finding(template, Finding("", f"seed {seed}: {error}.", "Correct the parameters."))
            return
        findings = find_faults(item)
        for finding in findings:
            message = f"seed {seed} makes an item with a fault at {finding.pointer or 'its root'}: {finding.message}"
            draft.note_finding(template, Finding("", message, "Correct the parameters, or the generator."))
        if findings:
            return


def find_faults(item: Item) -> list[Finding]:
    """Every fault that can be told of an item alone."""
    return find_item_faults(item) or find_quality_faults(item)


def _find_idle_skills(draft: Draft) -> None:
    if draft.broken_ids:
        return
    candidates: list[Placed[Item | Template]] = [*draft.items, *draft.templates]
    exercised = {element.value.skills[0] for element in candidates if element.value.skills}
    for skill in draft.skills:
        if skill.value.id not in exercised:
            fix = "Add an item or template whose first skill it is."
            draft.note_finding(skill, Finding("/id", f"skill {skill.value.id!r} has no exercises.", fix))
