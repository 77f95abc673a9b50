"""Goals, the return plan, and enough for today, on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from api.game.facts import RestCode
from api.game.goals.book import Unit
from api.game.goals.by_date import Load
from api.game.goals.copy import COPY
from api.wire import EventEnvelope, Wire

MOST = {"minutes": 600, "items": 500, "xp": 2000}
"""The highest daily goal in each unit."""


class DailyGoal(Wire, frozen=True, kw_only=True):
    """So much a day."""

    unit: Unit
    target: Annotated[int, msgspec.Meta(ge=1, le=2000, examples=[15])]

    def __post_init__(self) -> None:
        if self.target > MOST[self.unit]:
            raise ValueError(f"/target: a day's goal is at most {MOST[self.unit]} {self.unit}, not {self.target}")


class SetGoals(EventEnvelope, frozen=True, kw_only=True):
    """Sets what the learner wants of a day, from today on.

    Attributes:
        daily: the daily goal, null for none.
        budget_minutes: after so many minutes of a day the learner wants to be told that it is enough; null for never.
    """

    daily: DailyGoal | None
    budget_minutes: Annotated[int, msgspec.Meta(ge=5, le=600, examples=[30])] | None = None


class GoalDay(Wire, frozen=True, kw_only=True):
    """What was done on a day with practice, and the goal that day had; `reached` stays with the day."""

    date: date
    minutes: int
    items: int
    xp: int
    goal: DailyGoal | None
    reached: bool


class Rest(Wire, frozen=True, kw_only=True):
    """A suggestion to stop for today, in English; nothing is closed to whoever goes on."""

    code: RestCode
    text: str

    @classmethod
    def of(cls, code: RestCode | None) -> Rest | None:
        """The suggestion of a code, None for none."""
        return None if code is None else cls(code=code, text=COPY[code])


class DateGoal(Wire, frozen=True, kw_only=True):
    """An enrolment's goal with a date: what a day asks for, and where the learner will stand.

    Attributes:
        days_left: until the date, today included.
        load: None once the date is over.
    """

    enrolment_id: str
    track_id: str
    date: date
    days_left: int
    text: str
    load: Load | None


class Goals(Wire, frozen=True, kw_only=True):
    """What the learner wants, and how far they are.

    Attributes:
        daily: from today on; null for none.
        today: what was done today; `days` on the last days with practice, the latest first.
        rest: a suggestion to stop for today, null for none.
        dates: goals of enrolments that have a date, the latest enrolment first.
    """

    daily: DailyGoal | None
    budget_minutes: int | None
    today: GoalDay
    days: tuple[GoalDay, ...]
    rest: Rest | None
    dates: tuple[DateGoal, ...]


class CatchUpDays(Wire, frozen=True, kw_only=True):
    """In how many days no more is due than a day's reviews. `soonest` if every review holds, `latest` if each comes due
    again after a week; null where that is more than two months away."""

    soonest: int | None
    latest: int | None


class ReturnPlanView(Wire, frozen=True, kw_only=True):
    """How a learner who was away comes back.

    Attributes:
        active: whether a plan holds today; the rest is null where none does.
        days_away: days without practice before it.
        ends: the last day of the plan.
        reviews_per_day: due reviews that the tutor serves in a day at most; then it chooses among everything else.
        reviews_left_today: of these.
        n_due: skills that are due now.
        catch_up: the forecast, if a day's reviews are done every day.
        lesson_length: exercises of a lesson to begin with.
        text: all that in English.
    """

    active: bool
    days_away: int | None = None
    ends: date | None = None
    reviews_per_day: int | None = None
    reviews_left_today: int | None = None
    n_due: int | None = None
    catch_up: CatchUpDays | None = None
    lesson_length: int | None = None
    text: str | None = None
