"""Exercises in the learner's language, where they are translated into it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.sessions.conftest import Phone


def text(spans: list[dict[str, Any]]) -> str:
    return "".join(span["text"] for span in spans)


@pytest.fixture
async def mexican(served: Any) -> Phone:
    return Phone(served, await served.guest(locale="es-MX"))


async def capital(phone: Phone) -> tuple[Any, Any]:
    """A lesson whose exercise is the one that is translated, and that exercise."""
    session = await phone.open((await phone.enrol("every-kind", skills=["choice"]))["id"], 20)
    exercise = session["exercise"]
    while exercise["itemId"] != "capital":
        exercise = (await phone.answer(session["id"], exercise))["next"]
    return session, exercise


async def test_an_exercise_comes_in_the_learners_language_from_prompt_to_explanation(mexican: Phone) -> None:
    session, exercise = await capital(mexican)
    path, presented = f"/sessions/{session['id']}", exercise["presented"]
    assert (text(presented["prompt"]), presented["locale"]) == ("¿Qué ciudad es la capital del Perú?", "es")
    assert {text(option["content"]) for option in presented["options"]} == {"Lima (Perú)", "Cuzco", "Quito"}
    assert (await mexican.get(path))["exercise"] == exercise
    hint = await mexican.post(f"{path}/hints", mexican.envelope(decisionId=exercise["decisionId"]))
    assert text(hint["hint"]) == "Está en la costa."
    body = mexican.answering(exercise)
    result = await mexican.post(f"{path}/answers", body)
    assert result["grade"]["correct"]
    assert text(result["grade"]["explanation"]) == "SECRET-EXPLANATION es Lima."
    assert text(result["grade"]["expected"]) == "Lima (Perú)"
    again = await mexican.post(f"{path}/answers", body)
    assert again == result | {"status": "duplicate"}


async def test_a_change_of_language_begins_with_the_next_lesson(mexican: Phone) -> None:
    session, exercise = await capital(mexican)
    await mexican.served.client.patch("/v1/me", json={"locale": "en"}, headers=mexican.headers)
    assert (await mexican.get(f"/sessions/{session['id']}"))["exercise"] == exercise
    _, again = await capital(mexican)
    assert text(again["presented"]["prompt"]) == "Which city is the capital of Peru?"


async def test_other_languages_get_the_exercise_as_it_is_written(phone: Phone) -> None:
    _, exercise = await capital(phone)
    assert exercise["presented"]["locale"] == "en"
