"""DAS3H, difficulty, ability, skill and student skill history: Choffin, Popineau, Bourda and Vie (2019).

For skill k of learner i, at a band of difficulty beta:

    recall       p = sigmoid(alpha_i - beta + ease_ik + pace_ik sum_w (wins_w ln(1 + c_w) + tries_w ln(1 + a_w)))

with c_w right answers and a_w answers in windows of an hour, a day, a week, 30 days and all time. Forgetting is that
practice falls out of windows. Recall is defined before the first practice: sigmoid(alpha - beta + ease).

In the source an item may have several skills, weights are fitted per skill and window, and tries enter with a minus;
here an item has one skill, and a skill's weights are those of the population times its pace.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulators.learner import CourseArrays, Persons, sigmoid
from simulators.memory.windows import Weights, WindowLearners, WindowPopulation
from simulators.noise import Draws, Ints, Reals
from simulators.skillwise import Cell
from simulators.spread import LogNormal, Normal


@dataclass(frozen=True)
class Das3hPopulation(WindowPopulation):
    """Parameters of `Das3hLearners`; see also WindowPopulation and MemoryPopulation.

    Attributes:
        wins, tries: such that an unknown skill takes about four tries on different days to be more likely right than
            wrong a week later; larger than those of DASH, which counts no bias against what is unknown.
        ability: alpha in logits; RLTutor (Kubotani et al. 2021) draws its DAS3H learners from N(-1.5, .3).
        ease: of a skill, in logits; RLTutor draws skills from N(-1, .5).
        pace: factor of a skill on the weights of all windows; the source fits them per skill.
    """

    wins: Weights = (0.3, 0.3, 0.5, 0.8, 1.0)
    tries: Weights = (0.15, 0.15, 0.25, 0.4, 0.45)
    ability: Normal = Normal(-1.5, 0.4)
    ease: Normal = Normal(-1.0, 0.5)
    pace: LogNormal = LogNormal(1.0, 0.25, 0.4, 2.5)


class Das3hLearners(WindowLearners):
    """L learners of K skills; see the module for the equations, and WindowLearners.

    Fields beside those of WindowLearners: ease (alpha + ease), pace.
    """

    FIELDS = (*WindowLearners.FIELDS, "ease", "pace")

    def __init__(self, n_learners: int, n_skills: int, population: Das3hPopulation) -> None:
        super().__init__(n_learners, n_skills, population)
        self.population = population

    def draw(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Draw abilities, the ease and pace of skills, and what was practised before."""
        population, n_skills = self.population, self.state["ease"].shape[1]
        ability = population.ability.draw(draws)[:, None]
        self.state["ease"][rows] = ability + population.ease.draw(draws, n_skills)
        self.state["pace"][rows] = population.pace.draw(draws, n_skills)
        self.draw_history(population, rows, courses, draws, persons)

    def solved(self, cell: Cell, at: Reals) -> Reals:  # noqa: ARG002 - the sums are as of then
        """Recall p."""
        return sigmoid(cell.fields["ease"] - cell.difficulty + cell.fields["pace"] * self.practice(cell))
