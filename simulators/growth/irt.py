"""Item response theory with growth: dynamic item response models (Wang, Berger and Burdick 2013).

    response     P = guess + (1 - guess - slip_i) sigmoid(a_i (theta_ik - b)); see `simulators.growth.logistic`
    practice     theta' = theta + rate_ik h (1 - theta / ceiling), h = hint_share after a hint, else 1

The step is the drift of their equation for the latent trajectory, c (1 - rho theta) with rho = 1 / ceiling, counted in
practices where theirs is counted in days, and without their random walk: growth slows down as the ability nears its
ceiling, and an ability above it does not move. A right and a wrong answer teach alike. Prerequisites do not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from simulators.growth.logistic import LogisticLearners, LogisticPopulation
from simulators.learner import CourseArrays, Persons, sigmoid
from simulators.limits import NOT_NEGATIVE, POSITIVE, Limit
from simulators.noise import Draws, Flags, Ints, Reals
from simulators.skillwise import Cell
from simulators.spread import LogNormal, draw_each


@dataclass(frozen=True)
class IrtPopulation(LogisticPopulation):
    """Parameters of `IrtLearners`, besides those of `LogisticPopulation`; modelling choices.

    Attributes:
        rate: logits gained by a practice at an ability of 0, over learners.
        between_skills: standard deviation of the logarithm of a factor on it, between skills.
        ceiling: ability in logits at which practice adds nothing.
        discrimination: slope a of the response curve.
    """

    LIMITS: ClassVar[Mapping[str, Limit]] = {
        **LogisticPopulation.LIMITS,
        "between_skills": NOT_NEGATIVE,
        "ceiling": POSITIVE,
    }

    rate: LogNormal = LogNormal(0.45, 0.3, 0.1, 1.5)
    between_skills: float = 0.25
    ceiling: float = 3.0
    discrimination: LogNormal = LogNormal(1.3, 0.2, 0.6, 2.5)


class IrtLearners(LogisticLearners):
    """L learners of K skills; see the module for the equations.

    Attributes:
        FIELDS: "ability" in logits, "rate" in logits a practice.
        TRAITS: "slip", "discrimination".
    """

    FIELDS = ("ability", "rate")
    TRAITS = ("slip", "discrimination")

    def __init__(self, n_learners: int, n_skills: int, population: IrtPopulation) -> None:
        super().__init__(n_learners, n_skills, population)
        self.population = population

    def draw(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Draw new learners for `rows`."""
        population, state = self.population, self.state
        slip, discrimination, rate = draw_each((population.slip, population.discrimination, population.rate), draws)
        self.traits["slip"][rows], self.traits["discrimination"][rows] = slip, discrimination
        factor = np.exp(population.between_skills * draws.normal(state["rate"].shape[1])) * persons.learning[:, None]
        state["rate"][rows] = np.minimum(rate[:, None] * factor, population.ceiling)
        state["ability"][rows] = population.start(rows, courses, draws, persons)

    def ability(self, cell: Cell) -> Reals:
        """It is the state."""
        return cell.fields["ability"]

    def solved(self, cell: Cell, at: Reals) -> Reals:  # noqa: ARG002 - nothing is forgotten
        """sigmoid(a (ability - difficulty))."""
        return sigmoid(cell.traits["discrimination"] * (cell.fields["ability"] - cell.difficulty))

    def practised(self, cell: Cell, now: Reals, correct: Flags, effort: Reals | float) -> Mapping[str, Reals]:  # noqa: ARG002
        """Ability moved towards its ceiling."""
        ability = cell.fields["ability"]
        room = np.maximum(1.0 - ability / self.population.ceiling, 0.0)
        return {"ability": ability + cell.fields["rate"] * effort * room}
