"""Someone at the page who knows every key: fills in a right or a wrong answer, and goes on."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Locator, Page

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
from content.grading import distractors, grade, model_answer
from content.items import Item
from content.option_ids import public_id


class Player:
    """Plays with the pointer. `courses` hold the keys."""

    def __init__(self, page: Page, courses: Mapping[str, CourseIndex]) -> None:
        self.page, self.courses = page, courses

    @property
    def exercise(self) -> Locator:
        """The exercise on the page."""
        return self.page.locator("form.exercise")

    def kind(self) -> str:
        """Kind of the exercise on the page."""
        return self.exercise.get_attribute("data-kind") or ""

    def item(self) -> Item:
        """The item behind the exercise on the page, with its key."""
        track, name = (self.exercise.get_attribute(f"data-{what}") or "" for what in ("track", "item"))
        return self.courses[track].item(name)

    def begin(self, track: str) -> None:
        """From the home page into the first exercise of a track."""
        self.page.locator(f'.track-card[data-track="{track}"] a').click()
        self.page.get_by_role("button", name="Start learning").click()
        self.exercise.wait_for()

    def skip_to(self, *kinds: str) -> None:
        """Pass exercises by until one of these kinds is there."""
        while self.kind() not in kinds:
            decision = self.exercise.get_attribute("data-decision")
            self.page.get_by_role("button", name="Skip").click()
            self.page.locator(f'form.exercise:not([data-decision="{decision}"])').wait_for()

    def think(self, seconds: int = 15) -> None:
        """Let time pass on the page, as it does for people; whoever answers at once only guesses, and earns nothing."""
        self.page.clock.fast_forward(seconds * 1000)

    def fill(self, *, right: bool = True) -> None:
        """Put an answer into the form."""
        item = self.item()
        self.put(item, model_answer(item) if right else wrong(item))

    def answer(self, *, right: bool = True) -> None:
        """Answer, and wait for the grade."""
        self.fill(right=right)
        self.page.get_by_role("button", name="Check").click()
        self.page.locator(".grade").wait_for()

    def go_on(self) -> None:
        """From the grade to what comes next."""
        self.page.locator(".go-on").click()
        self.page.locator(".grade").wait_for(state="detached")

    def put(self, item: Item, answer: Answer) -> None:
        """Put this answer into the form."""
        match answer:
            case MultipleChoiceAnswer(choice=choice):
                self.option(item, choice).click()
            case MultipleResponseAnswer(choices=choices):
                for choice in choices:
                    self.option(item, choice).click()
            case TrueFalseAnswer(value=value):
                self.page.locator(f'.option[data-option="{str(value).lower()}"] label').click()
            case NumericAnswer() | ShortTextAnswer() | ExpressionAnswer() | CalendarDateAnswer():
                self.page.locator("input.typed").fill(answer.text)
            case TranslateAnswer() | OpenResponseAnswer() | EssayAnswer():
                self.page.locator("textarea.typed").fill(answer.text)
            case ListingAnswer(entries=entries):
                self.page.locator("textarea.typed").fill("\n".join(entries))
            case ClozeAnswer(gaps=gaps):
                for gap, text in gaps.items():
                    self.choose_or_type(self.page.locator(f'[data-gap="{shown(item, gap, "gap")}"]'), text)
            case MatchingAnswer(pairs=pairs):
                for left, right in pairs.items():
                    self.page.locator(f'[data-left="{shown(item, left, "left")}"]').select_option(
                        shown(item, right, "right")
                    )
            case OrderingAnswer(order=order):
                self.arrange([shown(item, one) for one in order])

    def option(self, item: Item, choice: str) -> Locator:
        """What to press to choose an option."""
        return self.page.locator(f'.option[data-option="{shown(item, choice)}"] label')

    def choose_or_type(self, gap: Locator, text: str) -> None:
        """Fill a gap."""
        if gap.evaluate("gap => gap.tagName") == "SELECT":
            gap.select_option(text)
        else:
            gap.fill(text)

    def arrange(self, order: list[str]) -> None:
        """Move the options up until they stand in this order."""
        for place, option in enumerate(order):
            row = self.page.locator(f'.order li[data-option="{option}"]')
            while row.evaluate("row => [...row.parentNode.children].indexOf(row)") > place:
                row.locator(".up").click()


def shown(item: Item, own: str, side: str = "") -> str:
    """The id under which the page knows an option."""
    return public_id(item.id, own, side)


def wrong(item: Item) -> Answer:
    """An answer that is not right, and not empty."""
    for seed in range(50):
        answer = distractors(item, seed)
        if not grade(item, answer).correct and complete(answer):
            return answer
    raise AssertionError(f"{item.id} has no wrong answer")


def complete(answer: Answer) -> bool:
    """Whether the page would take it: nothing is left empty."""
    match answer:
        case MultipleResponseAnswer(choices=choices):
            return bool(choices)
        case ClozeAnswer(gaps=gaps):
            return all(text.strip() for text in gaps.values())
        case ListingAnswer(entries=entries):
            return all(entry.strip() for entry in entries)
        case NumericAnswer() | ShortTextAnswer() | ExpressionAnswer() | CalendarDateAnswer() | TranslateAnswer():
            return bool(answer.text.strip())
        case _:
            return True
