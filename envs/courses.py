"""Random courses: prerequisite graph, difficulties, guess rates, what is available, and the goal of the learner."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from content.course import Course
from envs.graphs import SharedGraph
from simulators.noise import Draws, Flags, Ints, Reals

MEAN_PREREQUISITES = (0.0, 0.8, 2.0)  # none, sparse, dense
MOST = 0.9  # chance that a skill requires another
OPEN_CHANCE = 0.55
CHOICE_GUESSES = (0.5, 0.25, 0.2)
ALL_BANDS_CHANCE = 0.6
BAND_CHANCE = 0.6
MAX_TARGETS = 3
PREREQUISITE_WEIGHT = 0.4


@dataclass
class CourseBatch:
    """L courses, padded to K skills.

    Attributes:
        n_skills: (L,) skills of each course; the padding behind them is unavailable and has no weight.
        prerequisites: (L, K, K) bool; [l, k, j] says that j should be known before k.
        difficulty: (L, K, B) in logits, rising with the band.
        guess: (L, K, B) chance in [0, 1) that someone who knows nothing answers right.
        available: (L, K, B) bool.
        goal: (L, K) weights that sum to 1.
        graph: the prerequisites of a course that all learners share, else None. The arrays except `goal` are then one
            row that appears L times, not to be written.
    """

    n_skills: Ints
    prerequisites: Flags
    difficulty: Reals
    guess: Reals
    available: Flags
    goal: Reals
    graph: SharedGraph | None = None

    @classmethod
    def empty(cls, n_learners: int, n_skills: int, n_bands: int) -> CourseBatch:
        """Room for L courses of at most K skills and B bands."""
        shape = (n_learners, n_skills, n_bands)
        return cls(
            n_skills=np.zeros(n_learners, dtype=np.int64),
            prerequisites=np.zeros((n_learners, n_skills, n_skills), dtype=np.bool_),
            difficulty=np.zeros(shape),
            guess=np.zeros(shape),
            available=np.zeros(shape, dtype=np.bool_),
            goal=np.zeros((n_learners, n_skills)),
        )

    @classmethod
    def shared(cls, n_learners: int, n_skills: int, course: Course) -> CourseBatch:
        """One course for L learners, padded to K skills and held once; every skill weighs the same.

        Raises:
            ValueError: the course does not fit the padding.
        """
        one = cls.empty(1, n_skills, course.n_bands)
        one.set_row(0, course)
        static = {name: np.broadcast_to(values, (n_learners, *values.shape[1:])) for name, values in one._static()}
        goal = np.repeat(one.goal, n_learners, axis=0)
        return cls(**static, goal=goal, graph=SharedGraph(one.prerequisites[0]))

    def required(self, rows: Ints, skill: Ints) -> tuple[Ints, Ints]:
        """The prerequisites of n skills (n,) of rows (n,): the place in these and the skill required, (E,) each."""
        if self.graph is not None:
            return self.graph.required(skill)
        n_skills = self.prerequisites.shape[2]
        needed = self.prerequisites.reshape(-1, n_skills).take(rows * n_skills + skill, axis=0)
        flat = np.flatnonzero(needed)
        edge = flat // n_skills
        return edge, flat - edge * n_skills

    def edges(self, rows: Ints) -> tuple[Ints, Ints, Ints]:
        """All prerequisites of rows (n,): the place in these, a skill and one that it requires, (E,) each."""
        if self.graph is not None:
            return self.graph.edges(len(rows))
        row, skill, needed = np.nonzero(self.prerequisites[rows])
        return row, skill, needed

    def row(self, index: int) -> Course:
        """The course of one learner, without padding."""
        n = int(self.n_skills[index])
        return Course(
            skill_ids=("",) * n,
            prerequisites=self.prerequisites[index, :n, :n].copy(),
            difficulty=self.difficulty[index, :n].astype(np.float32),
            guess=self.guess[index, :n].astype(np.float32),
            available=self.available[index, :n].copy(),
        )

    def set_row(self, index: int, course: Course, goal: Reals | None = None) -> None:
        """Put a real course in place of a row; `goal` (K,) non-negative weights, None for all skills alike.

        Raises:
            ValueError: the course does not fit the padding, the weights do not fit the course, or all share one course.
        """
        if self.graph is not None:
            raise ValueError("the learners share one course; a batch from CourseBatch.empty takes one for each")
        n, bands = course.difficulty.shape
        if n > self.difficulty.shape[1] or bands != self.difficulty.shape[2]:
            raise ValueError(f"a course of {n} skills and {bands} bands does not fit {self.difficulty.shape[1:]}")
        weights = np.ones(n) if goal is None else np.asarray(goal, dtype=np.float64)
        if weights.shape != (n,) or np.any(weights < 0) or not weights.sum() > 0:
            raise ValueError(f"goal must be {n} weights >= 0 with a positive sum, got {weights}")
        for field in (self.prerequisites, self.difficulty, self.guess, self.available, self.goal):
            field[index] = 0
        self.n_skills[index] = n
        self.prerequisites[index, :n, :n] = course.prerequisites
        self.difficulty[index, :n] = course.difficulty
        self.guess[index, :n] = course.guess
        self.available[index, :n] = course.available
        self.goal[index, :n] = weights / weights.sum()

    def arrays(self, rows: Ints | slice = slice(None)) -> dict[str, np.ndarray]:
        """All fields for some rows, by name: copies, or views that cannot be written where a course is shared."""
        goal = np.array(self.goal[rows])
        if self.graph is None:
            return {name: np.array(values[rows]) for name, values in self._static()} | {"goal": goal}
        views = {name: np.broadcast_to(values[0], (len(goal), *values.shape[1:])) for name, values in self._static()}
        return views | {"goal": goal}

    def _static(self) -> list[tuple[str, np.ndarray]]:
        names = ("n_skills", "prerequisites", "difficulty", "guess", "available")
        return [(name, getattr(self, name)) for name in names]


def draw_courses(batch: CourseBatch, rows: Ints, skills: tuple[int, int], draws: Draws) -> None:
    """Draw new courses for `rows` (R,), each of a size within `skills`; where they share one, only a goal for each.

    The skills stand in an order that respects their prerequisites. Graphs have none, few (0.8 a skill) or many (2)
    prerequisites, in layers or between near neighbours. Goals are everything, an exam with random weights, or a topic
    of one to three skills with less weight on what they build on.
    """
    n_padded = batch.difficulty.shape[1]
    pick = draws.uniform(8)
    if batch.graph is None:
        _draw_structure(batch, rows, skills, pick, draws)
    batch.goal[rows] = _draw_goal(batch, rows, pick[:, 5:], draws.uniform(n_padded))


def _draw_structure(batch: CourseBatch, rows: Ints, skills: tuple[int, int], pick: Reals, draws: Draws) -> None:
    n_padded, n_bands = batch.difficulty.shape[1:]
    low, high = skills
    n_skills = low + np.floor(pick[:, 0] * (high - low + 1)).astype(np.int64)
    real = np.arange(n_padded) < n_skills[:, None]
    batch.n_skills[rows] = n_skills
    density = np.asarray(MEAN_PREREQUISITES)[np.floor(pick[:, 1] * len(MEAN_PREREQUISITES)).astype(np.int64)]
    linked = density > 0
    lent = draws.of(linked)
    batch.prerequisites[rows[~linked]] = False
    if linked.any():
        chance = lent.uniform(n_padded, n_padded)
        graph = _draw_graph(n_skills[linked], density[linked], pick[linked, 2:4], chance)
        batch.prerequisites[rows[linked]] = graph
    batch.difficulty[rows] = real[:, :, None] * _draw_difficulty(n_skills, n_bands, pick[:, 4], draws.normal(n_padded))
    batch.guess[rows] = real[:, :, None] * _draw_guess(draws.uniform(n_padded, n_bands, 2))
    batch.available[rows] = real[:, :, None] & _draw_available(draws.uniform(n_padded, n_bands + 1))


def _draw_graph(n_skills: Ints, density: Reals, pick: Reals, chance: Reals) -> Flags:
    """(R, K, K) prerequisites, `density` (R,) for each skill on average, each before what needs it."""
    index = np.arange(chance.shape[1])
    graph: Flags = np.empty(chance.shape, dtype=np.bool_)
    layered = pick[:, 0] >= 0.5
    graph[~layered] = chance[~layered] < np.minimum(density[~layered, None, None] * _nearness(len(index)), MOST)
    width = 2 + np.floor(pick[layered, 1] * np.maximum(n_skills[layered] / 4, 1)).astype(np.int64)
    layer = index // width[:, None]
    below = layer[:, :, None] - layer[:, None, :] == 1
    graph[layered] = below & (chance[layered] < np.minimum(density[layered] / width, MOST)[:, None, None])
    graph &= (index < n_skills[:, None])[:, :, None]
    return graph


@lru_cache(maxsize=8)
def _nearness(n_skills: int) -> Reals:
    """(K, K) share of each earlier skill in the prerequisites of a skill, falling with the distance."""
    index = np.arange(n_skills)
    distance = index[:, None] - index[None, :]
    weight = np.exp(-np.abs(distance) / 4.0) * (distance > 0)
    share: Reals = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-9)
    return share


def _draw_difficulty(n_skills: Ints, n_bands: int, spread: Reals, normal: Reals) -> Reals:
    """(R, K, B): a skill's offset, a little harder towards the end, plus bands 0.6 to 1.2 logits apart."""
    position = np.arange(normal.shape[1]) / n_skills[:, None] - 0.5
    offset = 0.4 * normal + 0.4 * position
    steps = np.arange(n_bands) - (n_bands - 1) / 2
    return offset[:, :, None] + (0.6 + 0.6 * spread)[:, None, None] * steps


