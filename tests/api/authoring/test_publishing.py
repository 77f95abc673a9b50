from __future__ import annotations

from typing import Any

import msgspec
import pytest

from api.authoring.publishing.changes import SkillMapError, item_changes, kind_of, skill_fates
from api.authoring.reviews.routes import REVIEWS
from api.settings import Settings
from content.graph import Skill
from content.items import Item, MultipleChoice, Numeric, Option
from content.tracks import Track
from tests.api.accounts.conftest import Desk, kind
from tests.api.authoring.author import member, numeric, publish, short_text, team
from tests.api.authoring.player import Player
from tests.api.conftest import MovableClock, Served, running


async def tracks(served: Served) -> dict[str, str]:
    """The tracks that a new learner sees, with their versions."""
    answer = await served.client.get("/v1/tracks", headers=await served.headers())
    return {track["id"]: track["version"] for track in answer.json()["items"]}


async def test_a_published_course_is_played_on_every_server_at_once(desks: list[Desk]) -> None:
    here, there = desks[0].service, desks[-1].service
    author, reviewer, publisher = await team(here)
    await author.begin("rivers")
    await author.fill()
    assert "rivers" not in await tracks(there)
    version = await publish(author, reviewer, publisher)
    assert (version["number"], version["live"], version["items"]) == (1, True, [])
    assert (await tracks(there))["rivers"] == version["track"]
    phone = Player(there, await there.guest())
    session = await phone.start("rivers", 4)
    results = await phone.play(session)
    assert [result["grade"]["correct"] for result in results] == [True] * 4
    decision = await phone.get(f"/decisions/{session['exercise']['decisionId']}")
    drafted = await author.get(f"~/items/{decision['itemId']}")
    assert decision["itemVersion"] == drafted["sha256"]


async def test_a_new_version_says_what_carries_over_and_old_enrolments_come_along(desks: list[Desk]) -> None:
    here, there = desks[0].service, desks[-1].service
    author, reviewer, publisher = await team(here)
    await author.begin("rivers")
    await author.fill(numeric(), short_text(), numeric("lakes"), numeric("bays"), numeric("ponds"))
    first = await publish(author, reviewer, publisher)
    phone = Player(there, await there.guest())
    enrolment = await phone.enrol("rivers")
    await author.patch("~/items/oceans", {"item": {"hints": ["Count the Southern one."]}})
    await author.patch("~/items/lakes", {"item": {"prompt": "How many great lakes are there?"}})
    await author.patch("~/items/ponds", {"item": {"prompt": "How many ponds do you see?"}})
    await author.patch("~/items/bays", {"item": {"key": "7"}})
    await author.call("DELETE", "~/items/french-name", status=204)
    await author.post("~/items", {"item": short_text("english-name", accepted=["the Channel"])})
    second = await publish(author, reviewer, publisher, keepStatistics=["ponds"], note="Clearer words.")
    told = {change["id"]: (change["kind"], change["statistics"]) for change in second["items"]}
    assert told == {
        "oceans": ("cosmetic", "carry"),
        "lakes": ("wording", "restart"),
        "ponds": ("wording", "carry"),
        "bays": ("key", "restart"),
        "french-name": ("removed", "restart"),
        "english-name": ("added", "restart"),
    }
    assert (await tracks(there))["rivers"] == second["track"] != first["track"]
    session = await phone.open(enrolment["id"])
    assert enrolment["trackVersion"] == first["track"]
    assert len(await phone.play(session, 3)) == 3
    assert [one["number"] for one in (await author.get("~/versions"))["items"]] == [1, 2]
    assert (await author.get("~/versions/2"))["items"] == second["items"]
    assert (await author.get("~/difference?old=1&newer=2"))["items"][0]["id"] == "bays"
    assert (await author.get("~/difference"))["items"] == []


