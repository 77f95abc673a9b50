"""Which snapshots are kept, as a rule on days."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from api.store.retention import DAILY_DAYS, MS_PER_DAY, day_of, expired_days

DAYS = st.lists(st.integers(min_value=0, max_value=40_000), max_size=60)


def day(text: str) -> int:
    return (datetime.date.fromisoformat(text) - datetime.date(1970, 1, 1)).days


def test_days_are_counted_from_the_epoch_also_before_it() -> None:
    assert [day_of(at) for at in (-1, 0, MS_PER_DAY - 1, MS_PER_DAY)] == [-1, 0, 0, 1]


def test_of_older_months_the_last_day_is_kept() -> None:
    days = [day(t) for t in ("2025-01-10", "2025-01-31", "2025-02-01", "2025-02-03", "2025-03-31", "2025-04-01")]
    assert expired_days(days) == [day("2025-01-10"), day("2025-02-01")]


def test_thirty_one_days_are_kept_daily() -> None:
    assert expired_days(range(day("2025-03-01"), day("2025-04-01"))) == []
    assert expired_days(range(day("2025-03-01"), day("2025-04-03"))) == [day("2025-03-01")]


@given(DAYS)
def test_the_newest_month_of_days_and_one_of_every_month_stay(days: list[int]) -> None:
    gone = set(expired_days(days))
    assert gone <= set(days)
    assert not any(max(days) - old < DAILY_DAYS for old in gone)
    months = {datetime.date.fromordinal(719_163 + d).strftime("%Y-%m") for d in days}
    assert months == {datetime.date.fromordinal(719_163 + d).strftime("%Y-%m") for d in set(days) - gone}


@given(DAYS)
def test_pruning_twice_is_pruning_once(days: list[int]) -> None:
    assert expired_days(set(days) - set(expired_days(days))) == []
