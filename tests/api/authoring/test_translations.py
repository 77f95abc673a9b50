from __future__ import annotations

from tests.api.accounts.conftest import kind
from tests.api.authoring.author import Author, numeric, publish, short_text, team
from tests.api.authoring.player import Player
from tests.api.conftest import Served

SPANISH = {
    "prompt": "¿Cuántos océanos hay? (oceans)",
    "hints": ["Dos comparten nombre."],
    "explanation": "Pacífico, Atlántico, Índico, Antártico, Ártico.",
}


async def test_a_course_is_translated_and_tells_what_is_missing_and_stale(author: Author) -> None:
    await author.begin()
    await author.fill(numeric(prompt="There are 3 maps. How many oceans?"), short_text())
    state = await author.get("~/translations/es")
    assert (state["nItems"], state["nComplete"], state["nMissing"]) == (2, 0, 6)
    told = {**SPANISH, "prompt": "Hay 3 mapas. ¿Cuántos océanos?"}
    draft = await author.call("PUT", "~/items/oceans/translations/es", told)
    assert draft["item"]["translations"]["es"] == told
    assert (await author.get("~/translations/es"))["nComplete"] == 1
    await author.patch("~/items/oceans", {"item": {"prompt": "There are 4 maps. How many oceans?"}})
    draft = await author.get("~/items/oceans")
    assert draft["item"]["translations"]["es"]["prompt"] == "Hay 4 mapas. ¿Cuántos océanos?"
    assert draft["stale"] == []
    draft = await author.patch("~/items/oceans", {"item": {"prompt": "There are 4 globes. How many oceans?"}})
    assert draft["stale"] == [{"locale": "es", "fields": ["prompt"]}]
    assert (await author.get("~/translations/es"))["items"][1] == {"id": "oceans", "missing": [], "stale": ["prompt"]}
    fresh = await author.call("PUT", "~/items/oceans/translations/es", {"prompt": "Hay 4 globos. ¿Cuántos océanos?"})
    assert fresh["stale"] == []
    assert fresh["item"]["translations"]["es"]["explanation"] == SPANISH["explanation"]


async def test_a_translation_that_does_not_fit_is_refused(author: Author) -> None:
    await author.begin()
    await author.fill()
    for wrong, pointer in (({"hints": ["una", "dos"]}, "/hints"), ({"options": {"z": "?"}}, "/options/z")):
        refused = await author.ask("PUT", "~/items/oceans/translations/es", wrong)
        assert kind(refused) == (400, "invalid-request")
        assert refused.json()["errors"][0]["pointer"] == pointer
    tag = (await author.ask("GET", "~/items/oceans")).headers["etag"]
    await author.call("PUT", "~/items/oceans/translations/es", SPANISH)
    late = await author.ask("PUT", "~/items/oceans/translations/es", SPANISH, {"if-match": tag})
    assert kind(late) == (412, "precondition-failed")


async def test_a_learner_reads_the_published_translation(service: Served) -> None:
    author, reviewer, publisher = await team(service)
    await author.begin("rivers")
    await author.fill(numeric())
    await author.call("PUT", "~/items/oceans/translations/es", SPANISH)
    version = await publish(author, reviewer, publisher)
    assert version["number"] == 1
    player = Player(service, await service.guest(locale="es"))
    session = await player.start("rivers", 1)
    assert session["exercise"]["presented"]["prompt"] == [{"text": SPANISH["prompt"]}]
