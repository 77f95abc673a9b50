"""Prerequisite-gated Markov mastery with DINA responses (Tang, Chen, Li, Liu and Ying 2019).

A skill is known or not, and what is known is never forgotten. For learner i and skill k:

    response     P = (1 - slip_i)^eta guess_i^(1 - eta), eta = 1 if the skill is known (DINA; Junker and Sijtsma 2001);
                 see `simulators.mastery.latent` for the bands
    learning     unknown becomes known with rate_ik if every prerequisite is known, and with chance 0 if one is not;
                 times hint_share after a hint, right or wrong alike

Nothing is learned by practising out of order, so a rule that repeats a skill until it is mastered can wait for ever.
The optimal teacher of a small course is computed in `simulators.mastery.optimum`. There is no forgetting: a person's
factor on forgetting and the days away change nothing. Differently from the paper, rates and errors vary between
learners, and each item needs one skill.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulators.learner import CourseArrays, Persons, draw_known
from simulators.mastery.latent import MAX_RATE, LatentLearners, LatentPopulation
from simulators.noise import Draws, Ints
from simulators.spread import LogNormal, draw_each


@dataclass(frozen=True)
class GatedPopulation(LatentPopulation):
    """Parameters of `GatedLearners`, beside those of `LatentPopulation`.

    They are modelling choices of the size of the paper's simulations.

    Attributes:
        rate: chance to learn an unknown skill from one practice, all prerequisites known, over learners.
    """

    rate: LogNormal = LogNormal(0.25, 0.3, 0.05, 0.8)
    rate_skill: float = 0.3
    slip: LogNormal = LogNormal(0.1, 0.3, 0.01, 0.25)
    slip_slope: float = 0.3
    guess: LogNormal = LogNormal(0.1, 0.3, 0.01, 0.25)
    known_share: tuple[float, float] = (0.0, 0.6)


class GatedLearners(LatentLearners):
    """L learners of K skills; see the module for the equations."""

    def __init__(self, n_learners: int, n_skills: int, population: GatedPopulation) -> None:
        super().__init__(n_learners, n_skills, population.slip_slope, 0.0, population.hint_lift, population.hint_share)
        self.population = population

    def draw(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Draw new learners for `rows`."""
        population, n_skills = self.population, self.state["known"].shape[1]
        rate, slip, guess = draw_each((population.rate, population.slip, population.guess), draws)
        self.traits["slip"][rows], self.traits["guess"][rows] = slip, guess
        factor = np.exp(population.rate_skill * draws.normal(n_skills)) * persons.learning[:, None]
        self.state["rate"][rows] = np.minimum(rate[:, None] * factor, MAX_RATE)
        self.state["known"][rows] = draw_known(courses, rows, draws, population.known_share, persons.prior)
