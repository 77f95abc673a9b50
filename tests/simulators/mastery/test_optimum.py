"""The optimal teacher: against closed forms, against every policy there is, and against simulation."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.learner import Exercise, Persons
from simulators.mastery.gated import GatedLearners, GatedPopulation
from simulators.mastery.optimum import Optimum, Regret, optimum, regret, states, value_iteration
from simulators.noise import Draws

Chain = Callable[..., CourseBatch]
MakeDraws = Callable[[int], Draws]
CHAIN = np.eye(3, k=-1, dtype=np.bool_)
FORK = np.array([[0, 0, 0], [0, 0, 0], [1, 1, 0]], np.bool_)


def solved(rate: tuple[float, ...], graph: np.ndarray, worth: tuple[float, ...], n_exercises: int) -> Optimum:
    return value_iteration(np.array([rate]), graph[None], np.array([worth]), n_exercises)


def chance_of(state: int, skill: int, rate: tuple[float, ...], graph: np.ndarray) -> float:
    ready = all(state >> j & 1 for j in np.flatnonzero(graph[skill]))
    return rate[skill] if ready and not state >> skill & 1 else 0.0


def expected(
    rate: tuple[float, ...],
    graph: np.ndarray,
    worth: tuple[float, ...],
    left: int,
    state: int,
    policy: Callable[[int, int], int],
) -> float:
    """The score that a policy of (exercises left, state) gives, over every way that chance can fall."""
    if left == 0:
        return sum(value for skill, value in enumerate(worth) if state >> skill & 1)
    skill = policy(left, state)
    chance = chance_of(state, skill, rate, graph)
    stays = expected(rate, graph, worth, left - 1, state, policy)
    return stays + chance * (expected(rate, graph, worth, left - 1, state | 1 << skill, policy) - stays)


def test_one_skill_is_learned_at_a_geometric_rate() -> None:
    best = solved((0.3,), np.zeros((1, 1), np.bool_), (0.8,), 5)
    # .8 (1 - .7^t)
    assert best.value[0, :, 0] == pytest.approx(0.8 * (1 - 0.7 ** np.arange(6)))
    assert best.value[0, :, 1] == pytest.approx(np.full(6, 0.8))


def test_a_chain_needs_its_first_skill_first() -> None:
    best = solved((0.5, 0.4), CHAIN[:2, :2], (0.0, 1.0), 3)
    assert best.policy[0, :, 0].tolist() == [0, 0, 0]
    # first learned at the first of three: then .4 twice, 1 - .6^2 = .64; at the second: .4
    assert best.value[0, 3, 0] == pytest.approx(0.5 * 0.64 + 0.25 * 0.4)


@pytest.mark.parametrize("graph", [CHAIN[:2, :2], np.zeros((2, 2), np.bool_)], ids=["chain", "no prerequisites"])
def test_no_policy_of_all_there_are_does_better(graph: np.ndarray) -> None:
    rate, worth, n = (0.35, 0.6), (0.7, 0.5), 3
    best = solved(rate, graph, worth, n)
    values = [
        expected(rate, graph, worth, n, 0, lambda left, state, table=table: table[4 * (left - 1) + state])
        for table in product((0, 1), repeat=4 * n)
    ]
    assert len(values) == 4096
    assert best.value[0, n, 0] == pytest.approx(max(values), abs=1e-12)


@pytest.mark.parametrize("graph", [CHAIN, FORK], ids=["chain", "fork"])
def test_values_of_three_skills_are_those_of_a_plain_search(graph: np.ndarray) -> None:
    rate, worth = (0.35, 0.6, 0.5), (0.2, 0.1, 0.7)

    def search(left: int, state: int) -> float:
        if left == 0:
            return sum(value for skill, value in enumerate(worth) if state >> skill & 1)
        values = []
        for skill in range(3):
            chance = chance_of(state, skill, rate, graph)
            values.append((1 - chance) * search(left - 1, state) + chance * search(left - 1, state | 1 << skill))
        return max(values)

    best = solved(rate, graph, worth, 5)
    for state in range(8):
        assert best.value[0, 5, state] == pytest.approx(search(5, state), abs=1e-12)
        held = expected(rate, graph, worth, 5, state, lambda left, at: int(best.policy[0, left - 1, at]))
        assert held == pytest.approx(best.value[0, 5, state], abs=1e-12)


def begun(n: int, chain: Chain, draws: MakeDraws) -> tuple[GatedLearners, CourseBatch]:
    model, courses = GatedLearners(n, 3, GatedPopulation()), chain(n, n_skills=3, difficulty=(-0.5, 0.5), guess=0.2)
    model.begin(np.arange(n), courses, draws(n), Persons.usual(n))
    return model, courses


@pytest.mark.parametrize("teacher", ["optimal", "random", "first unknown"])
def test_simulated_teaching_gains_the_value_or_less(chain: Chain, draws: MakeDraws, teacher: str) -> None:
    n, n_exercises, rng = 2000, 6, np.random.default_rng(3)
    model, courses = begun(n, chain, draws)
    rows, no, at = np.arange(n), np.zeros(n, np.bool_), np.ones(n)
    left = np.full(n, n_exercises)
    best = optimum(model, courses, rows, n_exercises)
    promised = best.gain(model.state["known"] == 1.0, left)
    start = (courses.goal * model.score_at(rows, at)).sum(axis=1)
    for step in range(n_exercises):
        known = model.state["known"] == 1.0
        skill = {
            "optimal": best.choose(known, left - step),
            "random": rng.integers(0, 3, n),
            "first unknown": known.argmin(axis=1),
        }[teacher]
        model.learn(Exercise(rows, skill, skill * 0, np.zeros(n)), no, no, rng.random(n))
    gains = (courses.goal * model.score_at(rows, at)).sum(axis=1) - start
    error = 4 * (gains - promised).std() / np.sqrt(n)
    if teacher == "optimal":
        assert gains.mean() == pytest.approx(promised.mean(), abs=error)
    else:
        assert gains.mean() < promised.mean() + error
    if teacher == "random":
        assert gains.mean() < 0.8 * promised.mean()


def test_regret_is_what_is_missing_to_the_optimum(chain: Chain, draws: MakeDraws) -> None:
    model, courses = begun(50, chain, draws)
    rows, left = np.arange(50), np.where(np.arange(50) % 2 == 0, 6, 0)
    best = optimum(model, courses, rows, 6).gain(model.state["known"] == 1.0, left)
    assert (best[1::2] == 0.0).all()
    found = regret(model, courses, rows, left, measured=0.05)
    assert found.optimal == pytest.approx(best.mean())
    assert found.regret == pytest.approx(best.mean() - 0.05)
    assert found.share == pytest.approx(0.05 / best.mean())
    assert Regret(0.0, 0.0).share == 1.0


def test_what_has_no_exercises_is_not_taught(chain: Chain, draws: MakeDraws) -> None:
    model, courses = begun(1, chain, draws)
    courses.available[0, 1] = False
    model.state["known"][0] = (1.0, 0.0, 0.0)
    assert optimum(model, courses, np.array([0]), 9).gain(np.array([[True, False, False]]), np.array([9])) == 0.0


def test_states_number_the_sets_of_known_skills() -> None:
    known = np.array([[False, False, False], [True, False, False], [True, False, True]])
    assert states(known).tolist() == [0, 1, 5]


@pytest.mark.parametrize(("n_skills", "n_exercises"), [(11, 3), (2, -1)])
def test_what_cannot_be_enumerated_is_refused(n_skills: int, n_exercises: int) -> None:
    with pytest.raises(ValueError, match=r"at most 10 skills and n_exercises >= 0, got \d+ skills"):
        value_iteration(
            np.zeros((1, n_skills)), np.zeros((1, n_skills, n_skills), np.bool_), np.zeros((1, n_skills)), n_exercises
        )
