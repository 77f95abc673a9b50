"""Unfair play, simulated: what each kind of cheat makes of an honest learner's trace.

Every function takes the trace of one learner and gives that of the cheat who would have been this learner. `strength`,
in (0, 1], is how much of the work is not honest. Kinds:

- rapid: answers at once without reading (Wise 2017): 1 to 3 s, right by chance.
- rates: a script that knows the answers: bursts of right answers every one to four seconds.
- copying: an account that answers what another account answered, wrong answers included, later (Wollack 1997 surveys
  the designs); or minutes after a second account found the right answers (Alexandron et al. 2017), `following`.
- replays: honest work that is sent again under new ids from another device.
- clocks: the clock turned to other days before each lesson; or a script that claims ordinary times.

Numbers are our own; so measured recall is recall of these cheats, not of those that people think of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np

from simulators.noise import Ints, Reals
from simulators.traces import DAY_MS, Traces

Rng = np.random.Generator
Cheat = Callable[[Traces, Traces, float, Rng], Traces]
"""From (own trace, trace of somebody else, strength, rng)."""


def rapid(own: Traces, other: Traces, strength: float, rng: Rng) -> Traces:  # noqa: ARG001 - the form of a Cheat
    """Guess at once."""
    hasty = rng.random(len(own)) < strength
    right = np.where(hasty, rng.random(len(own)) < own.chance, own.score >= 1.0)
    response = np.where(
        hasty & ~right, 1 + rng.integers(0, 6, len(own)), np.where(right, 0, np.maximum(own.response, 1))
    )
    seconds = np.where(hasty, 1.8 * np.exp(0.35 * rng.standard_normal(len(own))), own.seconds)
    return replace(own, score=right.astype(np.float64), response=response, seconds=seconds)


def rates(own: Traces, other: Traces, strength: float, rng: Rng) -> Traces:  # noqa: ARG001
    """Let a script answer a part of the work, again and again, in one go."""
    n = round(400 * strength)
    picked = rng.integers(0, len(own), n)
    gap = np.rint(1000.0 * rng.uniform(1.0, 4.0, n)).astype(np.int64)
    at = own.at[-1] + DAY_MS + np.cumsum(gap)
    burst = own.some(picked)
    burst = replace(burst, score=np.ones(n), response=np.zeros(n, dtype=np.int64), seconds=gap / 1000.0 * 0.8)
    return _appended(own, replace(burst, at=at, client_at=at, accepted_at=at + 300))


def copying(own: Traces, other: Traces, strength: float, rng: Rng) -> Traces:  # noqa: ARG001
    """Answer as somebody else did, on their items, some days later."""
    n = len(other)
    copied = rng.random(n) < strength
    wrong = rng.random(n) < 0.4
    response = np.where(copied, other.response, np.where(wrong, 1 + rng.integers(0, 6, n), 0))
    at = other.at + round(rng.uniform(1.0, 5.0) * DAY_MS)
    seconds = other.expected_seconds * np.exp(0.4 * rng.standard_normal(n)) * np.where(copied, 0.6, 1.0)
    score = (response == 0).astype(np.float64)
    return _given(other, response, score, seconds, at)


def following(own: Traces, other: Traces, strength: float, rng: Rng) -> Traces:  # noqa: ARG001
    """Let a second account find the right answers, and give them minutes later."""
    n = len(other)
    copied = rng.random(n) < strength
    response = np.where(copied, 0, np.where(rng.random(n) < 0.4, 1 + rng.integers(0, 6, n), 0))
    at = np.sort(other.at + np.rint(rng.uniform(20_000.0, 240_000.0, n)).astype(np.int64))
    seconds = np.where(copied, 3.5, other.expected_seconds) * np.exp(0.4 * rng.standard_normal(n))
    score = (response == 0).astype(np.float64)
    return _given(other, response, score, seconds, at)


def replays(own: Traces, other: Traces, strength: float, rng: Rng) -> Traces:  # noqa: ARG001
    """Send a part of the work again from another device."""
    n = max(6, round(strength * len(own)))
    start = int(rng.integers(0, max(1, len(own) - n)))
    again = own.some(np.arange(start, min(start + n, len(own))))
    shift = own.at[-1] - again.at[0] + DAY_MS
    times = {name: getattr(again, name) + shift for name in ("at", "client_at", "accepted_at")}
    return _appended(own, replace(again, device=again.device + 1, **times))


def clocks(own: Traces, other: Traces, strength: float, rng: Rng) -> Traces:  # noqa: ARG001
    """Turn the clock to another day before some of the lessons."""
    lesson = np.cumsum(np.r_[True, np.diff(own.at) > 1_800_000]) - 1
    n_lessons = int(lesson[-1]) + 1
    turned = rng.random(n_lessons) < strength
    days = np.where(turned, rng.integers(1, 8, n_lessons) * rng.choice((-1, 1), n_lessons), 0)
    return replace(own, client_at=own.client_at + (days * DAY_MS)[lesson])


def squeezing(own: Traces, other: Traces, strength: float, rng: Rng) -> Traces:  # noqa: ARG001
    """Let a script answer that claims ordinary times."""
    n = round(200 * strength)
    picked = rng.integers(0, len(own), n)
    gap = np.rint(1000.0 * rng.uniform(1.0, 4.0, n)).astype(np.int64)
    at = own.at[-1] + DAY_MS + np.cumsum(gap)
    seconds = own.expected_seconds[picked] * np.exp(0.4 * rng.standard_normal(n))
    burst = replace(own.some(picked), seconds=seconds, score=np.ones(n), response=np.zeros(n, dtype=np.int64))
    return _appended(own, replace(burst, at=at, client_at=at, accepted_at=at + 300))


def _given(on: Traces, response: Ints, score: Reals, seconds: Reals, at: Ints) -> Traces:
    """These answers to the items of a trace, without a wait between device and server."""
    taken = replace(on, response=response, score=score, seconds=seconds)
    return replace(taken, at=at, client_at=at, accepted_at=at + 300)


CHEATS: dict[str, Cheat] = {
    "rapid": rapid,
    "rates": rates,
    "copying": copying,
    "following": following,
    "replays": replays,
    "clocks": clocks,
    "squeezing": squeezing,
}


def _appended(own: Traces, more: Traces) -> Traces:
    """Both, one after the other, as one learner's."""
    both = {
        name: np.concatenate([getattr(own, name), getattr(more, name)]) for name in (f.name for f in fields(Traces))
    }
    return Traces(**{**both, "learner": np.full(len(own) + len(more), own.learner[0])})
