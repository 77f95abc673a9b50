"""Use cases of notifications: what a learner wants, on which devices, what was sent; and the way in for other rooms."""

from __future__ import annotations

from dataclasses import dataclass

from api.accounts.account import Account, Accounts
from api.notifications.agenda import Agenda, moved, slot_of
from api.notifications.books import Books, is_under_18, standing_of, zones_of
from api.notifications.devices import Device, Target, WebPushTarget, id_of
from api.notifications.endpoints import check_endpoint
from api.notifications.errors import ChannelOffError
from api.notifications.message import Message, message_id
from api.notifications.planning import Sent, plan_at
from api.notifications.preferences import Kind, Preferences
from api.notifications.sender import Sender, kind_of
from api.wire import Clock

MAX_KEY = 80
TRIES = 5


@dataclass(frozen=True, slots=True)
class Overview:
    """What a learner wants, the zones and the profile it is reckoned in, and when they are next looked at (ms)."""

    preferences: Preferences
    zones: tuple[str, ...]
    under_18: bool
    personalised: bool
    next_look: int | None


class NotificationService:
    """What learners and other rooms ask of this one. `loopback` allows endpoints on this machine."""

    def __init__(self, books: Books, accounts: Accounts, sender: Sender, clock: Clock, *, loopback: bool) -> None:
        self.books = books
        self.sender = sender
        self._accounts = accounts
        self._clock = clock
        self._loopback = loopback

    async def overview(self, learner_id: str) -> Overview:
        """What a learner wants. Raises UnknownAccountError."""
        account = await self._accounts.get(learner_id)
        return await self._overview(account, await self.books.preferences.of(learner_id))

    async def choose(self, learner_id: str, preferences: Preferences) -> Overview:
        """Replace what a learner wants. Raises UnknownAccountError."""
        account = await self._accounts.get(learner_id)
        await self.books.preferences.put(learner_id, preferences)
        if preferences.silent:
            await self.books.agendas.forget(learner_id)
        else:
            await self._agenda(learner_id)
            now = self._clock()
            await self.books.agendas.change(learner_id, lambda found: moved(found, now, now))
        return await self._overview(account, preferences)

    async def _overview(self, account: Account, preferences: Preferences) -> Overview:
        found = await self.books.agendas.find(account.id)
        agenda = None if found is None else found[0]
        under_18 = is_under_18(account)
        return Overview(
            preferences=preferences,
            zones=zones_of(account, preferences, agenda),
            under_18=under_18,
            personalised=account.personalised and not under_18,
            next_look=None if agenda is None else agenda.due_at,
        )

    async def register(self, learner_id: str, target: Target, name: str) -> Device:
        """Keep a device of a learner.

        Raises:
            UnknownAccountError: there is no such learner.
            ChannelOffError: this server cannot reach such devices.
            EndpointError: the endpoint leads where none may.
        """
        await self._accounts.get(learner_id)
        device = Device(id=id_of(target), learner_id=learner_id, target=target, registered_at=self._clock(), name=name)
        if kind_of(device) not in self.sender.carriers.push:
            known = ", ".join(sorted(self.sender.carriers.push)) or "none"
            raise ChannelOffError(f"this server cannot reach devices of kind {kind_of(device)!r}; it can: {known}")
        if isinstance(target, WebPushTarget):
            check_endpoint(target.endpoint, loopback=self._loopback)
        await self.books.devices.register(device)
        return device

    async def stop(self, learner_id: str, kind: Kind) -> None:
        """Switch a kind of letter off, for whoever holds the link of one. Repeating it is harmless."""
        preferences = await self.books.preferences.find(learner_id)
        if preferences is not None and preferences.email.wants(kind):
            left = preferences.without("email", kind)
            await self.books.preferences.put(learner_id, left)
            if left.silent:
                await self.books.agendas.forget(learner_id)

    async def tell(self, learner_id: str, kind: Kind, key: str, *, expires_at: int, why: str) -> bool:
        """Send something of another room's, if the learner wants it: now, or when it is not quiet and not too much.

        Args:
            kind: of which there is a text `{kind}.plain`.
            key: the same for the same news, which is sent once; at most 80 characters.
            expires_at: when it is of no use any more (ms).
            why: code of the reason, for the log.

        Returns:
            Whether it will be sent, as things stand.
        """
        if len(key) > MAX_KEY:
            raise ValueError(f"a key has at most {MAX_KEY} characters, not {len(key)}")
        account, preferences = await self._accounts.find(learner_id), await self.books.preferences.of(learner_id)
        if account is None or account.merged_into or not preferences.channels(kind):
            return False
        for _ in range(TRIES):
            agenda, version = await self._agenda(learner_id)
            now = self._clock()
            found = plan_at(standing_of(now, account, preferences, agenda), now, why)
            if found.action == "none" or found.at > expires_at:
                return False
            message = Message(
                id=message_id(learner_id, kind, key),
                learner_id=learner_id,
                kind=kind,
                code=f"{kind}.plain",
                why=found.why,
                decided_at=now,
                send_at=found.at,
                expires_at=expires_at,
            )
            if await self.books.messages.find(message.id) is not None:
                return True
            reserved = moved(agenda, agenda.due_at, now, sent=(*agenda.sent, Sent(found.at, kind)))
            if await self.books.agendas.put(reserved, version):
                await self.sender.ask(message)
                return True
        return False

    async def _agenda(self, learner_id: str) -> tuple[Agenda, int]:
        """A learner's agenda, made if there is none, due at once."""
        now = self._clock()
        await self.books.agendas.put(Agenda(learner_id=learner_id, due_at=now, slot=slot_of(now), since=now), 0)
        found = await self.books.agendas.find(learner_id)
        return found or (Agenda(learner_id=learner_id, due_at=now, slot=slot_of(now), since=now), 0)

    async def log(self, learner_id: str) -> list[Message]:
        """What was sent and was not, the last decided first."""
        found = await self.books.messages.of(learner_id)
        return sorted(found, key=lambda message: (-message.decided_at, message.id))
