"""The matrices hold what they say."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from envs.calendar import PLANS
from rl.benchmark.cells import CENTRE, CORE, FULL, MATRICES, N_REPLICATES, SIZES, SMOKE, matrix
from rl.benchmark.contest import fixed_course
from simulators.families import FAMILIES, KINDS

EVERY = tuple(FAMILIES)


def test_the_full_matrix_is_everything_by_everything() -> None:
    cells = matrix(FULL, EVERY)
    assert {(c.family, c.plan, c.size) for c in cells} == set(itertools.product(EVERY, PLANS, SIZES))
    assert len(cells) == len(EVERY) * len(PLANS) * len(SIZES)


def test_the_core_matrix_varies_one_thing_at_a_time() -> None:
    cells = matrix(CORE, EVERY)
    assert all("usual" in (cell.plan, cell.size) for cell in cells)
    assert {cell.plan for cell in cells} == set(PLANS)
    assert {cell.size for cell in cells} == set(SIZES)
    assert [cell.family for cell in cells if cell.central] == list(EVERY)
    kinds = {FAMILIES[cell.family].kind for cell in cells if cell.plan == "longest"}
    assert kinds == {FAMILIES[name].kind for name in EVERY}


def test_central_cells_have_the_learners_that_the_bars_ask_for() -> None:
    for name in (CORE, FULL):
        assert CENTRE[name].n_learners >= 500
        assert CENTRE[name].n_seeds >= 5
    assert N_REPLICATES >= 8


def test_a_smoke_test_takes_one_family_of_each_kind() -> None:
    families = [cell.family for cell in matrix(SMOKE, EVERY) if cell.central]
    assert [FAMILIES[name].kind for name in families] == [kind for kind in KINDS if kind in _kinds()]


def _kinds() -> set[str]:
    return {family.kind for family in FAMILIES.values()}


def test_matrices_can_be_narrowed() -> None:
    cells = matrix(FULL, ["markov"], plans=["short"], sizes=["one", "small"])
    assert [(c.family, c.plan, c.size) for c in cells] == [("markov", "short", "one"), ("markov", "short", "small")]


@pytest.mark.parametrize(
    ("name", "families", "plans", "told"),
    [
        ("huge", ["markov"], (), "unknown matrix 'huge'; there are smoke, core, full"),
        (CORE, ["parrots"], (), "unknown 'parrots'"),
        (CORE, ["markov"], ("yearly",), "unknown 'yearly'"),
        (SMOKE, ["markov"], ("weekly",), "has no cell of these plans and sizes"),
    ],
)
def test_names_that_there_are_not_are_told(name: str, families: list[str], plans: tuple[str, ...], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        matrix(name, families, plans)


@pytest.mark.parametrize("name", MATRICES)
def test_every_cell_can_be_set_up(name: str) -> None:
    for cell in matrix(name, ["markov"]):
        if cell.size == "largest":
            continue
        settings = cell.condition().settings()
        assert (settings.skills, settings.plan) == (SIZES[cell.size].skills, PLANS[cell.plan])
        assert cell.relived().replicates == N_REPLICATES
        assert cell.n_relived <= cell.n_learners


def test_a_fixed_course_is_always_the_same() -> None:
    fixed_course.cache_clear()
    first = fixed_course(30)
    fixed_course.cache_clear()
    again = fixed_course(30)
    assert first.n_skills == 30
    np.testing.assert_array_equal(first.prerequisites, again.prerequisites)
    np.testing.assert_array_equal(first.difficulty, again.difficulty)
