"""The game and the progress on the wire."""

from __future__ import annotations

from datetime import date

from api.game.levels import Level
from api.wire import Wire


class Xp(Wire, frozen=True, kw_only=True):
    """Experience points: all ever granted, and those of the learner's local day."""

    total: int
    today: int


class Streak(Wire, frozen=True, kw_only=True):
    """Days in a row on which something was learned.

    Attributes:
        days: its length now; `longest` ever.
        counts_today: whether today counts already.
        freezes: missed days that can still be bridged.
        last_day: the last local day that counted.
    """

    days: int
    longest: int
    counts_today: bool
    freezes: int
    last_day: date | None


class Game(Wire, frozen=True, kw_only=True):
    """XP, level and streak."""

    xp: Xp
    level: Level
    streak: Streak


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
