"""Bayesian knowledge tracing (Corbett and Anderson 1995) with individual rates and priors (Yudelson et al. 2013).

A skill is known or not, and what is known is never forgotten. For learner i and skill k:

    prior        P(L0): share_i, the learner's own, higher for early skills and 0 without the prerequisites
    response     P = 1 - slip_i if known else guess_i; see `simulators.mastery.latent` for the bands
    learning     P(T) = sigmoid(logit of the skill + logit of the learner), the sum of Yudelson, Koedinger and Gordon
                 (2013), times the person's factor and at most .95
    known' = known or (chance < P(T) h), h = hint_share after a hint; right or wrong alike

Prerequisites do not matter to learning here, as in the original; they only decide who knows what at the start. There is
no forgetting: a person's factor on forgetting and the days away change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulators.learner import CourseArrays, Persons, draw_known, sigmoid
from simulators.mastery.latent import MAX_RATE, LatentLearners, LatentPopulation
from simulators.noise import Draws, Ints
from simulators.spread import Normal, draw_each


@dataclass(frozen=True)
class BktPopulation(LatentPopulation):
    """Parameters of `BktLearners`, beside those of `LatentPopulation`.

    Published fits guide the ranges: P(T) of .1 to .4 is usual, guess at most .3 and slip at most .1 (Corbett and
    Anderson 1995; Baker, Corbett and Aleven 2008); Yudelson et al. find that letting P(T) differ between learners pays
    more than letting P(L0).

    Attributes:
        rate: logit of the chance to learn from one practice, over learners.
    """

    rate: Normal = Normal(-1.7, 0.5)


class BktLearners(LatentLearners):
    """L learners of K skills; see the module for the equations."""

    def __init__(self, n_learners: int, n_skills: int, population: BktPopulation) -> None:
        super().__init__(n_learners, n_skills, population.slip_slope, 1.0, population.hint_lift, population.hint_share)
        self.population = population

    def draw(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Draw new learners for `rows`."""
        population, n_skills = self.population, self.state["known"].shape[1]
        self.traits["slip"][rows], self.traits["guess"][rows] = draw_each((population.slip, population.guess), draws)
        logit = population.rate.draw(draws, 1) + population.rate_skill * draws.normal(n_skills)
        self.state["rate"][rows] = np.minimum(sigmoid(logit) * persons.learning[:, None], MAX_RATE)
        self.state["known"][rows] = draw_known(courses, rows, draws, population.known_share, persons.prior)
