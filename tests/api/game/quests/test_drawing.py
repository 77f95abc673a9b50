"""Which quests are drawn: the same for everybody who asks, helpful, feasible, and without pressure for the young."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.game.quests.drawing import QuestRules, draw_day, draw_other, draw_week
from api.game.quests.needs import NamedSkill, Needs
from api.game.quests.progress import held_sheet
from api.game.quests.quest import week_of

RULES = QuestRules()
MONDAY = 739_313
A, B, C = (NamedSkill(id=name, title=name.upper()) for name in "abc")
skills = st.lists(st.sampled_from([A, B, C]), max_size=3, unique_by=lambda one: one.id).map(tuple)
needs = st.builds(
    Needs,
    learner_id=st.uuids().map(str),
    day=st.integers(MONDAY, MONDAY + 400),
    n_due=st.integers(0, 300),
    weakest=skills,
    next_new=skills,
    n_practised=st.integers(0, 40),
    success=st.floats(0, 1),
    usual_answers=st.integers(0, 200),
    usual_days=st.floats(0, 7),
    days_away=st.integers(0, 60),
    hard=st.booleans(),
    minor=st.booleans(),
    boosted=st.booleans(),
)


def test_monday_begins_the_week() -> None:
    assert week_of(MONDAY) == MONDAY
    assert week_of(MONDAY + 6) == MONDAY
    assert week_of(MONDAY + 7) == MONDAY + 7


@settings(max_examples=30)
@given(needs)
def test_the_same_learner_and_day_give_the_same_quests(one: Needs) -> None:
    again = msgspec.convert(msgspec.to_builtins(one), Needs)
    assert draw_day(one, RULES) == draw_day(again, RULES)
    assert draw_week(one, RULES) == draw_week(again, RULES)


@settings(max_examples=30)
@given(needs)
def test_a_day_has_two_or_three_quests_of_different_kinds_that_can_be_done(one: Needs) -> None:
    drawn = draw_day(one, RULES)
    assert 2 <= len(drawn) <= 3
    assert len({quest.kind for quest in drawn}) == len(drawn) == len({quest.id for quest in drawn})
    for quest in drawn:
        assert 1 <= quest.target <= 15
        assert quest.gems == RULES.gems_daily * (RULES.boost if one.boosted else 1)
        if quest.kind == "reviewDue":
            assert quest.target <= one.n_due
        if quest.kind in ("strengthenSkill", "startSkill"):
            assert quest.skill in {skill.id for skill in (*one.weakest, *one.next_new)}
        if quest.kind == "visitSkills":
            assert quest.target <= one.n_practised


@settings(max_examples=30)
@given(needs)
def test_a_week_asks_for_what_fits_its_days(one: Needs) -> None:
    left = week_of(one.day) + 7 - one.day
    drawn = draw_week(one, RULES)
    assert len(drawn) == 2
    for quest in drawn:
        assert quest.gems == RULES.gems_weekly
        if quest.kind in ("learnOnDays", "finishLesson"):
            assert quest.target <= left
        if quest.kind == "reviewDue":
            assert quest.target <= one.n_due


@pytest.mark.parametrize(("left", "days"), [(7, 3), (4, 3), (3, 3), (2, 2), (1, 1)])
def test_a_newcomers_week_asks_for_several_days_and_for_no_more_than_are_left(left: int, days: int) -> None:
    for number in range(30):
        new = Needs(learner_id=str(number), day=MONDAY + 7 - left, next_new=(A,))
        for quest in draw_week(new, RULES):
            if quest.kind in ("learnOnDays", "finishLesson"):
                assert quest.target == days
            if quest.kind == "answerRight":
                assert quest.target == 5 * days


@settings(max_examples=30)
@given(needs)
def test_under_18_nothing_asks_for_perfection_or_for_days(one: Needs) -> None:
    young = msgspec.structs.replace(one, minor=True)
    kinds = {quest.kind for quest in (*draw_day(young, RULES), *draw_week(young, RULES))}
    assert not kinds & {"perfectLesson", "learnOnDays"}


def test_whoever_was_away_is_asked_to_come_back() -> None:
    for day in range(30):
        one = Needs(learner_id="a", day=MONDAY + day, n_due=80, weakest=(A,), days_away=20, n_practised=9)
        drawn = draw_day(one, RULES)
        assert "comeBack" in {quest.kind for quest in drawn}
        assert all(quest.target <= 8 for quest in drawn)


def test_what_helps_more_is_drawn_more_often() -> None:
    seen = Counter(
        quest.kind
        for number in range(600)
        for quest in draw_day(
            Needs(learner_id=str(number), day=MONDAY, n_due=12, weakest=(A,), next_new=(B,), n_practised=8), RULES
        )
    )
    assert seen["reviewDue"] > 450
    assert seen["strengthenSkill"] > seen["finishLesson"]
    assert seen["startSkill"] > seen["answerRight"]


def test_the_weakest_skill_is_the_likeliest() -> None:
    seen = Counter(
        quest.skill
        for number in range(600)
        for quest in draw_day(Needs(learner_id=str(number), day=MONDAY, weakest=(A, B, C), n_practised=8), RULES)
        if quest.kind == "strengthenSkill"
    )
    assert seen["a"] > seen["b"] > seen["c"] > 0


@settings(max_examples=30)
@given(needs)
def test_a_quest_is_replaced_by_one_that_asks_for_something_else(one: Needs) -> None:
    sheet = held_sheet("day", one.day, draw_day(one, RULES))
    other = draw_other(one, sheet)
    assert other is not None
    assert (other.kind, other.skill) not in {(held.quest.kind, held.quest.skill) for held in sheet.quests}
    assert other.id not in {held.quest.id for held in sheet.quests}


@pytest.mark.parametrize("n", [1, 4])
def test_rules_say_how_many_there_are(n: int) -> None:
    one = Needs(learner_id="a", day=MONDAY, n_due=5, weakest=(A,), next_new=(B,), n_practised=8)
    assert len(draw_day(one, QuestRules(n_daily=n))) == n


def test_a_boosted_day_brings_more_for_a_replacement_too() -> None:
    one = Needs(learner_id="a", day=MONDAY, n_due=5, weakest=(A,), next_new=(B,), n_practised=8, boosted=True)
    other = draw_other(one, held_sheet("day", MONDAY, draw_day(one, RULES)))
    assert other is not None
    assert other.gems == RULES.boost * RULES.gems_daily
    assert all(quest.gems == RULES.gems_weekly for quest in draw_week(one, RULES))
