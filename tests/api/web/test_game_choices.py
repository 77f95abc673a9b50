"""What learners choose in the game, how young learners see it, and what the page does on a bad line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Route

from tests.api.web.visits import Visit, Visiting, changed, go, grow_young

pytestmark = pytest.mark.slow
FLAG = {
    "id": "f1",
    "kind": "rapid",
    "evidence": "Many answers came faster than the exercises can be read.",
    "until": "2030-01-01T00:00:00Z",
    "outcome": "",
    "appealed": False,
}


@pytest.fixture
def guest(visiting: Visiting) -> Visit:
    """A new learner in the settings."""
    visit = visiting(path="/#/settings")
    visit.page.locator("nav.places").wait_for()
    return visit


def test_settings_are_kept(guest: Visit) -> None:
    page = guest.page
    page.get_by_role("switch", name="Three days a week").focus()
    page.keyboard.press("Space")
    page.get_by_text("This holds from Monday").wait_for()
    day = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    page.get_by_label("First day").fill(day)
    page.get_by_label("Last day").fill(day)
    page.get_by_role("button", name="Plan a holiday").click()
    page.get_by_role("button", name="Take back").wait_for()
    page.get_by_role("switch", name="When much is worth a review").check()
    page.get_by_label("Quiet from").fill("20:30")
    page.get_by_role("button", name="Save what I am told").click()
    page.get_by_text("Saved: what you are told").wait_for()
    guest.check()
    page.reload()
    page.get_by_role("button", name="Take back").click()
    page.get_by_text("No holidays planned").wait_for()
    assert page.get_by_role("switch", name="Three days a week").is_checked()
    assert page.get_by_role("switch", name="When much is worth a review").is_checked()
    assert page.get_by_label("Quiet from").input_value() == "20:30"


def test_a_holiday_that_cannot_be_is_told_in_words_and_changes_nothing(guest: Visit) -> None:
    page = guest.page
    today = datetime.now(UTC).date()
    page.get_by_label("First day").fill((today + timedelta(days=5)).isoformat())
    page.get_by_label("Last day").fill((today + timedelta(days=3)).isoformat())
    page.get_by_role("button", name="Plan a holiday").click()
    page.locator("#alerts .alarm").wait_for()
    page.get_by_text("No holidays planned").wait_for()
    guest.forgive("status of 4")


def test_the_young_see_no_league_and_no_pressure_until_they_want_one(guest: Visit) -> None:
    page = guest.page
    grow_young(guest)
    go(guest, "game")
    page.get_by_role("heading", name="Your days of learning").wait_for()
    assert page.locator("nav.places [href='#/league']").count() == 0
    guest.check()
    guest.shot("light-game-under-18")
    go(guest, "settings")
    assert page.get_by_label("Not at all").is_checked()
    page.get_by_text("In a group of learners at my pace").click()
    guest.hear("Leagues: changed.")
    go(guest, "goals")
    assert page.locator("nav.places [href='#/league']").count() == 1


def test_an_age_is_asked_for_twice_as_it_is_not_taken_back_by_oneself(guest: Visit) -> None:
    page = guest.page
    field = page.get_by_label("Age group")
    field.focus()
    field.select_option("under13")
    page.get_by_role("dialog", name="Your age: Under 13?").wait_for()
    guest.check()
    guest.shot("light-age")
    page.get_by_role("button", name="Not now").click()
    assert field.input_value() == ""
    guest.expect_focus("#age-group")
    field.select_option("adult")
    page.get_by_text("Your age group is changed").wait_for()
    page.get_by_role("button", name="Close this message").click()
    field.focus()
    grow_young(guest)
    page.get_by_text("ask your school or whoever runs this service").wait_for()
    assert field.locator("option").all_inner_texts() == ["Under 13", "13 to 17"]
    guest.expect_focus("#age-group")
    guest.check()


def test_goals_say_what_fits_and_what_would(visiting: Visiting) -> None:
    visit = visiting(path="/#/track/first-spanish")
    page = visit.page
    page.get_by_label("Minutes a day").select_option("5")
    page.get_by_label("Ready by").fill((datetime.now(UTC) + timedelta(days=3)).date().isoformat())
    page.get_by_role("button", name="Start learning").click()
    page.locator("form.exercise").wait_for()
    go(visit, "goals")
    page.get_by_text("What would fit:").wait_for()
    page.get_by_label("Counted in").select_option("items")
    target = page.get_by_role("spinbutton", name="A day")
    target.fill("12")
    target.press("Enter")
    page.get_by_text("Your goal from today on: 12 exercises a day.").wait_for()
    page.get_by_text("0 of 12 exercises today").wait_for()
    visit.check()
    visit.shot("light-goals")
    go(visit, "game")
    page.get_by_role("heading", name="Today’s goal").wait_for()


def test_without_a_connection_the_page_says_so_and_keeps_what_was_chosen(guest: Visit) -> None:
    page = guest.page
    go(guest, "game")
    go(guest, "goals")
    page.context.set_offline(True)
    page.get_by_text("You are offline. What you do is kept").wait_for()
    page.get_by_label("Counted in").select_option("xp")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("will retry").wait_for()
    page.evaluate("location.hash = '#/game'")
    page.get_by_text("No connection: this is how it was on").wait_for()
    guest.shot("light-game-offline")
    page.evaluate("location.hash = '#/badges'")
    page.get_by_role("button", name="Try again").wait_for()
    assert page.get_by_text("You are offline").count() == 1
    page.context.set_offline(False)
    page.get_by_text("You are offline").wait_for(state="detached")
    page.get_by_text("Your goal from today on: 15 XP a day.").wait_for()
    guest.check()
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("heading", name="More to find").wait_for()
    guest.forgive("ERR_INTERNET_DISCONNECTED")


def test_a_slow_answer_is_told(guest: Visit) -> None:
    page, held = guest.page, list[Route]()
    page.route("**/v1/me/badges", lambda route: held.append(route))
    with page.expect_request("**/v1/me/badges"):
        page.evaluate("location.hash = '#/badges'")
    page.clock.fast_forward(5000)
    page.get_by_text("Still loading").wait_for()
    held[0].continue_()
    page.get_by_role("heading", name="More to find").wait_for()
    assert page.get_by_text("Still loading").count() == 0


def test_a_flag_is_told_without_blame_and_can_be_answered(guest: Visit) -> None:
    def flag(game: dict[str, Any]) -> None:
        game["flags"] = [FLAG]

    guest.page.route("**/v1/me/game", changed(flag))
    go(guest, "game")
    guest.page.get_by_text(str(FLAG["evidence"])).wait_for()
    guest.check()
    guest.page.get_by_label("Anything you would like to say").fill("I had done these on paper.")
    guest.page.get_by_role("button", name="Send").click()
    guest.page.locator("#alerts .alarm").wait_for()
    assert guest.page.get_by_label("Anything you would like to say").input_value() == "I had done these on paper."
    guest.forgive("status of 404")
