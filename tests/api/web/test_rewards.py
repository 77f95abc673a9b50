"""Reward moments are in nobody's way: closed with a key, passed by without a word, still for who wants no motion."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from content.catalogue import CourseIndex
from tests.api.web.player import Player
from tests.api.web.visits import Visit, Visiting

pytestmark = pytest.mark.slow
Courses = Mapping[str, CourseIndex]
STILL = "document.querySelector('.moments').getAnimations().every(one => one.playState === 'finished')"


def test_moments_can_be_closed_with_a_key_and_never_hold_anybody_up(visiting: Visiting, courses: Courses) -> None:
    visit = visiting()
    page = visit.page
    answer_first(visit, courses)
    assert page.locator("dialog").count() == 0
    visit.expect_focus(".grade h2")
    assert page.evaluate(STILL)
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate("getComputedStyle(document.querySelector('.moments')).animationDuration") == "0.35s"
    page.emulate_media(reduced_motion="reduce")
    for scheme, width in (("light", 390), ("dark", 320)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 844})
        visit.check()
        visit.shot(f"{scheme}-{width}-moment")
    tab_to(visit, ".moments .round")
    page.keyboard.press("Escape")
    page.locator(".moments").wait_for(state="detached")
    visit.expect_focus(".go-on")
    page.keyboard.press("Enter")
    page.locator(".grade").wait_for(state="detached")


def test_moments_are_passed_by_without_closing_them(visiting: Visiting, courses: Courses) -> None:
    visit = visiting()
    answer_first(visit, courses)
    visit.page.locator(".go-on").click()
    visit.page.locator(".moments").wait_for(state="detached")
    visit.page.locator("form.exercise").wait_for()


def tab_to(visit: Visit, selector: str) -> None:
    """With the Tab key, past words that are wide enough to be scrolled, which a browser also stops at."""
    for _ in range(4):
        visit.page.keyboard.press("Tab")
        if visit.focused(selector):
            return
    raise AssertionError(f"four stops do not lead to {selector}")


def answer_first(visit: Visit, courses: Courses) -> None:
    """The first exercise of a new learner: it always brings a badge."""
    player = Player(visit.page, courses)
    player.begin("gallery")
    player.think()
    player.answer()
    visit.page.locator(".moments").wait_for()
