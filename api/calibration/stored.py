"""Calibrating a course of a server from the journals of its learners, by an operator's command."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

import click

from api.authoring.advice.measured import Measured, MeasuredHealth
from api.authoring.advice.measuring import Measuring
from api.authoring.courses import Courses
from api.authoring.errors import CourseNotFoundError
from api.authoring.publishing.version import Versions
from api.calibration.tables import ORDER, table_of, wide_console, write_items
from api.composition import system_clock
from api.game.operating import Place, finished, opened
from content.calibration.health import ItemHealth


def calibrate_course(place: Place, organisation: str, course_id: str, out: Path | None, json_file: Path | None) -> None:
    """Measure a course anew, keep it where its authors see it, and show it."""
    begun = time.perf_counter()
    measured, found = finished(lambda: _measured(place, organisation, course_id), CourseNotFoundError)
    found.sort(key=lambda health: ORDER.index(health.status))
    wide_console().print(table_of(found))
    if out is not None:
        write_items(out, found)
    calibration = measured.calibration
    figures = {
        "command": "content calibrate",
        "course": course_id,
        "answers": sum(health.n_answers for health in found),
        "items": len(found),
        "model": None if calibration is None else calibration.fitted.model,
        "calibrated": 0 if calibration is None else len(calibration.fitted.items),
        "learners": None if calibration is None else calibration.fitted.n_learners,
        "logLikelihood": None if calibration is None else calibration.fitted.log_likelihood,
        "converged": None if calibration is None else calibration.fitted.converged,
        "statuses": dict(Counter(health.status for health in found)),
        "out": None if out is None else str(out),
        "seconds": round(time.perf_counter() - begun, 1),
    }
    line = json.dumps(figures)
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


async def _measured(place: Place, organisation: str, course_id: str) -> tuple[Measured, list[ItemHealth]]:
    async with opened(place) as store:
        courses, versions, kept = Courses(store.documents), Versions(store.documents), MeasuredHealth(store.documents)
        for declared in (courses, versions, kept):
            await declared.declare()
        measuring = Measuring(store.journal, courses, versions, kept, system_clock)
        try:
            return await measuring.measure(await courses.get(organisation, course_id), anew=True)
        finally:
            await measuring.close()
