"""Use cases of advice: lint a course, map it, suggest skills and prerequisites, tell how items do."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from api.authoring.advice.answers import answers_to
from api.authoring.advice.coverage import Cell, Gap, cells, gaps
from api.authoring.advice.measuring import Measuring
from api.authoring.advice.mistakes import Encoding, wrong_answers
from api.authoring.advice.prerequisites import Prerequisite, counted, fresh_counts, suggested_prerequisites
from api.authoring.advice.tagging import Suggestion, suggested_skills
from api.authoring.checking import track_of
from api.authoring.course import Course
from api.authoring.errors import CourseNotFoundError
from api.authoring.media.library import Library
from api.authoring.media.ports import MediaNotFoundError
from api.authoring.service import AuthoringService
from api.jobs.ports import Jobs, Run
from api.store.ports import Journal
from content.grading.misconceptions import Proposal, propose
from content.grading.sentences.embedding import WorkerEmbedder
from content.grading.worker.process import WorkerError
from content.items import Expression, Numeric
from content.linting import Limits, LintFinding, lint
from content.linting.access import faint_picture
from content.linting.pictures import WorkerPictures
from content.tracks import Track

MOST_BY_MEANING = 1_000
"""Items of a course that are compared by meaning: the worker embeds some tens of texts a second."""

MOST_PICTURES = 300
"""Pictures of a course whose contrast is looked at: a worker decodes some tens a second."""

MEASURE = "authoring.measure"
MINUTE_MS = 60_000


class CourseToMeasure(msgspec.Struct, frozen=True, kw_only=True):
    """A course whose items are to be measured."""

    organisation_id: str
    course_id: str


@dataclass(frozen=True, slots=True)
class Map:
    """Which skills have items of which difficulty, and what to write next."""

    cells: list[Cell]
    gaps: list[Gap]


@dataclass(frozen=True, slots=True)
class Linted:
    """What could be better, and a note if something was looked for in a coarser way; "" if not."""

    findings: list[LintFinding]
    note: str


class AdviceService:
    """Advice on courses. Nothing of it changes anything."""

    def __init__(
        self, authoring: AuthoringService, journal: Journal, measuring: Measuring, jobs: Jobs, library: Library
    ) -> None:
        self.authoring = authoring
        self._library = library
        self.pictures = WorkerPictures()
        self.measuring = measuring
        self._jobs = jobs
        jobs.register(MEASURE, CourseToMeasure, self._measure)
        self.embedder = WorkerEmbedder()
        self._journal = journal

    async def lint(self, course: Course, limits: Limits) -> Linted:
        """What could be better in the draft. Near copies are found by meaning, where a worker can tell it in time."""
        track = await self._track(course)
        linted = await self._linted(track, limits)
        faint = await self._faint(track)
        notes = [note for note in (linted.note, faint.note) if note]
        return Linted([*linted.findings, *faint.findings], " ".join(notes))

    async def _linted(self, track: Track, limits: Limits) -> Linted:
        if len(track.items) > MOST_BY_MEANING:
            note = f"Copies were looked for by letters: by meaning up to {MOST_BY_MEANING} items are compared."
            return Linted(await asyncio.to_thread(lint, track, limits), note)
        try:
            return Linted(await asyncio.to_thread(lint, track, limits, self.embedder), "")
        except WorkerError as error:
            note = f"Copies were looked for by letters, not by meaning: {error}"
            return Linted(await asyncio.to_thread(lint, track, limits), note)

    async def _faint(self, track: Track) -> Linted:
        """Pictures whose light and dark parts hardly differ."""
        places = [(item, place) for item in track.items for place in range(len(item.media))]
        findings: list[LintFinding] = []
        try:
            for item, place in places[:MOST_PICTURES]:
                with suppress(MediaNotFoundError):
                    kept, data = await self._library.get(item.media[place].sha256)
                    if kept.type.startswith("image/"):
                        luminances = await asyncio.to_thread(self.pictures.luminances, data)
                        findings.extend(faint_picture(item, place, luminances))
        except WorkerError as error:
            return Linted(findings, f"The contrast of pictures was not looked at: {error}")
        n_left = len(places) - MOST_PICTURES
        return Linted(findings, f"The contrast of {n_left} pictures was not looked at." if n_left > 0 else "")

    async def close(self) -> None:
        """End the workers."""
        await asyncio.to_thread(self.embedder.close)
        await asyncio.to_thread(self.pictures.close)
        await self.measuring.close()

    async def coverage(self, course: Course) -> Map:
        """The draft as a map of skill and difficulty."""
        track = await self._track(course)
        found = cells(track)
        return Map(found, gaps(track, found))

    async def skills_for(self, course: Course, text: str) -> list[Suggestion]:
        """Skills that an item of this text may exercise."""
        track = await self._track(course)
        return await asyncio.to_thread(suggested_skills, text.lower(), track.items, track.skills)

    async def prerequisites(self, course: Course) -> tuple[list[Prerequisite], int]:
        """Prerequisites that answers speak for, and how many learners answered."""
        counts, n_learners = fresh_counts(), 0
        async for answers in answers_to(self._journal, course.track_id):
            counted(counts, answers)
            n_learners += 1
        track = await self._track(course)
        return suggested_prerequisites(counts, track.skills), n_learners

    async def misconceptions(self, course: Course, item_id: str) -> tuple[list[Proposal], str]:
        """Wrong answers to a typed item that many share and that it says nothing of, and a note if they were compared
        letter by letter only. Raises PartNotFoundError."""
        element, _ = await self.authoring.courses.element(course.id, "item", item_id)
        item = element.item
        known = [one.answer for one in getattr(item, "misconceptions", ()) if isinstance(one.answer, str)]
        wrong = await wrong_answers(self._journal, course.track_id, item_id)
        if isinstance(item, Numeric | Expression) or not wrong:
            return propose(wrong, known), ""
        try:
            return await asyncio.to_thread(propose, wrong, known, Encoding(self.embedder)), ""
        except WorkerError as error:
            note = f"Answers were joined where they read the same, not where they mean the same: {error}"
            return await asyncio.to_thread(propose, wrong, known), note

    async def measure(self, course: Course) -> None:
        """Ask for the health of a course's items to be measured and kept. Asked again before it is done, it is once."""
        minute = self.authoring.clock() // MINUTE_MS
        asked = CourseToMeasure(organisation_id=course.organisation_id, course_id=course.id)
        await self._jobs.enqueue(MEASURE, asked, key=f"{course.id}:{minute}")

    async def _measure(self, asked: CourseToMeasure, _: Run) -> None:
        with suppress(CourseNotFoundError):  # it was deleted meanwhile
            course = await self.authoring.courses.get(asked.organisation_id, asked.course_id)
            await self.measuring.measure(course)

    async def _track(self, course: Course) -> Track:
        return track_of(course, await self.authoring.courses.elements(course.id))
