"""Use cases of tracks: look at them, and enrol with a goal."""

from __future__ import annotations

import numpy as np

from api.game.calendar import DAY_MS
from api.learners.drafts import Arrival, Draft
from api.learners.events import TrackEnrolled
from api.learners.facts import EnrolmentStarted
from api.learners.fold import pupil_of
from api.learners.learner import Learner
from api.learners.states import Recorded, States
from api.tracks.goals import Feasibility, days_left, feasibility, with_prerequisites
from api.tracks.registry import Published, Registry
from api.wire import WireError


class TrackService:
    """Tracks, as learners meet them."""

    def __init__(self, registry: Registry, states: States) -> None:
        self.registry = registry
        self.states = states

    async def enrol(self, learner_id: str, arrival: Arrival, event: TrackEnrolled) -> Recorded:
        """Start a track. The enrolment's id is the event's.

        Raises:
            TrackNotFoundError: there is no such track.
            WireError: the goal names skills the track has not, or a day that is over.
            EventConflictError: the event's id was used for something else.
        """

        async def decide(draft: Draft) -> None:
            self.decide(event, draft)

        await self.registry.refresh()
        return await self.states.record(learner_id, arrival, decide)

    def decide(self, event: TrackEnrolled, draft: Draft) -> None:
        """Tell what follows from an enrolment. Raises TrackNotFoundError, WireError."""
        published = self.registry.track(event.track_id)
        _check_goal(published, event)
        _check_date(event, draft.place())
        draft.begin()
        draft.tell(
            EnrolmentStarted(
                enrolment_id=draft.event_id,
                track_id=event.track_id,
                track_version=published.version,
                skills=event.skills,
                date=event.date,
                minutes_per_day=event.minutes_per_day,
                feasibility=self._feasibility(draft.learner, published, event, draft.at),
            )
        )

    def _feasibility(self, learner: Learner, published: Published, event: TrackEnrolled, at: int) -> Feasibility:
        course = published.course
        named = [published.skill_index[skill] for skill in event.skills]
        scope = sorted(with_prerequisites(course, named or range(course.n_skills)))
        known = np.zeros(len(scope))
        if published.version in learner.state.studies:
            pupil = pupil_of(learner, published.version, self.registry)
            mastery = pupil.mastery(at / DAY_MS)
            known = np.where(mastery.practised[scope] > 0, mastery.mean[scope], 0.0)
        left = None if event.date is None else days_left(event.date, at, event.zone)
        return feasibility(known, published.seconds[scope], left, event.minutes_per_day)


def _check_goal(published: Published, event: TrackEnrolled) -> None:
    faults = [
        (f"/goal/skills/{place}", f"track {published.track.id!r} has no skill {skill!r}")
        for place, skill in enumerate(event.skills)
        if skill not in published.skill_index
    ]
    if faults:
        raise WireError(*faults)


def _check_date(event: TrackEnrolled, at: int) -> None:
    if event.date is not None and days_left(event.date, at, event.zone) < 1:
        raise WireError(("/goal/date", f"{event.date} is over; the goal needs a day from today on"))
