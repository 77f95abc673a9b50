"""How items did when it was last measured: one document for each course, small enough to be read with a search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from api.store.ports import Documents
from content.calibration.health import ItemHealth, Status
from content.calibration.messages import Fitted

MEASURED = "itemHealth"
Flag = Literal["flagged", "tooEasy", "lowDiscrimination", "keySuspect"]


class MeasuredItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The figures of an item; None where answers do not tell. `findings` are their kinds, the worst first.

    `difficulty` and `slope` are in the unit of the calibration, each with its standard error; what came after the
    calibration is in the difficulty.
    """

    item: str
    status: Status
    n_answers: int
    p_value: float | None = None
    discrimination: float | None = None
    seconds: float | None = None
    difficulty: float | None = None
    difficulty_error: float | None = None
    slope: float | None = None
    slope_error: float | None = None
    findings: tuple[str, ...] = ()


class Calibrated(msgspec.Struct, frozen=True, kw_only=True):
    """A calibration of a course's items.

    Attributes:
        at: when the last answer was given that it knows of, ms.
        version: number of the course's latest version then.
        n_answers: first answers that there were.
    """

    at: int
    version: int
    n_answers: int
    fitted: Fitted


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """All items of a course that were answered, as of `at` (ms). Its id is the course's."""

    id: str
    at: int
    items: tuple[MeasuredItem, ...]
    calibration: Calibrated | None = None


FLAGS: dict[Flag, Callable[[MeasuredItem], bool]] = {
    "flagged": lambda one: one.status in ("broken", "doubtful"),
    "tooEasy": lambda one: "too-easy" in one.findings,
    "lowDiscrimination": lambda one: not {"tells-nothing", "able-do-worse"}.isdisjoint(one.findings),
    "keySuspect": lambda one: "key-may-be-wrong" in one.findings,
}
"""What items are narrowed by in a search."""


class MeasuredHealth:
    """Measurements on the Documents port."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def declare(self) -> None:
        """Tell the store of the kind."""
        await self._documents.declare(MEASURED)

    async def put(self, measured: Measured) -> None:
        """Keep a measurement in place of the one before."""
        await self._documents.put(MEASURED, measured.id, msgspec.json.encode(measured))

    async def get(self, course_id: str) -> Measured | None:
        """The last measurement of a course, None before the first."""
        document = await self._documents.get(MEASURED, course_id)
        return None if document is None else msgspec.json.decode(document.body, type=Measured)

    async def forget(self, course_id: str) -> None:
        """Remove what was measured of a course that goes."""
        await self._documents.delete(MEASURED, course_id)


def measured_item(one: ItemHealth, slope_error: float | None) -> MeasuredItem:
    """What is kept of an item."""
    return MeasuredItem(
        item=one.item_id,
        status=one.status,
        n_answers=one.n_answers,
        p_value=one.p_value,
        discrimination=one.discrimination,
        seconds=one.seconds,
        difficulty=one.difficulty,
        difficulty_error=one.difficulty_error,
        slope=one.slope,
        slope_error=slope_error,
        findings=tuple(finding.kind for finding in one.findings),
    )
