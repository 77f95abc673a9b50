"""Use cases of the game: where a learner stands, and what they can do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

import numpy as np

from api.accounts.account import Account
from api.accounts.service import AccountService
from api.game.badges.service import earned_at
from api.game.calendar import DAY_MS
from api.game.facts import MINORS
from api.game.fairplay.flags import Flag
from api.game.goals.book import done_on, goal_on
from api.game.goals.resting import rest
from api.game.goals.schemas import DailyGoal, Rest
from api.game.leagues.plays import plays
from api.game.leagues.schemas import LeaguePosition
from api.game.levels import level_of
from api.game.quests.service import QuestService
from api.game.rewards import Rewards
from api.game.schemas import (
    BadgeHeld,
    EarnBackView,
    FlagView,
    Game,
    GameScreen,
    GameSettingsView,
    HolidayView,
    SkillProgress,
    Streak,
    TrackProgress,
    Xp,
)
from api.game.state import GameState, Holiday
from api.game.streak import StreakState
from api.learners.fold import pupil_of
from api.learners.learner import Enrolment, Learner
from api.learners.states import States
from api.tracks.errors import EnrolmentNotFoundError
from api.tracks.goals import horizon_days
from api.tracks.registry import Registry
from api.wire import Clock, instant

MAX_BADGES = 10
ROLLING_DAYS = 30.0
MINUTE_MS = 60_000


def end_of_minute(now: int) -> int:
    """The end of the minute that `now` lies in, both in milliseconds since the epoch.

    What fades all the time is shown as of then: so it is the same for a minute, and who has it need not get it again.
    """
    return (now // MINUTE_MS + 1) * MINUTE_MS


class League(Protocol):
    """Where a learner's place in a league is known."""

    async def position(self, learner_id: str) -> LeaguePosition | None:
        """The place, None for whoever has none."""


