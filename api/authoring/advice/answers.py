"""What learners answered to the items of a track, read from their journals."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import NamedTuple

from api.learners.entries import Happening, happenings_of
from api.learners.facts import AnswerGraded, EnrolmentStarted
from api.store.ports import Journal

LEARNERS_AT_ONCE = 200
MAX_LEARNERS = 20_000
"""Of more learners, the first by id are looked at: their ids begin with the time of their start."""


class Answered(NamedTuple):
    """An answer that counted, in the order of the learner's fold. `at` in ms."""

    learner_id: str
    item_id: str
    version: str
    skills: tuple[str, ...]
    score: float
    seconds: float
    locale: str
    at: int


async def answers_to(journal: Journal, track_id: str, most: int = MAX_LEARNERS) -> AsyncIterator[list[Answered]]:
    """All answers to the items of a track, learner by learner; practice and what waits for a person left out."""
    after, n_learners = "", 0
    while n_learners < most and (page := await journal.learners(after, LEARNERS_AT_ONCE)):
        for learner_id in page:
            found = _of(learner_id, track_id, happenings_of(await journal.read(learner_id)))
            if found:
                yield found
            await asyncio.sleep(0)
        after, n_learners = page[-1], n_learners + len(page)


def _of(learner_id: str, track_id: str, happenings: list[Happening]) -> list[Answered]:
    versions: dict[str, str] = {}
    found: list[Answered] = []
    for happening in happenings:
        for fact in happening.facts:
            if isinstance(fact, EnrolmentStarted) and fact.track_id == track_id:
                versions[fact.enrolment_id] = fact.track_version
            elif isinstance(fact, AnswerGraded) and fact.enrolment_id in versions and _counts(fact):
                found.append(
                    _answered(
                        learner_id, fact.track_version or versions[fact.enrolment_id], fact, happening.effective_at
                    )
                )
    return found


def _counts(fact: AnswerGraded) -> bool:
    return not (fact.practice or getattr(fact, "pending", False))


def _answered(learner_id: str, version: str, fact: AnswerGraded, at: int) -> Answered:
    name = fact.item_id.partition("~")[0]
    return Answered(learner_id, name, version, fact.skills, fact.score, fact.seconds, fact.locale, at)
