"""Moodle's embedded answers (cloze): ``{1:SHORTANSWER:=Berlin#Yes~%50%Bonn}`` within a text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from content.formats.collector import QuestionError
from content.formats.kinds import strict_policy
from content.items import Gap
from content.text import plain_text

_KINDS = {
    **dict.fromkeys(("SHORTANSWER", "SA", "MW"), "text"),
    **dict.fromkeys(("SHORTANSWER_C", "SAC", "MWC"), "case"),
    **dict.fromkeys(("NUMERICAL", "NM"), "number"),
    **dict.fromkeys(
        ("MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH", "MULTICHOICE_S", "MCS",
         "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"), "choice"
    ),
    **dict.fromkeys(
        ("MULTIRESPONSE", "MR", "MRV", "MRH", "MRS", "MULTIRESPONSE_H", "MULTIRESPONSE_S", "MRHS"), "several"
    ),
}  # fmt: skip
START = re.compile(r"(?<!\\)\{(\d*):([A-Z_]+):")
_PIECE = re.compile(r"\\.|[~}]", re.DOTALL)
_HASH = re.compile(r"\\.|#", re.DOTALL)
_WEIGHT = re.compile(r"%(-?\d+(?:\.\d+)?)%")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass
class Part:
    """One embedded question: its kind and its answers as (share of 100, text, feedback)."""

    kind: str
    answers: list[tuple[float, str, str]] = field(default_factory=list)


def split(text: str) -> tuple[list[str], list[Part]]:
    """The text around the parts, one more than these, and the parts.

    Raises:
        QuestionError: a part never ends, or is of an unknown kind.
    """
    around, parts, start = [], [], 0
    for match in START.finditer(text):
        if match.start() < start:
            continue
        kind = _KINDS.get(match[2])
        if kind is None:
            raise QuestionError(f"the kind of gap {match[2]!r} is not known")
        pieces, end = _pieces(text, match.end())
        around.append(text[start : match.start()])
        parts.append(Part(kind, [_answer(piece) for piece in pieces if piece.strip()]))
        start = end
    return [*around, text[start:]], parts


def _pieces(text: str, start: int) -> tuple[list[str], int]:
    pieces, begin = [], start
    for match in _PIECE.finditer(text, start):
        if match[0] in "~}":
            pieces.append(text[begin : match.start()])
            begin = match.end()
            if match[0] == "}":
                return pieces, begin
    raise QuestionError("a gap in its text begins with { and never ends with }")


def _answer(piece: str) -> tuple[float, str, str]:
    share, piece = 0.0, piece.strip()
    weight = _WEIGHT.match(piece)
    if weight:
        share, piece = float(weight[1]), piece[weight.end() :]
    elif piece.startswith("="):
        share, piece = 100.0, piece[1:]
    marks = [match.start() for match in _HASH.finditer(piece) if match[0] == "#"]
    feedback = piece[marks[0] + 1 :] if marks else ""
    return share, _unescape(piece[: marks[0]] if marks else piece), _unescape(feedback)


def _unescape(text: str) -> str:
    return _ESCAPE.sub(r"\1", text).strip()


def gap_of(part: Part, gap_id: str, locale: str, shown: list[str]) -> Gap:
    """The gap of a part; `shown` holds its answers' texts in markup.

    Raises:
        QuestionError: nothing is right in it.
    """
    texts = [plain_text(text).strip() for text in shown]
    best = max((share for share, _, _ in part.answers), default=0.0)
    right = tuple(
        dict.fromkeys(
            _number(text) if part.kind == "number" else text
            for (share, _, _), text in zip(part.answers, texts, strict=True)
            if share == best and text and text != "*"
        )
    )
    if best <= 0 or not right:
        raise QuestionError("a gap in its text has no right answer")
    if part.kind == "choice" and len(set(texts)) >= 2 and all(texts):
        options = tuple(dict.fromkeys(texts))
        return Gap(id=gap_id, accepted=right, options=options, policy=strict_policy(locale, case_sensitive=True))
    return Gap(id=gap_id, accepted=right, policy=strict_policy(locale, part.kind == "case"))


def _number(text: str) -> str:
    return text.split(":")[0].strip()
