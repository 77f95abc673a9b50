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
N_SKILL_FIELDS = 12
STRENGTH, VARIANCE, STABILITY, LAST, COUNT, ACCURACY = range(6)
LEARNED, HAZARD, HAD_GROWTH, HAD_MASTERY, INDEX, MASSED = range(6, N_SKILL_FIELDS)
# Fields of a learner, first axis of `Belief.learners`.
N_LEARNER_FIELDS = 12
EXERCISES, NOW, RECENT, FIRSTS, FIRSTS_KNOWN, SURPRISE = range(6)
EVIDENCE, FAILURES, POSITION, LAST_SKILL, REPEATS, PACE = range(6, N_LEARNER_FIELDS)

MASSED_DAYS = 0.1  # practice fades from "just now" with this time constant
SESSION_GAP_DAYS = 0.1  # a longer pause starts a new session


class BeliefParameters(msgspec.Struct, frozen=True, kw_only=True):
    """Population means the filters assume. A policy carries the values it was trained with.

    Abilities and difficulties are in logits, times in days, probabilities in [0, 1].

    Attributes:
        slope: of success in ability minus difficulty.
        base, base_variance: ability without any practice.
        had_share, had_weight: share of skills known before the course, and after how many first answers a learner's own
            share counts as much as it.
        had_ability: ability in a skill known before.
        learn_rate: logits learned from one well-matched exercise; error_factor, hint_factor: share of it kept.
        match, width: margin over difficulty that teaches best, and the width of the zone around it.
        ceiling: logits that practice can add.
        stability, spacing, decay: power law of forgetting; stability grows by 1 + spacing x what was forgotten.
        failed_growth: share of that growth that survives an error.
        known_learn, known_slope: chance to learn in the mastery filter, and its fall per logit of difficulty.
        known_slip, slip_slope, known_guess: its slips at difficulty 0, their rise per logit, least guess.
        hazard, hazard_spacing: its forgetting per day, and how spaced success lessens it.
        unready: share of a lesson learned with a prerequisite missing.
        evidence_memory: forgetting of the evidence between the filters, per answer.
        surprise_rate, surprise_weight: how fast and how strongly a learner's rate of learning is corrected.
        pace_seconds, pace_rate: usual time for an answer, and how fast a learner's own is found.
        time_per_logit, time_per_doubt, time_spread: log time rises with difficulty and with the chance to fail.
        rapid_seconds, rapid_spread, rapid_share: rapid guesses, which tell nothing and teach nothing.
        hint_share, hint_lift: hints asked per chance to fail, and the share of failures that a hint repairs.
    """

    version: int = 1
    slope: float = 1.2
    slip: float = 0.05
    base: float = -2.2
    base_variance: float = 0.4
    had_share: float = 0.3
    had_weight: float = 4.0
    had_ability: float = 1.0
    learn_rate: float = 0.8
    error_factor: float = 0.6
    hint_factor: float = 0.6
    match: float = 0.4
    width: float = 1.0
    ceiling: float = 5.0
    process_variance: float = 0.06
    stability: float = 1.5
    spacing: float = 4.0
    decay: float = 0.35
    failed_growth: float = 0.3
    known_learn: float = 0.15
    known_slope: float = 0.25
    known_slip: float = 0.07
    slip_slope: float = 0.4
    known_guess: float = 0.06
    hazard: float = 0.07
    hazard_spacing: float = 4.0
    unready: float = 0.1
    evidence_memory: float = 0.98
    surprise_rate: float = 0.1
    surprise_weight: float = 1.0
    pace_seconds: float = 12.0
    pace_rate: float = 0.15
    time_per_logit: float = 0.15
    time_per_doubt: float = 0.4
    time_spread: float = 0.45
    rapid_seconds: float = 2.0
    rapid_spread: float = 0.35
    rapid_share: float = 0.04
    hint_share: float = 0.25
    hint_lift: float = 0.3


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
        had_factor: (L, K) how much likelier than usual a skill was known before the course.
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
    had_factor: Array
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
            had_factor=_had_factor(prerequisites, n_skills),
            n_skills=n_skills.astype(np.float64),
        )


