"""What the knobs of families with hidden bits can be seen in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.learner import Exercise, Persons
from simulators.noise import Draws


@pytest.fixture
def seen(chain: Callable[..., CourseBatch], draws: Callable[[int], Draws]) -> Callable[..., dict[str, float]]:
    """Means over 400 learners of a latent family on a chain of three skills in two bands."""

    def measure(model: Callable[..., Any], population: Any) -> dict[str, float]:
        n = 400
        rows, zeros, no = np.arange(n), np.zeros(n), np.zeros(n, np.bool_)
        courses, uniforms = chain(n, n_skills=3, difficulty=(0.0, 1.0), guess=0.0), np.random.default_rng(7).random(n)
        learners = model(n, 3, population)
        learners.begin(rows, courses, draws(n), Persons.usual(n))
        success = learners.success_probability(rows, zeros)
        known = learners.state["known"] == 1.0
        result = {
            "known": known.mean(),
            "known success": success[known][:, 0].mean(),
            "easy less hard": (success[:, :, 0] - success[:, :, 1])[known].mean(),
            "unknown success": success[~known].mean(),
            "rate": learners.state["rate"].mean(),
            "between skills": learners.state["rate"].std(axis=1).mean(),
            "between learners": learners.state["rate"].mean(axis=1).std(),
        }
        first = Exercise(rows, np.zeros(n, np.int64), np.zeros(n, np.int64), zeros)
        for name, hinted in (("plain", no), ("aided", ~no)):
            learners.state["known"][:] = 0.0
            probability = learners.attempt(first, zeros)
            result[f"{name}: success"] = (learners.hinted(first, probability) if hinted[0] else probability).mean()
            learners.learn(first, no, hinted, uniforms)
            result[f"{name}: learned"] = learners.state["known"][:, 0].mean()
        return result

    return measure
