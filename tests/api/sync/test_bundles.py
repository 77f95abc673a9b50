"""Offline bundles: chosen by the tutor, signed, delivered in parts, graded again."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from api.learners.entries import happenings_of
from api.learners.facts import AnswerGraded, BundleIssued
from api.wire import new_id
from content.offline import Package

DAY = 86_400


def unpadded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def facts(device: Any, kind: type[Any]) -> list[Any]:
    states = device.served.app.state["sessions"]._states
    commits = await states.journal.read(device.tokens["learnerId"])
    return [fact for happening in happenings_of(commits) for fact in happening.facts if isinstance(fact, kind)]


async def test_a_bundle_is_signed_by_a_published_key(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled())
    answer = await device.served.client.get("/v1/.well-known/jwks.json")
    (key,) = answer.json()["keys"]
    assert (key["kty"], key["crv"], key["kid"]) == ("OKP", "Ed25519", bundle.signed["kid"])
    public = Ed25519PublicKey.from_public_bytes(unpadded(key["x"]))
    payload, signature = bundle.signed["payload"].encode(), unpadded(bundle.signed["signature"])
    public.verify(signature, payload)
    with pytest.raises(InvalidSignature):
        public.verify(signature, payload.replace(b'"probability":', b'"probability":1', 1))


async def test_a_bundle_has_what_is_needed_to_show_grade_and_explain(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled(), 40)
    manifest = bundle.manifest
    assert len(bundle.exercises) == 40
    assert len({exercise["decisionId"] for exercise in bundle.exercises}) == 40
    assert manifest["learnerId"] == device.tokens["learnerId"]
    assert set(bundle.packages) == {exercise["package"] for exercise in bundle.exercises}
    kinds = set()
    for place, exercise in enumerate(bundle.exercises):
        assert 0.0 < exercise["probability"] <= 1.0
        text = bundle.packages[exercise["package"]]
        assert sha256(text.encode()).hexdigest() == exercise["package"]
        package = msgspec.json.decode(text, type=Package)
        item = device.item({"trackId": "every-kind", "itemId": exercise["itemId"]})
        assert (package.item_id, package.item_version) == (item.id, exercise["itemVersion"])
        assert len(package.hints) == len(item.hints)
        assert bundle.package(place)["presented"]["kind"] == bundle.package(place)["key"]["kind"]
        kinds.add(bundle.package(place)["key"]["kind"])
    assert len(kinds) == 8


async def test_no_item_comes_twice_in_a_lesson_of_a_bundle(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled("python-from-zero"), 200)
    items = [exercise["itemId"] for exercise in bundle.exercises]
    assert len(items) == 200
    for start in range(0, 200, 10):
        assert len(set(items[start : start + 10])) == 10
    assert len({exercise["skill"] for exercise in bundle.exercises}) > 3


async def test_the_choices_are_logged_as_conditional_with_their_probability(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled("python-from-zero"))
    (issued,) = await facts(device, BundleIssued)
    assert [chosen.probability for chosen in issued.exercises] == [e["probability"] for e in bundle.exercises]
    assert all(chosen.offline and chosen.top and chosen.reasons for chosen in issued.exercises)
    assert issued.policy_version == bundle.manifest["policyVersion"]
    decision = await device.get(f"/decisions/{bundle.exercises[4]['decisionId']}")
    assert decision["probability"] == bundle.exercises[4]["probability"]
    assert decision["itemId"] == bundle.exercises[4]["itemId"]
    await device.get(f"/decisions/{bundle.id[:-3]}fff", 404)
    await device.get(f"/decisions/{bundle.id}", 404)


async def test_who_wants_no_tutor_gets_the_authors_order(device: Any) -> None:
    await device.served.client.patch("/v1/me", json={"personalised": False}, headers=device.headers)
    bundle = await device.bundle(await device.enrolled())
    assert {exercise["chosenBy"] for exercise in bundle.exercises} == {"rule"}
    skills = [exercise["skill"] for exercise in bundle.exercises]
    assert skills[:3] == [skills[0]] * 3


async def test_only_what_is_missing_is_sent_and_what_is_left_over_named(device: Any) -> None:
    enrolment = await device.enrolled("python-from-zero")
    first = await device.bundle(enrolment, 100)
    assert len(first.packages) > 20
    old = "0" * 64
    second = await device.bundle(enrolment, 100, have=[*first.packages, old])
    needed = {exercise["package"] for exercise in second.exercises}
    assert set(second.packages) == needed - set(first.packages)
    part = second.first
    assert set(part["removals"]) == (set(first.packages) | {old}) - needed


async def test_a_bundle_that_still_serves_keeps_its_packages(device: Any, tablet: Any) -> None:
    enrolment = await device.enrolled("python-from-zero")
    first = await device.bundle(enrolment, 30)
    second = await tablet.bundle(enrolment, 10, have=list(first.packages))
    assert second.first["removals"] == []
    await device.sleep(15 * DAY)
    third = await device.bundle(enrolment, 10, have=list(first.packages))
    needed = {exercise["package"] for exercise in third.exercises}
    assert set(third.first["removals"]) == set(first.packages) - needed


async def test_a_bundle_can_be_fetched_in_parts_and_anew(device: Any, foreigner: Any) -> None:
    bundle = await device.bundle(await device.enrolled(), 20)
    packages, path = {}, f"/bundles/{bundle.id}?limit=3"
    part = await device.get(path)
    for _ in range(20):
        assert part["manifest"] == bundle.signed
        assert len(part["packages"]) <= 3
        packages |= {package["hash"]: package["content"] for package in part["packages"]}
        if part["nextCursor"] is None:
            break
        part = await device.get(f"{path}&cursor={part['nextCursor']}")
    assert packages == bundle.packages
    await foreigner.get(f"/bundles/{bundle.id}", 404)
    await device.get(f"/bundles/{new_id()[:-3]}000", 404)
    await device.get(f"/bundles/{bundle.id}?cursor=AAAA", 400)


async def test_the_server_grades_again_and_says_so(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled())
    opening = device.opening(bundle)
    session = opening["eventId"]
    agreeing = device.answered(session, bundle, 0, graded={"score": 1.0, "correct": True})
    mistaken = device.answered(session, bundle, 1, right=False, graded={"score": 1.0, "correct": True})
    silent = device.answered(session, bundle, 2)
    _, first, second, third = [result["outcome"] for result in await device.send(opening, agreeing, mistaken, silent)]
    assert (first["gradeChanged"], first["grade"]) == (False, None)
    assert (second["gradeChanged"], second["grade"]["correct"]) == (True, False)
    assert (third["gradeChanged"], third["grade"]["correct"]) == (False, True)
    graded = await facts(device, AnswerGraded)
    assert [fact.correct for fact in graded] == [True, False, True]


async def test_an_exercise_answered_on_two_devices_is_rewarded_once(device: Any, tablet: Any) -> None:
    bundle = await device.bundle(await device.enrolled())
    ours, theirs = device.lesson(bundle, range(5)), tablet.lesson(bundle, range(5))
    first = await device.sync(*ours)
    second = await tablet.sync(*theirs)
    rewards = [result["outcome"]["reward"] for result in second["results"][1:-1]]
    assert [(reward["xp"], reward["reasons"]) for reward in rewards] == [(0, ["practice"])] * 5
    assert second["state"]["game"]["xp"] == first["state"]["game"]["xp"]
    practised = [
        sum(skill["practised"] for skill in answer["state"]["progress"][0]["skills"]) for answer in (first, second)
    ]
    assert practised[0] == practised[1] > 0


async def test_hints_and_skips_of_a_bundle_count_as_they_do_in_a_lesson(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled())
    place = next(n for n in range(20) if bundle.package(n)["hints"])
    opening = device.opening(bundle)
    exercise = {"sessionId": opening["eventId"], "decisionId": bundle.exercises[place]["decisionId"]}
    other = {"sessionId": opening["eventId"], "decisionId": bundle.exercises[place - 1]["decisionId"]}
    n_hints = len(bundle.package(place)["hints"])
    hints = [device.event("hintRequested", **exercise) for _ in range(n_hints + 1)]
    skip = device.event("exerciseSkipped", **other)
    answers = [device.answered(opening["eventId"], bundle, n) for n in (place, place - 1)]
    results = await device.send(opening, *hints, skip, *answers)
    assert [result["status"] for result in results[1 : n_hints + 2]] == ["accepted"] * n_hints + ["rejected"]
    assert results[1]["outcome"]["hint"]["hint"] == bundle.package(place)["hints"][0]
    assert results[n_hints + 2]["outcome"]["skipped"] == {"next": None}
    assert "hintsUsed" in results[-2]["outcome"]["reward"]["reasons"]
    assert results[-1]["outcome"]["reward"]["reasons"] == ["practice"]


async def test_a_lesson_of_a_bundle_can_be_looked_at_and_ended_by_single_requests(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled())
    opening = device.opening(bundle)
    session = opening["eventId"]
    await device.send(opening, device.answered(session, bundle, 0))
    shown = await device.get(f"/sessions/{session}")
    assert (shown["answered"], shown["exercise"], shown["status"]) == (1, None, "open")
    body = {name: value for name, value in device.answered(session, bundle, 1).items() if name != "kind"}
    result = await device.post(f"/sessions/{session}/answers", body | {"deviceId": "phone"})
    assert (result["session"]["answered"], result["next"]) == (2, None)
    summary = (await device.post(f"/sessions/{session}/finish", device.envelope()))["summary"]
    assert summary["answered"] == 2


async def test_a_bundle_that_ended_begins_no_lesson_but_ends_those_that_began(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled())
    begun = device.opening(bundle)
    await device.sleep(15 * DAY)
    too_late = device.opening(bundle)
    answers = [device.answered(opening["eventId"], bundle, 3) for opening in (begun, too_late)]
    results = await device.send(begun, too_late, *answers)
    assert [result["status"] for result in results] == ["accepted", "rejected", "accepted", "rejected"]
    assert results[1]["problem"]["type"].endswith("bundle-expired")


async def test_a_bundle_that_was_tampered_with_or_is_anothers_is_refused(device: Any, foreigner: Any) -> None:
    bundle = await device.bundle(await device.enrolled())
    other = await device.enrolled("python-from-zero")
    tampered = device.opening(bundle) | {"manifestHash": sha256(b"something else").hexdigest()}
    elsewhere = device.opening(bundle) | {"enrolmentId": other}
    made_up = device.opening(bundle) | {"bundleId": f"{new_id()[:-3]}000"}
    results = await device.send(tampered, elsewhere, made_up)
    kinds = [result["problem"]["type"].rpartition(":")[2] for result in results]
    assert kinds == ["bundle-mismatch", "bundle-mismatch", "not-found"]
    stolen = await foreigner.send(foreigner.opening(bundle) | {"enrolmentId": await foreigner.enrolled()})
    assert stolen[0]["problem"]["type"].endswith("not-found")
    opening = device.opening(bundle)
    beyond = {"sessionId": opening["eventId"], "decisionId": f"{bundle.id[:-3]}0ff"}
    results = await device.send(opening, device.answered(opening["eventId"], bundle, 0) | beyond)
    assert [result["status"] for result in results] == ["accepted", "rejected"]


async def test_a_request_for_a_bundle_sent_again_brings_the_same_bundle(device: Any) -> None:
    enrolment = await device.enrolled()
    asking = device.asking(enrolment)
    first, again = [(await device.send(asking))[0] for _ in range(2)]
    assert (first["status"], again["status"]) == ("accepted", "duplicate")
    assert first["outcome"] == again["outcome"]
    more = device.asking(enrolment), device.asking(enrolment)
    assert [result["status"] for result in await device.send(*more)] == ["accepted", "rejected"]
    (odd,) = await device.send(device.asking(enrolment) | {"eventId": new_id()[:-3] + "001"})
    assert odd["problem"]["errors"][0]["pointer"] == "/events/0/eventId"


async def test_a_bundle_that_can_no_longer_be_made_does_not_spoil_the_results_of_others(
    device: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolment = await device.enrolled()
    asking = device.asking(enrolment)
    await device.send(asking)
    maker = device.served.app.state["sync"]._maker
    made = maker.package
    monkeypatch.setattr(maker, "package", lambda *args: msgspec.structs.replace(made(*args), hash="0" * 64))
    gone, enrolled = await device.send(asking, device.event("trackEnrolled", trackId="python-from-zero"))
    assert (gone["status"], gone["outcome"]) == ("duplicate", None)
    assert gone["problem"]["type"].endswith("bundle-expired")
    assert (enrolled["status"], enrolled["problem"]) == ("accepted", None)
    assert enrolled["outcome"]["kind"] == "trackEnrolled"


async def test_an_outcome_that_cannot_be_told_is_its_own_problem(
    device: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    enrolment = await device.enrolled()
    events = device.lesson(await device.bundle(enrolment), range(2))
    await device.send(*events)
    sessions = device.served.app.state["sessions"]
    async with sessions._states.reading(device.tokens["learnerId"]) as learner:
        published = sessions.registry.version(learner.state.enrolments[enrolment].track_version)
    monkeypatch.setattr(published, "shown", lambda *item: {}[item])
    results = await device.send(*events)
    assert [result["status"] for result in results] == ["duplicate"] * 4
    assert [bool(result["outcome"]) for result in results] == [True, False, False, True]
    assert [result["problem"] and result["problem"]["status"] for result in results] == [None, 500, 500, None]
    assert "cannot be told" in caplog.text


async def test_a_bundle_follows_what_was_answered_before_it_in_the_same_sync(device: Any) -> None:
    enrolment = await device.enrolled("python-from-zero")
    bundle = await device.bundle(enrolment, 10)
    answer = await device.sync(*device.lesson(bundle, range(10)), device.asking(enrolment))
    following = json.loads(answer["results"][-1]["outcome"]["bundle"]["manifest"]["payload"])
    seen = {exercise["itemId"] for exercise in bundle.exercises}
    assert len(seen & {exercise["itemId"] for exercise in following["exercises"][:10]}) < 10


async def test_a_bundle_goes_with_a_guest_who_becomes_part_of_an_account(device: Any) -> None:
    bundle = await device.bundle(await device.enrolled())
    unsent = device.lesson(bundle, range(5))
    credentials = {"email": "ana@example.org", "password": "four words for a phone", "zone": "Europe/Madrid"}
    answer = await device.served.client.post("/v1/auth/register", json=credentials)
    account = type(device)(device.served, answer.json()["tokens"], "laptop")
    token = device.headers["authorization"].removeprefix("Bearer ")
    await account.post("/me/merge", {"guestAccessToken": token})
    device.headers = account.headers
    again = await device.get(f"/bundles/{bundle.id}")
    assert again["manifest"]["payload"] == bundle.signed["payload"]
    assert {result["status"] for result in await device.send(*unsent)} == {"accepted"}
    assert {result["status"] for result in await device.send(*unsent)} == {"duplicate"}
