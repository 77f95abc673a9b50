"""The additive factors model (Cen, Koedinger and Junker 2006): every opportunity teaches alike, right or wrong.

    ability      theta_ik = start_ik + gamma_ik t_ik
    response     P = guess + (1 - guess - slip_i) sigmoid(theta_ik - b); see `simulators.growth.logistic` for the start
    practice     t' = t + h, h = hint_share after a hint, else 1

t counts the opportunities since the start of the episode; theta_i + beta_k of the paper are the start. Learners differ
in gamma as well, as in the individual version of Liu and Koedinger (2017). Prerequisites do not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from simulators.growth.logistic import LogisticLearners, LogisticPopulation
from simulators.learner import CourseArrays, Persons
from simulators.limits import NOT_NEGATIVE, Limit
from simulators.noise import Draws, Flags, Ints, Reals
from simulators.skillwise import Cell
from simulators.spread import LogNormal


@dataclass(frozen=True)
class AfmPopulation(LogisticPopulation):
    """Parameters of `AfmLearners`, besides those of `LogisticPopulation`.

    As for PFA, rates are larger than in fits on tutoring logs, so that a short course can be taught. Koedinger et al.
    (2023) find that learners differ little in them, hence the narrow spread, and much in where they start.

    Attributes:
        rate: gamma, logits gained by an opportunity, over learners.
        between_skills: standard deviation of the logarithm of a factor on it, between skills.
    """

    LIMITS: ClassVar[Mapping[str, Limit]] = {**LogisticPopulation.LIMITS, "between_skills": NOT_NEGATIVE}

    rate: LogNormal = LogNormal(0.4, 0.15, 0.1, 1.2)
    between_skills: float = 0.4


class AfmLearners(LogisticLearners):
    """L learners of K skills; see the module for the equations.

    Attributes:
        FIELDS: "start" in logits, "gamma" in logits an opportunity, "opportunities".
    """

    FIELDS = ("start", "gamma", "opportunities")

    def __init__(self, n_learners: int, n_skills: int, population: AfmPopulation) -> None:
        super().__init__(n_learners, n_skills, population)
        self.population = population

    def draw(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Draw new learners for `rows`."""
        population, state = self.population, self.state
        self.traits["slip"][rows] = population.slip.draw(draws)
        factor = np.exp(population.between_skills * draws.normal(state["start"].shape[1])) * persons.learning[:, None]
        state["gamma"][rows] = population.rate.draw(draws, 1) * factor
        state["start"][rows] = population.start(rows, courses, draws, persons)
        state["opportunities"][rows] = 0.0

    def ability(self, cell: Cell) -> Reals:
        """start + gamma opportunities."""
        return cell.fields["start"] + cell.fields["gamma"] * cell.fields["opportunities"]

    def practised(self, cell: Cell, now: Reals, correct: Flags, effort: Reals | float) -> Mapping[str, Reals]:  # noqa: ARG002
        """One opportunity more."""
        return {"opportunities": cell.fields["opportunities"] + effort}
