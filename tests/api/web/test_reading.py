"""Reading without trouble: text of twice the size, texts from right to left, words longer than the screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from content.catalogue import CourseIndex
from tests.api.web.player import Player
from tests.api.web.test_game import VIEWS
from tests.api.web.visits import PlayedLesson, Visiting, changed, go

pytestmark = pytest.mark.slow
Courses = Mapping[str, CourseIndex]
TWICE = "document.documentElement.style.fontSize = '200%'"
HEBREW = "מה פירוש המילה"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def test_every_view_is_readable_at_twice_the_size(visiting: Visiting, played: PlayedLesson) -> None:
    visit = visiting(path="/#/game", storage_state=played.state)
    for view in VIEWS:
        go(visit, view)
        visit.page.evaluate(TWICE)
        visit.check()
        visit.shot(f"light-twice-view-{view}")
    visit.page.get_by_role("link", name="Pacer, home").click()
    visit.page.get_by_role("heading", name="Welcome back").wait_for()
    visit.check()
    visit.shot("light-twice-home")


@pytest.mark.parametrize("gallery", ["gallery", "gallery-of-texts"])
def test_every_kind_is_answered_at_twice_the_size(visiting: Visiting, courses: Courses, gallery: str) -> None:
    visit = visiting()
    player = Player(visit.page, courses)
    player.begin(gallery)
    visit.page.evaluate(TWICE)
    for number in range(10):
        visit.check()
        player.answer(right=number % 2 == 0)
        visit.check()
        visit.shot(f"light-twice-{gallery}-{number}")
        player.go_on()
    visit.page.get_by_role("heading", name="You practised").wait_for()
    visit.check()


def test_texts_run_in_the_direction_of_their_letters(visiting: Visiting, courses: Courses) -> None:
    def translated(answer: dict[str, Any]) -> None:
        presented = answer["exercise"]["presented"]
        presented["prompt"] = [{"text": f"{HEBREW} "}, {"text": "gato", "lang": "es"}, {"text": "?"}]
        for option in presented.get("options", []):
            option["content"] = [{"text": HEBREW}]

    visit = visiting()
    player = Player(visit.page, courses)
    player.begin("gallery")
    player.skip_to("multipleChoice")
    visit.page.route("**/v1/sessions/*", changed(translated))
    visit.page.reload()
    visit.page.get_by_role("heading", name=HEBREW).wait_for()
    direction = "selector => getComputedStyle(document.querySelector(selector)).direction"
    assert visit.page.evaluate(direction, ".question") == "rtl"
    assert visit.page.evaluate(direction, ".question .foreign") == "ltr"
    assert visit.page.evaluate(direction, ".option .flow") == "rtl"
    assert visit.page.evaluate(direction, ".instruction") == "ltr"
    visit.check()
    visit.shot("light-right-to-left")


def test_words_longer_than_the_screen_are_broken(visiting: Visiting, played: PlayedLesson) -> None:
    def quests(game: dict[str, Any]) -> None:
        for quest in game["quests"]["day"]["quests"]:
            quest["text"] = f"Try something new: 4 exercises of {LONG}."

    def members(league: dict[str, Any]) -> None:
        for member in league["members"]:
            member["name"] = LONG[:60]

    def friends(told: dict[str, Any]) -> None:
        told["items"] = [
            {"id": f"f{k}", "state": state, "name": LONG[:60], "onStreak": True, "quest": None}
            for k, state in enumerate(("friends", "theyAsked", "youAsked", "blocked"))
        ]

    visit = visiting(width=320, storage_state=played.state)
    for address, change in (("game", quests), ("leagues/current", members), ("friends", friends)):
        visit.page.route(f"**/v1/me/{address}", changed(change))
    for view in ("game", "league", "friends"):
        go(visit, view)
        visit.check()
        visit.shot(f"light-320-long-{view}")


def test_an_essay_that_was_begun_outlives_the_page(visiting: Visiting, courses: Courses) -> None:
    visit = visiting()
    player = Player(visit.page, courses)
    player.begin("gallery-of-texts")
    player.skip_to("essay")
    visit.page.get_by_label("Your essay").fill("A street with two trees.")
    visit.page.reload()
    field = visit.page.get_by_label("Your essay")
    field.wait_for()
    assert field.input_value() == "A street with two trees."
    visit.page.get_by_text("5 words so far").wait_for()
    visit.page.get_by_role("button", name="Check").click()
    visit.page.get_by_role("heading", name="A person will look at this.").wait_for()
    assert visit.page.evaluate("Object.keys(localStorage).filter(key => key.includes('draft')).length") == 0
