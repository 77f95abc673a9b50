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
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from content.course import Course
from rl.belief import (
    COUNT,
    MIXTURE,
    N_LEARNER_FIELDS,
    N_SKILL_FIELDS,
    NOW,
    Belief,
    Faded,
    estimate,
    expect_had,
)
from rl.course_view import CourseView
from rl.doubt import interval
from rl.features import ROLLING_DAYS
from rl.filters import fade_one, update_one
from rl.gains import expected_gains
from rl.parameters import BeliefParameters
from rl.policy import Policy, PolicyError
from rl.recommending import NothingToRecommendError, Question, Ranking, Recommendation, rank
from rl.scoring import RULE_VERSION
from rl.signs import Answer
from rl.wishes import Pins, Wish, check

STATE_VERSION = 1
DUE_RECALL = 0.85
"""Share of what was learned below which a skill is worth reviewing."""
MINUTE = 1.0 / 1440.0

__all__ = [
    "Glance",
    "Mastery",
    "NothingToRecommendError",
    "Outcome",
    "Pins",
    "PolicyError",
    "Pupil",
    "Question",
    "Ranking",
    "Recommendation",
    "Tutor",
    "Wish",
]


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


@dataclass(frozen=True, slots=True)
class Glance:
    """What is believed of one skill: exercises so far, whether it is worth reviewing, and the ability in logits."""

    practised: int
    due: bool
    ability: float


