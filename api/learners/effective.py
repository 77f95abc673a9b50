"""Effective time: when the server takes an event to have happened, assigned once, at acceptance.

Devices queue work, set their clocks wrong and turn them back. The rules keep the order and the spacing the device saw
and never trust it further than that:

- the device's clock is corrected by its skew, measured if the request says when it was sent;
- times lie after whatever the event refers to, and rise with the device's sequence numbers, by a millisecond at least
  (stragglers that find no room between their neighbours share one);
- nothing happened later than now;
- nothing happened more than 30 days before the device's last sync, nor before the learner's first event was accepted,
  nor in a bundle before it was issued: older work keeps its spacing and is moved up. A number says nothing against
  that: a straggler numbered below what lies earlier is placed as if that were not there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

MAX_AGE_MS = 30 * 86_400_000
"""How long before its last sync a device's work may lie."""

MAX_MARKS = 32
"""How many of a device's latest events are kept to place stragglers between them."""


class Mark(msgspec.Struct, frozen=True, array_like=True, order=True, gc=False):
    """One event of a device: its number there, its time there, its effective time (ms)."""

    sequence: int
    client_time: int
    effective_at: int


class DeviceClock(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is remembered of a device: its latest events by sequence, when it last spoke (ms), and how many came of it.

    It does not depend on the order in which events arrived.
    """

    marks: tuple[Mark, ...] = ()
    last_sync: int = 0
    n_events: int = 0


def with_mark(clock: DeviceClock, mark: Mark, accepted_at: int) -> DeviceClock:
    """The clock after one more event."""
    marks = clock.marks
    if not marks or mark > marks[-1]:
        kept = (*marks, mark)
    elif mark in marks:
        kept = marks
    else:
        kept = tuple(sorted((*marks, mark)))
    return DeviceClock(kept[-MAX_MARKS:], max(clock.last_sync, accepted_at), clock.n_events + 1)


def skew(now: int, latest_client_time: int, sent_at: int | None) -> int:
    """Milliseconds to add to the device's clock.

    With `sent_at`, the device's clock as it sent the request, the difference to `now`. Without it, work may have waited
    for any time, so a clock that is behind is believed, and one that is ahead is set back as a whole.
    """
    if sent_at is not None:
        return now - sent_at
    return min(0, now - latest_client_time)


class Acceptance(NamedTuple):
    """How the events of a device in one request are placed in time.

    Attributes:
        now: time of acceptance (ms), later than all effective times given out before.
        skew_ms: correction of the device's clock.
        last_sync: when the device spoke before this request (ms); 0 if never.
        begun_at: when the learner's first event happened (ms), now if there is none yet.
        backdating_ms: how long before what it may not precede simulated work may lie all the same.
    """

    now: int
    skew_ms: int
    last_sync: int
    begun_at: int = 0
    backdating_ms: int = 0


def acceptance(
    clock: DeviceClock, client_times: Sequence[int], *, earliest: int, now: int, sent_at: int | None
) -> Acceptance:
    """How events are placed that a device sent together.

    Args:
        clock: what is remembered of the device.
        client_times: the device's clock at each event (ms), at least one.
        earliest: what the time of acceptance must lie after (ms).
        now: the server's clock (ms).
        sent_at: the device's clock as it sent them (ms), if it said so.
    """
    latest = max(client_times)
    accepted = max(now, earliest + len(client_times))
    measured = skew(now, latest, sent_at)
    return Acceptance(accepted, measured + min(0, accepted - latest - measured), clock.last_sync)


def effective_time(
    client_time: int,
    sequence: int,
    *,
    now: int,
    skew_ms: int,
    clock: DeviceClock,
    after: int | None = None,
    since: int = 0,
) -> int:
    """When an event happened, in milliseconds since the epoch.

    Args:
        client_time: the device's clock at the event (ms).
        sequence: its number on the device.
        now: time of acceptance (ms), later than all effective times given out before.
        skew_ms: correction of the device's clock.
        clock: what is remembered of the device.
        after: effective time of what the event refers to (ms), if anything.
        since: what it may not precede (ms).
    """
    marks = clock.marks
    is_latest = bool(marks) and marks[-1].sequence < sequence
    place = len(marks) if is_latest else bisect_left(marks, sequence, key=lambda mark: mark.sequence)
    before = marks[place - 1] if place else None
    earliest = since if after is None else max(since, after + 1)
    following = next((mark for mark in marks[place:] if mark.effective_at >= earliest), None)
    time = client_time + skew_ms
    floor = max((clock.last_sync or now) - MAX_AGE_MS, since)
    if before is not None and time < max(floor, before.effective_at + 1):
        time = before.effective_at + max(1, client_time - before.client_time)
    time = max(time, floor, earliest)
    if following is not None and time >= following.effective_at:
        room = before is None or following.effective_at - before.effective_at > 1
        time = max(earliest, following.effective_at - 1 if room else following.effective_at)
    return min(time, now)
