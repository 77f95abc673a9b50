"""The answers that detectors look at: arrays over n answers of L learners, in order of learner and time."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

UNKNOWN = -1


@dataclass(frozen=True)
class Attempts:
    """Graded answers that counted; all (n,), sorted by learner, then by `at`.

    Attributes:
        learner: numbers from 0 on.
        item: a number for each item.
        response: a number for what was answered, the same for equal answers to an item; -1 where that is not known.
        score: in [0, 1].
        chance: probability in [0, 1) that somebody who knows nothing answers right.
        seconds: time taken as the device says; NaN where it is not known.
        expected_seconds: that the item is expected to need, above 0.
        xp: granted.
        at: when it happened, as the server has it (ms).
        accepted_at: when the server accepted it (ms).
        client_at: the device's clock at the answer (ms).
        device: a number for each device of a learner.

    Raises:
        ValueError: arrays of unequal length, or out of order.
    """

    learner: Ints
    item: Ints
    response: Ints
    score: Reals
    chance: Reals
    seconds: Reals
    expected_seconds: Reals
    xp: Reals
    at: Ints
    accepted_at: Ints
    client_at: Ints
    device: Ints

    def __post_init__(self) -> None:
        lengths = {field.name: len(getattr(self, field.name)) for field in fields(self)}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"all arrays of attempts need one length, got {lengths}")
        step = np.diff(self.learner)
        if (step < 0).any() or ((step == 0) & (np.diff(self.at) < 0)).any():
            raise ValueError(
                "attempts must be sorted by learner, then by time; sort them by numpy.lexsort((at, learner))"
            )

    def __len__(self) -> int:
        return len(self.learner)

    @cached_property
    def n_learners(self) -> int:
        """L."""
        return int(self.learner[-1]) + 1 if len(self) else 0

    @cached_property
    def right(self) -> Flags:
        """(n,) answers that were wholly right."""
        return self.score >= 1.0

    @cached_property
    def counts(self) -> Ints:
        """(L,) answers of each learner."""
        return np.bincount(self.learner, minlength=self.n_learners)

    def some(self, chosen: NDArray[np.integer] | Flags) -> Attempts:
        """Some of the answers, by place or by a mask."""
        return Attempts(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


@dataclass(frozen=True)
class Suspicion:
    """What a detector finds of L learners.

    Attributes:
        score: (L,) how far from what honest learners do; higher is more suspect.
        evidence: (L, E) the numbers behind it, named by the detector.
    """

    score: Reals
    evidence: Reals


def positions(groups: Ints) -> Ints:
    """(n,) place of each entry within its run of equal `groups` (n,), which are sorted."""
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]]) if len(groups) else np.empty(0, np.int64)
    lengths = np.diff(np.r_[starts, len(groups)])
    return np.arange(len(groups)) - np.repeat(starts, lengths)


def greatest(values: Reals, learner: Ints, n_learners: int) -> Reals:
    """(L,) the largest of `values` (n,) of each learner, 0 where there is none above 0."""
    found: Reals = np.zeros(n_learners)
    np.maximum.at(found, learner, values)
    return found
