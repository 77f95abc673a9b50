"""Effective time: trust in a device's clock, and its limits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from api.learners.effective import MAX_AGE_MS, MAX_MARKS, DeviceClock, Mark, effective_time, skew, with_mark

NOW = 1_772_357_400_000
DAY = 86_400_000


def accept(
    clock: DeviceClock,
    client: int,
    sequence: int,
    now: int = NOW,
    sent: int | None = None,
    after: int | None = None,
    since: int = 0,
) -> tuple[int, DeviceClock]:
    measured = skew(now, client, sent)
    at = effective_time(client, sequence, now=now, skew_ms=measured, clock=clock, after=after, since=since)
    return at, with_mark(clock, Mark(sequence, client, at), now)


def test_a_right_clock_is_believed() -> None:
    assert accept(DeviceClock(), NOW - 5_000, 1)[0] == NOW - 5_000


def test_work_that_waited_keeps_its_time() -> None:
    assert accept(DeviceClock(), NOW - 3 * DAY, 1)[0] == NOW - 3 * DAY


def test_nothing_happens_in_the_future() -> None:
    assert accept(DeviceClock(), NOW + DAY, 1)[0] == NOW


def test_a_measured_skew_is_taken_off() -> None:
    fast = 3_600_000
    assert accept(DeviceClock(), NOW + fast - 7_000, 1, sent=NOW + fast)[0] == NOW - 7_000
    assert accept(DeviceClock(), NOW - fast - 7_000, 1, sent=NOW - fast)[0] == NOW - 7_000


def test_a_clock_that_was_turned_back_keeps_the_order() -> None:
    first, clock = accept(DeviceClock(), NOW - 1_000, 1)
    second, _ = accept(clock, NOW - 90_000, 2)
    assert second == first + 1


def test_a_straggler_goes_between_its_neighbours() -> None:
    first, clock = accept(DeviceClock(), NOW - 9_000, 1)
    third, clock = accept(clock, NOW - 3_000, 3)
    assert accept(clock, NOW - 5_000, 2)[0] == NOW - 5_000
    assert accept(clock, NOW - 1_000, 2)[0] == third - 1
    assert accept(clock, NOW - 99_000, 2)[0] == first + 1


def test_an_answer_comes_after_its_exercise() -> None:
    assert accept(DeviceClock(), NOW - 9_000, 1, after=NOW - 4_000)[0] == NOW - 3_999


def test_older_work_is_moved_up_and_keeps_its_spacing() -> None:
    floor = NOW - MAX_AGE_MS
    first, clock = accept(DeviceClock(), NOW - 90 * DAY, 1)
    assert first == floor
    clock = DeviceClock(clock.marks, NOW)
    second, clock = accept(clock, NOW - 90 * DAY + 60_000, 2)
    third, _ = accept(clock, NOW - 90 * DAY + 90_000, 3)
    assert (second - first, third - second) == (60_000, 30_000)


def test_work_from_before_the_learner_began_is_moved_up_and_keeps_its_spacing() -> None:
    since = NOW - 2 * DAY
    first, clock = accept(DeviceClock(), NOW - 20 * DAY, 1, since=since)
    assert first == since
    second, clock = accept(clock, NOW - 20 * DAY + 60_000, 2, since=since)
    third, _ = accept(clock, NOW - 20 * DAY + 90_000, 3)
    assert (second - first, third - second) == (60_000, 30_000)
    assert accept(DeviceClock(), NOW - DAY, 1, since=since)[0] == NOW - DAY


def test_a_low_number_brings_nothing_before_what_it_may_not_precede() -> None:
    issued, old = NOW, NOW - 10 * DAY
    clock = DeviceClock((Mark(1000, old, old),), old)
    for sequence in (1001, 5):
        at = effective_time(old - DAY, sequence, now=NOW + 9, skew_ms=0, clock=clock, after=old - 2 * DAY, since=issued)
        assert at == issued
    assert effective_time(old - DAY, 5, now=NOW, skew_ms=0, clock=clock, since=old) == old


marks = st.lists(
    st.tuples(st.integers(1, 200), st.integers(-50 * DAY, 0), st.integers(-50 * DAY, 0)),
    max_size=MAX_MARKS,
    unique_by=lambda mark: mark[0],
)


@given(marks, st.integers(1, 200), st.integers(-60 * DAY, DAY), st.integers(-60 * DAY, 0), st.integers(-60 * DAY, 0))
def test_whatever_is_remembered_nothing_lies_before_what_it_may_not_precede_and_the_rest_keeps_its_order(
    found: list[tuple[int, int, int]], sequence: int, client: int, since: int, after: int
) -> None:
    rising = zip(sorted(found), sorted(at for _, _, at in found), strict=True)
    known = tuple(Mark(number, NOW + at, NOW + effective) for (number, at, _), effective in rising)
    clock = DeviceClock(known, max((mark.effective_at for mark in known), default=0))
    earliest = max(NOW + since, NOW + after + 1)
    at = effective_time(NOW + client, sequence, now=NOW, skew_ms=0, clock=clock, after=NOW + after, since=NOW + since)
    assert min(earliest, NOW) <= at <= NOW
    assert all(mark.effective_at <= at for mark in known if mark.sequence < sequence)
    assert all(at <= mark.effective_at for mark in known if mark.sequence > sequence and mark.effective_at >= earliest)


def test_the_limit_counts_from_the_last_sync_so_that_a_long_absence_costs_nothing() -> None:
    clock = DeviceClock((Mark(1, NOW - 40 * DAY, NOW - 40 * DAY),), NOW - 40 * DAY)
    assert accept(clock, NOW - 39 * DAY, 2)[0] == NOW - 39 * DAY


@given(st.lists(st.tuples(st.integers(-100 * DAY, 100 * DAY), st.integers(1, MAX_MARKS)), min_size=1, max_size=40))
def test_times_rise_with_the_sequence_and_never_pass_now(events: list[tuple[int, int]]) -> None:
    clock, times = DeviceClock(), {}
    for arrival, (offset, sequence) in enumerate(events):
        if sequence in times:
            continue
        now = NOW + arrival * 100
        at, clock = accept(clock, NOW + offset, sequence, now=now)
        assert at <= now
        times[sequence] = at
    in_order = [times[sequence] for sequence in sorted(times)]
    assert in_order == sorted(in_order)


@given(st.permutations([Mark(n, NOW + 10 * n, NOW + 10 * n) for n in range(50)]))
def test_what_is_remembered_of_a_device_does_not_depend_on_the_order_of_arrival(marks: list[Mark]) -> None:
    clock = DeviceClock()
    for mark in marks:
        clock = with_mark(clock, mark, mark.effective_at)
    assert [mark.sequence for mark in clock.marks] == list(range(50 - MAX_MARKS, 50))
    assert clock.last_sync == NOW + 490
