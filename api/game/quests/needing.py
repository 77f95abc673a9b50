"""What would help a learner, read off their mastery: one look at it, taken only when quests are drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from api.game.calendar import DAY_MS
from api.game.goals.book import usual_days, usual_items
from api.game.goals.returning import days_away, return_plan
from api.game.quests.needs import NamedSkill, Needs
from api.learners.fold import pupil_of
from api.learners.learner import Enrolment, Learner
from api.tracks.registry import Published, Registry
from rl.runtime import Mastery

MAX_TRACKS = 3
"""Tracks that are looked at, those of the latest enrolments."""

MAX_NAMED = 3
HOLDS = 0.75
"""A practised skill whose mastery is below this is weak."""

READY = 0.55
"""A skill may be begun when all it builds on are above this."""

SOME_ANSWERS = 10
"""Fewer answers in the latest lessons say nothing of how many are right."""


@dataclass(frozen=True)
class Study:
    """A learner on a track: the latest enrolment in it, and what they know of it."""

    enrolment: Enrolment
    published: Published
    mastery: Mastery


def studies_of(learner: Learner, registry: Registry, at: int, horizon_days: float | None = None) -> list[Study]:
    """The learner's latest tracks, the last enrolled in first, with mastery at a time (ms)."""
    latest = {enrolment.track_version: enrolment for enrolment in learner.state.enrolments.values()}
    wanted = sorted(latest.values(), key=lambda one: one.started_at, reverse=True)[:MAX_TRACKS]
    return [
        Study(one, registry.version(one.track_version), mastery_of(learner, one, registry, at, horizon_days))
        for one in wanted
    ]


def mastery_of(
    learner: Learner, enrolment: Enrolment, registry: Registry, at: int, horizon_days: float | None = None
) -> Mastery:
    """What is believed of each skill of an enrolment's track at a time (ms)."""
    return pupil_of(learner, enrolment.track_version, registry).mastery(at / DAY_MS, horizon_days)


def needs_of(learner: Learner, registry: Registry, day: int, starts: int) -> Needs:
    """What would help the learner on a local date (ordinal) that starts at an instant (ms).

    It is reckoned as of the start of the day, so that whoever asks during the day before anything was done, from
    whatever device, is told the same as is drawn with the first event.
    """
    game, studies = learner.state.game, studies_of(learner, registry, starts)
    plan = return_plan(game.goals, day)
    n_due = sum(int(study.mastery.due.sum()) for study in studies)
    n_practised = sum(int((study.mastery.practised > 0).sum()) for study in studies)
    return Needs(
        learner_id=learner.id,
        day=day,
        n_due=n_due if plan is None else min(n_due, plan.left_today),
        weakest=_weakest(studies),
        next_new=_next_new(studies),
        n_practised=n_practised,
        success=_success(learner),
        usual_answers=usual_items(game.goals),
        usual_days=usual_days(game.goals, day),
        days_away=days_away(game.goals, day),
        hard=n_practised > 0,
        minor=game.settings.minor,
        boosted=game.quests.boost,
    )


def _weakest(studies: list[Study]) -> tuple[NamedSkill, ...]:
    found = [
        (float(study.mastery.mean[place]), study.published.course.skill_ids[place], study.published)
        for study in studies
        for place in np.flatnonzero((study.mastery.practised > 0) & (study.mastery.mean < HOLDS)).tolist()
        if place in study.published.served
    ]
    ranked = sorted(found, key=lambda one: one[:2])[:MAX_NAMED]
    return tuple(NamedSkill(id=skill, title=published.skills[skill].title) for _, skill, published in ranked)


def _next_new(studies: list[Study]) -> tuple[NamedSkill, ...]:
    """The next skills of the latest track that has some, in the author's order."""
    for study in studies:
        course, mastery = study.published.course, study.mastery
        waiting: NDArray[np.bool_] = np.any(course.prerequisites & (mastery.mean < READY), axis=1)
        new = [place for place in study.published.served if mastery.practised[place] == 0 and not waiting[place]]
        if new:
            ids = [course.skill_ids[place] for place in new[:MAX_NAMED]]
            return tuple(NamedSkill(id=skill, title=study.published.skills[skill].title) for skill in ids)
    return ()


def _success(learner: Learner) -> float:
    """Share right in the latest lessons; a half where there were too few answers."""
    lessons = learner.state.sessions.values()
    answered = sum(lesson.answered for lesson in lessons)
    return sum(lesson.right for lesson in lessons) / answered if answered >= SOME_ANSWERS else 0.5
