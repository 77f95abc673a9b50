"""The leagues against their public vectors, and the properties no vector can show."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.game.leagues.matching import (
    COHORTS_PER_BUCKET,
    Bucket,
    Split,
    bucket_of,
    buckets_of,
    pace_of,
    split_of,
    zone_group,
)
from api.game.leagues.pseudonyms import pseudonym
from api.game.leagues.rules import TIERS, Outcome, closes_at, tier_after, zones
from api.game.leagues.standing import Row, Score, closed, outcome_of, own_past
from api.game.leagues.weeks import WEEK_MS, week_ends, week_name, week_named, week_of, week_starts

VECTORS = json.loads((Path(__file__).parents[4] / "docs" / "game-rules" / "leagues.json").read_text())


def vectors(kind: str) -> Any:
    found = VECTORS[kind]
    return pytest.mark.parametrize("vector", found, ids=[vector["name"] for vector in found])


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


@vectors("zones")
def test_a_vector_of_the_zones_holds(vector: dict[str, Any]) -> None:
    found = zones(vector["size"], vector["tier"], soft=vector["soft"])
    assert (found.up, found.down) == (vector["up"], vector["down"]), vector.get("why")


@vectors("closings")
def test_a_vector_of_a_closing_holds(vector: dict[str, Any]) -> None:
    scores = [Score(**score) for score in vector["scores"]]
    found = closed(reversed(scores), vector["tier"], soft=vector["soft"])
    assert found == closed(scores, vector["tier"], soft=vector["soft"])
    rows = [
        {"member": row.member, "place": row.place, "outcome": row.outcome} | ({"shadow": True} if row.shadow else {})
        for row in found
    ]
    assert rows == vector["expected"], vector["why"]


@vectors("weeks")
def test_a_vector_of_the_weeks_holds(vector: dict[str, Any]) -> None:
    week = week_of(ms(vector["at"]))
    assert (week_name(week), week_named(vector["week"])) == (vector["week"], week)
    assert (week_starts(week), week_ends(week)) == (ms(vector["starts"]), ms(vector["ends"]))
    assert closes_at(week_ends(week)) == ms(vector["closes"])


@vectors("paces")
def test_a_vector_of_the_pace_holds(vector: dict[str, Any]) -> None:
    assert pace_of(vector["weeks"], vector["week"]) == vector["pace"], vector.get("why")


@vectors("timeZones")
def test_a_vector_of_the_time_zones_holds(vector: dict[str, Any]) -> None:
    week = week_named(vector["week"])
    assert zone_group(vector["zone"], week, vector["groups"]) == vector["group"], vector.get("why")


@vectors("pasts")
def test_a_vector_of_the_own_past_holds(vector: dict[str, Any]) -> None:
    found = own_past(vector["weeks"], vector["current"])
    assert [[row.week, row.xp, row.place] for row in found] == vector["expected"]


@given(st.integers(0, 2_000 * WEEK_MS))
def test_every_instant_lies_in_one_week(at: int) -> None:
    week = week_of(at)
    assert week_starts(week) <= at < week_ends(week)
    assert week_named(week_name(week)) == week


def test_a_name_that_is_no_week_is_refused() -> None:
    with pytest.raises(ValueError, match="'2026-10' is not an ISO 8601 week"):
        week_named("2026-10")


def test_a_tier_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="a tier lies between 1 and 10, not 11"):
        zones(30, 11)


@given(st.integers(0, 60), st.integers(1, len(TIERS)), st.booleans())
def test_the_zones_of_any_cohort_do_not_meet(size: int, tier: int, soft: bool) -> None:
    zone = zones(size, tier, soft=soft)
    assert zone.up >= 0
    assert zone.down >= 0
    assert zone.up + zone.down <= size
    outcomes = Counter(zone.outcome(place) for place in range(1, size + 1))
    assert (outcomes["promoted"], outcomes["demoted"]) == (zone.up, zone.down)


scores_of_a_cohort = st.lists(
    st.builds(Score, member=st.uuids().map(str), xp=st.integers(-5, 50), at=st.integers(0, 9), shadow=st.booleans()),
    max_size=30,
    unique_by=lambda score: score.member,
)


@settings(max_examples=60)
@given(scores_of_a_cohort, st.integers(1, 10), st.booleans(), st.randoms())
def test_a_closing_ranks_everybody_once_and_whoever_is_in_the_shadow_changes_nothing_for_others(
    scores: list[Score], tier: int, soft: bool, random: Any
) -> None:
    rows = closed(scores, tier, soft=soft)
    assert sorted(row.member for row in rows) == sorted(score.member for score in scores)
    lit = [row for row in rows if not row.shadow]
    assert [row.place for row in lit] == list(range(1, len(lit) + 1))
    assert lit == list(closed([score for score in scores if not score.shadow], tier, soft=soft))
    assert not any(row.outcome == "demoted" for row in rows if row.shadow or soft or tier == 1)
    shuffled = scores[:]
    random.shuffle(shuffled)
    assert closed(shuffled, tier, soft=soft) == rows


@pytest.mark.parametrize(
    ("outcome", "shadow", "cleared", "expected"),
    [
        ("promoted", False, False, "promoted"),
        ("demoted", False, True, "demoted"),
        ("promoted", True, False, "stays"),
        ("promoted", True, True, "promoted"),
    ],
)
def test_what_was_won_in_the_shadow_counts_once_the_flag_is_cleared(
    outcome: Outcome, shadow: bool, cleared: bool, expected: str
) -> None:
    assert outcome_of(Row("a", 5, 1, outcome, shadow), cleared=cleared) == expected


def test_tiers_end_at_both_ends() -> None:
    assert (tier_after(1, "demoted"), tier_after(10, "promoted"), tier_after(4, "stays")) == (1, 10, 4)
    assert (tier_after(4, "promoted"), tier_after(4, "demoted")) == (5, 3)


@given(st.integers(0, 10_000), st.lists(st.integers(0, 300), max_size=50))
def test_a_tier_is_split_only_as_far_as_cohorts_fill(size: int, paces: list[int]) -> None:
    split = split_of(size, paces)
    n_buckets = split.n_zones * (len(split.cuts) + 1)
    assert n_buckets == 1 or n_buckets * 30 * COHORTS_PER_BUCKET <= size
    assert list(split.cuts) == sorted(set(split.cuts))


def test_a_learner_meets_their_own_pace_zone_and_age() -> None:
    split = Split(n_zones=8, cuts=(20, 60))
    week = week_named("2026-W10")
    slow = bucket_of(week, 3, split, young=False, zone="Europe/Madrid", pace=19)
    assert slow == Bucket(week, 3, False, 0, 0)
    assert bucket_of(week, 3, split, young=False, zone="Asia/Tokyo", pace=60) == Bucket(week, 3, False, 3, 2)
    assert bucket_of(week, 3, split, young=True, zone="Europe/Madrid", pace=19) != slow
    every = buckets_of(week, 3, split, young=False)
    assert len({bucket.id for bucket in every}) == 24
    assert slow in every


def test_pseudonyms_are_stable_and_differ() -> None:
    names = {pseudonym(f"handle-{n}") for n in range(500)}
    assert len(names) > 490
    assert pseudonym("handle-1") == pseudonym("handle-1")
