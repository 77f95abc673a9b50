"""How the items of a course do, by what learners answered: measured by a job, which calibrates them in a worker."""

from __future__ import annotations

import asyncio
import logging
from bisect import bisect_right

import msgspec

from api.authoring.advice.answers import Answered, answers_to
from api.authoring.advice.holding import Holding, holding_of
from api.authoring.advice.measured import Calibrated, Measured, MeasuredHealth, measured_item
from api.authoring.checking import track_of
from api.authoring.course import Course
from api.authoring.courses import Courses
from api.authoring.publishing.version import Versions
from api.store.ports import Journal
from api.wire import Clock
from content.calibration.calibration import Calibration
from content.calibration.expectations import expected_of_track
from content.calibration.health import ItemHealth, item_health
from content.calibration.messages import Fitted, Told
from content.calibration.responses import Responses
from content.calibration.task import MOST_ANSWERS, WorkerCalibration, unpacked, without
from content.grading.worker.process import WorkerError
from content.tracks import Track

RIGHT = 0.5
"""From this score on an answer counts as right where only right and wrong are told apart."""

GROWTH = 0.2
"""A calibration is made anew once so many more answers, as a share of those it was made of, are there, or fewer."""

Standing = dict[str, tuple[float | None, float | None]]
"""Difficulty and its standard error, by item."""

logger = logging.getLogger("pacer.authoring")


class Measuring:
    """Measures courses, whole, from the journal."""

    def __init__(
        self, journal: Journal, courses: Courses, versions: Versions, measured: MeasuredHealth, clock: Clock
    ) -> None:
        self._journal = journal
        self._courses = courses
        self._versions = versions
        self._clock = clock
        self.measured = measured
        self.worker = WorkerCalibration()

    async def health(self, course: Course) -> list[ItemHealth]:
        """How each item of the draft does now, by the first answer of each learner to it that still tells of it.

        Difficulties are those that were measured last.
        """
        rows, holding, track = await self._answers(course)
        measured = await self.measured.get(course.id)
        if not rows or measured is None:
            return await asyncio.to_thread(_health, track, rows, None) if rows else []
        known = _still(measured.calibration, holding)
        found = await asyncio.to_thread(_health, track, rows, None if known is None else unpacked(known.fitted))
        return _standing(found, {one.item: (one.difficulty, one.difficulty_error) for one in measured.items})

    async def measure(self, course: Course, *, anew: bool = False) -> tuple[Measured, list[ItemHealth]]:
        """Measure, and keep what came of it. `anew` calibrates whatever was known before.

        Without the worker nothing is said of difficulties, and a calibration that was made before is kept.
        """
        rows, holding, track = await self._answers(course)
        last = await self.measured.get(course.id)
        known = _still(last.calibration if last else None, holding)
        standing: Standing = {}
        calibration = known
        if rows:
            try:
                calibration, standing = await asyncio.to_thread(
                    self._calibrated, rows, None if anew else known, holding.latest
                )
            except WorkerError as error:
                logger.warning("the items of course %s were not calibrated: %s", course.id, error)
        fitted = None if calibration is None else unpacked(calibration.fitted)
        found = await asyncio.to_thread(_health, track, rows, fitted) if rows else []
        told = _standing(found, standing)
        errors = {} if calibration is None else _slope_errors(calibration.fitted)
        made = Measured(
            id=course.id,
            at=self._clock(),
            items=tuple(measured_item(one, errors.get(one.item_id)) for one in told),
            calibration=calibration,
        )
        await self.measured.put(made)
        return made, told

    def _calibrated(
        self, rows: list[Answered], known: Calibrated | None, version: int
    ) -> tuple[Calibrated | None, Standing]:
        """Calibrate, or take in what came since; where each item stands now. Raises WorkerError."""
        responses = _responses(rows)
        if known is not None and abs(len(rows) - known.n_answers) > GROWTH * known.n_answers:
            known = None
        n_known = 0 if known is None else bisect_right(rows, known.at, key=lambda row: row.at)
        told = self.worker.calibrate(responses, None if known is None else known.fitted, n_known)
        standing = dict(zip(responses.item_ids, zip(told.difficulty, told.error, strict=True), strict=False))
        return known or _made(told, rows, version), standing

    async def _answers(self, course: Course) -> tuple[list[Answered], Holding, Track]:
        """First answers that still tell of an item of the draft, in the order in which they were given.

        Of more than `MOST_ANSWERS` those of the first learners by id, whole.
        """
        track = _placed(track_of(course, await self._courses.elements(course.id)))
        holding = await holding_of(self._versions, course.id)
        current = {item.id for item in track.items}
        rows: list[Answered] = []
        async for answers in answers_to(self._journal, course.track_id):
            first: dict[str, Answered] = {}
            for answer in answers:
                name = answer.item_id
                if name in current and holding.counts(name, answer.version):
                    first.setdefault(name, answer)
            if len(rows) + len(first) > MOST_ANSWERS:
                break
            rows.extend(first.values())
        rows.sort(key=lambda row: (row.at, row.learner_id))
        return rows, holding, track

    async def close(self) -> None:
        """End the worker."""
        await asyncio.to_thread(self.worker.close)


def _made(told: Told, rows: list[Answered], version: int) -> Calibrated | None:
    if told.fitted is None:
        return None
    return Calibrated(at=rows[-1].at, version=version, n_answers=len(rows), fitted=told.fitted)


def _still(known: Calibrated | None, holding: Holding) -> Calibrated | None:
    """A calibration less the items that have changed since it was made, None if nothing is left."""
    if known is None:
        return None
    gone = [name for name, number in holding.since.items() if number > known.version]
    left = without(known.fitted, gone)
    return msgspec.structs.replace(known, fitted=left) if left.items else None


def _placed(track: Track) -> Track:
    """The track without items of bands that it does not have."""
    bands = {band.id for band in track.bands}
    return msgspec.structs.replace(track, items=tuple(item for item in track.items if item.band in bands))


def _responses(rows: list[Answered]) -> Responses:
    return Responses.of(
        [row.learner_id for row in rows],
        [row.item_id for row in rows],
        [float(row.score >= RIGHT) for row in rows],
        seconds=[row.seconds for row in rows],
        facets={"locale": [row.locale or None for row in rows]},
    )


def _health(track: Track, rows: list[Answered], calibration: Calibration | None) -> list[ItemHealth]:
    responses = _responses(rows)
    shared = calibration is not None and not set(responses.item_ids).isdisjoint(calibration.item_ids)
    return item_health(responses, calibration=calibration if shared else None, expected=expected_of_track(track))


def _standing(found: list[ItemHealth], now: Standing) -> list[ItemHealth]:
    """With the difficulties of now; where they are not known, with those of the calibration."""
    return [
        msgspec.structs.replace(one, difficulty=now[one.item_id][0], difficulty_error=now[one.item_id][1])
        if one.item_id in now
        else one
        for one in found
    ]


def _slope_errors(fitted: Fitted) -> dict[str, float | None]:
    return dict(zip(fitted.items, fitted.discrimination_error, strict=True))
