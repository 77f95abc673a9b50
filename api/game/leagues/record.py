"""What is kept of a learner in the leagues: XP by week, their seat, and what they chose. A fold of the journal.

`take` adds one commit after another, in the order of the journal, and `seq` says how far it has come: so a record that
is behind is brought up to date by the commits after it, and one that is lost is made again from all of them. Only seat,
tier and past outcomes are not in the journal.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Any, Literal

import msgspec

from api.game.facts import (
    MINORS,
    AgeGroup,
    FlagAppealTaken,
    FlagRaised,
    FlagSettled,
    GameSettingsTaken,
    LeagueMode,
    ProfileTaken,
)
from api.game.fairplay.flags import Flag
from api.game.fairplay.flags import enter as enter_flag
from api.game.leagues.plays import Plays, plays
from api.game.leagues.rules import Outcome, RulesOf, closes_at, shipped_rules
from api.game.leagues.weeks import week_ends, week_of
from api.store.ports import Commit, CorruptStoreError, JournalEntry

MAX_WEEKS = 60
"""Weeks that are kept, the latest: more than a year."""


class WeekRow(msgspec.Struct, array_like=True, gc=False):
    """A week with XP. `at` is the effective time (ms) of the last of it; `tier` is 0 without a seat, and `outcome` ""
    until the cohort has closed."""

    week: int
    xp: int = 0
    at: int = 0
    tier: int = 0
    place: int = 0
    size: int = 0
    outcome: Outcome | Literal[""] = ""
    shadow: bool = False


class Seat(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A place in a cohort; others know its holder by `handle` alone."""

    week: int
    cohort: str
    handle: str
    tier: int
    young: bool
    pace: int


class Record(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True, gc=False):
    """A learner in the leagues.

    Attributes:
        seq: of the last commit that was taken in; `accepted_at` (ms) is when that was.
        cohort: where the learner is ranked now, "" if nowhere; `seat` stays when they step out, so that they come back
            to it.
        waiting: name of the week in which a seat is due once the last one has closed.
        left: seats of this week that were given up, since the account said another side of 18; one on either side.
        doubted: the seat of the last week that closed in the shadow, until the flag is cleared.
        mode, age: as last chosen or told; `mode_at` and `age_at` are the effective times. Wherever somebody is seated,
            shown or ranked, the account's age group takes the place of `age`.
    """

    learner_id: str
    seq: int = 0
    accepted_at: int = 0
    cohort: str = ""
    waiting: str = ""
    tier: int = 1
    seat: Seat | None = None
    left: list[Seat] = []
    doubted: Seat | None = None
    weeks: list[WeekRow] = []
    mode: LeagueMode = ""
    mode_at: int = 0
    age: AgeGroup = ""
    age_at: int = 0
    flags: dict[str, Flag] = {}

    @property
    def young(self) -> bool:
        """Whether the learner is known to be under 18."""
        return self.age in MINORS

    @property
    def plays(self) -> Plays:
        """How they play now."""
        return plays(self.mode, young=self.young)

    def fits(self, seat: Seat) -> bool:
        """Whether a seat is among learners of the same side of 18."""
        return seat.young == self.young

    def in_shadow(self, now: int) -> bool:
        """Whether a flag is open, or was upheld and has not ended."""
        return any(flag.outcome != "cleared" and flag.at <= now < flag.until for flag in self.flags.values())

    def week(self, week: int) -> WeekRow:
        """The row of a week; an empty one that is not kept if there was nothing."""
        place = bisect_left(self.weeks, week, key=lambda row: row.week)
        return self.weeks[place] if place < len(self.weeks) and self.weeks[place].week == week else WeekRow(week)

    def keep(self, row: WeekRow) -> None:
        """Put a row in its place, unless it is older than what is kept."""
        place = bisect_left(self.weeks, row.week, key=lambda kept: kept.week)
        if place < len(self.weeks) and self.weeks[place].week == row.week:
            self.weeks[place] = row
        elif place or len(self.weeks) < MAX_WEEKS:
            self.weeks.insert(place, row)
            del self.weeks[:-MAX_WEEKS]

    def xp_by_week(self) -> list[tuple[int, int]]:
        """(week, XP) of every week that is kept."""
        return [(row.week, row.xp) for row in self.weeks]


class XpRow(msgspec.Struct, frozen=True, tag_field="kind", tag="xpGranted", gc=False):
    """What matters here of the fact `xpGranted`."""

    amount: int


Read = Callable[[bytes], Any]
XP = "xpGranted"
KINDS: dict[str, Read] = {
    XP: msgspec.json.Decoder(XpRow).decode,
    "gameSettingsTaken": msgspec.json.Decoder(GameSettingsTaken).decode,
    "profileTaken": msgspec.json.Decoder(ProfileTaken).decode,
    "flagRaised": msgspec.json.Decoder(FlagRaised).decode,
    "flagSettled": msgspec.json.Decoder(FlagSettled).decode,
}
"""Facts that move anything in the leagues, and how they are read."""


def concerns(commit: Commit) -> bool:
    """Whether a commit holds any of them."""
    return any(entry.kind in KINDS for entry in commit.facts)


def take(record: Record, commit: Commit, rules: RulesOf = shipped_rules) -> bool:
    """Take in the next commit of the learner's journal; whether anything but XP changed.

    Raises CorruptStoreError if a fact cannot be read.
    """
    changed = False
    for entry in commit.facts:
        read = KINDS.get(entry.kind)
        if read is None:
            continue
        fact = _read(read, commit, entry)
        if isinstance(fact, XpRow):
            earn(record, fact.amount, entry.effective_at, commit.accepted_at, rules)
        else:
            _choose(record, fact, entry.effective_at)
            changed = True
    record.seq, record.accepted_at = commit.seq, commit.accepted_at
    return changed


def earn(record: Record, amount: int, at: int, accepted_at: int, rules: RulesOf = shipped_rules) -> None:
    """Add XP to the week in which it was earned, `at` (ms), unless it was accepted when that had closed."""
    week = week_of(at)
    if not amount or accepted_at >= closes_at(week_ends(week), rules(week)):
        return
    row = record.week(week)
    row.xp += amount
    row.at = max(row.at, at)
    record.keep(row)


def _choose(
    record: Record, fact: GameSettingsTaken | ProfileTaken | FlagRaised | FlagSettled | FlagAppealTaken, at: int
) -> None:
    """Choices and profiles count by their effective time, in whatever order they arrive."""
    if isinstance(fact, GameSettingsTaken):
        if at >= record.mode_at:
            record.mode, record.mode_at = fact.league, at
    elif isinstance(fact, ProfileTaken):
        if at >= record.age_at:
            record.age, record.age_at = fact.age_group, at
    else:
        enter_flag(record.flags, fact, at)


def _read(read: Read, commit: Commit, entry: JournalEntry) -> Any:
    try:
        return read(entry.body)
    except msgspec.DecodeError as error:
        raise CorruptStoreError(
            f"entry {entry.id} ({entry.kind}) of commit {commit.seq} of learner {commit.learner_id} cannot be read:"
            f" {error}; it was written by a newer version of Pacer, or the journal is damaged"
        ) from error
