"""A learner's record is a fold of the journal: taken in at once, piece by piece or anew, it comes to the same."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.game.leagues.opening import rules_of_weeks
from api.game.leagues.record import MAX_WEEKS, Record, WeekRow, earn, take
from api.game.leagues.rules import LEAGUE_RULES, LeagueRules
from api.game.leagues.weeks import WEEK_MS, date_of, week_of
from api.game.rules import GameRules, RuleBook
from api.store.ports import Commit, CorruptStoreError, JournalEntry
from tests.api.game.leagues.world import HOUR_MS, MONDAY, age, cleared, flag, league_mode

WEEK = week_of(MONDAY)


def commit(seq: int, at: int, accepted_at: int, facts: dict[str, Any]) -> Commit:
    entries = tuple(
        JournalEntry(id=f"e{seq}.{n}", kind=kind, effective_at=at, body=msgspec.json.encode({"kind": kind, **body}))
        for n, (kind, body) in enumerate(facts.items())
    )
    return Commit(learner_id="ana", seq=seq, events=(), facts=entries, accepted_at=accepted_at)


def xp(amount: int) -> dict[str, Any]:
    return {"xpGranted": {"amount": amount, "reasons": ["correct"], "rulesVersion": 1}}


OTHER = {"answerGraded": {"anything": 1}}
what = st.one_of(
    st.integers(-5, 40).map(xp),
    st.just(OTHER),
    st.sampled_from(["", "on", "off", "pastSelf"]).map(league_mode),
    st.sampled_from(["", "under13", "under18", "adult"]).map(age),
    st.integers(MONDAY, MONDAY + WEEK_MS).map(flag),
    st.just(cleared()),
)
histories = st.lists(st.tuples(st.integers(-WEEK_MS, 3 * WEEK_MS), st.integers(0, 2 * WEEK_MS), what), max_size=25)


def commits_of(history: list[tuple[int, int, dict[str, Any]]]) -> list[Commit]:
    return [
        commit(seq, MONDAY + at, MONDAY + 3 * WEEK_MS + seq if late > WEEK_MS else MONDAY + at + late, facts)
        for seq, (at, late, facts) in enumerate(history, start=1)
    ]


@settings(max_examples=60)
@given(histories, st.integers(0, 25))
def test_a_record_that_was_kept_half_way_goes_on_to_the_same(history: list[Any], half: int) -> None:
    commits = commits_of(history)
    whole, first = Record(learner_id="ana"), Record(learner_id="ana")
    for each in commits:
        take(whole, each)
    for each in commits[:half]:
        take(first, each)
    kept = msgspec.json.decode(msgspec.json.encode(first), type=Record)
    for each in commits[half:]:
        take(kept, each)
    assert kept == whole


@settings(max_examples=60)
@given(histories)
def test_xp_of_a_week_is_the_sum_of_what_was_accepted_before_it_closed(history: list[Any]) -> None:
    commits, record = commits_of(history), Record(learner_id="ana")
    for each in commits:
        take(record, each)
    sums: dict[int, int] = {}
    for each in commits:
        for entry in each.facts:
            week = week_of(entry.effective_at)
            closes = MONDAY + (week - WEEK + 1) * WEEK_MS + 24 * HOUR_MS
            if entry.kind == "xpGranted" and each.accepted_at < closes:
                sums[week] = sums.get(week, 0) + msgspec.json.decode(entry.body)["amount"]
    assert {week: xp for week, xp in sums.items() if xp} == {week: xp for week, xp in record.xp_by_week() if xp}


def test_choices_count_by_when_they_were_made_not_by_when_they_arrived() -> None:
    record = Record(learner_id="ana")
    take(record, commit(1, MONDAY + 2, MONDAY + 2, league_mode("off")))
    take(record, commit(2, MONDAY + 1, MONDAY + 3, league_mode("on")))
    assert record.plays == "off"
    take(record, commit(3, MONDAY + 5, MONDAY + 5, age("under18")))
    take(record, commit(4, MONDAY + 4, MONDAY + 6, age("adult")))
    assert record.young


@pytest.mark.parametrize(
    ("group", "mode", "plays"),
    [
        ("", "", "on"),
        ("adult", "", "on"),
        ("under18", "", "off"),
        ("under13", "", "off"),
        ("under18", "on", "on"),
        ("adult", "off", "off"),
        ("", "pastSelf", "pastSelf"),
    ],
)
def test_leagues_are_on_unless_the_learner_is_young_or_says_otherwise(group: Any, mode: Any, plays: str) -> None:
    assert Record(learner_id="ana", age=group, mode=mode).plays == plays


def test_the_latest_weeks_are_kept() -> None:
    record = Record(learner_id="ana")
    for week in (*range(0, 100, 2), *range(1, 100, 2)):
        record.keep(WeekRow(week, 1))
    assert [row.week for row in record.weeks] == list(range(100 - MAX_WEEKS, 100))
    record.keep(WeekRow(3, 1))
    assert record.weeks[0].week == 100 - MAX_WEEKS
    assert record.week(3) == WeekRow(3)


def test_a_fact_that_cannot_be_read_is_named() -> None:
    broken = Commit(
        learner_id="ana",
        seq=4,
        events=(),
        facts=(JournalEntry(id="e.0", kind="xpGranted", effective_at=MONDAY, body=b"{}"),),
        accepted_at=MONDAY,
    )
    with pytest.raises(CorruptStoreError, match=r"entry e\.0 \(xpGranted\) of commit 4 of learner ana"):
        take(Record(learner_id="ana"), broken)


def test_the_rules_of_a_week_are_those_of_its_monday() -> None:
    later = LeagueRules(grace_hours=1)
    book = RuleBook(
        (GameRules(version=1, begins=date_of(0)), GameRules(version=2, begins=date_of(WEEK + 1), league=later))
    )
    rules = rules_of_weeks(book)
    assert (rules(WEEK), rules(WEEK + 1)) == (LEAGUE_RULES, later)
    record = Record(learner_id="ana")
    for start in (MONDAY, MONDAY + WEEK_MS):
        earn(record, 5, start, start + WEEK_MS + 2 * HOUR_MS, rules)
    assert record.xp_by_week() == [(WEEK, 5)]


def test_rules_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="promoted has a number for each of 9 tiers, not 1"):
        LeagueRules(promoted=(5,))
    with pytest.raises(ValueError, match="of a cohort of 20, 20 cannot move up and 7 down at once"):
        LeagueRules(cohort=20)
