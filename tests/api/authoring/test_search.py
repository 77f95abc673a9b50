from __future__ import annotations

from tests.api.accounts.conftest import Desk, kind
from tests.api.authoring.author import Author, member, numeric, short_text


async def names(author: Author, query: str) -> list[str]:
    return [row["id"] for row in (await author.get(f"~/search?{query}"))["items"]]


async def test_items_are_found_by_words_skill_band_kind_and_health(desks: list[Desk]) -> None:
    author = await member(desks[0].service, "author")
    await author.begin("rivers")
    spanish = {"es": {"prompt": "¿Cuántos océanos hay?"}}
    await author.fill(numeric(translations=spanish), short_text(), numeric("lakes", hints=[], skills=["naming"]))
    assert sorted(await names(author, "words=Oceans&limit=5")) == ["lakes", "oceans"]
    assert await names(author, "words=OCÉANOS cuantos") == ["oceans"]
    assert await names(author, "words=english channel") == ["french-name"]
    assert await names(author, "skill=naming") == ["lakes"]
    assert await names(author, "band=hard&kind=shortText") == ["french-name"]
    assert await names(author, "health=faulty") == ["lakes"]
    assert await names(author, "words=channel&band=easy") == []
    await author.patch("~/items/lakes", {"item": {"hints": ["Many."], "prompt": "How many ponds?"}})
    assert await names(author, "health=faulty") == []
    assert await names(author, "words=ponds") == ["lakes"]
    await author.call("DELETE", "~/items/lakes", status=204)
    assert await names(author, "words=ponds") == []
    assert kind(await author.ask("GET", "~/search")) == (400, "invalid-request")


async def test_many_items_are_changed_and_a_refused_one_holds_none_up(author: Author) -> None:
    await author.begin()
    await author.fill(numeric("one"), numeric("two"), short_text())
    asked = {"items": ["one", "french-name", "nowhere", "two"], "item": {"band": "hard", "key": "6"}}
    done = await author.post("~/bulk", asked, 200)
    assert done["changed"] == ["one", "two"]
    assert [one["id"] for one in done["refused"]] == ["french-name", "nowhere"]
    assert "key" in done["refused"][0]["why"]
    assert await names(author, "band=hard&kind=numeric") == ["one", "two"]
