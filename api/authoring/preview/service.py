"""Use cases of previewing: show an item, grade an answer to it, and choose what would come next."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from api.authoring.checking import consistency_faults, track_of
from api.authoring.course import Course
from api.authoring.errors import FaultyCourseError, PartNotFoundError
from api.authoring.forms import wired
from api.authoring.service import AuthoringService
from api.sessions.choosing import ShownInLesson
from api.sessions.grading import judged
from api.tracks.registry import Published
from api.wire import WireError
from content.answers import Answer
from content.catalogue import UnknownItemError
from content.choice import Exposure, choose_item
from content.grading.ports import FreeTextGrader, Judgement
from content.item_rules import find_item_faults
from content.items import Item, Template
from content.templates import TemplateError, check_template, instantiate
from content.tracks import Track, content_hash
from content.translation import translated, translation_locale
from rl.runtime import NothingToRecommendError, Outcome, Pupil, Recommendation, Tutor

KEPT = 4
"""Compiled drafts kept ready."""
MINUTE_DAYS = 1.0 / 1440.0


class Attempt(NamedTuple):
    """An exercise of the draft that was played."""

    item_id: str
    score: float
    seconds: float
    hints: int


class Next(NamedTuple):
    """What would come, on the compiled draft."""

    published: Published
    pupil: Pupil
    choice: Recommendation | None
    item: Item | None


class PreviewService:
    """Drafts as learners would meet them."""

    def __init__(self, authoring: AuthoringService, tutor: Tutor, grader: FreeTextGrader) -> None:
        self.authoring = authoring
        self._grader = grader
        self._tutor = tutor
        self._compiled: dict[str, Published] = {}

    async def item(self, course: Course, item_id: str, locale: str) -> tuple[Item, str]:
        """An item of the draft in the translation for a reader, and its tag; a template's by ``template~seed``.

        Raises:
            PartNotFoundError: there is no such item.
            FaultyCourseError: the item has faults that keep it from being shown.
        """
        name, mark, seed = item_id.partition("~")
        element, _ = await self.authoring.courses.element(course.id, "item", name)
        value = element.item or element.template
        faults = list(_unshowable(value))
        if faults:
            raise FaultyCourseError(faults)
        if isinstance(value, Template):
            number = int(seed) if seed.isascii() and seed.isdigit() and len(seed) <= 15 else 0
            return instantiate(value, number), ""
        if value is None or mark:
            raise PartNotFoundError(f"the course has no item {item_id[:80]!r}")
        tag = translation_locale(value, locale)
        return (translated(value, tag) if tag else value), tag

    async def grade(self, course: Course, item_id: str, locale: str, answer: Answer) -> tuple[Item, Judgement]:
        """What an answer is worth, by the judges that learners have. Raises PartNotFoundError, WireError."""
        item, _ = await self.item(course, item_id, locale)
        return item, await judged(item, answer, self._grader)

    async def next(self, course: Course, played: Sequence[Attempt]) -> Next:
        """What the tutor would choose after what was played.

        Raises:
            FaultyCourseError: parts of the course do not fit together.
            WireError: what was played is not of the draft.
        """
        elements = await self.authoring.courses.elements(course.id)
        faults = await asyncio.to_thread(consistency_faults, course, elements)
        if faults:
            raise FaultyCourseError([(fault.pointer, fault.text) for fault in faults])
        published = await asyncio.to_thread(self._compile, track_of(course, elements))
        return self._chosen(published, played)

    def _compile(self, track: Track) -> Published:
        """The draft, ready to be played; the few that were played last are kept so."""
        version = content_hash(track)
        published = self._compiled.pop(version, None) or Published(track, version)
        self._compiled[version] = published
        while len(self._compiled) > KEPT:
            del self._compiled[next(iter(self._compiled))]
        return published

    def _chosen(self, published: Published, played: Sequence[Attempt]) -> Next:
        pupil = self._tutor.open(published.course)
        shown, seen = ShownInLesson(published), dict[str, Exposure]()
        for place, attempt in enumerate(played):
            item = _item(published, attempt.item_id, place)
            skills = tuple(published.skill_index[skill] for skill in item.skills)
            band = published.band_index[item.band]
            shown.note(item.id, skills[0], band)
            source = item.id.partition("~")[0]
            times = seen[source].times + 1 if source in seen else 1
            seen[source] = Exposure(times, place * MINUTE_DAYS)
            pace = attempt.seconds / item.seconds * self._tutor.parameters.pace_seconds
            pupil.observe(Outcome(skills=skills, band=band, score=attempt.score, seconds=pace, hints=attempt.hints))
        try:
            choice = pupil.recommend(allowed=shown.allowed())
        except NothingToRecommendError:
            return Next(published, pupil, None, None)
        if isinstance(choice, list):
            choice = choice[0]
        exercises = published.index.exercises[choice.skill, choice.band]
        picked = choose_item(exercises, seen, choice.ability, len(played), published.made)
        return Next(published, pupil, choice, picked.item)


def _unshowable(value: Item | Template | None) -> Iterator[tuple[str, str]]:
    """What keeps an item from being shown: pointer into it, and what to do."""
    if isinstance(value, Template):
        try:
            check_template(value)
        except TemplateError as error:
            yield "", str(error)
    elif value is not None:
        yield from ((wired(fault.pointer), f"{fault.message} {fault.fix}") for fault in find_item_faults(value))


def _item(published: Published, item_id: str, place: int) -> Item:
    try:
        return published.item(item_id)
    except UnknownItemError as error:
        raise WireError((f"/played/{place}/itemId", str(error))) from error
