"""How an enrolment moves to another version of its track: the part of the fold that needs no belief."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from api.learners.facts import EnrolmentMoved
from api.learners.learner import Enrolment, PassedOn, Studies
from content.choice import Exposure
from content.skill_map import SkillMap, mapped


def moved(enrolment: Enrolment, fact: EnrolmentMoved, into: SkillMap, at: int) -> Enrolment:
    """The enrolment in its new version from `at` (ms) on, with its goal; one of which nothing is left means all.

    In a version that it was in before, the goal is the one of then.
    """
    return msgspec.structs.replace(
        enrolment,
        track_version=fact.to_version,
        moved_at=at,
        skills=enrolment.goals.get(fact.to_version, mapped(enrolment.skills, into)),
        goals={**enrolment.goals, enrolment.track_version: enrolment.skills},
    )


def pass_on(before: Studies, after: Studies, fact: EnrolmentMoved, into: SkillMap, has: Callable[[str], bool]) -> None:
    """Let studies go on in another version: what was shown there of items that `has` knows, and counts of practice.

    Counts there are of other answers if studies were going on there, and are added to; if not, they are older and give
    way.
    """
    apart = after.passed_on is None
    for item_id, exposure in before.seen.items():
        if has(item_id):
            known = after.seen.get(item_id) if apart else None
            after.seen[item_id] = exposure if known is None else _both(known, exposure)
    for skill, count in _counted(before.practised, into).items():
        after.practised[skill] = count + (after.practised.get(skill, 0) if apart else 0)
    before.passed_on, after.passed_on = PassedOn(fact.to_version, fact.skills), None


def places_of(numbers: dict[str, int], others: dict[str, int], into: SkillMap) -> Sequence[tuple[int, ...]]:
    """For each skill of a course, by number, the numbers of those of another that take it up."""
    found: list[tuple[int, ...]] = [()] * len(numbers)
    for skill, place in numbers.items():
        found[place] = tuple(others[name] for name in into[skill])
    return found


def _both(one: Exposure, other: Exposure) -> Exposure:
    return Exposure(one.times + other.times, max(one.last_at, other.last_at))


def _counted(practised: dict[str, int], into: SkillMap) -> dict[str, int]:
    """Counts by the skills that take up the counted ones; those of a split skill are shared out, as in the belief."""
    found: dict[str, int] = {}
    for skill, count in practised.items():
        for name in into[skill]:
            found[name] = found.get(name, 0) + max(1, count // len(into[skill]))
    return found
