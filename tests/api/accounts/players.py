"""Learners who play, on one server or several, and a store that fails when it is told to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from api.learners.entries import happenings_of
from api.sessions.routes import SESSIONS
from api.store.ports import StoreError
from tests.api.accounts.conftest import Desk
from tests.api.sessions.conftest import Phone

TRACK = "every-kind"


class Player:
    """A learner with a phone, who enrols once and plays lessons."""

    def __init__(self, desk: Desk, tokens: dict[str, str], device: str = "phone") -> None:
        self.desk, self.tokens = desk, tokens
        self.phone = Phone(desk.service, tokens, device)
        self.enrolment = ""

    @property
    def id(self) -> str:
        """The learner's."""
        return self.tokens["learnerId"]

    async def lesson(self, n_answers: int = 3) -> None:
        """A lesson from its beginning to its last answer."""
        exercise = await self.begin(n_answers)
        while exercise is not None:
            answer = await self.answer(exercise)
            assert answer.status_code == 200, answer.text
            exercise = answer.json()["next"]

    async def begin(self, n_answers: int = 3) -> Any:
        """The first exercise of a lesson."""
        self.enrolment = self.enrolment or (await self.phone.enrol(await self.track()))["id"]
        session = await self.phone.open(self.enrolment, n_answers)
        self.session: str = session["id"]
        return session["exercise"]

    async def answer(self, exercise: Any, desk: Desk | None = None) -> httpx.Response:
        """The right answer, to any server."""
        body = self.phone.envelope(
            decisionId=exercise["decisionId"], answer=self.phone.right(exercise), secondsTaken=20.0
        )
        client = (desk or self.desk).service.client
        return await client.post(f"/v1/sessions/{self.session}/answers", json=body, headers=self.phone.headers)

    async def track(self) -> str:
        """The id of the one track."""
        answer = await self.phone.get("/tracks")
        found: str = answer["items"][0]["id"]
        return found

    async def game(self) -> Any:
        """XP, level and streak."""
        return await self.phone.get("/me/game")


def states_of(desk: Desk) -> Any:
    """The live learners of a server."""
    return SESSIONS.fetch(desk.service.app)._states


async def event_ids(desk: Desk, learner_id: str) -> list[str]:
    """Ids of all events in a learner's journal, as often as they stand there."""
    commits = await states_of(desk).journal.read(learner_id)
    return [entry.id for commit in commits for entry in commit.events]


async def kinds(desk: Desk, learner_id: str) -> list[str]:
    """What stands in a learner's journal."""
    commits = await states_of(desk).journal.read(learner_id)
    return [type(happening.event).__name__ for happening in happenings_of(commits)]


class Failing:
    """Stands before a port, and fails instead of the n-th write that comes through it."""

    def __init__(self, port: Any, count: Callable[[], Awaitable[None]]) -> None:
        self._port = port
        self._count = count

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        if name not in ("append", "erase", "put", "delete"):
            return method

        async def counted(*arguments: Any, **options: Any) -> Any:
            await self._count()
            return await method(*arguments, **options)

        return counted


@contextmanager
def failing_at(number: int, *holders: tuple[Any, str]) -> Iterator[list[int]]:
    """Every named port of every holder fails at the write `number` (from 0); how many writes came, in a list."""
    writes = [0]

    async def count() -> None:
        writes[0] += 1
        if writes[0] == number + 1:
            raise StoreError("the disk is full")

    kept = [(holder, name, getattr(holder, name)) for holder, name in holders]
    for holder, name, port in kept:
        setattr(holder, name, Failing(port, count))
    try:
        yield writes
    finally:
        for holder, name, port in kept:
            setattr(holder, name, port)
