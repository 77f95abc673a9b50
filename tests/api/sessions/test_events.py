"""Events of lessons: sent twice, sent late, sent to the wrong place."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from api.wire import instant

NOBODY = "0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d"


async def raw(phone: Any, path: str, body: dict[str, Any]) -> bytes:
    answer = await phone.served.client.post(f"/v1{path}", json=body, headers=phone.headers)
    assert answer.status_code in (200, 201), answer.text
    content: bytes = answer.content
    return content


async def test_a_duplicate_answer_gets_what_the_original_got_by_bytes_except_the_status(phone: Any) -> None:
    session = await phone.start("every-kind", 20)
    path, exercise, sent = f"/sessions/{session['id']}/answers", session["exercise"], []
    while exercise is not None:
        phone.served.clock.forward(9)
        body = phone.answering(exercise, right=len(sent) % 3 != 1)
        sent.append((body, await raw(phone, path, body)))
        exercise = json.loads(sent[-1][1])["next"]
    assert len(sent) == 20
    total = (await phone.get("/me/game"))["xp"]["total"]
    for body, original in sent:
        again = await raw(phone, path, body)
        assert again == original.replace(b'"status":"accepted"', b'"status":"duplicate"', 1)
    assert (await phone.get("/me/game"))["xp"]["total"] == total


@pytest.mark.parametrize("forgotten", [False, True])
async def test_every_other_event_sent_again_gets_the_same_response(phone: Any, forgotten: bool) -> None:
    enrolling = phone.envelope(goal={"skills": [], "minutesPerDay": 10})
    enrolment = await raw(phone, "/tracks/every-kind/enrolments", enrolling)
    opening = phone.envelope(enrolmentId=json.loads(enrolment)["id"], length=3)
    opened = await raw(phone, "/sessions", opening)
    session, exercise = json.loads(opened)["id"], json.loads(opened)["exercise"]["decisionId"]
    events = [("/tracks/every-kind/enrolments", enrolling, enrolment), ("/sessions", opening, opened)]
    for part, fields in (("hints", {"decisionId": exercise}), ("skips", {"decisionId": exercise}), ("finish", {})):
        path, body = f"/sessions/{session}/{part}", phone.envelope(**fields)
        events.append((path, body, await raw(phone, path, body)))
    if forgotten:
        phone.served.app.state["sessions"]._states._live.clear()
    for path, body, original in events:
        assert await raw(phone, path, body) == original


async def test_the_same_id_with_other_content_is_a_conflict(phone: Any) -> None:
    session = await phone.start()
    body = phone.answering(session["exercise"])
    await phone.post(f"/sessions/{session['id']}/answers", body)
    problem = await phone.post(f"/sessions/{session['id']}/answers", body | {"secondsTaken": 13.0}, 409)
    assert problem["type"].endswith("event-conflict")
    assert body["eventId"] in problem["detail"]


@pytest.mark.parametrize("ahead", [7_200_000, -7_200_000])
async def test_a_wrong_clock_is_set_right_by_the_time_it_shows_at_sending(phone: Any, ahead: int) -> None:
    session = await phone.start()
    phone.served.clock.forward(60)
    now = phone.served.clock()
    body = phone.answering(session["exercise"]) | {
        "clientTime": instant(now + ahead - 5_000),
        "sentAt": instant(now + ahead),
    }
    result = await phone.post(f"/sessions/{session['id']}/answers", body)
    decision = await phone.get(f"/decisions/{result['next']['decisionId']}")
    assert decision["decidedAt"] == instant(now - 5_000)
    again = await phone.post(f"/sessions/{session['id']}/answers", body | {"sentAt": instant(now + ahead + 9_000)})
    assert again["status"] == "duplicate"


async def test_the_same_id_from_another_device_is_a_conflict(phone: Any) -> None:
    session = await phone.start()
    body = phone.answering(session["exercise"])
    await phone.post(f"/sessions/{session['id']}/answers", body)
    other = body | {"deviceId": "tablet", "sequence": 1}
    assert (await phone.post(f"/sessions/{session['id']}/answers", other, 409))["status"] == 409


async def test_two_learners_may_use_the_same_event_ids(phone: Any, stranger: Any) -> None:
    body = phone.envelope()
    first = await phone.post("/tracks/every-kind/enrolments", body, 201)
    assert (await stranger.post("/tracks/every-kind/enrolments", body, 201))["id"] == first["id"]


async def test_a_second_answer_is_practice_graded_without_reward_and_leaves_belief_alone(phone: Any) -> None:
    session = await phone.start()
    first = await phone.answer(session["id"], session["exercise"], right=False)
    progress = (await phone.get("/me/progress"))["items"][0]
    second = await phone.answer(session["id"], session["exercise"])
    assert second["status"] == "accepted"
    assert second["grade"]["correct"]
    nothing = {"levelUp": False, "streakExtended": False, "gems": 0, "questsDone": [], "badges": [], "streak": 0}
    assert second["reward"] == {"xp": 0, "reasons": ["practice"], "level": first["reward"]["level"], **nothing}
    assert second["next"] == first["next"]
    assert second["session"] == first["session"]
    practised = [skill["practised"] for skill in (await phone.get("/me/progress"))["items"][0]["skills"]]
    assert practised == [skill["practised"] for skill in progress["skills"]]


async def test_an_answer_to_a_skipped_exercise_is_practice(phone: Any) -> None:
    session = await phone.start()
    body = phone.envelope(decisionId=session["exercise"]["decisionId"])
    skipped = await phone.post(f"/sessions/{session['id']}/skips", body)
    result = await phone.answer(session["id"], session["exercise"])
    assert result["reward"]["reasons"] == ["practice"]
    assert result["next"] == skipped["next"]


async def test_a_skip_of_an_answered_exercise_changes_nothing(phone: Any) -> None:
    session = await phone.start()
    result = await phone.answer(session["id"], session["exercise"])
    body = phone.envelope(decisionId=session["exercise"]["decisionId"])
    assert (await phone.post(f"/sessions/{session['id']}/skips", body))["next"] == result["next"]


async def test_of_many_answers_at_once_one_counts(phone: Any) -> None:
    session = await phone.start()
    bodies = [phone.answering(session["exercise"]) for _ in range(8)]
    results = await asyncio.gather(*(phone.post(f"/sessions/{session['id']}/answers", body) for body in bodies))
    assert sum(result["reward"]["xp"] > 0 for result in results) == 1
    assert (await phone.get(f"/sessions/{session['id']}"))["answered"] == 1


async def test_one_answer_sent_many_times_at_once_is_accepted_once(phone: Any) -> None:
    session = await phone.start()
    body = phone.answering(session["exercise"])
    results = await asyncio.gather(*(phone.post(f"/sessions/{session['id']}/answers", body) for _ in range(8)))
    assert sorted(result["status"] for result in results) == ["accepted", *["duplicate"] * 7]
    assert len({json.dumps(result | {"status": ""}) for result in results}) == 1


async def test_what_belongs_to_another_is_not_there(phone: Any, stranger: Any) -> None:
    session = await phone.start()
    await stranger.start()
    decision = session["exercise"]["decisionId"]
    answering = stranger.envelope(decisionId=decision, answer=phone.right(session["exercise"]), secondsTaken=9)
    enrolment, path = session["enrolmentId"], f"/sessions/{session['id']}"
    for problem in (
        await stranger.get(path, 404),
        await stranger.get(f"/decisions/{decision}", 404),
        await stranger.get(f"/me/progress?enrolmentId={enrolment}", 404),
        await stranger.post("/sessions", stranger.envelope(enrolmentId=enrolment), 404),
        await stranger.post(f"{path}/answers", answering, 404),
        await stranger.post(f"{path}/hints", stranger.envelope(decisionId=decision), 404),
        await stranger.post(f"{path}/skips", stranger.envelope(decisionId=decision), 404),
        await stranger.post(f"{path}/finish", stranger.envelope(), 404),
    ):
        assert problem["type"].endswith("not-found")
        assert problem["status"] == 404


async def test_a_decision_of_another_session_is_not_in_this_one(phone: Any) -> None:
    first, second = await phone.start(), await phone.start("every-kind")
    await phone.post(f"/sessions/{second['id']}/answers", phone.answering(first["exercise"]), 404)
    await phone.post(f"/sessions/{NOBODY}/answers", phone.answering(first["exercise"]), 404)
    await phone.get(f"/decisions/{NOBODY}", 404)


async def test_a_lesson_that_left_the_state_is_still_there(phone: Any) -> None:
    session = await phone.start("every-kind", 3)
    results = await phone.play(session, 2)
    waiting = results[-1]["next"]
    for _ in range(20):
        await phone.open(session["enrolmentId"], 1)
    shown = await phone.get(f"/sessions/{session['id']}")
    assert (shown["status"], shown["answered"], shown["exercise"]) == ("open", 2, waiting)
    result = await phone.answer(session["id"], waiting)
    assert result["reward"]["xp"] > 0
    again = await phone.answer(session["id"], session["exercise"])
    assert again["reward"]["reasons"] == ["practice"]
    summary = (await phone.post(f"/sessions/{session['id']}/finish", phone.envelope()))["summary"]
    assert summary["answered"] == 3


async def test_work_that_arrives_late_is_folded_where_it_happened(phone: Any, served: Any) -> None:
    session = await phone.start("python-from-zero", 20)
    exercise = session["exercise"]
    for _ in range(2):
        await phone.sleep(86_400)
        exercise = (await phone.answer(session["id"], exercise))["next"]
    tablet = type(phone)(served, phone.tokens, "tablet")
    tablet.headers = phone.headers
    tablet.behind = 86_400_000 + 3_600_000
    other = await tablet.open(session["enrolmentId"], 1)
    await tablet.play(other)
    last = await phone.answer(session["id"], exercise)
    assert last["session"]["answered"] == 3
    game = await phone.get("/me/game")
    assert game["xp"]["total"] == last["session"]["xp"] + (await phone.get(f"/sessions/{other['id']}"))["xp"]
    states = served.app.state["sessions"]._states
    async with states.reading(next(iter(states._live))) as learner:
        days = [day.day.ordinal for day in learner.state.days]
        assert days == sorted(days)
        assert [day.lessons for day in learner.state.days] == [1, 0]


async def test_a_lesson_goes_on_after_a_restart(phone: Any, served: Any) -> None:
    session = await phone.start()
    results = await phone.play(session, 4)
    before = await phone.get("/me/progress"), await phone.get("/me/game")
    served.app.state["sessions"]._states._live.clear()
    assert (await phone.get("/me/progress"), await phone.get("/me/game")) == before
    shown = await phone.get(f"/sessions/{session['id']}")
    assert shown["exercise"] == results[-1]["next"]
    assert (await phone.answer(session["id"], shown["exercise"]))["session"]["answered"] == 5
