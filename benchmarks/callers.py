"""Who calls: one that sends the same request for ever, and learners that answer one exercise after another."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import cache
from typing import Protocol

from api.play.answering import answer_to
from api.wire import instant, new_id
from benchmarks.connection import Connection, http
from content.catalogue import CourseIndex, index_course
from content.formats.yaml_track import load_track
from content.starter import starter_tracks

TRACK = "python-from-zero"
LESSON_LENGTH = 50
RIGHT_OF = (3, 4)
DECISION = b'{"decisionId":"'
ITEM = b'","itemId":"'
ID_LENGTH = 36


class Caller(Protocol):
    """Sends its next request, and calls back when it is ready for another."""

    @property
    def connection(self) -> Connection:
        """What it sends over."""

    def call(self, done: Callable[[], None]) -> None:
        """Send. `done` is called when the response is there."""

    def settle(self, ready: Callable[[], None]) -> None:
        """Do what must be done before the next call, which is not measured; then call `ready`."""


class Repeater:
    """The same request again and again."""

    def __init__(self, connection: Connection, request: bytes) -> None:
        self.connection = connection
        self._request = request

    def call(self, done: Callable[[], None]) -> None:
        """Send."""
        self.connection.send(self._request, lambda _: done())

    def settle(self, ready: Callable[[], None]) -> None:
        """Always ready."""
        ready()


class Learner:
    """A guest in a lesson of 50 exercises, and then in the next one. Three answers in four are right."""

    def __init__(self, connection: Connection, token: str, enrolment: str = "", n_events: int = 0) -> None:
        """One who was here before has an enrolment, and events."""
        self.connection = connection
        self.id = ""
        self.enrolment = enrolment
        self._token = token
        self._sequence = n_events
        self._path = ""
        self._exercise: tuple[str, str] | None = None

    @classmethod
    async def start(cls, port: int) -> Learner:
        """Sign in, enrol and open a lesson."""
        connection = await Connection.to(port)
        signed_in = json.loads(await connection.ask(http("POST", "/v1/auth/guest", b'{"zone":"Europe/Madrid"}')))
        learner = cls(connection, signed_in["accessToken"])
        learner.id = signed_in["learnerId"]
        path = f"/v1/tracks/{TRACK}/enrolments"
        learner.enrolment = json.loads(await connection.ask(learner._event(path)))["id"]
        await learner.open()
        return learner

    async def open(self) -> None:
        """Open a lesson."""
        self._opened(await self.connection.ask(self._opening()))

    @property
    def n_events(self) -> int:
        """Events so far."""
        return self._sequence

    def call(self, done: Callable[[], None]) -> None:
        """Answer the exercise."""

        def answered(body: bytes) -> None:
            self._exercise = _exercise(body, b'"next":')
            done()

        self.connection.send(self._answer(), answered)

    def settle(self, ready: Callable[[], None]) -> None:
        """Open the next lesson if this one is over."""
        if self._exercise is not None:
            ready()
            return

        def opened(body: bytes) -> None:
            self._opened(body)
            ready()

        self.connection.send(self._opening(), opened)

    def _opened(self, body: bytes) -> None:
        self._path = f"/v1/sessions/{json.loads(body)['id']}/answers"
        self._exercise = _exercise(body, b'"exercise":')

    def _opening(self) -> bytes:
        return self._event("/v1/sessions", f',"enrolmentId":"{self.enrolment}","length":{LESSON_LENGTH}')

    def _answer(self) -> bytes:
        if self._exercise is None:
            raise ValueError("the lesson is over")
        decision, item = self._exercise
        right = self._sequence % RIGHT_OF[1] < RIGHT_OF[0]
        rest = f',"decisionId":"{decision}","answer":{_answer_json(item, right)},"secondsTaken":9.5'
        return self._event(self._path, rest)

    def _event(self, path: str, rest: str = "") -> bytes:
        self._sequence += 1
        body = (
            f'{{"eventId":"{new_id()}","clientTime":"{instant(time.time_ns() // 1_000_000)}","zone":"Europe/Madrid",'
            f'"deviceId":"phone","sequence":{self._sequence}{rest}}}'
        )
        return http("POST", path, body.encode(), self._token)


def _exercise(body: bytes, field: bytes) -> tuple[str, str] | None:
    """(decision, item) of a response, found without reading all of it; None at the end of a lesson."""
    at = body.find(field + DECISION)
    if at < 0:
        return None
    at += len(field) + len(DECISION)
    item = at + ID_LENGTH + len(ITEM)
    return body[at : at + ID_LENGTH].decode(), body[item : body.find(b'"', item)].decode()


@cache
def course_index() -> CourseIndex:
    """The track that is played."""
    return index_course(load_track(next(path for path in starter_tracks() if path.name == TRACK)))


@cache
def _answer_json(item_id: str, right: bool) -> str:
    return json.dumps(answer_to(course_index().item(item_id), right=right, seed=0), separators=(",", ":"))
