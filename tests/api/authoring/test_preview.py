from __future__ import annotations

from typing import Any

import msgspec

from api.authoring.forms import read_item
from api.authoring.routes import AUTHORING
from content.grading import as_presented, model_answer
from content.items import MultipleChoice
from tests.api.accounts.conftest import kind
from tests.api.authoring.author import Author, essay, numeric, short_text, team
from tests.api.conftest import Served

CHOICE = {
    "kind": "multipleChoice",
    "id": "largest",
    "skills": ["counting-seas"],
    "band": "middle",
    "prompt": "Which ocean is the largest?",
    "options": [{"id": "a", "text": "Atlantic"}, {"id": "p", "text": "Pacific"}, {"id": "i", "text": "Indian"}],
    "key": "p",
    "hints": ["It covers more than all land."],
    "explanation": "The Pacific is twice the Atlantic.",
    "translations": {"es": {"prompt": "¿Qué océano es el mayor?"}},
}
TEMPLATE = {
    "kind": "template",
    "id": "sums",
    "skills": ["counting-seas"],
    "band": "easy",
    "generator": "whole-sum",
    "parameters": {"largest": 50, "operations": "add"},
}


async def everything(service: Served) -> list[Any]:
    """All documents there are, but for records of requests."""
    documents = AUTHORING.fetch(service.app).courses.documents
    return [document for one in sorted(documents._declared) for document in await documents.all(one)]


async def test_an_item_is_seen_and_tried_as_by_a_learner_without_a_trace(service: Served, author: Author) -> None:
    await author.begin()
    await author.fill(CHOICE, TEMPLATE)
    before = await everything(service)
    seen = await author.get("~/items/largest/preview?seed=3&language=es-MX")
    assert seen["presented"]["prompt"] == [{"text": "¿Qué océano es el mayor?"}]
    assert "Pacific is twice" not in msgspec.json.encode(seen).decode()
    item = read_item(CHOICE)
    assert isinstance(item, MultipleChoice)
    right = msgspec.to_builtins(as_presented(item, model_answer(item)))
    told = await author.post("~/items/largest/preview/answers", {"answer": right}, 200)
    assert told["grade"]["correct"] is True
    assert told["grade"]["explanation"] == [{"text": "The Pacific is twice the Atlantic."}]
    made = await author.get("~/items/sums~7/preview")
    assert made["itemId"] == "sums~7"
    wrong = {"answer": {"kind": "numeric", "text": "5"}}
    assert kind(await author.ask("POST", "~/items/largest/preview/answers", wrong)) == (400, "invalid-request")
    assert await everything(service) == before


async def test_a_draft_is_played_to_its_end_without_a_trace(service: Served, author: Author) -> None:
    await author.begin()
    await author.fill(CHOICE, numeric(), short_text())
    before = await everything(service)
    played: list[dict[str, Any]] = []
    while True:
        step = await author.post("~/preview", {"played": played, "locale": "es"}, 200)
        if step["exercise"] is None:
            break
        played.append({"itemId": step["exercise"]["itemId"], "score": 1.0})
    assert sorted(one["itemId"] for one in played) == ["french-name", "largest", "oceans"]
    fresh = await author.post("~/preview", {}, 200)
    assert step["believed"][0]["mastery"] > fresh["believed"][0]["mastery"]
    assert fresh["exercise"]["chosenBy"] in ("policy", "rule")
    assert await everything(service) == before
    strange = {"played": [{"itemId": "nowhere", "score": 1.0}]}
    refused = await author.ask("POST", "~/preview", strange)
    assert kind(refused) == (400, "invalid-request")
    assert refused.json()["errors"][0]["pointer"] == "/played/0/itemId"


async def test_a_draft_whose_parts_do_not_fit_is_not_played(author: Author) -> None:
    await author.begin()
    await author.fill(numeric(band="impossible"))
    refused = await author.ask("POST", "~/preview", {})
    assert kind(refused) == (409, "course-faulty")
    assert refused.json()["errors"][0]["pointer"] == "/items/oceans/band"


async def test_an_item_that_cannot_be_shown_is_told_with_its_faults(author: Author) -> None:
    await author.begin()
    await author.fill({**CHOICE, "options": [], "key": "z"}, {**TEMPLATE, "generator": "riddle"})
    for method, path, body in (
        ("GET", "~/items/largest/preview", None),
        ("POST", "~/items/largest/preview/answers", {"answer": {"kind": "multipleChoice", "choice": "z"}}),
        ("GET", "~/items/sums/preview", None),
    ):
        refused = await author.ask(method, path, body)
        assert kind(refused) == (409, "course-faulty"), refused.text
    assert (await author.get("~/lint"))["findings"] is not None
    out = await author.get("~/export?format=csv")
    assert {loss["where"] for loss in out["losses"] if loss["kind"] == "dropped"} >= {"largest", "sums"}


async def test_what_is_nested_too_deeply_is_refused(author: Author) -> None:
    await author.begin()
    deep: Any = "text"
    for _ in range(200):
        deep = [deep]
    assert kind(await author.ask("POST", "~/items", {"item": numeric(prompt=deep)})) == (400, "invalid-request")


async def test_a_judged_answer_is_tried_out_through_the_worker(service: Served) -> None:
    author, _, _ = await team(service)
    await author.begin("squares")
    expression = {
        "kind": "expression",
        "id": "square",
        "skills": ["counting-seas"],
        "band": "easy",
        "prompt": "Multiply (x + 1)(x - 1) out.",
        "key": "x^2 - 1",
        "variables": ["x"],
        "hints": ["Two of the four terms cancel."],
        "explanation": "The difference of two squares.",
    }
    await author.fill(expression, essay())
    tried = await author.post(
        "~/items/square/preview/answers", {"answer": {"kind": "expression", "text": "-1 + x*x"}}, 200
    )
    assert (tried["grade"]["correct"], tried["judgedBy"], tried["confidence"]) == (True, "sympy", 1.0)
    text = {"kind": "essay", "text": "Yes, for fish need places to breed."}
    waiting = await author.post("~/items/fishing/preview/answers", {"answer": text}, 200)
    assert (waiting["grade"]["pending"], waiting["judgedBy"]) == (True, "")
