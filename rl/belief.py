"""What the tutor believes about learners: two filters side by side for every skill, and which of them fits.

The *growth* filter holds a Gaussian over ability in logits that fades by a power law and rises with practice. The
*mastery* filter holds the probability that a skill is known (knowledge tracing with forgetting). Neither is told what
kind of learner it faces: `EVIDENCE` accumulates how much better mastery predicts the answers than growth, and
predictions are mixed by it. All of it is updated from outcomes alone, by the same code for thousands of simulated
learners in training (L rows) and for one person in serving (L = 1).

Sources: Gaussian logistic step, West, Harrison and Migon 1985 (dynamic generalised linear models), with the learning
step of elo-like trackers (Pelanek 2016); power-law forgetting, Wixted and Carpenter 2007; mastery, Corbett and Anderson
1995 with forgetting after Qiu et al. 2011. What is ours: running both and mixing them by evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from content.course import Course

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

# Fields of a skill, first axis of `Belief.skills`.
MEAN, VARIANCE, STABILITY, LAST, COUNT, ACCURACY, KNOWN, SPACED, INDEX, MASSED = range(10)
N_SKILL_FIELDS = 10
# Fields of a learner, first axis of `Belief.learners`.
EXERCISES, NOW, RECENT, FIRST_SURPRISE, REPEAT_SURPRISE, EVIDENCE, FAILURES, POSITION = range(8)
N_LEARNER_FIELDS = 8

MASSED_DAYS = 0.1  # practice fades from "just now" with this time constant
SESSION_GAP_DAYS = 0.1  # a longer pause starts a new session


class BeliefParameters(msgspec.Struct, frozen=True, kw_only=True):
    """Population means the filters assume, found by predictive likelihood on simulated answers (`rl.calibrate`).

    Abilities and difficulties are in logits, times in days, probabilities in [0, 1]. A policy carries the values it
    was trained with.
    """

    version: int = 1
    prior_mean: float = -1.3
    prior_depth: float = -0.3
    prior_variance: float = 2.0
    floor: float = -1.8
    slip: float = 0.06
    first_weight: float = 2.0
    learn_rate: float = 0.75
    repeat_weight: float = 1.0
    error_factor: float = 0.7
    best_success: float = 0.6
    success_width: float = 0.3
    ceiling: float = 4.0
    process_variance: float = 0.05
    stability: float = 0.8
    spacing: float = 1.6
    decay: float = 0.3
    known_prior: float = 0.2
    known_depth: float = -0.05
    known_learn: float = 0.18
    known_hard: float = 0.85
    known_slip: float = 0.1
    hazard: float = 0.06
    consolidation: float = 0.6
    ready_power: float = 1.0
    evidence_memory: float = 0.98
    surprise_rate: float = 0.12


@dataclass(frozen=True)
class CourseView:
    """The static arrays of L courses, padded to K skills and B bands, with what follows from them.

    Attributes:
        prerequisites: (L, K, K) 1.0 where the second skill should be known before the first; None if no course has any.
        difficulty, guess: (L, K, B), logits and chance in [0, 1).
        available: (L, K, B) bool.
        goal: (L, K) weights that sum to 1 in each row.
        depth: (L, K) length of the longest chain of prerequisites, over its maximum, in [0, 1].
        descent: (L, K, K) 1 / distance where the second skill is reached from the first by unlocking; None likewise.
        middle: (L, K) mean difficulty of a skill's available bands, logits.
        n_skills: (L,)
    """

    prerequisites: Array | None
    difficulty: Array
    guess: Array
    available: NDArray[np.bool_]
    goal: Array
    depth: Array
    descent: Array | None
    middle: Array
    n_skills: Array

    @classmethod
    def of(cls, course: Course, goal: NDArray[np.floating] | None = None) -> CourseView:
        """The view of one course (L = 1); `goal` (K,) weighs skills, all alike by default."""
        served = course.available.any(axis=1)
        weights = served.astype(np.float64) if goal is None else np.asarray(goal, dtype=np.float64)
        total = weights.sum()
        if weights.shape != (course.n_skills,) or not np.all(weights >= 0) or not total > 0:
            needed = f"goal must hold {course.n_skills} non-negative weights with a positive sum"
            raise ValueError(f"{needed}, not shape {weights.shape} with sum {total}")
        return cls.stack(
            course.prerequisites[None],
            course.difficulty[None],
            course.guess[None],
            course.available[None],
            (weights / total)[None],
            np.array([course.n_skills]),
        )

    @classmethod
    def stack(
        cls,
        prerequisites: NDArray[np.bool_],
        difficulty: NDArray[np.floating],
        guess: NDArray[np.floating],
        available: NDArray[np.bool_],
        goal: NDArray[np.floating],
        n_skills: NDArray[np.integer],
        linked: bool | None = None,
    ) -> CourseView:
        """A view of padded batches, shapes as in the class; depth and descent are computed here.

        `linked` False leaves out the prerequisites, which is faster; None finds out whether there are any.
        """
        depth, descent = _depth_and_descent(prerequisites)
        linked = bool(prerequisites.any()) if linked is None else linked
        return cls(
            prerequisites=prerequisites.astype(np.float64) if linked else None,
            difficulty=difficulty.astype(np.float64),
            guess=guess.astype(np.float64),
            available=available,
            goal=goal.astype(np.float64),
            depth=depth,
            descent=descent if linked else None,
            middle=(difficulty * available).sum(axis=2, dtype=np.float64) / np.maximum(available.sum(axis=2), 1),
            n_skills=n_skills.astype(np.float64),
        )


def _depth_and_descent(prerequisites: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Depth (L, K) in [0, 1] and descent (L, K, K): 1 / distance from a skill to those it helps to unlock."""
    unlocks = prerequisites.transpose(0, 2, 1)
    reach, descent = unlocks.copy(), np.zeros(unlocks.shape)
    seen = np.zeros_like(unlocks)
    depth = np.zeros(unlocks.shape[:2])
    distance = 1
    while reach.any():
        depth[reach.any(axis=1)] = distance
        fresh = reach & ~seen
        descent[fresh] = 1.0 / distance
        seen |= fresh
        reach = (reach.astype(np.float32) @ unlocks.astype(np.float32)) > 0
        distance += 1
        if distance > unlocks.shape[1] + 1:
            raise ValueError("prerequisites hold a cycle; an acyclic graph is needed")
    return depth / np.maximum(depth.max(axis=1, keepdims=True), 1.0), descent


