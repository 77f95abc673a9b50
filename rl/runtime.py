"""The tutor as a library: load a policy, open a course, ask for the next exercise, say what happened.

    tutor = Tutor.load("policy.onnx")
    pupil = tutor.open(course)
    choice = pupil.recommend(now)
    pupil.observe(Outcome(skills=(choice.skill,), band=choice.band, score=1.0, at=now))

Needs numpy and onnxruntime, not torch. Times are days on any one clock; None means "a minute later".
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from content.course import Course
from rl.arithmetic import ARRAYS, sigmoid
from rl.belief import (
    COUNT,
    HAD_GROWTH,
    MIXTURE,
    N_LEARNER_FIELDS,
    N_SKILL_FIELDS,
    NOW,
    VARIANCE,
    Belief,
    Estimate,
    Faded,
    estimate,
    expect_had,
)
from rl.candidates import MAX_CANDIDATES, propose
from rl.course_view import CourseView
from rl.features import ROLLING_DAYS, Moment, candidate_features, context_features
from rl.filters import fade_one, update_one
from rl.gains import Gains, expected_gains
from rl.guards import permitted
from rl.parameters import BeliefParameters
from rl.policy import Policy, PolicyError
from rl.ranking import Ranking, draw, draw_several, softmax
from rl.reasons import Reason, reasons_for
from rl.signs import Answer
from rl.teachers.composite import composite

STATE_VERSION = 1
MINUTE = 1.0 / 1440.0
GUARDS = ("prerequisites", "failureRun")
N_TOP = 5

__all__ = ["Mastery", "Outcome", "PolicyError", "Pupil", "Recommendation", "Tutor"]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One answered exercise. An exercise of several skills informs all of them.

    Attributes:
        skills: indices of the skills, the one it was chosen for first.
        band: index of the difficulty band.
        score: share right, in [0, 1].
        at: when, in days; None is a minute after the one before.
        seconds: time taken, scaled to an item of usual length where items differ; None if not known.
        hints: number of hints taken.
    """

    skills: tuple[int, ...]
    band: int
    score: float
    at: float | None = None
    seconds: float | None = None
    hints: int = 0


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """A choice and where it came from.

    Attributes:
        probability: with which this candidate is chosen, after every mask and guard.
        source: "policy" or "rule".
        guards: names of the guards that narrowed the choice.
        top: up to five likeliest candidates as (skill, band, probability).
    """

    skill: int
    band: int
    probability: float
    reasons: tuple[Reason, ...]
    source: str
    policy_version: str
    guards: tuple[str, ...]
    top: tuple[tuple[int, int, float], ...]


@dataclass(frozen=True)
class Mastery:
    """What is believed of each skill, arrays (K,).

    Attributes:
        mean, low, high: probability of answering an open question of middling difficulty now, with an 80 % interval.
        recall: share of what was learned that is still there; 1 where nothing was practised.
        forecast: expected score at the horizon without more practice.
        practised: exercises so far.
        due: worth reviewing now.
    """

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    recall: NDArray[np.float64]
    forecast: NDArray[np.float64]
    practised: NDArray[np.int64]
    due: NDArray[np.bool_]


class NothingToRecommendError(Exception):
    """Every candidate of the course is masked."""


class Tutor:
    """A policy, or without one the composite rule, ready to open courses."""

    def __init__(self, policy: Policy | None, parameters: BeliefParameters) -> None:
        self.policy = policy
        self.parameters = parameters

    @classmethod
    def load(cls, path: str | Path) -> Tutor:
        """The tutor of a policy file; PolicyError says what is wrong with it."""
        policy = Policy.load(Path(path))
        return cls(policy, policy.card.belief)

    @classmethod
    def rule(cls) -> Tutor:
        """The tutor without a policy: a composite of frontier, target success and forgetting."""
        return cls(None, BeliefParameters())

    @property
    def source(self) -> str:
        """Who chooses: "policy" or "rule"."""
        return "rule" if self.policy is None else "policy"

    @property
    def version(self) -> str:
        """Version of the policy, or of the rule."""
        return "composite-1" if self.policy is None else self.policy.card.version

    def open(self, course: Course, goal: NDArray[np.floating] | None = None, state: bytes | None = None) -> Pupil:
        """A learner on a course; `goal` (K,) weighs skills, `state` continues an earlier pupil.

        Raises:
            ValueError: for a goal of another shape, or a state of another course or version.
        """
        pupil = Pupil(self, course, CourseView.of(course, goal))
        if state is not None:
            pupil.restore(state)
        return pupil


