"""What a new version changes, item by item, and whether what was measured of an item still holds; pure functions.

- `cosmetic`: what is read after the answer or beside the question, or only spelled otherwise. Statistics carry over.
- `wording`: the question or an option reads otherwise. Statistics begin anew, unless the publisher says that they hold.
- `key`: another answer is right, or it is another task. Statistics begin anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

import msgspec

from content.items import Item, Template
from content.tracks import Track, content_hash_of

Kind = Literal["added", "removed", "cosmetic", "wording", "key"]
COSMETIC = frozenset(
    {
        *("hints", "explanation", "source", "licence", "accessibility", "translations", "seconds", "difficulty"),
        *("misconceptions", "skills", "band"),
    }
)
"""Misconceptions decide what is told of a wrong answer, never whether it is right; skills and band are labels."""
WORDING = frozenset({"prompt", "text", "locale", "media"})
OPTIONS = frozenset({"options", "left", "right"})
_SPELLING = re.compile(r"[\W_]+")


class ItemChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of an item between two versions. Hashes are "" where it is not there."""

    name: str
    kind: Kind
    carries: bool = False
    fields: tuple[str, ...] = ()
    before: str = ""
    after: str = ""


def item_changes(old: Track | None, new: Track, kept: Collection[str] = ()) -> tuple[ItemChange, ...]:
    """All items that differ, in order of id. `kept` are those whose statistics hold in spite of other words."""
    before, after = _by_id(old), _by_id(new)
    found = [ItemChange(name=name, kind="added", after=content_hash_of(after[name])) for name in after.keys() - before]
    found += [
        ItemChange(name=name, kind="removed", before=content_hash_of(before[name])) for name in before.keys() - after
    ]
    for name in before.keys() & after:
        if before[name] != after[name]:
            found.append(_changed(before[name], after[name], name in kept))
    return tuple(sorted(found, key=lambda change: change.name))


def _by_id(track: Track | None) -> dict[str, Item | Template]:
    return {} if track is None else {one.id: one for one in (*track.items, *track.templates)}


def _changed(old: Item | Template, new: Item | Template, kept: bool) -> ItemChange:
    fields = changed_fields(old, new)
    kind = kind_of(old, new, fields)
    return ItemChange(
        name=new.id,
        kind=kind,
        carries=kind == "cosmetic" or (kind == "wording" and kept),
        fields=fields,
        before=content_hash_of(old),
        after=content_hash_of(new),
    )


def changed_fields(old: Item | Template, new: Item | Template) -> tuple[str, ...]:
    """Names of the fields that differ, `kind` for another interaction."""
    if type(old) is not type(new):
        return ("kind",)
    return tuple(name for name in new.__struct_fields__ if getattr(old, name) != getattr(new, name))


def kind_of(old: Item | Template, new: Item | Template, fields: Iterable[str]) -> Kind:
    """How much a change of these fields means. A field that is not known to be harmless may change what is right."""
    found: Kind = "cosmetic"
    for field in fields:
        if field in COSMETIC:
            continue
        if field in WORDING:
            if not _spelled_alike(getattr(old, field), getattr(new, field)):
                found = "wording"
        elif field in OPTIONS and _same_ids(getattr(old, field), getattr(new, field)):
            found = "wording"
        else:
            return "key"
    return found


def _spelled_alike(old: Any, new: Any) -> bool:
    """Whether two texts differ in white space, case and punctuation only."""
    return isinstance(old, str) and _bare(old) == _bare(new)


def _bare(text: str) -> str:
    return _SPELLING.sub(" ", text).strip().casefold()


def _same_ids(old: Any, new: Any) -> bool:
    return [getattr(one, "id", one) for one in old] == [getattr(one, "id", one) for one in new]


class SkillFate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a skill of the version before: `into` are the skills that took it up, none if it is retired."""

    skill: str
    fate: Literal["renamed", "split", "merged", "retired"]
    into: tuple[str, ...] = ()


class SkillMapError(ValueError):
    """A skill map does not fit the versions. `faults` are (skill, what is wrong and what is allowed)."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{skill}: {text}" for skill, text in faults))
        self.faults = faults


def skill_fates(old: Track | None, new: Track, map: Mapping[str, tuple[str, ...]]) -> tuple[SkillFate, ...]:
    """What became of each skill that is not simply the same. One that is gone and not in the map is retired.

    Raises:
        SkillMapError: the map names skills that the versions do not have.
    """
    before = {skill.id for skill in old.skills} if old is not None else set[str]()
    after = {skill.id for skill in new.skills}
    faults = [(name, "is no skill of the version before") for name in map if name not in before]
    faults += [
        (name, f"{into!r} is no skill of this version")
        for name, targets in map.items()
        for into in targets
        if into not in after
    ]
    if faults:
        raise SkillMapError(faults)
    whole = {name: map.get(name, (name,) if name in after else ()) for name in before}
    times = Counter(into for targets in whole.values() for into in targets)
    shared = {into for into, n_times in times.items() if n_times > 1}
    fates = [
        SkillFate(skill=name, fate=_fate(targets, shared), into=targets)
        for name, targets in sorted(whole.items())
        if targets != (name,) or name in shared
    ]
    return tuple(fates)


def _fate(targets: tuple[str, ...], shared: set[str]) -> Literal["renamed", "split", "merged", "retired"]:
    if not targets:
        return "retired"
    if len(targets) > 1:
        return "split"
    return "merged" if targets[0] in shared else "renamed"
