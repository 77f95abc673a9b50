"""Use cases of rubrics: make a model of judged essays, tell how far it agrees with people, let it advise."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

import msgspec
import numpy as np

from api.authoring.advice.mistakes import Encoding
from api.authoring.course import Course
from api.authoring.errors import PartNotFoundError
from api.authoring.rubrics.rubric import (
    Agreement,
    Example,
    Rubric,
    Rubrics,
    TraitSaid,
    Weights,
    packed,
    rubric_id,
    unpacked,
)
from api.authoring.service import AuthoringService
from api.jobs.ports import Jobs, Run
from api.store.ports import VersionClashError
from api.wire import WireError
from content.grading.essays.model import (
    Advice,
    EssayError,
    Judged,
    agreement_of,
    chance_of,
    fit_essays,
    held_out,
    spread_of,
)
from content.grading.essays.reading import read_essays
from content.grading.sentences.embedding import WorkerEmbedder
from content.grading.worker.process import WorkerError
from content.items import Essay
from content.text import plain_text

TRAIN = "authoring.rubric"
SEED = 0


class RubricToTrain(msgspec.Struct, frozen=True, kw_only=True):
    """The model of an item that was asked for at an instant (ms)."""

    course_id: str
    item: str
    at: int


class RubricService:
    """Models that advise on essays."""

    def __init__(self, rubrics: Rubrics, authoring: AuthoringService, embedder: WorkerEmbedder, jobs: Jobs) -> None:
        self.rubrics = rubrics
        self._authoring = authoring
        self._encode = Encoding(embedder)
        self._jobs = jobs
        self.listeners: list[Callable[[Rubric, str], Awaitable[None]]] = []
        """Told of each model that is made, and of which item."""
        jobs.register(TRAIN, RubricToTrain, self._train)

    async def train(self, course: Course, item_id: str, examples: Sequence[tuple[str, Mapping[str, int]]]) -> Rubric:
        """Ask for a model of judged essays in place of the one there is.

        Raises:
            PartNotFoundError: there is no such essay.
            WireError: an example lacks a trait, or has a level that the rubric does not have.
        """
        essay = await self._essay(course, item_id)
        judged = tuple(Example(text, _levels(essay, place, levels)) for place, (text, levels) in enumerate(examples))
        rubric = Rubric(
            id=rubric_id(course.id, item_id),
            course_id=course.id,
            prompt=plain_text(essay.prompt),
            traits=tuple(trait.id for trait in essay.traits),
            n_levels=tuple(len(trait.levels) for trait in essay.traits),
            n_examples=len(judged),
            at=self._authoring.clock(),
            examples=judged,
        )
        await self.rubrics.put(rubric)
        asked = RubricToTrain(course_id=course.id, item=item_id, at=rubric.at)
        await self._jobs.enqueue(TRAIN, asked, key=f"{rubric.id}:{rubric.at}")
        return rubric

    async def get(self, course: Course, item_id: str) -> Rubric | None:
        """What there is; None if nobody sent judged examples yet."""
        found = await self.rubrics.get(course.id, item_id)
        return None if found is None else found[0]

    async def advise(self, course: Course, item_id: str, text: str) -> tuple[TraitSaid, ...]:
        """What the model would say of an essay. Raises PartNotFoundError, WorkerError."""
        rubric = await self.get(course, item_id)
        if rubric is None or rubric.model is None:
            raise PartNotFoundError(f"there is no model of {item_id[:80]!r}; getRubric tells why")
        return await asyncio.to_thread(self._said, rubric, rubric.model, text)

    async def said(self, rubric: Rubric, text: str) -> tuple[TraitSaid, ...]:
        """The same of a model that is ready. Raises WorkerError."""
        return () if rubric.model is None else await asyncio.to_thread(self._said, rubric, rubric.model, text)

    def _said(self, rubric: Rubric, weights: Weights, text: str) -> tuple[TraitSaid, ...]:
        (reading,) = read_essays([text], rubric.prompt, self._encode)
        advice = unpacked(rubric, weights).advise(reading)
        return tuple(_trait(rubric, place, one) for place, one in enumerate(advice))

    async def _essay(self, course: Course, item_id: str) -> Essay:
        element, _ = await self._authoring.courses.element(course.id, "item", item_id)
        if not isinstance(element.item, Essay):
            raise PartNotFoundError(f"the item {item_id[:80]!r} is no essay, and has no rubric")
        return element.item

    async def _train(self, asked: RubricToTrain, _: Run) -> None:
        found = await self.rubrics.get(asked.course_id, asked.item)
        if found is None or found[0].at != asked.at or found[0].state != "training":
            return
        rubric, version = found
        try:
            made = await asyncio.to_thread(_trained, rubric, self._encode)
        except (EssayError, WorkerError) as error:
            made = msgspec.structs.replace(rubric, state="failed", failure=str(error), examples=())
        with suppress(VersionClashError):  # others were sent meanwhile, with a job of their own
            await self.rubrics.put(made, version)
        if made.state == "ready":
            for listener in self.listeners:
                await listener(made, asked.item)


def _trait(rubric: Rubric, place: int, one: Advice) -> TraitSaid:
    n_levels, spread = rubric.n_levels[place], rubric.spread
    sure = chance_of(one.level, one.estimate, spread[place], n_levels) if spread else None
    return TraitSaid(
        trait=one.trait, level=one.level, estimate=one.estimate, confidence=sure, sentence=one.sentence, place=one.place
    )


def _trained(rubric: Rubric, encode: Encoding) -> Rubric:
    readings = read_essays([one.text for one in rubric.examples], rubric.prompt, encode)
    judged = [Judged(reading, one.levels) for reading, one in zip(readings, rubric.examples, strict=True)]
    model = fit_essays(judged, rubric.traits, rubric.n_levels)
    rng = np.random.default_rng(SEED)
    estimates = held_out(judged, rubric.traits, rubric.n_levels, rng)
    measured = agreement_of(judged, rubric.traits, estimates, rng)
    spread = tuple(spread_of(judged, estimates).tolist())
    told = tuple(Agreement(trait=trait, kappa=one.value, low=one.low, high=one.high) for trait, one in measured.items())
    return msgspec.structs.replace(
        rubric, state="ready", model=packed(model), agreement=told, spread=spread, examples=()
    )


def _levels(essay: Essay, place: int, given: Mapping[str, int]) -> tuple[int, ...]:
    faults = []
    for trait in essay.traits:
        top = len(trait.levels) - 1
        if not 0 <= given.get(trait.id, -1) <= top:
            faults.append((f"/examples/{place}/levels/{trait.id}", f"give a whole level from 0 to {top}"))
    if faults:
        raise WireError(*faults)
    return tuple(given[trait.id] for trait in essay.traits)
