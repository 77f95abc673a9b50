"""Which exercise next: belief, candidates and policy put together, for one learner or for many who ask at once.

A choice is a long row of small array operations, whose cost hardly depends on how many learners they serve. So those
who ask at the same moment are ranked together, course by course; asking alone is the case of one. Wishes and pins cost
their learner a second ranking, and others nothing; reasons are found when they are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from rl.arithmetic import Array
from rl.belief import Belief
from rl.candidates import MAX_CANDIDATES, dependents_need, propose
from rl.course_view import CourseView
from rl.features import ROLLING_DAYS, Moment
from rl.guards import permitted
from rl.parameters import BeliefParameters
from rl.policy import Policy
from rl.ranking import draw, draw_several, softmax
from rl.reasons import Choice, Reason, reasons_for
from rl.scoring import RULE_VERSION, Sight, scores
from rl.wishes import PIN, WISH, Bending, Pins, Wish, bend, without_banned

GUARDS = ("prerequisites", "failureRun")
N_TOP = 5
MAX_REASONS = 3
BENT = {PIN: "Your teacher chose this for now.", WISH: "You asked for it."}


class NothingToRecommendError(Exception):
    """Every candidate of the course is masked."""


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """A choice and where it came from.

    Attributes:
        probability: with which this candidate is chosen, after every mask, guard, pin and wish.
        ability: believed ability in the skill now, mean, in logits.
        reasons: why, see `rl.reasons`; empty where they were not asked for.
        source: "policy" or "rule".
        guards: names of the guards that narrowed the choice.
        top: up to five likeliest candidates as (skill, band, probability).
        bent_by: "pin" and "wish", those of them that narrowed the choice; yielded: those that gave way.
        cost: what the bending costs: by how much one exercise is expected to raise the goal-weighted score of the
            test, of the likeliest without pins and wish, less of this one. Below 0 where this one brings more at once.
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
    bent_by: tuple[str, ...] = ()
    yielded: tuple[str, ...] = ()
    cost: float = 0.0


class Question(NamedTuple):
    """A learner who is to be shown something. Times are days on the clock of the belief.

    Attributes:
        belief, view: of this learner alone (L = 1).
        horizon_days: until the test; None for a rolling 30 days.
        exercises_left: until the end of the course's time; None where nobody knows.
        allowed: (K, B) candidates that may be shown; None for all.
        wish, pins: what bends the choice.
    """

    belief: Belief
    view: CourseView
    now: float
    horizon_days: float | None = None
    exercises_left: int | None = None
    allowed: NDArray[np.bool_] | None = None
    wish: Wish | None = None
    pins: Pins | None = None


@dataclass(frozen=True)
class Scene:
    """Learners of one course as they are ranked: L rows. Of `masked` (L, K, B) the `skills` (L, P) were proposed.

    `need` (L, K) is `rl.candidates.dependents_need`.
    """

    policy: Policy | None
    parameters: BeliefParameters
    sight: Sight
    masked: NDArray[np.bool_]
    skills: NDArray[np.intp]
    mask: NDArray[np.bool_]
    need: Array

    @property
    def source(self) -> str:
        """Who ranks."""
        return "rule" if self.policy is None else "policy"

    @property
    def version(self) -> str:
        """And which."""
        return RULE_VERSION if self.policy is None else self.policy.card.version


