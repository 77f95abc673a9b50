"""Authors who are hostile, clumsy, or two at once."""

from __future__ import annotations

import asyncio
import json
import unicodedata
from base64 import b64encode
from typing import Any

import pytest

from api.authoring.sanitising import HTML, MAX_CHARACTERS, MAX_ELEMENTS, MAX_SIGNS, MarkupError, sanitised
from tests.api.accounts.conftest import kind
from tests.api.authoring.author import Author, essay, numeric, picture, short_text, team
from tests.api.conftest import Served


async def refused(author: Author, item: dict[str, Any]) -> list[dict[str, str]]:
    """The faults for which an item is not taken."""
    answer = await author.ask("POST", "~/items", {"item": item})
    assert kind(answer) == (400, "invalid-request")
    faults: list[dict[str, str]] = answer.json()["errors"]
    return faults


async def test_what_no_item_can_be_is_refused_by_its_place(author: Author) -> None:
    await author.begin()
    await author.fill()
    nowhere = {"sha256": "0" * 64, "type": "image/png", "alt": "A map"}
    for item, pointer, why in (
        ({**essay(), "leastWords": 10**30}, "/leastWords", "9007199254740992"),
        (numeric("long", prompt="x" * (MAX_CHARACTERS + 1)), "/prompt", "20000 are allowed"),
        (numeric("nested", prompt="<div>" * (MAX_ELEMENTS + 1)), "/prompt", "elements of HTML"),
        (numeric("signs", prompt="<" * (MAX_SIGNS + 1)), "/prompt", "signs <"),
        (numeric("escaped", prompt="<b>" + "&lt;" * MAX_SIGNS), "/prompt", "signs <"),
        (numeric("together", hints=["<" * MAX_SIGNS + "x" * 17_000] * 14), "", "262144 characters are allowed"),
        (numeric("many", hints=["Count them."] * 20_000), "", "262144 are allowed"),
        (numeric("shown", media=[nowhere]), "/media/0/sha256", "there are no media"),
        (numeric("path", media=[{**nowhere, "sha256": "../../etc/passwd"}]), "/media/0/sha256", "there are no media"),
    ):
        (fault,) = await refused(author, item)
        assert fault.get("pointer", "") == pointer, fault
        assert why in fault["detail"]
    changed = await author.ask("PATCH", "~/items/oceans", {"item": {"media": [nowhere]}})
    assert kind(changed) == (400, "invalid-request")
    assert (await author.get("~/items/oceans"))["item"] == numeric()


async def test_media_are_what_they_are_and_not_what_an_item_calls_them(author: Author) -> None:
    await author.begin()
    await author.fill()
    kept = await author.post("/media", {"data": b64encode(picture()).decode()})
    called = {"sha256": kept["sha256"], "type": "audio/mpeg", "alt": "A song"}
    (fault,) = await refused(author, numeric("song", media=[called]))
    assert (fault["pointer"], "image/png" in fault["detail"]) == ("/media/0/type", True)
    await author.post("~/items", {"item": numeric("map", media=[{**called, "type": "image/png"}])})


async def test_numbers_and_tags_out_of_range_are_findings(author: Author) -> None:
    far = {"id": "easy", "title": "Easy", "difficulty": -1e308}
    await author.begin(bands=[far, {"id": "hard", "title": "Hard", "difficulty": 1.0}])
    await author.fill(numeric(difficulty=-40.0, seconds=-5.0, locale="not a tag\n"), short_text())
    told = {one["pointer"] for one in (await author.get("~/check"))["findings"]}
    assert told == {"/bands/0/difficulty", "/items/oceans/difficulty", "/items/oceans/seconds", "/items/oceans/locale"}


