from __future__ import annotations

import base64
from typing import Any

from tests.api.accounts.conftest import Desk, kind
from tests.api.authoring.author import Author, member, numeric, picture

GIFT = b"""::oceans::How many oceans are there? {#5}

::capital::What is the capital of Spain? {=Madrid ~Seville ~Barcelona#A port.}

::broken::This one {=is not closed
"""


def sent(data: bytes, filename: str = "questions.gift") -> dict[str, Any]:
    return {
        "filename": filename,
        "data": base64.b64encode(data).decode(),
        "skill": "counting-seas",
        "band": "easy",
    }


async def test_a_file_is_reviewed_before_anything_of_it_is_written(desks: list[Desk]) -> None:
    author = await member(desks[0].service, "author")
    await author.begin("rivers")
    await author.fill(numeric())
    found = await author.post("~/imports", sent(GIFT))
    assert (found["format"], found["state"], found["nItems"], found["nRefused"]) == ("gift", "open", 2, 1)
    assert found["refused"][0]["why"]
    assert found["existing"] == ["oceans"]
    assert [row["id"] for row in (await author.get("~/items"))["items"]] == ["oceans"]
    one = f"~/imports/{found['id']}"
    assert await author.get(one) == found
    shown = (await author.get(f"{one}/items"))["items"]
    assert [row["item"]["id"] for row in shown] == ["capital", "oceans"]
    assert shown[0]["item"]["misconceptions"][0]["feedback"] == "A port."
    done = await author.post(f"{one}/confirm", {}, 200)
    assert (done["state"], done["nWritten"]) == ("confirmed", 2)
    rows = (await author.get("~/items"))["items"]
    assert [row["id"] for row in rows] == ["capital", "oceans", "oceans-2"]
    assert kind(await author.ask("POST", f"{one}/confirm", {})) == (409, "review-state")
    assert (await author.get("~/changes"))["items"][-1]["action"] == "itemsImported"


async def test_an_import_replaces_skips_or_takes_only_what_was_chosen(author: Author) -> None:
    await author.begin()
    await author.fill(numeric())
    for existing, names, key in (("skip", ["oceans"], "5"), ("replace", ["oceans"], "6")):
        found = await author.post("~/imports", sent(GIFT.replace(b"#5", b"#6")))
        chosen = {"items": ["oceans"], "existing": existing}
        await author.post(f"~/imports/{found['id']}/confirm", chosen, 200)
        assert [row["id"] for row in (await author.get("~/items"))["items"]] == names
        assert (await author.get("~/items/oceans"))["item"]["key"] == key
    found = await author.post("~/imports", sent(GIFT))
    assert (await author.post(f"~/imports/{found['id']}/discard", status=200))["state"] == "discarded"
    assert kind(await author.ask("POST", f"~/imports/{found['id']}/confirm", {})) == (409, "review-state")


async def test_a_file_that_cannot_be_read_is_refused_whole(author: Author) -> None:
    await author.begin()
    await author.fill()
    for data, filename in ((b"<!DOCTYPE a [<!ENTITY b 'c'>]><quiz>&b;</quiz>", "a.xml"), (b"PK\3\4 no zip", "a.zip")):
        refused = await author.ask("POST", "~/imports", sent(data, filename))
        assert kind(refused) == (422, "bad-file"), refused.text
        assert refused.json()["detail"]
    misplaced = {**sent(GIFT), "skill": "nothing", "band": "never"}
    told = await author.ask("POST", "~/imports", misplaced)
    assert {fault["pointer"] for fault in told.json()["errors"]} == {"/skill", "/band"}
    assert len((await author.get("~/items"))["items"]) == 2


async def test_media_of_a_file_are_kept_without_what_they_tell(author: Author) -> None:
    shown = base64.b64encode(picture((b"tEXt", b"Author\0Ana"))).decode()
    quiz = f"""<?xml version="1.0"?><quiz><question type="truefalse"><name><text>map</text></name>
    <questiontext format="html"><text>&lt;p&gt;The sea is blue. &lt;img src="@@PLUGINFILE@@/map.png" alt="A map"/&gt;
    &lt;/p&gt;</text><file name="map.png" encoding="base64">{shown}</file></questiontext>
    <answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>
    </question></quiz>"""
    await author.begin()
    await author.fill(numeric())
    found = await author.post("~/imports", sent(quiz.encode(), "quiz.xml"))
    assert found["nItems"] == 1, found
    await author.post(f"~/imports/{found['id']}/confirm", {}, 200)
    item = (await author.get(f"~/items/{'map'}"))["item"]
    media = item["media"][0]
    assert (media["type"], media["alt"]) == ("image/png", "A map")
    clean = await author.served.client.get(f"/v1/media/{media['sha256']}", headers=author.headers)
    assert clean.content == picture()
    seen = await author.get("~/items/map/preview")
    assert seen["presented"]["media"][0]["sha256"] == media["sha256"]


async def test_a_course_goes_out_and_comes_back(author: Author) -> None:
    await author.begin()
    template = {
        "kind": "template",
        "id": "sums",
        "skills": ["counting-seas"],
        "band": "easy",
        "generator": "whole-sum",
    }
    await author.fill(numeric(), template)
    formats = {one["name"]: one for one in (await author.get_formats())["items"]}
    assert formats["gift"]["reads"]
    out = await author.get("~/export?format=csv")
    assert [loss["where"] for loss in out["losses"] if loss["kind"] == "dropped"] == ["sums"]
    original = (await author.get("~/items/oceans"))["item"]
    await author.call("DELETE", "~/items/oceans", status=204)
    back = await author.post("~/imports", {**sent(base64.b64decode(out["data"]), out["filename"])})
    await author.post(f"~/imports/{back['id']}/confirm", {}, 200)
    found = (await author.get("~/items/oceans"))["item"]
    assert (found["prompt"], found["key"], found["explanation"]) == tuple(
        original[name] for name in ("prompt", "key", "explanation")
    )
    assert kind(await author.ask("GET", "~/export?format=papyrus")) == (422, "bad-file")
