"""How a course's versions follow one another, skill by skill, as their publishers said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from api.authoring.publishing.version import Versions
from api.tracks.heads import Heads
from content.skill_map import SkillMap, composed, inverse

PAGE = 20


class Step(NamedTuple):
    """A version: its number, the track, and what became of those skills of the one before that are not as they were."""

    number: int
    track: str
    named: SkillMap


class CourseLineage:
    """The versions of courses on the Documents port."""

    def __init__(self, versions: Versions, heads: Heads) -> None:
        self._versions = versions
        self._heads = heads

    async def skill_map(
        self, track_id: str, before: str, after: str, skills: Sequence[str], others: Sequence[str]
    ) -> SkillMap:
        """What takes up the skills of a version in another one, version after version; empty if nobody published them.

        The way back to an older version is the way from there, turned round.
        """
        head = await self._heads.find(track_id)
        steps = [] if head is None else await self._steps(head.course_id)
        old, new = _nearest(steps, before, after)
        if old is None or new is None:
            return {}
        if old < new:
            return along(steps[old + 1 : new + 1], skills)
        return inverse(along(steps[new + 1 : old + 1], others), skills)

    async def _steps(self, course_id: str) -> list[Step]:
        found: list[Step] = []
        after = ""
        while page := await self._versions.of(course_id, after, PAGE):
            found += [Step(one.number, one.track, {fate.skill: fate.into for fate in one.skills}) for one in page]
            after = page[-1].id
        return found


def along(steps: Sequence[Step], skills: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What takes up skills after these steps, one after the other."""
    found: dict[str, tuple[str, ...]] = {skill: (skill,) for skill in skills}
    for step in steps:
        found = composed(found, step.named)
    return found


def _nearest(steps: Sequence[Step], before: str, after: str) -> tuple[int | None, int | None]:
    """The places of two tracks that lie nearest to each other, where a version repeats an earlier one."""
    pairs = [
        (old, new)
        for old, step in enumerate(steps)
        for new, other in enumerate(steps)
        if (step.track, other.track) == (before, after)
    ]
    return min(pairs, key=lambda pair: abs(pair[0] - pair[1]), default=(None, None))
