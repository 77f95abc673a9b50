"""A trial: policies meet the same kind of learners, decide, and are charged for what the best choice would add."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from api.notifications.bandit import USUAL, Believed, Choice, Posterior, choose, learn
from api.notifications.evaluation.estimate import Estimate, inverse_propensity
from api.notifications.evaluation.simulated import Encounter, Population

Array = NDArray[np.float64]
BATCH = 50
"""Decisions between two updates of the posterior, as returns are known only a day later."""

N_LEARNERS = 2_000
Draw = Callable[[Believed, Encounter, np.random.Generator], Choice]


@dataclass(frozen=True, slots=True)
class Logged:
    """A decision as it is logged, and the truth that only a simulation has; arrays as in `Encounter`."""

    x: Array
    truth: Array
    choice: Choice
    reward: float


@dataclass(frozen=True, slots=True)
class Trial:
    """The regret of every decision, shape (decision,), the log, and what was learned."""

    regret: Array
    log: list[Logged]
    posterior: Posterior


def thompson(believed: Believed, encounter: Encounter, rng: np.random.Generator) -> Choice:
    """The bandit as it serves."""
    return choose(believed, encounter.x, rng)


def uniform(_: Believed, encounter: Encounter, rng: np.random.Generator) -> Choice:
    """Any arm."""
    k = len(encounter.arms)
    return Choice(index=int(rng.integers(k)), probabilities=[1.0 / k] * k)


def fixed(_: Believed, encounter: Encounter, __: np.random.Generator) -> Choice:
    """The fixed rule: 23.5 hours after the last practice, in the first words."""
    return certain(encounter, next(n for n, arm in enumerate(encounter.arms) if arm.slot == USUAL))


def evening(_: Believed, encounter: Encounter, __: np.random.Generator) -> Choice:
    """A fixed hour for everybody: 18:00, or the usual time where that is over."""
    slots = [arm.slot for arm in encounter.arms]
    return certain(encounter, slots.index("h18") if "h18" in slots else 0)


def certain(encounter: Encounter, index: int) -> Choice:
    """An arm with probability 1."""
    return Choice(index=index, probabilities=[float(n == index) for n in range(len(encounter.arms))])


RIVALS: dict[str, Draw] = {"thompson": thompson, "uniform": uniform, "usual": fixed, "evening": evening}


def run(draw: Draw, n_decisions: int, seed: int) -> Trial:
    """A policy meets a population of that seed. The bandit learns in batches; the others have nothing to learn."""
    population, rng = Population(N_LEARNERS, seed), np.random.default_rng([seed, 1])
    posterior, log = Posterior.prior(), list[Logged]()
    believed = Believed(posterior)
    waiting: list[tuple[list[float], float]] = []
    for _ in range(n_decisions):
        encounter = population.meet()
        choice = draw(believed, encounter, rng)
        reward = population.returns(encounter, choice.index)
        log.append(Logged(encounter.x, encounter.truth, choice, reward))
        waiting.append((encounter.x[choice.index].tolist(), reward))
        if draw is thompson and len(waiting) == BATCH:
            posterior, waiting = learn(posterior, waiting), []
            believed = Believed(posterior)
    regret = np.array([each.truth.max() - each.truth[each.choice.index] for each in log])
    return Trial(regret, log, posterior)


@dataclass(frozen=True, slots=True)
class Check:
    """A policy's value as estimated from another's log, and as it truly is."""

    estimate: Estimate
    truth: float


def check_estimate(trial: Trial, posterior: Posterior) -> Check:
    """Judge the greedy policy of a posterior from a log, and by the truth.

    The posterior must not have been learned from that log, or the estimate would be biased.
    """
    believed = Believed(posterior)
    greedy = [int(believed.mean(each.x).argmax()) for each in trial.log]
    estimate = inverse_propensity(
        np.array([each.reward for each in trial.log]),
        np.array([each.choice.propensity for each in trial.log]),
        np.array([float(index == each.choice.index) for index, each in zip(greedy, trial.log, strict=True)]),
    )
    truth = float(np.mean([each.truth[index] for index, each in zip(greedy, trial.log, strict=True)]))
    return Check(estimate, truth)


def floor_of(trial: Trial) -> float:
    """The lowest probability of any arm in a log, times the number of arms: what is explored at least."""
    return min(min(each.choice.probabilities) * len(each.choice.probabilities) for each in trial.log)
