"""Many events in one request: each with its own verdict, all of them once."""

from __future__ import annotations

from itertools import chain, pairwise
from typing import Any

import msgspec
import pytest

from api.learners.entries import happenings_of
from api.learners.states import load
from api.wire import instant, new_id
from tests.api.conftest import START, MovableClock, running
from tests.api.sync.conftest import Device, commits, statuses, xp_of


async def test_days_without_a_connection_arrive_whole_in_one_commit(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled())
    before = len(await commits(device))
    answer = await device.sync(*device.lesson(bundle, range(10)), *device.lesson(bundle, range(10, 20)))
    assert statuses(answer["results"]) == {"accepted": 24}
    assert len(await commits(device)) == before + 1
    assert answer["state"]["game"]["xp"]["total"] == xp_of(answer["results"]) > 0
    assert answer["state"]["counts"] == {"events": 26, "deviceEvents": 26, "deviceSequence": device.sequence}
    assert [progress["trackId"] for progress in answer["state"]["progress"]] == ["every-kind"]
    assert answer["state"]["game"].items() <= (await device.get("/me/game")).items()
    assert answer["state"]["progress"] == (await device.get("/me/progress"))["items"]


DAY_MS = 86_400_000


async def test_nobody_claims_days_from_before_they_began(served: Any) -> None:
    new = Device(served, await served.guest())
    for days in range(29, 0, -1):
        new.behind = days * DAY_MS
        enrolment = (await new.enrol("every-kind"))["id"]
        await new.play(await new.open(enrolment, 1))
    happened = [event.effective_at for commit in await commits(new) for event in commit.events]
    assert min(happened) >= START
    assert len(happened) == 29 * 3
    streak = (await new.get("/me/game"))["streak"]
    assert (streak["days"], streak["longest"]) == (1, 1)


async def test_nobody_claims_days_from_before_a_bundle_was_issued_but_work_in_it_keeps_its_spacing(
    device: Any,
) -> None:
    enrolment = await device.enrolled()
    await device.sleep(20 * 86_400)
    issued_at = device.served.clock()
    device.behind, device.device = 10 * DAY_MS, "another"
    bundle = await device.bundle(enrolment, sentAt=None)
    lessons = [device.lesson(bundle, range(place, place + 2)) for place in (0, 2)]
    results = await device.send(*chain(*lessons), sentAt=None)
    assert statuses(results) == {"accepted": 8}
    happened = [event.effective_at - issued_at for event in (await commits(device))[-1].events]
    assert happened == [0, 15_000, 30_000, 31_000, 31_001, 46_001, 61_001, 62_000]  # the last is now


async def test_nobody_claims_such_days_by_low_numbers_either(device: Any) -> None:
    enrolment = await device.enrolled()
    await device.sleep(20 * 86_400)
    issued_at, device.device = device.served.clock(), "another"
    for day in (1, 2):  # marks of high numbers on earlier days
        device.behind, device.sequence = (9 - day) * DAY_MS, 1000 * day
        await device.bundle(enrolment, size=1, sentAt=None)
    device.behind, device.sequence = 15 * DAY_MS, 50
    bundle = await device.bundle(enrolment, sentAt=None)
    for day in (1, 2):
        device.sequence = 1000 * day - 50
        results = await device.send(*device.lesson(bundle, range(day, day + 1)), sentAt=None)
        assert statuses(results) == {"accepted": 3}
        assert all(event.effective_at >= issued_at for event in (await commits(device))[-1].events)
    assert (await device.get("/me/game"))["streak"]["days"] == 1


async def test_simulated_work_may_lie_before_its_learner_where_the_settings_say_so(
    settings: Any, clock: MovableClock
) -> None:
    async with running(msgspec.structs.replace(settings, backdating=30), clock) as served:
        device = Device(served, await served.guest())
        device.behind = 20 * DAY_MS
        enrolment = (await device.enrol("every-kind"))["id"]
        bundle = await device.bundle(enrolment, sentAt=None)
        await device.send(*device.lesson(bundle, range(2)), sentAt=None)
        happened = [event.effective_at for commit in await commits(device) for event in commit.events]
        assert max(happened) < START - 19 * DAY_MS


