"""Tuning finds better settings, does not repeat itself, and gives the same again for the same seed."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from rl.commands import tune as tune_command
from rl.parameters import BeliefParameters
from rl.teachers.rules import RULES, SHARED
from rl.teachers.tuning import (
    TUNED,
    USUAL,
    Choice,
    Plan,
    TunedRules,
    mean_gains,
    tune,
    tuned_rules,
    tuned_settings,
)

BELIEF = BeliefParameters()
PLAN = Plan(
    family="markov",
    n_trials=20,
    batch=10,
    n_learners=2,
    n_finalists=1,
    n_last_finalists=2,
    n_final_learners=4,
    skills=(4, 6),
)


def ignore(_: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> TunedRules:
    return tune(PLAN, BELIEF, tmp_path_factory.mktemp("tuning"), ignore)


def test_the_better_rules_get_more_of_the_trials(tuned: TunedRules) -> None:
    trials = sorted(rule.n_trials for rule in tuned.rules.values())
    # .4 * 20 over ten rules: 1 each; .3 * 20 over five: 1 each; .3 * 20 over three: 2 each.
    assert trials == [1] * 5 + [2] * 2 + [4] * 3


def test_settings_lie_within_the_ranges_of_the_knobs(tuned: TunedRules) -> None:
    for name, rule in tuned.rules.items():
        knobs = SHARED | RULES[name].knobs
        assert set(rule.settings) == set(knobs)
        assert all(low <= rule.settings[knob] <= high for knob, (low, high) in knobs.items())
        assert {rule.settings["goal_only"], rule.settings["guarded"]} <= {0.0, 1.0}


def test_the_best_trial_is_no_worse_than_where_the_search_began(tuned: TunedRules) -> None:
    knobs = {knob: USUAL[knob] for knob in (*SHARED, *RULES["leitner"].knobs)}
    (usual,) = mean_gains([Choice.of("leitner", knobs)], PLAN, PLAN.n_learners, PLAN.seeds[0], BELIEF)
    assert tuned.rules["leitner"].trial_gain >= usual - 1e-9


def test_a_search_that_was_stopped_goes_on_and_ends_alike(tuned: TunedRules, tmp_path: Path) -> None:
    class Stopped(Exception):
        """Somebody pulled the plug."""

    heard = 0

    def stop(n: int) -> None:
        nonlocal heard
        heard += n
        if heard >= 15:
            raise Stopped

    with pytest.raises(Stopped):
        tune(PLAN, BELIEF, tmp_path, stop)
    ledger = tmp_path / "markov.json"
    before = msgspec.json.decode(ledger.read_bytes())
    assert tune(PLAN, BELIEF, tmp_path, ignore) == tuned
    after = msgspec.json.decode(ledger.read_bytes())
    assert len(after[1]) > len(before[1]) > 0
    assert after[1].items() >= before[1].items()


def test_what_was_measured_by_another_plan_is_not_used(tuned: TunedRules, tmp_path: Path) -> None:
    ledger = tmp_path / "markov.json"
    ledger.write_bytes(msgspec.json.encode(("another plan", {"x": 1.0})))
    assert tune(PLAN, BELIEF, tmp_path, ignore) == tuned
    assert "x" not in msgspec.json.decode(ledger.read_bytes())[1]


@pytest.mark.parametrize("path", sorted(TUNED.glob("*.json")), ids=lambda path: path.stem)
def test_committed_settings_are_of_every_rule_and_within_its_ranges(path: Path) -> None:
    tuned_on, settings = tuned_rules(path.stem)
    assert tuned_on == path.stem
    assert set(settings) == set(RULES)
    for name, chosen in settings.items():
        for knob, value in chosen.items():
            low, high = (SHARED | RULES[name].knobs)[knob]
            assert low <= value <= high, (name, knob)


def test_a_family_that_was_not_tuned_gets_what_suits_all_together(tmp_path: Path) -> None:
    (tmp_path / "mixed.json").write_bytes((TUNED / "mixed.json").read_bytes())
    assert tuned_rules("markov", tmp_path) == ("mixed", tuned_settings("mixed"))


def test_a_file_that_lacks_rules_is_refused(tmp_path: Path) -> None:
    (tmp_path / "markov.json").write_bytes(msgspec.json.encode(TunedRules(plan=PLAN, belief=BELIEF, rules={})))
    with pytest.raises(ValueError, match=r"markov\.json holds the rules \[\]"):
        tuned_rules("markov", tmp_path)


@pytest.mark.slow
def test_the_command_writes_settings_that_can_be_read(tmp_path: Path) -> None:
    out = tmp_path / "tuned"
    options = ["--family", "markov", "--trials", "10", "--learners", "2", "--out", str(out), "--runs", str(tmp_path)]
    result = CliRunner().invoke(tune_command, options)
    assert result.exit_code == 0, result.output
    assert tuned_rules("markov", out)[0] == "markov"


def test_an_unknown_family_is_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(tune_command, ["--family", "parrots", "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert "unknown family 'parrots'" in result.output
