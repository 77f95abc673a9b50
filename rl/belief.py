"""What the tutor believes about learners: two filters side by side for every skill, and which of them fits.

The *growth* filter holds a Gaussian over ability in logits that fades by a power law and rises with practice. The
*mastery* filter holds the probability that a skill is known (knowledge tracing with forgetting). Neither is told what
kind of learner it faces: `EVIDENCE` accumulates how much better mastery predicts the answers than growth, and
predictions are mixed by it. `rl.filters` updates all of it from outcomes alone, by the same formulas for thousands of
simulated learners in training (L rows) and for one person in serving (L = 1).

Sources: Gaussian logistic step, West, Harrison and Migon 1985 (dynamic generalised linear models), with the learning
step of elo-like trackers (Pelanek 2016); power-law forgetting, Wixted and Carpenter 2007; mastery, Corbett and Anderson
1995 with forgetting after Qiu et al. 2011. What is ours: running both and mixing them by evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic

import numpy as np

from rl.arithmetic import ARRAYS, SCALARS, Arithmetic, Array, Number, Rows, column, sigmoid
from rl.course_view import CourseView
from rl.parameters import BeliefParameters
from rl.practice import learning_rate, unhindered

__all__ = ["Array", "Belief", "BeliefParameters", "CourseView", "Estimate", "Rows", "estimate"]

# Fields of a skill, first axis of `Belief.skills`. After the first N_SKILL_FIELDS come those that follow from them and
# are asked for far more often than they change: see `derive_skill`.
N_SKILL_FIELDS = 15
STRENGTH, VARIANCE, STABILITY, LAST, COUNT, ACCURACY = range(6)
LEARNED, HAZARD, HAD_GROWTH, HAD_MASTERY, INDEX, MASSED = range(6, 12)
LAST_SCORE, SUCCESSES, SPACED = range(12, N_SKILL_FIELDS)
N_SKILL_ROWS = 21
SCALE, IS_NEW, LOG_STABILITY, LOG_COUNT, LOG_SUCCESSES, LOG_ERRORS = range(N_SKILL_FIELDS, N_SKILL_ROWS)
# Fields of a learner, first axis of `Belief.learners`, and what follows from them: see `derive_learner`. What kind of
# learner it is shows in how answers differ from what was predicted (SURPRISES), and in how often they are right
# (SCORES), in each of the SITUATIONS: a first answer, a repeat within the session of something practised little, or
# much, a repeat after days, and after longer.
SITUATIONS = ("first", "repeat", "overlearning", "days", "weeks")
N_LEARNER_FIELDS = 12 + 2 * len(SITUATIONS)
EXERCISES, NOW, RECENT, FIRSTS, FIRSTS_KNOWN, SURPRISE = range(6)
EVIDENCE, FAILURES, POSITION, LAST_SKILL, REPEATS, PACE = range(6, 12)
SURPRISES, SCORES = range(12, 12 + len(SITUATIONS)), range(12 + len(SITUATIONS), N_LEARNER_FIELDS)
N_LEARNER_ROWS = N_LEARNER_FIELDS + 2
MIXTURE, RATE = range(N_LEARNER_FIELDS, N_LEARNER_ROWS)

NEVER = 1e12  # LAST of a skill that was not practised: later than any moment, so that no time has passed since


@dataclass
class Belief:
    """The state of L learners over K skills: `skills` (21, L, K), `learners` (24, L); see the field names above."""

    skills: Array
    learners: Array

    @classmethod
    def fresh(cls, view: CourseView, parameters: BeliefParameters) -> Belief:
        """Learners of whom nothing is known yet."""
        n_learners, n_skills = view.goal.shape
        belief = cls(np.zeros((N_SKILL_ROWS, n_learners, n_skills)), np.zeros((N_LEARNER_ROWS, n_learners)))
        belief.forget(np.arange(n_learners), view, parameters)
        return belief

    def forget(self, rows: Rows, view: CourseView, parameters: BeliefParameters) -> None:
        """Start these rows anew."""
        self.skills[:, rows] = 0.0
        self.skills[VARIANCE, rows] = parameters.base_variance
        self.skills[STABILITY, rows] = parameters.stability
        self.skills[LAST, rows] = NEVER
        self.skills[HAZARD, rows] = parameters.hazard
        self.skills[ACCURACY, rows] = 0.5
        self.skills[LAST_SCORE, rows] = 0.5
        self.skills[INDEX, rows] = -100.0
        self.learners[:, rows] = 0.0
        self.learners[RECENT, rows] = 0.6
        self.learners[LAST_SKILL, rows] = -1.0
        self.learners[SCORES.start : SCORES.stop, rows] = 0.5
        skills, learners = self.skills[:, rows], self.learners[:, rows]
        derive_skill(skills, parameters, ARRAYS)
        derive_learner(learners, parameters, ARRAYS)
        self.skills[:, rows], self.learners[:, rows] = skills, learners
        expect_had(self.skills, self.learners, view, rows, parameters)

    def recall(
        self, row: int, learner: list[float], skills: dict[int, list[float]], parameters: BeliefParameters
    ) -> None:
        """Set the fields of a learner and of the skills by number, to the bit as they were after `rl.filters`."""
        learner = learner + [0.0] * (N_LEARNER_ROWS - N_LEARNER_FIELDS)
        derive_learner(learner, parameters, SCALARS)
        self.learners[:, row] = learner
        for skill, fields in skills.items():
            fields += [0.0] * (N_SKILL_ROWS - N_SKILL_FIELDS)
            derive_skill(fields, parameters, SCALARS)
            self.skills[:, row, skill] = fields


def derive_skill(fields: Any, parameters: BeliefParameters, m: Arithmetic[Number]) -> None:
    """Set the fields that follow from the others (in place).

    Uncertainty shrinks the slope of success in ability, `SCALE`, by MacKay's (1992) factor 1 / sqrt(1 + pi v / 8).
    """
    fields[SCALE] = parameters.slope / m.sqrt(1.0 + 0.3927 * parameters.slope**2 * fields[VARIANCE])
    fields[IS_NEW] = 1.0 * (fields[COUNT] == 0.0)
    fields[LOG_STABILITY] = m.log(fields[STABILITY])
    fields[LOG_COUNT] = m.log1p(fields[COUNT])
    fields[LOG_SUCCESSES] = m.log1p(fields[SUCCESSES])
    fields[LOG_ERRORS] = m.log1p(fields[COUNT] - fields[SUCCESSES])


def derive_learner(fields: Any, parameters: BeliefParameters, m: Arithmetic[Number]) -> None:
    """Set the weight of the mastery filter in predictions, and the learner's own rate of learning (in place)."""
    fields[MIXTURE] = sigmoid(fields[EVIDENCE], m)
    fields[RATE] = learning_rate(fields[SURPRISE], parameters, m)


