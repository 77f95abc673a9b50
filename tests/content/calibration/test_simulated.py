"""Fits find what simulated answers were made from, within what their standard errors say."""

from __future__ import annotations

import numpy as np
import pytest

from content.calibration.conditional import fit_conditional_rasch
from content.calibration.rasch import fit_rasch
from content.calibration.responses import Reals, Responses
from content.calibration.simulation import Design, Truth, simulate
from content.calibration.two_pl import fit_two_pl


def made(n_learners: int, n_items: int, seed: int, design: Design, *, rasch: bool = False) -> tuple[Truth, Responses]:
    """Truth and answers, with a good spread of difficulties."""
    rng = np.random.default_rng(seed)
    truth = Truth.drawn(n_learners, n_items, rng)
    if rasch:
        truth.discrimination[:] = 1.0
        truth.ability[:] *= 1.3
    return truth, simulate(truth, rng, design)


def within(found: Reals, truth: Reals, error: Reals) -> float:
    """Share of the truth within 1.96 standard errors."""
    return float((np.abs(found - truth) <= 1.96 * error).mean())


def test_rasch_finds_difficulties_and_the_spread_of_abilities_from_answers_with_gaps() -> None:
    truth, responses = made(1500, 60, 1, Design(n_asked=20), rasch=True)
    found = fit_rasch(responses)
    assert found.ability_sd == pytest.approx(truth.ability.std(), abs=3 * found.ability_sd_error)
    assert np.abs(found.difficulty - truth.difficulty).max() < 0.5
    assert within(found.difficulty, truth.difficulty, found.difficulty_error) > 0.85


def test_two_pl_finds_discriminations_and_difficulties_from_answers_with_gaps() -> None:
    truth, responses = made(3000, 60, 2, Design(n_asked=20))
    found = fit_two_pl(responses)
    assert found.converged
    assert within(found.discrimination, truth.discrimination, found.discrimination_error) > 0.85
    assert within(found.difficulty, truth.difficulty, found.difficulty_error) > 0.85
    assert np.corrcoef(found.difficulty, truth.difficulty)[0, 1] > 0.99


def test_items_asked_of_learners_near_their_difficulty_are_placed_as_well() -> None:
    truth, responses = made(3000, 60, 3, Design(n_asked=20, adaptive=1.0))
    share = np.bincount(responses.item, responses.score) / np.bincount(responses.item)
    found = fit_two_pl(responses)
    assert np.corrcoef(found.difficulty, truth.difficulty)[0, 1] > max(
        0.98, -np.corrcoef(share, truth.difficulty)[0, 1]
    )


def test_conditional_rasch_finds_difficulties_from_two_forms_with_items_in_common() -> None:
    truth, responses = made(1200, 18, 4, Design(), rasch=True)
    first = responses.learner < 600
    responses = responses.at(np.where(first, responses.item < 12, responses.item >= 6))
    found = fit_conditional_rasch(responses)
    centred = truth.difficulty - truth.difficulty.mean()
    assert np.abs(found.difficulty - centred).max() < 0.45
    assert within(found.difficulty, centred, found.difficulty_error) > 0.8


def test_a_wrong_key_gives_a_negative_discrimination() -> None:
    truth, responses = made(2000, 20, 5, Design(wrong_keys=(7,)))
    assert truth.discrimination.min() > 0
    assert np.argmin(fit_two_pl(responses).discrimination) == 7


def test_neither_the_order_of_answers_nor_that_of_items_matters() -> None:
    rng = np.random.default_rng(6)
    _, responses = made(300, 12, 6, Design(n_asked=8))
    shuffled = responses.at(rng.permutation(responses.n_answers))
    one, other = fit_two_pl(responses), fit_two_pl(shuffled)
    assert other.difficulty == pytest.approx(one.difficulty, abs=1e-9)
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-8)
