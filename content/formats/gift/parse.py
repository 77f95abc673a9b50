"""GIFT to questions as they stand in the file, before anything is made of them.

Source: the GIFT format of Moodle (docs.moodle.org/en/GIFT_format); text formats, comments with ``[id:]`` and
``[tag:]`` and the collapse of blanks are those of the GIFT parser of fuhrmanator (gift-pegjs).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from content.formats.collector import QuestionError

GiftKind = Literal["Category", "Description", "Essay", "TF", "MC", "Short", "Matching", "Numerical"]
PARAGRAPH = re.compile(r"\s*<([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?>.*</\1\s*>\s*", re.DOTALL | re.IGNORECASE)
"""A typed answer that an editor of HTML wrote as an element; no other is read as HTML."""
_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_TITLE = re.compile(r"::((?:[^\\:]|\\.|:(?!:))*)::", re.DOTALL)
_TRUTH = re.compile(r"\s*(TRUE|FALSE|T|F)\s*(?=#|\Z)", re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%\s*([-+]?\d{1,6}(?:[.,]\d{1,10})?)\s*%")
_MARK = re.compile(r"\\.|[~=]", re.DOTALL)
_HASH = re.compile(r"\\.|#", re.DOTALL)
_GENERAL = re.compile(r"\\.|####", re.DOTALL)
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_ARROW = re.compile(r"\\.|->", re.DOTALL)
_COMMENT = re.compile(r"[ \t]*//")
_ID_TAG = re.compile(r"\[id:([^\]\n]*)\]")
_TAG = re.compile(r"\[tag:([^\]\n]*)\]")
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?"
_SIMPLE = re.compile(rf"\s*({_NUMBER})\s*")
_MARGIN = re.compile(rf"\s*({_NUMBER})\s*:\s*({_NUMBER})\s*")
_RANGE = re.compile(r"\s*([-+]?\d+(?:\.\d+)?)\s*\.\.\s*([-+]?\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True)
class Text:
    """A text and its format: moodle, html, plain or markdown."""

    format: str
    text: str


@dataclass(frozen=True)
class Span:
    """A right number: `low` and `high` for a range, else `number` with `margin` (both as written; "" for none)."""

    number: str = ""
    margin: str = ""
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class GiftAnswer:
    """One answer; of a number question with `span`, of a matching one with `match`."""

    right: bool
    text: Text
    weight: float | None = None
    feedback: Text | None = None
    match: str = ""
    span: Span | None = None


@dataclass
class GiftQuestion:
    """One block of a file."""

    kind: GiftKind
    line: int
    title: str = ""
    stem: Text = field(default_factory=lambda: Text("moodle", ""))
    embedded: bool = False
    ident: str = ""
    tags: list[str] = field(default_factory=list)
    general: Text | None = None
    answers: list[GiftAnswer] = field(default_factory=list)
    truth: bool = False
    feedback: tuple[Text | None, Text | None] = (None, None)


def split(text: str) -> Iterator[tuple[int, str, str]]:
    """The blocks of a file as (line, comments, text): parted by blank lines, except within braces that close again."""
    comments: list[str] = []
    block: list[str] = []
    start, depth = 1, 0
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if _COMMENT.match(line):
            comments.append(line)
        elif line.strip().startswith("$CATEGORY:") and depth <= 0:
            if block:
                yield start, "\n".join(comments), "\n".join(block)
            yield number, "", line.strip()
            comments, block, depth = [], [], 0
        elif line.strip() or (depth > 0 and block and _closes(lines, number)):
            if not block:
                start = number
            block.append(line)
            depth += _depth(line)
        elif block:
            yield start, "\n".join(comments), "\n".join(block)
            comments, block, depth = [], [], 0
    if block:
        yield start, "\n".join(comments), "\n".join(block)


def _depth(line: str) -> int:
    marks = [match[0] for match in _BRACE.finditer(line)]
    return marks.count("{") - marks.count("}")


def _closes(lines: list[str], start: int) -> bool:
    """Whether the next brace within the following lines is a closing one."""
    for line in lines[start : start + 50]:
        for match in _BRACE.finditer(line):
            if match[0] in "{}":
                return match[0] == "}"
    return False


def parse_block(line: int, comments: str, block: str) -> GiftQuestion:
    """One block as a question.

    Raises:
        QuestionError: its braces or its numbers cannot be read.
    """
    if block.startswith("$CATEGORY:"):
        return GiftQuestion("Category", line, title=block.removeprefix("$CATEGORY:").strip())
    ident = _ID_TAG.search(comments)
    question = GiftQuestion("Description", line, ident=ident[1].strip() if ident else "")
    question.tags = [tag.strip() for tag in _TAG.findall(comments)]
    block = block.strip()
    title = _TITLE.match(block)
    if title:
        question.title = unescape(title[1]).strip()
        block = block[title.end() :]
    format_, block = _format(block, "moodle")
    opened = _positions(_BRACE, block, "{")
    if not opened:
        question.stem = _text(block, format_)
        return question
    closed = [place for place in _positions(_BRACE, block, "}") if place > opened[0]]
    if not closed:
        raise QuestionError("its answers begin with { and never end with }")
    before, body, after = block[: opened[0]], block[opened[0] + 1 : closed[0]], block[closed[0] + 1 :]
    question.embedded = bool(after.strip())
    stem = f"{before.rstrip()} _____ {after.strip()}" if question.embedded else before
    question.stem = _text(stem, format_)
    _answers(question, body, format_)
    return question


def _positions(pattern: re.Pattern[str], text: str, mark: str) -> list[int]:
    return [match.start() for match in pattern.finditer(text) if match[0] == mark]


def _answers(question: GiftQuestion, body: str, format_: str) -> None:
    general = _positions(_GENERAL, body, "####")
    if general:
        question.general = _optional(body[general[0] + 4 :], format_)
        body = body[: general[0]]
    truth = _TRUTH.match(body)
    if not body.strip():
        question.kind = "Essay"
    elif body.lstrip().startswith("#"):
        question.kind = "Numerical"
        question.answers = _numbers(body.lstrip()[1:], format_)
    elif truth:
        question.kind, question.truth = "TF", truth[1].upper().startswith("T")
        told = [_optional(part, format_) for part in _cut(_HASH, body[truth.end() :], "#")[1:3]]
        question.feedback = told[0] if told else None, told[1] if told[1:] else None
    else:
        parts = _choices(body)
        pairs = all(part[0] == "=" and len(_cut(_ARROW, _without_feedback(part), "->")) == 2 for part in parts)
        question.answers = [(_pair if pairs else _choice)(part, format_) for part in parts]
        wrong = any(not answer.right for answer in question.answers)
        question.kind = "Matching" if pairs else "MC" if wrong else "Short"


def _without_feedback(part: str) -> str:
    return _cut(_HASH, part, "#")[0]


def _choices(body: str) -> list[str]:
    marks = [match.start() for match in _MARK.finditer(body) if match[0] in "~="]
    if not marks:
        return ["=" + body]
    if body[: marks[0]].strip():
        raise QuestionError(f"its answers begin with {body[: marks[0]].strip()[:40]!r} instead of = or ~")
    return [body[start:end] for start, end in zip(marks, [*marks[1:], len(body)], strict=True)]


def _choice(part: str, format_: str) -> GiftAnswer:
    weight, rest = _weight(part[1:])
    text, *feedback = _cut(_HASH, rest, "#")
    told = _optional("#".join(feedback), format_) if feedback else None
    own, text = _format(text, format_)
    return GiftAnswer(part[0] == "=", _text(text, own), weight, told)


def _pair(part: str, format_: str) -> GiftAnswer:
    text, *feedback = _cut(_HASH, part[1:], "#")
    told = _optional("#".join(feedback), format_) if feedback else None
    left, right = _cut(_ARROW, text, "->")
    own, left = _format(left, format_)
    return GiftAnswer(True, _text(left, own), None, told, " ".join(unescape(right).split()))


def _weight(text: str) -> tuple[float | None, str]:
    weight = _WEIGHT.match(text)
    return (float(weight[1].replace(",", ".")), text[weight.end() :]) if weight else (None, text)


def _numbers(body: str, format_: str) -> list[GiftAnswer]:
    marks = [match.start() for match in _MARK.finditer(body) if match[0] in "~="]
    if not marks:
        return [_number("=" + body, format_)]
    return [_number(body[a:b], format_) for a, b in zip(marks, [*marks[1:], len(body)], strict=True)]


def _number(part: str, format_: str) -> GiftAnswer:
    weight, rest = _weight(part[1:])
    text, *feedback = _cut(_HASH, rest, "#")
    told = _optional("#".join(feedback), format_) if feedback else None
    return GiftAnswer(part[0] == "=", Text("", text.strip()), weight, told, span=_span(text))


def _span(text: str) -> Span | None:
    if match := _RANGE.fullmatch(text):
        return Span(low=match[1], high=match[2])
    if match := _MARGIN.fullmatch(text):
        return Span(number=match[1], margin=match[2])
    if match := _SIMPLE.fullmatch(text):
        return Span(number=match[1])
    if text.strip() in ("*", ""):
        return None
    raise QuestionError(f"{text.strip()[:40]!r} is no number, nor a range such as 3..4 or 3:0.1")


def _cut(pattern: re.Pattern[str], text: str, mark: str) -> list[str]:
    parts, start = [], 0
    for place in _positions(pattern, text, mark):
        parts.append(text[start:place])
        start = place + len(mark)
    return [*parts, text[start:]]


def _format(text: str, otherwise: str) -> tuple[str, str]:
    found = _FORMAT.match(text)
    return (found[1].lower(), text[found.end() :]) if found else (otherwise, text)


def _optional(text: str, format_: str) -> Text | None:
    format_, text = _format(text, format_)
    return _text(text, format_) if text.strip() else None


def _text(text: str, format_: str) -> Text:
    text = unescape(text).strip()
    return Text(format_, text if format_ in ("html", "markdown") else " ".join(text.split()))


def unescape(text: str) -> str:
    """The text that the escapes ``\\~ \\= \\# \\{ \\} \\: \\\\ \\n`` stand for; other backslashes are themselves."""
    return _ESCAPED.sub(lambda match: "\n" if match[1] == "n" else match[1], text)
