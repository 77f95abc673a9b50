"""Wrong answers to an item, read from the journals, and what they propose as misconceptions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from api.authoring.advice.answers import LEARNERS_AT_ONCE, MAX_LEARNERS
from api.learners.entries import Happening, happenings_of
from api.learners.events import ExerciseAnswered
from api.learners.facts import AnswerGraded, EnrolmentStarted
from api.store.ports import Journal
from content.grading.misconceptions import WrongAnswer
from content.linting.likeness import Embedder

MAX_WRONG = 20_000


class Sentence(NamedTuple):
    """The direction of a text."""

    sentence: NDArray[np.float32]


class Encoding:
    """Texts to directions, as the clustering asks for them."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def __call__(self, texts: Sequence[str]) -> list[Sentence]:
        """Their directions, in their order. Raises WorkerError."""
        return [Sentence(row) for row in self._embedder.embed(texts)]


async def wrong_answers(journal: Journal, track_id: str, item_id: str) -> list[WrongAnswer]:
    """What learners typed that was graded as worth nothing, to an item of a track in whatever version."""
    after, n_learners, found = "", 0, list[WrongAnswer]()
    while n_learners < MAX_LEARNERS and len(found) < MAX_WRONG:
        page = await journal.learners(after, LEARNERS_AT_ONCE)
        if not page:
            break
        for learner_id in page:
            found += _of(learner_id, track_id, item_id, happenings_of(await journal.read(learner_id)))
            await asyncio.sleep(0)
        after, n_learners = page[-1], n_learners + len(page)
    return found[:MAX_WRONG]


def _of(learner_id: str, track_id: str, item_id: str, happenings: list[Happening]) -> list[WrongAnswer]:
    enrolments: set[str] = set()
    found = []
    for happening in happenings:
        for fact in happening.facts:
            if isinstance(fact, EnrolmentStarted) and fact.track_id == track_id:
                enrolments.add(fact.enrolment_id)
            elif isinstance(fact, AnswerGraded) and fact.enrolment_id in enrolments and fact.item_id == item_id:
                text = _typed(happening)
                if text and not fact.pending and fact.score == 0.0:
                    found.append(WrongAnswer(text=text, learner=learner_id))
    return found


def _typed(happening: Happening) -> str:
    event = happening.event
    text = getattr(event.answer, "text", "") if isinstance(event, ExerciseAnswered) else ""
    return text.strip() if isinstance(text, str) else ""
