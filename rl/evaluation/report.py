"""The figures of an evaluation, from episodes: gains, shares of the references, all against the best rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from rl.episodes import Episodes
from rl.evaluation.bootstrap import Array, Interval, Resamples, spread
from rl.evaluation.contest import Condition
from rl.evaluation.contestants import POLICY, PRIVILEGED, RULE, Contestant

POLICIES = "policy"  # all policy files together: one training seed each
N_REPLICATES = 2000
SEED = 0  # of the bootstrap


@dataclass(frozen=True)
class Taught:
    """Episodes of a teacher: arrays (T, S, n) over training seeds (1 if not trained), evaluation seeds, learners."""

    kind: str
    gain: Array
    normalised_gain: Array
    dropped_out: Array
    n_exercises: Array

    @classmethod
    def of(cls, kind: str, episodes: Sequence[Sequence[Episodes]]) -> Taught:
        """From episodes of each training seed and evaluation seed."""

        def stack(name: str) -> NDArray[np.float64]:
            return np.array([[getattr(e, name) for e in seeds] for seeds in episodes], dtype=np.float64)

        return cls(kind, stack("gain"), stack("normalised_gain"), stack("dropped_out"), stack("n_exercises"))


class TeacherFigures(msgspec.Struct, frozen=True, rename="camel"):
    """One teacher under one condition.

    Attributes:
        gain: mean rise of the goal-weighted test score.
        normalised_gain: mean of gain over what could be gained.
        drop_out: share of learners who left early.
        exercises: mean number given.
        ratio, difference: of its mean gain to the best rule's; paired.
        better_off, worse_off: share of learners with more, and with less gain than under the best rule.
        share_of_greedy: of the mean gain of privileged greedy.
        share_of_best_privileged: of that of the best privileged teacher.
    """

    kind: str
    gain: Interval
    normalised_gain: Interval
    drop_out: Interval
    exercises: float
    ratio: Interval
    difference: Interval
    better_off: Interval
    worse_off: Interval
    share_of_greedy: Interval
    share_of_best_privileged: Interval


class ConditionFigures(msgspec.Struct, frozen=True, rename="camel"):
    """All teachers under one condition. `best_rule` has the best mean gain on these very learners, which favours it."""

    family: str
    skills: tuple[int, int]
    n_learners: int
    best_rule: str
    best_privileged: str
    teachers: dict[str, TeacherFigures]
    training_seeds: list[float]


def by_name(
    contestants: Sequence[Contestant], episodes: Mapping[tuple[Contestant, int], Episodes]
) -> dict[str, Taught]:
    """Episodes by teacher; the policy files are the training seeds of one. `episodes` is by contestant and seed."""
    seeds = sorted({seed for _, seed in episodes})
    groups: dict[tuple[str, str], list[Contestant]] = {}
    for who in contestants:
        name = POLICIES if who.kind == POLICY else who.name
        groups.setdefault((name, who.kind), []).append(who)
    return {
        name: Taught.of(kind, [[episodes[who, seed] for seed in seeds] for who in group])
        for (name, kind), group in groups.items()
    }


def figures(condition: Condition, teachers: Mapping[str, Taught], n_replicates: int = N_REPLICATES) -> ConditionFigures:
    """Everything worth telling of one condition.

    Raises:
        ValueError: there is no rule or no privileged teacher to compare with.
    """
    best_rule = _best([name for name, t in teachers.items() if t.kind == RULE], teachers, "rule")
    privileged = [name for name, t in teachers.items() if t.kind.startswith(PRIVILEGED)]
    best_privileged = _best(privileged, teachers, "privileged teacher")
    greedy = next(name for name in privileged if teachers[name].kind == PRIVILEGED)
    references = (teachers[best_rule].gain, teachers[greedy].gain, teachers[best_privileged].gain)
    n_training = max(t.gain.shape[0] for t in teachers.values())
    n_seeds, n_learners = teachers[best_rule].gain.shape[1:]
    rng = np.random.default_rng(SEED)
    resamples = Resamples(n_training, n_seeds, n_learners, n_replicates, rng)
    means = [resamples.means(reference) for reference in references]
    told = {name: _figures_of(taught, references, means, resamples) for name, taught in teachers.items()}
    policy = teachers.get(POLICIES)
    return ConditionFigures(
        family=condition.family,
        skills=condition.skills,
        n_learners=n_seeds * n_learners,
        best_rule=best_rule,
        best_privileged=best_privileged,
        teachers=told,
        training_seeds=[] if policy is None else policy.gain.mean(axis=(1, 2)).tolist(),
    )


def _best(names: Sequence[str], teachers: Mapping[str, Taught], what: str) -> str:
    if not names:
        raise ValueError(f"there is no {what} to compare with")
    return max(names, key=lambda name: float(teachers[name].gain.mean()))


def _figures_of(
    taught: Taught, references: Sequence[Array], reference_means: Sequence[Array], resamples: Resamples
) -> TeacherFigures:
    gains = resamples.means(taught.gain)
    rule, value = references[0], float(taught.gain.mean())
    ratios = [
        spread(value / float(reference.mean()), gains / means)
        for reference, means in zip(references, reference_means, strict=True)
    ]

    def mean_of(values: NDArray[np.generic]) -> Interval:
        return spread(float(values.mean()), resamples.means(values))

    return TeacherFigures(
        kind=taught.kind,
        gain=spread(value, gains),
        normalised_gain=mean_of(taught.normalised_gain),
        drop_out=mean_of(taught.dropped_out),
        exercises=float(taught.n_exercises.mean()),
        ratio=ratios[0],
        difference=spread(value - float(rule.mean()), gains - reference_means[0]),
        better_off=mean_of(taught.gain > rule + 1e-9),
        worse_off=mean_of(taught.gain < rule - 1e-9),
        share_of_greedy=ratios[1],
        share_of_best_privileged=ratios[2],
    )
