"""`pacer evaluate goals`, small: forecasts are asked at every moment, compared with the truth, and tuned."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from api.cli import main
from api.game.evaluation.goals import ASKED_AT, TUNING_SEED, Asked, ask, tune
from api.game.goals.by_date import ASSUMED, Assumptions, forecast
from simulators.families import FAMILIES


@pytest.fixture(scope="module")
def asked() -> list[Asked]:
    return list(ask(2, TUNING_SEED, lambda _name, _n: None))


def test_every_learner_is_asked_about_until_they_leave(asked: list[Asked]) -> None:
    at_the_start = [one for one in asked if one.moment == "at the start"]
    assert len(at_the_start) == 2 * len(FAMILIES)
    assert {one.moment for one in asked} == set(ASKED_AT)
    for one in asked:
        assert one.scope.weights.sum() == pytest.approx(1.0)
        assert 0.0 <= one.truth <= 1.0
        assert one.minutes > 0.0


def test_at_the_start_nothing_is_known_and_later_less_is_left(asked: list[Asked]) -> None:
    by_moment = {moment: [one for one in asked if one.moment == moment] for moment in ASKED_AT}
    assert all(not one.scope.known.any() for one in by_moment["at the start"])
    assert all(one.scope.known.any() for one in by_moment["after two thirds"])
    minutes = [np.mean([one.minutes for one in found]) for found in by_moment.values()]
    assert minutes == sorted(minutes, reverse=True)


def test_the_command_tells_how_often_intervals_hold() -> None:
    run = CliRunner().invoke(main, ["evaluate", "goals", "--learners", "2", "--seeds", "1"])
    assert run.exit_code == 0, run.output
    report = json.loads(run.stdout.splitlines()[-1])
    assert report["simulated"] is True
    assert set(report["byFamily"]) == set(FAMILIES)
    share, low, high = report["overall"]["inside"]
    assert 0.5 < low <= share <= high <= 1.0


def test_tuning_finds_what_became_true(asked: list[Asked]) -> None:
    truth = Assumptions(held=0.7, pace=2.0, doubt=0.05, rise_doubt=0.1)
    told = [forecast(one.scope, one.minutes, truth) for one in asked]
    found = tune([replace(one, truth=said.expected) for one, said in zip(asked, told, strict=True)])
    assert (found.held, found.pace) == pytest.approx((truth.held, truth.pace), abs=0.1)
    assert found.doubt < ASSUMED.doubt
