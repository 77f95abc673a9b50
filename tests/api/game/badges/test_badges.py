"""Badges: their data hold together, counters move as they say, and a tier is earned once."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.game.badges.catalogue import BADGES, BY_ID, WATCHING, Badge, BadgeCatalogueError, Tier, index, rarity_of
from api.game.badges.copy import COPY
from api.game.badges.earning import earned, tier_reached
from api.game.badges.tallies import note, note_goal, note_quest, watched
from api.game.deeds import Deed
from api.game.quests.quest import Quest, QuestKind

MONDAY = 739_313
SUMS = ("answers", "right", "reviews", "reviewsRight", "newSkills", "hardTried", "hardRight", "hardAlone", "alone")


def answer(at: int, **fields: Any) -> Deed:
    return Deed(**{"at": at, "day": MONDAY, "hour": 9, "skills": ("a",), "correct": True, "seconds": 9.0, **fields})


def counted(*deeds: Deed) -> dict[str, int]:
    tallies: dict[str, int] = {}
    for deed in deeds:
        note(tallies, deed)
    return tallies


def test_there_are_at_least_thirty_badges_and_words_for_each() -> None:
    assert len(BADGES) >= 30
    assert {f"badge.{badge.id}" for badge in BADGES} == set(COPY)


def test_every_counter_that_is_watched_can_be_moved() -> None:
    both = watched(answer(1, lesson_finished=True))
    assert set(WATCHING) <= set(both)


@pytest.mark.parametrize(
    ("share", "rarity"),
    [(1.0, "common"), (0.25, "common"), (0.2, "uncommon"), (0.08, "uncommon"), (0.05, "rare"), (0.001, "epic")],
)
def test_rarity_follows_from_the_share(share: float, rarity: str) -> None:
    assert rarity_of(share) == rarity


@pytest.mark.parametrize(
    ("badges", "said"),
    [
        ([Badge(id="a", watches="x", tiers=(Tier(1, 0.5),))] * 2, "two badges 'a'"),
        ([Badge(id="a", watches="x", tiers=())], "rise from 1"),
        ([Badge(id="a", watches="x", tiers=(Tier(0, 0.5),))], "rise from 1"),
        ([Badge(id="a", watches="x", tiers=(Tier(3, 0.5), Tier(2, 0.4)))], "rise from 1"),
        ([Badge(id="a", watches="x", tiers=(Tier(1, 0.2), Tier(2, 0.4)))], "must fall"),
        ([Badge(id="a", watches="x", tiers=(Tier(1, 1.2),))], "must fall"),
    ],
)
def test_badges_that_contradict_themselves_are_refused(badges: list[Badge], said: str) -> None:
    with pytest.raises(BadgeCatalogueError, match=said):
        index(badges)


def test_counters_move_as_they_say() -> None:
    tallies = counted(
        answer(1, new=True, hard=True),
        answer(2, correct=False, due=True),
        answer(3, due=True, hints=1, skills=("b",)),
        answer(4, rapid=True, correct=True),
        answer(5, answered=False, lesson_finished=True, lesson_perfect=True, streak_days=4, level=3),
    )
    expected = {
        "answers": 3,
        "right": 2,
        "nextTry": 1,
        "reviews": 2,
        "reviewsRight": 1,
        "newSkills": 1,
        "hardTried": 1,
        "hardRight": 1,
        "hardAlone": 1,
        "alone": 1,
        "helpedRight": 1,
        "thoughtful": 1,
        "lessons": 1,
        "perfectLessons": 1,
        "activeDays": 1,
        "activeWeeks": 1,
        "bestRun": 1,
        "bestStreak": 4,
        "level": 3,
        "reviewsInADay": 2,
        "skillsInADay": 2,
        "lessonsInADay": 1,
    }
    assert {name: count for name, count in tallies.items() if not name.startswith(".")} == expected


def test_days_weeks_and_comebacks_are_counted() -> None:
    days = (0, 1, 2, 7, 20)
    tallies = counted(*(answer(number, day=MONDAY + day) for number, day in enumerate(days)))
    assert [tallies[name] for name in ("activeDays", "activeWeeks", "comebacks")] == [5, 3, 1]


def test_counters_of_a_day_begin_anew_with_the_next() -> None:
    many = [answer(at, due=True, skills=(str(at),)) for at in range(4)]
    tallies = counted(*many, answer(9, day=MONDAY + 1, due=True))
    assert (tallies["reviewsInADay"], tallies["skillsInADay"]) == (4, 4)
    assert sum(name.startswith(".today.skill:") for name in tallies) == 1


def test_a_deed_that_comes_late_moves_no_run_and_no_day() -> None:
    tallies = counted(answer(100, day=MONDAY + 3), answer(50, day=MONDAY), answer(51, day=MONDAY))
    assert (tallies["answers"], tallies["bestRun"], tallies["activeDays"]) == (3, 1, 1)


@settings(max_examples=20)
@given(st.lists(st.booleans(), max_size=20), st.randoms(use_true_random=False))
def test_sums_do_not_mind_the_order(right: list[bool], rng: random.Random) -> None:
    deeds = [answer(at, correct=one, due=one, hard=not one) for at, one in enumerate(right)]
    shuffled = list(deeds)
    rng.shuffle(shuffled)
    one, other = counted(*deeds), counted(*shuffled)
    assert [one.get(name) for name in SUMS] == [other.get(name) for name in SUMS]


@pytest.mark.parametrize("kind", ["strengthenSkill", "startSkill", "reviewDue", "finishLesson"])
def test_quests_count_by_kind_and_full_days(kind: QuestKind) -> None:
    tallies: dict[str, int] = {}
    one = Quest(id="a", kind=kind, target=1, gems=5)
    note_quest(tallies, one, "day", [True, False, True])
    note_quest(tallies, one, "day", [True, True, True])
    note_quest(tallies, one, "week", [True, True])
    note_goal(tallies)
    name = f"quests{kind[0].upper()}{kind[1:]}"
    assert tallies == {"quests": 3, name: 3, "fullDays": 1, "weekQuests": 1, "goalDays": 1}


def test_a_tier_is_earned_once_and_several_at_once_if_need_be() -> None:
    deed = answer(1)
    first = earned({}, {"answers": 260}, watched(deed))
    assert [(one.badge, one.tier) for one in first] == [("firstStep", 1), ("practised", 1), ("practised", 2)]
    assert earned({"firstStep": 1, "practised": 2}, {"answers": 260}, watched(deed)) == ()
    assert earned({}, {}, watched(deed)) == ()


@settings(max_examples=20)
@given(st.sampled_from(sorted(BY_ID)), st.integers(0, 25_000))
def test_tiers_rise_with_the_count(badge: str, count: int) -> None:
    rule = BY_ID[badge]
    reached = tier_reached(rule, count)
    assert reached <= tier_reached(rule, count + 1)
    assert all(tier.threshold <= count for tier in rule.tiers[:reached])
