"""Continuous strength: power-law forgetting, spacing effect, prerequisites, zone of proximal development.

Each skill k of learner i has a strength s (logits), a stability S (days) and the time of its last practice.

    retention    R = (1 + dt / S)^(-d_i)                           Wickelgren 1974; Wixted and Ebbesen 1991
    ability      theta_k = base_ik + s_k R_k
    response     P = g + (1 - g - slip_i) sigmoid(a_i (theta - b))  4PL, Barton and Lord 1981
    match        zpd = exp(-(theta - b - logit(match))^2 / (2 width^2))
    readiness    ready = floor + (1 - floor) prod_j sigmoid(slope theta_j) over the prerequisites j
    kept         m = s (R + w (1 - R)), w = 1 after a success, failed_savings after an error (savings, Ebbinghaus 1885)
    strength     s' = m + rate_i ready zpd f (1 - m / ceiling), f = 1 or feedback_i after an error, times hint_share
    stability    S' = clip(S (1 + spacing_i (1 - R) h), .2, 365), h = 1 or failed_growth after an error, times
                 hint_share; massed practice (R near 1) hardly stabilises, spaced practice does (Cepeda et al. 2006)
    last' = now

That learning is best at an intermediate success rate is Vygotsky's (1978) zone of proximal development and
Wilson, Shenhav, Straccia and Cohen's (2019) result for gradient learners; the Gaussian in logits is our own choice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulators.learner import (
    CourseArrays,
    Exercise,
    Persons,
    draw_known,
    mean_available,
    of_candidates,
    over_prerequisites,
    over_required,
    sigmoid,
)
from simulators.limits import CHANCE, FINITE, INNER_SHARE, NOT_NEGATIVE, POSITIVE, SHARE, SHARES, check
from simulators.noise import Draws, Flags, Ints, Reals
from simulators.spread import LogNormal, draw_each

MIN_STABILITY_DAYS = 0.2
MAX_STABILITY_DAYS = 365.0


@dataclass(frozen=True)
class StrengthPopulation:
    """Parameters of `StrengthLearners`.

    Attributes:
        rate: strength in logits learned from one perfectly matched practice.
        decay: exponent of the power law of forgetting; .1 to 1 covers the fits of Wixted and Ebbesen (1991).
        spacing: growth of the stability per unit of what was forgotten (FSRS and DHP give factors of 1.5 to 4 for
            a recall at R = .9 to .6).
        stability_days: stability after a first encounter.
        discrimination: slope a of the response curve.
        slip: chance to fail what is known.
        feedback: share of the learning that survives an error, which is followed by feedback.
        base_mean, base_learner, base_skill: prior ability in logits, its spread between learners and between skills.
        known_share: (low, high) of the share of skills known at the start, higher for early skills.
        known_strength, known_stability_days, known_age_days: strength, stability and age of that knowledge.
        ceiling: strength s_max in logits that practice approaches.
        match, width: success probability that teaches best, and the width in logits of the zone around it.
        readiness: slope in 1/logit of the readiness in the ability of a prerequisite; 0 ignores prerequisites.
        readiness_floor: share of a lesson that is learned with no prerequisite at all.
        hint_lift: logits that a hint adds while answering.
        hint_share: share of the learning that survives a hint.
        failed_growth: share of the stability's growth that survives an error.
        failed_savings: share of the forgotten strength that comes back by a failed retrieval with feedback; a
            successful one brings all of it back.

    Raises:
        ValueError: impossible parameters, all of them named.
    """

    rate: LogNormal = LogNormal(0.8, 0.3, 0.1, 2.5)
    decay: LogNormal = LogNormal(0.35, 0.3, 0.1, 1.0)
    spacing: LogNormal = LogNormal(4.0, 0.4, 0.5, 15.0)
    stability_days: LogNormal = LogNormal(1.5, 0.4, 0.2, 10.0)
    discrimination: LogNormal = LogNormal(1.2, 0.15, 0.7, 2.0)
    slip: LogNormal = LogNormal(0.04, 0.5, 0.005, 0.15)
    feedback: LogNormal = LogNormal(0.6, 0.25, 0.2, 1.0)
    base_mean: float = -2.2
    base_learner: float = 0.4
    base_skill: float = 0.4
    known_share: tuple[float, float] = (0.0, 0.7)
    known_strength: LogNormal = LogNormal(3.5, 0.2, 1.5, 4.8)
    known_stability_days: LogNormal = LogNormal(90.0, 0.7, 10.0, 365.0)
    known_age_days: LogNormal = LogNormal(20.0, 0.8, 1.0, 120.0)
    ceiling: float = 5.0
    match: float = 0.6
    width: float = 1.0
    readiness: float = 1.5
    readiness_floor: float = 0.05
    hint_lift: float = 0.8
    hint_share: float = 0.6
    failed_growth: float = 0.3
    failed_savings: float = 0.7

    def __post_init__(self) -> None:
        check(
            self,
            {
                "base_mean": FINITE,
                "base_learner": NOT_NEGATIVE,
                "base_skill": NOT_NEGATIVE,
                "ceiling": POSITIVE,
                "match": INNER_SHARE,
                "width": POSITIVE,
                "readiness": NOT_NEGATIVE,
                "readiness_floor": SHARE,
                "hint_lift": FINITE,
                "hint_share": SHARE,
                "failed_growth": SHARE,
                "failed_savings": SHARE,
                "known_share": SHARES,
                "slip": CHANCE,
                "feedback": CHANCE,
            },
        )


def retention(elapsed_days: Reals, stability_days: Reals, decay: Reals) -> Reals:
    """(1 + dt / S)^(-d), in (0, 1]; 1 where time runs backwards."""
    kept: Reals = np.exp(-decay * np.log(1.0 + np.maximum(elapsed_days, 0.0) / stability_days))  # faster than a power
    return kept


class StrengthLearners:
    """L learners of K skills; see the module for the equations.

    Attributes:
        strength, stability, last: (L, K) in logits, days, days.
        base: (L, K) prior ability in logits.
        rate, decay, spacing, discrimination, slip, feedback: (L,) parameters.
    """

    skillwise = True

    def __init__(self, n_learners: int, n_skills: int, population: StrengthPopulation) -> None:
        self.population = population
        self.strength: Reals = np.zeros((n_learners, n_skills))
        self.stability: Reals = np.ones((n_learners, n_skills))
        self.last: Reals = np.zeros((n_learners, n_skills))
        self.base: Reals = np.zeros((n_learners, n_skills))
        self.rate: Reals = np.zeros(n_learners)
        self.decay: Reals = np.zeros(n_learners)
        self.spacing: Reals = np.zeros(n_learners)
        self.discrimination: Reals = np.ones(n_learners)
        self.slip: Reals = np.zeros(n_learners)
        self.feedback: Reals = np.zeros(n_learners)
        self._match = float(np.log(population.match / (1.0 - population.match)))

    def begin(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Draw new learners for `rows`."""
        self._courses = courses
        population, n_skills = self.population, self.strength.shape[1]
        parameters = (self.rate, self.decay, self.spacing, self.discrimination, self.slip, self.feedback)
        spreads = (population.rate, population.decay, population.spacing, population.discrimination)
        drawn = draw_each((*spreads, population.slip, population.feedback), draws)
        for parameter, values in zip(parameters, drawn, strict=True):
            parameter[rows] = values
        self.rate[rows] *= persons.learning
        self.decay[rows] *= persons.forgetting
        spread = population.base_learner * draws.normal(1) + population.base_skill * draws.normal(n_skills)
        self.base[rows] = population.base_mean + spread
        known = draw_known(courses, rows, draws, population.known_share, persons.prior)
        fresh = population.stability_days.draw(draws, n_skills)
        self.strength[rows] = known * np.minimum(population.known_strength.draw(draws, n_skills), population.ceiling)
        self.stability[rows] = np.where(known, population.known_stability_days.draw(draws, n_skills), fresh)
        age = population.known_age_days.draw(draws, n_skills) + persons.away_days[:, None]
        self.last[rows] = -(known * age)

    def ability(self, rows: Ints, now: Reals) -> Reals:
        """(n, K) ability theta in logits at `now` (n,)."""
        kept = retention(now[:, None] - self.last[rows], self.stability[rows], self.decay[rows, None])
        return self.base[rows] + self.strength[rows] * kept

    def success_probability(self, rows: Ints, now: Reals) -> Reals:
        """(n, K, B) chance of a right unaided answer."""
        margin = self.ability(rows, now)[:, :, None] - self._courses.difficulty[rows]
        return self._response(rows[:, None, None], margin, self._courses.guess[rows])

    def attempt(self, exercise: Exercise, forget: Reals) -> Reals:  # noqa: ARG002 forgetting is deterministic here
        """(n,) chance of a right unaided answer."""
        return self._response(exercise.rows, self._margin(exercise), self._guess(exercise))

    def hinted(self, exercise: Exercise, probability: Reals) -> Reals:  # noqa: ARG002 the margin says it all
        """(n,) chance of a right answer after a hint: the margin grows by hint_lift."""
        return self._response(exercise.rows, self._margin(exercise) + self.population.hint_lift, self._guess(exercise))

    def learn(self, exercise: Exercise, correct: Flags, hinted: Flags, chance: Reals) -> None:  # noqa: ARG002
        """Move strength, stability and last time of the practised skills."""
        rows, skill, now = exercise.rows, exercise.skill, exercise.now
        at = self._places(rows, skill)
        strength, stability = self.strength.take(at), self.stability.take(at)
        kept = self._kept(rows, at, now)
        margin = self.base.take(at) + strength * kept - of_candidates(self._courses.difficulty, exercise)
        drive = self.rate.take(rows) * self._ready(rows, skill, now) * self.zone(margin)
        help_share = 1.0 - (1.0 - self.population.hint_share) * hinted.astype(np.float64)
        grown = self._grown(strength, kept, drive * help_share, correct, self.feedback.take(rows))
        firmed = self._stabilised(stability, kept, self.spacing.take(rows) * help_share, correct)
        for field, values in ((self.strength, grown), (self.stability, firmed), (self.last, now)):
            field.reshape(-1, copy=False)[at] = values

    def zone(self, margin: Reals) -> Reals:
        """The zone of proximal development: 1 where the success probability is `match`, falling to both sides."""
        return np.exp(-((margin - self._match) ** 2) / (2.0 * self.population.width**2))

    def score_at(self, rows: Ints, test_at: Reals) -> Reals:
        """(n, K) expected open-response score at `test_at`, averaged over the available bands."""
        return self._test_score(rows[:, None], self.ability(rows, test_at), slice(None))

    def skill_score_at(self, rows: Ints, skill: Ints, test_at: Reals) -> Reals:
        """(n,) the same for one skill a row."""
        return self._test_score(rows, self._ability_at(rows, self._places(rows, skill), test_at), skill)

    def score_gain(self, rows: Ints, now: Reals, test_at: Reals, hint: Reals) -> Reals:
        """(n, K, B) exact expected change of the test score of a skill by one earnest practice of each candidate."""
        strength, stability = self.strength[rows][:, :, None], self.stability[rows][:, :, None]
        decay = self.decay[rows, None, None]
        kept = retention(now[:, None, None] - self.last[rows][:, :, None], stability, decay)
        margin = self.base[rows][:, :, None] + strength * kept - self._courses.difficulty[rows]
        drive = self.rate[rows, None, None] * self._ready_all(rows, now)[:, :, None] * self.zone(margin)
        guess, column = self._courses.guess[rows], rows[:, None, None]
        unaided = self._response(column, margin, guess)
        aided = self._response(column, margin + self.population.hint_lift, guess)
        asks = np.clip(hint[:, None, None] * (1.0 - unaided), 0.0, 1.0)
        expected = np.zeros_like(margin)
        for correct in (True, False):
            for share, weight, success in ((1.0, 1.0 - asks, unaided), (self.population.hint_share, asks, aided)):
                outcome = np.asarray(correct)
                grown = self._grown(strength, kept, drive * share, outcome, self.feedback[rows, None, None])
                spacing = self.spacing[rows, None, None] * share
                firm = self._stabilised(stability, kept, spacing, outcome)
                later = retention((test_at - now)[:, None, None], firm, decay)
                ability = self.base[rows][:, :, None] + grown * later
                chance = weight * (success if correct else 1.0 - success)
                expected += chance * self._candidate_score(rows, ability)
        return expected - self.score_at(rows, test_at)[:, :, None]

    def prospect(self, rows: Ints, now: Reals, test_at: Reals, repeats: Ints) -> Reals:
        """(n, K, B) rise of a skill's test score per exercise, by up to `repeats` (n,) practices in a row.

        The best average over 1..repeats, along the mean course of events: strength and stability move by what they are
        expected to. More than the first step's gain where the first steps only pave the way (success is convex below
        its middle).
        """
        courses, column = self._courses, rows[:, None, None]
        decay, slope = self.decay[column], self.discrimination[column]
        base, difficulty = self.base[rows][:, :, None], courses.difficulty[rows]
        kept = retention((now[:, None] - self.last[rows])[:, :, None], self.stability[rows][:, :, None], decay)
        drive = self.rate[column] * self._ready_all(rows, now)[:, :, None]
        before = self.score_at(rows, test_at)[:, :, None]
        shape = difficulty.shape
        strength = np.broadcast_to(self.strength[rows][:, :, None], shape)
        stability = np.broadcast_to(self.stability[rows][:, :, None], shape)
        best = np.full(shape, -np.inf)
        for count in range(1, int(repeats.max()) + 1):
            margin = base + strength * kept - difficulty
            success = sigmoid(slope * margin)
            held = strength * (kept + (success + (1.0 - success) * self.population.failed_savings) * (1.0 - kept))
            effect = success + (1.0 - success) * self.feedback[column]
            strength = held + drive * self.zone(margin) * effect * (1.0 - held / self.population.ceiling)
            firming = success + (1.0 - success) * self.population.failed_growth
            stability = np.minimum(
                stability * (1.0 + self.spacing[column] * firming * (1.0 - kept)), MAX_STABILITY_DAYS
            )
            kept = np.ones_like(strength)
            later = retention((test_at - now)[:, None, None], stability, decay)
            gain = (self._candidate_score(rows, base + strength * later) - before) / count
            best = np.where(count <= repeats[:, None, None], np.maximum(best, gain), best)
        return best

    def _grown(self, strength: Reals, kept: Reals, drive: Reals, correct: Flags, feedback: Reals) -> Reals:
        failed = 1.0 - correct
        held = strength * (1.0 - (1.0 - self.population.failed_savings) * failed * (1.0 - kept))
        step = drive * (1.0 - (1.0 - feedback) * failed) * (1.0 - held / self.population.ceiling)
        return np.minimum(held + step, self.population.ceiling)

    def _stabilised(self, stability: Reals, kept: Reals, spacing: Reals, correct: Flags) -> Reals:
        growth = spacing * (1.0 - (1.0 - self.population.failed_growth) * (1.0 - correct)) * (1.0 - kept)
        return np.minimum(np.maximum(stability * (1.0 + growth), MIN_STABILITY_DAYS), MAX_STABILITY_DAYS)

    def _response(self, rows: Ints, margin: Reals, guess: Reals) -> Reals:
        slip = self.slip[rows]
        return guess + (1.0 - guess - slip) * sigmoid(self.discrimination[rows] * margin)

    def _margin(self, exercise: Exercise) -> Reals:
        rows, skill = exercise.rows, exercise.skill
        ability = self._ability_at(rows, self._places(rows, skill), exercise.now)
        return ability - of_candidates(self._courses.difficulty, exercise)

    def _places(self, rows: Ints, skill: Ints) -> Ints:
        """(n,) places of skills in a flattened field."""
        places: Ints = rows * self.strength.shape[1] + skill
        return places

    def _kept(self, rows: Ints, at: Ints, now: Reals) -> Reals:
        """(n,) retention at the places `at`."""
        return retention(now - self.last.take(at), self.stability.take(at), self.decay.take(rows))

    def _ability_at(self, rows: Ints, at: Ints, now: Reals) -> Reals:
        """(n,) ability at the places `at`."""
        return self.base.take(at) + self.strength.take(at) * self._kept(rows, at, now)

    def _guess(self, exercise: Exercise) -> Reals:
        return of_candidates(self._courses.guess, exercise)

    def _ready(self, rows: Ints, skill: Ints, now: Reals) -> Reals:
        """(n,) readiness for one skill a row; only the prerequisites of that skill are looked at."""
        edge, required = self._courses.required(rows, skill)
        owner = rows.take(edge)
        ability = self._ability_at(owner, self._places(owner, required), now.take(edge))
        return self._floored(over_required(edge, sigmoid(self.population.readiness * ability), len(rows)))

    def _ready_all(self, rows: Ints, now: Reals) -> Reals:
        """(n, K) readiness for every skill."""
        ability = self.ability(rows, now)
        return self._floored(over_prerequisites(self._courses, rows, sigmoid(self.population.readiness * ability)))

    def _floored(self, product: Reals) -> Reals:
        """Readiness from the product over the prerequisites, which is 1 where there are none."""
        if self.population.readiness == 0.0:
            return np.ones_like(product)
        floor = self.population.readiness_floor
        return floor + (1.0 - floor) * product

    def _test_score(self, rows: Ints, ability: Reals, skill: Ints | slice) -> Reals:
        """Mean over the available bands of (1 - slip) sigmoid(a (theta - b)); shapes follow `ability`."""
        index = rows if isinstance(skill, np.ndarray) else rows[:, 0]
        difficulty, available = self._courses.difficulty[index, skill], self._courses.available[index, skill]
        margin = self.discrimination[rows][..., None] * (ability[..., None] - difficulty)
        return (1.0 - self.slip[rows]) * mean_available(sigmoid(margin), available)

    def _candidate_score(self, rows: Ints, ability: Reals) -> Reals:
        """(n, K, B) test score of a skill whose ability after practising at band B is `ability` (n, K, B)."""
        difficulty = self._courses.difficulty[rows][:, :, None, :]
        margin = self.discrimination[rows, None, None, None] * (ability[..., None] - difficulty)
        available = np.broadcast_to(self._courses.available[rows][:, :, None, :], margin.shape)
        return (1.0 - self.slip[rows, None, None]) * mean_available(sigmoid(margin), available)
