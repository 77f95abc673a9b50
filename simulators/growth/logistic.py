"""Logistic growth: what the families share in which a skill is an ability in logits that practice only raises.

    response     P = guess + (1 - guess - slip_i) sigmoid(theta_ik - b)
    start        theta_ik = learner_i + skill_ik + known_ik gain_ik, before the first practice
    learner_i    N(0, learner^2)
    skill_ik     N(skill.mean, skill.sd^2), idiosyncratic
    known_ik     1 for what the learner knows at the start, else 0

With no slip and no guess these are the published logistic models. Nothing is forgotten: a person's factor on
forgetting and the days away change nothing.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from simulators.learner import CourseArrays, Persons, draw_known, sigmoid
from simulators.limits import CHANCE, NOT_NEGATIVE, SHARE, SHARES, Limit, check
from simulators.noise import Draws, Ints, Reals
from simulators.skillwise import Cell, SkillwiseLearners
from simulators.spread import LogNormal, Normal


@dataclass(frozen=True)
class LogisticPopulation:
    """Parameters that all logistic families have.

    Attributes:
        LIMITS: what they may be.
        learner: standard deviation in logits of the abilities of learners.
        skill: ability in logits of a typical learner in a skill that is new.
        known_share: (low, high) of the share of skills known at the start, higher for early skills.
        known_gain: logits by which a known skill is ahead of a new one.
        slip: chance to fail what is solved.
        hint_lift: share of the failures that a hint repairs.
        hint_share: share of the learning that survives a hint.

    Raises:
        ValueError: impossible parameters, all of them named.
    """

    LIMITS: ClassVar[Mapping[str, Limit]] = {
        "learner": NOT_NEGATIVE,
        "known_share": SHARES,
        "hint_lift": SHARE,
        "hint_share": SHARE,
        "slip": CHANCE,
    }

    learner: float = 0.5
    skill: Normal = Normal(-2.0, 0.5)
    known_share: tuple[float, float] = (0.0, 0.7)
    known_gain: LogNormal = LogNormal(3.5, 0.2, 1.5, 5.5)
    slip: LogNormal = LogNormal(0.04, 0.5, 0.005, 0.15)
    hint_lift: float = 0.3
    hint_share: float = 0.7

    def __post_init__(self) -> None:
        check(self, self.LIMITS)

    def start(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> Reals:
        """(R, K) abilities in logits of new learners `rows` (R,), before the first practice."""
        n_skills = courses.available.shape[1]
        new = self.learner * draws.normal(1) + self.skill.draw(draws, n_skills)
        known = draw_known(courses, rows, draws, self.known_share, persons.prior)
        return new + known * self.known_gain.draw(draws, n_skills)


class LogisticLearners(SkillwiseLearners):
    """Learners of skills that are abilities in logits; a subclass says how they grow."""

    TRAITS: ClassVar[tuple[str, ...]] = ("slip",)

    def __init__(self, n_learners: int, n_skills: int, population: LogisticPopulation, unready: float = 1.0) -> None:
        super().__init__(
            n_learners, n_skills, unready=unready, hint_lift=population.hint_lift, hint_share=population.hint_share
        )

    @abstractmethod
    def ability(self, cell: Cell) -> Reals:
        """Ability in logits."""

    def solved(self, cell: Cell, at: Reals) -> Reals:  # noqa: ARG002 - nothing is forgotten
        """sigmoid(ability - difficulty)."""
        return sigmoid(self.ability(cell) - cell.difficulty)
