"""A new version is published while people learn: what they know goes on with them, what is open is finished."""

from __future__ import annotations

from typing import Any

from api.learners.rebuild import rebuild
from api.tracks.routes import TRACKS
from content.items import Item
from tests.api.accounts.conftest import Desk
from tests.api.authoring.author import Author, numeric, publish, team
from tests.api.authoring.player import Player
from tests.api.sync.conftest import Device

Json = dict[str, Any]
OF_SEAS = ("oceans", "bays", "ponds")
OF_RIVERS = ("danube", "rhine", "seine")


class Traveller(Player, Device):
    """A learner who plays lessons and synchronises, in any version of a track."""

    def item(self, exercise: Json) -> Item:
        """Also of a bundle's exercises; every version of an item has the same key."""
        if "itemVersion" in exercise:
            return super().item(exercise)
        return TRACKS.fetch(self.served.app).registry.track("waters").item(exercise["itemId"])

    async def enrolment(self, name: str) -> Json:
        """The enrolment as a new device is told of it."""
        found: Json = next(one for one in (await self.get("/sync"))["items"] if one["id"] == name)
        return found

    async def practised(self, name: str) -> dict[str, int]:
        """Answers by skill, as the progress of the enrolment tells them."""
        (found,) = (await self.get(f"/me/progress?enrolmentId={name}"))["items"]
        return {skill["id"]: skill["practised"] for skill in found["skills"]}


async def written(author: Author) -> None:
    """A course on seas and rivers."""
    await author.begin("waters", units=[{"id": "all", "title": "All", "skills": ["seas", "rivers"]}])
    for skill, names in (("seas", OF_SEAS), ("rivers", OF_RIVERS)):
        await author.post("~/skills", {"skill": {"id": skill, "title": skill.title()}})
        for name in names:
            await author.post("~/items", {"item": numeric(name, skills=[skill])})


async def split(author: Author) -> None:
    """Rivers become long and short ones, and seas are called salt water."""
    for skill in ("long", "short", "salt"):
        await author.post("~/skills", {"skill": {"id": skill, "title": skill.title()}})
    await author.patch("~", {"units": [{"id": "all", "title": "All", "skills": ["salt", "long", "short"]}]})
    named = {"danube": "long", "rhine": "long", "seine": "short", **dict.fromkeys(OF_SEAS, "salt")}
    for name, skill in named.items():
        await author.patch(f"~/items/{name}", {"item": {"skills": [skill]}})
    for skill in ("seas", "rivers"):
        await author.call("DELETE", f"~/skills/{skill}", status=204)


SPLIT = [{"skill": "rivers", "into": ["long", "short"]}, {"skill": "seas", "into": ["salt"]}]


async def agrees(desk: Desk, phone: Traveller) -> None:
    """The journal alone gives what is served."""
    states = desk.service.app.state["sessions"]._states
    await states.close()
    verdict = await rebuild(states.journal, states.courses, phone.tokens["learnerId"])
    assert verdict.mismatches == ()


