"""The leagues on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from api.game.leagues.plays import Plays
from api.game.leagues.rules import Outcome
from api.wire import Instant, Wire

WeekName = Annotated[str, msgspec.Meta(description="An ISO 8601 week.", examples=["2026-W10"])]
Phase = Literal["off", "notYet", "closing", "ranked", "past"]


class LeagueTier(Wire, frozen=True, kw_only=True):
    """One of ten tiers: `place` counts from 1, the lowest, and `code` names it."""

    place: int
    code: str


class LeagueWeek(Wire, frozen=True, kw_only=True):
    """The week of a league, from Monday to Monday in UTC; what was done offline counts if it arrives before
    `closesAt`."""

    name: WeekName
    starts_at: Instant
    ends_at: Instant
    closes_at: Instant


class LeagueMember(Wire, frozen=True, kw_only=True, omit_defaults=True):
    """A member of your group.

    Attributes:
        name: what they chose to be called, or a pseudonym for the week.
        zone: what the place leads to, as it stands.
        you: whether it is you.
    """

    place: int
    name: str
    xp: int
    zone: Outcome
    you: bool = False


class OwnWeek(Wire, frozen=True, kw_only=True, omit_defaults=True):
    """A week of your own in the league of your past."""

    place: int
    week: WeekName
    xp: int
    current: bool = False


class PastWeek(Wire, frozen=True, kw_only=True):
    """A week that is over, as far as it is known.

    Attributes:
        tier: of the group you were in, null for none.
        place, size: in the group and of it, null until it has closed, and without a group.
        outcome: what it led to, null likewise.
    """

    week: WeekName
    xp: int
    tier: LeagueTier | None
    place: int | None
    size: int | None
    outcome: Outcome | None


class League(Wire, frozen=True, kw_only=True):
    """Your league this week.

    Attributes:
        mode: what you chose, or what holds at your age by itself; it is changed with the settings of the game.
        phase: `off`; `notYet`, before the first XP of the week; `ranked`; `closing`, on the day after a week in which
            you were ranked: that week is shown, and what you earn meanwhile counts for the next; `past`, the league of
            your own past.
        message: code of words for it.
        tier: yours, or that of the group shown.
        place, xp: yours in the week shown; place is null where you are not ranked.
        members: your group, the first first.
        promoted, demoted: so many places from the first on move up, and from the last back move down.
        under_review: whether your work is being checked; others do not see you meanwhile.
        own_weeks: the league of your own past.
        last_week: the last week that closed with you in a group.
    """

    mode: Plays
    phase: Phase
    message: str
    week: LeagueWeek
    tier: LeagueTier
    place: int | None
    xp: int
    members: tuple[LeagueMember, ...]
    promoted: int
    demoted: int
    under_review: bool
    own_weeks: tuple[OwnWeek, ...]
    last_week: PastWeek | None


class PastWeekPage(Wire, frozen=True, kw_only=True):
    """Past weeks with XP, the latest first."""

    items: tuple[PastWeek, ...]
    next_cursor: str | None


class LeaguePosition(Wire, frozen=True, kw_only=True):
    """Your place in the league: the data of an event named `league`, sent when it has changed."""

    week: WeekName
    tier: LeagueTier
    place: int
    zone: Outcome
