"""Typed numbers: how they are read, and when they are near enough."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.answers import NumericAnswer
from content.grading import AnswerShapeError, Grade, distractors, grade, model_answer
from content.grading.quantity import NumberError, conversion, read_quantity
from content.items import Numeric, TextMisconception


def item(key: str, **settings: Any) -> Numeric:
    return Numeric(id="n", skills=("s",), band="b", prompt="?", key=key, **settings)


def graded(numeric: Numeric, text: str) -> Grade:
    return grade(numeric, NumericAnswer(text=text))


@pytest.mark.parametrize(
    ("text", "locale", "value"),
    [
        ("3", "en", Fraction(3)),
        ("-3", "en", Fraction(-3)),
        ("−3", "en", Fraction(-3)),  # a real minus sign
        ("+ 3", "en", Fraction(3)),
        ("0.1", "en", Fraction(1, 10)),
        (".5", "en", Fraction(1, 2)),
        ("5.", "en", Fraction(5)),
        ("3/4", "en", Fraction(3, 4)),
        ("-6/8", "en", Fraction(-3, 4)),
        ("1 1/2", "en", Fraction(3, 2)),
        ("1½", "en", Fraction(3, 2)),
        ("¾", "en", Fraction(3, 4)),
        ("1.2e3", "en", Fraction(1200)),
        ("1.2E-3", "en", Fraction(12, 10_000)),
        ("1.2 × 10^3", "en", Fraction(1200)),
        ("1.2·10³", "en", Fraction(1200)),
        ("2 x 10^-2", "en", Fraction(1, 50)),
        ("1,234.5", "en", Fraction(2469, 2)),
        ("1,000,000", "en", Fraction(10**6)),
        ("3,5", "en", Fraction(7, 2)),
        ("0,125", "en", Fraction(1, 8)),
        ("1.234,5", "es", Fraction(2469, 2)),
        ("3,5", "de", Fraction(7, 2)),
        ("3.5", "de", Fraction(7, 2)),
        ("1.234", "de", Fraction(1234)),
        ("1.234", "es-MX", Fraction(1234, 1000)),
        ("1 234 567", "fr", Fraction(1_234_567)),
        ("１２", "en", Fraction(12)),  # full-width digits
        ("1e400", "en", Fraction(10) ** 400),
    ],
)
def test_numbers_are_read_exactly(text: str, locale: str, value: Fraction) -> None:
    assert read_quantity(text, locale).value == value


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "--3", "1-2", "1..2", "1,2,3", "3 4", "1/0", "1e401", "1e999999999", "2^3", "5 * 10", "1/2/3",
     "nan", "inf", "0x10", "1_000", "3;4", "m", "5 m^2^2^2^9", "5 m**99", "5 (m)", "9" * 81, "5 __class__"],
)  # fmt: skip
def test_other_texts_are_not_numbers(text: str) -> None:
    with pytest.raises(NumberError):
        read_quantity(text, "en")


@given(st.text(max_size=90))
def test_reading_any_text_gives_a_number_or_a_number_error(text: str) -> None:
    try:
        read_quantity(text, "en")
    except NumberError:
        return


@given(st.fractions(max_denominator=10_000))
def test_fractions_read_back_as_written(value: Fraction) -> None:
    assert read_quantity(str(value), "en").value == value


def test_a_third_is_not_its_decimals_unless_tolerated() -> None:
    assert graded(item("1/3"), "2/6").correct
    assert not graded(item("1/3"), "0.333333").correct
    assert graded(item("1/3", tolerance=0.001), "0.333").correct


def test_tolerance_is_exact_at_its_edge() -> None:
    assert graded(item("0.3", tolerance=0.1), "0.4").correct  # in doubles 0.4 - 0.3 > 0.1
    assert not graded(item("0.3", tolerance=0.1), "0.4000001").correct


def test_the_larger_tolerance_holds() -> None:
    numeric = item("200", tolerance=1.0, relative_tolerance=0.02)
    assert graded(numeric, "204").correct
    assert not graded(numeric, "204.1").correct


@pytest.mark.parametrize(
    ("text", "score"),
    [("3.14", 1.0), ("3.1416", 0.5), ("3.1", 0.0), ("3.15", 0.0), ("3.140", 0.5), ("22/7", 0.5), ("314e-2", 1.0)],
)
def test_figures_that_are_asked_for_count_half(text: str, score: float) -> None:
    found = graded(item("3.14159265", significant_figures=3), text)
    assert found.score == score
    assert ("3 significant figures" in found.feedback) == (score == 0.5)


@pytest.mark.parametrize(("text", "score"), [("1200", 1.0), ("1.2e3", 1.0), ("1.20e3", 0.5), ("1234", 0.5)])
def test_zeros_at_the_end_of_an_integer_may_be_figures(text: str, score: float) -> None:
    assert graded(item("1234", significant_figures=2), text).score == score


def test_any_convertible_unit_is_right() -> None:
    speed = item("72", unit="km/h")
    for text in ("72 km/h", "72", "20 m/s", "20 m s^-1", "72000 m/hour"):
        assert graded(speed, text).correct, text
    assert not graded(speed, "72 m/s").correct


def test_temperatures_convert_with_their_offset() -> None:
    assert graded(item("300", unit="kelvin", tolerance=0.01), "26.85 °C").correct


def test_conversions_are_exact() -> None:
    assert conversion("inch", "cm") == (Fraction(254, 100), 0)
    assert conversion("cm^2", "m^2") == (Fraction(1, 10_000), 0)


def test_a_required_unit_that_is_missing_counts_half() -> None:
    found = graded(item("5", unit="m", unit_required=True), "5")
    assert (found.score, found.correct, found.feedback) == (0.5, False, "Give the unit as well: m.")


def test_a_unit_of_something_else_is_wrong_and_says_so() -> None:
    found = graded(item("5", unit="m"), "5 kg")
    assert (found.score, found.feedback) == (0.0, "A value in m is asked for.")


def test_an_unknown_unit_is_no_answer() -> None:
    with pytest.raises(AnswerShapeError, match="'flurb' is not known; expected a unit such as m"):
        graded(item("5", unit="m"), "5 flurb")


@pytest.mark.parametrize("text", ["many", "5 flurb", "1/0"])
def test_an_error_does_not_name_a_unit_that_is_part_of_the_task(text: str) -> None:
    with pytest.raises(AnswerShapeError, match="expected a") as caught:
        graded(item("5", unit="furlong", unit_required=True), text)
    assert "furlong" not in str(caught.value)


def test_misconceptions_are_compared_as_values() -> None:
    numeric = item("0.5", misconceptions=(TextMisconception(id="percent", answer="50", feedback="F"),))
    assert graded(numeric, "50.0").misconception == "percent"
    assert graded(numeric, "100/2").misconception == "percent"


@pytest.mark.parametrize("locale", ["en", "de"])
@pytest.mark.parametrize("settings", [{}, {"significant_figures": 3}, {"unit": "m"}, {"tolerance": 10.0}])
@pytest.mark.parametrize("key", ["1234567.5", "0.00123456", "-2/3", "0", "1e20", "100"])
def test_the_key_as_typed_is_right_and_slips_are_wrong(key: str, settings: dict[str, Any], locale: str) -> None:
    numeric = item(key, locale=locale, **settings)
    assert grade(numeric, model_answer(numeric)).correct
    assert not grade(numeric, distractors(numeric, 1)).correct


def test_pint_is_not_imported_before_a_unit_needs_it() -> None:
    code = "import sys, content.grading, content.check; sys.exit('pint' in sys.modules or 'sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