async def test_a_version_is_rolled_back_and_a_track_retired_while_enrolments_go_on(service: Served) -> None:
    author, reviewer, publisher = await team(service)
    await author.begin("rivers")
    await author.fill()
    first = await publish(author, reviewer, publisher)
    await author.patch("~/items/oceans", {"item": {"key": "6"}})
    second = await publish(author, reviewer, publisher)
    phone = Player(service, await service.guest())
    enrolment = await phone.enrol("rivers")
    assert enrolment["trackVersion"] == second["track"]
    assert (await publisher.call("PUT", "~/live", {"version": 1}))["live"] == 1
    assert await tracks(service) == {"rivers": first["track"]}
    assert (await publisher.call("PUT", "~/live", {"version": None}))["live"] is None
    assert await tracks(service) == {}
    await phone.post("/tracks/rivers/enrolments", phone.envelope(), 404)
    assert (await phone.open(enrolment["id"]))["exercise"] is not None
    assert kind(await author.ask("DELETE", "~")) == (409, "course-published")
    assert kind(await publisher.ask("PUT", "~/live", {"version": 9})) == (404, "not-found")
    await publisher.call("PUT", "~/live", {"version": 2})
    assert await tracks(service) == {"rivers": second["track"]}


async def test_what_was_published_is_there_after_a_restart(trackless: Settings, clock: MovableClock) -> None:
    async with running(trackless, clock) as served:
        author, reviewer, publisher = await team(served)
        await author.begin("rivers")
        await author.fill()
        version = await publish(author, reviewer, publisher)
        tokens = await served.guest()
        enrolment = await Player(served, tokens).enrol("rivers")
    async with running(trackless, clock) as served:
        assert await tracks(served) == {"rivers": version["track"]}
        phone = Player(served, tokens)
        phone.sequence = 5
        assert len(await phone.play(await phone.open(enrolment["id"], 3))) == 3


async def test_only_what_was_approved_is_published(service: Served) -> None:
    author, reviewer, publisher = await team(service)
    await author.begin("rivers")
    await author.fill(numeric(hints=[]))
    reviewer.course = publisher.course = author.course
    faulty = await author.ask("POST", "~/reviews", {})
    assert kind(faulty) == (409, "course-faulty")
    assert faulty.json()["errors"][0]["pointer"] == "/items/oceans/hints"
    await author.patch("~/items/oceans", {"item": {"hints": ["Two share a name."]}})
    review = await author.post("~/reviews", {"note": "Ready."})
    assert kind(await author.ask("POST", "~/reviews", {})) == (409, "review-state")
    assert kind(await publisher.ask("POST", "~/versions", {})) == (409, "not-approved")
    one = f"~/reviews/{review['id']}"
    said = await reviewer.post(f"{one}/comments", {"text": "Which oceans?", "pointer": "/items/oceans/prompt"})
    assert said["comments"][0]["pointer"] == "/items/oceans/prompt"
    assert (await reviewer.get(one))["current"] is True
    await reviewer.post(f"{one}/approve", {}, 200)
    assert kind(await reviewer.ask("POST", f"{one}/decline", {})) == (409, "review-state")
    await author.patch("~/items/oceans", {"item": {"key": "6"}})
    assert (await reviewer.get(one))["current"] is False
    assert kind(await publisher.ask("POST", "~/versions", {})) == (409, "not-approved")
    await author.patch("~/items/oceans", {"item": {"key": "5"}})
    await publisher.post("~/versions", {})
    assert (await reviewer.get(one))["state"] == "published"
    again = await author.post("~/reviews", {})
    await reviewer.post(f"~/reviews/{again['id']}/approve", {}, 200)
    assert kind(await publisher.ask("POST", "~/versions", {})) == (409, "nothing-new")


async def test_nobody_approves_their_own_work_while_there_is_another_reviewer(service: Served) -> None:
    alone = await member(service, "author", "reviewer", "publisher")
    await alone.begin("rivers")
    await alone.fill()
    first = await alone.post("~/reviews", {})
    await member(service, "reviewer")
    assert kind(await alone.ask("POST", f"~/reviews/{first['id']}/approve", {})) == (403, "own-review")
    await alone.post(f"~/reviews/{first['id']}/withdraw", status=200)
    assert [one["state"] for one in (await alone.get("~/reviews"))["items"]] == ["withdrawn"]
    await alone.call("DELETE", "~", status=204)
    assert await REVIEWS.fetch(service.app).reviews.of(alone.course) == []


