"""Small courses that the student models are tried on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from content.course import Course
from envs.courses import CourseBatch
from simulators.learner import Exercise
from simulators.noise import Draws


def _chain(
    n_learners: int, n_skills: int = 2, difficulty: tuple[float, ...] = (0.0,), guess: float = 0.0
) -> CourseBatch:
    """Courses in which every skill requires the one before, all bands available."""
    n_bands = len(difficulty)
    course = Course(
        skill_ids=("",) * n_skills,
        prerequisites=np.eye(n_skills, k=-1, dtype=np.bool_),
        difficulty=np.tile(np.asarray(difficulty, dtype=np.float32), (n_skills, 1)),
        guess=np.full((n_skills, n_bands), guess, dtype=np.float32),
        available=np.ones((n_skills, n_bands), dtype=np.bool_),
    )
    batch = CourseBatch.empty(n_learners, n_skills, n_bands)
    batch.set_row(0, course)
    for field in (batch.n_skills, batch.prerequisites, batch.difficulty, batch.guess, batch.available, batch.goal):
        field[1:] = field[0]
    return batch


@pytest.fixture
def chain() -> Callable[..., CourseBatch]:
    """Builds courses that are a chain of skills."""
    return _chain


@pytest.fixture
def draws() -> Callable[[int], Draws]:
    """Draws for n rows, seeded 0, 1, and so on."""
    return lambda n: Draws([np.random.default_rng(seed) for seed in range(n)])


@pytest.fixture
def exercise() -> Callable[..., Exercise]:
    """The same exercise for n learners at `now` days."""

    def build(skill: int = 0, band: int = 0, now: float = 0.0, n: int = 1) -> Exercise:
        return Exercise(np.arange(n), np.full(n, skill), np.full(n, band), np.full(n, float(now)))

    return build
