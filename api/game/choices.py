"""Use cases of what a learner chooses in the game: buy, set, plan, look in, appeal. Each is an event of the journal, so
that it is done once however often it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

import msgspec

from api.accounts.account import Account
from api.accounts.service import AccountService
from api.game import holidays, ledger, settling, shop
from api.game.calendar import next_day
from api.game.errors import FlagNotFoundError, HolidayNotFoundError
from api.game.facts import (
    DayKept,
    FlagAppealTaken,
    GameSettingsTaken,
    HolidayDropped,
    HolidayTaken,
)
from api.game.history import Row, page
from api.game.quests.needing import studies_of
from api.game.quests.quest import week_of
from api.game.rewards import Rewards
from api.game.rules import GameRules
from api.game.state import GameState, Holiday
from api.learners.drafts import Arrival, Draft
from api.learners.events import (
    FlagAppealed,
    GameSettingsChanged,
    GameSettled,
    HolidayCancelled,
    HolidayPlanned,
    Purchased,
)
from api.learners.facts import Fact
from api.learners.learner import LearnerState
from api.learners.states import Recorded, States
from api.tracks.registry import Registry
from api.wire import Clock, new_id

PROFILE = "profile"
T = TypeVar("T")
Decide = Callable[[Draft, Account], None]


class ChoiceService:
    """What learners choose. All methods raise UnknownAccountError and EventConflictError."""

    def __init__(
        self, states: States, registry: Registry, accounts: AccountService, rewards: Rewards, clock: Clock
    ) -> None:
        self._states = states
        self._registry = registry
        self._accounts = accounts
        self._rewards = rewards
        self._clock = clock

    async def buy(self, learner_id: str, arrival: Arrival) -> Recorded:
        """Buy an offer with gems that are there. Raises OfferNotFoundError, PurchaseError."""
        return await self._record(learner_id, arrival, self._buy)

    async def set(self, learner_id: str, arrival: Arrival) -> Recorded:
        """Change the settings."""
        return await self._record(learner_id, arrival, self._set)

    async def plan(self, learner_id: str, arrival: Arrival) -> Recorded:
        """Plan a holiday. Raises HolidayError."""
        return await self._record(learner_id, arrival, self._plan)

    async def cancel(self, learner_id: str, arrival: Arrival) -> Recorded:
        """Take back what is left of a holiday. Raises HolidayNotFoundError."""
        return await self._record(learner_id, arrival, self._cancel)

    async def look_in(self, learner_id: str, arrival: Arrival) -> Recorded:
        """See whether anything is due; if nothing is, today is not missed."""
        return await self._record(learner_id, arrival, self._look_in)

    async def appeal(self, learner_id: str, arrival: Arrival) -> Recorded:
        """Say a word against a flag. Raises FlagNotFoundError."""
        return await self._record(learner_id, arrival, self._appeal)

    async def settle(
        self, learner_id: str, event_id: str, reason: str, decide: Callable[[GameState], Iterable[Fact]]
    ) -> Recorded:
        """Tell facts that the server decided by itself, on the state as it is then; once for an event id."""
        return await settling.settle(self._states, learner_id, event_id, reason, decide)

    async def profile(self, account: Account) -> None:
        """Tell the account's age group at once. Whoever has no journal yet is told of with their first lesson."""
        async with self._states.reading(account.id) as learner:
            if not learner.seq or learner.state.game.settings.age_group == account.age_group:
                return

        async def told(draft: Draft) -> None:
            draft.begin(after=draft.learner.state.last[0])
            self._rewards.take_profile(draft, await self._accounts.account(account.id))

        now = self._clock()
        event = GameSettled(client_time=now, zone=account.zone, device_id=settling.DEVICE, sequence=now, reason=PROFILE)
        await self._states.record(account.id, Arrival(event_id=new_id(), event=event), told)

    async def take_back(self, learner_id: str, event_id: str, gems: int) -> Recorded:
        """Correct the gems of a learner downwards; what the wallet has not is forgiven."""
        _, rules, _, _ = await self.state(learner_id)

        def rows(state: GameState) -> Iterable[Fact]:
            return ledger.correction(state, gems, event_id, rules.version)

        return await self.settle(learner_id, event_id, ledger.CORRECTION, rows)

    async def state(self, learner_id: str) -> tuple[GameState, GameRules, int, int]:
        """The state of the game, the rules and the local date (an ordinal) of now, and how many freezes are held."""
        account = await self._accounts.account(learner_id)
        await self._rewards.outages.refresh()
        async with self._states.reading(learner_id) as learner:
            now = max(self._clock(), learner.state.last[0])
            streak = self._rewards.streak(learner, now, account.zone, account.day_starts_at)
            state = msgspec.structs.replace(learner.state.game)
            return state, self._rewards.rules.on(streak.today), streak.today, streak.freezes

    async def ledger(self, learner_id: str, before: tuple[int, int], limit: int) -> tuple[list[Row], LearnerState]:
        """Rows before a place, the last accepted first, and the state that they add up to."""
        async with self._states.reading(learner_id) as learner:
            rows = await page(self._states.journal, learner_id, learner.seq, before, limit)
            state = learner.state
            return rows, LearnerState(learner_id=learner_id, xp=state.xp, game=msgspec.structs.replace(state.game))

    async def _record(self, learner_id: str, arrival: Arrival, decide: Decide) -> Recorded:
        account = await self._accounts.account(learner_id)
        await self._rewards.outages.refresh()

        async def decided(draft: Draft) -> None:
            decide(draft, account)

        return await self._states.record(learner_id, arrival, decided)

    def _buy(self, draft: Draft, account: Account) -> None:
        """It is placed after all that is known: nothing that was accepted before can be spent twice."""
        event, learner = _of(draft, Purchased), draft.learner
        last = learner.state.last[0]
        at = draft.place(after=last)
        streak = self._rewards.streak(learner, at, event.zone, account.day_starts_at)
        rules = self._rewards.rules.on(streak.today)
        price, error = shop.purchase(learner.state.game, event.offer, event.price, streak.freezes, rules)
        if error is not None:
            raise error
        draft.begin(after=last)
        for row in shop.rows(event.offer, price, streak.today, draft.event_id, rules):
            draft.tell(row)

    def _set(self, draft: Draft, account: Account) -> None:
        event, settings = _of(draft, GameSettingsChanged), draft.learner.state.game.settings
        draft.begin(after=draft.learner.state.last[0])
        self._rewards.take_profile(draft, account)
        draft.tell(
            GameSettingsTaken(
                weekly=settings.weekly if event.weekly is msgspec.UNSET else event.weekly,
                league=settings.league if event.league is msgspec.UNSET else event.league,
                monday=week_of(_today(draft, account)) + 7,
            )
        )

    def _plan(self, draft: Draft, account: Account) -> None:
        event, state = _of(draft, HolidayPlanned), draft.learner.state
        draft.place(after=state.last[0])
        today = _today(draft, account)
        first, last = (date.fromisoformat(text).toordinal() for text in (event.first, event.last))
        most = self._rewards.rules.on(today).streak.holiday_days_a_year
        holidays.check(state.game.holidays, first, last, today, most)
        draft.begin(after=state.last[0])
        draft.tell(HolidayTaken(holiday_id=draft.event_id, first=first, last=last))

    def _cancel(self, draft: Draft, account: Account) -> None:
        event, state = _of(draft, HolidayCancelled), draft.learner.state
        draft.place(after=state.last[0])
        today = _today(draft, account)
        if not any(one.id == event.holiday_id and one.last >= today for one in state.game.holidays):
            raise HolidayNotFoundError(f"there is no holiday {event.holiday_id} that is not over")
        draft.begin(after=state.last[0])
        draft.tell(HolidayDropped(holiday_id=event.holiday_id, until=today))

    def _look_in(self, draft: Draft, account: Account) -> None:
        learner = draft.learner
        draft.begin(after=learner.state.last[0])
        studies = studies_of(learner, self._registry, draft.at)
        practised = any(bool((study.mastery.practised > 0).any()) for study in studies)
        if practised and not any(bool(study.mastery.due.any()) for study in studies):
            draft.tell(DayKept(day=_today(draft, account)))

    def _appeal(self, draft: Draft, _: Account) -> None:
        event, state = _of(draft, FlagAppealed), draft.learner.state
        if event.flag_id not in state.game.flags:
            raise FlagNotFoundError(f"there is no flag {event.flag_id}")
        draft.begin(after=state.last[0])
        draft.tell(FlagAppealTaken(flag_id=event.flag_id, text=event.text))


def _of(draft: Draft, kind: type[T]) -> T:
    if not isinstance(draft.event, kind):
        raise TypeError(f"{type(draft.event).__name__} is not {kind.__name__}")
    return draft.event


def _today(draft: Draft, account: Account) -> int:
    """The local date of the draft's event, as an ordinal."""
    today = draft.learner.state.today
    return next_day(today.day if today else None, draft.at, draft.event.zone, account.day_starts_at).ordinal


def holidays_left(held: Iterable[Holiday], today: int, rules: GameRules) -> int:
    """Dates of this calendar year that may still become holidays."""
    return max(0, rules.streak.holiday_days_a_year - holidays.taken(held, date.fromordinal(today).year))
