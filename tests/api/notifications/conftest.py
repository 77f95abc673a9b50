"""The room on a real store and a real push service, with a clock that tests move and jobs that they let run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api.accounts.account import Account, Accounts
from api.jobs.ports import Handler, Run
from api.jobs.retries import DEFAULT_RETRIES, Retries
from api.learners.entries import Happening, commit_of
from api.learners.events import SessionFinished
from api.learners.facts import AnswerGraded, Fact, SessionClosed
from api.mail.ports import Letter
from api.notifications.books import Books
from api.notifications.channels.vapid import make_key, read_key
from api.notifications.channels.webpush import WebPush
from api.notifications.letters import UnsubscribeLinks
from api.notifications.message import Message
from api.notifications.planner import Planner, Sources
from api.notifications.preferences import Choices, Preferences
from api.notifications.schemas import WebPushDevice
from api.notifications.sender import Carriers, Sender
from api.notifications.service import NotificationService
from api.notifications.views import target_of
from api.store.opening import Store, open_store
from api.wire import new_id
from tests.api.conftest import START, MovableClock
from tests.servers.push import Browser, PushService, running_push

SECRET = "s" * 48
HOUR = 3600


@dataclass
class QueuedJobs:
    """The port of jobs, kept in memory: what is due runs when a test says so, and again after a failure."""

    clock: Callable[[], int]
    handlers: dict[str, tuple[type[msgspec.Struct], Handler[Any]]] = field(default_factory=dict)
    waiting: dict[str, tuple[str, bytes, int]] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    ids: Iterator[int] = field(default_factory=count)

    def register(
        self, kind: str, payload: type[Any], handler: Handler[Any], retries: Retries = DEFAULT_RETRIES
    ) -> None:
        del retries
        self.handlers[kind] = (payload, handler)

    def repeat(self, kind: str, seconds: int, work: Callable[[], Awaitable[bool]]) -> None:
        raise NotImplementedError

    async def enqueue(
        self,
        kind: str,
        payload: msgspec.Struct,
        *,
        key: str | None = None,
        not_before: int | None = None,
        learner_id: str = "",
    ) -> str:
        assert learner_id
        id = f"{kind}:{key or next(self.ids)}"
        assert len(id) <= 200
        if id not in self.done:
            self.waiting.setdefault(id, (kind, msgspec.json.encode(payload), not_before or self.clock()))
        return id

    async def run(self) -> int:
        """Run what is due; how many jobs ran."""
        n_run = 0
        while due := [id for id, (_, _, at) in self.waiting.items() if at <= self.clock()]:
            for id in due:
                kind, payload, _ = self.waiting[id]
                type_, handler = self.handlers[kind]
                await handler(msgspec.json.decode(payload, type=type_), Run(id, 1))
                del self.waiting[id]
                self.done.add(id)
                n_run += 1
        return n_run


class Outbasket:
    """A mailer that keeps letters."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.errors: list[Exception] = []

    async def send(self, letter: Letter) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.letters.append(letter)


class Room:
    """The room, put together as `api.notifications.opening` does it."""

    def __init__(self, store: Store, clock: MovableClock, push: PushService, carrier: WebPush) -> None:
        self.store, self.clock, self.push = store, clock, push
        self.books, self.accounts = Books(store.documents), Accounts(store.documents)
        self.mail, self.n_due = Outbasket(), 0
        self.links = UnsubscribeLinks(SECRET, "https://learn.pacer.test")
        self.carriers = Carriers(
            {"webPush": carrier}, self.mail, self.links, "https://app.pacer.test", carrier.key.public
        )
        self.jobs, self.planner, self.service = self.worker()

    def worker(self) -> tuple[QueuedJobs, Planner, NotificationService]:
        """Another worker on the same store."""

        async def count_due(_: str) -> int:
            return self.n_due

        jobs = QueuedJobs(self.clock)
        sender = Sender(self.books, self.accounts, self.store.journal, jobs, self.carriers, self.clock)
        sources = Sources(self.books, self.accounts, self.store.journal, count_due, self.clock)
        service = NotificationService(self.books, self.accounts, sender, self.clock, loopback=True)
        return jobs, Planner(sources, sender), service

    async def learner(self, **fields: Any) -> str:
        """A learner who switched reminders on, with nothing done yet."""
        account = Account(
            id=new_id(), **{"zone": "Europe/Madrid", "locale": "en", "created_at": self.clock(), **fields}
        )
        await self.accounts.create(account)
        await self.service.choose(account.id, Preferences(push=Choices(reminder=True)))
        return account.id

    async def browser(self, learner_id: str) -> Browser:
        """A browser that the learner subscribed with."""
        browser = Browser(f"{self.push.url}/send/{new_id()}")
        wire = msgspec.convert(browser.subscription(), WebPushDevice)
        await self.service.register(learner_id, target_of(wire), "Firefox")
        return browser

    async def practise(
        self, learner_id: str, n_answers: int = 10, *, lesson: bool = True, zone: str = "Europe/Madrid"
    ) -> None:
        """A lesson, ending now."""
        commits = await self.store.journal.read(learner_id)
        at = self.clock()
        event = SessionFinished(client_time=at, zone=zone, device_id="phone", sequence=at, session_id="s")
        facts: list[Fact] = [graded(n) for n in range(n_answers)]
        if lesson:
            facts.append(closed(n_answers))
        made = Happening(id=new_id(), effective_at=at, accepted_at=at, event=event, facts=tuple(facts))
        await self.store.journal.append(commit_of(learner_id, len(commits) + 1, [made]))

    async def plan(self) -> None:
        """What a turn of the planning job does."""
        while await self.planner.work():
            pass

    async def live(self, hours: float, step_minutes: int = 30) -> None:
        """Let time pass, planning and sending as the jobs would."""
        for _ in range(round(hours * 60 / step_minutes)):
            self.clock.forward(step_minutes * 60)
            await self.plan()
            await self.jobs.run()

    async def log(self, learner_id: str) -> list[Message]:
        """What was decided, the first first."""
        return (await self.service.log(learner_id))[::-1]


def graded(number: int) -> AnswerGraded:
    return AnswerGraded(
        decision_id=f"d{number}",
        session_id="s",
        enrolment_id="e",
        item_id="i",
        skills=("k",),
        band="easy",
        score=1.0,
        correct=True,
        feedback="",
        expected="",
        seconds=5.0,
        usual_seconds=5.0,
        day_starts_at=0,
    )


def closed(answered: int) -> SessionClosed:
    return SessionClosed(
        session_id="s", enrolment_id="e", answered=answered, right=answered, xp=10, skills=("k",), day_starts_at=0
    )


@pytest.fixture
def push() -> Iterator[PushService]:
    with running_push() as service:
        yield service


ON_BOTH_STORES = pytest.mark.parametrize("store", ["sqlite", "mongo"], indirect=True)


@pytest.fixture
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    kind = getattr(request, "param", "sqlite")
    place = tmp_path / "pacer.db" if kind == "sqlite" else request.getfixturevalue("mongo_url")
    store = await open_store(place)
    yield store
    await store.close()


@pytest.fixture
async def room(store: Store, push: PushService) -> AsyncIterator[Room]:
    clock = MovableClock(START)
    carrier = WebPush(read_key(make_key(), Path("key")), "mailto:a@example.org", clock, loopback=True)
    room = Room(store, clock, push, carrier)
    await room.accounts.declare()
    await room.books.declare()
    yield room
    await carrier.close()
