"""Many events in one request, while the store stumbles."""

from __future__ import annotations

from typing import Any

import pytest

from api.store.ports import DuplicateEventError, SequenceClashError, StoreError
from tests.api.sync.conftest import commits, statuses, xp_of


class Stumbling:
    """A journal that fails some appends, before or after they are made."""

    def __init__(self, journal: Any, faults: list[Any]) -> None:
        self._journal, self._faults = journal, faults

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    async def append(self, commit: Any) -> None:
        fault = self._faults.pop(0) if self._faults else None
        if fault == "written":
            await self._journal.append(commit)
            raise SequenceClashError("the answer was lost")
        if isinstance(fault, Exception):
            raise fault
        await self._journal.append(commit)


async def test_a_clash_is_tried_again_and_nothing_is_kept_twice(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled())
    states = device.served.app.state["sessions"]._states
    events = device.lesson(bundle, range(5))
    duplicate = DuplicateEventError(device.tokens["learnerId"], [events[0]["eventId"]])
    states.journal = Stumbling(states.journal, [SequenceClashError("again"), duplicate, "written"])
    answer = await device.sync(*events)
    assert answer["state"]["counts"]["deviceEvents"] == 9
    assert xp_of(answer["results"]) == answer["state"]["game"]["xp"]["total"]


async def test_a_store_that_fails_loses_nothing_that_was_acknowledged(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled())
    states = device.served.app.state["sessions"]._states
    events = device.lesson(bundle, range(5))
    states.journal = Stumbling(states.journal, [StoreError("the disk is full")])
    await device.sync(*events, status=503)
    answer = await device.sync(*events)
    assert statuses(answer["results"]) == {"accepted": 7}
    assert answer["state"]["counts"]["deviceEvents"] == 9


async def test_a_batch_larger_than_a_commit_may_be_is_split(device: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.learners.batches.MAX_COMMIT_BYTES", 3000)
    bundle = await device.bundle(await device.enrolled())
    before = len(await commits(device))
    states = device.served.app.state["sessions"]._states
    states.journal = Stumbling(states.journal, [None, SequenceClashError("between")])
    answer = await device.sync(*device.lesson(bundle, range(10)))
    assert statuses(answer["results"]) == {"accepted": 12}
    assert len(await commits(device)) > before + 3
    assert answer["state"]["counts"]["deviceEvents"] == 14
