"""What a lesson brings, and the views of the game: read by everyone, kept up to date, changed with a press or a key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from content.catalogue import CourseIndex
from tests.api.web.learning import OtherDevice
from tests.api.web.player import Player
from tests.api.web.visits import PlayedLesson, Visit, Visiting, changed, go

pytestmark = pytest.mark.slow
Courses = Mapping[str, CourseIndex]
VIEWS = ("game", "badges", "league", "friends", "goals", "shop", "settings")
LOOKS = [("light", 390), ("dark", 390), ("light", 320), ("dark", 320)]
SHOWN = [("light", 390), ("dark", 320)]
LONGEST_WORDS = 300
SORTS_OF_DAYS = (
    ("learned", "", "counted"),
    ("started", "", "practised, not counted"),
    ("frozen", "freeze", "covered by a freeze"),
    ("free", "outage", "day off: Pacer could not be reached"),
    ("free", "holiday", "holiday"),
    ("free", "nothingDue", "day off: nothing was due"),
    ("none", "weekly", "day off of your week"),
    ("none", "softened", "day off"),
    ("started", "weekly", "practised, not counted; day off of your week"),
    ("none", "", "not counted"),
)
"""State of a day, why it was free, and how the calendar says it."""


def test_an_answer_brings_its_moments_and_says_them_once(played: PlayedLesson) -> None:
    assert "Badge earned: First step" in played.shown[0]
    assert "Answer your first exercise." in played.shown[0]
    said = " ".join(played.said)
    assert said.count("Badge earned: First step.") == 1
    assert said.count("Today counts.") == 1
    assert all(len(words) < LONGEST_WORDS for words in played.said)


def test_a_quest_that_is_done_is_told_with_what_it_brings(played: PlayedLesson) -> None:
    assert any("done: +" in shown and "gems" in shown for shown in (*played.shown, played.summary))
    assert sum("done: +" in words for words in played.said) >= 1


def test_the_end_of_a_lesson_tells_all_that_it_brought(played: PlayedLesson) -> None:
    assert "This lesson brought" in played.summary
    assert "Today counts" in played.summary
    assert "badges earned" in played.summary


def test_every_view_is_for_everyone_in_every_light_and_width(visiting: Visiting, played: PlayedLesson) -> None:
    visit = visiting(path="/#/game", storage_state=played.state)
    for view in VIEWS:
        go(visit, view)
        for scheme, width in LOOKS:
            visit.page.emulate_media(color_scheme=scheme)
            visit.page.set_viewport_size({"width": width, "height": 844})
            visit.check()
            if (scheme, width) in SHOWN:
                visit.shot(f"{scheme}-{width}-view-{view}")
    for theme in ("forest", "ocean", "night"):
        visit.page.evaluate("theme => document.documentElement.dataset.theme = `theme.${theme}`", theme)
        for scheme in ("light", "dark"):
            visit.page.emulate_media(color_scheme=scheme)
            visit.check()


def test_the_calendar_is_a_table_that_says_what_each_day_was(visiting: Visiting, played: PlayedLesson) -> None:
    def colour(game: dict[str, Any]) -> None:
        for day, (state, free, _) in zip(game["calendar"], SORTS_OF_DAYS, strict=False):
            day["state"], day["free"] = state, free

    visit = visiting(path="/#/", storage_state=played.state)
    visit.page.route("**/v1/me/game", changed(colour))
    go(visit, "game")
    table = visit.page.get_by_role("table")
    assert table.get_by_role("columnheader").all_inner_texts()[0].endswith("Monday")
    assert table.get_by_role("rowheader").count() == 5
    days = [cell.split(": ", 1)[1] for cell in table.locator("td.day .unseen").all_inner_texts()]
    asked = [words for _, _, words in SORTS_OF_DAYS]
    assert days[: len(asked)] == asked
    assert table.get_by_role("cell", name="Today").inner_text().endswith("counted")
    signs = table.locator("td.day use").evaluate_all("all => all.map(use => use.getAttribute('href'))")[: len(asked)]
    shown = dict(zip(asked, signs, strict=True))
    assert (
        len({shown[words] for words in ("counted", "practised, not counted", "covered by a freeze", "not counted")})
        == 4
    )
    assert {sign for words, sign in shown.items() if "day off" in words and "practised" not in words} == {"#icon-sun"}
    visit.check()
    visit.shot("light-calendar-of-all-kinds")


@pytest.mark.parametrize(("locale", "pattern"), [("en-GB", "{0.day} {0:%B}"), ("en-US", "{0:%B} {0.day}")])
def test_a_badge_tells_when_it_was_earned(
    visiting: Visiting, played: PlayedLesson, courses: Courses, site: str, locale: str, pattern: str
) -> None:
    with OtherDevice(site, played.token, courses) as other:
        (badge,) = [one for one in other.get("/me/badges")["items"] if one["id"] == "firstStep"]
    earned = datetime.fromisoformat(badge["tiers"][0]["earnedAt"]).astimezone(ZoneInfo("Europe/Madrid"))
    visit = visiting(path="/#/badges", storage_state=played.state, locale=locale)
    row = visit.page.locator('[data-badge="firstStep"]')
    row.get_by_text(f"Earned on {pattern.format(earned)} · ").wait_for()
    last_year = visit.page.evaluate("""async () => {
        const main = document.querySelector("script[type=module]").src;
        const words = await import(main.replace("main.js", "game/words.js"));
        return words.dayOf('2020-05-03T10:00:00Z');
    }""")
    assert "2020" in last_year


def test_a_quest_is_replaced_with_keys_only(visiting: Visiting, courses: Courses) -> None:
    visit = visiting()
    player = Player(visit.page, courses)
    player.begin("gallery")
    player.answer(right=False)
    visit.page.locator("a.chips").focus()
    visit.page.keyboard.press("Enter")
    visit.page.locator("nav.places").wait_for()
    visit.expect_focus("h1")
    quests = visit.page.locator(".quest strong")
    before = quests.all_inner_texts()
    for _ in range(30):
        visit.page.keyboard.press("Tab")
        if visit.focused(".quest .round"):
            break
    visit.page.keyboard.press("Enter")
    visit.hear("New quest: ")
    after = quests.all_inner_texts()
    assert len(Counter(before) - Counter(after)) == 1
    assert visit.page.locator(".quest .round").count() == 0
    assert not visit.focused("body")


def test_the_league_shows_the_own_place_and_can_be_left_and_joined(visiting: Visiting, played: PlayedLesson) -> None:
    visit = visiting(path="/#/league", storage_state=played.state)
    page = visit.page
    page.get_by_text("You are in place").wait_for()
    page.get_by_text("The week goes until Monday").wait_for()
    assert page.locator(".member.is-you").count() == 1
    page.get_by_text("With my own past weeks only").click()
    page.get_by_role("heading", name="Your weeks").wait_for()
    page.get_by_text("Not at all").click()
    page.get_by_text("Leagues are off. Your XP counts as ever.").wait_for()
    visit.check()
    page.get_by_text("In a group of learners at my pace").click()
    page.get_by_text("You are in place").wait_for()


def test_another_device_is_followed_live(visiting: Visiting, played: PlayedLesson, courses: Courses) -> None:
    visit = visiting(path="/#/game", storage_state=played.state)
    figure = visit.page.locator(".figure-card.bolt dd")
    before = int(figure.inner_text())
    with OtherDevice(visit.url, played.token, courses) as other, visit.page.expect_response("**/v1/me/game"):
        level = other.get("/me/game")["level"]["level"]
        other.learn(other.post("/tracks/first-spanish/enrolments")["id"], 8)
        reached = other.get("/me/game")["level"]["level"]
    assert reached > level
    visit.page.wait_for_function(
        "was => Number(document.querySelector('.figure-card.bolt dd').textContent) > was", arg=before
    )
    visit.hear(f"Level {reached}. What you learned added up.")


def test_things_are_bought_once_and_used_and_refusals_cost_nothing(
    visiting: Visiting, played: PlayedLesson, courses: Courses, site: str
) -> None:
    with OtherDevice(site, played.token, courses) as other:
        gems = other.earn("first-spanish", 80)
    visit = visiting(path="/#/shop", storage_state=played.state)
    page = visit.page
    stale = page.context.new_page()
    stale.goto(f"{visit.url}/#/shop")
    page.get_by_text("You hold as many as fit.").wait_for()
    buy(visit, "Forest colours", 80)
    page.get_by_text(f"Yours: Forest colours. You have {gems - 80} gem").wait_for()
    page.get_by_role("button", name="Use Forest colours").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "theme.forest"
    visit.expect_focus("[id='wear-theme.forest']")
    visit.check()
    visit.shot("light-shop-owned")
    stale.get_by_role("button", name="Buy Forest colours for 80 gems").click()
    stale.get_by_role("button", name="Buy", exact=True).click()
    stale.get_by_role("alert").get_by_text("owned already").wait_for()
    stale.get_by_role("button", name="Use Forest colours").wait_for()
    assert stale.locator(".wallet strong").inner_text() == page.locator(".wallet strong").inner_text()


def buy(visit: Visit, name: str, price: int) -> None:
    """Through the question to the purchase."""
    visit.page.get_by_role("button", name=f"Buy {name} for {price} gems").click()
    visit.page.get_by_role("dialog").get_by_text("stay with you").wait_for()
    visit.check()
    visit.page.get_by_role("button", name="Buy", exact=True).click()