class GameService:
    """XP, levels, streaks, and mastery by skill. `league` is set once there are leagues."""

    def __init__(
        self, states: States, registry: Registry, accounts: AccountService, rewards: Rewards, clock: Clock
    ) -> None:
        self.league: League | None = None
        self._states = states
        self._registry = registry
        self._accounts = accounts
        self._rewards = rewards
        self._clock = clock

    async def game(self, learner_id: str) -> Game:
        """Where the learner stands now, in their own zone."""
        account = await self._accounts.account(learner_id)
        await self._rewards.outages.refresh()
        async with self._states.reading(learner_id) as learner:
            return self.game_of(learner, account)

    def game_of(self, learner: Learner, account: Account) -> Game:
        """Where a live learner stands now, in the account's zone."""
        return self._game(learner, account, self._clock())

    async def screen(self, learner_id: str, quests: QuestService) -> GameScreen:
        """Everything for one screen."""
        account = await self._accounts.account(learner_id)
        await self._rewards.outages.refresh()
        league = await self.league.position(learner_id) if self.league else None
        async with self._states.reading(learner_id) as learner:
            now, state = self._clock(), learner.state.game
            game, streak = self._game(learner, account, now), self._streak(learner, account, now)
            goal = goal_on(state.goals, streak.today)
            done = done_on(state.goals, streak.today)
            return GameScreen(
                xp=game.xp,
                level=game.level,
                streak=game.streak,
                gems=game.gems,
                calendar=self._rewards.calendar(learner, streak),
                quests=quests.quests_of(learner, account),
                badges=badges_held(state),
                daily_goal=None if goal is None else DailyGoal(unit=goal.unit, target=goal.target),
                goal_done=0 if goal is None else done.amount(goal.unit),
                league=league,
                settings=settings_of(state, account),
                flags=tuple(flag_of(name, flag) for name, flag in state.flags.items() if flag.at <= now < flag.until),
                holidays=tuple(holiday_of(one) for one in state.holidays if one.last >= streak.today),
                rest=Rest.of(rest(state.goals, streak.today, minor=account.age_group in MINORS)),
            )

    def _streak(self, learner: Learner, account: Account, now: int) -> StreakState:
        latest = max(now, learner.state.last[0])
        return self._rewards.streak(learner, latest, account.zone, account.day_starts_at)

    def _game(self, learner: Learner, account: Account, now: int) -> Game:
        state, streak = learner.state, self._streak(learner, account, now)
        same = state.today is not None and state.today.day.ordinal == streak.today
        return Game(
            xp=Xp(total=state.xp, today=state.today.xp if state.today and same else 0),
            level=level_of(state.xp),
            streak=streak_view(streak),
            gems=state.game.wallet,
        )

    async def progress(
        self, learner_id: str, enrolment_id: str | None, after: str | None, limit: int
    ) -> tuple[tuple[TrackProgress, ...], bool]:
        """Mastery by skill, of one enrolment or of all, the latest first; at most `limit`, older than `after`.

        Whether there are more comes with it. Raises EnrolmentNotFoundError.
        """
        account = await self._accounts.account(learner_id)
        async with self._states.reading(learner_id) as learner:
            wanted = list(learner.state.enrolments) if enrolment_id is None else [enrolment_id]
            if enrolment_id is not None and enrolment_id not in learner.state.enrolments:
                raise EnrolmentNotFoundError(f"there is no enrolment {enrolment_id}")
            if after is not None:
                wanted = wanted[: wanted.index(after)] if after in wanted else []
            return self.progress_of(learner, account, wanted[-limit:]), len(wanted) > limit

    def progress_of(
        self, learner: Learner, account: Account, enrolment_ids: Sequence[str]
    ) -> tuple[TrackProgress, ...]:
        """Mastery by skill of a live learner in these enrolments, the last of them first."""
        now, enrolments = end_of_minute(self._clock()), learner.state.enrolments
        return tuple(self._of(learner, enrolments[name], now, account.zone) for name in reversed(enrolment_ids))

    def _of(self, learner: Learner, enrolment: Enrolment, now: int, zone: str) -> TrackProgress:
        version = enrolment.track_version
        published = self._registry.version(version)
        horizon = horizon_days(enrolment.date, now, zone) or ROLLING_DAYS
        mastery = pupil_of(learner, version, self._registry).mastery(now / DAY_MS, horizon)
        weights = published.weights(enrolment.skills)
        if weights is None:
            weights = np.full(len(mastery.mean), 1.0 / len(mastery.mean))
        return TrackProgress(
            enrolment_id=enrolment.id,
            track_id=enrolment.track_id,
            track_version=version,
            horizon_days=horizon,
            mean=float(weights @ mastery.mean),
            forecast=float(weights @ mastery.forecast),
            n_due=int(mastery.due.sum()),
            skills=tuple(
                SkillProgress(
                    id=skill,
                    title=published.skills[skill].title,
                    mean=float(mastery.mean[place]),
                    low=float(mastery.low[place]),
                    high=float(mastery.high[place]),
                    recall=float(mastery.recall[place]),
                    forecast=float(mastery.forecast[place]),
                    practised=int(mastery.practised[place]),
                    due=bool(mastery.due[place]),
                )
                for place, skill in enumerate(published.course.skill_ids)
            ),
        )


def streak_view(streak: StreakState) -> Streak:
    """A streak on the wire."""
    back, view = streak.earn_back, None
    if back is not None:
        view = EarnBackView(days=back.days, lessons=back.lessons, until=date.fromordinal(back.until))
    return Streak(
        days=streak.days,
        longest=streak.longest,
        counts_today=streak.counts_today,
        freezes=streak.freezes,
        last_day=streak.last_day,
        reserve=streak.reserve,
        weekly=streak.weekly,
        days_this_week=streak.days_this_week,
        earn_back=view,
    )


def badges_held(state: GameState) -> tuple[BadgeHeld, ...]:
    """The badges that are held, on the wire, the first held last, and some of the latest alone."""
    held = [
        BadgeHeld(id=name, tier=tier, earned_at=earned_at(state, name, tier))
        for name, tier in reversed(state.badges.items())
    ]
    return tuple(held[:MAX_BADGES])


def settings_of(state: GameState, account: Account) -> GameSettingsView:
    """How the learner plays, on the wire."""
    return GameSettingsView(
        weekly=state.settings.weekly,
        league=state.settings.league,
        softened=account.age_group in MINORS,
        league_now=plays(state.settings.league, young=account.age_group in MINORS),
    )


def holiday_of(holiday: Holiday) -> HolidayView:
    """A holiday on the wire."""
    return HolidayView(id=holiday.id, first=date.fromordinal(holiday.first), last=date.fromordinal(holiday.last))


def flag_of(flag_id: str, flag: Flag) -> FlagView:
    """A flag on the wire."""
    return FlagView(
        id=flag_id,
        kind=flag.kind,
        evidence=flag.evidence,
        until=instant(flag.until),
        outcome=flag.outcome,
        appealed=bool(flag.appeal),
    )
