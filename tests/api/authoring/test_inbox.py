from __future__ import annotations

import asyncio
from typing import Any

import pytest

from api.authoring.inbox.variants import NoVariantError, with_variant
from api.learners.rebuild import rebuild
from api.tracks.routes import TRACKS
from api.wire import new_id
from content.answers import ClozeAnswer, NumericAnswer, ShortTextAnswer
from content.grading import grade
from content.items import Cloze, Gap, MappingMisconception, Numeric, ShortText, TextMisconception
from tests.api.accounts.conftest import Desk, kind
from tests.api.authoring.author import publish, short_text, team
from tests.api.authoring.player import Player
from tests.api.conftest import Served
from tests.api.sync.conftest import Device


async def claim(player: Player, session: dict[str, Any], text: str) -> Any:
    """Answer the first exercise with a text, and claim that it is right; the result of the answer."""
    exercise = session["exercise"]
    player.served.clock.forward(15)
    event = player.envelope(
        decisionId=exercise["decisionId"], answer={"kind": "shortText", "text": text}, secondsTaken=12.0
    )
    result = await player.post(f"/sessions/{session['id']}/answers", event)
    said = player.envelope(decisionId=exercise["decisionId"], about="acceptMine", text="So my book says.")
    receipt = await player.post(f"/sessions/{session['id']}/reports", said)
    assert receipt == await player.post(f"/sessions/{session['id']}/reports", said)
    assert receipt["id"] == said["eventId"]
    return result


async def until_xp(player: Player, at_least: int) -> int:
    """Wait for the job that grades anew."""
    for _ in range(200):
        found = (await player.get("/me/game"))["xp"]["total"]
        if found >= at_least:
            return int(found)
        await asyncio.sleep(0.05)
    raise AssertionError("nobody graded anew")


async def test_an_accepted_answer_is_graded_anew_for_everyone_who_gave_it(desks: list[Desk]) -> None:
    here, there = desks[0].service, desks[-1].service
    author, reviewer, publisher = await team(here)
    await author.begin("rivers")
    await author.fill(short_text())
    await publish(author, reviewer, publisher)
    ana, ben, carl = [Player(there, await there.guest()) for _ in range(3)]
    session = await ana.start("rivers", 1)
    result = await claim(ana, session, "the Sleeve")
    assert result["grade"]["correct"] is False
    await claim(ben, await ben.start("rivers", 1), "the Sleeve")
    right = await carl.play(await carl.start("rivers", 1))
    reports = (await publisher.get("~/inbox"))["items"]
    assert [(one["about"], one["state"], one["item"]) for one in reports] == [("acceptMine", "open", "french-name")] * 2
    assert reports[0]["answer"] == {"kind": "shortText", "text": "the Sleeve"}
    assert "learner" not in str(reports[0]).lower()
    one = f"~/inbox/{reports[0]['id']}"
    assert kind(await author.ask("POST", f"{one}/accept", {})) == (403, "forbidden")
    done = await publisher.post(f"{one}/accept", {"reason": "It is called so, too."}, 200)
    assert (done["state"], done["version"]) == ("accepted", 2)
    for player in (ana, ben):
        assert await until_xp(player, 1) > 0
    assert (await carl.get("/me/game"))["xp"]["total"] == right[0]["reward"]["xp"]
    assert (await ana.get(f"/sessions/{session['id']}"))["correct"] == 1
    version = await publisher.get("~/versions/2")
    assert [(change["id"], change["kind"]) for change in version["items"]] == [("french-name", "key")]
    assert (await author.get("~/items/french-name"))["item"]["accepted"] == ["la Manche", "the Sleeve"]
    assert kind(await publisher.ask("POST", f"{one}/accept", {})) == (409, "review-state")
    other = await publisher.ask("POST", f"~/inbox/{reports[1]['id']}/accept", {})
    assert kind(other) == (409, "no-variant")
    dismissed = await reviewer.post(f"~/inbox/{reports[1]['id']}/dismiss", {"reason": "Done with the other."}, 200)
    assert dismissed["state"] == "dismissed"
    states = TRACKS.fetch(there.app).states
    for player in (ana, ben, carl):
        verdict = await rebuild(states.journal, states.courses, player.tokens["learnerId"])
        assert verdict.mismatches == ()


