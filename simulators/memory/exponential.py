"""Exponential forgetting curve: Reddy, Levine and Dragan (2017), after Ebbinghaus (1885).

For skill k of learner i, practised n times, last d days ago, at a band of difficulty beta:

    recall       p = exp(-theta_ik d / S)^exp(slope beta), S = 1 + growth_i n; 0 before the first practice
    practice     n' = n + 1, or + hint_share after a hint; right or wrong alike, as in the source; d' = 0

At growth 1 and difficulty 0 this is the published curve. The source counts time in steps; here it is days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simulators.learner import CourseArrays, Persons
from simulators.memory.recall import MemoryPopulation, draw_past, elapsed_days, firmness
from simulators.noise import Draws, Flags, Ints, Reals
from simulators.skillwise import Cell, SkillwiseLearners
from simulators.spread import LogNormal, draw_each


@dataclass(frozen=True)
class ExponentialPopulation(MemoryPopulation):
    """Parameters of `ExponentialLearners`; see also MemoryPopulation.

    Attributes:
        decay: theta of a skill, per day. The source draws exp(N(ln .077, 1)) per step; ours is faster, as a day is
            longer than a step, and less spread, as part of the spread is the learner's.
        forgetting: factor of a learner on the theta of all skills; the source has none.
        growth: strength that a practice adds; 1 in the source.
        known_practices: more than in other families, as strength grows by no more than one a practice.
        slope: how much firmer a memory a band asks for, per logit of difficulty.
        hint_share: share of a practice for which a practice with a hint counts.
    """

    decay: LogNormal = LogNormal(0.18, 0.6, 0.02, 3.0)
    forgetting: LogNormal = LogNormal(1.0, 0.3, 0.3, 3.0)
    growth: LogNormal = LogNormal(1.0, 0.25, 0.4, 2.5)
    known_practices: LogNormal = LogNormal(15.0, 0.4, 2.0, 60.0)
    slope: float = 0.4
    hint_share: float = 0.7


class ExponentialLearners(SkillwiseLearners):
    """L learners of K skills; see the module for the equations.

    Fields: decay (theta, per day), practices (n), last (days). Traits: growth, slip.
    """

    FIELDS = ("decay", "practices", "last")
    TRAITS = ("growth", "slip")

    def __init__(self, n_learners: int, n_skills: int, population: ExponentialPopulation) -> None:
        super().__init__(n_learners, n_skills, hint_lift=population.hint_lift, hint_share=population.hint_share)
        self.population = population

    def draw(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Draw the pace of forgetting of learners and skills, and what was practised before."""
        population, n_skills = self.population, self.state["decay"].shape[1]
        forgetting, growth, slip = draw_each((population.forgetting, population.growth, population.slip), draws)
        self.traits["growth"][rows], self.traits["slip"][rows] = growth * persons.learning, slip
        pace = (forgetting * persons.forgetting)[:, None]
        self.state["decay"][rows] = population.decay.draw(draws, n_skills) * pace
        past = draw_past(population, rows, courses, draws, persons)
        self.state["practices"][rows], self.state["last"][rows] = past.practices, past.last

    def solved(self, cell: Cell, at: Reals) -> Reals:
        """Recall p at `at` days."""
        practices = cell.fields["practices"]
        exponent = cell.fields["decay"] * elapsed_days(at, cell.fields["last"])
        exponent = (
            exponent / (1.0 + cell.traits["growth"] * practices) * firmness(self.population.slope, cell.difficulty)
        )
        return np.exp(-exponent) * (practices > 0.0)

    def practised(self, cell: Cell, now: Reals, correct: Flags, effort: Reals | float) -> Mapping[str, Reals]:  # noqa: ARG002
        """One more practice, whatever the answer."""
        practices = cell.fields["practices"] + effort
        return {"practices": practices, "last": np.broadcast_to(now, practices.shape)}
