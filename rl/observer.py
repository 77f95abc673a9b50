"""The tutor's seat beside an environment: what a teacher sees of L learners becomes beliefs, and beliefs features."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from envs.courses import CourseBatch
from rl.arithmetic import Rows
from rl.belief import Belief, Estimate, estimate
from rl.candidates import MAX_CANDIDATES, dependents_need, propose
from rl.course_view import CourseView
from rl.features import Floats, Moment, candidate_features, context_features
from rl.filters import Outcomes, update
from rl.gains import Gains, expected_gains
from rl.guards import permitted
from rl.parameters import BeliefParameters

Bools = NDArray[np.bool_]
Arrays = TypeVar("Arrays", Estimate, Gains, Moment)
Observation = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Look:
    """One choice to be made for each of L learners, as the network sees it.

    Attributes:
        features: (L, N, F); mask: (L, N) bool; context: (L, C).
        skills: (L, P) proposed skills; candidate n is band n % B of skill n // B of these.
    """

    features: Floats
    mask: Bools
    context: Floats
    skills: Rows


class Observer:
    """Beliefs about L learners, fed by the observations of `envs.TutoringVectorEnv`.

    Attributes (after `take`): view, belief, current, gains, moment, masked; see the modules of these names.
    """

    def __init__(
        self, courses: CourseBatch, parameters: BeliefParameters, max_candidates: int = MAX_CANDIDATES
    ) -> None:
        self.parameters = parameters
        self.view = _view(courses, np.arange(courses.n_skills.shape[0]))
        n_skills, self.n_bands = int(courses.difficulty.shape[1]), int(courses.difficulty.shape[2])
        self.belief = Belief.fresh(self.view, parameters)
        self.n_places = min(n_skills, max(1, max_candidates // self.n_bands))
        self.current: Estimate
        self.gains: Gains
        self.moment: Moment
        self.masked: Bools

    @property
    def n_candidates(self) -> int:
        """N, the same in every look."""
        return self.n_places * self.n_bands

    def restart(self, rows: Rows, courses: CourseBatch) -> None:
        """New learners on new courses in these rows, or with new goals in a course that all share."""
        if not rows.size:
            return
        if courses.graph is None:
            self.view.put(rows, _view(courses, rows))
        else:
            self.view.aim(rows, courses.goal[rows])
        self.belief.forget(rows, self.view, self.parameters)

    def keep(self, rows: Rows) -> None:
        """Go on with these learners only (indices into the present ones)."""
        self.view = self.view.rows(rows)
        self.current = _rows_of(self.current, rows)
        self.belief = Belief(self.belief.skills[:, rows], self.belief.learners[:, rows])

    def part(self, rows: slice) -> Observer:
        """The same beliefs about some of the learners only; arrays are shared, for looking, not for taking."""
        part = copy(self)
        part.view, part.current = self.view.rows(rows), _rows_of(self.current, rows)
        part.gains, part.moment = _rows_of(self.gains, rows), _rows_of(self.moment, rows)
        part.belief = Belief(self.belief.skills[:, rows], self.belief.learners[:, rows])
        part.masked = self.masked[rows]
        return part

    def take(self, observation: Observation) -> None:
        """Learn from the last outcomes, then look at the moment of the next choice."""
        clock = observation["clock"].astype(np.float64)
        self._learn(observation["last"].astype(np.float64), clock)
        self.moment = Moment(now=clock[:, 0], horizon_days=clock[:, 1], exercises_left=clock[:, 2], rolling=clock[:, 5])
        self.current = estimate(self.belief, self.view, self.moment.now, self.parameters)
        self.gains = expected_gains(self.belief, self.view, self.current, self.moment.horizon_days, self.parameters)
        self.masked, _ = permitted(self.belief, self.view, self.current, self.gains)

    def look(self) -> Look:
        """Features of the proposed candidates."""
        need = dependents_need(self.view, self.current)
        skills = propose(self.belief, self.view, self.current, self.gains, self.masked, self.n_places, need)
        rows = np.arange(skills.shape[0])[:, None]
        mask = self.masked[rows, skills].reshape(skills.shape[0], -1)
        return Look(
            features=candidate_features(self.belief, self.view, self.current, self.gains, skills, mask, need),
            mask=mask,
            context=context_features(self.belief, self.view, self.current, self.gains, self.moment),
            skills=skills,
        )

    def actions(self, look: Look, chosen: NDArray[np.integer]) -> Rows:
        """The environment's action numbers (L,) of chosen candidates (L,)."""
        rows = np.arange(chosen.shape[0])
        y: Rows = look.skills[rows, chosen // self.n_bands] * self.n_bands + chosen % self.n_bands
        return y

    def _learn(self, last: NDArray[np.float64], clock: NDArray[np.float64]) -> None:
        rows = np.flatnonzero(last[:, 0] > 0)
        if not rows.size:
            return
        outcomes = Outcomes(
            rows=rows,
            skill=last[rows, 1].astype(np.intp),
            band=last[rows, 2].astype(np.intp),
            score=last[rows, 3],
            at=clock[rows, 0] - clock[rows, 4],
            hints=last[rows, 5],
            seconds=np.where(last[rows, 4] > 0.0, last[rows, 4], np.nan),
        )
        update(self.belief, self.view, self.current, outcomes, self.parameters)


def _view(courses: CourseBatch, rows: Rows) -> CourseView:
    """The courses of these rows; one that all learners share is held once."""
    shared = courses.graph is not None
    of = rows[:1] if shared else rows
    view = CourseView.stack(
        courses.prerequisites[of],
        courses.difficulty[of],
        courses.guess[of],
        courses.available[of],
        courses.goal[of],
        courses.n_skills[of],
        linked=None if shared else True,
    )
    return CourseView.shared(view, courses.goal[rows]) if shared else view


def _rows_of(arrays: Arrays, rows: Rows | slice) -> Arrays:
    """A dataclass of arrays with a leading axis of learners, some rows of it."""
    return replace(arrays, **{field.name: getattr(arrays, field.name)[rows] for field in fields(arrays)})
