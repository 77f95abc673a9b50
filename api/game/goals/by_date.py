"""A goal with a date turned into a daily load, with an honest forecast of where the learner will stand on that day.

The work a skill still needs is reckoned as in `api.tracks.goals`: ``(1 - known) * 8`` exercises. Who does the share f
of all that work is expected to stand, on the date, at

    start + rise,    rise = max(0, held - start) * (1 - exp(-pace * f))

where `start` is what the belief expects of the goal's skills then without practice. The 80 % interval takes three
doubts that are independent of each other: the belief's own of each skill, one that all forecasts share, and one in
proportion to the rise. `pacer evaluate goals` measures how often the interval holds, and with `--tune` finds the
numbers of `ASSUMED`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, expm1, sqrt

import msgspec
import numpy as np
from numpy.typing import NDArray

from api.tracks.goals import EXERCISES_PER_SKILL, FEEDBACK_SECONDS
from rl.doubt import Z80

MAX_DAYS = 3650
MOST_MINUTES = 240
"""A day that anybody is told to learn; a goal that needs more is not feasible."""


class Assumptions(msgspec.Struct, frozen=True, rename="camel"):
    """What is reckoned of learners of whom nothing else is known.

    Attributes:
        held: expected score of skills that were practised for long.
        pace: how fast practice brings learners there, by the work that was reckoned.
        doubt: standard deviation of what is true about any forecast.
        rise_doubt: the same, as a part of the expected rise.
    """

    held: float
    pace: float
    doubt: float
    rise_doubt: float


ASSUMED = Assumptions(held=0.794, pace=2.778, doubt=0.145, rise_doubt=0.389)


@dataclass(frozen=True)
class Scope:
    """The skills of a goal in the author's order, arrays (S,).

    Attributes:
        weights: of the goal, they sum to 1.
        known: probability that each is known now, 0 where it was never practised.
        forecast: expected on the date without practice.
        spread: standard deviation of what is believed of each.
        seconds: expected time of an exercise.
    """

    weights: NDArray[np.float64]
    known: NDArray[np.float64]
    forecast: NDArray[np.float64]
    spread: NDArray[np.float64]
    seconds: NDArray[np.float64]


class Forecast(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Mastery on the date, weighed by the goal, with an 80 % interval; `unpractised` is it without any practice."""

    expected: float
    low: float
    high: float
    unpractised: float


class Instead(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What would be feasible: any one of these.

    Attributes:
        minutes_per_day: by the date, with all skills; None if that is more than anybody should be told to learn.
        days: from today on, with all skills at the minutes of now; None if that is years away.
        n_skills: by the date at the minutes of now, in the author's order.
    """

    minutes_per_day: int | None
    days: int | None
    n_skills: int


class Load(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a day asks for, so that the goal is reached by its date, or as far as the time goes.

    Attributes:
        minutes_per_day: to spend; what the learner gives, or what it takes if that is less or nothing was said.
        exercises_per_day: that fit into them.
        minutes_needed: all that is left to do.
        feasible: whether it fits.
        instead: what would be feasible, None where it is.
    """

    minutes_per_day: int
    exercises_per_day: int
    minutes_needed: int
    feasible: bool
    forecast: Forecast
    instead: Instead | None


def load(scope: Scope, days: int, minutes_per_day: float | None) -> Load:
    """The daily load for a date in `days` (1 is today), with what the learner gives a day, None if unsaid."""
    needed = _minutes(scope)
    total = float(needed.sum())
    required = max(1, ceil(total / days))
    given = float(min(required, MOST_MINUTES)) if minutes_per_day is None else minutes_per_day
    feasible = given * days >= total
    spent = min(required, round(given)) if feasible else round(given)
    per_exercise = float((scope.seconds + FEEDBACK_SECONDS).mean()) / 60.0
    return Load(
        minutes_per_day=max(1, spent),
        exercises_per_day=max(1, round(max(1, spent) / per_exercise)),
        minutes_needed=ceil(total),
        feasible=feasible,
        forecast=forecast(scope, min(given * days, total) if feasible else given * days),
        instead=None if feasible else _instead(needed, days, given, required),
    )


def forecast(scope: Scope, minutes: float, assumed: Assumptions = ASSUMED) -> Forecast:
    """Where the learner will stand after so many minutes of practice until the date."""
    start = float(scope.weights @ scope.forecast)
    share = minutes / max(float(_minutes(scope).sum()), 1e-9)
    rise = max(0.0, assumed.held - start) * -expm1(-assumed.pace * share)
    believed = scope.weights * scope.spread
    spread = Z80 * sqrt(float(believed @ believed) + assumed.doubt**2 + (assumed.rise_doubt * rise) ** 2)
    expected = start + rise
    return Forecast(
        expected=expected, low=max(0.0, expected - spread), high=min(1.0, expected + spread), unpractised=start
    )


def _minutes(scope: Scope) -> NDArray[np.float64]:
    """Work that each skill still needs."""
    minutes: NDArray[np.float64] = (1.0 - scope.known) * EXERCISES_PER_SKILL * (scope.seconds + FEEDBACK_SECONDS) / 60.0
    return minutes


def _instead(needed: NDArray[np.float64], days: int, given: float, required: int) -> Instead:
    later = ceil(float(needed.sum()) / given)
    return Instead(
        minutes_per_day=required if required <= MOST_MINUTES else None,
        days=later if later <= MAX_DAYS else None,
        n_skills=int((np.cumsum(needed) <= given * days).sum()),
    )
