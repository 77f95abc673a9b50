"""DASH as a generalised power law: Lindsey, Shroyer, Pashler and Mozer (2014); Reddy, Levine and Dragan (2017).

For skill k of learner i, last practised d own days ago, at a band of difficulty beta:

    recall       p = m (1 + r d)^-f_ik; 0 before the first practice
    strength     m = sigmoid(alpha_i - beta - item_ik + sum_w (wins_w ln(1 + c_w) + tries_w ln(1 + a_w)))

with c_w right answers and a_w answers in windows of an hour, a day, a week, 30 days and all time. The power law is
Wickelgren's (1974), as Wixted and Carpenter (2007) write it. Time is days times the learner's forgetting.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulators.learner import CourseArrays, Persons, sigmoid
from simulators.memory.history import SINCE, SUMS
from simulators.memory.windows import WindowLearners, WindowPopulation
from simulators.noise import Draws, Ints, Reals
from simulators.skillwise import Cell
from simulators.spread import LogNormal, Normal


@dataclass(frozen=True)
class DashPopulation(WindowPopulation):
    """Parameters of `DashLearners`; see also WindowPopulation and MemoryPopulation.

    Attributes:
        ability: alpha in logits; ours.
        item: difficulty of a skill in logits; Reddy et al. draw N(1, 1), of which a part is here in the bands.
        scale: r per day; Reddy et al. draw exp(N(0, .01)) per step.
        power: f of a skill; Wixted and Ebbesen (1991) fit .1 to 1 over days to weeks.
    """

    ability: Normal = Normal(0.8, 0.5)
    item: Normal = Normal(1.0, 0.6)
    scale: float = 1.0
    power: LogNormal = LogNormal(0.12, 0.35, 0.03, 0.6)


class DashLearners(WindowLearners):
    """L learners of K skills; see the module for the equations, and WindowLearners.

    Fields beside those of WindowLearners: ease (alpha - item), power (f).
    """

    FIELDS = (*WindowLearners.FIELDS, "ease", "power")

    def __init__(self, n_learners: int, n_skills: int, population: DashPopulation) -> None:
        super().__init__(n_learners, n_skills, population)
        self.population = population

    def draw(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Draw abilities, the difficulty and forgetting of skills, and what was practised before."""
        population, n_skills = self.population, self.state["ease"].shape[1]
        ability = population.ability.draw(draws)[:, None]
        self.state["ease"][rows] = ability - population.item.draw(draws, n_skills)
        self.state["power"][rows] = population.power.draw(draws, n_skills)
        self.draw_history(population, rows, courses, draws, persons)

    def solved(self, cell: Cell, at: Reals) -> Reals:  # noqa: ARG002 - the sums are as of then
        """Recall p."""
        strength = sigmoid(cell.fields["ease"] - cell.difficulty + self.practice(cell))
        kept = np.exp(-cell.fields["power"] * np.log1p(self.population.scale * cell.fields[SINCE]))
        recall: Reals = strength * kept * (cell.fields[SUMS][-1] > 0.0)
        return recall
