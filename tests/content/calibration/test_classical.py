"""Statistics of items and options against those computed the long way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.calibration.abilities import estimate_abilities, rest_abilities, rest_scores, standings
from content.calibration.calibration import only_items
from content.calibration.classical import classical, correlations_by, option_use
from content.calibration.conditional import fit_conditional_rasch
from content.calibration.rasch import fit_rasch
from content.calibration.responses import CalibrationError, Responses
from content.calibration.simulation import Design, Truth, simulate
from content.calibration.two_pl import fit_two_pl


def made(seed: int = 0, n_learners: int = 200, n_items: int = 8, **design: object) -> Responses:
    """Simulated answers."""
    rng = np.random.default_rng(seed)
    return simulate(Truth.drawn(n_learners, n_items, rng), rng, Design(**design))  # type: ignore[arg-type]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_of_a_whole_test_discrimination_is_the_corrected_item_total_correlation(seed: int) -> None:
    responses = made(seed, 60, 5)
    table = responses.score.reshape(60, 5)
    found = classical(responses, rest_scores(responses))
    for k in range(5):
        rest = table.sum(axis=1) - table[:, k]
        if table[:, k].std() > 0.0 and rest.std() > 0.0:
            assert found.discrimination[k] == pytest.approx(np.corrcoef(table[:, k], rest)[0, 1])
    assert found.p_value == pytest.approx(table.mean(axis=0))
    assert (found.p_low <= found.p_value + 1e-12).all()
    assert (found.p_value <= found.p_high + 1e-12).all()


def test_without_variation_or_answers_nothing_is_told() -> None:
    found = classical(Responses.from_matrix([[1, 1, np.nan]] * 3), np.zeros(6))
    assert np.isnan(found.discrimination).all()
    assert np.isnan(found.p_value[2])
    assert (found.p_low[2], found.p_high[2]) == (0.0, 1.0)


def test_a_learner_with_one_answer_has_no_rest() -> None:
    assert np.isnan(rest_scores(Responses.from_matrix([[1, np.nan], [0, 1], [1, 0]]))[0])


def test_correlations_leave_out_what_is_unknown() -> None:
    group, x, y = np.asarray([0, 0, 0, 0]), np.asarray([1.0, 2.0, 3.0, 9.0]), np.asarray([1.0, 2.0, 4.0, np.nan])
    r, n = correlations_by(group, x, y, 2)
    assert r[0] == pytest.approx(np.corrcoef([1, 2, 3], [1, 2, 4])[0, 1])
    assert np.isnan(r[1])
    assert n.tolist() == [3, 0]


def test_options_are_described_by_who_chooses_them() -> None:
    responses = made(1)
    rest = rest_scores(responses)
    use = option_use(responses, rest)
    assert responses.choice is not None
    for row in range(len(use.n)):
        chosen = (responses.item == use.item[row]) & (responses.choice.code == use.option[row])
        of_item = responses.item == use.item[row]
        assert use.n[row] == chosen.sum()
        assert use.share[row] == pytest.approx(chosen.sum() / of_item.sum())
        assert use.ability[row] == pytest.approx(rest[chosen].mean())
        assert use.correlation[row] == pytest.approx(np.corrcoef(chosen[of_item], rest[of_item])[0, 1])
        assert use.keyed[row] == (responses.choice.names[use.option[row]] == "a")
        if use.n[row] > 1:
            assert use.ability_error[row] == pytest.approx(rest[chosen].std(ddof=1) / np.sqrt(chosen.sum()))


def test_unknown_choices_are_no_options() -> None:
    assert len(option_use(replace(made(), choice=None), np.zeros(1600)).n) == 0


def test_abilities_come_near_the_truth_and_know_how_near() -> None:
    rng = np.random.default_rng(2)
    truth = Truth.drawn(1500, 40, rng)
    responses = simulate(truth, rng, Design(n_asked=25))
    found = estimate_abilities(responses, fit_two_pl(responses))
    assert np.corrcoef(found.mean, truth.ability)[0, 1] > 0.85
    assert (np.abs(found.mean - truth.ability) < 1.96 * found.sd).mean() == pytest.approx(0.95, abs=0.03)
    assert np.corrcoef(standings(responses), truth.ability)[0, 1] > 0.8


def test_abilities_by_the_rasch_model_are_in_its_logits() -> None:
    responses = made(3, 400, 20)
    calibration = fit_rasch(responses)
    found = estimate_abilities(responses, calibration)
    assert found.mean.std() ** 2 + (found.sd**2).mean() == pytest.approx(calibration.ability_sd**2, rel=0.05)


def test_the_ability_by_the_other_answers_is_about_that_without_the_item() -> None:
    responses = made(4, 300, 15)
    calibration = fit_two_pl(responses)
    others = only_items(responses, np.arange(15) != 6)
    rest = rest_abilities(responses, calibration)[responses.item == 6]
    without = estimate_abilities(others, calibration).mean
    assert np.corrcoef(rest, without)[0, 1] > 0.99
    assert np.abs(rest - without).mean() < 0.06


def test_an_item_that_does_not_discriminate_has_no_difficulty_and_takes_nothing_away() -> None:
    responses = made(7, 200, 8)
    calibration = fit_two_pl(responses)
    calibration.discrimination[2] = 0.0
    assert np.isnan(calibration.difficulty[2])
    assert np.isfinite(np.delete(calibration.difficulty, 2)).all()
    rest = rest_abilities(responses, calibration)
    assert rest[responses.item == 2] == pytest.approx(estimate_abilities(responses, calibration).mean)


def test_a_learner_without_calibrated_answers_is_average() -> None:
    responses = made(5, 100, 6)
    new = Responses.of(["new", "old"], ["unheard", "i1"], [1, 1])
    found = estimate_abilities(new, fit_two_pl(responses))
    assert (found.mean[0], found.sd[0]) == pytest.approx((0.0, 1.0), abs=1e-6)


def test_a_calibration_that_cannot_tell_abilities_is_refused() -> None:
    responses = made(6, 100, 6)
    with pytest.raises(CalibrationError, match="'conditional rasch' tells nothing of abilities"):
        estimate_abilities(responses, fit_conditional_rasch(responses))
    with pytest.raises(CalibrationError, match="no answer is to a calibrated item"):
        estimate_abilities(Responses.of(["l"], ["unheard"], [1]), fit_two_pl(responses))
