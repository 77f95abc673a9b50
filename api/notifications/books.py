"""All that this room keeps, in one hand: declared, gathered, passed on and forgotten as one."""

from __future__ import annotations

from typing import Any

import msgspec

from api.accounts.account import Account
from api.game.facts import MINORS
from api.notifications.agenda import Agenda, AgendaBook
from api.notifications.bandit import Believed, Posterior, learn
from api.notifications.devices import DeviceBook
from api.notifications.message import MessageBook
from api.notifications.planning import Standing
from api.notifications.preferences import PreferenceBook, Preferences
from api.store.ports import Documents, VersionClashError

MODEL, RETURNS = "notificationModel", "returns"
TRIES = 10


class ModelBook:
    """What the bandit learned, shared by all workers."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def declare(self) -> None:
        """Tell the store of the kind."""
        await self._documents.declare(MODEL)

    async def believed(self) -> Believed:
        """The posterior as it is now, to draw from."""
        return Believed((await self._load())[0])

    async def posterior(self) -> Posterior:
        """The posterior as it is now."""
        return (await self._load())[0]

    async def learn(self, seen: list[tuple[tuple[float, ...], float]]) -> None:
        """Take decisions with their rewards in. Raises VersionClashError."""
        for _ in range(TRIES):
            posterior, version = await self._load()
            body = msgspec.json.encode(learn(posterior, seen))
            try:
                await self._documents.put(MODEL, RETURNS, body, expected_version=version)
            except VersionClashError:
                continue
            return
        raise VersionClashError("what reminders bring is being learned by too many at once")

    async def _load(self) -> tuple[Posterior, int]:
        document = await self._documents.get(MODEL, RETURNS)
        if document is None:
            return Posterior.prior(), 0
        return msgspec.json.decode(document.body, type=Posterior), document.version


class Books:
    """Preferences, devices, agendas, messages, and what was learned."""

    def __init__(self, documents: Documents) -> None:
        self.preferences = PreferenceBook(documents)
        self.devices = DeviceBook(documents)
        self.agendas = AgendaBook(documents)
        self.messages = MessageBook(documents)
        self.model = ModelBook(documents)

    async def declare(self) -> None:
        """Tell the store of everything."""
        for book in (self.preferences, self.devices, self.agendas, self.messages, self.model):
            await book.declare()

    async def pass_on(self, guest_id: str, account_id: str) -> None:
        """Give what a guest has to an account, whose own choices win. Repeating it is harmless."""
        await self.devices.pass_on(guest_id, account_id)
        await self.messages.pass_on(guest_id, account_id)
        guests, own = await self.preferences.find(guest_id), await self.preferences.find(account_id)
        if guests is not None and own is None:
            await self.preferences.put(account_id, guests)
        agenda = await self.agendas.find(guest_id)
        if agenda is not None and await self.agendas.find(account_id) is None:
            fresh = Agenda(
                learner_id=account_id,
                due_at=agenda[0].due_at,
                slot=agenda[0].slot,
                since=agenda[0].since,
                sent=agenda[0].sent,
            )
            await self.agendas.put(fresh, 0)
        await self.agendas.forget(guest_id)
        await self.preferences.forget(guest_id)

    async def everything(self, learner_id: str) -> dict[str, Any]:
        """All that is kept of a learner, as plain data: their export."""
        agenda = await self.agendas.find(learner_id)
        return {
            "preferences": msgspec.to_builtins(await self.preferences.find(learner_id)),
            "devices": msgspec.to_builtins(await self.devices.of(learner_id)),
            "agenda": None if agenda is None else msgspec.to_builtins(agenda[0], str_keys=True),
            "messages": msgspec.to_builtins(await self.messages.of(learner_id)),
        }


def is_under_18(account: Account) -> bool:
    """Whether the learner said so."""
    return account.age_group in MINORS


def zones_of(account: Account, preferences: Preferences, agenda: Agenda | None) -> tuple[str, ...]:
    """Where a learner may be: where they said, or else where they practised last, and where their account is."""
    if preferences.zone:
        return (preferences.zone,)
    last = agenda.zone if agenda is not None and agenda.zone else account.zone
    return tuple(dict.fromkeys((last, account.zone)))


def standing_of(now: int, account: Account, preferences: Preferences, agenda: Agenda) -> Standing:
    """Where a learner stands at `now` (ms)."""
    practised = agenda.last_practice_at
    return Standing(
        now=now,
        zones=zones_of(account, preferences, agenda),
        quiet=preferences.quiet,
        under_18=is_under_18(account),
        max_per_day=preferences.max_per_day,
        max_per_week=preferences.max_per_week,
        sent=agenda.sent,
        last_practice_at=max(practised, agenda.since) if practised else 0,
        unanswered=agenda.unanswered,
    )
