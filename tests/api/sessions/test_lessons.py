"""Lessons over HTTP: asked, answered, graded, rewarded, ended."""

from __future__ import annotations

from typing import Any

import pytest

from content.option_ids import public_id

KINDS = {
    "multipleChoice",
    "multipleResponse",
    "trueFalse",
    "numeric",
    "shortText",
    "cloze",
    "ordering",
    "matching",
}


@pytest.mark.parametrize("track", ["arithmetic-to-algebra", "first-spanish", "python-from-zero"])
async def test_a_lesson_can_be_played_from_the_first_exercise_to_the_summary(phone: Any, track: str) -> None:
    session = await phone.start(track)
    assert (session["status"], session["planned"], session["answered"]) == ("open", 10, 0)
    results = await phone.play(session)
    assert len(results) == 10
    assert all(result["status"] == "accepted" and result["grade"]["correct"] for result in results)
    assert [result["session"]["answered"] for result in results] == list(range(1, 11))
    assert results[-1]["session"]["status"] == "finished"
    summary = (await phone.post(f"/sessions/{session['id']}/finish", phone.envelope()))["summary"]
    assert (summary["answered"], summary["correct"]) == (10, 10)
    assert summary["xp"] == sum(result["reward"]["xp"] for result in results)
    assert summary["skills"]


@pytest.mark.parametrize("track", ["arithmetic-to-algebra", "first-spanish", "python-from-zero"])
async def test_a_first_lesson_with_a_few_mistakes_earns_ten_to_twenty_xp(phone: Any, track: str) -> None:
    session = await phone.start(track)
    exercise, earned = session["exercise"], 0
    for number in range(10):
        result = await phone.answer(session["id"], exercise, right=number % 4 != 1)
        exercise, earned = result["next"], earned + result["reward"]["xp"]
    assert 10 <= earned <= 20


async def test_every_kind_of_item_is_played_and_graded(phone: Any) -> None:
    session = await phone.start("every-kind", 30)
    results, kinds, exercise = [], set(), session["exercise"]
    while exercise is not None:
        kinds.add(exercise["presented"]["kind"])
        results.append(await phone.answer(session["id"], exercise, right=len(results) % 2 == 0))
        exercise = results[-1]["next"]
    assert kinds == KINDS
    assert [result["grade"]["correct"] for result in results] == [number % 2 == 0 for number in range(30)]
    for result in results:
        assert result["grade"]["expected"]
        assert "SECRET-EXPLANATION" in result["grade"]["explanation"][0]["text"]


async def test_a_misconception_is_named_with_its_feedback(phone: Any) -> None:
    session = await phone.start("every-kind", 50)
    exercise = session["exercise"]
    while exercise["itemId"] != "capital":
        exercise = (await phone.answer(session["id"], exercise))["next"]
    body = phone.answering(exercise) | {"answer": {"kind": "multipleChoice", "choice": public_id("capital", "b")}}
    grade = (await phone.post(f"/sessions/{session['id']}/answers", body))["grade"]
    assert grade["misconception"] == "old-capital"
    assert grade["feedback"] == [{"text": "SECRET-FEEDBACK Cusco was the capital of the Incas."}]
    assert not grade["correct"]


async def test_the_session_shows_what_waits(phone: Any) -> None:
    session = await phone.start()
    assert await phone.get(f"/sessions/{session['id']}") == session
    result = await phone.answer(session["id"], session["exercise"])
    shown = await phone.get(f"/sessions/{session['id']}")
    assert shown["exercise"] == result["next"]
    assert (shown["answered"], shown["correct"], shown["xp"]) == (1, 1, result["reward"]["xp"])


async def test_a_lesson_can_be_finished_at_any_time_and_again(phone: Any) -> None:
    session = await phone.start()
    await phone.play(session, 3)
    first = await phone.post(f"/sessions/{session['id']}/finish", phone.envelope())
    assert first["summary"]["answered"] == 3
    assert await phone.post(f"/sessions/{session['id']}/finish", phone.envelope()) == first
    shown = await phone.get(f"/sessions/{session['id']}")
    assert (shown["status"], shown["exercise"]) == ("finished", None)


async def test_an_answer_that_was_under_way_when_the_lesson_ended_counts(phone: Any) -> None:
    session = await phone.start()
    await phone.post(f"/sessions/{session['id']}/finish", phone.envelope())
    result = await phone.answer(session["id"], session["exercise"])
    assert result["status"] == "accepted"
    assert result["reward"]["xp"] > 0
    assert (result["next"], result["session"]["status"]) == (None, "finished")