@dataclass(slots=True)
class Faded(Generic[Number]):
    """What the belief says of skills at one moment, without what other skills have to do with it.

    Attributes:
        elapsed: days since the last practice; 0 where there was none.
        kept: share in (0, 1] of the learned strength that is still there.
        ability: of the growth filter if the skill was not known before, logits, faded to the moment.
        survived: chance that what was learned in the mastery filter was not forgotten since.
        learned: chance of the mastery filter that it was learned here and is still known, if not known before.
        known: chance of the mastery filter that it is known then.
        fresh: chance of the growth filter that an open question of middling difficulty is answered, if not known then.
        mastered: mixed chance that it is, in [0, 1].
    """

    elapsed: Number
    kept: Number
    ability: Number
    survived: Number
    learned: Number
    known: Number
    fresh: Number
    mastered: Number


@dataclass(slots=True)
class Estimate(Faded[Array]):
    """What the belief says at one moment, arrays (L, K) unless said otherwise.

    Attributes:
        scale: slope of success in ability, lessened by what is uncertain.
        mixture: (L, 1) weight of the mastery filter in predictions.
        ready: share of a lesson that can be learned, given the prerequisites, in [0, 1].
    """

    scale: Array
    mixture: Array
    ready: Array


def fade(
    fields: Any,
    elapsed: Number,
    mixture: Number,
    offset: Number,
    had_middle: Number,
    parameters: BeliefParameters,
    m: Arithmetic[Number],
) -> Faded[Number]:
    """Skills with these fields so many days after the last practice.

    `offset` is base ability over middling difficulty, `had_middle` the success there of someone who knew it before.
    """
    kept = (elapsed / fields[STABILITY] + m.one) ** -parameters.decay
    grown = fields[STRENGTH] * kept
    survived = m.exp(-fields[HAZARD] * elapsed)
    learned = fields[LEARNED] * survived
    had = fields[HAD_MASTERY]
    known = had + learned - had * learned
    fresh = sigmoid((grown + offset) * fields[SCALE], m)
    growth = fresh + fields[HAD_GROWTH] * (had_middle - fresh)
    mastered = growth + mixture * (known * (1.0 - parameters.known_slip) - growth)
    return Faded(elapsed, kept, grown + parameters.base, survived, learned, known, fresh, mastered)


