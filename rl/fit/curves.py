"""Posterior predictive curves: what learners of a model do beside what real ones did, and how far they are apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import numpy as np

from rl.fit.logs import TIMEOUT_SECONDS, Log, days_since, earlier
from rl.fit.memory import repeated
from rl.fit.scoring import means_by
from simulators.noise import Ints, Reals

BOOTSTRAPS = 400
OPPORTUNITIES = 10
AWAY_SECONDS = np.asarray([0.0, 30.0, 60.0, 120.0, 240.0, 480.0, 3_600.0, 43_200.0, 129_600.0, np.inf])
TIME_SECONDS = np.asarray([0.0, *np.arange(2.0, TIMEOUT_SECONDS + 1.0), np.inf])
FEWEST_ROWS = 20  # of a point of a curve


class Misfit(msgspec.Struct, frozen=True):
    """Root of the mean squared distance between two curves, weighted by the answers at each point.

    Attributes:
        rmse: in the unit of the curve.
        low, high: 95 % interval by bootstrap over learners.
    """

    rmse: float
    low: float
    high: float


class Curve(msgspec.Struct, frozen=True):
    """A curve of the data and of the models.

    Attributes:
        name: of what is drawn.
        log: the set.
        x: (G,) where the points stand.
        answers: (G,) how many each rests on.
        observed, low, high: (G,) the data, with the 95 % interval by bootstrap over learners.
        models: by name, (G,).
        misfits: by name.
        noise: the RMSE to expect from the learners' number alone: between the data and a bootstrap of it, on average.
    """

    name: str
    log: str
    x: list[float]
    answers: list[int]
    observed: list[float]
    low: list[float]
    high: list[float]
    models: dict[str, list[float]]
    misfits: dict[str, Misfit]
    noise: float


@dataclass(frozen=True)
class Points:
    """Rows of a log sorted into the points of a curve; (R,) but `x` (G,).

    Attributes:
        row: of the log.
        group: the point of each.
        x: where the points stand.
    """

    row: Ints
    group: Ints
    x: Reals


def by_opportunity(log: Log) -> Points:
    """The first answers to a skill, by how many came before."""
    count = earlier(log, log.asked)
    row = np.flatnonzero(log.asked & (count < OPPORTUNITIES))
    return Points(row, count[row], np.arange(1.0, OPPORTUNITIES + 1.0))


def by_time_away(log: Log) -> Points:
    """Answers to something met before, by the days since; points stand at the median of theirs."""
    row = np.flatnonzero(repeated(log))
    days = days_since(log)[row]
    group = np.searchsorted(AWAY_SECONDS / 86_400.0, days, side="right") - 1
    return _without_empty(Points(row, group, np.zeros(len(AWAY_SECONDS) - 1)), days)


def _without_empty(points: Points, value: Reals) -> Points:
    """Points with enough rows, at the medians of `value` (R,)."""
    counts = np.bincount(points.group, minlength=len(points.x))
    number = np.cumsum(counts >= FEWEST_ROWS) - 1
    enough = counts[points.group] >= FEWEST_ROWS
    group = number[points.group[enough]]
    x = np.asarray([np.median(value[enough][group == index]) for index in range(int(number[-1]) + 1)])
    return Points(points.row[enough], group, x)


def answer_curve(name: str, log: Log, points: Points, models: Mapping[str, Reals], rng: np.random.Generator) -> Curve:
    """Share of right answers; `models` gives (N,) answers or chances."""
    learner = log.learner[points.row]

    def sums(values: Reals) -> tuple[Reals, Reals]:
        return means_by(learner, points.group, values[points.row], len(points.x))

    return _curve(name, log.name, points.x, sums(log.correct), {key: sums(model) for key, model in models.items()}, rng)


def time_curve(log: Log, models: Mapping[str, Reals], rng: np.random.Generator) -> Curve:
    """Share of answers by the seconds they took; `models` gives (N,) seconds."""
    row = np.flatnonzero(np.isfinite(log.seconds))
    n_bins = len(TIME_SECONDS) - 1

    def sums(seconds: Reals) -> tuple[Reals, Reals]:
        group = np.searchsorted(TIME_SECONDS, seconds[row], side="right") - 1
        _, counts = means_by(log.learner[row], group, np.ones(len(row)), n_bins)
        return counts, np.repeat(counts.sum(axis=1, keepdims=True), n_bins, axis=1)

    told = {key: sums(model) for key, model in models.items()}
    return _curve("time", log.name, np.r_[1.0, TIME_SECONDS[1:-1] + 0.5], sums(log.seconds), told, rng)


def _curve(
    name: str,
    log: str,
    x: Reals,
    observed: tuple[Reals, Reals],
    models: Mapping[str, tuple[Reals, Reals]],
    rng: np.random.Generator,
) -> Curve:
    n_learners = len(observed[0])
    drawn = rng.multinomial(n_learners, np.full(n_learners, 1.0 / n_learners), size=BOOTSTRAPS).astype(np.float64)
    share = observed[1].sum(axis=0) / observed[1].sum()
    whole, again = _means(observed, np.ones((1, n_learners)))[0], _means(observed, drawn)
    low, high = np.percentile(again, [2.5, 97.5], axis=0)

    def misfit(model: tuple[Reals, Reals]) -> Misfit:
        distance = _distance(_means(model, drawn), again, share)
        edges = np.percentile(distance, [2.5, 97.5]).tolist()
        return Misfit(float(_distance(_means(model, np.ones((1, n_learners))), whole, share)[0]), *edges)

    return Curve(
        name,
        log,
        x.tolist(),
        observed[1].sum(axis=0).astype(int).tolist(),
        whole.tolist(),
        low.tolist(),
        high.tolist(),
        {key: _means(model, np.ones((1, n_learners)))[0].tolist() for key, model in models.items()},
        {key: misfit(model) for key, model in models.items()},
        float(_distance(again, whole, share).mean()),
    )


def _means(sums: tuple[Reals, Reals], weights: Reals) -> Reals:
    """(B, G) means under (B, learners) weights."""
    means: Reals = (weights @ sums[0]) / np.maximum(weights @ sums[1], 1.0)
    return means


def _distance(one: Reals, other: Reals, share: Reals) -> Reals:
    """(B,) RMSE over the points."""
    distance: Reals = np.sqrt(((one - other) ** 2 * share).sum(axis=1))
    return distance
