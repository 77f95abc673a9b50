"""A message to a learner: what was decided and why, and what became of it on every device. It is also the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from api.jobs.expiry import DAY, day_of
from api.notifications.bandit import Arm
from api.notifications.channels.ports import Became
from api.notifications.preferences import Channel, Kind
from api.store.pages import find_all
from api.store.ports import Document, Documents, VersionClashError

MESSAGE = "notification"
LEARNER = "learner_id"
KEEP_MS = 90 * 86_400_000
TRIES = 10

State = Literal["planned", "sent", "dropped", "failed"]
Policy = Literal["bandit", "fixed"]
DeliveryState = Literal["waiting", "sending", "sent", "gone", "refused", "unsure", "failed"]


class Decision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """How the time and the words were chosen.

    Attributes:
        policy: "bandit", or "fixed" for the fixed rule.
        because: why the fixed rule, "" for the bandit.
        arms: all that could be chosen; `index` is the one that was.
        probabilities: of all arms; the propensity is that of the chosen one.
        features: of the chosen arm, from which the bandit learns.
    """

    policy: Policy
    because: str
    arms: tuple[Arm, ...]
    index: int
    probabilities: tuple[float, ...]
    features: tuple[float, ...] = ()

    @property
    def arm(self) -> Arm:
        """The arm that was chosen."""
        return self.arms[self.index]

    @property
    def propensity(self) -> float:
        """Its probability."""
        return self.probabilities[self.index]


class Delivery(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What became of a message on one device or at one address.

    Attributes:
        tries: how often it was handed over, or tried to be.
        not_before: when it may be tried again (ms).
        detail: what the other side said.
    """

    channel: Channel
    state: DeliveryState = "waiting"
    tries: int = 0
    not_before: int = 0
    detail: str = ""


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message as stored. Instants are ms since the epoch, UTC.

    Attributes:
        id: learner, kind and key: the same message again has the same one, so that nobody gets it twice.
        code: of its texts.
        figures: for letters.
        why: code of the reason for sending it then.
        expires_at: what was not sent by then is not sent any more.
        dropped: why it was not sent, "" if it was or still may be.
        sent_at: when the first device was reached, 0 for not yet.
        outcome: 1 if the learner learned within 24 hours of the decision, 0 if not, -1 for not known.
        deliveries: by id of the device, or "email".
        day: by which it is removed.
    """

    id: str
    learner_id: str
    kind: Kind
    code: str
    why: str
    decided_at: int
    send_at: int
    expires_at: int
    figures: dict[str, int] = {}
    state: State = "planned"
    dropped: str = ""
    sent_at: int = 0
    decision: Decision | None = None
    outcome: int = -1
    deliveries: dict[str, Delivery] = {}
    day: str = ""


def message_id(learner_id: str, kind: Kind, key: str) -> str:
    """The id of the message of a kind with a key, such as a local date."""
    return f"{learner_id}.{kind}.{key}"


Edit = Callable[[Message], Message]


class MessageBook:
    """Messages on the Documents port."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self._documents.declare(MESSAGE, indexes=(LEARNER, DAY))

    async def add(self, message: Message) -> bool:
        """Keep a new message; whether there was none of its id."""
        kept = msgspec.structs.replace(message, day=day_of(message.decided_at + KEEP_MS))
        try:
            await self._documents.put(MESSAGE, message.id, msgspec.json.encode(kept), expected_version=0)
        except VersionClashError:
            return False
        return True

    async def find(self, id: str) -> Message | None:
        """A message, or None."""
        document = await self._documents.get(MESSAGE, id)
        return None if document is None else _message(document)

    async def change(self, id: str, edit: Edit) -> Message | None:
        """Replace a message by what `edit` makes of it; None if it is gone. Raises VersionClashError."""
        for _ in range(TRIES):
            document = await self._documents.get(MESSAGE, id)
            if document is None:
                return None
            found = _message(document)
            changed = edit(found)
            if changed == found:
                return found
            try:
                await self._documents.put(MESSAGE, id, msgspec.json.encode(changed), expected_version=document.version)
            except VersionClashError:
                continue
            return changed
        raise VersionClashError(f"the message {id} is being changed by too many at once")

    async def of(self, learner_id: str) -> list[Message]:
        """All messages of a learner, in order of id."""
        return [_message(each) async for each in find_all(self._documents, MESSAGE, LEARNER, learner_id)]

    async def all(self, after_id: str, limit: int) -> list[Message]:
        """Messages of everybody, in order of id."""
        return [_message(each) for each in await self._documents.all(MESSAGE, after_id, limit)]

    async def pass_on(self, guest_id: str, account_id: str) -> None:
        """Give the log of a guest to an account. Repeating it is harmless."""
        for message in await self.of(guest_id):
            id = message_id(account_id, message.kind, f"{guest_id}.{message.id.rpartition('.')[2]}")
            over = {"state": "dropped", "dropped": "merged"} if message.state == "planned" else {}
            await self.add(msgspec.structs.replace(message, id=id, learner_id=account_id, **over))
            await self._documents.delete(MESSAGE, message.id)


def delivered(message: Message, target: str, became: Became | None, **changes: object) -> Message:
    """The message with another word on one delivery; None for one that is being handed over now."""
    old = message.deliveries[target]
    state: DeliveryState = "sending" if became is None else "waiting" if became == "later" else became
    new = msgspec.structs.replace(old, **{"state": state, **changes})
    return msgspec.structs.replace(message, deliveries={**message.deliveries, target: new})


def _message(document: Document) -> Message:
    return msgspec.json.decode(document.body, type=Message)
