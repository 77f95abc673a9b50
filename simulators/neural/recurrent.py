"""A recurrent learner: laws of learning and forgetting that a GRU learned from logs of real students.

A gated recurrent unit (Cho et al. 2014) reads a learner's answers, as in deep knowledge tracing (Piech et al. 2015). It
does not predict the next answer itself: it says how far the last one moves an explicit state, so that what practice
can do is bounded by construction, whatever was fitted. `pacer fit` fits it; docs/fitting.md says how well.

    logit      x_k = b_k + e_k . q + u_k + a_k R_k             skill k with fitted bias b and embedding e in R^8
    retention  R_k = (1 + (t - last_k) / S_k)^(-decay)         of the strength a >= 0 that practice brought
    knows      sigma = sigmoid(x_k - difficulty)
    response   P = guess + (1 - guess) sigma                   an answer is SAMPLED; y = 1 if it was known, not guessed
    surprise   s = y - sigma
    room       r = 1 - sigma^room
    gains      (c, v, rate_0, rate_1) = heads tanh(mix [h, e_k, ln(1 + n_k), ln(1 + n)]), v >= 0, 0 <= rate <= 2
    ability    q' = q + s c                                    of the learner at large: how practice of one skill
    deviation  u_k' = u_k + s v                                shows in others; and of the skill
    strength   a_k' = a_k + r rate_y
    stability  ln S_k' = ln S_k + r firming_y
    clock      last_k' = last_k + r clock_y (t - last_k)       clock_1 = 1
    context    h' = GRU(h, [s, |s|, ln minutes since the last answer, and since k was practised, ln(1 + n_k), e_k])

Known artefact. Simulators that feed back their own soft prediction gain knowledge by repeating what is known. Here
E[s] = 0, so that ability and deviation move by nothing on average, whatever is practised: they are what answers show,
not what they teach. All that teaches carries the factor r = 1 - sigma^room <= room (1 - sigma). Hence an exercise that
the learner is sure to know changes no logit on average, at any later time, by more than a multiple of 1 - sigma, and a
sigma of 1 changes nothing at all. That a known thing earns nothing also means that its clock is not put back: only a
retrieval that might have failed refreshes a memory (Bjork and Bjork 1992).

Each learner is of one of the fitted logs: the course's skills draw their bias and embedding from its skills, and the
learner begins with an ability from the spread that its students had reached. Two of the three logs have no times, and
R = 1 in them; retention and stability therefore come from the third alone. Unlike the students of the logs, who had met
most skills in class, a learner here begins `level` logits below them in what is not known.

A hint leaves the share `hint_share` of what teaches and all of what is shown. A learner's `persons`: learning is a
factor on `rate`, forgetting on the pace of time in R, prior on the share of skills known, away_days on their age.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulators.learner import CourseArrays, Exercise, Persons, draw_known, mean_available, sigmoid
from simulators.neural.weights import (
    EMBEDDED,
    GAINS,
    HIDDEN,
    MAX_RATE,
    MAX_STRENGTH,
    MINUTES_PER_DAY,
    STABILITY_DAYS,
    fitted,
)
from simulators.noise import Draws, Flags, Ints, Reals
from simulators.spread import LogNormal

Memory = tuple[Reals, Reals, Reals]
KNOWN_PRACTICES = 5.0  # of what is known at the start
TERMS = 32_000  # n K^2 at once, so that arrays stay in the cache


@dataclass(frozen=True)
class RecurrentPopulation:
    """Parameters of `RecurrentLearners`; the laws themselves are `Weights`.

    Attributes:
        learning: factor on what practice teaches; 1 is the mean student of the logs.
        forgetting: factor on the pace of forgetting; 1 is the mean student of the logs.
        ability: factor on the fitted spread of abilities between learners.
        deviation: spread in logits between the skills of one learner, beyond the fitted biases.
        level: logits added to every skill, for learners who were not taught it in class.
        known_share: (low, high) of the share of skills known at the start, higher for early skills.
        known_strength: strength in logits of what is known.
        known_stability_days, known_age_days: how firm and how old that is.
        hint_lift: share of the failures that a hint repairs.
        hint_share: share of what practice teaches that survives a hint.
    """

    learning: LogNormal = LogNormal(1.0, 0.4, 0.2, 4.0)
    forgetting: LogNormal = LogNormal(1.0, 0.5, 0.1, 10.0)
    ability: float = 1.0
    deviation: float = 0.5
    level: float = -1.5
    known_share: tuple[float, float] = (0.0, 0.7)
    known_strength: LogNormal = LogNormal(3.0, 0.25, 1.0, 6.0)
    known_stability_days: LogNormal = LogNormal(60.0, 0.7, 10.0, 365.0)
    known_age_days: LogNormal = LogNormal(20.0, 0.8, 1.0, 120.0)
    hint_lift: float = 0.3
    hint_share: float = 0.6


@dataclass(frozen=True)
class Gains:
    """How far an answer may move the state; shapes (..., E) and (...).

    Attributes:
        ability: c, for each unit of surprise.
        deviation: v, for each unit of surprise.
        wrong, right: the rates, in logits.
    """

    ability: Reals
    deviation: Reals
    wrong: Reals
    right: Reals


class RecurrentLearners:
    """L learners of K skills; see the module for the equations.

    Attributes:
        context, ability: (L, H), (L, E) h and q.
        strength, stability, last, deviation, met: (L, K) a in logits, S in days, days, u in logits, practices.
        total, answered: (L,) answers so far, and the day of the last.
        bias, embedding: (L, K), (L, K, E) of the skills.
        learning, forgetting: (L,) factors.
    """

    skillwise = False

    def __init__(self, n_learners: int, n_skills: int, population: RecurrentPopulation) -> None:
        self.population, self.weights = population, fitted()
        shape = n_learners, n_skills
        self.context: Reals = np.zeros((n_learners, HIDDEN))
        self.ability: Reals = np.zeros((n_learners, EMBEDDED))
        self.strength: Reals = np.zeros(shape)
        self.stability: Reals = np.ones(shape)
        self.last: Reals = np.zeros(shape)
        self.deviation: Reals = np.zeros(shape)
        self.met: Reals = np.zeros(shape)
        self.total: Reals = np.zeros(n_learners)
        self.answered: Reals = np.zeros(n_learners)
        self.bias: Reals = np.zeros(shape)
        self.embedding: Reals = np.zeros((*shape, EMBEDDED))
        self.learning: Reals = np.ones(n_learners)
        self.forgetting: Reals = np.ones(n_learners)
        self._courses: CourseArrays

    def begin(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Draw new learners for `rows`."""
        self._courses = courses
        population, weights, n_skills = self.population, self.weights, self.bias.shape[1]
        log = np.floor(draws.uniform() * len(weights.sets)).astype(np.int64)
        first, count = weights.sets[log].T
        skill = (first[:, None] + np.floor(draws.uniform(n_skills) * count[:, None])).astype(np.int64)
        self.bias[rows] = weights.bias[skill] + population.level
        self.embedding[rows] = weights.embedding[skill]
        drawn = np.matvec(weights.ability_root[log], draws.normal(EMBEDDED))
        self.ability[rows] = population.ability * drawn
        self.context[rows], self.total[rows] = weights.context[log], np.expm1(weights.answers[log])
        self.deviation[rows] = population.deviation * draws.normal(n_skills)
        self.learning[rows] = population.learning.draw(draws) * persons.learning
        self.forgetting[rows] = population.forgetting.draw(draws) * persons.forgetting
        self.answered[rows] = 0.0
        self._know(rows, courses, draws, persons)

    def success_probability(self, rows: Ints, now: Reals) -> Reals:
        """(n, K, B) chance of a right unaided answer."""
        return self._response(self._solved(rows, now), self._courses.guess[rows])

    def attempt(self, exercise: Exercise, forget: Reals) -> Reals:  # noqa: ARG002 - forgetting is an expectation here
        """(n,) chance of a right unaided answer."""
        return self._response(self._knows(exercise), self._guess(exercise))

    def hinted(self, exercise: Exercise, probability: Reals) -> Reals:  # noqa: ARG002 - the same for all skills
        """(n,) chance after a hint: it repairs the share hint_lift of the failures."""
        return probability + self.population.hint_lift * (1.0 - probability)

    def learn(self, exercise: Exercise, correct: Flags, hinted: Flags, chance: Reals) -> None:
        """Move the whole state; a right answer was known with the chance sigma / P, else guessed."""
        rows, skill, now = exercise.rows, exercise.skill, exercise.now
        knows = self._knows(exercise)
        right = self._response(knows, self._guess(exercise))
        right = np.where(hinted, self.hinted(exercise, right), right)
        solved = correct & (chance * right < knows)
        surprise = solved - knows
        gains = self._gains(rows, self.embedding[rows, skill], self.met[rows, skill])
        since = np.where(self.met[rows, skill] > 0, now - self.last[rows, skill], 0.0)
        self._read(rows, skill, surprise, now - self.answered[rows], since)
        self.ability[rows] += surprise[:, None] * gains.ability
        self.deviation[rows, skill] += surprise * gains.deviation
        effort = np.where(hinted, self.population.hint_share, 1.0)
        memory = self.strength[rows, skill], self.stability[rows, skill], self.last[rows, skill]
        rate = np.where(solved, gains.right, gains.wrong)
        taught = self._taught(memory, now, effort * self._room(knows), rate, solved, self.met[rows, skill] == 0)
        self.strength[rows, skill], self.stability[rows, skill], self.last[rows, skill] = taught
        self.met[rows, skill] += 1.0
        self.total[rows] += 1.0
        self.answered[rows] = now

    def score_at(self, rows: Ints, test_at: Reals) -> Reals:
        """(n, K) expected open-response score at `test_at`."""
        return mean_available(self._solved(rows, test_at), self._courses.available[rows])

    def skill_score_at(self, rows: Ints, skill: Ints, test_at: Reals) -> Reals:
        """(n,) the same for one skill a row."""
        logit = self._logit(rows, skill, test_at)[:, None] - self._courses.difficulty[rows, skill]
        return mean_available(sigmoid(logit), self._courses.available[rows, skill])

    def score_gain(self, rows: Ints, now: Reals, test_at: Reals, hint: Reals) -> Reals:
        """(n, K, B) exact expected change of the whole goal-weighted score by one earnest practice of each candidate.

        Every skill is weighed after every candidate: n K^2 B^2 terms, taken some rows at a time.
        """
        n_skills = self.bias.shape[1]
        step = max(1, TERMS // n_skills**2)
        parts = [slice(at, at + step) for at in range(0, len(rows), step)]
        gains = [self._gain(rows[part], now[part], test_at[part], hint[part]) for part in parts]
        return np.concatenate(gains) if gains else np.zeros((0, *self._courses.difficulty.shape[1:]))

    def prospect(self, rows: Ints, now: Reals, test_at: Reals, repeats: Ints) -> Reals:
        """(n, K, B) expected rise of the whole goal-weighted score per exercise, by up to `repeats` (n,) in a row.

        The best average over 1..repeats along the mean course of events: strength, stability and clock move by what
        they are expected to; ability and deviation, which stay on average, count by the curvature of the scores alone.
        """
        gains = self._gains(rows, self.embedding[rows], self.met[rows])
        weight, difficulty = self._score_weight(rows), self._courses.difficulty[rows]
        column, column_at = now[:, None, None], test_at[:, None, None]
        level = self._level(rows)[:, :, None]
        memory = self._memory(rows)
        own, others = self._curvature(rows, test_at, gains, weight)
        before = self._own_score(level + self._kept(rows, memory, column_at), difficulty, weight)
        best, spread = np.full(difficulty.shape, -np.inf), np.zeros(difficulty.shape)
        first = (self.met[rows] == 0)[:, :, None]
        for count in range(1, int(repeats.max()) + 1):
            knows = sigmoid(level + self._kept(rows, memory, column) - difficulty)
            rate = gains.wrong[:, :, None] + knows * (gains.right - gains.wrong)[:, :, None]
            memory = self._taught(memory, column, self._room(knows), rate, knows, first)
            first = np.zeros_like(first)
            spread = spread + knows * (1.0 - knows)
            after = self._own_score(level + self._kept(rows, memory, column_at), difficulty, weight)
            gain = (after - before + spread * (own + others)[:, :, None]) / count
            best = np.where(count <= repeats[:, None, None], np.maximum(best, gain), best)
        return best

    def _gain(self, rows: Ints, now: Reals, test_at: Reals, hint: Reals) -> Reals:
        """`score_gain` of some rows."""
        gains = self._gains(rows, self.embedding[rows], self.met[rows])
        weight, difficulty = self._score_weight(rows), self._courses.difficulty[rows]
        spill = np.matmul(gains.ability, self.embedding[rows].transpose(0, 2, 1))  # (n, K practised, K tested)
        knows = self._solved(rows, now)
        asks = np.clip(hint[:, None, None] * (1.0 - self._response(knows, self._courses.guess[rows])), 0.0, 1.0)
        at_test = self._logit(rows, None, test_at)
        odds = np.exp(difficulty - at_test[:, :, None])
        shown = np.diagonal(spill, axis1=1, axis2=2) + gains.deviation
        memory, first = self._memory(rows), (self.met[rows] == 0)[:, :, None]
        expected = np.zeros_like(knows)
        for solved, chance in ((1.0, knows), (0.0, 1.0 - knows)):
            surprise = solved - knows
            moved = self._level(rows)[:, :, None] + surprise * shown[:, :, None]
            others = self._others(surprise, spill, odds, weight)
            rate = (gains.right if solved else gains.wrong)[:, :, None]
            own = np.zeros_like(knows)
            for effort, share in ((1.0, 1.0 - asks), (self.population.hint_share, asks)):
                after = self._taught(memory, now[:, None, None], effort * self._room(knows), rate, solved, first)
                logit = moved + self._kept(rows, after, test_at[:, None, None])
                own += share * self._own_score(logit, difficulty, weight)
            expected += chance * (others + own)
        before: Reals = (weight * sigmoid(at_test[:, :, None] - difficulty)).sum(axis=(1, 2))
        return expected - before[:, None, None]

    def _know(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Give the rows what they know at the start."""
        population, n_skills = self.population, self.bias.shape[1]
        known = draw_known(courses, rows, draws, population.known_share, persons.prior)
        fresh = float(np.exp(self.weights.ln_stability))
        age = population.known_age_days.draw(draws, n_skills) + persons.away_days[:, None]
        firm = population.known_stability_days.draw(draws, n_skills)
        self.strength[rows] = known * population.known_strength.draw(draws, n_skills)
        self.stability[rows] = np.where(known, firm, fresh)
        self.last[rows] = -(known * age)
        self.met[rows] = known * KNOWN_PRACTICES

    def _memory(self, rows: Ints) -> Memory:
        """(n, K, 1) strength, stability and clock."""
        return self.strength[rows][:, :, None], self.stability[rows][:, :, None], self.last[rows][:, :, None]

    def _level(self, rows: Ints) -> Reals:
        """(n, K) logits without what practice brought."""
        shared: Reals = np.vecdot(self.embedding[rows], self.ability[rows][:, None, :])
        return self.bias[rows] + shared + self.deviation[rows]

    def _kept(self, rows: Ints, memory: Memory, at: Reals) -> Reals:
        """a R, of the shape of `memory`, whose first axis is n."""
        strength, stability, last = memory
        pace: Reals = self.forgetting[rows].reshape(-1, *(1,) * (strength.ndim - 1))
        kept: Reals = strength * np.power(1.0 + pace * np.maximum(at - last, 0.0) / stability, -self.weights.decay)
        return kept

    def _logit(self, rows: Ints, skill: Ints | None, at: Reals) -> Reals:
        """Logits x at `at` (n,): (n, K), or (n,) for one skill a row."""
        if skill is None:
            memory = self.strength[rows], self.stability[rows], self.last[rows]
            return self._level(rows) + self._kept(rows, memory, at[:, None])
        memory = self.strength[rows, skill], self.stability[rows, skill], self.last[rows, skill]
        shared: Reals = np.vecdot(self.embedding[rows, skill], self.ability[rows])
        return self.bias[rows, skill] + shared + self.deviation[rows, skill] + self._kept(rows, memory, at)

    def _solved(self, rows: Ints, at: Reals) -> Reals:
        """(n, K, B) sigma."""
        return sigmoid(self._logit(rows, None, at)[:, :, None] - self._courses.difficulty[rows])

    def _knows(self, exercise: Exercise) -> Reals:
        """(n,) sigma."""
        difficulty = self._courses.difficulty[exercise.rows, exercise.skill, exercise.band]
        return sigmoid(self._logit(exercise.rows, exercise.skill, exercise.now) - difficulty)

    def _response(self, knows: Reals, guess: Reals) -> Reals:
        return guess + (1.0 - guess) * knows

    def _guess(self, exercise: Exercise) -> Reals:
        return self._courses.guess[exercise.rows, exercise.skill, exercise.band]

    def _room(self, knows: Reals) -> Reals:
        room: Reals = 1.0 - np.power(knows, self.weights.room)
        return room

    def _gains(self, rows: Ints, embedding: Reals, met: Reals) -> Gains:
        """Gains for skills of the rows: embedding (n, ..., E), met (n, ...)."""
        weights, wide = self.weights, (-1, *(1,) * (met.ndim - 1))
        mix = weights.mix
        of_learner = self.context[rows] @ mix[:HIDDEN] + np.log1p(self.total[rows])[:, None] / 4.0 * mix[-1]
        of_skill = embedding @ mix[HIDDEN:-2] + np.log1p(met)[..., None] / 2.0 * mix[-2]
        mixed = np.tanh(of_learner.reshape(*wide, GAINS) + of_skill + weights.mix_bias)
        heads = mixed @ weights.heads + weights.heads_bias
        rates = MAX_RATE * sigmoid(heads[..., EMBEDDED + 1 :]) * self.learning[rows].reshape(*wide, 1)
        return Gains(heads[..., :EMBEDDED], np.logaddexp(0.0, heads[..., EMBEDDED]), rates[..., 0], rates[..., 1])

    def _taught(
        self, memory: Memory, now: Reals, room: Reals, rate: Reals, solved: Reals | Flags | float, first: Flags
    ) -> Memory:
        """Strength, stability and clock after practice; `solved` in [0, 1] mixes the laws of errors and successes."""
        weights = self.weights
        strength, stability, last = memory
        firming = weights.firming[0] + solved * (weights.firming[1] - weights.firming[0])
        clock = weights.wrong_clock + solved * (1.0 - weights.wrong_clock)
        reset = np.where(first, 1.0, room * clock)
        return (
            np.minimum(strength + room * rate, np.maximum(strength, MAX_STRENGTH)),
            np.clip(stability * np.exp(room * firming), *STABILITY_DAYS),
            last + reset * (now - last),
        )

    def _read(self, rows: Ints, skill: Ints, surprise: Reals, pause_days: Reals, since_days: Reals) -> None:
        """Let the GRU read an answer."""
        weights, hidden = self.weights, self.context[rows]
        minutes = np.log1p(MINUTES_PER_DAY * np.maximum(np.stack([pause_days, since_days]), 0.0)) / 8.0
        told = np.stack([surprise, np.abs(surprise), *minutes, np.log1p(self.met[rows, skill]) / 2.0], axis=1)
        given = np.concatenate([told, self.embedding[rows, skill]], axis=1) @ weights.cell_in + weights.cell_in_bias
        own = hidden @ weights.cell_hidden + weights.cell_hidden_bias
        gates = sigmoid(given[:, : 2 * HIDDEN] + own[:, : 2 * HIDDEN])
        fresh = np.tanh(given[:, 2 * HIDDEN :] + gates[:, :HIDDEN] * own[:, 2 * HIDDEN :])
        self.context[rows] = fresh + gates[:, HIDDEN:] * (hidden - fresh)

    def _score_weight(self, rows: Ints) -> Reals:
        """(n, K, B) weight of every question in the goal-weighted score."""
        available = self._courses.available[rows]
        share: Reals = self._courses.goal[rows] / np.maximum(available.sum(axis=2), 1)
        return share[:, :, None] * available

    def _own_score(self, logit: Reals, difficulty: Reals, weight: Reals) -> Reals:
        """(n, K, B) what a skill counts in the score, with `logit` (n, K, B) after practice at band B."""
        score = sigmoid(logit[..., None] - difficulty[:, :, None, :]) * weight[:, :, None, :]
        total: Reals = score.sum(axis=3)
        return total

    def _others(self, surprise: Reals, spill: Reals, odds: Reals, weight: Reals) -> Reals:
        """(n, K, B) what all other skills count after an answer to (K, B) of that surprise."""
        result, own = np.zeros_like(surprise), np.arange(spill.shape[1])
        factor, score = np.empty_like(spill), np.empty_like(spill)
        for band in range(surprise.shape[2]):
            np.exp(np.multiply(spill, -surprise[:, :, band, None], out=factor), out=factor)
            for tested in range(odds.shape[2]):
                np.multiply(factor, odds[:, None, :, tested], out=score)
                np.reciprocal(np.add(score, 1.0, out=score), out=score)
                score[:, own, own] = 0.0
                result[:, :, band] += np.matvec(score, weight[:, :, tested])
        return result

    def _curvature(self, rows: Ints, test_at: Reals, gains: Gains, weight: Reals) -> tuple[Reals, Reals]:
        """(n, K) what a unit of variance of the surprise adds to the score of the own skill and of the others."""
        embedding = self.embedding[rows]
        solved = self._solved(rows, test_at)
        bent = 0.5 * (weight * solved * (1.0 - solved) * (1.0 - 2.0 * solved)).sum(axis=2)
        form = np.matmul((embedding * bent[:, :, None]).transpose(0, 2, 1), embedding)
        spilled = np.vecdot(gains.ability, embedding)
        everywhere = np.vecdot(np.matmul(gains.ability, form), gains.ability)
        return bent * (spilled + gains.deviation) ** 2, everywhere - bent * spilled**2
