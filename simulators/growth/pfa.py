"""Performance factors analysis (Pavlik, Cen and Koedinger 2009): successes and failures teach by different amounts.

    ability      theta_ik = start_ik + gamma_ik s_ik + rho_ik f_ik
    response     P = guess + (1 - guess - slip_i) sigmoid(theta_ik - b); see `simulators.growth.logistic` for the start
    practice     s' = s + h after a right answer, f' = f + h after a wrong one, h = hint_share after a hint, else 1

s and f count the right and wrong answers since the start of the episode; beta of the paper is the mean of the start,
to which we add an intercept per learner, and gamma and rho differ between learners and skills. A negative rho, of which
the paper has some, means that errors discourage. Prerequisites do not matter.
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
from simulators.spread import LogNormal, Normal


@dataclass(frozen=True)
class PfaPopulation(LogisticPopulation):
    """Parameters of `PfaLearners`, besides those of `LogisticPopulation`.

    Koedinger et al. (2023) find about .1 logits an opportunity in tutoring logs. Ours are larger, so that a short
    course can be taught: a new skill takes about seven practices.

    Attributes:
        success: gamma, logits gained by a right answer, over learners.
        failure: rho, logits gained by a wrong answer and its feedback, over learners; either sign.
        between_skills: standard deviation of the logarithm of a factor on both, between skills.
    """

    LIMITS: ClassVar[Mapping[str, Limit]] = {**LogisticPopulation.LIMITS, "between_skills": NOT_NEGATIVE}

    success: LogNormal = LogNormal(0.5, 0.3, 0.1, 1.5)
    failure: Normal = Normal(0.2, 0.08)
    between_skills: float = 0.25


class PfaLearners(LogisticLearners):
    """L learners of K skills; see the module for the equations.

    Attributes:
        FIELDS: "start" in logits, "gamma" and "rho" in logits a practice, "successes" and "failures".
    """

    FIELDS = ("start", "gamma", "rho", "successes", "failures")

    def __init__(self, n_learners: int, n_skills: int, population: PfaPopulation) -> None:
        super().__init__(n_learners, n_skills, population)
        self.population = population

    def draw(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Draw new learners for `rows`."""
        population, state = self.population, self.state
        self.traits["slip"][rows] = population.slip.draw(draws)
        gamma, rho = population.success.draw(draws, 1), population.failure.draw(draws, 1)
        factor = np.exp(population.between_skills * draws.normal(state["start"].shape[1])) * persons.learning[:, None]
        state["gamma"][rows], state["rho"][rows] = gamma * factor, rho * factor
        state["start"][rows] = population.start(rows, courses, draws, persons)
        state["successes"][rows] = state["failures"][rows] = 0.0

    def ability(self, cell: Cell) -> Reals:
        """start + gamma successes + rho failures."""
        fields = cell.fields
        return fields["start"] + fields["gamma"] * fields["successes"] + fields["rho"] * fields["failures"]

    def practised(self, cell: Cell, now: Reals, correct: Flags, effort: Reals | float) -> Mapping[str, Reals]:  # noqa: ARG002
        """One success or failure more."""
        right = correct * effort
        fields = cell.fields
        return {"successes": fields["successes"] + right, "failures": fields["failures"] + (effort - right)}