def since_practice(fields: Any, now: Number, m: Arithmetic[Number]) -> Number:
    """Days since skills with these fields were practised, `now` being on the clock of the outcomes."""
    return m.maximum(now - fields[LAST], m.nothing)


def estimate(belief: Belief, view: CourseView, now: Array, parameters: BeliefParameters) -> Estimate:
    """The belief faded to `now` (L,), days on the same clock as the outcomes."""
    lens, fields, mixture = view.lens(parameters), belief.skills, belief.learners[MIXTURE]
    elapsed = since_practice(fields, column(now), ARRAYS)
    faded = fade(fields, elapsed, column(mixture), lens.offset, lens.had_middle, parameters, ARRAYS)
    return Estimate(
        faded.elapsed,
        faded.kept,
        faded.ability,
        faded.survived,
        faded.learned,
        faded.known,
        faded.fresh,
        faded.mastered,
        scale=fields[SCALE],
        mixture=mixture[:, None],
        ready=readiness(faded.mastered, view, parameters),
    )


def readiness(mastered: Array, view: CourseView, parameters: BeliefParameters) -> Array:
    """Share of a lesson that can be learned: product over the prerequisites of what each lets through, (L, K)."""
    if view.prerequisites is None:
        return np.ones_like(mastered)
    y: Array = np.exp(np.matvec(view.prerequisites, np.log(unhindered(mastered, parameters))))
    return y


def expect_had(
    skills: Array, learners: Array, view: CourseView, rows: Rows | slice, parameters: BeliefParameters
) -> None:
    """Set the chance that skills never practised were known before, from the learner's other first answers (in place).

    The learner's share, times a factor that falls along the course, times the chance that the prerequisites were known.
    """
    prior = parameters.had_weight * parameters.had_share
    share = (prior + learners[FIRSTS_KNOWN, rows]) / (parameters.had_weight + learners[FIRSTS, rows])
    expected = np.minimum(np.maximum(share[:, None] * view.had_factor[rows], 0.01), 0.9)
    fresh = skills[IS_NEW, rows]
    growth, mastery = skills[HAD_GROWTH, rows], skills[HAD_MASTERY, rows]
    if view.prerequisites is not None:
        had = growth + learners[MIXTURE, rows][:, None] * (mastery - growth)
        logs = np.log(np.maximum(had, np.maximum(fresh, 0.03)))  # 0 for new skills: they say nothing of others
        expected = expected * np.exp(np.matvec(view.prerequisites[rows], logs))
    new = fresh > 0
    skills[HAD_GROWTH, rows] = np.where(new, expected, growth)
    skills[HAD_MASTERY, rows] = np.where(new, expected, mastery)
