"""Items that treat groups differently are found; those that groups merely differ on are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from content.calibration.abilities import estimate_abilities
from content.calibration.dif import find_dif
from content.calibration.logistic_dif import logistic_dif
from content.calibration.mantel_haenszel import mantel_haenszel
from content.calibration.matching import Cells, match_learners, tabulate
from content.calibration.rasch import fit_rasch
from content.calibration.responses import CalibrationError, Labels, Responses
from content.calibration.significance import chi_square_tail
from content.calibration.simulation import Design, Truth, simulate


def cells(right: list[list[float]], n: list[list[float]]) -> Cells:
    """One item; rows are levels, columns the reference and the focal group."""
    level = np.linspace(-1.0, 1.0, len(right))
    return Cells(np.asarray([right]), np.asarray([n]), level, "x", "y")


TWO_LEVELS = cells([[30.0, 20.0], [45.0, 40.0]], [[50.0, 50.0], [50.0, 50.0]])


def test_the_common_odds_ratio_equals_the_one_by_hand() -> None:
    found = mantel_haenszel(TWO_LEVELS)
    odds = (30 * 30 / 100 + 45 * 10 / 100) / (20 * 20 / 100 + 5 * 40 / 100)
    assert found.log_odds[0] == pytest.approx(np.log(odds))
    assert found.delta[0] == pytest.approx(-2.35 * np.log(odds))
    expected = 50 * 50 / 100 + 50 * 85 / 100
    variance = 50 * 50 * 50 * 50 / (100**2 * 99) + 50 * 50 * 85 * 15 / (100**2 * 99)
    chi_square = (abs(75 - expected) - 0.5) ** 2 / variance
    assert found.p[0] == pytest.approx(chi_square_tail(np.asarray(chi_square), 1))
    assert found.ets[0] == "B"


def test_of_one_level_the_error_of_the_log_odds_is_woolfs() -> None:
    found = mantel_haenszel(cells([[30.0, 20.0]], [[50.0, 60.0]]))
    assert found.log_odds[0] == pytest.approx(np.log(30 * 40 / (20 * 20)))
    assert found.log_odds_error[0] == pytest.approx(np.sqrt(1 / 30 + 1 / 20 + 1 / 20 + 1 / 40))


def test_ets_classes_depend_on_size_and_on_certainty() -> None:
    few, many = cells([[5.0, 3.0]], [[8.0, 8.0]]), cells([[2000.0, 1000.0]], [[3000.0, 3000.0]])
    slight = cells([[2000.0, 1900.0]], [[3000.0, 3000.0]])
    assert [mantel_haenszel(found).ets[0] for found in (few, many, slight)] == ["A", "C", "A"]


def test_exchanging_the_groups_changes_only_the_sign() -> None:
    turned = replace(TWO_LEVELS, right=TWO_LEVELS.right[..., ::-1], n=TWO_LEVELS.n[..., ::-1])
    one, other = mantel_haenszel(TWO_LEVELS), mantel_haenszel(turned)
    assert other.log_odds == pytest.approx(-one.log_odds)
    assert other.log_odds_error == pytest.approx(one.log_odds_error)
    assert other.p == pytest.approx(one.p)


def test_logistic_regression_finds_the_coefficients_it_was_made_from() -> None:
    level = np.linspace(-2.0, 2.0, 9)
    n = np.full((9, 2), 1e6)
    logit = 0.3 + 1.2 * level[:, None] - np.asarray([0.0, 0.7])
    found = logistic_dif(Cells((n / (1 + np.exp(-logit)))[None], n[None], level, "x", "y"))
    assert found.group[0] == pytest.approx(-0.7, abs=1e-5)
    assert found.p_uniform[0] < 1e-10
    assert found.p_non_uniform[0] > 0.99
    assert found.size[0] in ("A", "B")


def test_a_difference_that_changes_sides_is_seen_by_logistic_regression_alone() -> None:
    level = np.linspace(-2.0, 2.0, 9)
    n = np.full((9, 2), 200.0)
    logit = np.stack([0.3 * level, 1.8 * level], axis=1)
    told = Cells((n / (1 + np.exp(-logit)))[None], n[None], level, "x", "y")
    assert mantel_haenszel(told).ets[0] == "A"
    assert logistic_dif(told).p_non_uniform[0] < 1e-6
    assert logistic_dif(told).size[0] == "C"


def test_items_without_answers_of_both_groups_are_told_nothing_of() -> None:
    empty = cells([[30.0, 0.0]], [[50.0, 0.0]])
    assert mantel_haenszel(empty).ets[0] == ""
    assert logistic_dif(empty).size[0] == ""
    assert np.isnan([mantel_haenszel(empty).p[0], logistic_dif(empty).p[0], logistic_dif(empty).group[0]]).all()


@pytest.mark.parametrize("n_asked", [None, 20])
def test_biased_items_are_found_and_groups_of_different_ability_are_no_bias(n_asked: int | None) -> None:
    rng = np.random.default_rng(5)
    truth = Truth.drawn(6000, 30, rng)
    truth.discrimination[:] = 1.0
    design = Design(n_asked=n_asked, gap=1.0, biased={4: 1.0, 9: -1.0})
    responses = simulate(truth, rng, design)
    ability = estimate_abilities(responses, fit_rasch(responses)).mean
    (found,) = find_dif(responses, "group", ability=ability, reference="x")
    assert found.mantel_haenszel.delta[4] < -1.5
    assert found.mantel_haenszel.delta[9] > 1.5
    assert found.logistic.group[4] < -0.5
    assert np.flatnonzero(found.mantel_haenszel.ets == "C").tolist() == [4, 9]


def test_rare_groups_and_items_with_few_answers_are_not_compared() -> None:
    rng = np.random.default_rng(6)
    responses = simulate(Truth.drawn(400, 5, rng), rng)
    some = responses.at((responses.item > 0) | (responses.learner < 150))
    (found,) = find_dif(some, "group", ability=np.zeros(400))
    assert found.mantel_haenszel.ets[0] == ""
    assert (found.mantel_haenszel.ets[1:] != "").all()
    rare = Labels(np.where(some.learner < 3, 1, 0).astype(np.int32), ("en", "eo"))
    assert find_dif(replace(some, facets={"locale": rare}), "locale", ability=np.zeros(400)) == []


def test_what_cannot_be_compared_is_refused_by_name() -> None:
    rng = np.random.default_rng(7)
    responses = simulate(Truth.drawn(50, 5, rng), rng, Design(n_asked=3))
    with pytest.raises(CalibrationError, match=r"tell nothing of 'planet'; they have \['group'\]"):
        find_dif(responses, "planet")
    with pytest.raises(CalibrationError, match="'z' is no group; there are"):
        find_dif(responses, "group", reference="z")
    with pytest.raises(CalibrationError, match="learners answered different items; give the ability of each"):
        find_dif(responses, "group")
    unknown = Labels(np.full(responses.n_answers, -1, np.int32), ())
    assert find_dif(replace(responses, facets={"group": unknown}), "group", ability=np.zeros(50)) == []


def test_cells_count_every_answer_of_the_two_groups_once() -> None:
    responses = Responses.of(
        ["a", "a", "b", "b", "c", "c"],
        ["p", "q"] * 3,
        [1, 0, 1, 1, 0, 0],
        facets={"device": ["x", "x", "y", "y", "z", "z"]},
    )
    told = tabulate(responses, match_learners(responses), responses.facets["device"], 0, 1)
    assert told.n.sum() == 4
    assert told.right.sum() == 3
    assert told.n.shape == (2, 3, 2)
