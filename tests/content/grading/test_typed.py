"""Dates, lists, translations and patterns: what is right, nearly right, wrong, and refused."""

from __future__ import annotations

from typing import Any

import pytest

from content.answers import CalendarDateAnswer, ListingAnswer, ShortTextAnswer, TranslateAnswer
from content.grading import AnswerShapeError, Grade, grade
from content.grading.dates import DateError, Day, read_day
from content.grading.patterns import PatternError, check_pattern, matches
from content.grading.words import filter_of, is_word
from content.item_rules import find_item_faults
from content.items import CalendarDate, Item, Listing, OpenResponse, ShortText, TextPolicy, Translate

BASE: dict[str, Any] = {"id": "item", "skills": ("skill",), "band": "easy", "prompt": "Do it."}


@pytest.mark.parametrize(
    ("text", "locale", "day"),
    [
        ("1815-06-18", "en", Day(1815, 6, 18)),
        ("18 June 1815", "en", Day(1815, 6, 18)),
        ("June 18th, 1815", "en", Day(1815, 6, 18)),
        ("the 18th of June, 1815", "en", Day(1815, 6, 18)),
        ("18 de junio de 1815", "es", Day(1815, 6, 18)),
        ("18. März 1848", "de", Day(1848, 3, 18)),
        ("18.06.1815", "de", Day(1815, 6, 18)),
        ("06/18/1815", "en-US", Day(1815, 6, 18)),
        ("18/06/1815", "en-US", Day(1815, 6, 18)),
        ("5/6/1815", "en-GB", Day(1815, 6, 5)),
        ("5/6/1815", "en-US", Day(1815, 5, 6)),
        ("Jun 1815", "en", Day(1815, 6)),
        ("１８１５", "en", Day(1815)),
        ("29 February 2000", "en", Day(2000, 2, 29)),
    ],
)
def test_dates_are_read_in_the_order_and_words_of_the_locale(text: str, locale: str, day: Day) -> None:
    assert read_day(text, locale) == day


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "5/6/1815", "30 February 2000", "1900-02-29", "1815-13-01", "18 June", "June July 1815",
        "1 2 3 June 4", "0000-01-01", "18151-06-18", "June " * 20, "ma 1815",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(DateError):
        read_day(text, "en")


def test_a_date_that_stops_short_is_worth_half() -> None:
    item = CalendarDate(key="1815-06-18", **BASE)

    assert grade(item, CalendarDateAnswer(text="June 1815")).score == 0.5
    assert grade(item, CalendarDateAnswer(text="July 1815")).score == 0.0
    assert grade(CalendarDate(key="1815", **BASE), CalendarDateAnswer(text="18 June 1815")).correct


LIST = Listing(entries=(("red", "crimson"), ("green",), ("blue",)), **BASE)


@pytest.mark.parametrize(
    ("entries", "score"),
    [
        (("blue", "green", "red"), 1.0),
        (("crimson", "blue", "green"), 1.0),
        (("red", "red", "crimson"), 1 / 3),
        (("red", "green"), 2 / 3),
        (("red", "green", "pink"), 1 / 3),
        (("pink", "black"), 0.0),
    ],
)
def test_a_list_counts_what_was_asked_for_and_takes_one_off_for_a_wrong_entry(
    entries: tuple[str, ...], score: float
) -> None:
    assert grade(LIST, ListingAnswer(entries=entries)).score == pytest.approx(score)


def test_an_ordered_list_counts_places_and_some_of_many_may_be_asked_for() -> None:
    ordered = Listing(entries=LIST.entries, ordered=True, **BASE)
    some = Listing(entries=LIST.entries, n_wanted=2, **BASE)

    assert grade(ordered, ListingAnswer(entries=("red", "green", "blue"))).correct
    assert grade(ordered, ListingAnswer(entries=("green", "red", "blue"))).score == pytest.approx(1 / 3)
    assert grade(some, ListingAnswer(entries=("blue", "red"))).correct
    assert grade(some, ListingAnswer(entries=("blue", "red", "pink"))).score == 0.5


