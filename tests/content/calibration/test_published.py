"""Fits equal those that others published."""

from __future__ import annotations

import numpy as np
import pytest

from content.calibration.conditional import fit_conditional_rasch
from content.calibration.rasch import fit_rasch
from content.calibration.two_pl import fit_two_pl
from tests.content.calibration.published import (
    lsat6,
    lsat7,
    needs_published_data,
    raschdat1,
    reference,
    verbal_aggression,
)

pytestmark = needs_published_data


def test_the_rasch_model_of_lsat6_with_abilities_of_sd_1_equals_ltm() -> None:
    expected, found = reference()["LSAT6"]["rasch_a1"], fit_rasch(lsat6(), estimate_sd=False)
    assert found.difficulty == pytest.approx(expected["difficulty"], abs=0.01)
    assert found.log_likelihood == pytest.approx(expected["loglik"], abs=0.01)


def test_the_rasch_model_of_lsat6_equals_ltm() -> None:
    expected, found = reference()["LSAT6"]["1pl_common_a"], fit_rasch(lsat6())
    assert found.ability_sd == pytest.approx(expected["a"], abs=0.01)
    assert found.on_unit_scale().discrimination == pytest.approx([expected["a"]] * 5, abs=0.01)
    assert found.on_unit_scale().difficulty == pytest.approx(expected["difficulty"], abs=0.01)
    assert found.log_likelihood == pytest.approx(expected["loglik"], abs=0.01)


def test_the_two_parameter_model_of_lsat6_equals_ltm() -> None:
    expected, found = reference()["LSAT6"]["2pl"], fit_two_pl(lsat6())
    assert found.discrimination == pytest.approx(expected["a"], abs=0.01)
    assert found.difficulty == pytest.approx(expected["difficulty"], abs=0.01)
    assert found.log_likelihood == pytest.approx(expected["loglik"], abs=0.01)


def test_the_models_of_lsat7_equal_mirt() -> None:
    expected, two_pl, rasch = reference()["LSAT7"], fit_two_pl(lsat7()), fit_rasch(lsat7()).on_unit_scale()
    assert two_pl.discrimination == pytest.approx(expected["2pl_slope_intercept"]["a"], abs=0.01)
    assert two_pl.intercept == pytest.approx(expected["2pl_slope_intercept"]["d"], abs=0.01)
    assert two_pl.log_likelihood == pytest.approx(expected["loglik_2pl_computed_here"], abs=0.01)
    assert rasch.discrimination == pytest.approx([expected["1pl_computed_here"]["a"]] * 5, abs=0.01)
    assert rasch.intercept == pytest.approx(expected["1pl_computed_here"]["d"], abs=0.01)
    assert rasch.log_likelihood == pytest.approx(expected["1pl_computed_here"]["loglik"], abs=0.01)


def test_the_rasch_model_of_verbal_aggression_equals_its_reference() -> None:
    expected, found = reference()["VerbAgg_dichotomised_r2"]["1pl_mml"], fit_rasch(verbal_aggression())
    assert found.ability_sd == pytest.approx(expected["sd_theta"], abs=0.01)
    assert found.log_likelihood == pytest.approx(expected["loglik"], abs=0.01)


def test_conditional_likelihood_of_raschdat1_equals_erm_with_its_standard_errors() -> None:
    expected, found = reference()["raschdat1_eRm_CML"], fit_conditional_rasch(raschdat1())
    assert -found.difficulty == pytest.approx(expected["betapar"], abs=1e-3)
    assert found.difficulty_error == pytest.approx(expected["se"], abs=1e-3)
    assert found.log_likelihood == pytest.approx(expected["loglik"], abs=1e-3)


def test_conditional_likelihood_of_lsat6_equals_its_reference() -> None:
    expected = reference()["LSAT6"]["cml_sum0_computed_here"]
    assert fit_conditional_rasch(lsat6()).difficulty == pytest.approx(expected, abs=1e-3)


def test_marginal_and_conditional_difficulties_agree_up_to_their_origin() -> None:
    marginal, conditional = fit_rasch(verbal_aggression()), fit_conditional_rasch(verbal_aggression())
    assert marginal.difficulty - marginal.difficulty.mean() == pytest.approx(conditional.difficulty, abs=0.1)
    assert np.corrcoef(marginal.difficulty_error, conditional.difficulty_error)[0, 1] > 0.9
