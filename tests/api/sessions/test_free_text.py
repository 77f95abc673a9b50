"""Freely typed answers in a lesson: graded by the key, by a worker, or left to a person, and the lesson goes on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from api.settings import Settings

FREE_TEXT = Path(__file__).parent / "free-text.yaml"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=str(tmp_path / "data"), tracks=str(FREE_TEXT), starter=False)


async def answered(phone: Any, texts: dict[str, dict[str, Any]], n: int = 12) -> dict[str, Any]:
    """Play a lesson, giving the text of each item; the first result of each."""
    await phone.served.app.state["sessions"].grader.ready()
    session = await phone.start("free-text", n)
    results: dict[str, Any] = {}
    exercise = session["exercise"]
    while exercise is not None:
        shown = json.dumps(exercise)
        assert "SECRET" not in shown
        kind = exercise["presented"]["kind"]
        phone.served.clock.forward(15)
        body = phone.envelope(
            decisionId=exercise["decisionId"], answer={"kind": kind, **texts[kind]}, secondsTaken=12.0
        )
        result = await phone.post(f"/sessions/{session['id']}/answers", body)
        results.setdefault(kind, result)
        exercise = result["next"]
    assert result["session"]["status"] == "finished"
    return results


RIGHT: dict[str, dict[str, Any]] = {
    "expression": {"text": "x² − 1"},
    "date": {"text": "18 June 1815"},
    "list": {"entries": ["blue", "red", "green"]},
    "translate": {"text": "La casa."},
    "openResponse": {"text": "There is a gap in the path, so no current can flow"},
    "essay": {"text": "Yes, for fish need places to breed."},
}


async def test_every_kind_is_answered_in_a_lesson_and_an_essay_waits_for_a_person(phone: Any) -> None:
    results = await answered(phone, RIGHT)

    assert set(results) == set(RIGHT)
    essay = results.pop("essay")
    assert all(result["grade"]["correct"] and not result["grade"]["pending"] for result in results.values())
    assert essay["grade"]["pending"]
    assert not essay["grade"]["correct"]
    assert (essay["reward"]["xp"], essay["reward"]["reasons"], essay["reward"]["gems"]) == (0, ["pending"], 0)


async def test_algebra_is_told_by_the_worker_with_the_form_and_the_misconception(phone: Any) -> None:
    factored = await answered(phone, RIGHT | {"expression": {"text": "(x+1)(x-1)"}}, 6)
    assert factored["expression"]["grade"]["score"] == 0.5
    assert "multiply it out" in factored["expression"]["grade"]["feedback"][0]["text"]

    wrong = await answered(phone, RIGHT | {"expression": {"text": "(2x^2 + 2)/2"}}, 6)
    assert wrong["expression"]["grade"]["misconception"] == "squares-add"


async def test_what_cannot_be_read_is_refused_and_not_wrong(phone: Any) -> None:
    session = await phone.start("free-text", 12)
    exercise = session["exercise"]
    while exercise["presented"]["kind"] != "expression":
        phone.served.clock.forward(15)
        kind = exercise["presented"]["kind"]
        body = phone.envelope(decisionId=exercise["decisionId"], answer={"kind": kind, **RIGHT[kind]}, secondsTaken=9.0)
        exercise = (await phone.post(f"/sessions/{session['id']}/answers", body))["next"]
    attack = {"kind": "expression", "text": "__import__('os')"}
    body = phone.envelope(decisionId=exercise["decisionId"], answer=attack, secondsTaken=9.0)

    problem = await phone.post(f"/sessions/{session['id']}/answers", body, 400)

    assert "'_' cannot stand in an expression" in json.dumps(problem)
