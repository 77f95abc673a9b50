"""A whole lesson without a pointer: keys only, and the focus always where the reader is."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from content.answers import (
    Answer,
    CalendarDateAnswer,
    ClozeAnswer,
    EssayAnswer,
    ExpressionAnswer,
    ListingAnswer,
    MatchingAnswer,
    MultipleChoiceAnswer,
    MultipleResponseAnswer,
    NumericAnswer,
    OpenResponseAnswer,
    OrderingAnswer,
    ShortTextAnswer,
    TranslateAnswer,
    TrueFalseAnswer,
)
from content.catalogue import CourseIndex
from content.grading import model_answer
from content.items import Item
from tests.api.web.player import Player, shown
from tests.api.web.visits import Visit, Visiting

pytestmark = pytest.mark.slow
MOST_TABS = 40


class Typist:
    """Plays with keys."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.keys = visit, visit.page.keyboard

    def tab_to(self, selector: str) -> None:
        """Go forward until the focus is on such an element."""
        for _ in range(MOST_TABS):
            if self.visit.focused(selector):
                return
            self.keys.press("Tab")
        raise AssertionError(f"{selector} is not reached within {MOST_TABS} tabs")

    def put(self, item: Item, answer: Answer) -> None:
        """Put this answer into the form, starting from the question."""
        match answer:
            case MultipleChoiceAnswer(choice=choice):
                self.choose(shown(item, choice))
            case MultipleResponseAnswer(choices=choices):
                for choice in choices:
                    self.choose(shown(item, choice))
            case TrueFalseAnswer(value=value):
                self.choose(str(value).lower())
            case NumericAnswer() | ShortTextAnswer() | ExpressionAnswer() | CalendarDateAnswer():
                self.tab_to("input.typed")
                self.keys.type(answer.text)
            case TranslateAnswer() | OpenResponseAnswer() | EssayAnswer():
                self.tab_to("textarea.typed")
                self.keys.type(answer.text)
            case ListingAnswer(entries=entries):
                self.tab_to("textarea.typed")
                for entry in entries:
                    self.keys.type(entry)
                    self.keys.press("Enter")
            case ClozeAnswer(gaps=gaps):
                for gap, text in gaps.items():
                    self.tab_to(f'[data-gap="{shown(item, gap, "gap")}"]')
                    self.keys.type(text)
            case MatchingAnswer(pairs=pairs):
                for left, right in pairs.items():
                    self.tab_to(f'[data-left="{shown(item, left, "left")}"]')
                    self.step_to(shown(item, right, "right"))
            case OrderingAnswer(order=order):
                self.arrange([shown(item, one) for one in order])

    def choose(self, option: str) -> None:
        """Press the number of an option."""
        options = "[...document.querySelectorAll('.option')].map(one => one.dataset.option)"
        self.keys.press(str(self.visit.page.evaluate(options).index(option) + 1))

    def step_to(self, value: str) -> None:
        """Arrow down in a drop-down until it has this value."""
        for _ in range(MOST_TABS):
            if self.visit.page.evaluate("document.activeElement.value") == value:
                return
            self.keys.press("ArrowDown")
        raise AssertionError(f"{value} is not in the drop-down")

    def arrange(self, order: list[str]) -> None:
        """Bring the options into this order, from the last to the first, with the arrow keys."""
        page = self.visit.page
        for option in reversed(order):
            row = f'.order li[data-option="{option}"]'
            page.locator(".question").focus()
            self.tab_to(f"{row} .up")
            for _ in order:
                self.keys.press("ArrowUp")
            self.visit.expect_focus(f"{row} .up")


@pytest.mark.parametrize("gallery", ["gallery", "gallery-of-texts"])
def test_a_lesson_is_played_with_keys_only(
    visiting: Visiting, courses: Mapping[str, CourseIndex], gallery: str
) -> None:
    visit = visiting()
    typist, player = Typist(visit), Player(visit.page, courses)
    visit.page.locator(".track-card").first.wait_for()
    visit.expect_focus("h1")
    typist.tab_to(f'.track-card[data-track="{gallery}"] a')
    typist.keys.press("Enter")
    visit.page.get_by_role("button", name="Start learning").wait_for()
    visit.expect_focus("h1")
    typist.tab_to(".goal .primary")
    typist.keys.press("Enter")
    for _ in range(10):
        player.exercise.wait_for()
        visit.expect_focus("h1.question")
        item = player.item()
        typist.put(item, model_answer(item))
        if visit.focused("select, .move, textarea"):
            typist.tab_to(".check")
        typist.keys.press("Enter")
        visit.page.locator(".grade").wait_for()
        visit.expect_focus(".grade h2")
        assert visit.page.locator('.grade[data-score="1"], .grade.pending').count() == 1
        typist.tab_to(".go-on")
        typist.keys.press("Enter")
        visit.page.locator(".grade").wait_for(state="detached")
    visit.page.get_by_text("This lesson brought").wait_for()
    visit.expect_focus("h1")


def test_an_empty_answer_is_not_sent_and_said(visiting: Visiting, courses: Mapping[str, CourseIndex]) -> None:
    visit = visiting()
    player = Player(visit.page, courses)
    player.begin("python-from-zero")
    visit.page.keyboard.press("Enter")
    visit.page.get_by_role("alert").filter(has_text="first.").wait_for()
    assert visit.page.locator(".grade").count() == 0
    player.answer()
