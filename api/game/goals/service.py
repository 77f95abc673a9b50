"""Use cases of goals: set them, see how far one is, come back after an absence."""

from __future__ import annotations

from datetime import date

from api.accounts.account import Account
from api.accounts.service import AccountService
from api.game.facts import GoalTaken
from api.game.goals.book import DayDone, GoalBook, done_on, goal_on, usual_items
from api.game.goals.copy import COPY
from api.game.goals.forecasting import arrivals, date_load
from api.game.goals.resting import rest
from api.game.goals.returning import PLAN_DAYS, catch_up, days_away, return_plan
from api.game.goals.schemas import CatchUpDays, DailyGoal, DateGoal, GoalDay, Goals, Rest, ReturnPlanView
from api.game.quests.needing import studies_of
from api.game.quests.service import today_of
from api.game.service import end_of_minute
from api.learners.drafts import Arrival, Draft
from api.learners.events import GoalSet
from api.learners.learner import Enrolment, Learner
from api.learners.states import States
from api.plurals import fill
from api.tracks.goals import days_left
from api.tracks.registry import Registry
from api.wire import Clock

SHOWN_DAYS = 14
LESSON_AFTER_ABSENCE = 5
LESSON = 10


class GoalService:
    """Goals of learners."""

    def __init__(self, states: States, registry: Registry, accounts: AccountService, clock: Clock) -> None:
        self._states = states
        self._registry = registry
        self._accounts = accounts
        self._clock = clock

    async def goals(self, learner_id: str) -> Goals:
        """What the learner wants, and how far they are."""
        account = await self._accounts.account(learner_id)
        async with self._states.reading(learner_id) as learner:
            return self.goals_of(learner, account)

    async def set(self, learner_id: str, arrival: Arrival) -> Goals:
        """Set the daily goal and the budget, from the event's local date on. Raises EventConflictError."""
        account = await self._accounts.account(learner_id)

        async def decide(draft: Draft) -> None:
            _decide(draft, account)

        recorded = await self._states.record(learner_id, arrival, decide)
        return await self.goals(learner_id) if recorded.duplicate else self.goals_of(recorded.learner, account)

    def goals_of(self, learner: Learner, account: Account) -> Goals:
        """The goals of a live learner, by the account's zone."""
        now = self._clock()
        today = today_of(learner, now, account.zone, account.day_starts_at).ordinal
        game = learner.state.game
        dated = [one for one in reversed(learner.state.enrolments.values()) if one.date is not None]
        return Goals(
            daily=_daily(game.goals, today),
            budget_minutes=game.goals.budget_minutes or None,
            today=_day(game.goals, done_on(game.goals, today)),
            days=tuple(_day(game.goals, done) for done in reversed(game.goals.days[-SHOWN_DAYS:])),
            rest=Rest.of(rest(game.goals, today, minor=game.settings.minor)),
            dates=tuple(self._date_goal(learner, enrolment, end_of_minute(now), account.zone) for enrolment in dated),
        )

    def _date_goal(self, learner: Learner, enrolment: Enrolment, at: int, zone: str) -> DateGoal:
        wanted = enrolment.date or ""
        left = days_left(wanted, at, zone)
        made = date_load(learner, enrolment, self._registry, at, zone, left) if left >= 1 else None
        text = ""
        if made is not None:
            told = made.minutes_per_day if made.instead is None else made.instead.minutes_per_day
            code = "load.fits" if made.feasible else "load.doesNotFit" if told is not None else "load.tooSoon"
            text = fill(
                COPY[code],
                minutesPerDay=told,
                date=wanted,
                expected=round(100 * made.forecast.expected),
                low=round(100 * made.forecast.low),
                high=round(100 * made.forecast.high),
            )
        return DateGoal(
            enrolment_id=enrolment.id,
            track_id=enrolment.track_id,
            date=date.fromisoformat(wanted),
            days_left=max(0, left),
            text=text,
            load=made,
        )

    async def return_plan(self, learner_id: str) -> ReturnPlanView:
        """How the learner comes back, if they were away."""
        account = await self._accounts.account(learner_id)
        async with self._states.reading(learner_id) as learner:
            return self.return_plan_of(learner, account)

    def return_plan_of(self, learner: Learner, account: Account) -> ReturnPlanView:
        """The return plan of a live learner, by the account's zone."""
        now = self._clock()
        book, today = learner.state.game.goals, today_of(learner, now, account.zone, account.day_starts_at).ordinal
        plan = return_plan(book, today)
        if plan is None:
            return ReturnPlanView(active=False)
        at = end_of_minute(now)
        studies = studies_of(learner, self._registry, at)
        n_due = sum(int(study.mastery.due.sum()) for study in studies)
        found = catch_up(n_due, arrivals(learner, studies, self._registry, at), plan.cap)
        return ReturnPlanView(
            active=True,
            days_away=plan.days_away or days_away(book, plan.day),
            ends=date.fromordinal(plan.day + PLAN_DAYS - 1),
            reviews_per_day=plan.cap,
            reviews_left_today=plan.left_today,
            n_due=n_due,
            catch_up=CatchUpDays(soonest=found.soonest, latest=found.latest),
            lesson_length=LESSON_AFTER_ABSENCE if plan.day == today else min(LESSON, max(5, usual_items(book))),
            text=_words(plan.cap, found.soonest, found.latest),
        )


def _decide(draft: Draft, account: Account) -> None:
    event = draft.event
    if not isinstance(event, GoalSet):
        raise TypeError(f"{type(event).__name__} sets no goal")
    draft.begin()
    day = today_of(draft.learner, draft.at, event.zone, account.day_starts_at).ordinal
    draft.tell(GoalTaken(unit=event.unit, target=event.target, day=day, budget_minutes=event.budget_minutes))


def _words(cap: int, soonest: int | None, latest: int | None) -> str:
    begin = fill(COPY["return.begin"], cap=cap)
    if soonest == latest == 0:
        return begin
    if soonest is None:
        return f"{begin} {COPY['return.long']}"
    code = "return.atLeast" if latest is None else "return.exact" if soonest == latest else "return.forecast"
    return f"{begin} {fill(COPY[code], soonest=soonest, latest=latest)}"


def _daily(book: GoalBook, day: int) -> DailyGoal | None:
    goal = goal_on(book, day)
    return None if goal is None else DailyGoal(unit=goal.unit, target=goal.target)


def _day(book: GoalBook, done: DayDone) -> GoalDay:
    goal = _daily(book, done.day)
    return GoalDay(
        date=date.fromordinal(done.day),
        minutes=done.amount("minutes"),
        items=done.items,
        xp=done.xp,
        goal=goal,
        reached=done.met or (goal is not None and done.amount(goal.unit) >= goal.target),
    )
