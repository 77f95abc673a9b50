"""Difficulties between calibrations: one step by hand, and many against the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.calibration.online import Belief, beliefs_of, expected, follow, update_ability, update_difficulty
from content.calibration.rasch import fit_rasch
from content.calibration.responses import CalibrationError
from content.calibration.simulation import Design, Truth, in_random_order, simulate

MEANS, VARIANCES = st.floats(-4.0, 4.0), st.floats(0.01, 4.0)


def test_one_step_by_hand() -> None:
    item, learner = Belief(0.5, 1.0), Belief(0.5, 0.0001)
    found = update_difficulty(item, learner, 1.0)
    assert found.variance == pytest.approx(1.0 / (1.0 + 0.25), rel=1e-4)
    assert found.mean == pytest.approx(0.5 - 0.8 * 0.5, rel=1e-3)
    assert found.n == 1


def test_a_rating_in_points_equals_glickmans_example() -> None:
    points = 400.0 / math.log(10.0)
    player, opponent = Belief(1500.0 / points, (200.0 / points) ** 2), Belief(1400.0 / points, (30.0 / points) ** 2)
    assert expected(opponent, player) == pytest.approx(1.0 / (1.0 + 10 ** (-0.9049 * 100 / 400)), abs=2e-2)
    assert expected(player, opponent) == pytest.approx(1.0 - 0.639, abs=1e-3)  # Glickman's E against the first opponent


@given(MEANS, VARIANCES, MEANS, VARIANCES, st.floats(0.0, 1.0), st.floats(0.2, 3.0))
def test_an_answer_makes_surer_and_moves_towards_what_it_says(
    b: float, s: float, m: float, v: float, score: float, discrimination: float
) -> None:
    item, learner = Belief(b, s), Belief(m, v)
    chance = expected(item, learner, discrimination)
    harder = update_difficulty(item, learner, score, discrimination)
    abler = update_ability(learner, item, score, discrimination)
    assert harder.variance < item.variance
    assert abler.variance < learner.variance
    assert (harder.mean - b) * (score - chance) <= 1e-12
    assert (abler.mean - m) * (score - _of_learner(item, learner, discrimination)) >= -1e-12


def _of_learner(item: Belief, learner: Belief, discrimination: float) -> float:
    """The same chance with the item averaged out instead."""
    return 1.0 - expected(learner, item, discrimination)


@given(MEANS, MEANS, VARIANCES)
def test_the_less_is_known_of_a_learner_the_less_an_item_moves(b: float, m: float, v: float) -> None:
    known, vague = (update_difficulty(Belief(b), Belief(m, spread), 1.0).variance for spread in (v, v + 4.0))
    assert known <= vague + 1e-12 or abs(m - b) > 1.0  # far away, a vague learner may yet tell more


def test_followed_beliefs_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(0)
    truth = Truth.drawn(1200, 60, rng)
    truth.discrimination[:] = 1.0
    responses = in_random_order(simulate(truth, rng, Design(n_asked=20)), rng)
    names = zip(responses.learner, responses.item, responses.score, strict=True)
    items: dict[str, Belief] = {}
    follow(((f"l{i}", f"i{k}", float(x)) for i, k, x in names), items, {})
    found = [items[f"i{k}"] for k in range(60)]
    mean, sd = np.asarray([belief.mean for belief in found]), np.asarray([belief.sd for belief in found])
    error = mean - truth.difficulty
    assert np.corrcoef(mean, truth.difficulty)[0, 1] > 0.98
    assert (np.abs(error) < 1.96 * sd).mean() > 0.8
    assert np.sqrt((error**2).mean()) < 0.3


def test_a_calibration_is_where_beliefs_begin_and_new_answers_refine_it() -> None:
    rng = np.random.default_rng(1)
    truth = Truth.drawn(900, 15, rng)
    truth.discrimination[:] = 1.0
    responses = simulate(truth, rng)
    before = responses.at(responses.learner < 300)
    beliefs = beliefs_of(fit_rasch(before))
    assert beliefs["i4"].sd < 0.3
    assert beliefs["i4"].n == 300
    items, after = dict(beliefs), responses.at(responses.learner >= 300)
    given = zip(after.learner.tolist(), after.item.tolist(), after.score.tolist(), strict=True)
    follow(((f"l{i}", f"i{k + 1}", x) for i, k, x in given), items, {})

    def rmse(found: dict[str, Belief]) -> float:
        return float(np.sqrt(np.mean([(found[f"i{k + 1}"].mean - truth.difficulty[k]) ** 2 for k in range(15)])))

    assert rmse(items) < rmse(beliefs)
    assert all(items[name].variance < belief.variance for name, belief in beliefs.items())


def test_a_difficulty_without_an_error_is_believed_loosely() -> None:
    rng = np.random.default_rng(2)
    calibration = fit_rasch(simulate(Truth.drawn(60, 5, rng), rng), errors=False)
    assert beliefs_of(calibration)["i1"].sd == pytest.approx(1.5)


def test_drift_keeps_a_belief_open() -> None:
    assert Belief(0.0, 0.1).drifted(0.2).variance == pytest.approx(0.3)
    assert Belief(0.0, 0.1).drifted(-1.0).variance == pytest.approx(0.1)
    assert Belief(1.0, 0.25).interval() == pytest.approx((0.02, 1.98))


def test_scores_and_beliefs_that_are_none_are_refused() -> None:
    with pytest.raises(CalibrationError, match=r"score nan is not a number from 0 to 1"):
        update_difficulty(Belief(), Belief(), math.nan)
    with pytest.raises(CalibrationError, match=r"mean 0\.0, variance 0\.0"):
        Belief(0.0, 0.0)
