"""Use cases of the game: where a learner stands, and what they can do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from api.accounts.account import Account
from api.accounts.service import AccountService
from api.game.calendar import DAY_MS, next_day
from api.game.levels import level_of
from api.game.schemas import Game, SkillProgress, Streak, TrackProgress, Xp
from api.game.streak import Calendar, streak_of_days
from api.learners.fold import pupil_of
from api.learners.learner import Enrolment, Learner
from api.learners.states import States
from api.tracks.errors import EnrolmentNotFoundError
from api.tracks.goals import horizon_days
from api.tracks.registry import Registry
from api.wire import Clock

ROLLING_DAYS = 30.0
MINUTE_MS = 60_000


def end_of_minute(now: int) -> int:
    """The end of the minute that `now` lies in, both in milliseconds since the epoch.

    What fades all the time is shown as of then: so it is the same for a minute, and who has it need not get it again.
    """
    return (now // MINUTE_MS + 1) * MINUTE_MS


class GameService:
    """XP, levels, streaks, and mastery by skill."""

    def __init__(self, states: States, registry: Registry, accounts: AccountService, clock: Clock) -> None:
        self._states = states
        self._registry = registry
        self._accounts = accounts
        self._clock = clock

    async def game(self, learner_id: str) -> Game:
        """Where the learner stands now, in their own zone."""
        account = await self._accounts.account(learner_id)
        async with self._states.reading(learner_id) as learner:
            return self.game_of(learner, account)

    def game_of(self, learner: Learner, account: Account) -> Game:
        """Where a live learner stands now, in the account's zone."""
        now, state = self._clock(), learner.state
        today = next_day(state.today.day if state.today else None, now, account.zone, account.day_starts_at)
        same = state.today is not None and state.today.day.ordinal == today.ordinal
        calendar = Calendar(now=now, zone=account.zone, day_starts_at=account.day_starts_at)
        streak = streak_of_days(state.days, calendar)
        return Game(
            xp=Xp(total=state.xp, today=state.today.xp if state.today and same else 0),
            level=level_of(state.xp),
            streak=Streak(
                days=streak.days,
                longest=streak.longest,
                counts_today=streak.counts_today,
                freezes=streak.freezes,
                last_day=streak.last_day,
            ),
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