async def test_who_opens_a_lesson_goes_on_in_the_new_version_and_what_is_open_is_finished(desks: list[Desk]) -> None:
    here, there = desks[0].service, desks[-1].service
    author, reviewer, publisher = await team(here)
    await written(author)
    first = await publish(author, reviewer, publisher)
    phone = Traveller(there, await there.guest())
    name = (await phone.enrol("waters", skills=["rivers"]))["id"]
    await phone.play(await phone.open(name, 6))
    before = await phone.practised(name)
    bundle = await phone.bundle(name, 6)
    still_open = await phone.open(name, 6)
    cursor = (await phone.get("/sync"))["nextCursor"]

    await split(author)
    second = await publish(author, reviewer, publisher, skillMap=SPLIT)
    assert (await phone.enrolment(name))["trackVersion"] == first["track"]
    session = await phone.open(name, 2)
    assert session["exercise"]["skill"]["id"] in {"long", "short", "salt"}
    told = (await phone.get(f"/sync?cursor={cursor}"))["items"]
    moved = next(change for change in told if change["kind"] == "enrolment")
    assert (moved["trackVersion"], moved["goal"]["skills"]) == (second["track"], ["long", "short"])
    after = await phone.practised(name)
    assert after["salt"] == before["seas"]
    assert after["long"] == after["short"] == max(1, before["rivers"] // 2)

    results = await phone.play(still_open)
    assert {result["next"]["skill"]["id"] for result in results if result["next"]} <= {"seas", "rivers"}
    events = phone.lesson(bundle, range(3))
    assert [result["status"] for result in await phone.send(*events)] == ["accepted"] * 5
    late = await phone.practised(name)
    by_skill = [still_open["exercise"]["skill"]["id"], *(r["next"]["skill"]["id"] for r in results if r["next"])]
    by_skill += [exercise["skill"] for exercise in bundle.exercises[:3]]
    assert late["salt"] == after["salt"] + by_skill.count("seas")
    assert late["long"] == after["long"] + by_skill.count("rivers")
    await phone.play(session)
    newer = await phone.bundle(name, 4)
    assert newer.manifest["trackVersion"] == second["track"]
    assert (await phone.get(f"/sessions/{still_open['id']}"))["answered"] == 6
    decision = await phone.get(f"/decisions/{still_open['exercise']['decisionId']}")
    assert decision["reasons"][0]["code"] != "untried"
    tablet = Traveller(there, phone.tokens, "tablet")
    tablet.behind = 86_400_000
    behind = await tablet.open(name, 2)
    assert len(await tablet.play(behind)) == 2
    assert behind["exercise"]["skill"]["id"] in {"long", "short", "salt"}
    await agrees(desks[-1], phone)


async def test_several_versions_are_passed_at_once_and_rolled_back_at_once(desks: list[Desk]) -> None:
    here, there = desks[0].service, desks[-1].service
    author, reviewer, publisher = await team(here)
    await written(author)
    first = await publish(author, reviewer, publisher)
    phone = Traveller(there, await there.guest())
    name = (await phone.enrol("waters", skills=["rivers"]))["id"]
    await phone.play(await phone.open(name, 8))
    before = await phone.practised(name)
    await split(author)
    await publish(author, reviewer, publisher, skillMap=SPLIT)
    for item in OF_RIVERS:
        await author.patch(f"~/items/{item}", {"item": {"skills": ["salt"]}})
    await author.patch("~", {"units": [{"id": "all", "title": "All", "skills": ["salt"]}]})
    for skill in ("long", "short"):
        await author.call("DELETE", f"~/skills/{skill}", status=204)
    into = [{"skill": skill, "into": ["salt"]} for skill in ("long", "short", "salt")]
    third = await publish(author, reviewer, publisher, skillMap=into)
    (event,) = await phone.send(phone.asking(name, 3))
    assert event["status"] == "accepted"
    enrolment = await phone.enrolment(name)
    assert (enrolment["trackVersion"], enrolment["goal"]["skills"]) == (third["track"], ["salt"])
    assert await phone.practised(name) == {"salt": sum(before.values())}

    await publisher.call("PUT", "~/live", {"version": 1})
    await phone.open(name, 2)
    enrolment = await phone.enrolment(name)
    assert (enrolment["trackVersion"], enrolment["goal"]["skills"]) == (first["track"], ["rivers"])
    assert await phone.practised(name) == before
    await agrees(desks[-1], phone)


async def test_of_a_retired_track_an_enrolment_stays_where_it_is(desks: list[Desk]) -> None:
    author, reviewer, publisher = await team(desks[0].service)
    await written(author)
    first = await publish(author, reviewer, publisher)
    phone = Traveller(desks[-1].service, await desks[-1].service.guest())
    name = (await phone.enrol("waters"))["id"]
    await publisher.call("PUT", "~/live", {"version": None})
    assert len(await phone.play(await phone.open(name, 2))) == 2
    assert (await phone.enrolment(name))["trackVersion"] == first["track"]