class Pupil:
    """What the tutor knows of one learner on one course. Not safe for use from several threads at once."""

    def __init__(self, tutor: Tutor, course: Course, view: CourseView) -> None:
        self.tutor = tutor
        self.course = course
        self.view = view
        self.belief = Belief.fresh(view, tutor.parameters)
        self.origin: float | None = None
        self._places = max(1, MAX_CANDIDATES // course.n_bands)
        self._kept: tuple[float, CourseView, Estimate] | None = None

    def recommend(
        self,
        now: float | None = None,
        k: int = 1,
        rng: np.random.Generator | None = None,
        allowed: NDArray[np.bool_] | None = None,
        horizon_days: float | None = None,
        exercises_left: int | None = None,
    ) -> Recommendation | list[Recommendation]:
        """The next exercise; a list of k distinct ones if k > 1.

        Args:
            now: days; None is a minute after the last outcome.
            rng: samples from the policy's distribution; None takes the likeliest.
            allowed: (K, B) candidates that may be shown; None allows all.
            horizon_days: until the test; None is a rolling 30 days.
            exercises_left: until the end of the course's time, if known.

        Raises:
            NothingToRecommendError: if `allowed` leaves nothing the course can serve.
        """
        moment = self._moment(now, horizon_days, exercises_left)
        current = self._estimate(moment.now)
        gains = expected_gains(self.belief, self.view, current, moment.horizon_days, self.tutor.parameters)
        masked, spoke = permitted(self.belief, self.view, current, gains, None if allowed is None else allowed[None])
        if not np.count_nonzero(masked):
            raise NothingToRecommendError("no candidate of the course may be shown: all are masked")
        skills = propose(self.belief, self.view, current, gains, masked, self._places)
        mask = (masked[0] if skills is self.view.every_skill else masked[0, skills[0]]).ravel()
        probabilities = self._probabilities(moment, current, gains, skills, mask)
        order = (-probabilities).argsort(kind="stable")
        ranking = Ranking(
            skills=skills[0],
            n_bands=self.course.n_bands,
            probabilities=probabilities,
            likeliest=[i for i in order[: max(k, N_TOP)].tolist() if probabilities[i] > 0],
        )
        spoken = spoke[0].tolist()
        guards = tuple(name for name, on in zip(GUARDS, spoken, strict=True) if on)
        if k == 1:
            chosen = ranking.likeliest[0] if rng is None else draw(probabilities, rng)
            return self._recommendation(chosen, ranking, current, gains, guards)
        several = ranking.likeliest[:k] if rng is None else draw_several(probabilities, k, rng)
        return [self._recommendation(one, ranking, current, gains, guards) for one in several]

    def observe(self, outcome: Outcome) -> None:
        """Take in what happened. The same outcomes in the same order give the same state."""
        now = self._clock(outcome.at)
        _check(outcome, self.course)
        answer = Answer(
            score=float(outcome.score),
            at=now,
            hints=float(outcome.hints),
            seconds=math.nan if outcome.seconds is None else float(outcome.seconds),
        )
        for skill in outcome.skills:
            update_one(self.belief, self.view, skill, outcome.band, answer, self.tutor.parameters)
        self._kept = None

    def mastered(self, skill: int, now: float | None = None) -> float:
        """Believed probability of answering an open question of middling difficulty at `now`."""
        return self._faded(skill, now).mastered

    def ability(self, skill: int, now: float | None = None) -> float:
        """Mean of the believed ability at `now`, in logits."""
        return self._faded(skill, now).ability

    def _faded(self, skill: int, now: float | None) -> Faded[float]:
        """What is believed of one skill, on plain numbers."""
        at = self._moment(now, None, None).now.item()
        fields, mixture = self.belief.skills[:, 0, skill].tolist(), self.belief.learners.item(MIXTURE, 0)
        return fade_one(fields, self.view, skill, at, mixture, self.tutor.parameters)

    def mastery(self, now: float | None = None, horizon_days: float | None = None) -> Mastery:
        """What is believed of every skill at `now`."""
        moment = self._moment(now, horizon_days, None)
        parameters = self.tutor.parameters
        current = self._estimate(moment.now)
        gains = expected_gains(self.belief, self.view, current, moment.horizon_days, parameters)
        count = self.belief.skills[COUNT]
        recall = current.kept + current.mixture * (current.survived - current.kept)
        low, high = _interval(self.belief, current, self.view, parameters)
        return Mastery(
            mean=current.mastered[0],
            low=low[0],
            high=high[0],
            recall=recall[0],
            forecast=gains.forecast[0],
            practised=count[0].astype(np.int64),
            due=((count > 0) & (recall < 0.85))[0],
        )

    def state(self) -> bytes:
        """Everything known, for `Tutor.open(..., state=...)`; grows with the skills practised, not with the course."""
        touched = np.flatnonzero(self.belief.skills[COUNT, 0] > 0)
        return msgspec.msgpack.encode(
            (
                STATE_VERSION,
                self.tutor.parameters.version,
                self._fingerprint(),
                self.origin,
                self.belief.learners[:N_LEARNER_FIELDS, 0].tolist(),
                touched.tolist(),
                self.belief.skills[:N_SKILL_FIELDS, 0, touched].tobytes(),
            )
        )

    def restore(self, state: bytes) -> None:
        """Take over a state; ValueError if it is damaged, or of another course or version."""
        try:
            version, belief, fingerprint, origin, learners, touched, fields = msgspec.msgpack.decode(state)
            skills = np.frombuffer(fields, dtype=np.float64).reshape(N_SKILL_FIELDS, len(touched))
        except (msgspec.DecodeError, ValueError, TypeError) as error:
            raise ValueError(f"this is not a pupil's state: {error}") from error
        wanted = (STATE_VERSION, self.tutor.parameters.version, self._fingerprint())
        if (version, belief, fingerprint) != wanted or len(learners) != N_LEARNER_FIELDS:
            raise ValueError(
                f"the state is of version, belief and course {(version, belief, fingerprint)}, not {wanted}"
            )
        self.origin = origin
        self._kept = None
        self.belief.recall(0, learners, dict(zip(touched, skills.T.tolist(), strict=True)), self.tutor.parameters)
        expect_had(self.belief.skills, self.belief.learners, self.view, slice(0, 1), self.tutor.parameters)

    def _estimate(self, now: NDArray[np.float64]) -> Estimate:
        """The belief faded to `now`, computed once as long as nothing changes."""
        at = float(now[0])
        if self._kept is None or self._kept[0] != at or self._kept[1] is not self.view:
            self._kept = (at, self.view, estimate(self.belief, self.view, now, self.tutor.parameters))
        return self._kept[2]

    def _fingerprint(self) -> str:
        ids = "\n".join(self.course.skill_ids)
        return hashlib.sha256(f"{self.course.n_skills}x{self.course.n_bands}\n{ids}".encode()).hexdigest()[:16]

    def _clock(self, at: float | None) -> float:
        """Days since this pupil's first outcome, never before the last one."""
        last = self.belief.learners.item(NOW, 0)
        if at is None:
            return last + MINUTE
        if not math.isfinite(at):
            raise ValueError(f"time must be a finite number of days, not {at}")
        if self.origin is None:
            self.origin = float(at)
        return max(float(at) - self.origin, last)

    def _moment(self, now: float | None, horizon_days: float | None, exercises_left: int | None) -> Moment:
        clock = 0.0 if now is not None and self.origin is None else self._clock(now)
        rolling = horizon_days is None
        return Moment(
            now=np.array([clock]),
            horizon_days=np.array([ROLLING_DAYS if horizon_days is None else max(float(horizon_days), 0.0)]),
            exercises_left=np.array([-1.0 if exercises_left is None else float(exercises_left)]),
            rolling=np.array([1.0 if rolling else 0.0]),
        )

    def _probabilities(
        self, moment: Moment, current: Estimate, gains: Gains, skills: NDArray[np.intp], mask: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        policy = self.tutor.policy
        if policy is None:
            scores = composite(self.belief, self.view, current, gains)[0, skills[0]].ravel()
            return softmax(scores, mask)
        features = candidate_features(self.belief, self.view, current, gains, skills)[0]
        context = context_features(self.belief, self.view, current, gains, moment)[0]
        return softmax(policy.logits(features, mask, context).astype(np.float64), mask)

    def _recommendation(
        self, index: int, ranking: Ranking, current: Estimate, gains: Gains, guards: tuple[str, ...]
    ) -> Recommendation:
        skill, band, probability = ranking.candidate(index)
        return Recommendation(
            skill=skill,
            band=band,
            probability=probability,
            reasons=reasons_for(self.belief, self.view, current, gains, skill, band),
            source=self.tutor.source,
            policy_version=self.tutor.version,
            guards=guards,
            top=tuple(ranking.candidate(i) for i in ranking.likeliest[:N_TOP]),
        )


def _interval(
    belief: Belief, current: Estimate, view: CourseView, parameters: BeliefParameters
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """An 80 % interval around `mastered`: 1.28 standard deviations of what it is a mixture of, within [0, 1].

    The growth filter doubts whether the skill was known before (Bernoulli) and how able the learner is (its variance,
    carried through the slope of success); the mastery filter, whether it is known at all (Bernoulli).
    """
    fields, mixture = belief.skills, current.mixture
    had, before = fields[HAD_GROWTH], view.lens(parameters).had_middle
    fresh = sigmoid((current.ability - view.middle) * current.scale, ARRAYS)
    slope = parameters.slope * fresh * (1.0 - fresh)
    growth = had * (1.0 - had) * (before - fresh) ** 2 + (1.0 - had) * slope**2 * fields[VARIANCE]
    mastery = current.known * (1.0 - current.known) / (fields[COUNT] + 1.0)
    spread = 1.2816 * np.sqrt(growth + mixture * (mastery - growth))
    return np.maximum(current.mastered - spread, 0.0), np.minimum(current.mastered + spread, 1.0)


def _check(outcome: Outcome, course: Course) -> None:
    if not outcome.skills or not all(0 <= skill < course.n_skills for skill in outcome.skills):
        raise ValueError(f"skills {outcome.skills} must be one or more of 0..{course.n_skills - 1}")
    if not 0 <= outcome.band < course.n_bands:
        raise ValueError(f"band {outcome.band} must be one of 0..{course.n_bands - 1}")
    if not 0.0 <= outcome.score <= 1.0:
        raise ValueError(f"score {outcome.score} must lie in [0, 1]")