def _draw_guess(chance: Reals) -> Reals:
    """(R, K, B): open questions cannot be guessed, the others have two, four or five options."""
    options = np.asarray(CHOICE_GUESSES)[np.floor(chance[..., 1] * len(CHOICE_GUESSES)).astype(np.int64)]
    return np.where(chance[..., 0] < OPEN_CHANCE, 0.0, options)


def _draw_available(chance: Reals) -> Flags:
    """(R, K, B): most skills have all bands, others a random part, never none."""
    n_bands = chance.shape[2] - 1
    some = chance[:, :, 1:] < BAND_CHANCE
    fallback = np.argmin(chance[:, :, 1:], axis=2)
    some |= np.arange(n_bands) == fallback[:, :, None]
    return some | (chance[:, :, :1] < ALL_BANDS_CHANCE)


def _draw_goal(batch: CourseBatch, rows: Ints, pick: Reals, chance: Reals) -> Reals:
    """(R, K): everything, an exam or a topic, with equal chance; over the skills that have any exercise."""
    served: Flags = np.asarray(batch.available[rows].any(axis=2))
    kind = np.floor(pick[:, 0] * 3).astype(np.int64)
    weight = np.where(kind[:, None] == 0, 1.0, np.maximum(-np.log(1.0 - chance), 1e-12))
    topical = np.flatnonzero(kind == 2)
    n_targets = np.minimum(1 + np.floor(pick[topical, 1] * MAX_TARGETS).astype(np.int64), served[topical].sum(axis=1))
    order = np.where(served[topical], chance[topical], 2.0).argsort(axis=1)[:, :MAX_TARGETS]
    first, place = np.nonzero(np.arange(order.shape[1]) < n_targets[:, None])
    target = np.zeros((len(topical), chance.shape[1]), dtype=np.bool_)
    target[first, order[first, place]] = True
    weight[topical] = np.where(target, 1.0, PREREQUISITE_WEIGHT * _below(batch, rows[topical], target))
    weight *= served
    result: Reals = weight / weight.sum(axis=1, keepdims=True)
    return result


def _below(batch: CourseBatch, rows: Ints, target: Flags) -> Flags:
    """(R, K) skills that the targets build on, however far down, and these."""
    found, width = target.copy(), target.shape[1]
    flat = found.reshape(-1)
    reached = np.flatnonzero(target)
    while reached.size:
        row, skill = np.divmod(reached, width)
        edge, needed = batch.required(rows[row], skill)
        reached = row[edge] * width + needed
        reached = reached[~flat[reached]]
        flat[reached] = True
        reached.sort()
        again = reached[1:] == reached[:-1]
        reached = np.concatenate((reached[:1], reached[1:][~again]))
    return found
