"""What is measured of a teacher, each figure with its interval; docs/benchmark.md explains them one by one.

Every figure is a quotient of two sums over learners, so that a bootstrap replicate of it is the same quotient of two
weighted sums, and figures of a sub-population are those of sums over it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from rl.benchmark.bootstrap import Array, Interval, Resamples, spread
from rl.episodes import Episodes
from simulators.groups import GROUPS

EVERYBODY = "everybody"
COLUMNS = ("one", "gain", "room", "knowledge", "dropped", "mastered", "mastery_exercises", "exercises")
SLIGHT = 1e-9  # differences of expected scores that are rounding


class Measures(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One teacher with some learners. None where there is nothing to compare with.

    Attributes:
        n_learners: so many.
        gain: mean rise of the goal-weighted expected score on the delayed test.
        normalised_gain: that over the mean of what could have been gained (Hake 1998).
        knowledge: mean over the horizon of the goal-weighted expected score of a test taken then.
        drop_out: share of learners who left early.
        mastered: share whose expected score on the delayed test reached `rl.record.MASTERY_SCORE`.
        mastery_exercises: mean exercises until then; who never got there counts with the whole plan.
        exercises: mean number given.
        ratio, difference: mean gain over, and less, that of the best rule; paired.
        share_of_reference: mean gain over that of the best privileged reference, see `ceiling`; paired.
        better_off, worse_off: shares of learners whose expected score, averaged over several lives, is above and below
            what it is under the best rule.
        regret: share of the gain of the optimal teacher that is missed, where the optimum is known.
    """

    n_learners: int
    gain: Interval
    normalised_gain: Interval | None
    knowledge: Interval
    drop_out: Interval
    mastered: Interval
    mastery_exercises: Interval
    exercises: Interval
    ratio: Interval | None = None
    difference: Interval | None = None
    share_of_reference: Interval | None = None
    better_off: Interval | None = None
    worse_off: Interval | None = None
    regret: Interval | None = None


@dataclass(frozen=True)
class Lessons:
    """What became of a teacher's learners: arrays (T, S, n) over training seeds (1 if not trained), seeds, learners.

    Attributes:
        columns: by the names of COLUMNS.
        group: (S, n) places in `simulators.groups.GROUPS`.
        curve: mean knowledge at each mark, see `rl.record.Record`.
    """

    columns: Mapping[str, Array]
    group: NDArray[np.int64]
    curve: Array

    @classmethod
    def of(cls, runs: Sequence[Episodes], n_seeds: int) -> Lessons:
        """From the episodes of each training seed, in which learners follow seed after seed."""

        def stacked(values: Sequence[NDArray[np.generic]]) -> Array:
            return np.array([value.reshape(n_seeds, -1) for value in values], dtype=np.float64)

        reached = [run.mastered_after >= 0 for run in runs]
        columns = {
            "one": stacked([np.ones_like(run.gain) for run in runs]),
            "gain": stacked([run.gain for run in runs]),
            "room": stacked([1.0 - run.start for run in runs]),
            "knowledge": stacked([run.knowledge[:, 1:].mean(axis=1) for run in runs]),
            "dropped": stacked([run.dropped_out for run in runs]),
            "mastered": stacked(reached),
            "mastery_exercises": stacked(
                [np.where(got, run.mastered_after, run.planned) for got, run in zip(reached, runs, strict=True)]
            ),
            "exercises": stacked([run.n_exercises for run in runs]),
        }
        curve = np.mean([run.knowledge.mean(axis=0) for run in runs], axis=0)
        return cls(columns, runs[0].group.reshape(n_seeds, -1), curve)

    @property
    def mean_gain(self) -> float:
        """Over all learners."""
        return float(self.columns["gain"].mean())


@dataclass(frozen=True)
class Sums:
    """Sums over learners by name, and their bootstrap replicates (R,)."""

    values: Mapping[str, float]
    replicates: Mapping[str, Array]

    @classmethod
    def of(cls, columns: Mapping[str, Array], chosen: NDArray[np.bool_], resamples: Resamples) -> Sums:
        """Of the learners `chosen` (S, n)."""
        table = np.stack([np.where(chosen, column, 0.0) for column in columns.values()], axis=3)
        means = resamples.means(table)
        values = table.mean(axis=(0, 1, 2)).tolist()
        names = list(columns)
        return cls(dict(zip(names, values, strict=True)), {name: means[:, i] for i, name in enumerate(names)})

    def over(self, name: str, other: Sums | None = None, by: str = "one") -> Interval | None:
        """One sum over another, perhaps of another teacher; None if that is not positive."""
        other = self if other is None else other
        below = other.values[by]
        if below <= SLIGHT:
            return None
        return spread(self.values[name] / below, quotients(self.replicates[name], other.replicates[by]))

    def mean(self, name: str) -> Interval:
        """Mean over the learners."""
        found = self.over(name)
        if found is None:
            raise ValueError("there are no learners to take a mean of")
        return found


def measures(taught: Sums, rule: Sums, reference: Sums, n_learners: int) -> Measures:
    """The figures of sums over the same learners under a teacher, the best rule and the reference."""
    difference = taught.values["gain"] - rule.values["gain"]
    apart = quotients(taught.replicates["gain"] - rule.replicates["gain"], taught.replicates["one"])
    return Measures(
        n_learners=n_learners,
        gain=taught.mean("gain"),
        normalised_gain=taught.over("gain", by="room"),
        knowledge=taught.mean("knowledge"),
        drop_out=taught.mean("dropped"),
        mastered=taught.mean("mastered"),
        mastery_exercises=taught.mean("mastery_exercises"),
        exercises=taught.mean("exercises"),
        ratio=taught.over("gain", rule, by="gain"),
        difference=spread(difference / taught.values["one"], apart),
        share_of_reference=taught.over("gain", reference, by="gain"),
        regret=taught.over("missed", by="optimal") if "missed" in taught.values else None,
    )


def ceiling(reference: Sums) -> Sums:
    """The sums that shares are of: the best privileged teacher's, or the optimum's where it is known and greater."""
    if "optimal" not in reference.values or reference.values["optimal"] <= reference.values["gain"]:
        return reference
    values = {**reference.values, "gain": reference.values["optimal"]}
    return Sums(values, {**reference.replicates, "gain": reference.replicates["optimal"]})


def members(group: NDArray[np.int64]) -> dict[str, NDArray[np.bool_]]:
    """(S, n) who belongs to everybody, and to each sub-population that is there."""
    found = {EVERYBODY: np.ones(group.shape, dtype=np.bool_)}
    found |= {name: group == place for place, name in enumerate(GROUPS) if np.any(group == place)}
    return found


def expected_end(episodes: Episodes, replicates: int, n_seeds: int) -> Array:
    """(S, n) expected score on the delayed test of each learner, averaged over their lives."""
    score: Array = (episodes.start + episodes.gain).reshape(replicates, n_seeds, -1).mean(axis=0)
    return score


def better_and_worse(taught: Sequence[Array], rule: Array) -> tuple[Array, Array]:
    """(T, S, n) whether each learner's expected score (S, n) is above, and below, what it is under the rule."""
    scores = np.stack(list(taught))
    return (scores > rule + SLIGHT).astype(np.float64), (scores < rule - SLIGHT).astype(np.float64)


def quotients(above: Array, below: Array) -> Array:
    """Replicates (R,) of a quotient; NaN where there is nothing positive to divide by."""
    return np.divide(above, below, out=np.full_like(below, np.nan), where=below > SLIGHT)
