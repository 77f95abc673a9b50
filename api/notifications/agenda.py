"""When to look at whom: one document for each learner who wants something, found by the five minutes it is due in.

So planning costs what is due, not everybody. Practice is read off the journal when a learner is looked at, from where
the last look ended: answers pay nothing for reminders.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import msgspec

from api.notifications.planning import Sent
from api.store.ports import Document, Documents, VersionClashError

AGENDA, WALK = "notificationAgenda", "notificationWalk"
SLOT = "slot"
SLOT_MS = 300_000
OVERLAP_SLOTS = 12
"""So many slots are looked at again, for a clock may have run ahead."""

FIRST_SLOTS = 288
"""So many slots are looked at when nothing is known of earlier walks."""

KEEP_SENT_MS = 8 * 86_400_000
PAGE = 200
TRIES = 10


class Agenda(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A learner's agenda as stored, under the learner's id. Instants are ms since the epoch, UTC.

    Attributes:
        due_at: when to look next; `slot` is the slot of that.
        since: when the first kind was switched on; nobody is reminded within a day of that.
        seq: of the last commit of the journal that was looked at.
        zone: where the learner practised last, "" for nowhere yet.
        last_practice_at: of the last graded answer or finished lesson; 0 for none.
        hours: practice by hour of the learner's day; 24 counts, halved now and then.
        sent: what was sent, or is going to be, of the last eight days.
        unanswered: reminders since the last practice.
        open_id: the message whose outcome is awaited, "" for none; `open_at` is when it was decided, and the window
            of 24 hours begins; `answers` and `finished` count within it.
        weeks: graded answers and finished lessons by local week, named by the ordinal of its Monday; the last two.
        told_week: ordinal of the Monday of the last week that was summed up, or passed over; 0 for none.
    """

    learner_id: str
    due_at: int
    slot: str
    since: int = 0
    seq: int = 0
    zone: str = ""
    last_practice_at: int = 0
    hours: tuple[int, ...] = (0,) * 24
    sent: tuple[Sent, ...] = ()
    unanswered: int = 0
    open_id: str = ""
    open_at: int = 0
    answers: int = 0
    finished: int = 0
    weeks: dict[int, tuple[int, int]] = {}
    told_week: int = 0


class Walk(msgspec.Struct, frozen=True):
    """The last slot that is done."""

    slot: int


class AgendaBook:
    """Agendas on the Documents port."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self._documents.declare(AGENDA, indexes=(SLOT,))
        await self._documents.declare(WALK)

    async def find(self, learner_id: str) -> tuple[Agenda, int] | None:
        """A learner's agenda and its version, or None."""
        document = await self._documents.get(AGENDA, learner_id)
        return None if document is None else (agenda_of(document), document.version)

    async def change(self, learner_id: str, edit: Callable[[Agenda], Agenda]) -> None:
        """Replace an agenda, if there is one, by what `edit` makes of it. Raises VersionClashError."""
        for _ in range(TRIES):
            found = await self.find(learner_id)
            if found is None or await self.put(edit(found[0]), found[1]):
                return
        raise VersionClashError(f"the agenda of {learner_id} is being changed by too many at once")

    async def put(self, agenda: Agenda, version: int) -> bool:
        """Write an agenda, unless it was changed since that version (0 for a new one); whether it was written."""
        try:
            await self._documents.put(AGENDA, agenda.learner_id, msgspec.json.encode(agenda), expected_version=version)
        except VersionClashError:
            return False
        return True

    async def forget(self, learner_id: str) -> None:
        """Remove an agenda, if there is one."""
        await self._documents.delete(AGENDA, learner_id)

    async def due(self, now: int) -> AsyncIterator[str]:
        """Learners whose agenda is due at `now` (ms), the longest due first as far as slots tell."""
        last, walked = now // SLOT_MS, await self.walked()
        first = last - FIRST_SLOTS if walked is None else walked + 1
        for slot in range(min(first, last - OVERLAP_SLOTS), last + 1):
            after = ""
            while page := await self._documents.find(AGENDA, SLOT, slot_of(slot * SLOT_MS), after, PAGE):
                after = page[-1].id
                for document in page:
                    if agenda_of(document).due_at <= now:
                        yield document.id

    async def walked(self) -> int | None:
        """The last slot that is done, None before the first walk."""
        document = await self._documents.get(WALK, WALK)
        return None if document is None else msgspec.json.decode(document.body, type=Walk).slot

    async def done(self, now: int) -> None:
        """Remember that nothing is left that was due before the slot of `now` (ms)."""
        await self._documents.put(WALK, WALK, msgspec.json.encode(Walk(now // SLOT_MS - 1)))


def slot_of(at: int) -> str:
    """The slot of an instant (ms), as documents hold it."""
    return str(at // SLOT_MS)


def moved(agenda: Agenda, due_at: int, now: int, **changes: object) -> Agenda:
    """The agenda due at another time, not before `now` (ms), with what is old left out."""
    due = max(due_at, now)
    kept = tuple(sent for sent in agenda.sent if sent.at > now - KEEP_SENT_MS)
    return msgspec.structs.replace(agenda, **{"sent": kept, **changes, "due_at": due, "slot": slot_of(due)})


def agenda_of(document: Document) -> Agenda:
    """The agenda of a document."""
    return msgspec.json.decode(document.body, type=Agenda)
