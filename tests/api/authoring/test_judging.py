"""Answers that wait for a person, on the real app and both stores."""

from __future__ import annotations

import asyncio
from typing import Any

from api.authoring.judging.routes import JUDGING
from api.learners.rebuild import rebuild
from api.tracks.routes import TRACKS
from tests.api.accounts.conftest import Desk, bearer, kind
from tests.api.authoring.author import Author, essay, numeric, publish, team
from tests.api.authoring.player import Player
from tests.api.authoring.test_rubrics import CLEAR, NONE, examples, needs_encoder
from tests.api.conftest import Served
from tests.api.sync.conftest import Device

WORDS = "Yes, for fish need places where nobody disturbs them while they breed."


async def written(player: Player, session: dict[str, Any], text: str = WORDS) -> Any:
    """Hand the essay of a lesson in; the result."""
    player.served.clock.forward(60)
    event = player.envelope(
        decisionId=session["exercise"]["decisionId"], answer={"kind": "essay", "text": text}, secondsTaken=55.0
    )
    return await player.post(f"/sessions/{session['id']}/answers", event)


async def course(service: Served) -> tuple[Author, Author, Author]:
    """A published course of one essay."""
    author, reviewer, publisher = await team(service)
    await author.begin("oceans")
    await author.fill(essay())
    await publish(author, reviewer, publisher)
    return author, reviewer, publisher


async def test_a_person_judges_what_waits_and_the_learner_gets_the_grade_and_the_xp(desks: list[Desk]) -> None:
    here, there = desks[0].service, desks[-1].service
    author, reviewer, _ = await course(here)
    ana, ben = Player(there, await there.guest()), Player(there, await there.guest())
    session = await ana.start("oceans", 1)
    result = await written(ana, session)
    assert result["grade"]["pending"]
    await written(ben, await ben.start("oceans", 1), "No, because people need the fish to eat.")
    waiting = (await reviewer.get("~/waiting-answers"))["items"]
    assert [one["answer"]["text"] for one in waiting] == [WORDS, "No, because people need the fish to eat."]
    assert (waiting[0]["item"], waiting[0]["score"], waiting[0]["state"]) == ("fishing", None, "waiting")
    assert ana.tokens["learnerId"] not in str(waiting)
    assert "learner" not in str(waiting[0]).lower()
    assert kind(await author.ask("GET", "~/waiting-answers")) == (403, "forbidden")
    one = f"~/waiting-answers/{waiting[0]['id']}/judge"
    judged = await reviewer.post(one, {"score": 1.0, "reason": "Clear."}, 200)
    assert (judged["state"], judged["score"]) == ("judged", 1.0)
    assert await reviewer.post(one, {"score": 1.0}, 200) == judged
    assert kind(await reviewer.ask("POST", one, {"score": 0.5})) == (409, "review-state")
    await reviewer.post(f"~/waiting-answers/{waiting[1]['id']}/judge", {"score": 0.0}, 200)
    assert (await reviewer.get("~/waiting-answers"))["items"] == []
    assert len((await reviewer.get("~/waiting-answers?state=judged"))["items"]) == 2
    assert (await ana.get("/me/game"))["xp"]["total"] > 0
    assert (await ben.get("/me/game"))["xp"]["total"] == 0
    assert (await ana.get(f"/sessions/{session['id']}"))["correct"] == 1
    states = TRACKS.fetch(there.app).states
    for player in (ana, ben):
        async with states.reading(player.tokens["learnerId"]) as learner:
            (studies,) = learner.state.studies.values()
            assert studies.practised == {"counting-seas": 1}
        verdict = await rebuild(states.journal, states.courses, player.tokens["learnerId"])
        assert verdict.mismatches == ()


async def advised(reviewer: Author, n: int) -> list[dict[str, Any]]:
    """What waits, once so many essays of it have advice."""
    async with asyncio.timeout(60):
        while True:
            waiting: list[dict[str, Any]] = (await reviewer.get("~/waiting-answers"))["items"]
            if sum(one["advice"] is not None for one in waiting) == n:
                return waiting
            await asyncio.sleep(0.1)