async def test_hints_come_in_order_and_then_there_are_none(phone: Any) -> None:
    session = await phone.start()
    exercise = session["exercise"]
    path, item = f"/sessions/{session['id']}/hints", phone.item(exercise)
    for number, _ in enumerate(item.hints, start=1):
        hint = await phone.post(path, phone.envelope(decisionId=exercise["decisionId"]))
        assert (hint["number"], hint["remaining"]) == (number, len(item.hints) - number)
        assert hint["hint"]
    problem = await phone.post(path, phone.envelope(decisionId=exercise["decisionId"]), 409)
    assert problem["type"].endswith("no-hints-left")


async def test_hints_lower_what_an_answer_earns(phone: Any) -> None:
    session = await phone.start("every-kind")
    exercise = session["exercise"]
    await phone.post(f"/sessions/{session['id']}/hints", phone.envelope(decisionId=exercise["decisionId"]))
    result = await phone.answer(session["id"], exercise)
    assert "hintsUsed" in result["reward"]["reasons"]


async def test_a_skip_is_no_wrong_answer_and_brings_another_exercise(phone: Any) -> None:
    session = await phone.start()
    exercise = session["exercise"]
    before = await phone.get("/me/progress")
    body = phone.envelope(decisionId=exercise["decisionId"])
    skipped = await phone.post(f"/sessions/{session['id']}/skips", body)
    assert skipped["next"]["decisionId"] != exercise["decisionId"]
    assert skipped["next"]["itemId"] != exercise["itemId"]
    after = await phone.get("/me/progress")
    assert after["items"][0]["skills"] == before["items"][0]["skills"]
    shown = await phone.get(f"/sessions/{session['id']}")
    assert (shown["answered"], shown["exercise"]) == (0, skipped["next"])


async def test_everything_can_be_skipped_and_an_exercise_still_comes(phone: Any) -> None:
    session = await phone.start("every-kind", 5)
    exercise = session["exercise"]
    for _ in range(25):
        body = phone.envelope(decisionId=exercise["decisionId"])
        exercise = (await phone.post(f"/sessions/{session['id']}/skips", body))["next"]
        assert exercise is not None


async def test_no_item_comes_twice_while_there_is_another(phone: Any) -> None:
    session = await phone.start("every-kind", 8)
    results = await phone.play(session)
    shown = [session["exercise"], *(result["next"] for result in results[:-1])]
    assert len({exercise["itemId"] for exercise in shown}) == 8


async def test_a_rapid_guess_earns_nothing(phone: Any) -> None:
    session = await phone.start()
    result = await phone.answer(session["id"], session["exercise"], seconds=0.1)
    assert result["grade"]["correct"]
    nothing = {"levelUp": False, "streakExtended": False, "gems": 0, "questsDone": [], "badges": [], "streak": 0}
    assert result["reward"] == {"xp": 0, "reasons": ["rapidGuess"], "level": 1, **nothing}


async def test_an_answer_of_the_wrong_shape_is_refused_with_what_is_expected_and_costs_nothing(phone: Any) -> None:
    session = await phone.start("every-kind")
    exercise = session["exercise"]
    kind = exercise["presented"]["kind"]
    other = {"kind": "trueFalse", "value": True} if kind != "trueFalse" else {"kind": "numeric", "text": "1"}
    body = phone.answering(exercise) | {"answer": other}
    problem = await phone.post(f"/sessions/{session['id']}/answers", body, 400)
    assert problem["errors"][0]["pointer"] == "/answer"
    assert (await phone.answer(session["id"], exercise))["reward"]["xp"] > 0


async def test_the_fifth_lesson_day_after_day_extends_the_streak(phone: Any) -> None:
    for day in range(5):
        session = await phone.start("python-from-zero", 3)
        results = await phone.play(session)
        assert [result["reward"]["streakExtended"] for result in results] == [False, False, True]
        game = await phone.get("/me/game")
        assert (game["streak"]["days"], game["streak"]["countsToday"]) == (day + 1, True)
        await phone.sleep(86_400)
    game = await phone.get("/me/game")
    assert (game["streak"]["days"], game["streak"]["countsToday"], game["xp"]["today"]) == (5, False, 0)


async def test_levels_rise_with_xp(phone: Any) -> None:
    ups = 0
    for _ in range(3):
        ups += sum(result["reward"]["levelUp"] for result in await phone.play(await phone.start()))
    game = await phone.get("/me/game")
    assert game["level"]["level"] == 1 + ups > 1
    assert game["xp"]["total"] == game["xp"]["today"] > 20