async def test_what_is_wrong_with_an_item_is_told_without_an_answer(service: Served) -> None:
    author, reviewer, publisher = await team(service)
    await author.begin("rivers")
    await author.fill(short_text())
    await publish(author, reviewer, publisher)
    player = Player(service, await service.guest())
    session = await player.start("rivers", 1)
    decision = session["exercise"]["decisionId"]
    await player.post(
        f"/sessions/{session['id']}/reports",
        player.envelope(decisionId=decision, about="somethingWrong", text="The picture is missing."),
    )
    (report,) = (await author.get("~/inbox"))["items"]
    assert (report["about"], report["answer"], report["text"]) == ("somethingWrong", None, "The picture is missing.")
    assert kind(await publisher.ask("POST", f"~/inbox/{report['id']}/accept", {})) == (409, "no-variant")
    nowhere = player.envelope(decisionId=player.envelope()["eventId"], about="somethingWrong")
    await player.post(f"/sessions/{session['id']}/reports", nowhere, 404)


def typed(**fields: Any) -> ShortText:
    plain = {"id": "a", "skills": ("s",), "band": "easy", "prompt": "?", "accepted": ("la Manche",)}
    return ShortText(**{**plain, **fields})


def test_a_variant_is_added_and_a_misconception_against_it_goes() -> None:
    against = (
        TextMisconception(id="sleeve", answer="the sleeve", feedback="No."),
        TextMisconception(id="other", answer="North Sea", feedback="No."),
    )
    item = with_variant(typed(misconceptions=against), ShortTextAnswer(text=" the Sleeve "))
    assert isinstance(item, ShortText)
    assert item.accepted == ("la Manche", "the Sleeve")
    assert grade(item, ShortTextAnswer(text="the sleeve")).correct
    assert [one.id for one in item.misconceptions][-1:] == ["other"]


def test_a_gap_takes_what_was_typed_into_it() -> None:
    gaps = (Gap(id="one", accepted=("salty",)), Gap(id="two", accepted=("Baltic",), options=("Baltic", "Red")))
    against = (MappingMisconception(id="red", answer={"two": "Red"}, feedback="No."),)
    item = Cloze(
        id="a", skills=("s",), band="easy", prompt="?", text="{{one}} {{two}}", gaps=gaps, misconceptions=against
    )
    changed = with_variant(item, ClozeAnswer(gaps={"one": "briny", "two": "Baltic"}))
    assert isinstance(changed, Cloze)
    assert changed.gaps[0].accepted == ("salty", "briny")
    assert changed.misconceptions == against
    with pytest.raises(NoVariantError):
        with_variant(item, ClozeAnswer(gaps={"one": "salty", "two": "Red"}))


def test_a_number_takes_no_variant_and_what_is_right_needs_none() -> None:
    number = Numeric(id="a", skills=("s",), band="easy", prompt="?", key="5")
    with pytest.raises(NoVariantError, match="only typed answers"):
        with_variant(number, NumericAnswer(text="6"))
    with pytest.raises(NoVariantError, match="right already"):
        with_variant(typed(), ShortTextAnswer(text="la manche"))
    with pytest.raises(NoVariantError, match="does not fit"):
        with_variant(number, ShortTextAnswer(text="6"))


async def test_reports_that_were_written_without_a_connection_come_with_the_next_sync(service: Served) -> None:
    author, reviewer, publisher = await team(service)
    await author.begin("rivers")
    await author.fill(short_text())
    await publish(author, reviewer, publisher)
    device = Device(service, await service.guest())
    bundle = await device.bundle(await device.enrolled("rivers"), 1)
    opening = device.opening(bundle, 1)
    at = {"sessionId": opening["eventId"], "decisionId": bundle.exercises[0]["decisionId"]}
    service.clock.forward(15)
    answer = {"kind": "shortText", "text": "the Sleeve"}
    answered = device.event("exerciseAnswered", **at, answer=answer, secondsTaken=12.0)
    claimed = device.event("itemReported", **at, about="acceptMine", text="So my book says.")
    unclear = device.event("itemReported", **at, about="somethingWrong", text="Which channel?")
    nowhere = device.event("itemReported", **at | {"sessionId": new_id()}, about="somethingWrong")
    results = await device.send(opening, answered, claimed, unclear, nowhere)
    assert [one["status"] for one in results] == ["accepted"] * 4 + ["rejected"]
    assert results[2]["outcome"] == {"kind": "itemReported", "reportId": claimed["eventId"]}
    again = await device.send(claimed)
    assert (again[0]["status"], again[0]["outcome"]) == ("duplicate", results[2]["outcome"])
    reports = (await author.get("~/inbox"))["items"]
    assert [(one["id"], one["about"], one["text"]) for one in reports] == [
        (claimed["eventId"], "acceptMine", "So my book says."),
        (unclear["eventId"], "somethingWrong", "Which channel?"),
    ]
    assert reports[0]["answer"] == answer