@needs_encoder
async def test_essays_that_wait_come_with_the_advice_of_their_rubrics_model(service: Served) -> None:
    author, reviewer, publisher = await course(service)
    ana = Player(service, await service.guest())
    await written(ana, await ana.start("oceans", 1), CLEAR[0] + " The sea is blue.")
    (before,) = (await reviewer.get("~/waiting-answers"))["items"]
    assert before["advice"] is None
    await author.call("PUT", "~/items/fishing/rubric", {"examples": examples()})
    (one,) = await advised(reviewer, 1)
    (thesis,) = one["advice"]["traits"]
    assert (thesis["trait"], thesis["level"], thesis["sentence"]) == ("thesis", 1, CLEAR[0])
    assert 0.5 < thesis["confidence"] <= 1.0
    ben = Player(service, await service.guest())
    await written(ben, await ben.start("oceans", 1), NONE[1])
    _, other = await advised(reviewer, 2)
    assert other["advice"]["traits"][0]["level"] == 0
    same = (await author.post("~/items/fishing/rubric/advice", {"text": NONE[1]}, 200))["traits"]
    assert other["advice"]["traits"] == same
    judged = await reviewer.post(f"~/waiting-answers/{other['id']}/judge", {"score": 1.0}, 200)
    assert judged["advice"] == other["advice"]

    other_traits = [{"id": "style", "title": "Style", "levels": ["Poor.", "Fine."]}]
    await author.patch("~/items/fishing", {"item": {"traits": other_traits}})
    await publish(author, reviewer, publisher)
    cid = Player(service, await service.guest())
    await written(cid, await cid.start("oceans", 1), CLEAR[1])
    async with asyncio.timeout(20):
        while len(kept := await JUDGING.fetch(service.app).waiting.of(author.course, "waiting", "", 9)) < 2 or (
            kept[-1].advice is None
        ):
            await asyncio.sleep(0.05)
    assert (await reviewer.get("~/waiting-answers"))["items"][-1]["advice"] is None


async def test_what_was_written_without_a_connection_waits_too(service: Served) -> None:
    _, reviewer, _ = await course(service)
    device = Device(service, await service.guest())
    bundle = await device.bundle(await device.enrolled("oceans"), 1)
    opening = device.opening(bundle, 1)
    at = {"sessionId": opening["eventId"], "decisionId": bundle.exercises[0]["decisionId"]}
    service.clock.forward(60)
    answered = device.event("exerciseAnswered", **at, answer={"kind": "essay", "text": WORDS}, secondsTaken=55.0)
    await device.send(opening, answered)
    await device.send(answered)
    (waiting,) = (await reviewer.get("~/waiting-answers"))["items"]
    assert (waiting["id"], waiting["answer"]["text"]) == (answered["eventId"], WORDS)


async def test_what_comparing_with_the_key_settles_waits_for_nobody(service: Served) -> None:
    author, reviewer, publisher = await team(service)
    await author.begin("oceans")
    await author.fill(numeric())
    await publish(author, reviewer, publisher)
    player = Player(service, await service.guest())
    await player.play(await player.start("oceans", 1))
    assert (await reviewer.get("~/waiting-answers"))["items"] == []


async def test_the_answer_of_somebody_who_left_waits_no_more(service: Served) -> None:
    _, reviewer, _ = await course(service)
    player = Player(service, await service.guest())
    await written(player, await player.start("oceans", 1))
    (waiting,) = (await reviewer.get("~/waiting-answers"))["items"]
    left = await service.client.delete(
        "/v1/me", params={"confirm": player.tokens["learnerId"]}, headers=bearer(player.tokens)
    )
    assert left.status_code == 204
    assert (await reviewer.get("~/waiting-answers"))["items"] == []
    gone = await reviewer.ask("POST", f"~/waiting-answers/{waiting['id']}/judge", {"score": 1.0})
    assert kind(gone) == (404, "not-found")