@dataclass(frozen=True)
class Ranking:
    """One learner's candidates with their probabilities (N,): candidate n is band n % B of proposed skill n // B.

    `likeliest` lists those that may be shown, the likeliest first. `explain` asks for reasons, which takes as long as
    ranking some learners more; they are of the belief as it is then, so ask before the next outcome.
    """

    scene: Scene
    row: int
    question: Question
    probabilities: NDArray[np.float64]
    likeliest: NDArray[np.intp]
    guards: tuple[str, ...]
    bending: Bending | None = None

    def best(self, *, explain: bool = False) -> Recommendation:
        """The likeliest."""
        return self._recommendation(self.likeliest.item(0), explain)

    def drawn(self, rng: np.random.Generator, *, explain: bool = False) -> Recommendation:
        """One, sampled."""
        return self._recommendation(draw(self.probabilities, rng), explain, by_chance=True)

    def several(self, k: int, rng: np.random.Generator | None, *, explain: bool = False) -> list[Recommendation]:
        """Up to k distinct ones, sampled, or the likeliest if there is no generator."""
        chosen = self.likeliest[:k].tolist() if rng is None else draw_several(self.probabilities, k, rng)
        return [self._recommendation(one, explain, by_chance=rng is not None) for one in chosen]

    def place(self, skill: int, band: int) -> int | None:
        """Where a candidate stands among the probabilities; None if it may not be shown."""
        found = np.flatnonzero(self.scene.skills[self.row] == skill)
        index = int(found[0]) * self.scene.masked.shape[2] + band if found.size else None
        return index if index is not None and self.probabilities[index] > 0.0 else None

    def reasons(self, place: int, *, by_chance: bool = False) -> tuple[Reason, ...]:
        """Why the candidate at a place of the probabilities: see `rl.reasons`. `by_chance` says that it was sampled."""
        scene, order = self.scene, self.likeliest
        rank = int(np.flatnonzero(order == place)[0])
        choice = Choice(
            policy=scene.policy,
            parameters=scene.parameters,
            belief=self.question.belief,
            view=self.question.view,
            moment=_moment_of([self.question]),
            skills=scene.skills[self.row : self.row + 1],
            mask=scene.mask[self.row : self.row + 1],
            place=place,
            behind=order[rank + 1 :],
        )
        told = self._outside(place, by_chance=by_chance and rank > 0)
        return (told + reasons_for(choice))[:MAX_REASONS]

    def _outside(self, place: int, *, by_chance: bool) -> tuple[Reason, ...]:
        """Reasons that lie in no belief: without the pin, the wish or the draw another would have come."""
        found = []
        skill, band, probability = self._candidate(place)
        if self.bending is not None and (skill, band) != self.bending.instead_of:
            found = [Reason(code=name, text=BENT[name], value=self._cost(skill, band)) for name in self.bending.by]
        if by_chance:
            text = "Several exercises were about as good, and this one was drawn among them."
            found.append(Reason(code="drawn", text=text, value=probability))
        return tuple(found)

    def _recommendation(self, index: int, explain: bool, *, by_chance: bool = False) -> Recommendation:
        scene, bending = self.scene, self.bending
        skill, band, probability = self._candidate(index)
        return Recommendation(
            skill=skill,
            band=band,
            probability=probability,
            ability=scene.sight.current.ability.item(self.row, skill),
            reasons=self.reasons(index, by_chance=by_chance) if explain else (),
            source=scene.source,
            policy_version=scene.version,
            guards=self.guards,
            top=tuple(self._candidate(n) for n in self.likeliest[:N_TOP].tolist()),
            bent_by=() if bending is None else bending.by,
            yielded=() if bending is None else bending.yielded,
            cost=self._cost(skill, band),
        )

    def _candidate(self, index: int) -> tuple[int, int, float]:
        """Skill, band and probability."""
        place, band = divmod(index, self.scene.masked.shape[2])
        return self.scene.skills.item(self.row, place), band, self.probabilities.item(index)

    def _cost(self, skill: int, band: int) -> float:
        """See `Recommendation.cost`."""
        if self.bending is None or not self.bending.by:
            return 0.0
        return self._gain(*self.bending.instead_of) - self._gain(skill, band)

    def _gain(self, skill: int, band: int) -> float:
        """Expected of one exercise: rise of the goal-weighted score of the test."""
        sight = self.scene.sight
        return sight.gains.mixed.item(self.row, skill, band) * sight.view.goal.item(self.row, skill)


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
        rankings = _rank_course(policy, parameters, [questions[place] for place in places])
        found.update(zip(places, rankings, strict=True))
    return [found[place] for place in range(len(questions))]


def _rank_course(
    policy: Policy | None, parameters: BeliefParameters, questions: Sequence[Question]
) -> list[Ranking | NothingToRecommendError]:
    """Rank learners of the same course."""
    sight = Sight.of(_belief_of(questions), _view_of(questions), _moment_of(questions), parameters)
    masked, spoke = permitted(sight.belief, sight.view, sight.current, sight.gains, _allowed_of(questions))
    some = np.logical_or.reduce(masked.reshape(len(questions), -1), axis=1).tolist()
    if False in some:
        masked[np.logical_not(some)] = True  # ranked with the others, and then not told
    scene = _proposed(policy, parameters, sight, masked)
    probabilities, order = ranked(scene)
    spoken = spoke.tolist()
    return [
        _bent(Ranking(scene, row, question, probabilities[row], _shown(order[row], probabilities[row]), _names(spoke)))
        if any_shown
        else NothingToRecommendError("no candidate of the course may be shown: all are masked")
        for row, (question, any_shown, spoke) in enumerate(zip(questions, some, spoken, strict=True))
    ]


def _proposed(policy: Policy | None, parameters: BeliefParameters, sight: Sight, masked: NDArray[np.bool_]) -> Scene:
    """The candidates of learners."""
    n_learners, n_places = len(masked), max(1, MAX_CANDIDATES // masked.shape[2])
    need = dependents_need(sight.view, sight.current)
    skills = propose(sight.belief, sight.view, sight.current, sight.gains, masked, n_places, need)
    mask = masked if skills is sight.view.every_skill else masked[np.arange(n_learners)[:, None], skills]
    return Scene(policy, parameters, sight, masked, skills, mask.reshape(n_learners, -1), need)


def ranked(scene: Scene) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """The probabilities (L, N) of the candidates of a scene and their places, the likeliest first."""
    logits = scores(scene.policy, scene.sight, scene.skills, scene.mask, scene.need)
    probabilities = softmax(logits, scene.mask)
    return probabilities, (-probabilities).argsort(axis=1, kind="stable")


def _bent(ranking: Ranking) -> Ranking:
    """The ranking after pins and wish."""
    question, scene, row = ranking.question, ranking.scene, ranking.row
    if question.wish is None and question.pins is None:
        return ranking
    skill, band, _ = ranking._candidate(ranking.likeliest.item(0))
    left, bending = bend(scene.masked[row], scene.sight.gains.success[row], (skill, band), question.wish, question.pins)
    if not bending.by:
        return replace(ranking, bending=bending)
    sight = Sight.of(question.belief, question.view, _moment_of([question]), scene.parameters)
    alone = _proposed(scene.policy, scene.parameters, sight, left[None])
    probabilities, order = ranked(alone)
    shown = _shown(order[0], probabilities[0])
    return Ranking(alone, 0, question, probabilities[0], shown, ranking.guards, bending)


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
    allowed = [without_banned(question.allowed, question.view.available[0], question.pins) for question in questions]
    if all(one is None for one in allowed):
        return None
    return np.stack(
        [question.view.available[0] if one is None else one for one, question in zip(allowed, questions, strict=True)]
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