def _had_factor(prerequisites: NDArray[np.bool_], n_skills: NDArray[np.integer]) -> Array:
    """1.6 for the first skill of a course down to .4 for the last, lessened by each prerequisite it has, (L, K)."""
    position = np.arange(prerequisites.shape[1]) / np.maximum(n_skills[:, None], 1)
    y: Array = np.clip(1.6 - 1.2 * position, 0.3, None) * 0.75 ** np.minimum(prerequisites.sum(axis=2), 4)
    return y


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
    """The state of L learners over K skills: `skills` (12, L, K) and `learners` (12, L); see the field names above."""

    skills: Array
    learners: Array

    @classmethod
    def fresh(cls, view: CourseView, parameters: BeliefParameters) -> Belief:
        """Learners of whom nothing is known yet."""
        n_learners, n_skills = view.goal.shape
        belief = cls(np.zeros((N_SKILL_FIELDS, n_learners, n_skills)), np.zeros((N_LEARNER_FIELDS, n_learners)))
        belief.forget(np.arange(n_learners), view, parameters)
        return belief

    def forget(self, rows: Rows, view: CourseView, parameters: BeliefParameters) -> None:
        """Start these rows anew."""
        self.skills[:, rows] = 0.0
        self.skills[VARIANCE, rows] = parameters.base_variance
        self.skills[STABILITY, rows] = parameters.stability
        self.skills[HAZARD, rows] = parameters.hazard
        self.skills[ACCURACY, rows] = 0.5
        self.skills[INDEX, rows] = -100.0
        self.learners[:, rows] = 0.0
        self.learners[RECENT, rows] = 0.6
        self.learners[LAST_SKILL, rows] = -1.0
        expect_had(self.skills, self.learners, view, rows, parameters)


@dataclass(frozen=True)
class Estimate:
    """What the belief says at one moment, arrays (L, K) unless said otherwise.

    Attributes:
        elapsed: days since the last practice; 0 where there was none.
        kept: share in (0, 1] of the learned strength that is still there.
        ability: of the growth filter if the skill was not known before, logits, faded to now.
        scale: slope of success in ability, lessened by what is uncertain.
        learned: chance of the mastery filter that it was learned here and is still known, if not known before.
        known: chance of the mastery filter that it is known now.
        mixture: (L, 1) weight of the mastery filter in predictions.
        mastered: mixed chance that an open question of middling difficulty is answered, in [0, 1].
        ready: share of a lesson that can be learned, given the prerequisites, in [0, 1].
    """

    elapsed: Array
    kept: Array
    ability: Array
    scale: Array
    learned: Array
    known: Array
    mixture: Array
    mastered: Array
    ready: Array


def sigmoid(x: Array) -> Array:
    """The logistic function, by tanh (one call, no overflow)."""
    y: Array = 0.5 * np.tanh(0.5 * x) + 0.5
    return y


def estimate(belief: Belief, view: CourseView, now: Array, parameters: BeliefParameters) -> Estimate:
    """The belief faded to `now` (L,), days on the same clock as the outcomes.

    Uncertainty shrinks the slope by MacKay's (1992) factor 1 / sqrt(1 + pi v / 8).
    """
    fields = belief.skills
    elapsed = np.maximum(now[:, None] - fields[LAST], 0.0) * (fields[COUNT] > 0)
    kept = (1.0 + elapsed / fields[STABILITY]) ** (-parameters.decay)
    ability = parameters.base + fields[STRENGTH] * kept
    scale = parameters.slope / np.sqrt(1.0 + 0.3927 * parameters.slope**2 * fields[VARIANCE])
    learned = fields[LEARNED] * np.exp(-fields[HAZARD] * elapsed)
    known = fields[HAD_MASTERY] + (1.0 - fields[HAD_MASTERY]) * learned
    fresh = sigmoid((ability - view.middle) * scale)
    growth = fresh + fields[HAD_GROWTH] * (had_success(view.middle, parameters) - fresh)
    mixture = sigmoid(belief.learners[EVIDENCE])[:, None]
    mastered = growth + mixture * (known * (1.0 - parameters.known_slip) - growth)
    return Estimate(
        elapsed, kept, ability, scale, learned, known, mixture, mastered, readiness(mastered, view, parameters)
    )


def had_success(difficulty: Array, parameters: BeliefParameters) -> Array:
    """Open success of the growth filter in a skill known before the course."""
    return sigmoid((parameters.had_ability - difficulty) * (0.9 * parameters.slope))


def readiness(mastered: Array, view: CourseView, parameters: BeliefParameters) -> Array:
    """Product over the prerequisites of ``unready + (1 - unready) mastered``, (L, K) in [0, 1]."""
    if view.prerequisites is None:
        return np.ones_like(mastered)
    logs = np.log(parameters.unready + (1.0 - parameters.unready) * mastered)
    y: Array = np.exp((view.prerequisites @ logs[:, :, None])[:, :, 0])
    return y


