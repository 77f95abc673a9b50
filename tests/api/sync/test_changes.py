"""What changed elsewhere: told once, in pages, with tombstones; an old cursor starts again."""

from __future__ import annotations

from collections import Counter
from typing import Any

from api.learners.states import load

Json = dict[str, Any]


async def told(device: Any, cursor: str | None = None, limit: int = 100) -> tuple[list[Json], str]:
    """All pages from a cursor on."""
    items: list[Json] = []
    while True:
        at = "" if cursor is None else f"&cursor={cursor}"
        page = await device.get(f"/sync?limit={limit}{at}")
        assert len(page["items"]) <= limit
        items += page["items"]
        cursor = page["nextCursor"]
        if not page["more"]:
            return items, str(cursor)


def kinds(items: list[Json]) -> Counter[str]:
    return Counter(item.get("of", "") or item["kind"] for item in items)


async def test_a_new_device_is_told_everything_and_then_only_what_changed(device: Any, tablet: Any) -> None:
    assert await told(tablet) == ([], (await tablet.get("/sync"))["nextCursor"])
    enrolment = await device.enrolled()
    bundle = await device.bundle(enrolment)
    await device.send(*device.lesson(bundle, range(5)))
    everything, cursor = await told(tablet)
    assert kinds(everything) == {"enrolment": 1, "session": 1, "bundle": 1, "exercise": 5}
    assert next(item for item in everything if item["kind"] == "bundle")["left"] == 15
    assert (await told(tablet, cursor))[0] == []
    session = await device.open(enrolment, 3)
    (change,), cursor = await told(tablet, cursor)
    assert (change["kind"], change["session"]) == ("session", await tablet.get(f"/sessions/{session['id']}"))
    result = await device.answer(session["id"], session["exercise"])
    (change,), cursor = await told(tablet, cursor)
    assert change["session"]["exercise"] == result["next"]


async def test_the_pages_of_any_size_tell_the_same(device: Any, tablet: Any) -> None:
    _, start = await told(tablet)
    enrolment = await device.enrolled()
    bundle = await device.bundle(enrolment)
    await device.send(*device.lesson(bundle, range(5)), *device.lesson(bundle, range(5, 9)))
    await device.open(enrolment, 3)
    for cursor in (None, start):
        whole, _ = await told(tablet, cursor)
        for limit in (1, 2, 3, 7):
            paged, end = await told(tablet, cursor, limit)
            assert {(item["kind"], item["id"]) for item in paged} == {(item["kind"], item["id"]) for item in whole}
            assert (await told(tablet, end))[0] == []


async def test_what_is_let_go_is_told_by_tombstones(device: Any, tablet: Any) -> None:
    enrolment = await device.enrolled()
    bundle = await device.bundle(enrolment)
    lessons = [device.opening(bundle, 1) for _ in range(3)]
    await device.send(*lessons)
    _, cursor = await told(tablet)
    exercise = {"sessionId": lessons[0]["eventId"], "decisionId": bundle.exercises[7]["decisionId"]}
    await device.send(device.event("exerciseSkipped", **exercise), *(device.opening(bundle, 1) for _ in range(20)))
    later = await device.bundle(enrolment)
    items, _ = await told(tablet, cursor)
    tombstones = {(item["of"], item["id"]) for item in items if item["kind"] == "tombstone"}
    assert ("exercise", exercise["decisionId"]) in tombstones
    assert ("bundle", bundle.id) in tombstones
    assert ("session", lessons[0]["eventId"]) in tombstones
    assert [item["id"] for item in items if item["kind"] == "bundle"] == [later.id]


async def test_an_old_cursor_starts_again(device: Any) -> None:
    await device.enrolled()
    _, cursor = await told(device)
    await device.sleep(31 * 86_400)
    problem = await device.get(f"/sync?cursor={cursor}", 410)
    assert problem["type"].endswith("cursor-expired")
    assert len((await told(device))[0]) == 1


async def test_a_cursor_of_another_or_of_nobody_is_refused(device: Any, foreigner: Any) -> None:
    _, cursor = await told(device)
    for bad in (cursor[:-1] + ("A" if cursor[-1] != "A" else "B"), "AAAA", "%C3%A4", cursor + cursor):
        await device.get(f"/sync?cursor={bad}", 400)
    await foreigner.get(f"/sync?cursor={cursor}", 400)


async def test_a_journal_that_went_back_starts_again(device: Any) -> None:
    await device.enrolled()
    states = device.served.app.state["sessions"]._states
    async with states.reading(device.tokens["learnerId"]) as learner:
        learner.seq += 5
        told_ahead = await device.served.app.state["sync"]._changes.since(learner, None, 10)
        learner.seq -= 5
    await device.get(f"/sync?cursor={told_ahead.cursor}", 410)


async def test_a_journal_that_went_back_and_was_written_on_starts_again(device: Any, tablet: Any) -> None:
    enrolment = await device.enrolled()
    _, cursor = await told(tablet)
    states = device.served.app.state["sessions"]._states
    learner_id = device.tokens["learnerId"]
    backup = await states.journal.read(learner_id)
    bundle = await device.bundle(enrolment)
    lesson = device.lesson(bundle, range(3))
    await device.send(*lesson)
    _, whole = await told(tablet, cursor)
    within = (await tablet.get(f"/sync?limit=2&cursor={cursor}"))["nextCursor"]
    assert (await told(tablet, within))[0]

    await states.journal.erase(learner_id)
    for commit in backup:
        await states.journal.append(commit)
    states.forget(learner_id)
    assert (await told(tablet, cursor))[0] == []
    for _ in range(3):
        device.served.clock.forward(1)
        await device.open(enrolment, 3)
    for gone in (whole, within):
        problem = await tablet.get(f"/sync?cursor={gone}", 410)
        assert problem["type"].endswith("cursor-expired")
    assert len((await told(tablet, cursor))[0]) == 3


async def test_what_another_server_writes_meanwhile_is_told_the_next_time(device: Any, tablet: Any) -> None:
    enrolment = await device.enrolled()
    _, cursor = await told(tablet)
    service = device.served.app.state["sync"]
    states = service._states
    behind = await load(states.journal, states.courses, device.tokens["learnerId"])
    session = await device.open(enrolment, 3)
    page = await service._changes.since(behind, cursor, 10)
    assert (page.changes, page.more) == ((), False)
    later = await device.enrolled()
    page = await service._changes.since(behind, page.cursor, 10)
    assert (page.changes, page.more) == ((), False)
    items, _ = await told(tablet, page.cursor)
    assert [(item["kind"], item["id"]) for item in items] == [("session", session["id"]), ("enrolment", later)]


async def test_the_limit_is_capped(device: Any) -> None:
    for limit in (0, 100_000):
        await device.get(f"/sync?limit={limit}", 400)


async def test_counts_are_told_for_both_sides_to_compare(device: Any, tablet: Any) -> None:
    await device.enrolled()
    page = await tablet.get("/sync?deviceId=phone")
    assert page["counts"] == {"events": 1, "deviceEvents": 1, "deviceSequence": 1}
    page = await tablet.get("/sync")
    assert page["counts"] == {"events": 1, "deviceEvents": 0, "deviceSequence": None}
