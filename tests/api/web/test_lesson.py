"""A person plays lessons on the page, in a real browser, against a real server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import pytest

from content.catalogue import CourseIndex
from content.items import Item
from tests.api.web.player import Player
from tests.api.web.visits import PHONE, Visit, Visiting

pytestmark = pytest.mark.slow
Courses = Mapping[str, CourseIndex]
KINDS = {kind.__struct_config__.tag for kind in get_args(Item)}
WAITING = {"openResponse", "essay"}
LOOKS: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 390), ("dark", 390), ("light", 320))
GALLERIES = ("gallery", "gallery-of-texts")


def test_the_galleries_show_every_kind_there_is(courses: Courses) -> None:
    items = [item for track in GALLERIES for item in courses[track].track.items]
    assert {item.__struct_config__.tag for item in items} == KINDS


@pytest.mark.parametrize("gallery", GALLERIES)
def test_every_kind_is_shown_answered_and_graded_in_every_light_and_width(
    visiting: Visiting, courses: Courses, gallery: str
) -> None:
    visit = visiting()
    player = Player(visit.page, courses)
    player.begin(gallery)
    shown, n_right = set(), 0
    for number in range(10):
        kind, item = player.kind(), player.item()
        shown.add(item.id)
        look_at(visit, item.id)
        player.answer(right=number % 2 == 0)
        grade = visit.page.locator(".grade")
        if kind in WAITING:
            grade.get_by_role("heading", name="A person will look at this.").wait_for()
        else:
            right = float(grade.get_attribute("data-score") or "") == 1
            assert right == (number % 2 == 0)
            n_right += right
        look_at(visit, f"{item.id}-graded")
        player.go_on()
    assert len(shown) == 10
    visit.page.get_by_text(f"{n_right} of 10").wait_for()
    look_at(visit, f"{gallery}-ended")


def look_at(visit: Visit, name: str) -> None:
    """Check what is shown in every light and width, with a picture of the first, and end as it began."""
    visit.shot(f"light-390-{name}")
    for scheme, width in LOOKS:
        visit.page.emulate_media(color_scheme=scheme)
        visit.page.set_viewport_size({"width": width, "height": PHONE["height"]})
        visit.check()
    visit.page.emulate_media(color_scheme="light")
    visit.page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})


@pytest.mark.parametrize(
    ("track", "scheme"), [("first-spanish", "light"), ("python-from-zero", "dark"), ("arithmetic-to-algebra", "dark")]
)
def test_a_starter_track_is_played_from_the_start_to_the_summary(
    visiting: Visiting, courses: Courses, track: str, scheme: str
) -> None:
    visit = visiting(scheme)
    page, player = visit.page, Player(visit.page, courses)
    page.locator(".track-card").first.wait_for()
    visit.check()
    visit.shot(f"{scheme}-first-visit")
    page.locator(f'.track-card[data-track="{track}"] a').click()
    page.get_by_label("Minutes a day").select_option("10")
    visit.check()
    visit.shot(f"{scheme}-track")
    page.get_by_role("button", name="Start learning").click()
    page.get_by_text("This takes about").wait_for()
    for number in range(10):
        player.think()
        player.answer(right=number != 3)
        if number in (0, 3):
            visit.shot(f"{scheme}-{track}-{number}")
        player.go_on()
    page.get_by_text("9 of 10").wait_for()
    visit.check()
    visit.shot(f"{scheme}-{track}-summary")
    assert page.locator(".chip.flame").inner_text().startswith("1")
    page.get_by_role("link", name="See what I know").click()
    page.locator(".chart li").first.wait_for()
    visit.check()
    visit.shot(f"{scheme}-{track}-progress")
    page.get_by_role("link", name="Pacer, home").click()
    page.get_by_role("heading", name="Welcome back").wait_for()
    visit.check()
    visit.shot(f"{scheme}-welcome-back")


def test_hints_skips_reasons_and_an_early_end(visiting: Visiting, courses: Courses) -> None:
    visit = visiting()
    page, player = visit.page, Player(visit.page, courses)
    player.begin("gallery")
    first = player.exercise.get_attribute("data-decision")
    page.get_by_role("button", name="Hint").click()
    page.get_by_text("Hint 1.").wait_for()
    page.get_by_role("button", name="Why this exercise?").click()
    sheet = page.get_by_role("dialog", name="Why this exercise?")
    sheet.get_by_text("chose it").wait_for()
    visit.check()
    visit.shot("light-why")
    page.keyboard.press("Escape")
    sheet.wait_for(state="detached")
    page.get_by_role("button", name="Skip").click()
    page.locator(f'form.exercise:not([data-decision="{first}"])').wait_for()
    assert page.locator("progress").first.evaluate("bar => bar.value") == 0
    player.answer()
    page.get_by_role("button", name="End this lesson").click()
    page.get_by_role("button", name="End the lesson").click()
    page.get_by_text("1 of 1").wait_for()


def test_a_lesson_goes_on_after_the_page_was_closed(visiting: Visiting, courses: Courses) -> None:
    visit = visiting()
    page, player = visit.page, Player(visit.page, courses)
    player.begin("gallery")
    player.answer()
    page.goto(visit.url)
    page.get_by_role("button", name="Resume lesson").click()
    player.exercise.wait_for()
    assert page.locator("progress").first.evaluate("bar => bar.value") == 1


@pytest.mark.parametrize(
    ("flaw", "found"),
    [
        ("style.color = '#999'", "contrast"),
        ("style.opacity = '0.4'", "contrast"),
        ("style.width = '900px'", "px wide"),
        ("style.cssText = 'position: fixed; top: 0; height: 20px; min-height: 0'", "small for a finger"),
        ("id = 'main'", "used twice"),
    ],
)
def test_the_audit_of_the_other_tests_sees_flaws(visiting: Visiting, flaw: str, found: str) -> None:
    visit = visiting()
    visit.page.locator(".track-card").first.wait_for()
    visit.check()
    visit.page.evaluate(f"""() => {{
        const button = document.createElement("button");
        button.textContent = "Flawed";
        document.body.append(button);
        button.style.background = "white";
        button.{flaw};
    }}""")
    with pytest.raises(AssertionError, match=found):
        visit.check()


def test_the_audit_of_the_other_tests_sees_a_control_without_a_name(visiting: Visiting) -> None:
    visit = visiting()
    visit.page.locator(".track-card").first.wait_for()
    visit.page.evaluate("""() => {
        const field = document.createElement("input");
        field.type = "text";
        document.body.append(field);
    }""")
    with pytest.raises(AssertionError, match="without a name"):
        visit.check()
