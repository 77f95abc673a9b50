"""Reward moments: short, told once, in nobody's way."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from content.catalogue import CourseIndex
from tests.api.web.player import Player
from tests.api.web.visits import PlayedLesson, Visit, Visiting

pytestmark = pytest.mark.slow
Courses = Mapping[str, CourseIndex]
STILL = "document.querySelector('.moments').getAnimations().every(one => one.playState === 'finished')"
LONGEST_WORDS = 260


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


def test_moments_can_be_closed_with_a_key_and_never_hold_anybody_up(visiting: Visiting, courses: Courses) -> None:
    visit = visiting()
    page = visit.page
    answer_first(visit, courses)
    assert page.locator("dialog").count() == 0
    assert visit.focused(".grade h2")
    assert page.evaluate(STILL)
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate("getComputedStyle(document.querySelector('.moments')).animationDuration") == "0.35s"
    page.emulate_media(reduced_motion="reduce")
    for scheme, width in (("light", 390), ("dark", 320)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 844})
        visit.check()
        visit.shot(f"{scheme}-{width}-moment")
    page.keyboard.press("Tab")
    assert visit.focused(".moments .round")
    page.keyboard.press("Escape")
    page.locator(".moments").wait_for(state="detached")
    assert visit.focused(".go-on")
    page.keyboard.press("Enter")
    page.locator(".grade").wait_for(state="detached")


def test_moments_are_passed_by_without_closing_them(visiting: Visiting, courses: Courses) -> None:
    visit = visiting()
    answer_first(visit, courses)
    visit.page.locator(".go-on").click()
    visit.page.locator(".moments").wait_for(state="detached")
    visit.page.locator("form.exercise").wait_for()


def answer_first(visit: Visit, courses: Courses) -> None:
    """The first exercise of a new learner: it always brings a badge."""
    player = Player(visit.page, courses)
    player.begin("gallery")
    player.think()
    player.answer()
    visit.page.locator(".moments").wait_for()
