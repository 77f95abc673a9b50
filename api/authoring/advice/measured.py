"""How items did when it was last measured: one document for each course, small enough to be read with a search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from api.store.ports import Documents
from content.calibration.health import ItemHealth, Status

MEASURED = "itemHealth"
Flag = Literal["flagged", "tooEasy", "lowDiscrimination", "keySuspect"]


class MeasuredItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The figures of an item; None where answers do not tell. `findings` are their kinds, the worst first."""

    item: str
    status: Status
    n_answers: int
    p_value: float | None = None
    discrimination: float | None = None
    seconds: float | None = None
    findings: tuple[str, ...] = ()


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """All items of a course that were answered, as of `at` (ms). Its id is the course's."""

    id: str
    at: int
    items: tuple[MeasuredItem, ...]


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

    async def put(self, course_id: str, at: int, found: list[ItemHealth]) -> None:
        """Keep a measurement in place of the one before."""
        measured = Measured(id=course_id, at=at, items=tuple(map(_measured, found)))
        await self._documents.put(MEASURED, course_id, msgspec.json.encode(measured))

    async def get(self, course_id: str) -> Measured | None:
        """The last measurement of a course, None before the first."""
        document = await self._documents.get(MEASURED, course_id)
        return None if document is None else msgspec.json.decode(document.body, type=Measured)

    async def forget(self, course_id: str) -> None:
        """Remove what was measured of a course that goes."""
        await self._documents.delete(MEASURED, course_id)


def _measured(one: ItemHealth) -> MeasuredItem:
    return MeasuredItem(
        item=one.item_id,
        status=one.status,
        n_answers=one.n_answers,
        p_value=one.p_value,
        discrimination=one.discrimination,
        seconds=one.seconds,
        findings=tuple(finding.kind for finding in one.findings),
    )
