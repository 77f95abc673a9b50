"""Beliefs that follow a course to another version of it, skill by skill.

- The same skill, also under another name: as it is, to the bit.
- A part of a split skill starts from the whole, with more doubt: its variance grows by half of that of a skill of which
  nothing is known, and the answers to the whole are shared out among the parts, so that each weighs less.
- A merged skill is the mixture of its parts by the share of answers each has, faded to the last of them, collapsed to
  one belief of the same mean and variance (Harrison and Stevens 1976, section 5): where the parts differ, the doubt is
  larger. What nobody practised has no share. Stability and hazard are geometric means, chances arithmetic ones.
- What no skill takes up is left out; a skill that takes up none is fresh.

What is known of the learner as such, and the clock, go on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from rl.belief import (
    ACCURACY,
    COUNT,
    EXERCISES,
    HAD_GROWTH,
    HAD_MASTERY,
    HAZARD,
    INDEX,
    LAST,
    LAST_SCORE,
    LAST_SKILL,
    LEARNED,
    MASSED,
    N_LEARNER_FIELDS,
    N_SKILL_FIELDS,
    NOW,
    SPACED,
    STABILITY,
    STRENGTH,
    SUCCESSES,
    VARIANCE,
    Belief,
    expect_had,
)
from rl.filters import MASSED_DAYS
from rl.parameters import BeliefParameters
from rl.runtime import Pupil

DOUBT = 0.5
"""By how much the variance of a part of a split skill grows, as a share of a new skill's: ours, a judgement."""

Fields = list[float]


def carry(before: Pupil, after: Pupil, into: Sequence[tuple[int, ...]], *, apart: bool) -> None:
    """Let a pupil go on with what is believed of another, on another version of the course (`after`, in place).

    Args:
        before: whose belief is carried; stays as it is.
        after: goes on. What it believes is kept where nothing is carried, and where what is carried is a part of a
            split skill only.
        into: (K,) for each skill of `before` the skills of `after` that take it up.
        apart: whether `after` learned from other answers than `before`, as in two enrolments; then both are joined
            like parts of a merged skill. If not, what it believes is older, and gives way.
    """
    if before.origin is None:
        return
    joined = apart and after.origin is not None
    origin = before.origin if after.origin is None else min(before.origin, after.origin)
    learner = _learner(before, after, into, origin, joined=joined)
    sources = _sources(before, into, before.origin - origin, learner[EXERCISES] - _n_exercises(before))
    later = learner[EXERCISES] - _n_exercises(after) if joined else 0.0
    own = {} if after.origin is None else _practised(after, after.origin - origin, later)
    parameters = after.tutor.parameters
    skills: dict[int, Fields] = {}
    for skill in sorted(own.keys() | sources.keys()):
        found = sources.get(skill, [])
        if skill in own and joined:
            found = [*found, (own[skill], 1)]
        elif skill in own and all(n_parts > 1 for _, n_parts in found) and len(found) < 2:
            found = [(own[skill], 1)]
        skills[skill] = merged([part_of(fields, n_parts, parameters) for fields, n_parts in found], parameters)
    after.origin = origin
    after.belief = Belief.fresh(after.view, parameters)
    after.belief.recall(0, learner, skills, parameters)
    expect_had(after.belief.skills, after.belief.learners, after.view, slice(0, 1), parameters)


def part_of(whole: Fields, n_parts: int, parameters: BeliefParameters) -> Fields:
    """What is believed of each of the parts of a skill that was split into so many; the whole, if it was not."""
    if n_parts == 1:
        return whole
    part = whole.copy()
    part[VARIANCE] += DOUBT * parameters.base_variance
    part[COUNT] = max(1.0, whole[COUNT] // n_parts)
    part[SUCCESSES] *= part[COUNT] / whole[COUNT]
    part[SPACED] = min(whole[SPACED], part[COUNT])
    return part


def merged(parts: Sequence[Fields], parameters: BeliefParameters) -> Fields:
    """What is believed of a skill that takes up these, of which each was practised; the only one as it is."""
    if len(parts) == 1:
        return parts[0]
    latest = max(parts, key=lambda part: part[LAST])
    n_answers = sum(part[COUNT] for part in parts)
    shares = [part[COUNT] / n_answers for part in parts]
    aged = [_aged(part, latest[LAST], parameters) for part in parts]
    found = latest.copy()
    for field in (STRENGTH, LEARNED, ACCURACY, HAD_GROWTH, HAD_MASTERY):
        found[field] = sum(share * part[field] for share, part in zip(shares, aged, strict=True))
    for field in (STABILITY, HAZARD):
        found[field] = math.exp(sum(share * math.log(part[field]) for share, part in zip(shares, aged, strict=True)))
    for field in (COUNT, SUCCESSES, SPACED, MASSED):
        found[field] = sum(part[field] for part in aged)
    found[VARIANCE] = sum(
        share * (part[VARIANCE] + (part[STRENGTH] - found[STRENGTH]) ** 2)
        for share, part in zip(shares, aged, strict=True)
    )
    found[INDEX] = max(part[INDEX] for part in parts)
    found[LAST_SCORE] = latest[LAST_SCORE]
    return found


def _aged(part: Fields, now: float, parameters: BeliefParameters) -> Fields:
    """A skill as it is at a later time, as if it were practised then without learning anything."""
    elapsed = now - part[LAST]
    if elapsed == 0.0:
        return part
    found = part.copy()
    found[STRENGTH] *= (elapsed / part[STABILITY] + 1.0) ** -parameters.decay
    found[LEARNED] *= math.exp(-part[HAZARD] * elapsed)
    found[MASSED] *= math.exp(-elapsed / MASSED_DAYS)
    return found


def _learner(
    before: Pupil, after: Pupil, into: Sequence[tuple[int, ...]], origin: float, *, joined: bool
) -> list[float]:
    """What is known of the learner as such: of the pupil with more exercises, at the later of both times."""
    leads = not joined or _n_exercises(before) >= _n_exercises(after)
    learner: list[float] = (before if leads else after).belief.learners[:N_LEARNER_FIELDS, 0].tolist()
    now = [
        pupil.belief.learners.item(NOW, 0) + pupil.origin - origin
        for pupil in (before, after)
        if pupil.origin is not None
    ]
    learner[NOW] = max(now, default=learner[NOW])
    if leads and learner[LAST_SKILL] >= 0.0:
        taken = into[int(learner[LAST_SKILL])]
        learner[LAST_SKILL] = float(taken[0]) if taken else -1.0
    return learner


def _sources(
    before: Pupil, into: Sequence[tuple[int, ...]], days: float, exercises: float
) -> dict[int, list[tuple[Fields, int]]]:
    """For each skill that takes up practised ones: their fields, and how many skills took up each."""
    found: dict[int, list[tuple[Fields, int]]] = {}
    for skill, fields in _practised(before, days, exercises).items():
        for target in into[skill]:
            found.setdefault(target, []).append((fields, len(into[skill])))
    return found


def _practised(pupil: Pupil, days: float, exercises: float) -> dict[int, Fields]:
    """Fields of the practised skills by number, on a clock that began so many days before, after so many exercises."""
    table = pupil.belief.skills[:N_SKILL_FIELDS, 0]
    found: dict[int, Fields] = {}
    for skill in (table[COUNT] > 0.0).nonzero()[0].tolist():
        fields: Fields = table[:, skill].tolist()
        fields[LAST] += days
        fields[INDEX] += exercises
        found[skill] = fields
    return found


def _n_exercises(pupil: Pupil) -> float:
    return float(pupil.belief.learners.item(EXERCISES, 0))
