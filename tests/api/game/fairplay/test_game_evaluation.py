"""`pacer evaluate game`, small, and what it stands on: strategies, sets of rules, the time in XP."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from api.cli import main
from api.game.evaluation import farming
from api.game.evaluation.living import _standing
from api.game.evaluation.rule_sets import RULE_SETS, local_day, streak_days
from api.game.rules import RULES, XpRules
from api.game.streak import ActiveDay
from api.game.xp import Attempt, grant


def attempt(seconds: float) -> Attempt:
    return Attempt(score=1.0, difficulty=0.0, information=0.2, repeats=0, seconds=seconds, expected_seconds=20.0)


def test_an_answer_in_less_than_half_the_time_pays_the_cube_of_its_share() -> None:
    rules = XpRules(base=1000.0, quick_share=0.5)
    paid = {seconds: grant(attempt(seconds), rules).amount for seconds in (20.0, 10.0, 5.0, 2.5, 1.9)}
    assert paid == {20.0: 1300, 10.0: 1300, 5.0: 163, 2.5: 20, 1.9: 0}
    assert "quickAnswer" in grant(attempt(5.0), rules).reasons
    assert "quickAnswer" not in grant(attempt(10.0), rules).reasons


def test_the_first_version_pays_quick_answers_as_it_always_did() -> None:
    first, latest = RULES[0].xp, RULES[-1].xp
    assert grant(attempt(4.0), first).amount == grant(attempt(20.0), first).amount == 2
    assert grant(attempt(4.0), latest).amount < grant(attempt(20.0), latest).amount


def test_what_one_account_can_farm_pays_less_than_learning() -> None:
    told = farming.evaluate(6, (3,), RULES[-1].xp, lambda _, __: None, days=2)
    assert set(told) == set(farming.STRATEGIES)
    assert len(told) >= 9
    for name, strategy in told.items():
        if name not in ("honest learning", "two accounts, waiting"):
            assert strategy.of_honest[0] < 1.0, name
        assert strategy.minutes == 1.0
    assert told["rapid guessing"].learning[0] < 0.3 * told["honest learning"].learning[0]
    assert farming.best_farming(told, "xp") < 1.0 < farming.best_farming(told, "clicks")


def test_streaks_of_the_sets_of_rules_are_those_of_the_game() -> None:
    def days(*numbers: int) -> list[ActiveDay]:
        return [ActiveDay(local_day(number), 10, 1) for number in numbers]

    assert [streak_days(days(0, 1), kind, 2) for kind in ("hard", "shipped", "soft", "")] == [2, 2, 2, 0]
    assert [streak_days(days(0, 1, 3), kind, 4) for kind in ("hard", "shipped", "soft")] == [1, 3, 3]
    assert [streak_days(days(0, 1, 6), kind, 7) for kind in ("hard", "shipped", "soft")] == [1, 1, 3]


def test_a_place_in_the_league_is_the_share_below() -> None:
    assert _standing(np.array([0.0, 5.0, 5.0, 9.0])).tolist() == pytest.approx([0.0, 0.5, 0.5, 1.0])
    assert np.isnan(_standing(np.zeros(3))).all()


def test_the_command_tells_tables_and_ends_with_its_json() -> None:
    small = ["--people", "3", "--farmers", "2", "--seeds", "1", "--days", "1", "--farming-days", "1"]
    done = CliRunner().invoke(main, ["evaluate", "game", *small])
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["simulated"] is True
    assert set(report["ruleSets"]) == set(RULE_SETS)
    assert set(report["strategies"]) == {str(RULES[0].version), str(RULES[-1].version)}
    assert report["ruleSets"]["no game"]["gainBeyond"] == [0.0, 0.0, 0.0]


def test_farming_is_measured_alone_for_as_long_as_wanted() -> None:
    wanted = ["--farmers", "2", "--farming-days", "2", "--farming-alone"]
    done = CliRunner().invoke(main, ["evaluate", "game", *wanted])
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout.splitlines()[-1])
    assert (report["farmingDays"], report["ruleSets"]) == (2, {})
    assert "2 days" in done.stdout


def test_a_serving_process_imports_no_evaluation() -> None:
    asked = "import sys, api.app; print([n for n in sys.modules if n.startswith(('torch', 'gymnasium', 'api.game.evaluation', 'simulators.incentives', 'simulators.cheats'))])"  # noqa: E501
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "[]\n"
