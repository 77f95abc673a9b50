"""Sends messages: each to every device and address its learner wants it on, and to none of them twice.

What is handed over is marked as such first, by compare and set. If the process dies in between, nobody knows whether it
arrived, and it is not sent again; what was surely not taken is tried again, later and a bounded number of times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from api.accounts.account import Account, Accounts
from api.jobs.ports import Jobs, Run
from api.mail.ports import Mailer, MailError
from api.notifications.agenda import Agenda, moved
from api.notifications.books import Books, standing_of
from api.notifications.channels.ports import Carrier, Note, Result
from api.notifications.copy import body_of, title_of
from api.notifications.devices import Device, DeviceKind, FcmTarget, WebPushTarget
from api.notifications.letters import UnsubscribeLinks, letter_of
from api.notifications.message import Delivery, Message, delivered
from api.notifications.planning import NUDGES, plan_at
from api.notifications.practice import look
from api.notifications.preferences import Preferences
from api.store.ports import Journal
from api.wire import Clock

SEND = "notifications.send"
EMAIL = "email"
UNDER_13 = "under13"
MAX_TRIES = 5
MAIL_RETRY_SECONDS = 120.0
CUT_OFF = "the server stopped while it was handed over"


class MessageToSend(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was planned."""

    message_id: str


@dataclass(frozen=True, slots=True)
class Carriers:
    """What this server can reach people by: pushes by the kind of device, and letters. None where it is not set.

    `web_push_key` is the public key that browsers subscribe with.
    """

    push: Mapping[DeviceKind, Carrier]
    mailer: Mailer | None
    links: UnsubscribeLinks | None
    app_url: str = ""
    web_push_key: str | None = None

    @property
    def letters(self) -> bool:
        """Whether letters can be sent: they need a relay, and a way out."""
        return self.mailer is not None and self.links is not None


