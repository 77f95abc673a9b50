"""The public vectors of quests, badges and goals, as any client may run them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from api.game.badges.catalogue import BADGES
from api.game.badges.earning import earned
from api.game.badges.tallies import note, watched
from api.game.deeds import Deed
from api.game.facts import GoalTaken
from api.game.goals.book import GoalBook, enter_deed, take_goal
from api.game.goals.by_date import Scope, load
from api.game.goals.resting import rest
from api.game.goals.returning import catch_up, return_plan
from api.game.quests import book as quests
from api.game.quests.drawing import QuestRules, draw_day, draw_week
from api.game.quests.needs import Needs
from api.game.quests.progress import held_sheet
from api.game.quests.quest import Quest, QuestBook

FOLDER = Path(__file__).parents[3] / "docs" / "game-rules"
QUESTS, BADGE_VECTORS, GOALS = (
    json.loads((FOLDER / f"{name}.json").read_text()) for name in ("quests", "badges", "goals")
)
RULES = QuestRules()
Vector = dict[str, Any]


def named(vectors: list[Vector]) -> Any:
    return pytest.mark.parametrize("vector", vectors, ids=[vector["name"] for vector in vectors])


def ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def deed_of(fields: dict[str, Any]) -> Deed:
    return msgspec.convert({"kind": "deed", "hour": 12, **fields, "day": ordinal(fields["day"])}, Deed)


def test_there_are_enough_vectors() -> None:
    assert len(QUESTS["draw"]) + len(QUESTS["progress"]) >= 20
    assert len(BADGE_VECTORS["vectors"]) >= 10
    assert sum(len(GOALS[part]) for part in ("daily", "rest", "returning", "catchUp", "load")) >= 25


@named(QUESTS["draw"])
def test_a_draw_holds(vector: Vector) -> None:
    needs = msgspec.convert({**vector["needs"], "day": ordinal(vector["needs"]["day"])}, Needs)
    drawn = {"day": msgspec.to_builtins(draw_day(needs, RULES)), "week": msgspec.to_builtins(draw_week(needs, RULES))}
    assert json.loads(json.dumps(drawn)) == vector["expected"], vector["why"]


@named(QUESTS["progress"])
def test_progress_of_quests_holds(vector: Vector) -> None:
    book, day = QuestBook(), ordinal(vector["day"])
    drawn = [msgspec.convert({"gems": 5, "id": str(n), **one}, Quest) for n, one in enumerate(vector["quests"])]
    quests.take(book, held_sheet("day", day, drawn))
    for fields in vector["deeds"]:
        deed = deed_of(fields)
        quests.enter(book, deed, deed.at)
        for fact in quests.advance(book, deed):
            quests.finish(book, fact.quest_id)
    (sheet,) = book.days
    assert [{"progress": held.progress, "done": held.done} for held in sheet.quests] == vector["expected"], vector[
        "why"
    ]


def test_the_catalogue_of_badges_is_published_as_it_is() -> None:
    assert json.loads(msgspec.json.encode(BADGES)) == BADGE_VECTORS["badges"]


@named(BADGE_VECTORS["vectors"])
def test_badges_hold(vector: Vector) -> None:
    tallies: dict[str, int] = dict(vector.get("before", {}))
    held: dict[str, int] = {}
    for fields in vector["deeds"]:
        deed = deed_of(fields)
        for _ in range(fields.get("times", 1)):
            note(tallies, deed)
            held.update({one.badge: one.tier for one in earned(held, tallies, watched(deed))})
    assert held == vector["expected"], vector["why"]


@named(GOALS["daily"])
def test_daily_goals_hold(vector: Vector) -> None:
    book = GoalBook()
    for goal in vector["goals"]:
        take_goal(book, GoalTaken(unit=goal["unit"], target=goal["target"], day=ordinal(goal["day"])))
    for fields in vector["deeds"]:
        for _ in range(fields.get("times", 1)):
            enter_deed(book, deed_of(fields))
    found = {date.fromordinal(done.day).isoformat(): done.met for done in book.days}
    assert found == vector["expected"], vector["why"]


@named(GOALS["rest"])
def test_rest_holds(vector: Vector) -> None:
    book, day = GoalBook(), ordinal("2026-03-02")
    if "goal" in vector:
        take_goal(book, GoalTaken(**vector["goal"], day=day, budget_minutes=vector.get("budgetMinutes", 0)))
    elif "budgetMinutes" in vector:
        take_goal(book, GoalTaken(unit="items", target=0, day=day, budget_minutes=vector["budgetMinutes"]))
    for _ in range(vector["answers"]):
        enter_deed(book, deed_of({"at": 1, "day": "2026-03-02", "seconds": vector["seconds"]}))
    lesson = vector.get("lesson", {"answered": 0, "right": 0})
    assert rest(book, day, minor=vector.get("minor", False), **lesson) == vector["expected"], vector["why"]


@named(GOALS["returning"])
def test_return_plans_hold(vector: Vector) -> None:
    book = GoalBook()
    for day, answers in vector["days"].items():
        for number in range(answers["answers"]):
            enter_deed(book, deed_of({"at": 1, "day": day, "due": number < answers.get("due", 0)}))
    plan = return_plan(book, ordinal(vector["today"]))
    found = plan and {"daysAway": plan.days_away, "cap": plan.cap, "leftToday": plan.left_today}
    assert found == vector["expected"], vector["why"]


@named(GOALS["catchUp"])
def test_catching_up_holds(vector: Vector) -> None:
    found = catch_up(vector["nDue"], vector["arrivals"], vector["cap"])
    assert {"soonest": found.soonest, "latest": found.latest} == vector["expected"], vector["why"]


@named(GOALS["load"])
def test_loads_hold(vector: Vector) -> None:
    scope = Scope(**{name: np.array(values, dtype=float) for name, values in vector["scope"].items()})
    found = msgspec.to_builtins(load(scope, vector["days"], vector["minutesPerDay"]))
    forecast, expected = found.pop("forecast"), dict(vector["expected"])
    assert forecast == pytest.approx(expected.pop("forecast"), abs=1e-9), vector["why"]
    assert found == expected, vector["why"]