@dataclass(frozen=True)
class Outcomes:
    """One answer for each of R rows: arrays (R,). `score` in [0, 1]; `hints` counted; `at` in days.

    `seconds` is the time taken; NaN where it is not known.
    """

    rows: Rows
    skill: Rows
    band: Rows
    score: Array
    at: Array
    hints: Array
    seconds: Array


@dataclass(frozen=True)
class Signs:
    """What an answer says besides its score, arrays (R,).

    Attributes:
        delay: log time above the learner's pace for the difficulty; 0 where unknown.
        timed: 1.0 where the time is known.
        earnest: chance that it was no rapid guess.
        hinted: 1.0 where a hint was taken.
        score: of the answer, in [0, 1].
    """

    delay: Array
    timed: Array
    earnest: Array
    hinted: Array
    score: Array

    def likelihood_ratio(self, one: Array, other: Array, parameters: BeliefParameters) -> Array:
        """How much likelier these signs are if the chance of success is `one` rather than `other`, in (0, inf).

        Score: Bernoulli, after a hint with failures repaired. Hint: asked with hint_share times the chance to fail.
        Time: log-normal about time_per_doubt times the chance to fail. A rapid guess (Wise 2017) takes it all back.
        """
        ratio = np.ones_like(one)
        for chance, sign in ((one, 1.0), (other, -1.0)):
            fail = 1.0 - chance
            asked = parameters.hint_share * fail
            lifted = chance + self.hinted * parameters.hint_lift * fail
            seen = self.score * lifted + (1.0 - self.score) * (1.0 - lifted)
            seen = seen * np.where(self.hinted > 0, asked, 1.0 - asked)
            late = (self.delay - parameters.time_per_doubt * fail) / parameters.time_spread
            seen = np.maximum(seen, 1e-4) * np.exp(-0.5 * late * late * self.timed)
            ratio = ratio * seen if sign > 0 else ratio / seen
        y: Array = ratio**self.earnest
        return y


def read_signs(outcomes: Outcomes, level: Array, learners: Array, parameters: BeliefParameters) -> Signs:
    """The signs of outcomes at difficulties `level` (R,), for learners (12, R)."""
    known = np.isfinite(outcomes.seconds)
    log_time = np.log(np.maximum(np.where(known, outcomes.seconds, 1.0), 0.1))
    delay = log_time - (np.log(parameters.pace_seconds) + learners[PACE] + parameters.time_per_logit * level)
    middle = 0.5 * parameters.time_per_doubt
    usual = np.exp(-0.5 * ((delay - middle) / parameters.time_spread) ** 2) / parameters.time_spread
    hasty = (log_time - np.log(parameters.rapid_seconds)) / parameters.rapid_spread
    rapid = np.exp(-0.5 * hasty * hasty) / parameters.rapid_spread * parameters.rapid_share
    earnest = np.where(known, 1.0 - rapid / (rapid + (1.0 - parameters.rapid_share) * usual + 1e-12), 1.0)
    timed = known.astype(np.float64)
    hinted = (outcomes.hints > 0).astype(np.float64)
    return Signs(np.clip(delay, -1.5, 1.5) * timed, timed, earnest, hinted, outcomes.score)


def update(
    belief: Belief, view: CourseView, current: Estimate, outcomes: Outcomes, parameters: BeliefParameters
) -> None:
    """Take in outcomes (in place). `current` is the estimate at their times; rows must be distinct."""
    rows, skill = outcomes.rows, outcomes.skill
    new, learners = belief.skills[:, rows, skill], belief.learners[:, rows]
    first = new[COUNT] == 0
    elapsed = current.elapsed[rows, skill]
    signs = read_signs(outcomes, view.difficulty[rows, skill, outcomes.band], learners, parameters)
    growth = _update_growth(new, learners, view, current, outcomes, signs, parameters)
    mastery = _update_mastery(new, view, current, outcomes, signs, parameters)
    new[MASSED] = 1.0 + new[MASSED] * np.exp(-elapsed / MASSED_DAYS)
    new[ACCURACY] += 0.35 * (outcomes.score - new[ACCURACY])
    new[COUNT] += 1.0
    new[LAST] = outcomes.at
    new[INDEX] = learners[EXERCISES] + 1.0
    _update_learner(learners, outcomes, first, growth, mastery, new, parameters)
    mixed = growth + current.mixture[rows, 0] * (mastery - growth)
    learners[PACE] += parameters.pace_rate * signs.earnest * (signs.delay - parameters.time_per_doubt * (1.0 - mixed))
    belief.skills[:, rows, skill] = new
    belief.learners[:, rows] = learners
    expect_had(belief.skills, belief.learners, view, rows, parameters)


