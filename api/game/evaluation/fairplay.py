"""How often detectors of unfair play flag honest learners, and how often cheats, on simulated ones.

Thresholds come from one population and are checked on another: other student models, sub-populations, devices, paces,
propensities to guess, classes and another course.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec
import numpy as np

from api.game.evaluation.honest import World, play
from api.game.evaluation.intervals import wilson
from api.game.evaluation.mixing import SHOWN_BY, STRENGTHS, Mixed, mixed
from api.game.fairplay.attempts import Flags
from api.game.fairplay.detectors import DETECTORS, flagged
from simulators.population import UNRULY
from simulators.spread import LogNormal
from simulators.traces import Habits

TUNED_ON = World("growth", "usual", seed=1)
CHECKED_ON = World(
    "mastery,memory,neural",
    "diverse",
    replace(
        UNRULY,
        cheaters=0.0,
        rapid=LogNormal(0.15, 0.8, 0.005, 0.6),
        pace_seconds=LogNormal(11.0, 0.5, 2.5, 60.0),
        pace_spread=0.5,
    ),
    Habits(
        sharpness=1.5,
        shared=0.4,
        whole_seconds=0.2,
        wrong_hours=0.04,
        flat_battery=0.03,
        offline=0.25,
        offline_days=10.0,
    ),
    in_class=0.35,
    seed=9,
)
TUNING_SEED, CHECKING_SEED, CHEATING_SEED = 4001, 4002, 4003
MARGIN = 1.2
"""A threshold is at least so many times the score that one in ten thousand of the tuning population reaches."""

PREVALENCE = 0.01
N_VICTIMS = 600

Share = tuple[float, float, float]
"""A share with its 95 % interval; (-1, 0, 1) where there is nothing to count."""


class Found(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What one detector does.

    Attributes:
        threshold: from which it flags. tuned: the least threshold by the rule for MARGIN.
        honest: flagged share of honest learners. recall: by the kinds of cheat it is for, by strength.
        precision: cheats among the flagged in this mixture. at_prevalence: the same, were one in a hundred a cheat.
    """

    threshold: float
    tuned: float
    honest: Share
    recall: dict[str, dict[str, Share]]
    precision: Share
    at_prevalence: float


class Part(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A sub-population: honest learners of it, their flagged share by any detector, recall of cheats by the detector
    they are meant for, and precision in this mixture."""

    n_honest: int
    honest: Share
    recall: Share
    precision: Share


class FairplayReport(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Everything that was measured; all learners are simulated."""

    simulated: bool
    seeds: dict[str, int]
    n_tuned: int
    n_honest: int
    n_cheats: int
    n_answers: int
    any: Share
    detectors: dict[str, Found]
    parts: dict[str, Part]


def evaluate(
    n_tuned: int, n_honest: int, n_each: int, progress: Callable[[str, int], None] = lambda _, __: None
) -> FairplayReport:
    """Tune on so many learners, check on so many others with `n_each` cheats of every kind and strength."""
    tuned = _tuned(n_tuned, progress)
    honest = play(CHECKED_ON, n_honest, CHECKING_SEED, lambda n: progress("checking", n))
    victims = play(CHECKED_ON, min(N_VICTIMS, n_honest), CHEATING_SEED)
    crowd = mixed(honest, victims, n_each, CHEATING_SEED)
    hits = _hits(crowd, progress)
    meant = np.asarray([bool(kind) and bool(hits[SHOWN_BY[kind]][row]) for row, kind in enumerate(crowd.kind)])
    anybody = np.logical_or.reduce(list(hits.values()))
    return FairplayReport(
        simulated=True,
        seeds={"tuning": TUNING_SEED, "checking": CHECKING_SEED, "cheating": CHEATING_SEED},
        n_tuned=n_tuned,
        n_honest=n_honest,
        n_cheats=len(crowd.kind) - n_honest,
        n_answers=len(crowd.attempts),
        any=_share(anybody[crowd.honest]),
        detectors={name: _found(name, tuned[name], hits[name], crowd) for name in DETECTORS},
        parts={name: _part(mask, anybody, meant, crowd.honest) for name, mask in crowd.parts.items()},
    )


def _tuned(n: int, progress: Callable[[str, int], None]) -> dict[str, float]:
    """By detector the least threshold that the tuning population allows."""
    crowd = mixed(play(TUNED_ON, n, TUNING_SEED, lambda some: progress("tuning", some)), None, 0, TUNING_SEED)
    return {
        name: MARGIN * float(np.quantile(detector.suspect(crowd.attempts).score, 1.0 - 1e-4, method="higher"))
        for name, detector in DETECTORS.items()
    }


def _hits(crowd: Mixed, progress: Callable[[str, int], None]) -> dict[str, Flags]:
    found = {}
    for name, detector in DETECTORS.items():
        found[name] = flagged(detector.suspect(crowd.attempts), detector.threshold)
        progress("detecting", 1)
    return found


def _found(name: str, tuned: float, hit: Flags, crowd: Mixed) -> Found:
    kinds = np.asarray(crowd.kind)
    recall = {
        kind: {f"{strength:g}": _share(hit[(kinds == kind) & (crowd.strength == strength)]) for strength in STRENGTHS}
        for kind, shown_by in SHOWN_BY.items()
        if shown_by == name
    }
    honest, caught = _share(hit[crowd.honest]), np.mean([share[0] for by in recall.values() for share in by.values()])
    flags = PREVALENCE * caught + (1.0 - PREVALENCE) * honest[0]
    return Found(
        threshold=DETECTORS[name].threshold,
        tuned=tuned,
        honest=honest,
        recall=recall,
        precision=_share(~crowd.honest[hit]),
        at_prevalence=float(PREVALENCE * caught / flags) if flags else -1.0,
    )


def _part(mask: Flags, anybody: Flags, meant: Flags, honest: Flags) -> Part:
    return Part(
        n_honest=int((mask & honest).sum()),
        honest=_share(anybody[mask & honest]),
        recall=_share(meant[mask & ~honest]),
        precision=_share(~honest[mask & anybody]),
    )


def _share(hit: Flags) -> Share:
    share, low, high = wilson(float(hit.sum()), float(len(hit)))
    return (share if len(hit) else -1.0), low, high
