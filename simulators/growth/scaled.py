"""Growth at a rate scaled by the prerequisites: the knowledge structure simulator of Liu et al. (2019).

    response     P = guess + (1 - guess - slip_i) sigmoid(theta_ik - b); see `simulators.growth.logistic`
    practice     theta' = theta + rate_ik ready h (ceiling - theta), h = hint_share after a hint, else 1
    ready        prod_j exp(-steepness max(mastered - theta_j, 0)) over the prerequisites j

The paper's simulator has rate 1/2, steepness 1 and ceiling = mastered = 5, and also raises whatever depends on the
practised skill by half the step, and so on. We leave that out: here a lesson moves the skill it is about alone. A right
and a wrong answer teach alike, and nothing is learned beyond the ceiling.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from simulators.growth.logistic import LogisticLearners, LogisticPopulation
from simulators.learner import CourseArrays, Persons
from simulators.limits import FINITE, NOT_NEGATIVE, Limit
from simulators.noise import Draws, Flags, Ints, Reals
from simulators.skillwise import Cell
from simulators.spread import LogNormal

MAX_RATE = 0.9


@dataclass(frozen=True)
class ScaledPopulation(LogisticPopulation):
    """Parameters of `ScaledLearners`, besides those of `LogisticPopulation`; modelling choices but for the form.

    Attributes:
        rate: share of the way to the ceiling that one practice covers, all prerequisites mastered, over learners.
        between_skills: standard deviation of the logarithm of a factor on it, between skills.
        ceiling: ability in logits that practice approaches.
        mastered: ability in logits from which a prerequisite no longer slows down what builds on it.
        steepness: how fast a missing logit of a prerequisite slows learning down; 0 ignores prerequisites.
    """

    LIMITS: ClassVar[Mapping[str, Limit]] = {
        **LogisticPopulation.LIMITS,
        "between_skills": NOT_NEGATIVE,
        "ceiling": FINITE,
        "mastered": FINITE,
        "steepness": NOT_NEGATIVE,
    }

    rate: LogNormal = LogNormal(0.16, 0.3, 0.03, 0.6)
    between_skills: float = 0.25
    ceiling: float = 3.0
    mastered: float = 1.0
    steepness: float = 1.0


class ScaledLearners(LogisticLearners):
    """L learners of K skills; see the module for the equations.

    Attributes:
        FIELDS: "ability" in logits, "rate" in [0, .9] a practice.
    """

    FIELDS = ("ability", "rate")

    def __init__(self, n_learners: int, n_skills: int, population: ScaledPopulation) -> None:
        super().__init__(n_learners, n_skills, population, unready=float(population.steepness == 0.0))
        self.population = population

    def draw(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Draw new learners for `rows`."""
        population, state = self.population, self.state
        self.traits["slip"][rows] = population.slip.draw(draws)
        factor = np.exp(population.between_skills * draws.normal(state["rate"].shape[1])) * persons.learning[:, None]
        state["rate"][rows] = np.minimum(population.rate.draw(draws, 1) * factor, MAX_RATE)
        state["ability"][rows] = population.start(rows, courses, draws, persons)

    def ability(self, cell: Cell) -> Reals:
        """It is the state."""
        return cell.fields["ability"]

    def lets_through(self, cell: Cell, at: Reals) -> Reals:  # noqa: ARG002 - nothing is forgotten
        """exp(-steepness * what is missing to mastery)."""
        missing = np.maximum(self.population.mastered - cell.fields["ability"], 0.0)
        return np.exp(-self.population.steepness * missing)

    def practised(self, cell: Cell, now: Reals, correct: Flags, effort: Reals | float) -> Mapping[str, Reals]:  # noqa: ARG002
        """Ability moved towards its ceiling, as far as the prerequisites let it."""
        ability = cell.fields["ability"]
        room = np.maximum(self.population.ceiling - ability, 0.0)
        return {"ability": ability + cell.fields["rate"] * (cell.ready * effort) * room}
