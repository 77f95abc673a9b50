"""Tracks as YAML: one file, or a directory of files that are read as one.

`track.yaml` holds the header (id, title, description, locale, licence, source, bands, units); any file may hold the
lists `skills`, `items`, `templates` and `vocabulary`. Files are read in order of name, `track.yaml` first.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from content.consistency import find_inconsistencies
from content.draft import Draft, Placed
from content.faults import ContentError, Fault
from content.formats.shape import find_shape_faults
from content.formats.yaml_source import Source, read_source
from content.graph import Skill
from content.items import Item, Template
from content.tracks import Band, Track, Unit
from content.vocabulary import Entry, VocabularyError, expand, unit_skills

HEADER = ("id", "title", "description", "locale", "licence", "source")
SUFFIXES = (".yaml", ".yml")


class TrackFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One file of a track. Together the files hold each header field once."""

    id: str = ""
    title: str = ""
    description: str = ""
    locale: str = ""
    licence: str = ""
    source: str = ""
    bands: tuple[Band, ...] = ()
    units: tuple[Unit, ...] = ()
    skills: tuple[Skill, ...] = ()
    items: tuple[Item, ...] = ()
    templates: tuple[Template, ...] = ()
    vocabulary: tuple[Entry, ...] = ()


LISTS: dict[str, Any] = {
    "bands": Band,
    "units": Unit,
    "skills": Skill,
    "items": Item,
    "templates": Template,
    "vocabulary": Entry,
}


def load_track(path: Path) -> Track:
    """Read a track from a file or directory.

    Raises:
        ContentError: with every fault that would make it unusable. `content.check` looks for more than that.
    """
    draft = read_draft(path)
    if draft.faults:
        raise ContentError(draft.faults)
    return draft.track()


def read_draft(path: Path) -> Draft:
    """Read a file or directory and note every fault of syntax, shape and reference."""
    files = track_files(path)
    draft = Draft([read_source(file) for file in files])
    if not files:
        fix = "Give a YAML file, or a directory that holds some."
        draft.faults.append(Fault(file=str(path), line=0, pointer="", message="holds no .yaml file.", fix=fix))
        return draft
    for number, source in enumerate(draft.sources):
        draft.faults.extend(source.faults)
        _read_file(draft, number, source)
    if not any(source.value is None for source in draft.sources):
        _require_header(draft)
    _expand_vocabulary(draft)
    find_inconsistencies(draft)
    return draft


def track_files(path: Path) -> list[Path]:
    """The files of a track: the path itself, or those of the directory."""
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix in SUFFIXES and file.is_file())
    return sorted(files, key=lambda file: file.stem != "track")


def _read_file(draft: Draft, number: int, source: Source) -> None:
    if source.value is None:
        return
    if not isinstance(source.value, dict):
        draft.note(number, "", "is not a mapping.", f"Start with a key such as items:, one of {_keys()}.")
        return
    try:
        whole = msgspec.convert(source.value, TrackFile)
    except msgspec.ValidationError:
        _read_piecemeal(draft, number, source.value)
        return
    for name in HEADER:
        if name in source.value:
            _put_header(draft, number, name, getattr(whole, name))
    for name in LISTS:
        elements = [Placed(value, number, f"/{name}/{k}") for k, value in enumerate(getattr(whole, name))]
        getattr(draft, name).extend(elements)


def _read_piecemeal(draft: Draft, number: int, data: dict[str, Any]) -> None:
    """Keep every element that can be read, and note what is wrong with the others."""
    for name, value in data.items():
        if name in HEADER and isinstance(value, str):
            _put_header(draft, number, name, value)
        elif name in LISTS and isinstance(value, list):
            _read_elements(draft, number, name, value)
        else:
            for fault in find_shape_faults({name: value}, TrackFile):
                draft.note(number, fault.pointer, fault.message, fault.fix)


def _read_elements(draft: Draft, number: int, name: str, values: list[Any]) -> None:
    for k, value in enumerate(values):
        pointer = f"/{name}/{k}"
        try:
            element = msgspec.convert(value, LISTS[name])
        except msgspec.ValidationError as error:
            faults = find_shape_faults(value, LISTS[name])
            for fault in faults:
                draft.note(number, pointer + fault.pointer, fault.message, fault.fix)
            if not faults:
                draft.note(number, pointer, f"{error}.", "Correct the value.")
            if isinstance(value, dict) and isinstance(value.get("id"), str):
                draft.broken_ids.add(value["id"])
        else:
            getattr(draft, name).append(Placed(element, number, pointer))


def _put_header(draft: Draft, number: int, name: str, value: str) -> None:
    if name in draft.header:
        other = draft.sources[draft.header[name].source].file
        draft.note(number, f"/{name}", f"{name} was given already, in {other}.", "Keep it in track.yaml only.")
        return
    draft.header[name] = Placed(value, number, f"/{name}")
    if not value.strip():
        draft.note(number, f"/{name}", f"{name} is empty.", "Write it.")


def _require_header(draft: Draft) -> None:
    for name in HEADER:
        if name not in draft.header:
            draft.note(0, "", f"the track's {name} is missing.", f"Add {name}: and its text to this file.")
    for name in ("bands", "units"):
        if not getattr(draft, name) and not draft.faults:
            draft.note(0, "", f"the track has no {name}.", f"Add {name}: with at least one.")


def _expand_vocabulary(draft: Draft) -> None:
    """Add the skills and items that vocabulary stands for, each placed at its entry."""
    if not draft.vocabulary:
        return
    entries = [placed.value for placed in draft.vocabulary]
    by_id = {placed.value.id: placed for placed in draft.vocabulary}
    try:
        skills, items = expand(entries)
    except VocabularyError as error:
        _note_vocabulary_faults(draft, str(error), by_id)
        return
    for skill in skills:
        draft.skills.append(Placed(skill, by_id[skill.id].source, by_id[skill.id].pointer))
    for item in items:
        entry = by_id[item.skills[0]]
        draft.items.append(Placed(item, entry.source, entry.pointer))
    taught = unit_skills(entries)
    draft.units = [
        Placed(
            msgspec.structs.replace(unit.value, skills=(*unit.value.skills, *taught.pop(unit.value.id, ()))),
            unit.source,
            unit.pointer,
        )
        for unit in draft.units
    ]
    for name, ids in taught.items():
        if name not in draft.broken_ids:
            first = by_id[ids[0]]
            draft.note(first.source, f"{first.pointer}/unit", f"{name!r} is no unit.", "Add it to units in track.yaml.")


def _note_vocabulary_faults(draft: Draft, text: str, by_id: dict[str, Placed[Entry]]) -> None:
    """The expansion names entries in its text; each line goes to the entry it names, else to the first."""
    for line in text.splitlines():
        named = [placed for name, placed in by_id.items() if name in line.replace("'", " ").replace(":", " ").split()]
        place = (named or list(by_id.values()))[0]
        draft.note(
            place.source, place.pointer, line if line.endswith(".") else f"{line}.", "Change one of the entries."
        )


def _keys() -> str:
    return ", ".join([*HEADER, *LISTS])
