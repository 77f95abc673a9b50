"""Which exercise next: belief, candidates and policy put together, for one learner or for many who ask at once.

A choice is a long row of small array operations, whose cost hardly depends on how many learners they serve. So those
who ask at the same moment are ranked together, course by course; asking alone is the case of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from rl.belief import Belief, Estimate, estimate
from rl.candidates import MAX_CANDIDATES, propose
from rl.course_view import CourseView
from rl.features import ROLLING_DAYS, Moment, candidate_features, context_features
from rl.gains import Gains, expected_gains
from rl.guards import permitted
from rl.parameters import BeliefParameters
from rl.policy import Policy
from rl.ranking import draw, draw_several, softmax
from rl.reasons import Reason, reasons_for
from rl.teachers.composite import composite

GUARDS = ("prerequisites", "failureRun")
N_TOP = 5


class NothingToRecommendError(Exception):
    """Every candidate of the course is masked."""


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """A choice and where it came from.

    Attributes:
        probability: with which this candidate is chosen, after every mask and guard.
        ability: believed ability in the skill now, mean, in logits.
        source: "policy" or "rule".
        guards: names of the guards that narrowed the choice.
        top: up to five likeliest candidates as (skill, band, probability).
    """

    skill: int
    band: int
    probability: float
    ability: float
    reasons: tuple[Reason, ...]
    source: str
    policy_version: str
    guards: tuple[str, ...]
    top: tuple[tuple[int, int, float], ...]


class Question(NamedTuple):
    """A learner who is to be shown something. Times are days on the clock of the belief.

    Attributes:
        belief, view: of this learner alone (L = 1).
        horizon_days: until the test; None for a rolling 30 days.
        exercises_left: until the end of the course's time; None where nobody knows.
        allowed: (K, B) candidates that may be shown; None for all.
    """

    belief: Belief
    view: CourseView
    now: float
    horizon_days: float | None = None
    exercises_left: int | None = None
    allowed: NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class Scene:
    """Learners of one course as they are ranked: L rows. `skills` (L, P) were proposed."""

    belief: Belief
    view: CourseView
    current: Estimate
    gains: Gains
    skills: NDArray[np.intp]
    source: str
    version: str


@dataclass(frozen=True)
class Ranking:
    """One learner's candidates with their probabilities (N,): candidate n is band n % B of proposed skill n // B.

    `likeliest` lists those that may be shown, the likeliest first.
    """

    scene: Scene
    row: int
    probabilities: NDArray[np.float64]
    likeliest: NDArray[np.intp]
    guards: tuple[str, ...]

    def best(self) -> Recommendation:
        """The likeliest."""
        return self._recommendation(self.likeliest.item(0))

    def drawn(self, rng: np.random.Generator) -> Recommendation:
        """One, sampled."""
        return self._recommendation(draw(self.probabilities, rng))

    def several(self, k: int, rng: np.random.Generator | None) -> list[Recommendation]:
        """Up to k distinct ones, sampled, or the likeliest if there is no generator."""
        chosen = self.likeliest[:k].tolist() if rng is None else draw_several(self.probabilities, k, rng)
        return [self._recommendation(one) for one in chosen]

    def _recommendation(self, index: int) -> Recommendation:
        scene = self.scene
        skill, band, probability = self._candidate(index)
        return Recommendation(
            skill=skill,
            band=band,
            probability=probability,
            ability=scene.current.ability.item(self.row, skill),
            reasons=reasons_for(scene.belief, scene.view, scene.current, scene.gains, (self.row, skill, band)),
            source=scene.source,
            policy_version=scene.version,
            guards=self.guards,
            top=tuple(self._candidate(n) for n in self.likeliest[:N_TOP].tolist()),
        )

    def _candidate(self, index: int) -> tuple[int, int, float]:
        """Skill, band and probability."""
        place, band = divmod(index, self.scene.view.difficulty.shape[2])
        return self.scene.skills.item(self.row, place), band, self.probabilities.item(index)


def rank(
    policy: Policy | None, parameters: BeliefParameters, questions: Sequence[Question]
) -> list[Ranking | NothingToRecommendError]:
    """The candidates of every question, in order; an error for a learner to whom nothing may be shown.

    Without a policy the composite rule ranks them.
    """
    if len(questions) == 1:
        return _rank_course(policy, parameters, questions)
    courses: dict[int, list[int]] = {}
    for place, question in enumerate(questions):
        courses.setdefault(id(question.view.difficulty), []).append(place)
    found: dict[int, Ranking | NothingToRecommendError] = {}
    for places in courses.values():
        ranked = _rank_course(policy, parameters, [questions[place] for place in places])
        found.update(zip(places, ranked, strict=True))
    return [found[place] for place in range(len(questions))]


def _rank_course(
    policy: Policy | None, parameters: BeliefParameters, questions: Sequence[Question]
) -> list[Ranking | NothingToRecommendError]:
    """Rank learners of the same course."""
    belief, view, moment = _belief_of(questions), _view_of(questions), _moment_of(questions)
    current = estimate(belief, view, moment.now, parameters)
    gains = expected_gains(belief, view, current, moment.horizon_days, parameters)
    masked, spoke = permitted(belief, view, current, gains, _allowed_of(questions))
    some = np.logical_or.reduce(masked.reshape(len(questions), -1), axis=1).tolist()
    if False in some:
        masked[np.logical_not(some)] = True  # ranked with the others, and then not told
    n_places = max(1, MAX_CANDIDATES // masked.shape[2])
    skills = propose(belief, view, current, gains, masked, n_places)
    mask = masked if skills is view.every_skill else masked[np.arange(len(questions))[:, None], skills]
    mask = mask.reshape(len(questions), -1)
    if policy is None:
        source, version = "rule", "composite-1"
        scores = composite(belief, view, current, gains)
        logits = scores[np.arange(len(questions))[:, None], skills].reshape(mask.shape)
    else:
        source, version = "policy", policy.card.version
        features = candidate_features(belief, view, current, gains, skills)
        context = context_features(belief, view, current, gains, moment)
        logits = policy.logits(features, mask, context).astype(np.float64)
    probabilities = softmax(logits, mask)
    order = (-probabilities).argsort(axis=1, kind="stable")
    scene = Scene(belief, view, current, gains, skills, source, version)
    spoken = spoke.tolist()
    return [
        Ranking(scene, row, probabilities[row], _shown(order[row], probabilities[row]), _names(spoken[row]))
        if any_shown
        else NothingToRecommendError("no candidate of the course may be shown: all are masked")
        for row, any_shown in enumerate(some)
    ]


def _shown(order: NDArray[np.intp], probabilities: NDArray[np.float64]) -> NDArray[np.intp]:
    """Those in this order, the likeliest first, that may be shown."""
    return order[: np.count_nonzero(probabilities)]


def _names(spoke: list[bool]) -> tuple[str, ...]:
    return tuple(name for name, on in zip(GUARDS, spoke, strict=True) if on)


def _belief_of(questions: Sequence[Question]) -> Belief:
    if len(questions) == 1:
        return questions[0].belief
    return Belief(
        np.concatenate([question.belief.skills for question in questions], axis=1),
        np.concatenate([question.belief.learners for question in questions], axis=1),
    )


def _view_of(questions: Sequence[Question]) -> CourseView:
    if len(questions) == 1:
        return questions[0].view
    return questions[0].view.aimed(np.concatenate([question.view.goal for question in questions]))


def _allowed_of(questions: Sequence[Question]) -> NDArray[np.bool_] | None:
    """(L, K, B), what the course serves where a question allows everything; None where all of them do."""
    if all(question.allowed is None for question in questions):
        return None
    return np.stack(
        [question.view.available[0] if question.allowed is None else question.allowed for question in questions]
    )


def _moment_of(questions: Sequence[Question]) -> Moment:
    table = np.array(
        [
            (
                question.now,
                ROLLING_DAYS if question.horizon_days is None else max(question.horizon_days, 0.0),
                -1.0 if question.exercises_left is None else question.exercises_left,
                question.horizon_days is None,
            )
            for question in questions
        ],
        dtype=np.float64,
    )
    return Moment(*table.T)
