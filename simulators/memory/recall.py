"""What all memory families share: what is known from before, elapsed time, and what a harder band asks of a memory.

Memories of different skills do not touch each other: prerequisites only say what is known from before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulators.learner import CourseArrays, Persons, draw_known
from simulators.noise import Draws, Flags, Ints, Reals
from simulators.spread import LogNormal


@dataclass(frozen=True)
class MemoryPopulation:
    """Parameters that every memory family has; all are our own choices, as the sources know no such learners.

    Attributes:
        slip: chance to fail a question whose answer is recalled.
        known_share: (low, high) of the share of skills practised before the start, higher for early skills.
        known_practices: how often such a skill was practised, always right, all at one time.
        known_age_days: how long ago that was.
        hint_lift: share of the failures that a hint repairs.
    """

    slip: LogNormal = LogNormal(0.03, 0.5, 0.005, 0.15)
    known_share: tuple[float, float] = (0.0, 0.7)
    known_practices: LogNormal = LogNormal(8.0, 0.4, 2.0, 40.0)
    known_age_days: LogNormal = LogNormal(20.0, 0.8, 1.0, 120.0)
    hint_lift: float = 0.3


@dataclass(frozen=True)
class Past:
    """What R new learners practised before the start; all (R, K).

    Attributes:
        known: whether a skill was practised.
        practices: how often, 0 where it was not.
        last: when, in days, not above 0; 0 where it was not.
    """

    known: Flags
    practices: Reals
    last: Reals


def draw_past(population: MemoryPopulation, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> Past:
    """The practice of new learners `rows` (R,) before the start."""
    n_skills = courses.difficulty.shape[1]
    known = draw_known(courses, rows, draws, population.known_share, persons.prior)
    practices = population.known_practices.draw(draws, n_skills)
    age = population.known_age_days.draw(draws, n_skills) + persons.away_days[:, None]
    return Past(known, known * practices, -(known * age))


def elapsed_days(at: Reals, last: Reals) -> Reals:
    """Days from `last` to `at`, never below 0."""
    days: Reals = np.maximum(at - last, 0.0)
    return days


def firmness(slope: float, difficulty: Reals) -> Reals:
    """exp(slope * difficulty): the power to which a band raises recall; 1 at difficulty 0, more where it is harder."""
    power: Reals = np.exp(slope * difficulty)
    return power
