"""ACT-R memory with spacing: Pavlik and Anderson (2005).

Every practice j of a skill leaves a trace that fades with its age t_j, in seconds:

    activation   m = ln sum_j b_j t_j^-d_j
    decay        d_j = c e^m + a, with the activation m when j was laid; a alone for the first trace
    recall       p = 1 / (1 + exp((tau_ik + slope beta - m) / s)) at a band of difficulty beta; 0 without traces
    salience     b_j = learning_i, times hint_share after a hint; 1 in the source of 2005 (b is of Pavlik et al. 2007)

A trace laid while activation is high fades fast: this is the spacing effect. Right or wrong, practice lays a trace, as
feedback follows and is a study of its own.

The source counts time between sessions h times, as less interferes then than within one. Sessions are not known here:
of the age of a trace the first hour counts in full, and what is beyond h times. It is at least one second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simulators.learner import CourseArrays, Persons
from simulators.memory.history import SUMS, HistoryLearners
from simulators.memory.practices import Events
from simulators.memory.recall import MemoryPopulation, draw_past, elapsed_days
from simulators.noise import Draws, Flags, Ints, Reals
from simulators.skillwise import Cell
from simulators.spread import LogNormal, Normal

SECONDS_A_DAY = 86_400.0
SESSION_SECONDS = 3_600.0
MIN_AGE_SECONDS = 1.0
LEAST_STRENGTH = 1e-30


@dataclass(frozen=True)
class ActrPopulation(MemoryPopulation):
    """Parameters of `ActrLearners`; see also MemoryPopulation.

    The medians of scale, intercept, threshold, noise and between are those that Pavlik and Anderson (2005, 2008) use
    for pairs of foreign words; the spreads are ours.

    Attributes:
        scale: c.
        intercept: a, for each learner.
        threshold: tau, for each learner.
        skill: what is added to tau for a skill.
        noise: s.
        between: h, the share for which time beyond an hour counts.
        slope: how far a logit of difficulty raises the threshold; a pair's own difficulty in the source of 2008.
        known_practices: fewer than in other families, as their traces fade no faster than one laid alone.
        hint_share: salience of a practice with a hint.
    """

    scale: float = 0.217
    intercept: LogNormal = LogNormal(0.177, 0.15, 0.08, 0.4)
    threshold: Normal = Normal(-0.704, 0.25)
    skill: Normal = Normal(0.0, 0.3)
    noise: float = 0.255
    between: float = 0.025
    slope: float = 0.2
    known_practices: LogNormal = LogNormal(5.0, 0.4, 2.0, 40.0)
    hint_share: float = 0.7


def age_seconds(days: Reals, between: float) -> Reals:
    """What an age counts for: the first hour in full, the rest `between` times; at least a second."""
    seconds = days * SECONDS_A_DAY
    beyond = np.maximum(seconds - SESSION_SECONDS, 0.0)
    return np.maximum(seconds - (1.0 - between) * beyond, MIN_AGE_SECONDS)


class ActrLearners(HistoryLearners):
    """L learners of K skills; see the module for the equations.

    Fields: threshold (tau), past, past_at (traces from before the start, and when in own days), last (own days).
    Traits: intercept (a), forgetting, learning, slip. The sum is that of the traces, e^m, (1, ...).
    """

    NOTED = ("salience", "decay")
    BY_SUMS = True
    FIELDS = ("threshold", "past", "past_at", "last")
    TRAITS = ("intercept", "forgetting", "learning", "slip")

    def __init__(self, n_learners: int, n_skills: int, population: ActrPopulation) -> None:
        super().__init__(n_learners, n_skills, np.inf, population.hint_lift, population.hint_share)
        self.population = population

    def draw(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Draw how fast and down to where learners forget, and what was practised before."""
        population, state, traits = self.population, self.state, self.traits
        traits["intercept"][rows], traits["slip"][rows] = population.intercept.draw(draws), population.slip.draw(draws)
        traits["forgetting"][rows], traits["learning"][rows] = persons.forgetting, persons.learning
        threshold = population.threshold.draw(draws)[:, None]
        state["threshold"][rows] = threshold + population.skill.draw(draws, state["threshold"].shape[1])
        past = draw_past(population, rows, courses, draws, persons)
        state["past"][rows] = past.practices
        for name in ("past_at", "last"):
            state[name][rows] = past.last * persons.forgetting[:, None]

    def solved(self, cell: Cell, at: Reals) -> Reals:  # noqa: ARG002 - the sums are as of then
        """Recall p."""
        activation = np.log(np.maximum(cell.fields[SUMS][0], LEAST_STRENGTH))
        above = activation - cell.fields["threshold"] - self.population.slope * cell.difficulty
        recall: Reals = 0.5 + 0.5 * np.tanh(0.5 * above / self.population.noise)
        return recall

    def practised(self, cell: Cell, now: Reals, correct: Flags, effort: Reals | float) -> Mapping[str, Reals]:  # noqa: ARG002
        """The trace that is laid."""
        decay = self.population.scale * cell.fields[SUMS][0] + cell.traits["intercept"]
        return {"salience": cell.traits["learning"] * effort, "decay": decay}

    def left(self, cell: Cell, noted: Mapping[str, Reals], days: Reals) -> Reals:  # noqa: ARG002
        """(1, ...) what is left of a trace."""
        return self._trace(noted["salience"], noted["decay"], days)[None]

    def summed(self, cell: Cell, events: Events, at: Reals) -> Reals:
        """(1, ...) e^m."""
        size, salience, decay = cell.fields["last"].size, events.values[0], events.values[1]
        traces = np.bincount(events.cell, self._trace(salience, decay, events.days), minlength=size)
        age = elapsed_days(at, cell.fields["past_at"])
        before = self._trace(cell.fields["past"], cell.traits["intercept"], age)
        return (before + traces.reshape(before.shape))[None]

    def _trace(self, salience: Reals, decay: Reals, days: Reals) -> Reals:
        """b t^-d."""
        trace: Reals = salience * np.exp(-decay * np.log(age_seconds(days, self.population.between)))
        return trace
