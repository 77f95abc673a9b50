"""A course held once for all learners is taught as one that each holds alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from content.course import Course
from envs.courses import CourseBatch
from simulators.families import FAMILIES, GROWTH, MASTERY
from simulators.learner import Exercise, Persons
from simulators.noise import Draws

N, K = 6, 5
BRANCHED = np.array([[0, 0, 0, 0, 0], [1, 0, 0, 0, 0], [1, 0, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 0, 0]], np.bool_)


@pytest.mark.parametrize("family", [name for name, family in FAMILIES.items() if family.kind in (MASTERY, GROWTH)])
def test_a_shared_course_is_taught_like_a_course_for_each(family: str, draws: Callable[[int], Draws]) -> None:
    rng = np.random.default_rng(0)
    course = Course(
        skill_ids=("",) * K,
        prerequisites=BRANCHED,
        difficulty=np.sort(rng.normal(size=(K, 2)).astype(np.float32), axis=1),
        guess=np.full((K, 2), 0.2, dtype=np.float32),
        available=np.ones((K, 2), dtype=np.bool_),
    )
    each = CourseBatch.empty(N, K, 2)
    for row in range(N):
        each.set_row(row, course)
    models: list[Any] = []
    for courses in (each, CourseBatch.shared(N, K, course)):
        models.append(FAMILIES[family].model(N, K, FAMILIES[family].parameters()))
        models[-1].begin(np.arange(N), courses, draws(N), Persons.usual(N))
    rows, hinted = np.arange(N), rng.random((12, N)) < 0.2
    for turn in range(12):
        given = Exercise(rows, rng.integers(0, K, N), rng.integers(0, 2, N), np.full(N, 0.3 * turn))
        uniforms = rng.random((3, N))
        alone, shared = (model.attempt(given, uniforms[0]) for model in models)
        assert np.allclose(alone, shared, rtol=0, atol=1e-12)
        for model in models:
            model.learn(given, uniforms[1] < alone, hinted[turn], uniforms[2])
    at = np.full(N, 9.0)
    alone, shared = (model.score_gain(rows, at, at + 5.0, np.full(N, 0.2)) for model in models)
    assert np.abs(alone).max() > 0.0
    assert np.allclose(alone, shared, rtol=0, atol=1e-12)
