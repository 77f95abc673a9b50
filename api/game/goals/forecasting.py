"""What beliefs say of a live learner's goals: the load of a date goal, and what comes due day by day."""

from __future__ import annotations

import numpy as np

from api.game.calendar import DAY_MS
from api.game.goals.by_date import Load, Scope, load
from api.game.goals.returning import HORIZON_DAYS
from api.game.quests.needing import Study, mastery_of
from api.learners.fold import pupil_of
from api.learners.learner import Enrolment, Learner
from api.tracks.goals import horizon_days, with_prerequisites
from api.tracks.registry import Registry
from rl.doubt import Z80

LOOKS = (1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60)
"""Days ahead at which the belief is asked what will be due; in between it is spread evenly."""


def date_load(learner: Learner, enrolment: Enrolment, registry: Registry, at: int, zone: str, days: int) -> Load:
    """The daily load of an enrolment's goal whose date is in `days` (1 is today), as of a time (ms)."""
    return load(_scope(learner, enrolment, registry, at, zone), days, enrolment.minutes_per_day)


def _scope(learner: Learner, enrolment: Enrolment, registry: Registry, at: int, zone: str) -> Scope:
    published = registry.version(enrolment.track_version)
    mastery = mastery_of(learner, enrolment, registry, at, horizon_days(enrolment.date, at, zone))
    named = [published.skill_index[skill] for skill in enrolment.skills]
    places = sorted(with_prerequisites(published.course, named or range(published.course.n_skills)))
    weights = published.weights(enrolment.skills)
    chosen = np.ones(len(places)) if weights is None else weights[places]
    return Scope(
        weights=chosen / chosen.sum(),
        known=np.where(mastery.practised[places] > 0, mastery.mean[places], 0.0),
        forecast=mastery.forecast[places],
        spread=(mastery.high[places] - mastery.low[places]) / (2.0 * Z80),
        seconds=published.seconds[places],
    )


def arrivals(learner: Learner, studies: list[Study], registry: Registry, at: int) -> tuple[int, ...]:
    """How many skills come due on each of the days after `at` (ms) if nothing is practised, as the belief has it."""
    found = np.zeros(HORIZON_DAYS)
    for study in studies:
        pupil = pupil_of(learner, study.published.version, registry)
        before, since = int(study.mastery.due.sum()), 0
        for ahead in LOOKS:
            due = int(pupil.mastery(at / DAY_MS + ahead).due.sum())
            found[since:ahead] += max(0, due - before) / (ahead - since)
            before, since = max(before, due), ahead
    return tuple(np.diff(np.concatenate([[0], np.round(np.cumsum(found))])).astype(int).tolist())
