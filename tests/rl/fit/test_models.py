"""Every fit finds the law that made its data, and scores follow their definitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from rl.fit.curves import answer_curve, by_opportunity
from rl.fit.growth import Growth, fit_afm, fit_pfa
from rl.fit.logs import Log
from rl.fit.mastery import Tracing, fit_tracing
from rl.fit.memory import LAWS, fit_forgetting
from rl.fit.progress import Progress
from rl.fit.scoring import auc, fitness
from rl.fit.times import Timing, fit_timing

MakeLog = Callable[..., Log]


def blocks(made_log: MakeLog, n_learners: int, n_skills: int, length: int, **columns: object) -> Log:
    """Every learner practises every skill `length` times in a row; answers are all wrong."""
    learner = np.repeat(np.arange(n_learners), n_skills * length)
    skill = np.tile(np.repeat(np.arange(n_skills), length), n_learners)
    return made_log(np.zeros(len(learner)), skill, learner, **columns)


def test_the_auc_by_hand() -> None:
    # pairs of right and wrong: (.8, .3) and (.8, .5) in order, (.5, .3) in order, (.5, .5) a tie
    assert auc(np.array([1.0, 1, 0, 0]), np.array([0.8, 0.5, 0.3, 0.5])) == pytest.approx(3.5 / 4)
    with pytest.raises(ValueError, match="right and wrong"):
        auc(np.ones(3), np.ones(3))


def test_the_log_likelihood_by_hand() -> None:
    found = fitness(np.array([1.0, 0.0]), np.array([0.8, 0.4]))
    assert found.log_likelihood == pytest.approx((np.log(0.8) + np.log(0.6)) / 2)


def test_knowledge_tracing_by_hand(made_log: MakeLog) -> None:
    model = Tracing(*(np.array([value]) for value in (0.4, 0.2, 0.1, 0.3)))
    log = made_log(np.array([1.0, 0.0]), np.array([0, 0]), np.array([0, 0]))
    # .4 * .9 + .6 * .3 = .54; known after: .36 / .54 = .6667, learned to .7333; .7333 * .9 + .2667 * .3 = .74
    assert model.predicted(log) == pytest.approx([0.54, 0.74])


def test_tracing_is_found_again(made_log: MakeLog, unheard: Progress) -> None:
    truth = Tracing(*(np.array(pair) for pair in ((0.3, 0.6), (0.1, 0.3), (0.05, 0.15), (0.2, 0.3))))
    log = blocks(made_log, 1_500, 2, 10)
    log = replace(log, correct=truth.sampled(log, np.random.default_rng(0)))
    found = fit_tracing(log, 40, unheard)
    for name in ("init", "learn", "slip", "guess"):
        assert getattr(found, name) == pytest.approx(getattr(truth, name), abs=0.05)


@pytest.mark.parametrize("width", [2, 3])
def test_growth_is_found_again(width: int, made_log: MakeLog, unheard: Progress) -> None:
    coefficients = np.array([[-0.5, 0.2, 0.1], [0.5, 0.1, -0.1]])[:, :width]
    log = blocks(made_log, 1_000, 2, 8)
    log = replace(log, correct=Growth(coefficients).sampled(log, np.random.default_rng(1)))
    found = fit_afm(log, unheard) if width == 2 else fit_pfa(log, unheard)
    assert found.coefficients == pytest.approx(coefficients, abs=0.1)


def test_abilities_of_learners_are_found_again(made_log: MakeLog, unheard: Progress) -> None:
    log = blocks(made_log, 300, 4, 6)
    truth = Growth(np.tile([[0.2, 0.15]], (4, 1)), spread=1.0)
    log = replace(log, correct=truth.sampled(log, np.random.default_rng(2)))
    found = fit_afm(log, unheard)
    assert found.spread == pytest.approx(1.0, abs=0.15)
    assert found.coefficients[:, 1] == pytest.approx(np.full(4, 0.15), abs=0.07)


@pytest.mark.parametrize("law", LAWS)
def test_recall_falls_with_time_and_the_law_beats_the_mean(law: str, made_log: MakeLog, unheard: Progress) -> None:
    rng, n_learners, length = np.random.default_rng(3), 80, 20
    gap = np.exp(rng.uniform(-6, 3, (n_learners, length)))
    log = blocks(made_log, n_learners, 1, length, days=np.cumsum(gap, axis=1).ravel())
    truth = 0.9 * (1.0 + np.r_[0.0, np.diff(log.days)].clip(0) / 0.01) ** -0.2
    log = replace(log, correct=(rng.random(len(truth)) < truth).astype(np.float64))
    found = fit_forgetting(law, log, unheard)
    chance = found.predicted(log)
    again = np.isfinite(chance)
    assert fitness(log.correct[again], chance[again]).auc > 0.6
    days = np.r_[0.0, np.diff(log.days)][again]
    assert np.corrcoef(np.log(days), chance[again])[0, 1] < -0.3
    if law == "power":
        assert np.abs(chance[again] - truth[again]).mean() < 0.05


def test_an_unknown_law_of_forgetting_is_named(made_log: MakeLog, unheard: Progress) -> None:
    with pytest.raises(ValueError, match="unknown law 'linear'; there are exponential, hlr, power"):
        fit_forgetting("linear", blocks(made_log, 1, 1, 2), unheard)


def test_times_are_found_again_although_the_longest_were_cut_off(made_log: MakeLog, unheard: Progress) -> None:
    log = blocks(made_log, 200, 5, 10, seconds=np.ones(10_000))
    truth = Timing(np.log([5.0, 6.0, 8.0, 10.0, 12.0]), sigma=0.5, spread=0.3)
    log = replace(log, seconds=truth.sampled(log, np.random.default_rng(4)))
    assert (log.seconds >= 12.0).mean() > 0.1
    found = fit_timing(log, unheard)
    assert (found.sigma, found.spread) == pytest.approx((0.5, 0.3), abs=0.05)
    assert found.intensity == pytest.approx(truth.intensity, abs=0.1)
    told, plain = found.log_likelihood(log)
    assert told > plain


def test_a_curve_is_the_mean_at_each_point_and_a_model_like_the_data_is_hardly_off(made_log: MakeLog) -> None:
    rng = np.random.default_rng(5)
    log = blocks(made_log, 300, 3, 5)
    chance = 0.4 + 0.1 * (np.arange(len(log.skill)) % 5)
    log = replace(log, correct=(rng.random(len(chance)) < chance).astype(np.float64))
    models = {"true": (rng.random(len(chance)) < chance).astype(np.float64), "flat": np.full(len(chance), 0.6)}
    curve = answer_curve("learning", log, by_opportunity(log), models, rng)
    assert curve.observed[:5] == pytest.approx([log.correct[step::5].mean() for step in range(5)])
    assert curve.answers[:6] == [900, 900, 900, 900, 900, 0]
    assert curve.misfits["true"].rmse < 0.04
    assert curve.misfits["flat"].rmse == pytest.approx(np.sqrt(0.02), abs=0.03)
    assert curve.misfits["flat"].low < curve.misfits["flat"].rmse < curve.misfits["flat"].high
    assert 0 < curve.noise < 0.04
