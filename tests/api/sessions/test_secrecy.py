"""Nothing a learner is sent before the answer lets the key be read, for any kind of item."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest

from content.grading import model_answer
from content.items import Cloze, Item, Matching, MultipleChoice, MultipleResponse, Numeric, Ordering, ShortText

FIELDS = {"key", "accepted", "misconceptions", "misconception", "explanation", "expected", "correct", "answer"}


def secrets_of(item: Item) -> list[str]:
    """What must not be read: keys that are texts, explanations and feedback."""
    found = [item.explanation, *(misconception.feedback for misconception in item.misconceptions)]
    match item:
        case Numeric():
            found.append(f'"{item.key}"')
        case ShortText():
            found += [f'"{text}"' for text in item.accepted]
        case Cloze():
            found += [f'"{text}"' for gap in item.gaps if not gap.options for text in gap.accepted]
    return [secret for secret in found if secret]


def own_ids(item: Item) -> list[str]:
    """The author's ids of options, which may tell their order."""
    match item:
        case MultipleChoice() | MultipleResponse() | Ordering():
            return [option.id for option in item.options]
        case Matching():
            return [option.id for option in (*item.left, *item.right)]
        case Cloze():
            return [gap.id for gap in item.gaps]
    return []


def names(value: Any) -> set[str]:
    """Every field name in a response."""
    if isinstance(value, dict):
        return set(value).union(*(names(part) for part in value.values()))
    return set().union(*(names(part) for part in value)) if isinstance(value, list) else set()


def assert_no_key(item: Item, exercise: Any, *others: Any) -> None:
    text = json.dumps([exercise, *others], ensure_ascii=False)
    assert not names(exercise) & FIELDS
    for secret in secrets_of(item):
        assert secret not in text, (item.id, secret)
    for own in own_ids(item):
        assert f'"id": "{own}"' not in json.dumps(exercise["presented"]), (item.id, own)


def misshapen(presented: dict[str, Any]) -> list[dict[str, Any]]:
    """Answers of the exercise's own kind that name what it does not have, or nothing."""
    found: dict[str, list[dict[str, Any]]] = {
        "multipleChoice": [{"choice": "?"}],
        "multipleResponse": [{"choices": ["?"]}],
        "ordering": [{"order": ["?"]}, {"order": []}],
        "numeric": [{"text": "?"}, {"text": "1 ?"}],
        "shortText": [{"text": " "}],
        "trueFalse": [],
    }
    match kind := presented["kind"]:
        case "matching":
            answers = [{"pairs": {"?": "?"}}, {"pairs": {presented["left"][0]["id"]: "?"}}]
        case "cloze":
            chosen = [part["id"] for part in presented["parts"] if part["kind"] == "gap" and part["options"]]
            answers = [{"gaps": {"?": "x"}}, *({"gaps": {gap: "?"}} for gap in chosen)]
        case _:
            answers = found[kind]
    return [{"kind": kind} | answer for answer in answers]


async def test_no_response_before_the_answer_tells_the_key_of_any_kind(phone: Any) -> None:
    session = await phone.start("every-kind", 24)
    exercise, kinds = session["exercise"], set()
    while exercise is not None:
        item, path = phone.item(exercise), f"/sessions/{session['id']}"
        kinds.add(exercise["presented"]["kind"])
        shown = await phone.get(path)
        decision = await phone.get(f"/decisions/{exercise['decisionId']}")
        hints = [
            await phone.post(f"{path}/hints", phone.envelope(decisionId=exercise["decisionId"])) for _ in item.hints
        ]
        wrong = {"kind": "numeric" if exercise["presented"]["kind"] != "numeric" else "trueFalse"}
        wrong |= {"text": "1"} if wrong["kind"] == "numeric" else {"value": True}
        refused = await phone.post(f"{path}/answers", phone.answering(exercise) | {"answer": wrong}, 400)
        track, progress = await phone.get("/tracks/every-kind"), await phone.get("/me/progress")
        assert_no_key(item, exercise, decision, hints, refused, track, progress)
        for answer in misshapen(exercise["presented"]):
            refused = await phone.post(f"{path}/answers", phone.answering(exercise) | {"answer": answer}, 400)
            assert_no_key(item, exercise, refused)
            assert not set(re.findall(r"[\w-]+", refused["detail"].partition("expected")[2])) & set(own_ids(item))
        assert shown["exercise"] == exercise
        assert not names(decision) & FIELDS
        skipped = await phone.post(f"{path}/skips", phone.envelope(decisionId=exercise["decisionId"]))
        assert_no_key(phone.item(skipped["next"]), skipped["next"])
        kinds.add(skipped["next"]["presented"]["kind"])
        result = await phone.answer(session["id"], skipped["next"], right=len(kinds) % 2 == 0)
        exercise = result["next"]
        if exercise is not None:
            assert_no_key(phone.item(exercise), exercise)
    assert len(kinds) == 8


async def test_an_answer_in_the_authors_own_ids_is_refused_and_teaches_nothing(phone: Any) -> None:
    session = await phone.start("every-kind", 24)
    exercise, refused = session["exercise"], 0
    while exercise is not None:
        item = phone.item(exercise)
        if own_ids(item):
            answer = msgspec.to_builtins(model_answer(item))
            problem = await phone.post(
                f"/sessions/{session['id']}/answers", phone.answering(exercise) | {"answer": answer}, 400
            )
            assert problem["errors"][0]["pointer"] == "/answer"
            assert "has the id" in problem["detail"]
            assert_no_key(item, exercise, problem)
            refused += 1
        result = await phone.answer(session["id"], exercise)
        assert result["grade"]["correct"]
        exercise = result["next"]
    assert refused >= 5


@pytest.mark.parametrize("track", ["arithmetic-to-algebra", "first-spanish", "python-from-zero"])
async def test_no_exercise_of_a_starter_track_names_its_key(phone: Any, track: str) -> None:
    published = phone.served.app.state["sessions"].registry.track(track)
    for item in published.track.items[:300]:
        shown = json.loads(msgspec.json.encode(published.presented(item.id, 1)))
        assert not names(shown) & FIELDS
        explanation = item.explanation
        assert not explanation or explanation not in json.dumps(shown, ensure_ascii=False)
        for own in own_ids(item):
            assert f'"id": "{own}"' not in json.dumps(shown), (item.id, own)
