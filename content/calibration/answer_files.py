"""Answers as people keep them: CSV or JSON lines with one answer each, or a table with a column for each item."""

from __future__ import annotations

import csv
import json
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from content.calibration.responses import UNKNOWN, CalibrationError, Labels, Repeats, Responses, kept_rows

Layout = Literal["csv", "jsonl", "wide"]

WORDS: Mapping[str, float] = {
    **dict.fromkeys(("true", "yes", "y", "right", "correct"), 1.0),
    **dict.fromkeys(("false", "no", "n", "wrong", "incorrect"), 0.0),
}
MISSING = frozenset(("", "na", "nan", "null", "none"))


@dataclass(frozen=True)
class Form:
    """How answers are written down.

    Attributes:
        layout: "csv" and "jsonl" have an answer a line; "wide" is a CSV with a learner a line and an item a column.
        learner, item, score: names of the columns that must be there. (For "wide", `learner` may be absent.)
        choice, seconds: names of columns that may be there.
        facets: names of columns with words by which groups are compared, as far as they are there.
        right_from: score from which an answer is right.
        repeats: what becomes of a second answer of a learner to an item.
    """

    layout: Layout = "csv"
    learner: str = "learner"
    item: str = "item"
    score: str = "score"
    choice: str = "choice"
    seconds: str = "seconds"
    facets: tuple[str, ...] = ("locale", "device", "group")
    right_from: float = 1.0
    repeats: Repeats = "first"


@dataclass
class _Words:
    """A column of words while it is read: 4 bytes a row."""

    index: dict[str, int] = field(default_factory=dict)
    codes: array[int] = field(default_factory=lambda: array("i"))

    def add(self, word: str) -> None:
        self.codes.append(self.index.setdefault(word, len(self.index)) if word else UNKNOWN)

    def labels(self) -> Labels:
        return Labels(np.asarray(self.codes, np.int32), tuple(self.index))


def read_answers(lines: Iterable[str], form: Form) -> tuple[Responses, int]:
    """Read answers, and tell how many were left out because the learner had answered the item already.

    Raises:
        CalibrationError: a column is missing, a line cannot be read (named by its number), or there are no answers.
    """
    words = {name: _Words() for name in (form.learner, form.item, form.choice, *form.facets)}
    scores, seconds = array("d"), array("d")
    for number, row in _rows(lines, form):
        for name, column in words.items():
            column.add(row.get(name, ""))
        for name in (form.learner, form.item):
            if not row.get(name):
                raise CalibrationError(f"line {number}: there is no {name!r}; the line has {_shown(row)}")
        scores.append(_score(row.get(form.score, ""), number, form.score))
        seconds.append(_seconds(row.get(form.seconds, ""), number, form.seconds))
    if not scores:
        raise CalibrationError("there are no answers; give a line with learner, item and score for each")
    return _table(words, np.asarray(scores), np.asarray(seconds), form)


def _table(words: Mapping[str, _Words], scores: np.ndarray, seconds: np.ndarray, form: Form) -> tuple[Responses, int]:
    learner, item, choice = (words[name].labels() for name in (form.learner, form.item, form.choice))
    rows = np.arange(len(scores))
    if form.repeats in ("first", "last"):
        rows = kept_rows(learner.code, item.code, len(item.names), form.repeats)
    facets = {name: words[name].labels().at(rows) for name in form.facets if words[name].index}
    responses = Responses(
        learner.code[rows],
        item.code[rows],
        scores[rows],
        learner.names,
        item.names,
        choice.at(rows) if choice.names else None,
        seconds[rows] if np.isfinite(seconds).any() else None,
        facets,
    )
    return responses.scored_right_from(form.right_from), len(scores) - len(rows)


def _rows(lines: Iterable[str], form: Form) -> Iterator[tuple[int, dict[str, str]]]:
    """Line numbers, from 1, and answers."""
    if form.layout == "jsonl":
        yield from _json_rows(lines)
        return
    reader = csv.DictReader(lines)
    try:
        yield from _wide_rows(reader, form) if form.layout == "wide" else _csv_rows(reader, form)
    except csv.Error as error:
        raise CalibrationError(f"line {reader.line_num} is no CSV: {error}") from error


def _csv_rows(reader: csv.DictReader[str], form: Form) -> Iterator[tuple[int, dict[str, str]]]:
    names = reader.fieldnames or []
    missing = [name for name in (form.learner, form.item, form.score) if name not in names]
    if missing:
        raise CalibrationError(f"there is no column {missing[0]!r}; the file has {list(names)}")
    for row in reader:
        yield reader.line_num, {name: value or "" for name, value in row.items() if isinstance(name, str)}


def _wide_rows(reader: csv.DictReader[str], form: Form) -> Iterator[tuple[int, dict[str, str]]]:
    items = [name for name in reader.fieldnames or [] if name != form.learner]
    for row in reader:
        learner = row.get(form.learner) or f"line-{reader.line_num}"
        for item in items:
            if (row[item] or "").strip().lower() not in MISSING:
                yield reader.line_num, {form.learner: learner, form.item: item, form.score: row[item]}


def _json_rows(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise CalibrationError(f"line {number} is not JSON: {error}; give one object a line") from error
        if not isinstance(row, dict):
            raise CalibrationError(f"line {number} is no JSON object: {line.strip()[:60]}")
        yield number, {name: "" if value is None else str(value) for name, value in row.items()}


def _score(word: str, number: int, name: str) -> float:
    known = WORDS.get(word.strip().lower())
    if known is not None:
        return known
    try:
        score = float(word)
    except ValueError:
        score = float("nan")
    if not 0.0 <= score <= 1.0:
        raise CalibrationError(f"line {number}: {name} {word!r} is neither a number from 0 to 1 nor yes or no")
    return score


def _seconds(word: str, number: int, name: str) -> float:
    if word.strip().lower() in MISSING:
        return float("nan")
    try:
        seconds = float(word)
    except ValueError as error:
        raise CalibrationError(f"line {number}: {name} {word!r} is no number; leave empty what is unknown") from error
    if not 0.0 <= seconds < float("inf"):
        raise CalibrationError(f"line {number}: {name} {word!r} is no time; leave empty what is unknown")
    return seconds


def _shown(row: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in list(row.items())[:6])
