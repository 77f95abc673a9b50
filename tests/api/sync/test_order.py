"""Whatever order, repetition and batching the network makes of work: the learner is the same, everything there once.

Two properties on each real store. Of the same events and facts, however they reached the journal, the state is the same
(counts and facts by bytes, beliefs within 1e-9). Of the same events sent by two devices, however they were cut, mixed
and repeated, each is accepted once, and said again what was said first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.learners.entries import Happening, commit_of, happenings_of
from api.learners.fold import pupil_of
from api.learners.learner import Learner, decode_state
from api.learners.rebuild import rebuild
from api.learners.states import load, snapshot_of
from api.settings import Settings
from api.store.ports import DuplicateEventError
from api.wire import new_id
from tests.api.conftest import MovableClock, Served, running
from tests.api.sessions.conftest import EVERY_KIND
from tests.api.sync.conftest import Device

ACCEPTED_AT = 1_800_000_000_000
relaxed = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
Json = dict[str, Any]


@dataclass
class Stage:
    """A running app, and the loop it lives in."""

    served: Served
    runner: asyncio.Runner

    @property
    def states(self) -> Any:
        """Its live learners."""
        return self.served.app.state["sessions"]._states

    async def device(self) -> Device:
        """The phone of a new learner."""
        return Device(self.served, await self.served.guest())


@pytest.fixture(params=["sqlite", "mongodb"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    store = request.getfixturevalue("mongo_url") if request.param == "mongodb" else ""
    chosen = Settings(data=str(tmp_path / "data"), tracks=str(EVERY_KIND), starter=False, store=store)
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        served = runner.run(stack.enter_async_context(running(chosen, MovableClock())))
        try:
            yield Stage(served, runner)
        finally:
            runner.run(stack.aclose())


async def travels(stage: Stage) -> tuple[Device, Device]:
    """What a learner did in four days on a phone and a tablet, one of which was late: all kinds of events."""
    phone = await stage.device()
    tablet = Device(stage.served, phone.tokens, "tablet")
    enrolment = await phone.enrolled()
    bundle = await phone.bundle(enrolment)
    late = phone.lesson(bundle, range(6))
    await phone.sleep(2 * 86_400)
    tablet.headers = phone.headers
    session = await tablet.open(enrolment, 4)
    decision = {"decisionId": session["exercise"]["decisionId"]}
    skipped = await tablet.post(f"/sessions/{session['id']}/skips", tablet.envelope(**decision))
    await tablet.play(session | {"exercise": skipped["next"]})
    other = await tablet.bundle(enrolment)
    lesson = tablet.lesson(other, range(5))
    hint = {"sessionId": lesson[0]["eventId"], "decisionId": other.exercises[0]["decisionId"]}
    await tablet.send(lesson[0], tablet.event("hintRequested", **hint), *lesson[1:])
    await tablet.send(*tablet.lesson(bundle, range(4, 8)))
    await phone.sleep(86_400)
    tablet.zone = "Asia/Tokyo"
    tablet.headers = phone.headers
    await phone.send(*late)
    await tablet.send(*tablet.lesson(other, range(5, 9), right=False))
    return phone, tablet


def state_of(learner: Learner) -> bytes:
    """Everything but who it is and the belief, which is compared on its own."""
    decoded = decode_state(learner.encode())
    decoded.learner_id = ""
    for studies in decoded.studies.values():
        studies.belief = None
    return msgspec.json.encode(decoded, order="deterministic")


def furthest(one: Learner, other: Learner, courses: Any) -> float:
    """The largest difference between two learners' beliefs."""
    found = 0.0
    for version in one.state.studies:
        ours, theirs = (pupil_of(learner, version, courses).belief for learner in (one, other))
        for pair in ((ours.skills, theirs.skills), (ours.learners, theirs.learners)):
            found = max(found, float(np.abs(pair[0] - pair[1]).max(initial=0.0)))
    return found


async def append(journal: Any, learner_id: str, seq: int, batch: list[Happening]) -> int:
    """Append what is new of a batch, as a server does that is told which events are known."""
    try:
        await journal.append(commit_of(learner_id, seq, batch))
    except DuplicateEventError:
        once = {happening.id: happening for happening in batch}.values()
        fresh = [h for h in once if await journal.find_event(learner_id, h.id) is None]
        return await append(journal, learner_id, seq, fresh) if fresh else seq
    return seq + 1


