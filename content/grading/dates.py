"""Grading of dates: typed in numbers or words, in the order of the learner's locale, compared as calendar days."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from random import Random

from content.answers import CalendarDateAnswer
from content.grading.grades import RIGHT, AnswerShapeError, Grade, GradingError, Kind, clip
from content.items import CalendarDate

MAX_CHARACTERS = 60
HALF_CREDIT = 0.5
# Locales that write the month before the day (Unicode CLDR 46, dateFormats).
_MONTH_FIRST = frozenset({"en-us", "en-ph", "es-us", "fil"})
# Names of the months (Unicode CLDR 46); a name may be cut to three letters or more, and end in a point.
_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "de": "januar februar marz april mai juni juli august september oktober november dezember",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})")
_WORDS = re.compile(r"[a-z]+|\d+")
_LINKS = frozenset({"of", "the", "de", "del", "di", "do", "le", "der", "den", "st", "nd", "rd", "th", "er", "o", "a"})


class DateError(ValueError):
    """A text that is no date. The text says what one looks like."""


@dataclass(frozen=True)
class Day:
    """A year, and a month and a day where they were given."""

    year: int
    month: int | None = None
    day: int | None = None

    def cut_to(self, other: Day) -> Day:
        """No more than the other tells."""
        month = self.month if other.month is not None else None
        return Day(self.year, month, self.day if other.day is not None else None)

    def __str__(self) -> str:
        parts = [f"{self.year:04d}", *(f"{part:02d}" for part in (self.month, self.day) if part is not None)]
        return "-".join(parts)


def read_day(text: str, locale: str) -> Day:
    """Read "1492-10-12", "12.10.1492", "October 12, 1492", "12 de octubre de 1492", "October 1492", "1492".

    Raises:
        DateError: no date, no day of the calendar, or numbers whose order "en" alone does not tell.
    """
    if len(text) > MAX_CHARACTERS:
        raise DateError(f"a date of {len(text)} characters is too long; {MAX_CHARACTERS} are allowed")
    plain = _plain(text)
    for pattern in (_ISO, _YEAR_FIRST):
        if match := pattern.fullmatch(plain):
            return _checked(*(None if part is None else int(part) for part in match.groups()))
    if match := _NUMBERS.fullmatch(plain):
        return _of_numbers(int(match[1]), int(match[3]), int(match[4]), match[2], locale.lower())
    return _of_words(plain, locale)


def _plain(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in spread if not unicodedata.combining(c)).strip()


def _of_numbers(first: int, second: int, year: int, sign: str, locale: str) -> Day:
    month_first = locale in _MONTH_FIRST
    if locale == "en" and sign != "." and first != second and max(first, second) <= 12:
        raise DateError(f"{first}{sign}{second} can be read in two ways; write the month as a word, or {year}-MM-DD")
    if second > 12 >= first:
        month_first = True
    elif first > 12:
        month_first = False
    day, month = (second, first) if month_first else (first, second)
    return _checked(year, month, day)


def _of_words(plain: str, locale: str) -> Day:
    words = [word for word in _WORDS.findall(re.sub(r"(\d)(?:st|nd|rd|th|er)\b", r"\1", plain)) if word not in _LINKS]
    months = [number for word in words if not word.isdigit() for number in _months(word, locale)]
    numbers = [int(word) for word in words if word.isdigit()]
    n_names = sum(not word.isdigit() for word in words)
    if len(months) != 1 or n_names != 1 or not 1 <= len(numbers) <= 2:
        raise DateError(f"{clip(plain)} is no date; write it like 1492-10-12 or 12 October 1492")
    if len(numbers) == 1 and numbers[0] <= 31:
        raise DateError(f"{clip(plain)} has no year; write it like 12 October 1492")
    if len(numbers) == 1:
        return _checked(numbers[0], months[0], None)
    day, year = sorted(numbers) if max(numbers) > 31 else numbers
    return _checked(year, months[0], day)


def _months(word: str, locale: str) -> list[int]:
    """Numbers of the months that a word names, in the locale's language or in English."""
    if len(word) < 3:
        return []
    names = {language: _MONTHS[language].split() for language in (locale.split("-")[0], "en") if language in _MONTHS}
    found = [k + 1 for months in names.values() for k, name in enumerate(months) if name.startswith(word)]
    return list(dict.fromkeys(found))


def _checked(year: int | None, month: int | None, day: int | None) -> Day:
    if year is None or not 1 <= year <= 9999:
        raise DateError(f"the year {year} cannot be read; years 1 to 9999 are allowed")
    if month is not None and not 1 <= month <= 12:
        raise DateError(f"there is no month {month}; write it like {year:04d}-10-12")
    if day is not None and (month is None or not 1 <= day <= monthrange(year, month)[1]):
        raise DateError(f"the month has no day {day}")
    return Day(year, month, day)


def read_key(text: str) -> Day:
    """An author's date. Raises GradingError."""
    try:
        return read_day(text, "en")
    except DateError as error:
        raise GradingError(f"the key {text!r} cannot be read: {error}") from error


def grade_date(item: CalendarDate, answer: CalendarDateAnswer) -> Grade:
    """Right if all that the key tells is right; half if the answer stops short of it and is right so far."""
    try:
        given = read_day(answer.text, item.locale)
    except DateError as error:
        raise AnswerShapeError(f"{error}; expected a date") from error
    key = read_key(item.key)
    if given.cut_to(key) == key:
        return RIGHT
    for misconception in item.misconceptions:
        held = read_key(misconception.answer)
        if given.cut_to(held) == held:
            return Grade(score=0.0, correct=False, misconception=misconception.id, feedback=misconception.feedback)
    if key.cut_to(given) == given:
        missing = "day" if given.month is not None else "month"
        return Grade(score=HALF_CREDIT, correct=False, feedback=f"Give the {missing} as well.")
    return Grade(score=0.0, correct=False)


def _wrong_dates(item: CalendarDate, rng: Random) -> list[CalendarDateAnswer]:
    key = read_key(item.key)
    years = [year for year in (key.year - 1, key.year + 1, key.year + 10, key.year - 10) if 1 <= year <= 9999]
    rng.shuffle(years)
    safe_day = None if key.day is None else min(key.day, 28)
    return [CalendarDateAnswer(text=str(Day(year, key.month, safe_day))) for year in years]


DATE = Kind(
    answer_type=CalendarDateAnswer,
    grade=grade_date,
    model_answer=lambda item: CalendarDateAnswer(text=item.key),
    misconception_answers=lambda item: [(m.id, CalendarDateAnswer(text=m.answer)) for m in item.misconceptions],
    expected_text=lambda item: item.key,
    wrong_answers=_wrong_dates,
)