class Sender:
    """The job that sends."""

    def __init__(
        self, books: Books, accounts: Accounts, journal: Journal, jobs: Jobs, carriers: Carriers, clock: Clock
    ) -> None:
        self._books = books
        self._accounts = accounts
        self._journal = journal
        self._jobs = jobs
        self.carriers = carriers
        self._clock = clock
        jobs.register(SEND, MessageToSend, self._send)

    async def ask(self, message: Message) -> Message:
        """Keep a message and have it sent at its time, once; the one that was kept before, if there was one."""
        if not await self._books.messages.add(message):
            message = await self._books.messages.find(message.id) or message
        await self._again(message, message.send_at, message.id)
        return message

    async def _again(self, message: Message, at: int, key: str) -> None:
        todo = MessageToSend(message_id=message.id)
        await self._jobs.enqueue(SEND, todo, key=key, not_before=at, learner_id=message.learner_id)

    async def _send(self, todo: MessageToSend, _: Run) -> None:
        message = await self._books.messages.find(todo.message_id)
        if message is None or message.state != "planned":
            return
        account = await self._accounts.find(message.learner_id)
        if not message.deliveries:
            ready = await self._ready(message, account)
            if ready is None:
                return
            message = ready
        if account is not None:
            for target in message.deliveries:
                await self._deliver(message.id, target, account)
        await self._finish(message.id)

    async def _ready(self, message: Message, account: Account | None) -> Message | None:
        """The message with all it goes to, after a last look at whether it still should; None if it should not now."""
        preferences = await self._books.preferences.of(message.learner_id)
        found = await self._books.agendas.find(message.learner_id)
        if account is None or account.merged_into or found is None or not preferences.channels(message.kind):
            await self._drop(message, "switchedOff")
            return None
        now, agenda = self._clock(), await look(self._journal, found[0])
        if message.kind in NUDGES and agenda.last_practice_at >= message.decided_at:
            await self._drop(message, "practised")
            return None
        others = tuple(sent for sent in agenda.sent if (sent.at, sent.kind) != (message.send_at, message.kind))
        standing = standing_of(now, account, preferences, msgspec.structs.replace(agenda, sent=others))
        allowed = plan_at(standing, now, message.why)
        if allowed.action == "none" or allowed.at > message.expires_at:
            await self._drop(message, "expired" if now > message.expires_at else allowed.why)
            return None
        if allowed.action == "wait":
            await self._move(message, allowed.at)
            return None
        deliveries = await self._targets(message, account, preferences)
        if not deliveries:
            await self._drop(message, "noDevice")
            return None
        return await self._books.messages.change(
            message.id,
            lambda kept: kept if kept.deliveries else msgspec.structs.replace(kept, deliveries=deliveries),
        )

    async def _targets(self, message: Message, account: Account, preferences: Preferences) -> dict[str, Delivery]:
        channels = preferences.channels(message.kind)
        found: dict[str, Delivery] = {}
        if "push" in channels:
            for device in await self._books.devices.of(account.id):
                if kind_of(device) in self.carriers.push:
                    found[device.id] = Delivery(channel="push")
        if EMAIL in channels and self.carriers.letters and may_be_written_to(account):
            found[EMAIL] = Delivery(channel="email")
        return found

    async def _deliver(self, message_id: str, target: str, account: Account) -> None:
        """Hand the message over to one target, if that is due and was not begun before."""
        now, begun = self._clock(), False

        def begin(kept: Message) -> Message:
            nonlocal begun
            delivery, begun = kept.deliveries[target], False
            if delivery.state == "sending":
                cut_off = delivered(kept, target, "unsure", detail=CUT_OFF)
                return msgspec.structs.replace(cut_off, sent_at=kept.sent_at or now)
            if delivery.state != "waiting" or delivery.not_before > now:
                return kept
            if delivery.tries >= MAX_TRIES or now > kept.expires_at:
                return delivered(kept, target, None, state="failed")
            begun = True
            return delivered(kept, target, None, tries=delivery.tries + 1)

        message = await self._books.messages.change(message_id, begin)
        if message is None or not begun:
            return
        result = await self._hand_over(message, target, account)
        not_before = self._clock() + round(result.retry_seconds * 1000) if result.became == "later" else 0
        at = self._clock()

        def end(kept: Message) -> Message:
            sent_at = kept.sent_at or (at if result.became in ("sent", "unsure") else 0)
            changed = delivered(kept, target, result.became, not_before=not_before, detail=result.detail)
            return msgspec.structs.replace(changed, sent_at=sent_at)

        await self._books.messages.change(message_id, end)

    async def _hand_over(self, message: Message, target: str, account: Account) -> Result:
        if target == EMAIL:
            return await self._write(message, account)
        device = next((each for each in await self._books.devices.of(account.id) if each.id == target), None)
        carrier = None if device is None else self.carriers.push.get(kind_of(device))
        if device is None or carrier is None:
            return Result("gone", 0.0, "the device was removed")
        result = await carrier.send(device, note_of(message, self._clock()))
        if result.became == "gone":
            await self._books.devices.gone(device)
        return result

    async def _write(self, message: Message, account: Account) -> Result:
        mailer, links = self.carriers.mailer, self.carriers.links
        if mailer is None or links is None or not may_be_written_to(account):
            return Result("gone", 0.0, "there is no address to write to")
        id = note_of(message, self._clock()).tag
        try:
            await mailer.send(letter_of(message, account.email or "", links, self.carriers.app_url, id))
        except MailError as error:
            return Result("refused" if error.lasting else "later", MAIL_RETRY_SECONDS, str(error))
        return Result("sent")

    async def _finish(self, message_id: str) -> None:
        """Have what waits tried again, or say how it ended."""

        def end(kept: Message) -> Message:
            if any(delivery.state in ("waiting", "sending") for delivery in kept.deliveries.values()):
                return kept
            return msgspec.structs.replace(kept, state="sent" if kept.sent_at else "failed")

        message = await self._books.messages.change(message_id, end)
        if message is not None and message.state == "planned":
            waiting = [each for each in message.deliveries.values() if each.state == "waiting"]
            if waiting:
                first = min(waiting, key=lambda each: each.not_before)
                n_tries = sum(each.tries for each in message.deliveries.values())
                await self._again(message, first.not_before, f"{message.id}.{n_tries}")

    async def _move(self, message: Message, at: int) -> None:
        """Send it later: it is quiet now, or enough was sent."""

        def later(agenda: Agenda) -> Agenda:
            sent = [
                msgspec.structs.replace(each, at=at)
                if (each.at, each.kind) == (message.send_at, message.kind)
                else each
                for each in agenda.sent
            ]
            return moved(agenda, agenda.due_at, self._clock(), sent=tuple(sent))

        await self._again(message, at, f"{message.id}.at{at}")
        await self._books.agendas.change(message.learner_id, later)
        await self._books.messages.change(message.id, lambda kept: msgspec.structs.replace(kept, send_at=at))

    async def _drop(self, message: Message, reason: str) -> None:
        """Do not send it: say why, and let it count for no limit."""

        def without(agenda: Agenda) -> Agenda:
            sent = tuple(each for each in agenda.sent if (each.at, each.kind) != (message.send_at, message.kind))
            return moved(agenda, agenda.due_at, self._clock(), sent=sent)

        await self._books.agendas.change(message.learner_id, without)
        await self._books.messages.change(
            message.id, lambda kept: msgspec.structs.replace(kept, state="dropped", dropped=reason)
        )


def may_be_written_to(account: Account) -> bool:
    """Whether letters go to the account: it has shown that its address is its own, and is of nobody under 13."""
    return bool(account.email) and account.email_verified and account.age_group != UNDER_13


def kind_of(device: Device) -> DeviceKind:
    """The kind of a device, as carriers are named."""
    target = device.target
    return "webPush" if isinstance(target, WebPushTarget) else "fcm" if isinstance(target, FcmTarget) else "apns"


def note_of(message: Message, now: int) -> Note:
    """The push of a message."""
    return Note(
        id=message.id,
        code=message.code,
        title=title_of(message.code),
        body=body_of(message.code),
        seconds=max(60, (message.expires_at - now) // 1000),
    )
