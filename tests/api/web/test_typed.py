"""Typing on a phone: the keyboard that fits, keys for what it lacks, and words where something cannot be read."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from api.web.site import STATIC
from content.catalogue import CourseIndex
from tests.api.web.player import Player
from tests.api.web.test_lesson import KINDS
from tests.api.web.visits import Visiting

Courses = Mapping[str, CourseIndex]


def test_every_kind_has_a_form_and_an_instruction() -> None:
    source = (STATIC / "js" / "exercises" / "index.js").read_text()
    for name in ("FORMS", "INSTRUCTIONS"):
        (table,) = re.findall(rf"{name} = {{(.*?)}};", source, re.DOTALL)
        assert set(re.findall(r"^  (\w+)", table, re.MULTILINE)) == KINDS


@pytest.mark.slow
def test_letters_that_a_keyboard_lacks_can_be_pressed(visiting: Visiting, courses: Courses) -> None:
    visit = visiting()
    player = Player(visit.page, courses)
    player.begin("gallery")
    player.skip_to("shortText")
    field = visit.page.locator("input.typed")
    field.fill("pan")
    field.evaluate("field => field.setSelectionRange(1, 2)")
    visit.page.get_by_role("button", name="ñ", exact=True).click()
    assert field.input_value() == "pñn"
    assert field.get_attribute("lang") == "es"
    visit.expect_focus("input.typed")


@pytest.mark.slow
def test_a_number_that_cannot_be_read_is_told_where_it_was_typed(visiting: Visiting, courses: Courses) -> None:
    visit = visiting()
    player = Player(visit.page, courses)
    player.begin("gallery-of-texts")
    player.skip_to("numeric")
    field = visit.page.get_by_label("Your number")
    assert field.get_attribute("inputmode") == "decimal"
    field.fill("many")
    field.press("Enter")
    visit.page.locator(".missing").get_by_text("expected a number").wait_for()
    assert field.get_attribute("aria-invalid") == "true"
    visit.expect_focus("input.typed")
    assert visit.page.locator("#alerts .notice").count() == 0
    visit.check()
    visit.shot("light-number-not-read")
    field.fill("")
    visit.page.get_by_role("button", name="minus").click()
    visit.page.keyboard.type("1.602")
    visit.page.get_by_role("button", name="times ten to the power of").click()
    visit.page.keyboard.type("-19")
    visit.page.keyboard.press("Enter")
    visit.page.locator('.grade[data-score="1"]').wait_for()
    assert field.get_attribute("aria-invalid") is None
    visit.forgive("status of 4")


@pytest.mark.slow
def test_an_expression_is_typed_with_the_keys_of_the_page(visiting: Visiting, courses: Courses) -> None:
    visit = visiting()
    player = Player(visit.page, courses)
    player.begin("gallery-of-texts")
    player.skip_to("expression")
    visit.page.get_by_text("Write it as a product. In x; a power is typed as x^2.").wait_for()
    press = visit.page.get_by_role("group", name="Signs to insert")
    for part in ("open bracket", "x-3", "close bracket", "open bracket", "x+3", "close bracket"):
        if "bracket" in part:
            press.get_by_role("button", name=part).click()
        else:
            visit.page.keyboard.type(part)
    assert visit.page.get_by_label("Your expression").input_value() == "(x-3)(x+3)"
    visit.page.keyboard.press("Enter")
    visit.page.locator('.grade[data-score="1"]').wait_for()


@pytest.mark.slow
def test_an_essay_says_how_long_it_is_and_what_it_is_judged_by(visiting: Visiting, courses: Courses) -> None:
    visit = visiting(width=320)
    player = Player(visit.page, courses)
    player.begin("gallery-of-texts")
    player.skip_to("essay")
    page = visit.page
    field = page.get_by_label("Your essay")
    field.fill("A street.")
    page.get_by_text("2 words so far").wait_for()
    page.get_by_role("button", name="Check").click()
    page.get_by_text("Write at least 5 words; you have 2.").wait_for()
    visit.expect_focus("textarea")
    page.get_by_text("What it is judged by").click()
    page.get_by_text("One sees the street.").wait_for()
    visit.check()
    visit.shot("light-320-essay-rubric")
    field.fill("A street with two trees.")
    page.get_by_role("button", name="Check").click()
    page.get_by_role("heading", name="A person will look at this.").wait_for()
    assert page.locator(".missing").inner_text() == ""
