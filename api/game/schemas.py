"""The game and the progress on the wire."""

from __future__ import annotations

from datetime import date
from typing import Literal

from api.game.facts import LeagueMode
from api.game.goals.schemas import DailyGoal, Rest
from api.game.leagues.plays import Plays
from api.game.leagues.schemas import LeaguePosition
from api.game.levels import Level
from api.game.quests.schemas import Quests
from api.wire import Instant, Wire

DayState = Literal["learned", "started", "frozen", "free", "none"]
FreeKind = Literal["", "freeze", "outage", "holiday", "nothingDue", "weekly", "softened"]


class Xp(Wire, frozen=True, kw_only=True):
    """Experience points: all ever granted, and those of the learner's local day."""

    total: int
    today: int


class EarnBackView(Wire, frozen=True, kw_only=True):
    """An earlier streak of `days` days, which `lessons` more lessons until the end of a date bring back."""

    days: int
    lessons: int
    until: date


class Streak(Wire, frozen=True, kw_only=True):
    """Days in a row on which something was learned.

    Attributes:
        days: its length now; `longest` ever.
        counts_today: whether today counts already.
        freezes: missed days that can still be bridged; `reserve` take their place once they are used.
        last_day: the last local day that counted.
        weekly: whether this week asks for some days instead of each; `days_this_week` count so far.
        earn_back: null if there is no streak to bring back.
    """

    days: int
    longest: int
    counts_today: bool
    freezes: int
    last_day: date | None
    reserve: int = 0
    weekly: bool = False
    days_this_week: int = 0
    earn_back: EarnBackView | None = None


class Game(Wire, frozen=True, kw_only=True):
    """XP, level, streak and gems."""

    xp: Xp
    level: Level
    streak: Streak
    gems: int = 0


class StreakDay(Wire, frozen=True, kw_only=True):
    """A date of the streak's calendar.

    Attributes:
        state: "learned", it counted; "started", something was done; "frozen", a freeze covers it; "free", an outage,
            a holiday or a date with nothing due; "none".
        free: why the streak does not mind that the date does not count: "freeze", one covers it; "outage" of the
            service; "holiday"; "nothingDue", you looked in; "weekly", some days of that week are enough; "softened", it
            is bridged without a freeze, under 18. "" otherwise. Late work that fills a date gives its freeze back, and
            the date is "learned".
    """

    date: date
    state: DayState
    free: FreeKind = ""


class GameSettingsView(Wire, frozen=True, kw_only=True):
    """How the learner plays.

    Attributes:
        weekly: three days a week keep the streak; as chosen, from the coming Monday on.
        league: "on", "off" or "pastSelf"; "" is what the age group has: on, and off for those under 18.
        softened: whether the age group is under 18.
        league_now: the mode that holds, by what was chosen or by the account's age group as it is now.
    """

    weekly: bool
    league: LeagueMode
    softened: bool
    league_now: Plays = "on"


class HolidayView(Wire, frozen=True, kw_only=True):
    """A planned holiday, first and last date included."""

    id: str
    first: date
    last: date


class FlagView(Wire, frozen=True, kw_only=True):
    """Work that looked as if nobody had thought about it. While it is open, XP is less; nothing is locked.

    Attributes:
        kind: a stable code; `evidence` says it in English.
        until: when it ends by itself.
        outcome: "" while nobody has looked at it, else "cleared" or "upheld".
        appealed: whether the learner has said a word against it.
    """

    id: str
    kind: str
    evidence: str
    until: Instant
    outcome: str
    appealed: bool


class BadgeHeld(Wire, frozen=True, kw_only=True):
    """A badge, with the highest tier that is held, and since when."""

    id: str
    tier: int
    earned_at: Instant | None = None


class GameScreen(Game, frozen=True, kw_only=True):
    """Everything for one screen.

    Attributes:
        calendar: the dates of the last five weeks, whole weeks, up to today.
        quests: of today and of this week.
        badges: those held, the last earned first, ten at most.
        daily_goal: null without one; `goal_done` is what was done of it today.
        league: null for whoever has no place in one now.
        flags: open ones.
        holidays: those that are not over.
        rest: suggests to stop if your own budget, or under 18 a long day, says so.
    """

    calendar: tuple[StreakDay, ...]
    quests: Quests
    badges: tuple[BadgeHeld, ...]
    daily_goal: DailyGoal | None
    goal_done: int
    league: LeaguePosition | None
    settings: GameSettingsView
    flags: tuple[FlagView, ...]
    holidays: tuple[HolidayView, ...]
    rest: Rest | None = None


class SkillProgress(Wire, frozen=True, kw_only=True):
    """What is believed of one skill. All but `practised` and `due` are probabilities.

    Attributes:
        mean, low, high: of answering an open question of middling difficulty now, with an 80 % interval.
        recall: share of what was learned that is still there; 1 where nothing was practised.
        forecast: expected at the horizon without more practice.
        practised: exercises so far.
        due: worth reviewing now.
    """

    id: str
    title: str
    mean: float
    low: float
    high: float
    recall: float
    forecast: float
    practised: int
    due: bool


class TrackProgress(Wire, frozen=True, kw_only=True):
    """Mastery of one enrolment, skill by skill in the author's order.

    `horizon_days` is what `forecast` looks ahead; `mean` and `forecast` are weighed by the goal.
    """

    enrolment_id: str
    track_id: str
    track_version: str
    horizon_days: float
    mean: float
    forecast: float
    n_due: int
    skills: tuple[SkillProgress, ...]


class ProgressPage(Wire, frozen=True, kw_only=True):
    """Progress by enrolment, the latest first."""

    items: tuple[TrackProgress, ...]
    next_cursor: str | None