async def test_each_role_does_its_own_part(service: Served) -> None:
    author, reviewer, publisher = await team(service)
    await author.begin("rivers")
    await author.fill()
    reviewer.course = publisher.course = author.course
    for who, method, path, body in (
        (reviewer, "PATCH", "~/items/oceans", {"item": {}}),
        (publisher, "PATCH", "~", {"title": "Mine"}),
        (reviewer, "POST", "~/reviews", {}),
        (author, "POST", "~/versions", {}),
        (reviewer, "PUT", "~/live", {"version": None}),
    ):
        assert kind(await who.ask(method, path, body)) == (403, "forbidden")
    review = await author.post("~/reviews", {})
    assert kind(await author.ask("POST", f"~/reviews/{review['id']}/approve", {})) == (403, "forbidden")


async def test_a_track_of_a_file_keeps_its_id(settings: Settings, clock: MovableClock) -> None:
    async with running(settings, clock) as served:
        author, reviewer, publisher = await team(served)
        await author.begin("python-from-zero")
        await author.fill()
        reviewer.course = publisher.course = author.course
        review = await author.post("~/reviews", {})
        await reviewer.post(f"~/reviews/{review['id']}/approve", {}, 200)
        assert kind(await publisher.ask("POST", "~/versions", {})) == (409, "already-there")


def item(**fields: Any) -> Item:
    plain = {"id": "a", "skills": ("s",), "band": "easy", "prompt": "How many?", "key": "5"}
    return Numeric(**{**plain, **fields})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"hints": ("One.",)}, "cosmetic"),
        ({"prompt": "how many"}, "cosmetic"),
        ({"prompt": "How much?"}, "wording"),
        ({"key": "6"}, "key"),
        ({"tolerance": 1.0}, "key"),
        ({"key": "6", "hints": ("One.",)}, "key"),
    ],
)
def test_a_change_is_as_grave_as_its_gravest_field(change: dict[str, Any], expected: str) -> None:
    assert kind_of(item(), item(**change), change) == expected


def test_an_option_may_read_otherwise_but_not_be_another() -> None:
    options = (Option(id="a", text="one"), Option(id="b", text="two"))
    old = MultipleChoice(id="a", skills=("s",), band="easy", prompt="?", options=options, key="a")
    worded = msgspec.structs.replace(old, options=(options[0], Option(id="b", text="three")))
    other = msgspec.structs.replace(old, options=(*options, Option(id="c", text="three")))
    assert kind_of(old, worded, ["options"]) == "wording"
    assert kind_of(old, other, ["options"]) == "key"


def track(*skills: str, items: tuple[Item, ...] = ()) -> Track:
    named = tuple(Skill(id=name, title=name) for name in skills)
    header = dict.fromkeys(("id", "title", "description", "locale", "licence", "source"), "x")
    return Track(**header, bands=(), units=(), skills=named, items=items)


def test_every_skill_of_the_version_before_has_a_fate() -> None:
    old, new = track("a", "b", "c", "d", "e"), track("a", "f", "g", "h")
    fates = skill_fates(old, new, {"b": ("f",), "c": ("g", "h"), "d": ("a",)})
    assert {fate.skill: (fate.fate, fate.into) for fate in fates} == {
        "a": ("merged", ("a",)),
        "b": ("renamed", ("f",)),
        "c": ("split", ("g", "h")),
        "d": ("merged", ("a",)),
        "e": ("retired", ()),
    }
    with pytest.raises(SkillMapError, match="'z' is no skill of this version"):
        skill_fates(old, new, {"b": ("z",)})


def test_the_first_version_changes_nothing_and_equal_tracks_do_not_differ() -> None:
    assert [change.kind for change in item_changes(None, track(items=(item(),)))] == ["added"]
    assert item_changes(track(items=(item(),)), track(items=(item(),))) == ()
