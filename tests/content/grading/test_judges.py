"""Judges in their workers: what they settle, and that a person gets what they cannot."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from content.answers import EssayAnswer, ExpressionAnswer, OpenResponseAnswer
from content.grading.judges import Workers
from content.grading.ports import FreeTextGrader, Judgement
from content.grading.sentences.weights import ModelMissingError, model_directory
from content.grading.worker.process import Limits
from content.items import Essay, Expression, OpenResponse, Trait

BASE: dict[str, Any] = {"id": "item", "skills": ("skill",), "band": "easy"}
BULB = OpenResponse(
    prompt="Why does the bulb not light when the switch is open?",
    references=("There is a gap in the circuit, so no current can flow.",),
    **BASE,
)
PATIENT = Limits(memory_mb=1_500, seconds=60)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    try:
        model_directory()
    except ModelMissingError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))
    made = Workers(PATIENT, PATIENT)
    yield made
    made._end()


async def said(grader: FreeTextGrader, item: OpenResponse, text: str) -> Judgement:
    return await grader.judge(item, OpenResponseAnswer(text=text))


async def test_a_response_is_judged_and_only_a_sure_judgement_grades_it(workers: Workers) -> None:
    good = await said(workers, BULB, "The circuit has a gap, so current cannot flow through it.")
    bad = await said(workers, BULB, "I do not know.")

    assert good.label == "correct"
    assert bad.label != "correct"
    assert good.score > bad.score
    assert 1 / 3 <= min(good.confidence, bad.confidence) <= 1.0
    for judgement in (good, bad):
        assert judgement.advisory is judgement.grade.pending
        assert judgement.grade.pending or judgement.grade.correct is (judgement.label == "correct")
        assert judgement.judged_by == "short-answers/1"


async def test_with_high_stakes_a_person_decides_however_sure_the_model_is(workers: Workers) -> None:
    high = OpenResponse(prompt=BULB.prompt, references=BULB.references, stakes="high", **BASE)

    judgement = await said(workers, high, "There is a gap in the circuit, so no current can flow")

    assert judgement.advisory
    assert judgement.label == "correct"


async def test_an_essay_goes_to_a_person(workers: Workers) -> None:
    essay = Essay(prompt="Argue.", traits=(Trait(id="a", title="A", levels=("no", "yes")),), **BASE)

    assert (await workers.judge(essay, EssayAnswer(text="Yes."))).advisory


async def test_a_worker_that_cannot_answer_leaves_the_answer_to_a_person() -> None:
    starved = Workers(Limits(memory_mb=1, seconds=1, start_seconds=0.01), Limits(memory_mb=1, seconds=1))
    item = Expression(prompt="Add.", key="x+1", **BASE)
    try:
        judgement = await starved.judge(item, ExpressionAnswer(text="(2x+2)/2"))
    finally:
        await starved.close()

    assert judgement.grade.pending
    assert judgement.judged_by == ""
