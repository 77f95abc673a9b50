"""What becomes of skills from one version of a track to another: which skills of the new one take up each old one.

A map is a relation, written as the new skills by each old skill. A skill that several take up was split, several that
one takes up were merged, one that none takes up is retired, and one that takes up none is new. What is not named stays
under its id if the new version has it, and is retired if not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

SkillMap = Mapping[str, tuple[str, ...]]


def whole_map(before: Iterable[str], after: Collection[str], named: SkillMap) -> dict[str, tuple[str, ...]]:
    """What takes up each skill of the version before, where only what differs from the rule is named."""
    return {
        skill: tuple(into for into in dict.fromkeys(named[skill]) if into in after)
        if skill in named
        else ((skill,) if skill in after else ())
        for skill in before
    }


def named_part(whole: SkillMap, after: Collection[str]) -> dict[str, tuple[str, ...]]:
    """What of a map is not as the rule has it."""
    return {skill: into for skill, into in whole.items() if into != ((skill,) if skill in after else ())}


def composed(first: SkillMap, then: SkillMap) -> dict[str, tuple[str, ...]]:
    """One map after the other. What `then` does not name stays as it is."""
    return {
        skill: tuple(dict.fromkeys(last for into in middle for last in then.get(into, (into,))))
        for skill, middle in first.items()
    }


def inverse(whole: SkillMap, after: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The map back: for each skill of the newer version those that it took up. New skills are retired by it."""
    back: dict[str, list[str]] = {skill: [] for skill in after}
    for skill, into in whole.items():
        for name in into:
            back[name].append(skill)
    return {skill: tuple(taken) for skill, taken in back.items()}


def mapped(skills: Iterable[str], whole: SkillMap) -> tuple[str, ...]:
    """What takes up these skills, each once, in their order."""
    return tuple(dict.fromkeys(into for skill in skills for into in whole.get(skill, ())))
