"""Who is matched with whom: learners of one tier and age profile, of about the same pace and hours of the day.

How finely they are told apart follows from how many there are: a bucket is expected to fill four cohorts at least, so
that a small school meets in one cohort and a large city among equals.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from api.game.calendar import zone_info
from api.game.leagues.rules import LEAGUE_RULES, LeagueRules
from api.game.leagues.weeks import week_name, week_starts

COHORTS_PER_BUCKET = 4
LADDER = ((1, 1), (1, 2), (2, 2), (2, 3), (3, 3), (3, 4), (4, 4), (4, 6), (6, 6), (8, 6), (8, 8))
"""Zone groups and bands of pace, from the coarsest."""
HOURS = 24


class Split(msgspec.Struct, frozen=True, gc=False):
    """Zone groups of a tier, and the XP a week at which its bands of pace begin, but the first."""

    n_zones: int = 1
    cuts: tuple[int, ...] = ()


class Bucket(msgspec.Struct, frozen=True, gc=False):
    """Who may meet in a cohort. `young` learners (under 18) meet only each other."""

    week: int
    tier: int
    young: bool
    zone: int = 0
    band: int = 0

    @property
    def id(self) -> str:
        """Its name; those of a week stand together."""
        who = "young" if self.young else "all"
        return f"{week_name(self.week)}:{who}:{self.tier:02d}:{self.zone}:{self.band}"


def pace_of(weeks: Iterable[tuple[int, int]], week: int, rules: LeagueRules = LEAGUE_RULES) -> int:
    """A learner's XP in a usual recent week: the mean of those of the last four weeks in which there was any."""
    recent = [xp for number, xp in weeks if week - rules.pace_weeks <= number < week and xp > 0]
    return round(sum(recent) / len(recent)) if recent else 0


def zone_group(zone: str, week: int, n_zones: int) -> int:
    """The group of a time zone by its offset as the week begins, modulo a day: who is awake at the same hours.

    Raises ZoneError if there is no such zone.
    """
    start = datetime.fromtimestamp(week_starts(week) / 1000, UTC)
    offset = start.astimezone(zone_info(zone)).utcoffset()
    hours = (offset.total_seconds() / 3600 if offset else 0.0) % HOURS
    return int(hours * n_zones / HOURS)


def bucket_of(week: int, tier: int, split: Split, *, young: bool, zone: str, pace: int) -> Bucket:
    """Where a learner belongs."""
    return Bucket(week, tier, young, zone_group(zone, week, split.n_zones), bisect_right(split.cuts, pace))


def split_of(size: int, paces: Sequence[int], seats: int = LEAGUE_RULES.cohort) -> Split:
    """How finely to tell apart the learners of a tier in cohorts of so many seats, given how many there were last week
    and the paces of some.

    Bands begin at quantiles of the paces; where many have the same pace there are fewer bands.
    """
    room = size // (seats * COHORTS_PER_BUCKET)
    n_zones, n_bands = max((step for step in LADDER if step[0] * step[1] <= room), default=LADDER[0], key=_fineness)
    ordered = sorted(paces)
    cuts = {ordered[len(ordered) * band // n_bands] for band in range(1, n_bands)} if ordered else set()
    return Split(n_zones, tuple(sorted(cut for cut in cuts if cut > ordered[0])))


def _fineness(step: tuple[int, int]) -> int:
    return step[0] * step[1]


def buckets_of(week: int, tier: int, split: Split, *, young: bool) -> tuple[Bucket, ...]:
    """All buckets of a tier."""
    return tuple(
        Bucket(week, tier, young, zone, band) for zone in range(split.n_zones) for band in range(len(split.cuts) + 1)
    )
