"""What is read when: a new essay alone, and all that wait once there is a new model."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec

from api.authoring.judging.advising import PAGE, Advising, EssaysToAdvise
from api.authoring.judging.waiting import WaitingAnswer, WaitingAnswers, queue_of
from api.authoring.rubrics.rubric import Rubric, TraitSaid
from api.jobs.ports import Run
from api.store import open_store
from content.answers import EssayAnswer
from content.items import Essay, Trait

COURSE, ITEM, N_WAITING = "course", "fishing", 3 * PAGE
RUBRIC = Rubric(
    id="r", course_id=COURSE, prompt="", traits=("thesis",), n_levels=(2,), n_examples=30, at=7, state="ready"
)
SAID = TraitSaid(trait="thesis", level=1, estimate=0.8, confidence=0.9, sentence="", place=-1)
ESSAY = Essay(
    id=ITEM,
    skills=("seas",),
    band="easy",
    prompt="Why?",
    hints=("Who?",),
    explanation="Take a side.",
    traits=(Trait(id="thesis", title="Thesis", levels=("None.", "Clear.")),),
)


class Queue:
    """Jobs that are done when they are asked for, and how many runs that took."""

    def __init__(self) -> None:
        self.n_runs = 0
        self.handler: Any = None

    def register(self, *asked: Any) -> None:
        self.handler = asked[-1]

    async def enqueue(self, _: str, payload: EssaysToAdvise, *, key: str = "") -> str:
        self.n_runs += 1
        await self.handler(payload, Run(job_id=key, attempt=1))
        return key


class Rubrics:
    """One model that is ready, and how often it was asked."""

    def __init__(self) -> None:
        self.listeners: list[Any] = []
        self.rubrics, self.n_read = self, 0

    async def get(self, *_: str) -> tuple[Rubric, int]:
        return RUBRIC, 1

    async def said(self, *_: Any) -> tuple[TraitSaid, ...]:
        self.n_read += 1
        return (SAID,)


async def ensure(_: str) -> None:
    """The track is there."""


def essay(number: int) -> WaitingAnswer:
    return WaitingAnswer(
        id=f"answer-{number:04d}",
        course_id=COURSE,
        queue=queue_of(COURSE, "waiting"),
        learner_id="ana",
        item=ITEM,
        item_version="",
        track="t",
        prompt="",
        expected="",
        answer=EssayAnswer(text="Yes."),
        at=number,
    )


async def test_a_new_essay_is_read_alone_however_many_wait_and_a_new_model_reads_all(tmp_path: Path) -> None:
    store = await open_store(tmp_path / "pacer.db")
    waiting, rubrics, jobs = WaitingAnswers(store.documents), Rubrics(), Queue()
    registry: Any = SimpleNamespace(ensure=ensure, version=lambda _: SimpleNamespace(item=lambda _: ESSAY))
    advising = Advising(waiting, rubrics, registry, jobs, lambda: 0)  # type: ignore[arg-type]
    try:
        await waiting.declare()
        for number in range(N_WAITING):
            await waiting.add(essay(number))
        await advising.filed(essay(N_WAITING - 1))
        assert (jobs.n_runs, rubrics.n_read) == (1, 1)
        assert (await waiting.get(COURSE, essay(N_WAITING - 1).id)).advice is not None
        assert (await waiting.get(COURSE, essay(0).id)).advice is None

        judged = msgspec.structs.replace(essay(N_WAITING), state="judged", queue=queue_of(COURSE, "judged"))
        await waiting.add(judged)
        await advising.filed(judged)
        await advising.filed(essay(N_WAITING + 1))  # whoever wrote it left meanwhile
        assert rubrics.n_read == 1

        await advising.made(RUBRIC, ITEM)
        assert rubrics.n_read == N_WAITING
        page = await waiting.of(COURSE, "waiting", "", N_WAITING + 1)
        assert [one.advice is not None and one.advice.model for one in page] == [RUBRIC.at] * N_WAITING
    finally:
        await store.close()
