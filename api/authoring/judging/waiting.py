"""An answer that waits for a person, as it is stored for the reviewers of its course."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Literal

import msgspec

from api.authoring.courses import ATTEMPTS
from api.authoring.errors import PartNotFoundError
from api.authoring.rubrics.rubric import TraitSaid
from api.store.ports import Document, Documents, VersionClashError
from content.answers import Answer

WAITING = "waitingAnswer"
State = Literal["waiting", "judged"]


class Advised(msgspec.Struct, frozen=True, kw_only=True):
    """What the model of an essay's rubric says; `model` is when that was asked for, ms."""

    model: int
    traits: tuple[TraitSaid, ...]


class WaitingAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer. Its id is that of the learner's event. Instants are milliseconds since the epoch.

    Attributes:
        queue: the course and the state, by which it is listed.
        item_version: hash of the item that was shown; `track` that of the version of its track.
        prompt, expected: as the learner saw them, in inline markup.
        advised_by, confidence: what judged it and was not sure enough, "" for nothing.
        advice: on an essay, None until there is a model and it has read the essay.
        score: what a person gave it, 0 to 1, once it is judged.
    """

    id: str
    course_id: str
    queue: str
    learner_id: str
    item: str
    item_version: str
    track: str
    prompt: str
    expected: str
    answer: Answer
    at: int
    locale: str = ""
    advised_by: str = ""
    confidence: float = 0.0
    advice: Advised | None = None
    state: State = "waiting"
    score: float = 0.0
    judged_by: str = ""
    judged_at: int = 0
    reason: str = ""


class WaitingAnswers:
    """Answers that wait, on the Documents port."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self._documents.declare(WAITING, indexes=("course_id", "queue", "learner_id"))

    async def add(self, waiting: WaitingAnswer) -> None:
        """Keep an answer; one that is there already stays as it is."""
        with suppress(VersionClashError):
            await self._documents.put(WAITING, waiting.id, msgspec.json.encode(waiting), expected_version=0)

    async def get(self, course_id: str, answer_id: str) -> WaitingAnswer:
        """An answer to an item of a course. Raises PartNotFoundError."""
        return (await self._load(course_id, answer_id))[0]

    async def of(self, course_id: str, state: State, after: str, limit: int) -> list[WaitingAnswer]:
        """Answers in a state, the oldest first, after that with the id `after`."""
        found = await self._documents.find(WAITING, "queue", queue_of(course_id, state), after, limit)
        return [_waiting(document) for document in found]

    async def edit(
        self, course_id: str, answer_id: str, edit: Callable[[WaitingAnswer], WaitingAnswer]
    ) -> WaitingAnswer:
        """Replace an answer by what `edit` makes of its newest state. Raises PartNotFoundError."""
        for _ in range(ATTEMPTS):
            with suppress(VersionClashError):
                found, version = await self._load(course_id, answer_id)
                changed = edit(found)
                await self._documents.put(WAITING, answer_id, msgspec.json.encode(changed), version)
                return changed
        raise VersionClashError(f"the answer {answer_id} is being judged by too many requests; try again")

    async def _load(self, course_id: str, answer_id: str) -> tuple[WaitingAnswer, int]:
        document = await self._documents.get(WAITING, answer_id)
        found = None if document is None else _waiting(document)
        if document is None or found is None or found.course_id != course_id:
            raise PartNotFoundError(f"no answer {answer_id[:80]} of this course waits or has waited for a person")
        return found, document.version


def queue_of(course_id: str, state: State) -> str:
    """What answers of a course in a state are listed under."""
    return f"{course_id}:{state}"


def _waiting(document: Document) -> WaitingAnswer:
    return msgspec.json.decode(document.body, type=WaitingAnswer)