def zone(margin: Array, parameters: BeliefParameters) -> Array:
    """How much an exercise with this margin of ability over difficulty teaches; 1 at best, less on both sides."""
    y: Array = np.exp((margin - parameters.match) ** 2 * (-0.5 / parameters.width**2))
    return y


def learning_rate(learners: Array, parameters: BeliefParameters) -> Array:
    """Logits per well-matched exercise, (L,), corrected by how a learner's repeats surprised."""
    y: Array = parameters.learn_rate * np.exp(parameters.surprise_weight * learners[SURPRISE])
    return y


def learn_chance(difficulty: Array, parameters: BeliefParameters) -> Array:
    """Chance that one exercise turns an unknown skill into a known one, prerequisites met."""
    y: Array = parameters.known_learn * np.clip(1.0 - parameters.known_slope * difficulty, 0.4, 1.5)
    return y


def slip_and_guess(difficulty: Array, guess: Array, parameters: BeliefParameters) -> tuple[Array, Array]:
    """Of the mastery filter: harder items are slipped on more."""
    slip = np.minimum(parameters.known_slip * np.exp(parameters.slip_slope * difficulty), 0.35)
    return slip, np.maximum(guess, parameters.known_guess)


def _update_growth(
    new: Array,
    learners: Array,
    view: CourseView,
    current: Estimate,
    outcomes: Outcomes,
    signs: Signs,
    parameters: BeliefParameters,
) -> Array:
    """Weigh "known before" against "learned here", filter the latter, then learn; returns the predicted success."""
    rows, skill, score = outcomes.rows, outcomes.skill, outcomes.score
    level, guess = view.difficulty[rows, skill, outcomes.band], view.guess[rows, skill, outcomes.band]
    span = 1.0 - guess - parameters.slip
    margin, variance = current.ability[rows, skill] - level, new[VARIANCE]
    predicted = guess + span * sigmoid(margin * current.scale[rows, skill])
    before = guess + span * had_success(level, parameters)
    had = new[HAD_GROWTH]
    expected: Array = had * before + (1.0 - had) * predicted
    new[HAD_GROWTH] = _posterior(had, signs.likelihood_ratio(before, predicted, parameters))

    open_success = sigmoid(margin * parameters.slope)
    slope = np.maximum(span * parameters.slope * open_success * (1.0 - open_success), 0.02)
    gain = variance * slope / (variance * slope**2 + np.maximum(predicted * (1.0 - predicted), 0.02))
    shift = np.clip(gain * (score * (1.0 - 0.5 * signs.hinted) - predicted), -1.5, 1.5) * signs.earnest
    kept = current.kept[rows, skill]
    held = new[STRENGTH] * (kept + (0.7 + 0.3 * score) * (1.0 - kept)) + shift
    helped = signs.earnest * (1.0 + signs.hinted * (parameters.hint_factor - 1.0))
    effect = parameters.error_factor + (1.0 - parameters.error_factor) * score
    drive = learning_rate(learners, parameters) * current.ready[rows, skill] * zone(margin + shift, parameters)
    step = drive * effect * helped * np.clip(1.0 - held / parameters.ceiling, 0.0, 1.3)
    new[STRENGTH] = np.clip(held + step, -1.5, parameters.ceiling)
    new[VARIANCE] = np.maximum(variance * (1.0 - gain * slope), 0.05) + parameters.process_variance
    growth = parameters.spacing * (parameters.failed_growth + (1.0 - parameters.failed_growth) * score)
    new[STABILITY] = np.clip(new[STABILITY] * (1.0 + growth * helped * (1.0 - kept)), 0.2, 365.0)
    return expected


def _posterior(prior: Array, ratio: Array) -> Array:
    """Bayes' rule by likelihood ratio."""
    y: Array = prior * ratio / (prior * ratio + 1.0 - prior)
    return y