@pytest.mark.parametrize("entries", [(), ("red", " "), ("red",) * 51, ("r" * 501,)])
def test_a_list_of_nothing_or_of_too_much_is_refused(entries: tuple[str, ...]) -> None:
    with pytest.raises(AnswerShapeError):
        grade(LIST, ListingAnswer(entries=entries))


SPANISH = Translate(
    references=("la casa es grande", "la vivienda es grande"),
    policy=TextPolicy(language="es"),
    vocabulary=("grandes",),
    **BASE,
)


def translated(item: Translate, text: str) -> Grade:
    return grade(item, TranslateAnswer(text=text))


def test_a_slip_passes_with_a_note_unless_it_gives_another_real_word() -> None:
    typo = translated(SPANISH, "la vivienda es garnde")
    assert (typo.correct, "Mind the spelling" in typo.feedback) == (True, True)

    assert is_word("caza", "es")
    english = Translate(references=("the horse is strong",), **BASE)
    assert not translated(english, "the house is strong").correct
    assert translated(english, "the hosre is strong").correct


def test_another_reference_is_as_right_and_a_little_difference_is_told() -> None:
    assert translated(SPANISH, "La vivienda es grande.").correct
    missed = translated(SPANISH, "la casa es")
    assert not missed.correct
    assert "grande" in missed.feedback


def test_words_may_come_in_another_order_only_where_the_item_says_so() -> None:
    free = Translate(references=("mañana voy al cine",), policy=TextPolicy(language="es"), free_order=True, **BASE)
    fixed = Translate(references=("mañana voy al cine",), policy=TextPolicy(language="es"), **BASE)

    assert translated(free, "voy al cine mañana").correct
    assert not translated(fixed, "voy al cine mañana").correct
    assert not translated(free, "voy al cine manana hoy").correct


def test_a_filter_knows_its_words_and_hardly_any_other() -> None:
    assert is_word("house", "en-GB")
    assert not is_word("hosre", "en")
    assert not is_word("house", "xx")
    assert any(filter_of(["one"]))


def test_patterns_match_the_whole_text_and_never_backtrack() -> None:
    item = ShortText(accepted=("colour",), patterns=(r"colou?rs?",), policy=TextPolicy(typos="none"), **BASE)
    evil = ShortText(accepted=("b",), patterns=(r"(a+)+b", r"(a|aa)+$", r"(.*)*x"), **BASE)

    assert grade(item, ShortTextAnswer(text="Colors")).correct
    assert not grade(item, ShortTextAnswer(text="colors and more")).correct
    assert not grade(evil, ShortTextAnswer(text="a" * 499 + "c")).correct
    assert matches("[ab]", "B", case_sensitive=False)


@pytest.mark.parametrize("pattern", ["(", r"(?=a)b", r"(a)\1", "a" * 501, "(?:a{1000}){1000}"])
def test_patterns_that_are_malformed_huge_or_need_backtracking_are_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        check_pattern(pattern)


@pytest.mark.parametrize(
    ("item", "pointer"),
    [
        (CalendarDate(key="soon", **BASE), "/key"),
        (Listing(entries=(("a",), ("A",)), **BASE), "/entries/1"),
        (Listing(entries=(("a",),), n_wanted=2, **BASE), "/n_wanted"),
        (Translate(references=(), **BASE), "/references"),
        (OpenResponse(references=("ja",), locale="de", **BASE), "/locale"),
        (ShortText(accepted=("a",), patterns=("(",), **BASE), "/patterns/0"),
    ],
)
def test_items_that_cannot_be_graded_are_faults_with_a_place(item: Item, pointer: str) -> None:
    assert pointer in [finding.pointer for finding in find_item_faults(item)]