async def test_characters_that_no_text_has_go_and_words_are_found_however_they_are_composed(author: Author) -> None:
    unit = {"id": "numbers", "title": "One<script>alert(1)</script>", "skills": ["counting-seas"]}
    await author.begin(title="<b>Seas</b>", units=[unit])
    course = await author.get("~")
    assert (course["title"], course["units"][0]["title"]) == ("Seas", "One")
    assert (await author.patch("~", {"description": "a<i>b</i>\u0000"}))["description"] == "ab"
    await author.fill(numeric(prompt="a\u0000b\u001b[31m of the oce\u0301an"))
    item = (await author.get("~/items/oceans"))["item"]
    assert item["prompt"] == "ab[31m of the oce\u0301an"
    for form in ("NFC", "NFD"):
        words = unicodedata.normalize(form, "océan")
        assert [one["id"] for one in (await author.get(f"~/search?words={words}"))["items"]] == ["oceans"]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("<i>x</i>&lt;script&gt;alert(1)&lt;/script&gt;", "x"),
        ("<i>x</i>&amp;lt;b&amp;gt;y", "x&lt;b&gt;y"),
        ("3 < 4 and `<b>` stay", "3 < 4 and `<b>` stay"),
    ],
)
def test_what_is_escaped_in_html_is_cleaned_too(text: str, clean: str) -> None:
    found = sanitised(text)
    assert found == clean
    assert sanitised(found) == found


def test_no_depth_of_escaping_leaves_an_element() -> None:
    for depth in range(12):
        mark = "<" if not depth else "&" + "amp;" * (depth - 1) + "lt;"
        assert HTML.search(sanitised(f"<i>a</i>{mark}script>b")) is None
    with pytest.raises(MarkupError, match="elements of HTML"):
        sanitised("`code` <b>" * 500)


