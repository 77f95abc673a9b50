"""What an answer says besides its score: the time it took, the hints, and whether it was given in earnest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Generic

from rl.arithmetic import Arithmetic, Number
from rl.parameters import BeliefParameters


@dataclass(slots=True)
class Answer(Generic[Number]):
    """One answer, or one of each of R learners (R,).

    Attributes:
        score: share right, in [0, 1].
        at: days, on the belief's clock.
        hints: number taken.
        seconds: time taken; NaN where it is not known.
    """

    score: Number
    at: Number
    hints: Number
    seconds: Number


@dataclass(slots=True)
class Signs(Generic[Number]):
    """What answers say besides their score, numbers or (R,).

    Attributes:
        delay: log time above the learner's pace for the difficulty; 0 where unknown.
        timed: 1.0 where the time is known.
        earnest: chance that it was no rapid guess.
        hinted: 1.0 where a hint was taken.
        score: of the answer, in [0, 1].
    """

    delay: Number
    timed: Number
    earnest: Number
    hinted: Number
    score: Number


def likelihood(signs: Signs[Number], chance: Number, parameters: BeliefParameters, m: Arithmetic[Number]) -> Number:
    """Of the signs of an answer in earnest whose chance of success is `chance`.

    Score: Bernoulli, after a hint with failures repaired. Hint: asked with hint_share times the chance to fail.
    Time: log-normal about time_per_doubt times the chance to fail.
    """
    fail = 1.0 - chance
    asked = parameters.hint_share * fail
    lifted = chance + signs.hinted * parameters.hint_lift * fail
    seen = signs.score * lifted + (1.0 - signs.score) * (1.0 - lifted)
    seen = seen * m.where(signs.hinted > 0, asked, 1.0 - asked)
    late = (signs.delay - parameters.time_per_doubt * fail) / parameters.time_spread
    return m.maximum(seen, 1e-4) * m.exp(-0.5 * late * late * signs.timed)


def likelihood_ratio(
    signs: Signs[Number], one: Number, other: Number, parameters: BeliefParameters, m: Arithmetic[Number]
) -> Number:
    """How much likelier the signs are if the chance of success is `one` rather than `other`, in (0, inf).

    A rapid guess (Wise 2017) takes it all back.
    """
    ratio: Number = (likelihood(signs, one, parameters, m) / likelihood(signs, other, parameters, m)) ** signs.earnest
    return ratio


def read_signs(
    answer: Answer[Number], level: Number, pace: Number, parameters: BeliefParameters, m: Arithmetic[Number]
) -> Signs[Number]:
    """The signs of an answer at difficulty `level`, by a learner whose log time lies `pace` above the usual."""
    known = m.isfinite(answer.seconds)
    log_time = m.log(m.maximum(m.where(known, answer.seconds, 1.0), 0.1))
    delay = log_time - (math.log(parameters.pace_seconds) + pace + parameters.time_per_logit * level)
    usual_miss = (delay - 0.5 * parameters.time_per_doubt) / parameters.time_spread
    usual = m.exp(-0.5 * usual_miss * usual_miss) / parameters.time_spread * (1.0 - parameters.rapid_share)
    hasty = (log_time - math.log(parameters.rapid_seconds)) / parameters.rapid_spread
    rapid = m.exp(-0.5 * hasty * hasty) / parameters.rapid_spread * parameters.rapid_share
    timed = 1.0 * known
    return Signs(
        delay=m.minimum(m.maximum(delay, -1.5), 1.5) * timed,
        timed=timed,
        earnest=1.0 - timed * rapid / (rapid + usual + 1e-12),
        hinted=1.0 * (answer.hints > 0),
        score=answer.score,
    )