@dataclass
class Belief:
    """The state of L learners over K skills: `skills` (10, L, K) and `learners` (8, L); see the field names above."""

    skills: Array
    learners: Array

    @classmethod
    def fresh(cls, n_learners: int, n_skills: int, parameters: BeliefParameters) -> Belief:
        """Learners of whom nothing is known yet."""
        belief = cls(np.zeros((N_SKILL_FIELDS, n_learners, n_skills)), np.zeros((N_LEARNER_FIELDS, n_learners)))
        belief.forget(np.arange(n_learners), parameters)
        return belief

    def forget(self, rows: Rows, parameters: BeliefParameters) -> None:
        """Start these rows anew."""
        self.skills[:, rows] = 0.0
        self.skills[VARIANCE, rows] = parameters.prior_variance
        self.skills[STABILITY, rows] = parameters.stability
        self.skills[ACCURACY, rows] = 0.5
        self.skills[INDEX, rows] = -100.0
        self.learners[:, rows] = 0.0
        self.learners[RECENT, rows] = 0.6


@dataclass(frozen=True)
class Estimate:
    """What the belief says at one moment, arrays (L, K) unless said otherwise.

    Attributes:
        retention: share in [0, 1] of the learned strength that is still there.
        ability: mean of the growth filter, logits, faded to now.
        peak: the same as if practised just now.
        variance: of ability, logits squared.
        known: probability of the mastery filter, faded to now.
        hazard: forgetting of the mastery filter, per day.
        mixture: (L, 1) weight of the mastery filter in predictions.
        mastered: mixed probability that an open question of middling difficulty is answered, in [0, 1].
        ready: how far the prerequisites are mastered, in [0, 1].
    """

    retention: Array
    ability: Array
    peak: Array
    variance: Array
    known: Array
    hazard: Array
    mixture: Array
    mastered: Array
    ready: Array


def sigmoid(x: Array) -> Array:
    """The logistic function, by tanh (one call, no overflow)."""
    y: Array = 0.5 * np.tanh(0.5 * x) + 0.5
    return y


def shrink(variance: Array) -> Array:
    """MacKay's 1992 factor: E[sigmoid(N(m, v))] is close to sigmoid(m * shrink(v))."""
    y: Array = 1.0 / np.sqrt(1.0 + 0.3927 * variance)
    return y


def prior_mean(view: CourseView, learners: Array, parameters: BeliefParameters) -> tuple[Array, Array]:
    """Prior of a skill never practised, given how the learner's first answers surprised: ability and known, (L, K)."""
    surprise = learners[FIRST_SURPRISE][:, None]
    ability = view.depth * parameters.prior_depth + (parameters.prior_mean + parameters.first_weight * surprise)
    known = view.depth * parameters.known_depth + (parameters.known_prior + 0.25 * parameters.first_weight * surprise)
    return ability, np.clip(known, 0.02, 0.9)