async def test_everything_sent_again_gets_what_it_got_and_counts_once(device: Any) -> None:
    enrolling = device.event("trackEnrolled", trackId="every-kind", goal={"minutesPerDay": 10})
    asking = device.asking(enrolling["eventId"])
    first = await device.send(enrolling, asking)
    bundle = await device.whole(first[1]["outcome"]["bundle"])
    opening = device.opening(bundle)
    exercise = {"sessionId": opening["eventId"], "decisionId": bundle.exercises[3]["decisionId"]}
    events = [
        opening,
        device.answered(opening["eventId"], bundle, 0),
        device.answered(opening["eventId"], bundle, 1, right=False, graded={"score": 1.0, "correct": True}),
        device.event("exerciseSkipped", **exercise),
        device.event("sessionFinished", sessionId=opening["eventId"]),
    ]
    original = await device.sync(enrolling, asking, *events)
    for forgotten in (False, True):
        if forgotten:
            device.served.app.state["sessions"]._states._live.clear()
        again = await device.sync(enrolling, asking, *events)
        assert statuses(again["results"]) == {"duplicate": 7}
        outcomes = [result["outcome"] for result in original["results"]]
        assert [result["outcome"] for result in again["results"]] == outcomes
        assert again["state"]["counts"] == original["state"]["counts"]
        assert again["state"]["game"] == original["state"]["game"]
    assert [result["outcome"] for result in first] == [result["outcome"] for result in original["results"][:2]]


async def test_an_event_is_the_same_whichever_way_it_comes(device: Any) -> None:
    session = await device.start("every-kind", 5)
    body = device.answering(session["exercise"])
    original = await device.post(f"/sessions/{session['id']}/answers", body)
    event = {name: value for name, value in body.items() if name != "deviceId"}
    (result,) = await device.send(event | {"kind": "exerciseAnswered", "sessionId": session["id"]})
    assert result["status"] == "duplicate"
    for name in ("grade", "reward", "session", "next"):
        assert result["outcome"][name] == original[name]
    other = device.event("exerciseAnswered", sessionId=session["id"], decisionId=original["next"]["decisionId"])
    other |= {"answer": device.right(original["next"]), "secondsTaken": 9.0}
    (accepted,) = await device.send(other)
    single = {name: value for name, value in other.items() if name not in ("kind", "sessionId")}
    again = await device.post(f"/sessions/{session['id']}/answers", single | {"deviceId": device.device})
    assert again["status"] == "duplicate"
    assert again["next"] == accepted["outcome"]["next"]


async def test_one_bad_event_never_stops_the_others(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled())
    opening = device.opening(bundle, 5)
    session = opening["eventId"]
    good = [opening, *(device.answered(session, bundle, place) for place in range(4))]
    unknown = device.event("exerciseDreamt")
    shapeless = device.answered(session, bundle, 5) | {"secondsTaken": "long"}
    kind = bundle.package(5)["key"]["kind"]
    other = {"kind": "numeric", "text": "1"} if kind == "trueFalse" else {"kind": "trueFalse", "value": True}
    wrong = device.answered(session, bundle, 5) | {"answer": other}
    nowhere = device.answered(new_id(), bundle, 5)
    used = device.answered(session, bundle, 6) | {"eventId": good[1]["eventId"]}
    sent = [good[0], unknown, good[1], shapeless, good[2], 7, wrong, nowhere, good[3], used, good[4]]
    results = await device.send(*sent)
    assert statuses(results)["accepted"] == 5
    assert [results[place]["status"] for place in (1, 3, 5, 7)] == ["rejected"] * 4
    assert results[9]["status"] == "conflict"
    assert results[9]["problem"]["type"].endswith("event-conflict")
    assert results[1]["eventId"] == unknown["eventId"]
    assert results[1]["problem"]["errors"][0]["pointer"] == "/events/1/kind"
    assert results[3]["problem"]["errors"][0]["pointer"] == "/events/3/secondsTaken"
    assert results[5]["eventId"] is None
    assert results[5]["problem"]["errors"][0]["pointer"] == "/events/5"
    assert results[7]["problem"]["type"].endswith("not-found")
    assert all(result["outcome"] is None for result in results if result["status"] in ("rejected", "conflict"))


