"""Half-life regression: Settles and Meeder (2016).

For skill k of learner i with r right and w wrong answers so far, last practised d days ago, at difficulty beta:

    recall       p = 2^(-d / h)^exp(slope beta); 0 before the first practice
    half-life    h = 2^(right_i sqrt(1 + r) + wrong_i sqrt(1 + w) + bias_ik) days, within 15 minutes and 274 days

The features and the bounds are the source's; its weight per lexeme is here the spread of the bias between skills. A
practice counts for learning_i answers, times hint_share after a hint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simulators.learner import CourseArrays, Persons
from simulators.memory.recall import MemoryPopulation, draw_past, elapsed_days, firmness
from simulators.noise import Draws, Flags, Ints, Reals
from simulators.skillwise import Cell, SkillwiseLearners
from simulators.spread import Normal

MIN_HALF_LIFE_DAYS = 15.0 / (24.0 * 60.0)
MAX_HALF_LIFE_DAYS = 274.0
LEAST_EXPONENT, MOST_EXPONENT = np.log2(MIN_HALF_LIFE_DAYS), np.log2(MAX_HALF_LIFE_DAYS)


@dataclass(frozen=True)
class HlrPopulation(MemoryPopulation):
    """Parameters of `HlrLearners`; see also MemoryPopulation.

    The source publishes no weights for single learners. Ours give half-lives of four days after a first error, 17
    after three right answers more and 47 after six, within the range of its data (minutes to months).

    Attributes:
        right: weight of sqrt(1 + r), for each learner.
        wrong: weight of sqrt(1 + w), for each learner; below 0, as what is failed often is hard.
        bias: weight of the constant feature, for each learner.
        skill: weight of a skill, as of a lexeme.
        slope: how much firmer a memory a band asks for, per logit of difficulty.
        hint_share: share of a practice for which a practice with a hint counts.
    """

    right: Normal = Normal(2.2, 0.3)
    wrong: Normal = Normal(-0.2, 0.15)
    bias: Normal = Normal(0.0, 0.5)
    skill: Normal = Normal(0.0, 0.7)
    slope: float = 0.4
    hint_share: float = 0.7


def half_life_days(exponent: Reals) -> Reals:
    """2^exponent, within 15 minutes and 274 days."""
    return np.exp2(np.clip(exponent, LEAST_EXPONENT, MOST_EXPONENT))


class HlrLearners(SkillwiseLearners):
    """L learners of K skills; see the module for the equations.

    Fields: bias, right (r), wrong (w), last (days). Traits: right_weight, wrong_weight, learning, slip.
    """

    FIELDS = ("bias", "right", "wrong", "last")
    TRAITS = ("right_weight", "wrong_weight", "learning", "slip")

    def __init__(self, n_learners: int, n_skills: int, population: HlrPopulation) -> None:
        super().__init__(n_learners, n_skills, hint_lift=population.hint_lift, hint_share=population.hint_share)
        self.population = population

    def draw(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Draw the weights of learners and skills, and what was practised before; a factor on forgetting divides h."""
        population, traits, state = self.population, self.traits, self.state
        traits["right_weight"][rows] = population.right.draw(draws)
        traits["wrong_weight"][rows] = population.wrong.draw(draws)
        traits["slip"][rows], traits["learning"][rows] = population.slip.draw(draws), persons.learning
        bias = population.bias.draw(draws) - np.log2(persons.forgetting)
        state["bias"][rows] = bias[:, None] + population.skill.draw(draws, state["bias"].shape[1])
        past = draw_past(population, rows, courses, draws, persons)
        state["right"][rows], state["wrong"][rows], state["last"][rows] = past.practices, 0.0, past.last

    def solved(self, cell: Cell, at: Reals) -> Reals:
        """Recall p at `at` days."""
        right, wrong = cell.fields["right"], cell.fields["wrong"]
        exponent = cell.traits["right_weight"] * np.sqrt(1.0 + right) + cell.traits["wrong_weight"] * np.sqrt(
            1.0 + wrong
        )
        lives = elapsed_days(at, cell.fields["last"]) / half_life_days(exponent + cell.fields["bias"])
        return np.exp2(-lives * firmness(self.population.slope, cell.difficulty)) * (right + wrong > 0.0)

    def practised(self, cell: Cell, now: Reals, correct: Flags, effort: Reals | float) -> Mapping[str, Reals]:
        """One more right or wrong answer."""
        counts = cell.traits["learning"] * effort
        right = cell.fields["right"] + correct * counts
        wrong = cell.fields["wrong"] + ~correct * counts
        return {"right": right, "wrong": wrong, "last": np.broadcast_to(now, right.shape)}