def estimate(belief: Belief, view: CourseView, now: Array, parameters: BeliefParameters) -> Estimate:
    """The belief faded to `now` (L,), days on the same clock as the outcomes."""
    fields = belief.skills
    practised = fields[COUNT] > 0
    elapsed = np.maximum(now[:, None] - fields[LAST], 0.0) * practised
    retention = (1.0 + elapsed / fields[STABILITY]) ** (-parameters.decay)
    prior, prior_known = prior_mean(view, belief.learners, parameters)
    peak = np.where(practised, fields[MEAN], prior)
    floor = np.minimum(peak, parameters.floor)
    ability = floor + (peak - floor) * retention
    hazard = parameters.hazard * (1.0 + fields[SPACED]) ** (-parameters.consolidation)
    known = np.where(practised, fields[KNOWN], prior_known) * np.exp(-hazard * elapsed)
    mixture = sigmoid(belief.learners[EVIDENCE])[:, None]
    mastered = (1.0 - mixture) * sigmoid((ability - view.middle) * shrink(fields[VARIANCE])) + mixture * known
    return Estimate(
        retention,
        ability,
        peak,
        fields[VARIANCE],
        known,
        hazard,
        mixture,
        mastered,
        readiness(mastered, view, parameters),
    )


def readiness(mastered: Array, view: CourseView, parameters: BeliefParameters) -> Array:
    """Product over the prerequisites of how far each is mastered, (L, K) in [0, 1]."""
    if view.prerequisites is None:
        return np.ones_like(mastered)
    logs = np.log(np.maximum(mastered, 0.02)) * parameters.ready_power
    y: Array = np.exp((view.prerequisites @ logs[:, :, None])[:, :, 0])
    return y


@dataclass(frozen=True)
class Outcomes:
    """One answer for each of R rows: arrays (R,). `score` in [0, 1]; `hints` counted; `at` in days."""

    rows: Rows
    skill: Rows
    band: Rows
    score: Array
    at: Array
    hints: Array


def update(
    belief: Belief, view: CourseView, current: Estimate, outcomes: Outcomes, parameters: BeliefParameters
) -> None:
    """Take in outcomes (in place). `current` is the estimate at their times; rows must be distinct."""
    rows, skill = outcomes.rows, outcomes.skill
    new = belief.skills[:, rows, skill]
    first = new[COUNT] == 0
    level = view.difficulty[rows, skill, outcomes.band]
    guess = view.guess[rows, skill, outcomes.band]
    ready = current.ready[rows, skill]
    score = outcomes.score
    elapsed = np.where(first, 0.0, np.maximum(outcomes.at - new[LAST], 0.0))

    growth = _update_growth(new, current, outcomes, level, guess, ready, elapsed, belief.learners, parameters)
    mastery = _update_mastery(new, current, outcomes, level, guess, ready, elapsed, parameters)

    new[MASSED] = 1.0 + new[MASSED] * np.exp(-elapsed / MASSED_DAYS)
    new[ACCURACY] += 0.35 * (score - new[ACCURACY])
    new[COUNT] += 1.0
    new[LAST] = outcomes.at
    learners = belief.learners[:, rows]
    new[INDEX] = learners[EXERCISES] + 1.0
    belief.skills[:, rows, skill] = new
    _update_learner(learners, score, outcomes.at, first, growth, mastery, parameters)
    belief.learners[:, rows] = learners


def zone(success: Array, parameters: BeliefParameters) -> Array:
    """How much an exercise of this success probability teaches, 1 at `best_success`, falling on both sides."""
    y: Array = np.exp(-0.5 * ((success - parameters.best_success) / parameters.success_width) ** 2)
    return y


def growth_step(peak: Array, success: Array, ready: Array, rate: Array | float, parameters: BeliefParameters) -> Array:
    """Expected rise of ability, in logits, by one exercise answered with probability `success`."""
    room = np.clip((parameters.ceiling - peak) / (parameters.ceiling - parameters.floor), 0.0, 1.0)
    effect = success + (1.0 - success) * parameters.error_factor
    y: Array = rate * ready * zone(success, parameters) * room * effect
    return y


