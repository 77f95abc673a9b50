"""Rules as data: versions from a date on, a file of an operator, and what is wrong with one."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.doctor import game_rules
from api.game.rules import RULES, GameRules, RuleBook, RulesError, read_rules
from api.settings import Settings
from tests.api.conftest import started

LATER = date(2031, 1, 1)


def written(path: Path, *versions: Any) -> Path:
    path.write_text(json.dumps({"versions": versions}))
    return path


def test_a_version_names_what_changes_and_keeps_the_rest(tmp_path: Path) -> None:
    file = written(
        tmp_path / "rules.json",
        {"version": 10, "begins": "2031-01-01", "streak": {"daysAWeek": 4}, "gems": {"offers": {"freeze": 30}}},
        {"version": 11, "begins": "2031-06-01", "xp": {"base": 2.0}},
    )
    book = read_rules(file)
    before, first, second = (
        book.on(date(year, month, 1).toordinal()) for year, month in ((2030, 12), (2031, 1), (2031, 6))
    )
    assert before == RULES[-1]
    assert (first.version, first.streak.days_a_week, first.gems.offers["freeze"]) == (10, 4, 30)
    assert first.gems.offers["theme.forest"] == RULES[-1].gems.offers["theme.forest"]
    assert first.xp == before.xp
    assert (second.version, second.streak.days_a_week, second.xp.base) == (11, 4, 2.0)


@pytest.mark.parametrize(
    ("versions", "detail"),
    [
        (({"version": 1, "begins": "2031-01-01"},), "both numbers and dates must rise"),
        (({"version": 10, "begins": "2020-01-01"},), "both numbers and dates must rise"),
        (({"version": 10},), "versions[0] must be an object with version and begins (YYYY-MM-DD)"),
        (({"version": 10, "begins": "2031-02-30"},), "versions[0]: Invalid RFC3339 encoded date - at `$.begins`"),
        (
            ({"version": 10, "begins": "2031-01-01", "streak": {"daysWeek": 4}},),
            "versions[0].streak has no daysWeek; allowed: answersForADay,",
        ),
        (
            ({"version": 10, "begins": "2031-01-01", "streak": {"daysAWeek": 9}},),
            "versions[0]: Expected `int` <= 7 - at `$.streak.daysAWeek`",
        ),
        (({"version": 10, "begins": "2031-01-01", "gems": {"offers": {"freeze": 0}}},), "Expected `int` >= 1"),
        *(
            (
                ({"version": 10, "begins": "2031-01-01", "quests": {name: least - 1}},),
                f"versions[0]: Expected `int` >= {least} - at `$.quests.{name}`",
            )
            for name, least in {
                "nDaily": 1,
                "nWeekly": 1,
                "gemsDaily": 1,
                "gemsWeekly": 1,
                "replacements": 0,
                "boost": 1,
            }.items()
        ),
        (
            ({"version": 10, "begins": "2031-01-01", "quests": {"heldDays": 3}},),
            "versions[0].quests has no heldDays; allowed: nDaily,",
        ),
    ],
)
def test_a_bad_file_says_what_is_wrong_and_where(tmp_path: Path, versions: Any, detail: str) -> None:
    file = written(tmp_path / "rules.json", *versions)
    with pytest.raises(RulesError) as caught:
        read_rules(file)
    assert str(file) in str(caught.value)
    assert detail in str(caught.value)


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="cannot be read"):
        read_rules(tmp_path / "nowhere.json")
    (tmp_path / "rules.json").write_text("{")
    with pytest.raises(RulesError, match="is not JSON"):
        read_rules(tmp_path / "rules.json")
    (tmp_path / "rules.json").write_text("[]")
    with pytest.raises(RulesError, match="and nothing else"):
        read_rules(tmp_path / "rules.json")


async def test_a_server_does_not_start_on_bad_rules(tmp_path: Path) -> None:
    file = written(tmp_path / "rules.json", {"version": 0, "begins": "2031-01-01"})
    settings = Settings(data=str(tmp_path / "data"), starter=False, game_rules=str(file))
    with pytest.raises(ExceptionGroup) as caught:
        async with started(create_app(settings)):
            pass
    assert caught.group_contains(RulesError, match="must rise")


def test_the_doctor_says_what_is_wrong_with_the_rules(tmp_path: Path) -> None:
    file = written(tmp_path / "rules.json", {"version": 0, "begins": "2031-01-01"})
    (finding,) = game_rules(Settings(game_rules=str(file)))
    assert (finding.ok, finding.advice) == (False, "correct the file, or unset PACER_GAME_RULES")
    assert "both numbers and dates must rise" in finding.detail
    (finding,) = game_rules(Settings())
    assert (finding.ok, finding.detail) == (True, f"version {RULES[-1].version}")


def test_shipped_versions_rise() -> None:
    assert RuleBook(RULES).on(1) == RULES[0]
    with pytest.raises(RulesError, match="must rise"):
        RuleBook((*RULES, GameRules(version=RULES[-1].version, begins=LATER)))
