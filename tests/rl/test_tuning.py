"""Tuning finds better settings, does not repeat itself, and gives the same again for the same seed."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from rl.commands import tune as tune_command
from rl.parameters import BeliefParameters
from rl.teachers.rules import RULES, SHARED
from rl.teachers.tuning import TUNED_FILE, USUAL, Plan, TunedRules, mean_gains, tune, tune_rule, tuned_settings

BELIEF = BeliefParameters()
PLAN = Plan(n_trials=10, batch=4, n_learners=6, n_finalists=2, n_final_learners=8, skills=(4, 6))


def ignore(_: int) -> None:
    """Progress that nobody watches."""


def test_a_search_is_reproducible_and_counts_its_trials() -> None:
    heard: list[int] = []
    first = tune_rule("author-order", PLAN, BELIEF, heard.append)
    assert heard == [4, 4, 2]
    assert tune_rule("author-order", PLAN, BELIEF, ignore) == first
    assert set(first.settings) == {*SHARED, "repeats"}
    assert first.settings["repeats"] == int(first.settings["repeats"])
    assert {first.settings["goal_only"], first.settings["guarded"]} <= {0.0, 1.0}


def test_the_best_trial_is_no_worse_than_where_the_search_began() -> None:
    knobs = {knob: USUAL[knob] for knob in (*SHARED, *RULES["leitner"].knobs)}
    (usual,) = mean_gains("leitner", [knobs], PLAN, PLAN.n_learners, PLAN.seeds[0], BELIEF)
    one = msgspec.structs.replace(PLAN, n_finalists=1)
    assert tune_rule("leitner", one, BELIEF, ignore).trial_gain >= usual


def test_what_was_tuned_is_taken_over_unless_the_plan_changed(tmp_path: Path) -> None:
    heard: list[tuple[str, int]] = []
    names = ["random", "round-robin"]
    first = tune(names[:1], PLAN, BELIEF, tmp_path, lambda *told: heard.append(told))
    both = tune(names, PLAN, BELIEF, tmp_path, lambda *told: heard.append(told))
    assert both.rules["random"] == first.rules["random"]
    assert heard[3:5] == [("random", 10), ("round-robin", 4)]
    shorter = msgspec.structs.replace(PLAN, n_trials=4)
    heard.clear()
    tune(names[:1], shorter, BELIEF, tmp_path, lambda *told: heard.append(told))
    assert heard == [("random", 4)]


def test_the_committed_settings_came_from_the_documented_plan() -> None:
    committed = msgspec.json.decode(TUNED_FILE.read_bytes(), type=TunedRules)
    assert committed.plan == Plan()
    assert committed.plan.n_trials == 200


@pytest.mark.slow
def test_the_committed_gains_are_found_again() -> None:
    committed = msgspec.json.decode(TUNED_FILE.read_bytes(), type=TunedRules)
    for name in ("composite", "most-forgotten"):
        tuned = committed.rules[name]
        found = mean_gains(
            name, [tuned.settings], committed.plan, committed.plan.n_final_learners, committed.plan.seeds[1], BELIEF
        )
        assert found == pytest.approx([tuned.gain], abs=1e-3)


def test_a_file_that_lacks_rules_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tuned.json"
    path.write_bytes(msgspec.json.encode(TunedRules(plan=PLAN, belief=BELIEF, rules={})))
    with pytest.raises(ValueError, match=r"tuned\.json holds the rules \[\]"):
        tuned_settings(path)


@pytest.mark.slow
def test_the_command_writes_settings_that_can_be_read(tmp_path: Path) -> None:
    out = tmp_path / "tuned.json"
    options = ["--trials", "2", "--learners", "2", "--out", str(out), "--runs", str(tmp_path / "runs")]
    result = CliRunner().invoke(tune_command, options)
    assert result.exit_code == 0, result.output
    assert set(tuned_settings(out)) == set(RULES)