async def test_an_answer_that_does_not_fit_its_exercise_names_where(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled())
    opening = device.opening(bundle)
    answered = device.answered(opening["eventId"], bundle, 0) | {"answer": {"kind": "cloze", "gaps": {"nothing": "x"}}}
    results = await device.send(opening, answered)
    assert results[1]["status"] == "rejected"
    assert results[1]["problem"]["errors"][0]["pointer"] == "/events/1/answer"


async def test_a_goal_that_the_track_has_not_or_that_is_over_is_refused_and_leaves_no_trace(device: Any) -> None:
    goals = [{"skills": ["flying"]}, {"date": "2020-01-01"}]
    bad = [device.event("trackEnrolled", trackId="every-kind", goal=goal) for goal in goals]
    nowhere = device.event("trackEnrolled", trackId="nowhere")
    good = device.event("trackEnrolled", trackId="every-kind")
    answer = await device.sync(*bad, nowhere, good)
    assert [result["status"] for result in answer["results"]] == ["rejected"] * 3 + ["accepted"]
    pointers = [result["problem"]["errors"][0]["pointer"] for result in answer["results"][:2]]
    assert pointers == ["/events/0/goal/skills/0", "/events/1/goal/date"]
    assert answer["state"]["counts"]["events"] == 1


async def test_events_are_taken_in_the_order_of_the_device_whatever_their_order_in_the_request(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled())
    events = device.lesson(bundle, range(8))
    results = await device.send(*reversed(events))
    assert statuses(results) == {"accepted": 10}
    assert [result["eventId"] for result in results] == [event["eventId"] for event in reversed(events)]


async def test_the_same_event_twice_in_a_request_is_a_duplicate_and_another_of_its_id_a_conflict(device: Any) -> None:
    event = device.event("trackEnrolled", trackId="every-kind")
    results = await device.send(event, event, event | {"zone": "Asia/Tokyo"})
    assert [result["status"] for result in results] == ["accepted", "duplicate", "conflict"]
    assert results[1]["outcome"] == results[0]["outcome"]


async def test_a_rejected_event_can_be_sent_again_once_what_it_needs_has_come(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled())
    opening, *rest = device.lesson(bundle, range(4))
    assert statuses(await device.send(*rest)) == {"rejected": 5}
    assert statuses(await device.send(opening)) == {"accepted": 1}
    assert statuses(await device.send(*rest)) == {"accepted": 5}


async def test_too_many_events_are_refused_as_a_whole(device: Any) -> None:
    event = device.event("trackEnrolled", trackId="every-kind")
    problem = await device.sync(*[event] * 501, status=400)
    assert problem["errors"][0]["pointer"] == "/events"
    assert (await device.sync(*[event] * 500))["state"]["counts"]["events"] == 1


async def test_nothing_to_send_still_tells_where_the_learner_stands(device: Any) -> None:
    answer = await device.sync()
    assert answer["results"] == []
    assert answer["skewMs"] is None
    assert answer["state"]["counts"] == {"events": 0, "deviceEvents": 0, "deviceSequence": None}
    assert answer["serverTime"] == instant(device.served.clock())


async def test_fields_nobody_knows_yet_are_ignored(device: Any) -> None:
    event = device.event("trackEnrolled", trackId="every-kind", mood="fine")
    (result,) = await device.send(event, charge=0.5)
    assert result["status"] == "accepted"


async def times(device: Any) -> list[int]:
    found = [h for h in happenings_of(await commits(device)) if h.event.device_id == device.device]
    return [h.effective_at for h in sorted(found, key=lambda h: h.event.sequence)]


@pytest.mark.parametrize("ahead", [7_200_000, -86_400_000 * 400])
async def test_a_wrong_clock_is_set_right_and_the_spacing_kept(device: Any, ahead: int) -> None:
    bundle = await device.bundle(await device.enrolled())
    device.behind = -ahead
    device.served.clock.forward(60)
    start = device.served.clock()
    events = device.lesson(bundle, range(10))
    answer = await device.sync(*events)
    assert answer["skewMs"] == -ahead
    placed = await times(device)
    assert placed[2] == start
    assert [later - earlier for later, earlier in zip(placed[3:13], placed[2:12], strict=True)] == [15_000] * 10


