"""Advice on essays that wait for a person: made by a job, and kept with the answer, so that lists wait for nothing."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from api.authoring.errors import PartNotFoundError
from api.authoring.judging.waiting import Advised, WaitingAnswer, WaitingAnswers
from api.authoring.rubrics.rubric import Rubric
from api.authoring.rubrics.service import RubricService
from api.jobs.ports import Jobs, Run
from api.tracks.registry import Registry
from api.wire import Clock
from content.answers import EssayAnswer
from content.grading.worker.process import WorkerError
from content.items import Essay

ADVISE = "authoring.advise"
PAGE = 50
"""Answers that one run of the job looks at."""

MINUTE_MS = 60_000
logger = logging.getLogger("pacer.authoring")


class EssaysToAdvise(msgspec.Struct, frozen=True, kw_only=True):
    """The essays of an item that wait, after the answer with the id `after`; or that with the id `only` alone."""

    course_id: str
    item: str
    after: str = ""
    only: str = ""


class Advising:
    """Has the model of an essay's rubric read what waits."""

    def __init__(
        self, waiting: WaitingAnswers, rubrics: RubricService, registry: Registry, jobs: Jobs, clock: Clock
    ) -> None:
        self._waiting = waiting
        self._rubrics = rubrics
        self._registry = registry
        self._jobs = jobs
        self._clock = clock
        jobs.register(ADVISE, EssaysToAdvise, self._advise)
        rubrics.listeners.append(self.made)

    async def made(self, rubric: Rubric, item: str) -> None:
        """Have all that waits read by a new model."""
        await self._ask(EssaysToAdvise(course_id=rubric.course_id, item=item), f"{rubric.id}:{rubric.at}")

    async def filed(self, one: WaitingAnswer) -> None:
        """Have a new answer read, if it is an essay whose rubric has a model."""
        if isinstance(one.answer, EssayAnswer) and await self._ready(one.course_id, one.item):
            await self._ask(EssaysToAdvise(course_id=one.course_id, item=one.item, only=one.id), one.id)

    async def shown(self, course_id: str, page: Sequence[WaitingAnswer]) -> None:
        """Have essays read whose advice is not that of the newest model, at most once a minute."""
        for item in {one.item for one in page if one.state == "waiting" and isinstance(one.answer, EssayAnswer)}:
            rubric = await self._ready(course_id, item)
            if rubric is not None and any(one.item == item and _stale(one, rubric) for one in page):
                minute = self._clock() // MINUTE_MS
                await self._ask(EssaysToAdvise(course_id=course_id, item=item), f"{rubric.id}:{rubric.at}:{minute}")

    async def _ask(self, asked: EssaysToAdvise, key: str) -> None:
        await self._jobs.enqueue(ADVISE, asked, key=key)

    async def _ready(self, course_id: str, item: str) -> Rubric | None:
        found = await self._rubrics.rubrics.get(course_id, item)
        return found[0] if found is not None and found[0].state == "ready" else None

    async def _advise(self, asked: EssaysToAdvise, run: Run) -> None:
        rubric = await self._ready(asked.course_id, asked.item)
        if rubric is None:
            return
        page = await self._page(asked)
        for one in page:
            if one.item == asked.item and _stale(one, rubric):
                try:
                    await self._read(one, rubric)
                except WorkerError as error:
                    logger.warning("no advice on essays of %s: %s", asked.item, error)
                    return
        if len(page) == PAGE:
            await self._ask(msgspec.structs.replace(asked, after=page[-1].id), f"{run.job_id}>{page[-1].id}"[-200:])

    async def _page(self, asked: EssaysToAdvise) -> list[WaitingAnswer]:
        if not asked.only:
            return await self._waiting.of(asked.course_id, "waiting", asked.after, PAGE)
        try:
            one = await self._waiting.get(asked.course_id, asked.only)
        except PartNotFoundError:  # whoever wrote it has left
            return []
        return [one] if one.state == "waiting" else []

    async def _read(self, one: WaitingAnswer, rubric: Rubric) -> None:
        """Keep what the model says of an essay, nothing if it was made for another rubric. Raises WorkerError."""
        text = one.answer.text if isinstance(one.answer, EssayAnswer) else ""
        traits = await self._rubrics.said(rubric, text) if text and await self._fits(one, rubric) else ()

        def edit(found: WaitingAnswer) -> WaitingAnswer:
            return msgspec.structs.replace(found, advice=Advised(model=rubric.at, traits=traits))

        with suppress(PartNotFoundError):  # whoever wrote it has left
            await self._waiting.edit(one.course_id, one.id, edit)

    async def _fits(self, one: WaitingAnswer, rubric: Rubric) -> bool:
        """Whether the rubric that the essay was written for is the one of the model."""
        await self._registry.ensure(one.track)
        item = self._registry.version(one.track).item(one.item)
        return isinstance(item, Essay) and [(trait.id, len(trait.levels)) for trait in item.traits] == list(
            zip(rubric.traits, rubric.n_levels, strict=True)
        )


def _stale(one: WaitingAnswer, rubric: Rubric) -> bool:
    return one.advice is None or one.advice.model != rubric.at