async def test_of_two_who_publish_at_once_one_makes_the_version(service: Served) -> None:
    author, reviewer, publisher = await team(service)
    await author.begin("rivers")
    await author.fill()
    reviewer.course = publisher.course = author.course
    review = await author.post("~/reviews", {})
    await reviewer.post(f"~/reviews/{review['id']}/approve", {}, 200)
    answers = await asyncio.gather(*(publisher.ask("POST", "~/versions", {}) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert [one["number"] for one in (await author.get("~/versions"))["items"]] == [1]


async def test_what_is_imported_while_a_version_is_published_is_in_the_draft_alone(service: Served) -> None:
    author, reviewer, publisher = await team(service)
    await author.begin("rivers")
    await author.fill()
    reviewer.course = publisher.course = author.course
    text = "\n\n".join(f"::n{k}::What is {k}+1? {{={k + 1} ~{k + 2}#No.}}" for k in range(60))
    file = {"filename": "n.gift", "data": b64encode(text.encode()).decode(), "skill": "counting-seas", "band": "easy"}
    imported = await author.post("~/imports", file)
    review = await author.post("~/reviews", {})
    await reviewer.post(f"~/reviews/{review['id']}/approve", {}, 200)
    confirm = f"~/imports/{imported['id']}/confirm"
    answers = await asyncio.gather(
        publisher.ask("POST", "~/versions", {}), *(author.ask("POST", confirm, {}) for _ in range(4))
    )
    assert answers[0].status_code in (201, 409)
    assert sorted(answer.status_code for answer in answers[1:]) == [200, 409, 409, 409]
    assert (await author.get("~/check"))["nItems"] == 62
    versions = (await author.get("~/versions"))["items"]
    assert [one["nItems"] for one in versions] == [2] * len(versions)


async def test_of_those_who_change_what_all_have_read_one_does(author: Author) -> None:
    await author.begin()
    await author.fill()
    read = {"if-match": (await author.ask("GET", "~/items/oceans")).headers["etag"]}
    answers = await asyncio.gather(
        *(author.ask("PATCH", "~/items/oceans", {"item": {"seconds": 10 + k}}, read) for k in range(6))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412, 412]


async def test_skills_in_a_circle_harm_nothing_and_are_told(author: Author) -> None:
    await author.begin(units=[{"id": "all", "title": "All", "skills": ["counting-seas", "a", "b", "self"]}])
    await author.fill()
    for name, before in (("a", "b"), ("b", "a"), ("self", "self")):
        await author.post("~/skills", {"skill": {"id": name, "title": name, "prerequisites": [before]}})
        await author.post("~/items", {"item": numeric(f"of-{name}", skills=[name])})
    told = {one["pointer"] for one in (await author.get("~/check"))["findings"]}
    assert {"/skills/a", "/skills/self"} & told
    for path in (
        "~/lint",
        "~/coverage",
        "~/suggestions/prerequisites",
        "~/items/oceans/preview",
        "~/export?format=qti",
    ):
        await author.get(path)
    assert kind(await author.ask("POST", "~/preview", {"played": []})) == (409, "course-faulty")
    assert kind(await author.ask("POST", "~/reviews", {})) == (409, "course-faulty")


async def test_a_course_of_another_organisation_is_not_there(service: Served) -> None:
    author, _, _ = await team(service)
    await author.begin("rivers")
    await author.fill()
    other, _, _ = await team(service, "elsewhere")
    other.course = author.course
    for method, path, body in (
        ("GET", "~/items/oceans", None),
        ("PATCH", "~/items/oceans", {"item": {"key": "9"}}),
        ("POST", "~/bulk", {"items": ["oceans"], "item": {"key": "9"}}),
        ("GET", "~/export?format=yaml", None),
        ("POST", "~/copies", {"trackId": "mine", "title": "Mine"}),
        ("GET", "~/health", None),
        ("GET", "~/changes", None),
    ):
        assert kind(await other.ask(method, path, body)) == (404, "not-found"), path
    assert (await author.get("~/items/oceans"))["item"]["key"] == "5"


async def test_a_bulk_edit_of_too_many_or_of_nothing_is_refused_and_one_of_many_cleans_once(author: Author) -> None:
    await author.begin()
    await author.fill()
    for names in (["oceans"] * 100_000, [], [f"i-{k}" for k in range(1001)]):
        assert kind(await author.ask("POST", "~/bulk", {"items": names, "item": {}})) == (400, "invalid-request")
    wrong = await author.ask("POST", "~/bulk", {"items": ["oceans"], "item": {"prompt": "<p>" * 1000}})
    assert kind(wrong) == (400, "invalid-request")
    done = await author.post("~/bulk", {"items": ["oceans", "nowhere"], "item": {"hints": ["<b>Two</b> share."]}}, 200)
    assert (done["changed"], [one["id"] for one in done["refused"]]) == (["oceans"], ["nowhere"])
    assert (await author.get("~/items/oceans"))["item"]["hints"] == ["Two share."]


async def test_numbers_that_json_does_not_have_are_refused(author: Author) -> None:
    await author.begin()
    await author.fill()
    for number in ("NaN", "Infinity", "1e999", "9" * 400):
        body = json.dumps({"item": numeric("odd", seconds=0)}).replace('"seconds": 0', f'"seconds": {number}')
        url = f"/v1/organisations/home/courses/{author.course}/items"
        headers = {**author.headers, "content-type": "application/json"}
        answer = await author.served.client.post(url, content=body, headers=headers)
        assert kind(answer) == (400, "invalid-request"), number


async def test_a_language_has_one_translation_however_its_tag_is_written_and_never_the_items_own(
    author: Author,
) -> None:
    await author.begin()
    await author.fill()
    path = "~/items/oceans/translations"
    await author.call("PUT", f"{path}/es-MX", {"prompt": "¿Cuántos océanos hay?"})
    draft = await author.call("PUT", f"{path}/ES-mx", {"hints": ["Dos comparten nombre."]})
    assert draft["item"]["translations"] == {
        "es-MX": {"prompt": "¿Cuántos océanos hay?", "hints": ["Dos comparten nombre."]}
    }
    left = {one["id"]: one["missing"] for one in (await author.get("~/translations/es-mx"))["items"]}
    assert left["oceans"] == ["explanation"]
    assert kind(await author.ask("PUT", f"{path}/EN", {"prompt": "How many?"})) == (400, "invalid-request")