def _update_growth(
    new: Array,
    current: Estimate,
    outcomes: Outcomes,
    level: Array,
    guess: Array,
    ready: Array,
    elapsed: Array,
    learners: Array,
    parameters: BeliefParameters,
) -> Array:
    """Filter, then learn; returns the predicted success."""
    rows, skill = outcomes.rows, outcomes.skill
    ability, variance = current.ability[rows, skill], new[VARIANCE]
    span = 1.0 - guess - parameters.slip
    open_success = sigmoid(ability - level)
    predicted = guess + span * sigmoid((ability - level) * shrink(variance))
    slope = np.maximum(span * open_success * (1.0 - open_success), 0.02)
    gain = variance * slope / (variance * slope**2 + np.maximum(predicted * (1.0 - predicted), 0.02))
    shift = np.clip(gain * (outcomes.score - predicted), -2.0, 2.0)
    rate = parameters.learn_rate * np.exp(parameters.repeat_weight * learners[REPEAT_SURPRISE, rows])
    peak = current.peak[rows, skill] + shift
    step = growth_step(peak, sigmoid(ability + shift - level), ready, rate, parameters)
    helped = np.where(outcomes.hints > 0, 0.7, 1.0)
    new[MEAN] = np.minimum(np.maximum(peak, ability + shift) + step * helped, parameters.ceiling)
    new[VARIANCE] = np.maximum(variance * (1.0 - gain * slope), 0.05) + parameters.process_variance
    retention = (1.0 + elapsed / new[STABILITY]) ** (-parameters.decay)
    factor = 1.0 + parameters.spacing * (1.0 - retention) * (0.4 + 0.6 * outcomes.score)
    new[STABILITY] = np.clip(new[STABILITY] * factor, 0.05, 365.0)
    return predicted


def mastery_odds(level: Array, guess: Array, parameters: BeliefParameters) -> tuple[Array, Array]:
    """Slip and guess of the mastery filter at a difficulty: harder items are slipped on more and guessed less."""
    slip = parameters.known_slip * np.exp(0.3 * np.clip(level, -2.0, 2.0))
    return np.minimum(slip, 0.45), np.minimum(guess + 0.08, 0.6)


def mastery_learn(level: Array, ready: Array, parameters: BeliefParameters) -> Array:
    """Chance that one exercise turns an unknown skill into a known one."""
    y: Array = parameters.known_learn * ready * parameters.known_hard ** np.clip(level, -2.0, 2.0)
    return np.minimum(y, 0.9)


def _update_mastery(
    new: Array,
    current: Estimate,
    outcomes: Outcomes,
    level: Array,
    guess: Array,
    ready: Array,
    elapsed: Array,
    parameters: BeliefParameters,
) -> Array:
    """Bayes' rule, then learn; returns the predicted success."""
    known = current.known[outcomes.rows, outcomes.skill]
    slip, guessed = mastery_odds(level, guess, parameters)
    right, wrong = known * (1.0 - slip), known * slip
    predicted = right + (1.0 - known) * guessed
    posterior = outcomes.score * right / predicted + (1.0 - outcomes.score) * wrong / (1.0 - predicted)
    new[KNOWN] = np.clip(posterior + (1.0 - posterior) * mastery_learn(level, ready, parameters), 0.001, 0.999)
    spaced = (elapsed > SESSION_GAP_DAYS) * outcomes.score * posterior
    new[SPACED] += spaced
    return np.asarray(predicted)


def _update_learner(
    learners: Array,
    score: Array,
    at: Array,
    first: NDArray[np.bool_],
    growth: Array,
    mastery: Array,
    parameters: BeliefParameters,
) -> None:
    """Counters, surprise and evidence of the rows (in place)."""
    surprise = score - growth
    rate = parameters.surprise_rate
    learners[FIRST_SURPRISE] += np.where(first, rate * (surprise - learners[FIRST_SURPRISE] * 0.3), 0.0)
    learners[REPEAT_SURPRISE] += np.where(first, 0.0, rate * (surprise - learners[REPEAT_SURPRISE] * 0.3))
    gap = at - learners[NOW] > SESSION_GAP_DAYS
    learners[POSITION] = np.where(gap | (learners[EXERCISES] == 0), 1.0, learners[POSITION] + 1.0)
    likelihood = [np.clip(score * p + (1.0 - score) * (1.0 - p), 0.02, 1.0) for p in (mastery, growth)]
    evidence = learners[EVIDENCE] * parameters.evidence_memory + np.log(likelihood[0] / likelihood[1])
    learners[EVIDENCE] = np.clip(evidence, -4.0, 4.0)
    learners[RECENT] += 0.15 * (score - learners[RECENT])
    learners[FAILURES] = np.where(score >= 0.5, 0.0, learners[FAILURES] + 1.0)
    learners[EXERCISES] += 1.0
    learners[NOW] = at
