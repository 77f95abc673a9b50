"""What the knobs of the logistic families can be seen in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.learner import Exercise, Persons
from simulators.noise import Draws


@pytest.fixture
def seen(chain: Callable[..., CourseBatch], draws: Callable[[int], Draws]) -> Callable[..., Mapping[str, float]]:
    """Means over 300 learners of a logistic family on a chain of three skills."""
    n = 300
    rows, zeros, no = np.arange(n), np.zeros(n), np.zeros(n, np.bool_)
    courses, fresh = chain(n, n_skills=3), draws

    def measure(model: Callable[..., Any], population: Any) -> dict[str, float]:
        def begun() -> Any:
            learners = model(n, 3, population)
            learners.begin(rows, courses, fresh(n), Persons.usual(n))
            return learners

        learners = begun()
        ability = learners.ability(learners._table(rows))[:, :, 0]
        success = learners.success_probability(rows, zeros)
        first = Exercise(rows, no * 0, no * 0, zeros)
        result = {
            "ability": ability.mean(),
            "success": success.mean(),
            "spread of success": success.std(),
            "between learners": ability.mean(axis=1).std(),
            "between skills": ability.std(axis=1).mean(),
            "hinted": learners.hinted(first, learners.attempt(first, zeros)).mean(),
        }
        ways = {"right": (0, ~no, no), "wrong": (0, no, no), "aided": (0, ~no, ~no), "unready": (2, ~no, no)}
        for name, (skill, correct, hinted) in ways.items():
            learners = begun()
            learners.learn(Exercise(rows, no * 0 + skill, no * 0, zeros), correct, hinted, zeros)
            gain = learners.ability(learners._table(rows))[:, skill, 0] - ability[:, skill]
            result[name], result[f"{name}: spread"] = gain.mean(), gain.std()
        for _ in range(200):
            learners.learn(first, ~no, no, zeros)
        result["at last"] = learners.ability(learners._table(rows))[:, 0].mean()
        return result

    return measure


@pytest.fixture
def check_knob(seen: Callable[..., Mapping[str, float]]) -> Callable[..., None]:
    """Fails unless what is seen moves in the direction (+1 or -1) when the population changes from one to the other."""

    def check(model: Callable[..., Any], less: Any, more: Any, seen_in: str, direction: int) -> None:
        assert direction * (seen(model, more)[seen_in] - seen(model, less)[seen_in]) > 1e-3

    return check
