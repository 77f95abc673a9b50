"""The choice of the hour and the words: by hand, true propensities, a floor, and learning on simulated returns."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from click.testing import CliRunner

from api.cli import main
from api.notifications.bandit import (
    EXPLORE,
    N_FEATURES,
    NOISE,
    PRIOR,
    Arm,
    Believed,
    Context,
    Posterior,
    choose,
    features,
    habit_of,
    learn,
)
from api.notifications.copy import TEXTS, VARIANTS
from api.notifications.evaluation.estimate import inverse_propensity
from api.notifications.evaluation.trial import RIVALS, check_estimate, floor_of, run

ARMS = tuple(
    Arm(slot=slot, variant=words, hour=hour)
    for slot, hour in (("usual", 17.5), ("h20", 20.0))
    for words in ("ready", "small")
)
X = np.array([features(Context(habit=18.0, regularity=0.5), arm) for arm in ARMS])


def test_one_decision_moves_the_mean_as_worked_out_by_hand() -> None:
    """One feature x with |x|^2 = s: the mean along x is s r / (PRIOR NOISE^2 + s)."""
    posterior = learn(Posterior.prior(), [(X[0].tolist(), 1.0)])
    size = float(X[0] @ X[0])
    assert Believed(posterior).mean(X[:1])[0] == pytest.approx(size / (PRIOR * NOISE**2 + size))
    assert posterior.n == 1


def test_decisions_may_be_learned_in_any_order_and_in_any_parts() -> None:
    rng = np.random.default_rng(1)
    seen = [(rng.uniform(-1, 1, N_FEATURES).tolist(), float(n % 2)) for n in range(20)]
    whole = learn(Posterior.prior(), seen)
    parts = learn(learn(Posterior.prior(), seen[:0:-1]), seen[:1])
    assert np.allclose(whole.precision, parts.precision)
    assert np.allclose(whole.response, parts.response)


def test_arms_are_drawn_as_often_as_their_logged_probability_says() -> None:
    believed = Believed(learn(Posterior.prior(), [(X[1].tolist(), 1.0)] * 20 + [(X[0].tolist(), 0.0)] * 20))
    rng = np.random.default_rng(2)
    drawn = np.zeros(len(ARMS))
    said = np.zeros(len(ARMS))
    for _ in range(3000):
        choice = choose(believed, X, rng, n_draws=32)
        assert choice.propensity == choice.probabilities[choice.index]
        assert sum(choice.probabilities) == pytest.approx(1.0)
        drawn[choice.index] += 1
        said += choice.probabilities
    assert np.abs(drawn - said).max() < 4 * math.sqrt(3000 * 0.25)
    assert drawn[1] > drawn[0]


def test_no_arm_is_ever_less_probable_than_the_floor() -> None:
    believed = Believed(learn(Posterior.prior(), [(X[0].tolist(), 1.0), (X[3].tolist(), -1.0)] * 500))
    choice = choose(believed, X, np.random.default_rng(3))
    assert min(choice.probabilities) >= EXPLORE / len(X) - 1e-12


def test_equal_seeds_choose_equally() -> None:
    believed = Believed(Posterior.prior())
    first, second = (choose(believed, X, np.random.default_rng(4)) for _ in range(2))
    assert first == second


def test_features_stay_within_one() -> None:
    for context in (Context(), Context(habit=3.0, regularity=1.0, weekend=True, unanswered=4)):
        assert np.abs([features(context, arm) for arm in ARMS]).max() <= 1.0


def test_a_habit_lies_where_practice_does_also_around_midnight() -> None:
    hours = [0] * 24
    assert habit_of(hours) == (12.0, 0.0)
    hours[23] = hours[1] = 10
    habit, regularity = habit_of(hours)
    assert min(habit, 24.0 - habit) == pytest.approx(0.0, abs=1e-9)
    assert regularity == pytest.approx(20 * math.cos(math.pi / 12) / 21)


def test_an_inverse_propensity_estimate_is_what_the_formula_gives() -> None:
    found = inverse_propensity(np.array([1.0, 0.0, 1.0]), np.array([0.5, 0.25, 1.0]), np.array([1.0, 0.5, 0.0]))
    assert found.value == pytest.approx((2.0 + 0.0 + 0.0) / 3)
    assert found.self_normalised == pytest.approx(2.0 / 4.0)
    assert found.effective_n == pytest.approx(16.0 / 8.0)


@pytest.mark.parametrize("propensities", [[], [0.0], [1.5]])
def test_an_estimate_without_decisions_or_with_impossible_propensities_is_refused(propensities: list[float]) -> None:
    with pytest.raises(ValueError, match=r"no decisions|lie in"):
        inverse_propensity(np.ones(len(propensities)), np.array(propensities), np.ones(len(propensities)))


def test_on_simulated_returns_the_bandit_misses_less_than_chance_and_its_log_estimates_truly() -> None:
    trials = {name: run(draw, 1200, seed=5) for name, draw in RIVALS.items()}
    regret = {name: float(trial.regret[600:].sum()) for name, trial in trials.items()}
    assert regret["thompson"] < 0.8 * regret["uniform"]
    assert regret["thompson"] < regret["evening"]
    assert floor_of(trials["thompson"]) >= EXPLORE - 1e-9
    check = check_estimate(trials["uniform"], run(RIVALS["thompson"], 600, seed=6).posterior)
    assert abs(check.estimate.value - check.truth) < 3 * check.estimate.half_width


def test_the_command_says_that_it_is_simulated_and_ends_in_json() -> None:
    answer = CliRunner().invoke(main, ["evaluate", "notifications", "--decisions", "200", "--seeds", "2"])
    assert answer.exit_code == 0, answer.output
    assert "simulated learners; no real one was asked" in answer.output
    report = json.loads(answer.output.strip().splitlines()[-1])
    assert report["simulated"]
    assert report["regret"].keys() == {"thompson", "uniform", "usual", "evening"}
    assert "notifications" in CliRunner().invoke(main, ["evaluate", "--help"]).output


def test_every_variant_of_every_kind_has_its_texts_and_no_push_has_a_place_for_figures() -> None:
    for kind, variants in VARIANTS.items():
        for variant in variants:
            for part in ("title", "body"):
                assert "{" not in TEXTS[f"{kind}.{variant}.{part}"]
