"""Use cases of quests: look at them, and get another in place of one of today's."""

from __future__ import annotations

from datetime import date

from api.accounts.account import Account
from api.accounts.service import AccountService
from api.game.calendar import LocalDay, next_day
from api.game.facts import QuestsDrawn, QuestSwapped
from api.game.quests import book as quests
from api.game.quests.copy import COPY
from api.game.quests.drawing import QuestRules, draw_day, draw_other, draw_week
from api.game.quests.errors import QuestFixedError, QuestNotFoundError
from api.game.quests.needing import needs_of
from api.game.quests.progress import held_sheet, needs_draw, sheet_of
from api.game.quests.quest import HeldQuest, Period, Sheet, week_of
from api.game.quests.schemas import Quests, QuestSheet, QuestView
from api.game.rules import RuleBook
from api.learners.drafts import Arrival, Draft
from api.learners.events import QuestDeclined
from api.learners.learner import Learner
from api.learners.states import States
from api.plurals import fill
from api.tracks.registry import Registry
from api.tracks.schemas import Named
from api.wire import Clock

WEEK = 7


def today_of(learner: Learner, at: int, zone: str, day_starts_at: int) -> LocalDay:
    """The learner's local day at a time (ms), in a zone."""
    return next_day(learner.state.today.day if learner.state.today else None, at, zone, day_starts_at)


def due_draws(learner: Learner, registry: Registry, day: LocalDay, rules: QuestRules) -> tuple[QuestsDrawn, ...]:
    """The quests that are to be drawn at an event of this local day, mostly none; looks at mastery only if some are."""
    book = learner.state.game.quests
    if not needs_draw(book, day.ordinal):
        return ()
    return quests.draw(book, needs_of(learner, registry, day.ordinal, day.starts), rules)


class QuestService:
    """Quests of learners."""

    def __init__(
        self, states: States, registry: Registry, accounts: AccountService, rules: RuleBook, clock: Clock
    ) -> None:
        self._states = states
        self._registry = registry
        self._accounts = accounts
        self._rules = rules
        self._clock = clock

    async def quests(self, learner_id: str) -> Quests:
        """Today's and this week's. What was not drawn yet, as nothing was done today, is shown as it will be drawn."""
        account = await self._accounts.account(learner_id)
        async with self._states.reading(learner_id) as learner:
            return self.quests_of(learner, account)

    def quests_of(self, learner: Learner, account: Account) -> Quests:
        """The quests of a live learner, by the account's zone."""
        day = today_of(learner, self._clock(), account.zone, account.day_starts_at)
        rules = self._rules.on(day.ordinal).quests
        book = learner.state.game.quests
        today, week = sheet_of(book, "day", day.ordinal), sheet_of(book, "week", day.ordinal)
        if today is None or week is None:
            needs = needs_of(learner, self._registry, day.ordinal, day.starts)
            today = today or held_sheet("day", day.ordinal, draw_day(needs, rules))
            week = week or held_sheet("week", week_of(day.ordinal), draw_week(needs, rules))
        left = max(0, rules.replacements - today.replaced)
        return Quests(day=_sheet(today), week=_sheet(week), replacements_left=left)

    async def replace(self, learner_id: str, arrival: Arrival) -> Quests:
        """Another quest in place of one of today's, which counts from now on.

        Raises:
            QuestNotFoundError: it is not one of the learner's of today.
            QuestFixedError: it is done, or of the week, or no replacement is left, or nothing else would help.
            EventConflictError: the event's id was used for something else.
        """
        account = await self._accounts.account(learner_id)

        async def decide(draft: Draft) -> None:
            self._decide(draft, account)

        recorded = await self._states.record(learner_id, arrival, decide)
        if recorded.duplicate:
            return await self.quests(learner_id)
        return self.quests_of(recorded.learner, account)

    def _decide(self, draft: Draft, account: Account) -> None:
        event = draft.event
        if not isinstance(event, QuestDeclined):
            raise TypeError(f"{type(event).__name__} declines no quest")
        at, learner = draft.place(), draft.learner
        day = today_of(learner, at, event.zone, account.day_starts_at)
        rules = self._rules.on(day.ordinal).quests
        drawn = due_draws(learner, self._registry, day, rules)
        fresh = {fact.period: fact for fact in drawn}
        today = self._held(learner, fresh, "day", day.ordinal)
        _check(event.quest_id, today, self._held(learner, fresh, "week", day.ordinal), rules)
        other = draw_other(needs_of(learner, self._registry, day.ordinal, day.starts), today)
        if other is None:
            raise QuestFixedError("nothing else would help today; the quest stays")
        draft.begin()
        for fact in drawn:
            draft.tell(fact)
        draft.tell(QuestSwapped(quest_id=event.quest_id, quest=other))

    def _held(self, learner: Learner, fresh: dict[Period, QuestsDrawn], period: Period, day: int) -> Sheet:
        held = sheet_of(learner.state.game.quests, period, day)
        if held is not None or period not in fresh:
            return held or held_sheet(period, day, ())
        return held_sheet(period, date.fromisoformat(fresh[period].starts).toordinal(), fresh[period].quests)


def _check(quest_id: str, today: Sheet, week: Sheet, rules: QuestRules) -> None:
    """Raises QuestNotFoundError, QuestFixedError if the quest cannot be replaced."""
    held = next((one for one in today.quests if one.quest.id == quest_id), None)
    if held is None:
        if any(one.quest.id == quest_id for one in week.quests):
            raise QuestFixedError("a quest of the week stays; only one of today can be replaced")
        raise QuestNotFoundError(f"there is no quest {quest_id[:80]} today")
    if held.done:
        raise QuestFixedError("the quest is done; one that is not can be replaced")
    if today.replaced >= rules.replacements:
        raise QuestFixedError(f"{rules.replacements} of today's quests may be replaced a day, and that was done")


def _sheet(sheet: Sheet) -> QuestSheet:
    length = 1 if sheet.period == "day" else WEEK
    return QuestSheet(
        starts=date.fromordinal(sheet.starts),
        ends=date.fromordinal(sheet.starts + length - 1),
        quests=tuple(map(_view, sheet.quests)),
    )


def _view(held: HeldQuest) -> QuestView:
    quest = held.quest
    return QuestView(
        id=quest.id,
        kind=quest.kind,
        text=fill(COPY[f"quest.{quest.kind}"], target=quest.target, title=quest.title),
        target=quest.target,
        progress=quest.target if held.done else min(held.progress, quest.target),
        done=held.done,
        gems=quest.gems,
        skill=Named(id=quest.skill, title=quest.title) if quest.skill else None,
    )
