"""Hidden Markov mastery: Bayesian knowledge tracing (Corbett and Anderson 1995) with forgetting between practices.

A skill is known or not. For learner i, skill k, band b of difficulty beta:

    response     P = 1 - slip_i(b) if known else guess_i(b);  slip_i(b) = min(.35, slip_i exp(slip_slope beta)),
                 guess_i(b) = max(guess_i, item guess)
    forgetting   known survives dt days with exp(-hazard dt)        (BKT with forgetting; hazard in place of P(F))
    learning     unknown becomes known with rate_i ready f(b), f(b) = clip(1 - rate_slope beta, .4, 1.5), times
                 hint_share; right or wrong alike, as in BKT
    readiness    prod_j (unready + (1 - unready) q_j) over the prerequisites j, q_j the chance that j is still known:
                 what the expectation over their forgetting gives, so looking at a skill never settles another
    spacing      hazard' = hazard / (1 + spacing_i (1 - exp(-hazard dt)) h) after a right answer to a known skill, h the
                 hint share; our extension, so that spaced retrieval protects as it does in people (Cepeda et al. 2006)

Forgetting is settled when a skill is next practised; until then it is an expectation.
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
)
from simulators.limits import CHANCE, FINITE, SHARE, SHARES, check
from simulators.mastery.latent import slip_at
from simulators.noise import Draws, Flags, Ints, Reals
from simulators.spread import LogNormal, draw_each

MIN_HAZARD = 1e-4
LEAST_RATE_FACTOR, MOST_RATE_FACTOR = 0.4, 1.5


@dataclass(frozen=True)
class MarkovPopulation:
    """Parameters of `MarkovLearners`.

    Ranges follow published BKT fits (Corbett and Anderson 1995; Baker, Corbett and Aleven 2008 bound guess by .3
    and slip by .1; P(T) of .1 to .4 is usual).

    Attributes:
        rate: chance to learn an unknown skill from one practice of middling difficulty, prerequisites known.
        rate_slope: fall of that chance per logit of difficulty (clipped to factors of .4 to 1.5).
        forgetting: hazard per day of losing a skill just learned.
        spacing: how much a successful retrieval divides the hazard by, per unit of forgetting risked.
        slip: chance to fail a known skill at difficulty 0; times exp(slip_slope * difficulty), at most .35.
        guess: chance to answer an unskilled open question right; the larger of this and the item's guess is used.
        known_share, known_hazard, known_age_days: as in StrengthPopulation; hazard per day of what is known.
        unready: factor on the chance to learn for each prerequisite that is not known; 1 ignores prerequisites.
        hint_lift: share of the failures of an unknown skill that a hint repairs.
        hint_share: share of the chance to learn that survives a hint.

    Raises:
        ValueError: impossible parameters, all of them named.
    """

    rate: LogNormal = LogNormal(0.15, 0.3, 0.03, 0.6)
    rate_slope: float = 0.25
    forgetting: LogNormal = LogNormal(0.07, 0.4, 0.005, 0.5)
    spacing: LogNormal = LogNormal(4.0, 0.4, 0.5, 15.0)
    slip: LogNormal = LogNormal(0.07, 0.4, 0.01, 0.2)
    slip_slope: float = 0.4
    guess: LogNormal = LogNormal(0.06, 0.4, 0.01, 0.2)
    known_share: tuple[float, float] = (0.0, 0.7)
    known_hazard: LogNormal = LogNormal(0.006, 0.5, 0.001, 0.05)
    known_age_days: LogNormal = LogNormal(20.0, 0.8, 1.0, 120.0)
    unready: float = 0.15
    hint_lift: float = 0.3
    hint_share: float = 0.7

    def __post_init__(self) -> None:
        check(
            self,
            {
                "rate_slope": FINITE,
                "slip_slope": FINITE,
                "guess": CHANCE,
                "unready": SHARE,
                "known_share": SHARES,
                "hint_lift": SHARE,
                "hint_share": SHARE,
                "slip": CHANCE,
            },
        )


def survival(hazard: Reals, elapsed_days: Reals) -> Reals:
    """exp(-hazard dt), in (0, 1]; 1 where time runs backwards."""
    share: Reals = np.exp(-hazard * np.maximum(elapsed_days, 0.0))
    return share


class MarkovLearners:
    """L learners of K skills; see the module for the equations.

    Attributes:
        known: (L, K) bool, as of `last`.
        hazard: (L, K) chance per day of forgetting, as a rate.
        last: (L, K) days.
        rate, forgetting, spacing, slip, guess: (L,) parameters.
    """

    skillwise = True

    def __init__(self, n_learners: int, n_skills: int, population: MarkovPopulation) -> None:
        self.population = population
        self.known: Flags = np.zeros((n_learners, n_skills), dtype=np.bool_)
        self.hazard: Reals = np.ones((n_learners, n_skills))
        self.last: Reals = np.zeros((n_learners, n_skills))
        self.rate: Reals = np.zeros(n_learners)
        self.forgetting: Reals = np.ones(n_learners)
        self.spacing: Reals = np.zeros(n_learners)
        self.slip: Reals = np.zeros(n_learners)
        self.guess: Reals = np.zeros(n_learners)
        self._elapsed: Reals = np.zeros(n_learners)

    def begin(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Draw new learners for `rows`."""
        self._courses = courses
        population, n_skills = self.population, self.known.shape[1]
        parameters = (self.rate, self.forgetting, self.spacing, self.slip, self.guess)
        spreads = (population.rate, population.forgetting, population.spacing, population.slip, population.guess)
        for parameter, values in zip(parameters, draw_each(spreads, draws), strict=True):
            parameter[rows] = values
        self.rate[rows] = np.minimum(self.rate[rows] * persons.learning, 1.0)
        self.forgetting[rows] *= persons.forgetting
        known = draw_known(courses, rows, draws, population.known_share, persons.prior)
        self.known[rows] = known
        lasting = population.known_hazard.draw(draws, n_skills)
        self.hazard[rows] = np.where(known, lasting * persons.forgetting[:, None], self.forgetting[rows, None])
        age = population.known_age_days.draw(draws, n_skills) + persons.away_days[:, None]
        self.last[rows] = -(known * age)

    def success_probability(self, rows: Ints, now: Reals) -> Reals:
        """(n, K, B) chance of a right unaided answer, forgetting being an expectation."""
        still = self._still_known(rows, now)[:, :, None]
        slip, guess = self._slip_guess(rows)
        return still * (1.0 - slip) + (1.0 - still) * guess

    def attempt(self, exercise: Exercise, forget: Reals) -> Reals:
        """Settle whether the practised skill is still known, then the (n,) chance of a right answer."""
        at = self._places(exercise.rows, exercise.skill)
        known, hazard = self.known.take(at), self.hazard.take(at)
        elapsed = exercise.now - self.last.take(at)
        still = known & (forget < survival(hazard, elapsed))
        fresh = np.where(known & ~still, self.forgetting.take(exercise.rows), hazard)
        for field, values in ((self.hazard, fresh), (self.known, still), (self.last, exercise.now)):
            field.reshape(-1, copy=False)[at] = values
        self._elapsed[exercise.rows] = elapsed
        slip, guess = self._slip_guess_of(exercise)
        return np.where(still, 1.0 - slip, guess)

    def hinted(self, exercise: Exercise, probability: Reals) -> Reals:
        """(n,) chance after a hint: an unknown skill's failures fall by the share hint_lift."""
        lifted = probability + self.population.hint_lift * (1.0 - probability)
        return np.where(self.known[exercise.rows, exercise.skill], probability, lifted)

    def learn(self, exercise: Exercise, correct: Flags, hinted: Flags, chance: Reals) -> None:
        """Learn what is unknown by chance, protect what is known by a right answer."""
        rows, skill = exercise.rows, exercise.skill
        at = self._places(rows, skill)
        known, hazard = self.known.take(at), self.hazard.take(at)
        help_share = 1.0 - (1.0 - self.population.hint_share) * hinted.astype(np.float64)
        difficulty = of_candidates(self._courses.difficulty, exercise)
        rate = self._learn_chance(self.rate.take(rows), self._ready(rows, skill, exercise.now), difficulty)
        risked = 1.0 - survival(hazard, self._elapsed.take(rows))
        firmer = np.maximum(hazard / (1.0 + self.spacing.take(rows) * risked * help_share), MIN_HAZARD)
        self.hazard.reshape(-1, copy=False)[at] = np.where(known & correct, firmer, hazard)
        self.known.reshape(-1, copy=False)[at] = known | (chance < rate * help_share)

    def score_at(self, rows: Ints, test_at: Reals) -> Reals:
        """(n, K) chance to know it at `test_at` times the mean chance not to slip over the available bands."""
        return self._still_known(rows, test_at) * self._unslipped(rows)

    def skill_score_at(self, rows: Ints, skill: Ints, test_at: Reals) -> Reals:
        """(n,) the same for one skill a row."""
        at = self._places(rows, skill)
        still = survival(self.hazard.take(at), test_at - self.last.take(at))
        difficulty, available = self._courses.difficulty[rows, skill], self._courses.available[rows, skill]
        firm = 1.0 - self._slip(self.slip[rows, None], difficulty)
        return self.known.take(at) * still * mean_available(firm, available)

    def score_gain(self, rows: Ints, now: Reals, test_at: Reals, hint: Reals) -> Reals:
        """(n, K, B) exact expected change of the test score of a skill by one earnest practice of each candidate."""
        elapsed = (now[:, None] - self.last[rows])[:, :, None]
        delay, hint = (test_at - now)[:, None, None], hint[:, None, None]
        hazard, fresh = self.hazard[rows][:, :, None], self.forgetting[rows][:, None, None]
        still = self._still_known(rows, now)[:, :, None]
        slip, guess = self._slip_guess(rows)
        shares = self.population.hint_share
        asks = hint * slip
        risked = 1.0 - survival(hazard, elapsed)
        spacing = self.spacing[rows][:, None, None]
        kept = np.zeros_like(slip)
        for share, weight in ((1.0, 1.0 - asks), (shares, asks)):
            firmer = np.maximum(hazard / (1.0 + spacing * risked * share), MIN_HAZARD)
            kept += weight * ((1.0 - slip) * survival(firmer, delay) + slip * survival(hazard, delay))
        asks = hint * (1.0 - guess)
        difficulty, ready = self._courses.difficulty[rows], self._ready_all(rows, now)[:, :, None]
        plain = self._learn_chance(self.rate[rows][:, None, None], ready, difficulty)
        learned = plain * (1.0 - asks + asks * shares)
        after = still * kept + (1.0 - still) * learned * survival(fresh, delay)
        before = self._still_known(rows, test_at)[:, :, None]
        return (after - before) * self._unslipped(rows)[:, :, None]

    def prospect(self, rows: Ints, now: Reals, test_at: Reals, repeats: Ints) -> Reals:  # noqa: ARG002
        """(n, K, B) rise of a skill's test score per exercise: that of the first, as more in a row only add less."""
        return self.score_gain(rows, now, test_at, np.zeros(len(rows)))

    def _still_known(self, rows: Ints, now: Reals) -> Reals:
        return np.where(self.known[rows], survival(self.hazard[rows], now[:, None] - self.last[rows]), 0.0)

    def _slip(self, slip: Reals, difficulty: Reals) -> Reals:
        return slip_at(slip, self.population.slip_slope, difficulty)

    def _slip_guess(self, rows: Ints) -> tuple[Reals, Reals]:
        slip = self._slip(self.slip[rows, None, None], self._courses.difficulty[rows])
        return slip, np.maximum(self.guess[rows, None, None], self._courses.guess[rows])

    def _slip_guess_of(self, exercise: Exercise) -> tuple[Reals, Reals]:
        slip = self._slip(self.slip.take(exercise.rows), of_candidates(self._courses.difficulty, exercise))
        return slip, np.maximum(self.guess.take(exercise.rows), of_candidates(self._courses.guess, exercise))

    def _learn_chance(self, rate: Reals, ready: Reals, difficulty: Reals) -> Reals:
        factor = np.maximum(1.0 - self.population.rate_slope * difficulty, LEAST_RATE_FACTOR)
        factor = np.minimum(factor, MOST_RATE_FACTOR)
        return np.minimum(rate * ready * factor, 1.0)

    def _unslipped(self, rows: Ints) -> Reals:
        firm = 1.0 - self._slip(self.slip[rows, None, None], self._courses.difficulty[rows])
        return mean_available(firm, self._courses.available[rows])

    def _ready(self, rows: Ints, skill: Ints, now: Reals) -> Reals:
        """(n,) readiness for one skill a row."""
        edge, required = self._courses.required(rows, skill)
        at = self._places(rows.take(edge), required)
        still = survival(self.hazard.take(at), now.take(edge) - self.last.take(at)) * self.known.take(at)
        return over_required(edge, self._open(still), len(rows))

    def _places(self, rows: Ints, skill: Ints) -> Ints:
        """(n,) places of skills in a flattened field."""
        places: Ints = rows * self.known.shape[1] + skill
        return places

    def _ready_all(self, rows: Ints, now: Reals) -> Reals:
        """(n, K) readiness for every skill."""
        return over_prerequisites(self._courses, rows, self._open(self._still_known(rows, now)))

    def _open(self, still: Reals) -> Reals:
        return self.population.unready + (1.0 - self.population.unready) * still