async def test_work_of_a_clock_that_runs_ahead_is_moved_back_as_a_whole(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled())
    device.behind = -3 * 86_400_000
    device.served.clock.forward(60)
    events = device.lesson(bundle, range(10))
    await device.sync(*events, sentAt=None)
    placed = await times(device)
    assert placed[-1] == device.served.clock() == placed[2] + 151_000


async def test_after_a_long_absence_everything_keeps_its_time(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled())
    device.served.clock.forward(60)
    start = device.served.clock()
    events = device.lesson(bundle, range(3))
    await device.sleep(40 * 86_400)
    assert statuses(await device.send(*events)) == {"accepted": 5}
    placed = await times(device)
    assert placed[2:6] == [start, *(start + 15_000 * n for n in (1, 2, 3))]


async def test_events_at_one_moment_still_follow_each_other(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled())
    opening = device.opening(bundle)
    exercise = {"sessionId": opening["eventId"], "decisionId": bundle.exercises[0]["decisionId"]}
    skips = [device.event("exerciseSkipped", **exercise) for _ in range(400)]
    assert statuses(await device.send(opening, *skips)) == {"accepted": 401}
    placed = await times(device)
    assert all(earlier < later for earlier, later in pairwise(placed))


async def test_late_work_is_folded_where_it_happened(device: Any, tablet: Any) -> None:
    enrolment = await device.enrolled()
    bundle = await device.bundle(enrolment)
    late = device.lesson(bundle, range(10))
    await device.sleep(3 * 86_400)
    tablet.headers = device.headers
    fresh = await tablet.bundle(enrolment)
    await tablet.send(*tablet.lesson(fresh, range(10)))
    answer = await device.sync(*late)
    assert statuses(answer["results"]) == {"accepted": 12}
    assert answer["state"]["game"]["streak"]["days"] == 2
    states = device.served.app.state["sessions"]._states
    async with states.reading(device.tokens["learnerId"]) as learner:
        days = [day.day.ordinal for day in learner.state.days]
        assert days == sorted(days)
        assert len(days) == 2


async def test_late_work_is_folded_once_and_from_the_snapshot_before_it(
    device: Any, tablet: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolment = await device.enrolled()
    bundle = await device.bundle(enrolment)
    states, loads = device.served.app.state["sessions"]._states, []
    late: list[dict[str, Any]] = []
    for day in range(4):
        if day == 2:
            late = device.lesson(bundle, range(10)) + device.lesson(bundle, range(10, 20))
        tablet.headers = device.headers
        await tablet.answer((session := await tablet.open(enrolment, 3))["id"], session["exercise"])
        await device.sleep(86_400)
    await states.close()

    async def counting(journal: Any, courses: Any, learner_id: str) -> Any:
        earliest = min(h.effective_at for h in happenings_of((await journal.read(learner_id))[-1:]))
        loads.append(await journal.latest_snapshot(learner_id, states.fold_version, earliest))
        return await load(journal, courses, learner_id)

    monkeypatch.setattr("api.learners.states.load", counting)
    assert statuses(await device.send(*late)) == {"accepted": 24}
    (snapshot,) = loads
    assert snapshot is not None
    async with states.reading(device.tokens["learnerId"]) as learner:
        assert learner.state.n_events == 2 + 2 * 4 + 24
    assert len(loads) == 1


async def test_lessons_that_left_the_state_go_on(device: Any) -> None:
    enrolment = await device.enrolled()
    bundle = await device.bundle(enrolment)
    old = device.opening(bundle, 2)
    await device.send(old)
    others = [device.opening(bundle, 1) for _ in range(25)]
    fresh = device.opening(bundle, 3)
    more = [device.opening(bundle, 1) for _ in range(25)]
    for _ in range(4):
        await device.bundle(enrolment)
    events = [device.answered(session["eventId"], bundle, place) for place, session in enumerate((old, fresh, old))]
    answer = await device.sync(*others, fresh, *more, *events)
    assert statuses(answer["results"]) == {"accepted": 54}
    told = [result["outcome"]["session"] for result in answer["results"][-3:]]
    assert [(session["answered"], session["status"]) for session in told] == [(1, "open"), (1, "open"), (2, "finished")]
    assert msgspec.json.encode(answer).count(b'"practice"') == 0
    again = await device.send(device.answered(fresh["eventId"], bundle, 0))
    assert again[0]["outcome"]["reward"]["reasons"] == ["practice"]
