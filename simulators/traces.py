"""What a server gets to see of simulated learners: items, responses, devices, clocks and the time of arrival.

A student model says whether an answer is right and how long it took; a *trace* adds what detectors of unfair play look
at. Wrong answers to an item have popularities (1, 1/2, 1/3, ... of a shuffled order, sharpened): most people fall for
the same distractor, as in real tests. Members of a class share some misconceptions. Devices report times in steps of
1 ms, 100 ms or 1 s; clocks are a little wrong, some by whole hours, and some are put right once; some work is done
without a connection and arrives later. Forms and numbers are our own, chosen to give honest learners every oddity that
a detector might take for a game.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from simulators.noise import Flags, Ints, Reals

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
N_WRONG = 6


@dataclass(frozen=True)
class Traces:
    """Answers, all (n,), sorted by learner and time; the names and units are those of the server's detectors.

    Attributes:
        learner, item, device: numbers. response: number of the answer given, 0 for the right one.
        score: in [0, 1]. chance: of somebody who knows nothing. seconds, expected_seconds: taken, and expected.
        difficulty: logits. hints: seen. at, accepted_at, client_at: ms.
    """

    learner: Ints
    item: Ints
    response: Ints
    score: Reals
    chance: Reals
    seconds: Reals
    expected_seconds: Reals
    difficulty: Reals
    hints: Reals
    at: Ints
    accepted_at: Ints
    client_at: Ints
    device: Ints

    def __len__(self) -> int:
        return len(self.learner)

    def some(self, chosen: Ints | Flags) -> Traces:
        """Some of the answers, by place or by a mask."""
        return Traces(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})

    def of(self, learner: int) -> Traces:
        """The answers of one learner."""
        start, end = np.searchsorted(self.learner, (learner, learner + 1))
        return self.some(np.arange(start, end))


@dataclass(frozen=True)
class Habits:
    """Shares and sizes of what surrounds honest answers; see the module.

    Attributes:
        versions: items of each candidate. sharpness: exponent of the popularities of wrong answers.
        shared: chance that a wrong answer of a class member is the class's misconception.
        whole_seconds, tenths: shares of learners whose devices report such steps.
        wrong_hours: share of the learners whose clock is off by hours. repaired: chance that such a clock is put right.
        flat_battery: share of the learners whose clock falls back for a while, once.
        offline: share of the learners who work without a connection. offline_days: until their work arrives, at most.
    """

    versions: int = 6
    sharpness: float = 1.0
    shared: float = 0.3
    whole_seconds: float = 0.1
    tenths: float = 0.1
    wrong_hours: float = 0.02
    repaired: float = 0.3
    flat_battery: float = 0.01
    offline: float = 0.1
    offline_days: float = 3.0


def joined(parts: list[Traces]) -> Traces:
    """The traces of all parts, with learners numbered on from part to part."""
    lifted, n = [], 0
    for part in parts:
        lifted.append(replace(part, learner=part.learner + n))
        n += int(part.learner[-1]) + 1 if len(part) else 0
    return Traces(**{field.name: np.concatenate([getattr(p, field.name) for p in lifted]) for field in fields(Traces)})


def wrong_answers(item: Ints, group: Ints, habits: Habits, rng: np.random.Generator) -> Ints:
    """(n,) numbers of wrong answers, 1 to N_WRONG; members of a class, `group` >= 0, share misconceptions."""
    weights = (1.0 / np.arange(1, N_WRONG + 1)) ** habits.sharpness
    rank = np.searchsorted(np.cumsum(weights / weights.sum())[:-1], rng.random(len(item)), side="right")
    own = (rank + item * 5) % N_WRONG + 1  # another order in every item
    taught = (item * 31 + group * 17) % N_WRONG + 1
    return np.where((group >= 0) & (rng.random(len(item)) < habits.shared), taught, own)


def reported_seconds(seconds: Reals, learner: Ints, habits: Habits, rng: np.random.Generator) -> Reals:
    """(n,) seconds in the steps of each learner's device."""
    lot = rng.random(int(learner.max()) + 1)[learner]
    step = np.where(lot < habits.whole_seconds, 1.0, np.where(lot < habits.whole_seconds + habits.tenths, 0.1, 0.001))
    return np.asarray(np.maximum(np.rint(seconds / step) * step, 0.001))


def clocks(learner: Ints, at: Ints, habits: Habits, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """(n,) the device's clock at each answer, and when the server accepts it (ms)."""
    n_learners, lot = int(learner.max()) + 1, rng.random((4, int(learner.max()) + 1))
    off = np.rint(rng.normal(0.0, 20_000.0, n_learners)).astype(np.int64)
    hours = rng.integers(1, 13, n_learners) * rng.choice((-1, 1), n_learners) * HOUR_MS
    first = np.full(n_learners, np.iinfo(np.int64).max)
    np.minimum.at(first, learner, at)
    last = np.zeros(n_learners, dtype=np.int64)
    np.maximum.at(last, learner, at)
    turning = first + (rng.random(n_learners) * (last - first)).astype(np.int64)
    wrong, repaired = lot[0] < habits.wrong_hours, lot[1] < habits.repaired
    off = off + np.where(wrong, hours, 0)
    client = at + off[learner]
    client = np.where((wrong & repaired)[learner] & (at >= turning[learner]), at, client)
    flat = (lot[2] < habits.flat_battery)[learner] & (at >= turning[learner]) & (at < turning[learner] + HOUR_MS)
    client = np.where(flat, client - 200 * DAY_MS, client)
    wait = (habits.offline_days * DAY_MS * rng.random(n_learners)).astype(np.int64)
    wait = np.where(lot[3] < habits.offline, np.maximum(wait, HOUR_MS), 1)[learner]
    return client, np.where(wait > 1, (at // wait + 1) * wait, at + 300)