async def arrive(states: Any, batches: list[list[Happening]], snapshots: set[int]) -> Learner:
    """A new learner to whom all this happened, with snapshots after some of the batches."""
    journal, learner_id, seq = states.journal, new_id(), 1
    for number, batch in enumerate(batches):
        seq = await append(journal, learner_id, seq, batch)
        if number in snapshots:
            halfway = await load(journal, states.courses, learner_id)
            await journal.save_snapshot(snapshot_of(halfway, states.fold_version))
    return await load(journal, states.courses, learner_id)


@pytest.mark.slow
def test_the_same_events_and_facts_give_the_same_learner_in_any_order_repetition_and_batching(stage: Stage) -> None:
    journal, courses = stage.states.journal, stage.states.courses
    phone, _ = stage.runner.run(travels(stage))
    commits = stage.runner.run(journal.read(phone.tokens["learnerId"]))
    happenings = [msgspec.structs.replace(h, accepted_at=ACCEPTED_AT) for h in happenings_of(commits)]
    assert len({type(happening.event) for happening in happenings}) == 8
    enrolled = next(happening for happening in happenings if type(happening.event).__name__ == "TrackEnrolled")
    rest = [happening for happening in happenings if happening is not enrolled]

    reference = stage.runner.run(arrive(stage.states, [sorted(happenings, key=lambda happening: happening.key)], set()))

    @relaxed
    @given(st.data())
    def hold(data: st.DataObject) -> None:
        order = [enrolled, *data.draw(st.permutations(rest))]
        repeated = order + data.draw(st.lists(st.sampled_from(happenings), max_size=6))
        cuts = sorted(data.draw(st.sets(st.integers(1, len(repeated) - 1), max_size=8)))
        batches = [repeated[a:b] for a, b in zip([0, *cuts], [*cuts, len(repeated)], strict=True)]
        snapshots = data.draw(st.sets(st.integers(0, len(batches) - 1), max_size=3))
        learner = stage.runner.run(arrive(stage.states, batches, snapshots))
        assert state_of(learner) == state_of(reference)
        assert furthest(learner, reference, courses) <= 1e-9

    hold()


async def begun(stage: Stage) -> tuple[Device, Device, list[list[Json]]]:
    """Two devices that each have lessons to send, some of them from one bundle."""
    phone = await stage.device()
    tablet = Device(stage.served, phone.tokens, "tablet")
    bundle = await phone.bundle(await phone.enrolled())
    lessons = [phone.lesson(bundle, range(6)), phone.lesson(bundle, range(6, 12))]
    shared = [tablet.lesson(bundle, range(4, 9)), tablet.lesson(bundle, range(12, 15), right=False)]
    return phone, tablet, [[*chain(*lessons)], [*chain(*shared)]]


@pytest.mark.slow
def test_however_two_devices_send_each_event_is_accepted_once_and_answered_alike(stage: Stage) -> None:
    async def send(data: st.DataObject) -> None:
        phone, tablet, work = await begun(stage)
        devices = [phone, tablet]
        left = [data.draw(st.permutations(events)) for events in work]
        said: dict[str, Json] = {}
        while any(left):
            which = data.draw(st.sampled_from([n for n in (0, 1) if left[n]]))
            size = data.draw(st.integers(1, len(left[which])))
            batch, rest = left[which][:size], left[which][size:]
            again = data.draw(st.lists(st.sampled_from(work[which]), max_size=3))
            answer = await devices[which].sync(*batch, *again)
            rejected = []
            for event, result in zip([*batch, *again], answer["results"], strict=True):
                if result["status"] == "rejected":
                    assert result["problem"]["type"].endswith("not-found")
                    rejected.append(event)
                elif event["eventId"] in said:
                    assert (result["status"], result["outcome"]) == ("duplicate", said[event["eventId"]])
                else:
                    said[event["eventId"]] = result["outcome"]
            left[which] = rest + [event for event in batch if event in rejected]
        state = answer["state"]
        assert state["counts"]["events"] == 2 + sum(map(len, work)) == 2 + len(said)
        answers = [outcome for outcome in said.values() if outcome["kind"] == "exerciseAnswered"]
        assert state["game"]["xp"]["total"] == sum(outcome["reward"]["xp"] for outcome in answers)
        assert sum(outcome["reward"]["reasons"] == ["practice"] for outcome in answers) == 5
        await stage.states.close()
        verdict = await rebuild(stage.states.journal, stage.states.courses, phone.tokens["learnerId"])
        assert verdict.mismatches == ()

    @relaxed
    @given(st.data())
    def hold(data: st.DataObject) -> None:
        stage.runner.run(send(data))

    hold()
