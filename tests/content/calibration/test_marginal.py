"""The marginal likelihood, its maximum, its curvature, and answers that determine nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.calibration import information
from content.calibration.calibration import calibratable
from content.calibration.expectation_maximisation import Fitting, fit_curves
from content.calibration.information import covariance
from content.calibration.logistic import sigmoid, softplus
from content.calibration.marginal import Curves, Marginal
from content.calibration.quadrature import Grid
from content.calibration.rasch import fit_rasch
from content.calibration.responses import CalibrationError, Reals, Responses
from content.calibration.simulation import Design, Truth, simulate
from content.calibration.two_pl import fit_two_pl

TWO_BY_TWO = Responses.from_matrix([[1, 0], [0, 1], [1, 1], [0, 0]])


def some_answers(seed: int = 0, n_learners: int = 120, n_items: int = 6) -> Responses:
    """With gaps."""
    rng = np.random.default_rng(seed)
    return simulate(Truth.drawn(n_learners, n_items, rng), rng, Design(n_asked=n_items - 2))


def log_likelihood(responses: Responses, curves: Curves, grid: Grid) -> float:
    """By the definition, learner by learner."""
    total = 0.0
    for i in range(responses.n_learners):
        rows = responses.learner == i
        logits = curves.logits(grid)[responses.item[rows]]
        x = responses.score[rows][:, None]
        total += np.log(np.exp((x * logits - softplus(logits)).sum(axis=0) + grid.log_weights).sum())
    return float(total)


@given(st.floats(-700.0, 700.0))
def test_the_logistic_function_and_its_integral_never_overflow(x: float) -> None:
    value = np.asarray([x])
    assert 0.0 <= sigmoid(value)[0] <= 1.0
    assert sigmoid(value)[0] + sigmoid(-value)[0] == pytest.approx(1.0)
    assert softplus(value)[0] - softplus(-value)[0] == pytest.approx(x)


@pytest.mark.parametrize("n", [61, 121, 400])
def test_a_grid_holds_a_standard_normal(n: int) -> None:
    grid = Grid.of(n)
    weights = np.exp(grid.log_weights)
    assert [weights.sum(), weights @ grid.points, weights @ grid.points**2] == pytest.approx([1.0, 0.0, 1.0], abs=1e-6)


def test_a_grid_grows_with_the_number_of_answers_up_to_a_bound() -> None:
    assert [len(Grid.for_answers(n).points) for n in (1, 200, 10**9)] == [61, 70, 401]
    with pytest.raises(CalibrationError, match="2 quadrature points"):
        Grid.of(2)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_the_sparse_likelihood_equals_its_definition(seed: int) -> None:
    responses, rng = some_answers(seed, 15), np.random.default_rng(seed)
    curves, grid = Curves(rng.normal(1.0, 0.5, 6), rng.normal(0.0, 1.0, 6)), Grid.of(61)
    expected = log_likelihood(responses, curves, grid)
    assert Marginal(responses, grid).expect(curves).log_likelihood == pytest.approx(expected)


def test_learners_in_several_blocks_are_all_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    responses, grid = some_answers(), Grid.of(61)
    curves = Curves(np.ones(6), np.zeros(6))
    whole = Marginal(responses, grid).expect(curves)
    monkeypatch.setattr("content.calibration.marginal.LEARNERS_AT_ONCE", 7)
    parts = Marginal(responses, grid).expect(curves)
    assert parts.log_likelihood == pytest.approx(whole.log_likelihood)
    assert parts.at_points == pytest.approx(whole.at_points)
    assert parts.mean == pytest.approx(whole.mean)


def test_a_fit_is_a_maximum_and_its_errors_are_the_curvature_there() -> None:
    asked, _ = calibratable(some_answers(3, 400), 3)
    fit = fit_curves(asked, "own", Fitting(tolerance=1e-9))
    at = np.concatenate([fit.curves.slope, fit.curves.intercept])

    def value(parameters: Reals) -> float:
        return fit.marginal.expect(Curves(*parameters.reshape(2, 6))).log_likelihood

    h, units = 1e-3, np.eye(12)
    gradient = [(value(at + h * unit) - value(at - h * unit)) / (2 * h) for unit in units]
    assert gradient == pytest.approx(np.zeros(12), abs=1e-3)
    hessian = [
        [
            (value(at + h * (a + b)) - value(at + h * (a - b)) - value(at - h * (a - b)) + value(at - h * (a + b)))
            / (4 * h * h)
            for a in units
        ]
        for b in units
    ]
    errors = np.sqrt(np.diag(np.linalg.inv(-np.asarray(hessian))))
    assert np.concatenate(covariance(fit, "own").errors()) == pytest.approx(errors, rel=0.01)


@pytest.mark.parametrize("slopes", ["own", "common", "fixed"])
def test_among_many_items_errors_hardly_change_if_items_are_taken_by_themselves(
    slopes: information.Slopes, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(4)
    asked, _ = calibratable(simulate(Truth.drawn(800, 80, rng), rng, Design(n_asked=40)), 3)
    fit = fit_curves(asked, slopes, Fitting())
    whole = covariance(fit, slopes)
    monkeypatch.setattr(information, "MOST_ITEMS", 10)
    alone = covariance(fit, slopes)
    assert np.sqrt(alone.intercept / whole.intercept).mean() == pytest.approx(1.0, abs=0.1)
    if slopes == "own":
        assert np.sqrt(alone.slope / whole.slope).mean() == pytest.approx(1.0, abs=0.1)


def test_items_that_all_got_right_or_wrong_are_set_aside_with_the_reason() -> None:
    table = np.c_[np.tile([[1, 0, 1], [0, 1, 1], [1, 1, 0], [0, 0, 1]], (5, 1)), np.ones(20), np.zeros(20)]
    found = fit_two_pl(Responses.from_matrix(table, ["a", "b", "c", "easy", "hard"]))
    assert found.item_ids == ("a", "b", "c")
    assert found.set_aside == {"easy": "all 20 answers are right", "hard": "all 20 answers are wrong"}


def test_an_item_that_nobody_answered_is_set_aside() -> None:
    table = np.c_[np.tile([[1, 0], [0, 1], [1, 1], [0, 0]], (5, 1)), np.full(20, np.nan)]
    assert fit_rasch(Responses.from_matrix(table)).set_aside == {"item-3": "nobody answered it"}


def test_learners_with_all_right_or_all_wrong_count_in_a_marginal_fit() -> None:
    found = fit_rasch(TWO_BY_TWO, estimate_sd=False)
    assert found.n_learners == 4
    assert found.difficulty == pytest.approx([0.0, 0.0], abs=1e-6)


def test_too_few_items_are_refused_with_their_number() -> None:
    one = Responses.from_matrix([[1], [0]])
    with pytest.raises(CalibrationError, match="1 items have right and wrong answers, 2 are needed"):
        fit_rasch(one)
    with pytest.raises(CalibrationError, match="2 items have right and wrong answers, 3 are needed"):
        fit_two_pl(TWO_BY_TWO)
    with pytest.raises(CalibrationError, match=r"0 items .* \(item-1: all 2 answers are right; item-2: all 2"):
        fit_rasch(Responses.from_matrix([[1, 0], [1, 0]]))
    with pytest.raises(CalibrationError, match="there are no answers"):
        fit_rasch(Responses.from_matrix(np.empty((0, 3))))


def test_one_item_has_a_difficulty_under_a_known_spread() -> None:
    found = fit_rasch(Responses.from_matrix([[1], [1], [1], [0]]), estimate_sd=False)
    assert found.difficulty[0] < -np.log(3.0)
    assert np.exp(found.log_likelihood) == pytest.approx(0.75**3 * 0.25)


def test_answers_that_contradict_each_other_stay_within_bounds_and_say_so() -> None:
    found = fit_two_pl(Responses.from_matrix(np.repeat([[1, 1, 0], [0, 0, 1]], 20, axis=0)))
    assert np.abs(found.discrimination).max() <= 10.0
    assert np.sign(found.discrimination).tolist() in ([1, 1, -1], [-1, -1, 1])


def test_a_fit_that_is_cut_short_says_that_it_did_not_converge() -> None:
    found = fit_two_pl(some_answers(), fitting=Fitting(most_steps=2))
    assert not found.converged
    with pytest.raises(CalibrationError, match=r"tolerance 0\.0"):
        Fitting(tolerance=0.0)
    with pytest.raises(CalibrationError, match="0 steps"):
        Fitting(most_steps=0)


def test_errors_are_unknown_if_they_are_not_asked_for() -> None:
    assert np.isnan(fit_two_pl(some_answers(), errors=False).difficulty_error).all()
    assert np.isnan(fit_rasch(some_answers(), errors=False).difficulty_error).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_right_and_wrong_exchanged_turn_difficulties_around(seed: int) -> None:
    responses = some_answers(seed, 200)
    turned = Responses(
        responses.learner, responses.item, 1.0 - responses.score, responses.learner_ids, responses.item_ids
    )
    assert fit_rasch(turned).difficulty == pytest.approx(-fit_rasch(responses).difficulty, abs=1e-3)


def test_every_answer_given_twice_by_twins_halves_the_variances_and_nothing_else() -> None:
    one = some_answers(9, 300)
    n = one.n_learners
    both = Responses(
        np.r_[one.learner, one.learner + np.int32(n)],
        np.r_[one.item, one.item],
        np.r_[one.score, one.score],
        tuple(map(str, range(2 * n))),
        one.item_ids,
    )
    single, double = fit_rasch(one), fit_rasch(both)
    assert double.difficulty == pytest.approx(single.difficulty, abs=1e-4)
    assert double.difficulty_error == pytest.approx(single.difficulty_error / np.sqrt(2.0), rel=1e-3)
    assert double.log_likelihood == pytest.approx(2.0 * single.log_likelihood, abs=1e-4)
