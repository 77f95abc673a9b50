"""When the next word goes out: a pure function of where a learner stands. Vectors: docs/game-rules/notifications.json.

- Nothing that was not switched on; nothing in quiet hours, in every zone the learner may be in.
- A reminder comes 23.5 hours after the last practice, later if that is quiet, and at most once on a local date. After
  four that were not answered by practice there is none until the learner practises again.
- All kinds together keep the learner's own limits, a local day and seven days.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from api.notifications.preferences import Kind
from api.notifications.quiet import Hours, Quiet, hours_of, local_date, next_date, next_free

MINUTE_MS = 60_000
DAY_MS, WEEK_MS = 86_400_000, 7 * 86_400_000
RETURN_MS = 23 * 3_600_000 + 1_800_000
MAX_UNANSWERED = 4
MAX_STEPS = 64
NUDGES: tuple[Kind, ...] = ("reminder", "reviewDue")
"""What calls back to practice; of these there is one a day."""

Action = Literal["send", "wait", "none"]


class Sent(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Something that was sent, or is going to be at that instant (ms)."""

    at: int
    kind: Kind


class Standing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where a learner stands.

    Attributes:
        now: milliseconds since the epoch, UTC.
        zones: where the learner may be, the first counts for dates; quiet hours hold in all.
        quiet: the learner's own quiet hours.
        under_18: whether those of under-18s hold too.
        max_per_day, max_per_week: messages of all kinds.
        sent: of the last eight days.
        last_practice_at: of the last graded answer or finished lesson (ms); 0 for none yet.
        unanswered: reminders since, without any practice.
    """

    now: int
    zones: tuple[str, ...]
    quiet: Quiet
    under_18: bool = False
    max_per_day: int = 2
    max_per_week: int = 7
    sent: tuple[Sent, ...] = ()
    last_practice_at: int = 0
    unanswered: int = 0

    @property
    def hours(self) -> tuple[Hours, ...]:
        """All quiet hours in force."""
        return hours_of(self.quiet, self.zones, under_18=self.under_18)


class Plan(msgspec.Struct, frozen=True, gc=False):
    """What to do: send now, wait until `at` (ms), or nothing; and why."""

    action: Action
    at: int
    why: str


def plan(standing: Standing, *, wanted: bool = True) -> Plan:
    """The next reminder. `wanted` says whether any reminder is switched on."""
    if not wanted:
        return Plan("none", 0, "notWanted")
    if not standing.last_practice_at:
        return Plan("none", 0, "neverPractised")
    if standing.unanswered >= MAX_UNANSWERED:
        return Plan("none", 0, "unanswered")
    earliest, why = standing.last_practice_at + RETURN_MS, "return"
    last = max((sent.at for sent in standing.sent if sent.kind in NUDGES), default=None)
    if last is not None:
        later = max(last + DAY_MS, next_date(last, standing.zones[0]))
        if later > earliest:
            earliest, why = later, "oneADay"
    return plan_at(standing, earliest, why)


def plan_at(standing: Standing, earliest: int, why: str) -> Plan:
    """The first moment from `earliest` (ms) on that is neither quiet nor over the limits."""
    at = max(earliest, standing.now)
    for _ in range(MAX_STEPS):
        moved, reason = _moved(standing, at)
        if moved is None:
            return Plan("none", 0, reason)
        if moved == at:
            return Plan("send" if at <= standing.now else "wait", at, why)
        at, why = moved, reason
    return Plan("none", 0, "limits")


def _moved(standing: Standing, at: int) -> tuple[int | None, str]:
    free = next_free(at, standing.hours)
    if free != at:
        return free, "quiet"
    zone = standing.zones[0]
    today = local_date(at, zone)
    if count_on(standing.sent, zone, at) >= standing.max_per_day:
        following = next_date(at, zone)
        return (following, "perDay") if local_date(following, zone) != today else (None, "limits")
    week = sorted(sent.at for sent in standing.sent if at - WEEK_MS < sent.at <= at)
    if len(week) >= standing.max_per_week:
        return week[len(week) - standing.max_per_week] + WEEK_MS, "perWeek"
    return at, ""


def count_on(sent: Sequence[Sent], zone: str, at: int) -> int:
    """How many were sent on the local date of an instant (ms)."""
    today = local_date(at, zone)
    return sum(local_date(each.at, zone) == today for each in sent)
