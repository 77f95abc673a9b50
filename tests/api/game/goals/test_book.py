"""Daily goals, returning and resting, by hand and by property."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.game.deeds import Deed
from api.game.facts import GoalTaken
from api.game.goals.book import (
    KEPT_DAYS,
    DayDone,
    GoalBook,
    Unit,
    done_on,
    enter_deed,
    goal_on,
    review_cap,
    take_goal,
    usual_days,
    usual_items,
)
from api.game.goals.resting import rest
from api.game.goals.returning import CatchUp, catch_up, days_away, return_plan, reviews_left

DAY = 739_313


def deed(day: int = DAY, **fields: Any) -> Deed:
    return Deed(**{"at": day * 86_400_000, "day": day, "hour": 9, "skills": ("a",), **fields})


def book_of(*days: int, items: int = 10) -> GoalBook:
    book = GoalBook()
    for day in days:
        for _ in range(items):
            enter_deed(book, deed(day, seconds=30.0, xp=2))
    return book


@pytest.mark.parametrize(("unit", "target", "needed"), [("items", 4, 4), ("minutes", 2, 4), ("xp", 8, 4)])
def test_a_goal_is_reached_once_in_its_own_unit(unit: Unit, target: int, needed: int) -> None:
    book = GoalBook()
    take_goal(book, GoalTaken(unit=unit, target=target, day=DAY))
    met = [enter_deed(book, deed(seconds=30.0, xp=2)) for _ in range(needed + 2)]
    assert met.index(True) == needed - 1
    assert sum(met) == 1


def test_old_days_keep_the_goal_they_had() -> None:
    book = GoalBook()
    take_goal(book, GoalTaken(unit="items", target=5, day=DAY))
    take_goal(book, GoalTaken(unit="xp", target=30, day=DAY + 3))
    take_goal(book, GoalTaken(unit="minutes", target=7, day=DAY + 3, budget_minutes=20))
    take_goal(book, GoalTaken(unit="items", target=0, day=DAY + 6))
    found = [goal_on(book, DAY + day) for day in (-1, 0, 2, 3, 5, 6)]
    assert [goal and (goal.unit, goal.target) for goal in found] == [
        None,
        ("items", 5),
        ("items", 5),
        ("minutes", 7),
        ("minutes", 7),
        None,
    ]


def test_a_phone_put_away_is_not_minutes() -> None:
    book = book_of()
    enter_deed(book, deed(seconds=7200.0))
    assert done_on(book, DAY).amount("minutes") == 5


def test_a_late_deed_counts_on_its_own_day() -> None:
    book = book_of(DAY, DAY + 2)
    enter_deed(book, deed(DAY + 1, xp=3))
    enter_deed(book, deed(DAY, xp=3))
    assert [(one.day, one.items) for one in book.days] == [(DAY, 11), (DAY + 1, 1), (DAY + 2, 10)]


def test_what_is_kept_is_bounded() -> None:
    book = book_of(*range(DAY, DAY + 100), items=1)
    assert len(book.days) == KEPT_DAYS
    assert enter_deed(book, deed(DAY)) is False
    for day in range(100):
        take_goal(book, GoalTaken(unit="items", target=1 + day, day=DAY + day))
    assert len(book.since) == KEPT_DAYS


def test_the_usual_is_the_median_and_the_last_four_weeks() -> None:
    book = GoalBook(days=[DayDone(DAY - n, items=n) for n in (40, 9, 5, 3)][::1])
    assert usual_items(book) == 7
    assert usual_days(book, DAY) == 0.75
    assert usual_items(GoalBook()) == 0


@settings(max_examples=30)
@given(st.permutations([deed(DAY + n % 3, xp=n, seconds=float(n), due=n % 2 == 0) for n in range(9)]))
def test_any_order_of_deeds_gives_the_same_days(played: list[Deed]) -> None:
    book, other = GoalBook(), GoalBook()
    enter_deed(book, deed(DAY)), enter_deed(other, deed(DAY))
    for one in played:
        enter_deed(book, one)
    for one in sorted(played, key=lambda one: one.day):
        enter_deed(other, one)
    assert book.days == other.days


def test_nobody_who_practised_lately_has_a_return_plan() -> None:
    assert return_plan(GoalBook(), DAY) is None
    assert return_plan(book_of(DAY), DAY + 4) is None
    assert reviews_left(book_of(DAY, DAY + 5), DAY + 5) is None


def test_a_return_plan_holds_from_the_first_day_back_for_two_weeks() -> None:
    book = book_of(DAY, items=24)
    before = return_plan(book, DAY + 30)
    assert before is not None
    assert (before.days_away, before.cap, before.left_today) == (29, 12, 12)
    for _ in range(5):
        enter_deed(book, deed(DAY + 30, due=True))
    during = return_plan(book, DAY + 30)
    assert during is not None
    assert (during.day, during.days_away, during.cap, during.left_today) == (DAY + 30, 29, 12, 7)
    assert reviews_left(book, DAY + 31) == 12
    assert reviews_left(book, DAY + 44) is None


def test_days_away_are_whole_days_between() -> None:
    assert [days_away(book_of(DAY), DAY + n) for n in (0, 1, 2, 9)] == [0, 0, 1, 8]


@pytest.mark.parametrize(("usual", "cap"), [(0, 5), (9, 5), (24, 12), (200, 20)])
def test_a_day_back_is_half_an_ordinary_day_of_reviews(usual: int, cap: int) -> None:
    assert review_cap(usual) == cap


def test_catching_up_is_forecast_by_hand() -> None:
    assert catch_up(8, (), 10) == CatchUp(soonest=0, latest=0)
    assert catch_up(30, (0, 0, 0), 10) == CatchUp(soonest=2, latest=2)
    assert catch_up(30, (5, 5), 10) == CatchUp(soonest=3, latest=3)
    assert catch_up(100, (), 10) == CatchUp(soonest=9, latest=None)
    assert catch_up(100, (20,) * 60, 10).soonest is None


@settings(max_examples=40)
@given(st.integers(0, 400), st.lists(st.integers(0, 9), max_size=30), st.integers(1, 20))
def test_the_cautious_forecast_is_never_the_sooner(n_due: int, arrivals: list[int], cap: int) -> None:
    found = catch_up(n_due, arrivals, cap)
    assert found.latest is None or (found.soonest is not None and found.soonest <= found.latest)


def test_rest_is_suggested_after_a_good_lesson_or_when_the_own_budget_is_used() -> None:
    book = book_of(DAY)
    assert rest(book, DAY, minor=False) is None
    assert rest(book, DAY, minor=False, answered=10, right=7) is None
    assert rest(book, DAY, minor=False, answered=4, right=4) is None
    assert rest(book, DAY, minor=False, answered=10, right=8) == "rest.goodLesson"
    book.days[-1].met = True
    book.since = []
    assert rest(book, DAY, minor=False, answered=10, right=8) == "rest.goodLesson"
    take_goal(book, GoalTaken(unit="items", target=5, day=DAY, budget_minutes=5))
    assert rest(book, DAY, minor=False, answered=10, right=8) == "rest.budget"
    book.budget_minutes = 6
    assert rest(book, DAY, minor=False, answered=10, right=8) == "rest.goalMet"


def test_a_long_day_of_a_child_is_enough() -> None:
    book = book_of(DAY, items=130)
    assert rest(book, DAY, minor=True) == "rest.longDay"
    assert rest(book, DAY, minor=False) is None
