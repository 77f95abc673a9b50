"""A learner's wish over HTTP: it bends what comes, stays for the lesson, and the decision says what it did and cost."""

from __future__ import annotations

from typing import Any

import pytest


async def why(phone: Any, exercise: dict[str, Any]) -> Any:
    return await phone.get(f"/decisions/{exercise['decisionId']}")


async def opened(phone: Any, wish: dict[str, Any] | None, track: str = "python-from-zero", status: int = 201) -> Any:
    enrolment = await phone.enrol(track)
    body = phone.envelope(enrolmentId=enrolment["id"], length=6, wish=wish)
    return await phone.post("/sessions", body, status)


async def skipped(phone: Any, session: dict[str, Any], exercise: dict[str, Any], wish: Any, status: int = 200) -> Any:
    body = phone.envelope(decisionId=exercise["decisionId"], wish=wish)
    return await phone.post(f"/sessions/{session['id']}/skips", body, status)


async def open_skills(phone: Any, track: str = "python-from-zero") -> list[str]:
    """Skills without prerequisites, which no guard keeps closed."""
    return [skill["id"] for skill in (await phone.get(f"/tracks/{track}"))["skills"] if not skill["prerequisites"]]


async def test_a_lesson_keeps_to_the_topic_that_was_wished_for(phone: Any) -> None:
    skill = (await open_skills(phone, "every-kind"))[-1]
    session = await opened(phone, {"kind": "topic", "skills": [skill]}, "every-kind")
    results = await phone.play(session)
    assert len(results) == 6
    shown = [session["exercise"], *(result["next"] for result in results[:-1])]
    for exercise in shown:
        told = await why(phone, exercise)
        assert (told["wish"]["kind"], [one["id"] for one in told["wish"]["skills"]]) == ("topic", [skill])
        granted = exercise["skill"]["id"] == skill
        assert granted or told["yielded"] == ["wish"] or "exposureLifted" in told["guards"]
    assert shown[0]["skill"]["id"] == skill


async def test_not_this_keeps_the_skill_away_until_it_is_taken_back(phone: Any) -> None:
    session = await opened(phone, None)
    refused = session["exercise"]
    following = (await skipped(phone, session, refused, {"kind": "notThis"}))["next"]
    for _ in range(3):
        told = await why(phone, following)
        assert [one["id"] for one in told["wish"]["skills"]] == [refused["skill"]["id"]]
        assert following["skill"]["id"] != refused["skill"]["id"] or told["yielded"] == ["wish"]
        following = (await phone.answer(session["id"], following))["next"]
    body = phone.answering(following) | {"wish": {"kind": "none"}}
    freed = (await phone.post(f"/sessions/{session['id']}/answers", body))["next"]
    assert (await why(phone, freed))["wish"] is None


async def test_easier_is_meant_against_the_exercise_it_comes_with(phone: Any) -> None:
    session = await opened(phone, None)
    hard = session["exercise"]
    following = (await skipped(phone, session, hard, {"kind": "easier"}))["next"]
    told = await why(phone, following)
    assert told["wish"]["than"] == {"skill": hard["skill"], "band": hard["band"]}
    assert (told["bentBy"] == ["wish"]) != (told["yielded"] == ["wish"])


@pytest.mark.parametrize("kind", ["easier", "harder"])
async def test_a_lesson_can_be_begun_easier_or_harder(phone: Any, kind: str) -> None:
    session = await opened(phone, {"kind": kind})
    told = await why(phone, session["exercise"])
    assert told["wish"] == {"kind": kind, "skills": [], "than": None}
    if told["bentBy"]:
        assert told["reasons"][0]["code"] == "wish"
        assert told["reasons"][0]["value"] == pytest.approx(told["cost"])
    else:
        assert (told["yielded"], told["cost"]) == (["wish"], 0.0)


async def test_without_a_wish_nothing_is_bent(phone: Any) -> None:
    told = await why(phone, (await phone.start())["exercise"])
    assert (told["wish"], told["bentBy"], told["yielded"], told["cost"]) == (None, [], [], 0.0)


@pytest.mark.parametrize(
    ("wish", "pointer", "detail"),
    [
        ({"kind": "topic", "skills": ["alchemy"]}, "/wish/skills/0", "'alchemy' is not a skill"),
        ({"kind": "notThis"}, "/wish/skills", "names the skills"),
        ({"kind": "shorter"}, "/wish/kind", "shorter"),
        ({"kind": "topic", "skills": ["x"] * 101}, "/wish/skills", "100"),
    ],
)
async def test_a_wish_that_cannot_be_read_is_refused(phone: Any, wish: Any, pointer: str, detail: str) -> None:
    problem = await opened(phone, wish, status=400)
    assert problem["errors"][0]["pointer"] == pointer
    assert detail in problem["errors"][0]["detail"]


async def test_a_refused_wish_changes_nothing(phone: Any) -> None:
    session = await phone.start()
    await skipped(phone, session, session["exercise"], {"kind": "topic", "skills": ["alchemy"]}, 400)
    assert (await phone.get(f"/sessions/{session['id']}"))["exercise"] == session["exercise"]


async def test_a_wish_sent_again_is_harmless_and_another_a_conflict(phone: Any) -> None:
    session = await phone.start()
    body = phone.envelope(decisionId=session["exercise"]["decisionId"], wish={"kind": "notThis"})
    path = f"/sessions/{session['id']}/skips"
    first = await phone.post(path, body)
    assert await phone.post(path, body) == first
    assert (await phone.post(path, body | {"wish": {"kind": "easier"}}, 409))["type"].endswith("event-conflict")


async def test_the_authors_order_knows_no_wishes_and_says_so(phone: Any) -> None:
    await phone.served.client.patch("/v1/me", json={"personalised": False}, headers=phone.headers)
    told = await why(phone, (await opened(phone, {"kind": "harder"}))["exercise"])
    assert (told["policyVersion"], told["yielded"], told["bentBy"]) == ("author-order-1", ["wish"], [])


async def test_a_wish_comes_through_a_sync_as_in_a_request_of_its_own(phone: Any) -> None:
    session = await phone.start()
    event = phone.envelope(
        kind="exerciseSkipped",
        sessionId=session["id"],
        decisionId=session["exercise"]["decisionId"],
        wish={"kind": "notThis"},
    )
    device = event.pop("deviceId")
    answer = await phone.post("/sync", {"deviceId": device, "events": [event]})
    following = answer["results"][0]["outcome"]["skipped"]["next"]
    assert (await why(phone, following))["wish"]["kind"] == "notThis"
    alone = event | {"deviceId": device}
    assert (await phone.post(f"/sessions/{session['id']}/skips", alone))["next"] == following


async def test_a_journal_with_wishes_rebuilds_to_itself(phone: Any) -> None:
    from api.learners.rebuild import rebuild

    session = await opened(phone, {"kind": "harder"})
    await skipped(phone, session, session["exercise"], {"kind": "notThis"})
    states = phone.served.app.state["sessions"]._states
    verdict = await rebuild(states.journal, states.courses, phone.tokens["learnerId"])
    assert verdict.mismatches == ()
