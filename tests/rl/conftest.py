"""Tiny courses on which every number can be worked out by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from content.course import Course

MakeCourse = Callable[..., Course]


@pytest.fixture
def make_course() -> MakeCourse:
    """`make_course(n, n_bands, links)`: difficulty 0 unless given, no guessing; the link (1, 0) puts 0 before 1."""

    def make(
        n_skills: int = 1,
        n_bands: int = 1,
        links: tuple[tuple[int, int], ...] = (),
        difficulty: list[list[float]] | None = None,
        guess: float = 0.0,
    ) -> Course:
        prerequisites = np.zeros((n_skills, n_skills), dtype=bool)
        for skill, required in links:
            prerequisites[skill, required] = True
        levels = np.zeros((n_skills, n_bands)) if difficulty is None else np.array(difficulty)
        return Course(
            skill_ids=tuple(f"s{i}" for i in range(n_skills)),
            prerequisites=prerequisites,
            difficulty=levels.astype(np.float32),
            guess=np.full((n_skills, n_bands), guess, dtype=np.float32),
            available=np.ones((n_skills, n_bands), dtype=bool),
        )

    return make
