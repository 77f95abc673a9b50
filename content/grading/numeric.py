"""Grading of typed numbers: exact comparison, tolerance, significant figures, units."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from random import Random

from content.answers import NumericAnswer
from content.grading.grades import RIGHT, AnswerShapeError, Grade, GradingError, Kind
from content.grading.quantity import (
    DimensionError,
    NumberError,
    Quantity,
    UnitError,
    conversion,
    read_quantity,
    writes_decimal_comma,
)
from content.items import Numeric
from content.text import escape

HALF_CREDIT = 0.5


@lru_cache(maxsize=4096)
def _key(text: str) -> Quantity:
    """Keys are written with a decimal point, whatever the locale of the learner."""
    try:
        return read_quantity(text, "en")
    except NumberError as error:
        raise GradingError(f"the key cannot be read: {error}") from error


@lru_cache(maxsize=1024)
def _exact(number: float) -> Fraction:
    """The decimal that was written: 0.1 is 1/10, not the nearest double."""
    return Fraction(str(number))


def grade_numeric(item: Numeric, answer: NumericAnswer) -> Grade:
    """Right if the value is near enough, half credit if then its unit is missing or its figures are too many or few.

    The value is near enough if |value - key| <= max(tolerance, relative_tolerance * |key|, half a unit in the last
    required figure of the key). All of it is exact rational arithmetic, in the unit of the key. Half credit is
    given once, whether one or both are missing.
    """
    given = _read(item, answer.text)
    key = _key(item.key)
    try:
        value = _in_unit_of_key(item, given)
    except DimensionError:
        return Grade(score=0.0, correct=False, feedback=f"A value in {escape(item.unit)} is asked for.")
    if abs(value - key.value) > _largest_difference(item, key.value):
        return _wrong(item, value)
    notes = []
    if item.unit and item.unit_required and not given.unit:
        notes.append(f"Give the unit as well: {escape(item.unit)}.")
    if item.significant_figures is not None and not _has_figures(given, item.significant_figures):
        notes.append(f"Give it to {item.significant_figures} significant figures.")
    if notes:
        return Grade(score=HALF_CREDIT, correct=False, feedback=" ".join(notes))
    return RIGHT


def _expected(item: Numeric) -> str:
    """What an answer must look like. A unit that is part of the task is not named."""
    if item.unit and item.unit_required:
        return "a number with its unit"
    return f"a number in {item.unit}, such as 12.5 {item.unit}" if item.unit else "a number, such as 12, 3/4 or 0.5"


def _read(item: Numeric, text: str) -> Quantity:
    expected = _expected(item)
    try:
        given = read_quantity(text, item.locale)
    except NumberError as error:
        raise AnswerShapeError(f"{error}; expected {expected}") from error
    if given.unit and not item.unit:
        raise AnswerShapeError(f"{given.unit!r} is not part of a number; expected {expected}, without a unit")
    return given


def _in_unit_of_key(item: Numeric, given: Quantity) -> Fraction:
    if not given.unit or given.unit == item.unit:
        return given.value
    try:
        scale, offset = conversion(given.unit, item.unit)
    except UnitError as error:
        expected = "a known unit" if item.unit_required else f"a unit such as {item.unit}"
        raise AnswerShapeError(f"{error}; expected {expected}") from error
    return scale * given.value + offset


def _largest_difference(item: Numeric, key: Fraction) -> Fraction:
    limit = max(_exact(item.tolerance), _exact(item.relative_tolerance) * abs(key))
    if item.significant_figures is not None and key:
        limit = max(limit, Fraction(10) ** (_magnitude(abs(key)) - item.significant_figures + 1) / 2)
    return limit


def _magnitude(value: Fraction) -> int:
    """floor(log10(value)) for value > 0, exactly."""
    exponent = len(str(value.numerator)) - len(str(value.denominator))
    return exponent if Fraction(10) ** exponent <= value else exponent - 1


def _has_figures(given: Quantity, n_figures: int) -> bool:
    return given.figures is not None and given.figures[0] <= n_figures <= given.figures[1]


def _wrong(item: Numeric, value: Fraction) -> Grade:
    for misconception in item.misconceptions:
        held = _key(misconception.answer)
        held_value = _in_unit_of_key(item, held)
        if abs(value - held_value) <= _largest_difference(item, held_value):
            return Grade(score=0.0, correct=False, misconception=misconception.id, feedback=misconception.feedback)
    return Grade(score=0.0, correct=False)


def _typed(item: Numeric, text: str) -> str:
    """The key as a learner would type it: in full, with its unit and the figures asked for."""
    number = text
    if item.significant_figures is not None:
        number = _rounded(_key(text).value, item.significant_figures)
    if writes_decimal_comma(item.locale):
        number = number.replace(".", ",")
    return f"{number} {item.unit}" if item.unit and not _key(text).unit else number


def _rounded(value: Fraction, n_figures: int) -> str:
    """Round half away from zero to n significant figures, written with an exponent where zeros would mislead."""
    if value == 0:
        return "0" if n_figures == 1 else "0." + "0" * (n_figures - 1)
    exponent = _magnitude(abs(value)) - n_figures + 1
    units = int(abs(value) / Fraction(10) ** exponent + Fraction(1, 2))
    sign = "-" if value < 0 else ""
    if exponent >= 0:
        digits = str(units)
        mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
        return f"{sign}{units}" if exponent == 0 else f"{sign}{mantissa}e{exponent + len(digits) - 1}"
    digits = str(units).zfill(-exponent + 1)
    return f"{sign}{digits[:exponent]}.{digits[exponent:]}"


def _wrong_numbers(item: Numeric, rng: Random) -> list[NumericAnswer]:
    """Slips of sign, of place and of counting, in a drawn order; the last is always wrong."""
    key = _key(item.key).value
    slips = [-key, key * 10, key / 10, key + 1, key - 1, key * 2, key / 2]
    rng.shuffle(slips)
    far = key + 10 * _largest_difference(item, key) + 7
    unit = f" {item.unit}" if item.unit else ""
    return [NumericAnswer(text=_spelled(value) + unit) for value in [*slips, far]]


def _spelled(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


NUMERIC = Kind(
    answer_type=NumericAnswer,
    grade=grade_numeric,
    model_answer=lambda item: NumericAnswer(text=_typed(item, item.key)),
    misconception_answers=lambda item: [
        (m.id, NumericAnswer(text=_typed(item, m.answer))) for m in item.misconceptions
    ],
    expected_text=lambda item: escape(_typed(item, item.key)),
    wrong_answers=_wrong_numbers,
)
