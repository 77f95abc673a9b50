from __future__ import annotations

from typing import Any

import msgspec
import pytest

from api.authoring.forms import form_of, read_item
from content.formats.yaml_track import load_track
from content.items import Numeric, Template
from content.starter import starter_tracks
from tests.api.accounts.conftest import Desk, kind
from tests.api.authoring.author import Author, member, numeric, short_text
from tests.api.conftest import Served


async def test_a_course_is_written_read_and_found_faultless_on_both_stores(desks: list[Desk]) -> None:
    author = await member(desks[0].service, "author")
    course = await author.begin("rivers")
    await author.fill()
    assert await author.get("~") == course
    assert (await author.get("/courses"))["items"] == [course]
    assert await author.get("~/check") == {"nSkills": 1, "nItems": 2, "nFindings": 0, "findings": []}
    rows = (await author.get("~/items"))["items"]
    assert [(row["id"], row["kind"], row["faults"]) for row in rows] == [
        ("french-name", "shortText", 0),
        ("oceans", "numeric", 0),
    ]
    assert (await author.get("~/items/oceans"))["item"] == numeric()
    assert (await author.get("~/skills/counting-seas"))["skill"]["title"] == "Counting seas"
    other = Author(desks[-1].service, author.tokens)
    other.course = author.course
    assert await other.get("~") == course


async def test_a_change_replaces_only_what_it_names_and_every_change_has_its_row(author: Author) -> None:
    await author.begin()
    await author.fill(numeric(relativeTolerance=0.1))
    draft = await author.patch("~/items/oceans", {"item": {"key": "6", "relativeTolerance": None}})
    assert draft["item"] == numeric(key="6")
    assert (await author.patch("~", {"title": "Oceans"}))["description"] == "Oceans and seas."
    await author.call("DELETE", "~/items/oceans", status=204)
    await author.get("~/items/oceans", status=404)
    changes = (await author.get("~/changes"))["items"]
    assert [change["action"] for change in changes] == [
        "courseCreated",
        "elementAdded",
        "elementAdded",
        "elementChanged",
        "courseChanged",
        "elementRemoved",
    ]
    assert changes[3]["touched"][0]["fields"] == ["key", "relativeTolerance"]
    assert changes[3]["touched"][0]["before"] == changes[2]["touched"][0]["after"]
    assert {change["by"] for change in changes} == {author.tokens["learnerId"]}


async def test_who_writes_on_what_was_changed_meanwhile_is_told_412(author: Author) -> None:
    await author.begin()
    await author.fill()
    for path, change in (("~/items/oceans", {"item": {"key": "6"}}), ("~", {"title": "Oceans"})):
        tag = (await author.ask("GET", path)).headers["etag"]
        first = await author.ask("PATCH", path, change, {"if-match": tag})
        assert first.status_code == 200, first.text
        second = await author.ask("PATCH", path, change, {"if-match": tag})
        assert kind(second) == (412, "precondition-failed")
    assert len((await author.get("~/changes"))["items"]) == 6


async def test_an_item_of_the_wrong_shape_is_refused_with_every_pointer(author: Author) -> None:
    await author.begin()
    wrong = {**numeric(), "key": 5, "significantFigures": "two", "colour": "red"}
    refused = await author.ask("POST", "~/items", {"item": wrong})
    assert kind(refused) == (400, "invalid-request")
    assert {fault["pointer"] for fault in refused.json()["errors"]} == {"/colour", "/key", "/significantFigures"}
    assert kind(await author.ask("POST", "~/items", {"item": {"kind": "riddle"}})) == (400, "invalid-request")
    assert kind(await author.ask("POST", "~/items", {"item": numeric("Not An Id")})) == (400, "invalid-request")


async def test_an_unfinished_item_is_kept_and_its_faults_told_with_pointers(author: Author) -> None:
    await author.begin()
    await author.fill(numeric(hints=[], skills=["counting-sees"]))
    draft = await author.get("~/items/oceans")
    assert [finding["pointer"] for finding in draft["findings"]] == ["/hints"]
    told = (await author.get("~/check"))["findings"]
    assert {finding["pointer"] for finding in told} >= {"/items/oceans/hints", "/items/oceans/skills/0"}
    assert all(finding["fix"] for finding in told)


async def test_html_is_taken_out_and_told_but_code_and_inequalities_stay(author: Author) -> None:
    await author.begin()
    prompt = "Is `<b>` bold, and 3 < 4 & 5 > 2?<script>alert(1)</script> <b onclick='x()'>Yes</b>"
    written = await author.post("~/items", {"item": numeric(prompt=prompt)})
    assert written["draft"]["item"]["prompt"] == "Is `<b>` bold, and 3 < 4 & 5 > 2? Yes"
    assert written["sanitised"] == ["/item/prompt"]


async def test_what_is_there_already_is_not_made_again(author: Author) -> None:
    await author.begin()
    await author.fill()
    assert kind(await author.ask("POST", "~/items", {"item": numeric()})) == (409, "already-there")
    twin = {"trackId": "seas", "title": "Seas again"}
    assert kind(await author.ask("POST", "/courses", twin)) == (409, "already-there")


async def test_another_organisations_course_is_not_there(service: Served, author: Author) -> None:
    await author.begin()
    await author.fill()
    from api.accounts.organisations.roles import ORGANISATIONS

    await ORGANISATIONS.fetch(service.app).create("elsewhere", "Elsewhere")
    stranger = await member(service, "author", organisation="elsewhere")
    stranger.course = author.course
    for path in ("~", "~/items", "~/items/oceans", "~/skills", "~/check", "~/changes"):
        assert kind(await stranger.ask("GET", path)) == (404, "not-found")
    stranger.organisation = "home"
    assert kind(await stranger.ask("GET", "~")) == (404, "not-found")


async def test_a_copy_has_the_same_content_and_none_of_the_history(author: Author) -> None:
    await author.begin()
    await author.fill()
    original = author.course
    copy = await author.post("~/copies", {"trackId": "seas-two", "title": "Seas, again"})
    author.course = copy["id"]
    assert (await author.get("~/items/oceans"))["item"] == numeric()
    assert len((await author.get("~/changes"))["items"]) == 1
    await author.call("DELETE", "~", status=204)
    await author.get("~", status=404)
    author.course = original
    assert len((await author.get("~/items"))["items"]) == 2


async def test_lists_come_in_pages(author: Author) -> None:
    await author.begin()
    await author.fill(*(numeric(f"oceans-{number}") for number in range(5)))
    found: list[str] = []
    cursor = ""
    while True:
        page = await author.get(f"~/items?limit=2{cursor}")
        found += [row["id"] for row in page["items"]]
        if page["nextCursor"] is None:
            break
        cursor = f"&cursor={page['nextCursor']}"
    assert found == [f"oceans-{number}" for number in range(5)]
    assert kind(await author.ask("GET", "~/items?cursor=made-up")) == (400, "invalid-request")


@pytest.mark.parametrize("path", starter_tracks(), ids=lambda path: path.name)
def test_every_item_of_the_starter_tracks_survives_the_wire(path: Any) -> None:
    track = load_track(path)
    for value in (*track.items, *track.templates):
        sent = msgspec.json.decode(msgspec.json.encode(form_of(value)))
        assert read_item(sent) == value
        assert "_" not in "".join(sent)


def test_only_names_of_fields_are_renamed() -> None:
    form = {**short_text(), "policy": {"caseSensitive": True}, "translations": {"es-MX": {"prompt": "a_b"}}}
    item = read_item(form)
    assert form_of(item) == form
    assert not isinstance(item, Template | Numeric)