def _update_mastery(
    new: Array,
    view: CourseView,
    current: Estimate,
    outcomes: Outcomes,
    signs: Signs,
    parameters: BeliefParameters,
) -> Array:
    """Bayes' rule over known before, learned here and unknown, then learn; returns the predicted success."""
    rows, skill, score = outcomes.rows, outcomes.skill, outcomes.score
    level, guess = view.difficulty[rows, skill, outcomes.band], view.guess[rows, skill, outcomes.band]
    slip, guess = slip_and_guess(level, guess, parameters)
    had, learned = new[HAD_MASTERY], current.learned[rows, skill]
    fresh = learned * (1.0 - slip) + (1.0 - learned) * guess
    expected: Array = had * (1.0 - slip) + (1.0 - had) * fresh
    knows = signs.likelihood_ratio(1.0 - slip, guess, parameters)
    new[HAD_MASTERY] = _posterior(had, knows / (learned * knows + 1.0 - learned))
    still = _posterior(learned, knows)
    risked = 1.0 - np.exp(-new[HAZARD] * current.elapsed[rows, skill])
    firmer = new[HAZARD] / (1.0 + parameters.hazard_spacing * risked * score)
    chance = learn_chance(level, parameters) * current.ready[rows, skill]
    chance = chance * signs.earnest * (1.0 + signs.hinted * (parameters.hint_factor - 1.0))
    after = still + (1.0 - still) * chance
    new[HAZARD] = (still * firmer + (after - still) * parameters.hazard) / np.maximum(after, 1e-6)
    new[LEARNED] = np.minimum(after, 0.999)
    return expected


def _update_learner(
    learners: Array,
    outcomes: Outcomes,
    first: NDArray[np.bool_],
    growth: Array,
    mastery: Array,
    new: Array,
    parameters: BeliefParameters,
) -> None:
    """Counters, surprise and evidence of the rows (in place)."""
    score, at = outcomes.score, outcomes.at
    weight = sigmoid(learners[EVIDENCE])
    had = (1.0 - weight) * new[HAD_GROWTH] + weight * new[HAD_MASTERY]
    learners[FIRSTS] += first
    learners[FIRSTS_KNOWN] += first * had
    surprise = np.where(first, 0.0, score - growth)
    learners[SURPRISE] += parameters.surprise_rate * (surprise - 0.1 * learners[SURPRISE])
    gap = at - learners[NOW] > SESSION_GAP_DAYS
    learners[POSITION] = np.where(gap | (learners[EXERCISES] == 0), 1.0, learners[POSITION] + 1.0)
    likelihood = [np.clip(score * p + (1.0 - score) * (1.0 - p), 0.02, 1.0) for p in (mastery, growth)]
    evidence = learners[EVIDENCE] * parameters.evidence_memory + np.log(likelihood[0] / likelihood[1])
    learners[EVIDENCE] = np.clip(evidence, -4.0, 4.0)
    learners[RECENT] += 0.15 * (score - learners[RECENT])
    learners[FAILURES] = np.where(score >= 0.5, 0.0, learners[FAILURES] + 1.0)
    learners[REPEATS] = np.where(learners[LAST_SKILL] == outcomes.skill, learners[REPEATS] + 1.0, 1.0)
    learners[LAST_SKILL] = outcomes.skill
    learners[EXERCISES] += 1.0
    learners[NOW] = at


def expect_had(skills: Array, learners: Array, view: CourseView, rows: Rows, parameters: BeliefParameters) -> None:
    """Set the chance that skills never practised were known before, from the learner's other first answers (in place).

    The learner's share, times a factor that falls along the course, times the chance that the prerequisites were known.
    """
    prior = parameters.had_weight * parameters.had_share
    share = (prior + learners[FIRSTS_KNOWN, rows]) / (parameters.had_weight + learners[FIRSTS, rows])
    expected = np.clip(share[:, None] * view.had_factor[rows], 0.01, 0.9)
    practised = skills[COUNT, rows] > 0
    weight = sigmoid(learners[EVIDENCE, rows])[:, None]
    had = (1.0 - weight) * skills[HAD_GROWTH, rows] + weight * skills[HAD_MASTERY, rows]
    if view.prerequisites is not None:
        logs = np.where(practised, np.log(np.maximum(had, 0.03)), 0.0)
        expected = expected * np.exp((view.prerequisites[rows] @ logs[:, :, None])[:, :, 0])
    skills[HAD_GROWTH, rows] = np.where(practised, skills[HAD_GROWTH, rows], expected)
    skills[HAD_MASTERY, rows] = np.where(practised, skills[HAD_MASTERY, rows], expected)