class Tutor:
    """A policy, or without one the composite rule, ready to open courses."""

    def __init__(self, policy: Policy | None, parameters: BeliefParameters) -> None:
        self.policy = policy
        self.parameters = parameters

    @classmethod
    def load(cls, path: str | Path) -> Tutor:
        """The tutor of a policy file; PolicyError says what is wrong with it."""
        policy = Policy.load(Path(path))
        if policy.card.is_privileged:
            raise PolicyError(
                f"policy {path} ({policy.card.version}) was trained on the hidden state of simulated learners, which"
                " people do not show; train one for people with `pacer train` without --privileged"
            )
        return cls(policy, policy.card.belief)

    @classmethod
    def rule(cls) -> Tutor:
        """The tutor without a policy: a composite of frontier, target success and forgetting."""
        return cls(None, BeliefParameters())

    def rank(self, questions: Sequence[Question]) -> list[Ranking | NothingToRecommendError]:
        """What all these learners could be shown, in order. Ranking them together costs each of them far less."""
        return rank(self.policy, self.parameters, questions)

    @property
    def source(self) -> str:
        """Who chooses: "policy" or "rule"."""
        return "rule" if self.policy is None else "policy"

    @property
    def version(self) -> str:
        """Version of the policy, or of the rule."""
        return RULE_VERSION if self.policy is None else self.policy.card.version

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
    """What the tutor knows of one learner on one course. Not safe for use from several threads at once.

    Attributes:
        gained: by how much the last outcome raised what is believed of its skills, sum of rises of `Mastery.mean`.
    """

    def __init__(self, tutor: Tutor, course: Course, view: CourseView) -> None:
        self.tutor = tutor
        self.course = course
        self.view = view
        self.belief = Belief.fresh(view, tutor.parameters)
        self.origin: float | None = None
        self.gained = 0.0

    def recommend(
        self,
        now: float | None = None,
        k: int = 1,
        rng: np.random.Generator | None = None,
        allowed: NDArray[np.bool_] | None = None,
        horizon_days: float | None = None,
        exercises_left: int | None = None,
        wish: Wish | None = None,
        pins: Pins | None = None,
        explain: bool = True,
    ) -> Recommendation | list[Recommendation]:
        """The next exercise; a list of k distinct ones if k > 1.

        Args:
            now: days; None is a minute after the last outcome.
            rng: samples from the policy's distribution; None takes the likeliest.
            allowed: (K, B) candidates that may be shown; None allows all.
            horizon_days: until the test; None is a rolling 30 days.
            exercises_left: until the end of the course's time, if known.
            wish: the learner's; pins: an educator's. They bend the choice in the order guards, pins, wish, policy.
            explain: give reasons, which takes some times as long.

        Raises:
            NothingToRecommendError: if `allowed` and what is banned leave nothing the course can serve.
            ValueError: if the wish or the pins name what the course does not have.
        """
        (ranking,) = self.tutor.rank([self.question(now, allowed, horizon_days, exercises_left, wish, pins)])
        if isinstance(ranking, NothingToRecommendError):
            raise ranking
        if k > 1:
            return ranking.several(k, rng, explain=explain)
        return ranking.best(explain=explain) if rng is None else ranking.drawn(rng, explain=explain)

    def question(
        self,
        now: float | None = None,
        allowed: NDArray[np.bool_] | None = None,
        horizon_days: float | None = None,
        exercises_left: int | None = None,
        wish: Wish | None = None,
        pins: Pins | None = None,
    ) -> Question:
        """What `recommend` asks, to be asked together with others' by `Tutor.rank`. Arguments and errors as there."""
        check(wish, pins, self.course.n_skills, self.course.n_bands)
        return Question(self.belief, self.view, self._now(now), horizon_days, exercises_left, allowed, wish, pins)

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
        rises = [
            update_one(self.belief, self.view, skill, outcome.band, answer, self.tutor.parameters)
            for skill in outcome.skills
        ]
        self.gained = sum(max(0.0, rise) for rise in rises)

    def mastered(self, skill: int, now: float | None = None) -> float:
        """Believed probability of answering an open question of middling difficulty at `now`."""
        return self._faded(skill, now).mastered

    def ability(self, skill: int, now: float | None = None) -> float:
        """Mean of the believed ability at `now`, in logits."""
        return self._faded(skill, now).ability

    def glance(self, skill: int, now: float | None = None) -> Glance:
        """What is believed of one skill at `now`; far cheaper than `mastery` of all."""
        faded, mixture = self._faded(skill, now), self.belief.learners.item(MIXTURE, 0)
        practised = int(self.belief.skills.item(COUNT, 0, skill))
        recall = faded.kept + mixture * (faded.survived - faded.kept)
        return Glance(practised, practised > 0 and recall < DUE_RECALL, faded.ability)

    def _faded(self, skill: int, now: float | None) -> Faded[float]:
        """What is believed of one skill, on plain numbers."""
        at = self._now(now)
        fields, mixture = self.belief.skills[:, 0, skill].tolist(), self.belief.learners.item(MIXTURE, 0)
        return fade_one(fields, self.view, skill, at, mixture, self.tutor.parameters)

    def mastery(self, now: float | None = None, horizon_days: float | None = None) -> Mastery:
        """What is believed of every skill at `now`."""
        parameters = self.tutor.parameters
        horizon = ROLLING_DAYS if horizon_days is None else max(float(horizon_days), 0.0)
        current = estimate(self.belief, self.view, np.array([self._now(now)]), parameters)
        gains = expected_gains(self.belief, self.view, current, np.array([horizon]), parameters)
        count = self.belief.skills[COUNT]
        recall = current.kept + current.mixture * (current.survived - current.kept)
        low, high = interval(self.belief, current, self.view, parameters)
        return Mastery(
            mean=current.mastered[0],
            low=low[0],
            high=high[0],
            recall=recall[0],
            forecast=gains.forecast[0],
            practised=count[0].astype(np.int64),
            due=((count > 0) & (recall < DUE_RECALL))[0],
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
        self.belief.recall(0, learners, dict(zip(touched, skills.T.tolist(), strict=True)), self.tutor.parameters)
        expect_had(self.belief.skills, self.belief.learners, self.view, slice(0, 1), self.tutor.parameters)

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

    def _now(self, now: float | None) -> float:
        """As `_clock`, for a question: before the first outcome, any time is the beginning."""
        return 0.0 if now is not None and self.origin is None else self._clock(now)


def _check(outcome: Outcome, course: Course) -> None:
    if not outcome.skills or not all(0 <= skill < course.n_skills for skill in outcome.skills):
        raise ValueError(f"skills {outcome.skills} must be one or more of 0..{course.n_skills - 1}")
    if not 0 <= outcome.band < course.n_bands:
        raise ValueError(f"band {outcome.band} must be one of 0..{course.n_bands - 1}")
    if not 0.0 <= outcome.score <= 1.0:
        raise ValueError(f"score {outcome.score} must lie in [0, 1]")
