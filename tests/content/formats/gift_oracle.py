"""GIFT questions in the JSON of the public GIFT parser, whose output lies beside the shared samples."""

from __future__ import annotations

from typing import Any

from content.formats.gift.parse import GiftQuestion, Text, parse_block, split


def as_oracle(text: str) -> list[dict[str, Any]]:
    """What the public parser would say of a file."""
    return [_question(parse_block(*block)) for block in split(text)]


def _question(question: GiftQuestion) -> dict[str, Any]:
    if question.kind == "Category":
        return {"type": "Category", "title": question.title}
    out: dict[str, Any] = {
        "id": question.ident or None,
        "tags": question.tags or None,
        "type": question.kind,
        "title": question.title or None,
        "stem": _text(question.stem),
        "hasEmbeddedAnswers": question.embedded,
    }
    if question.kind == "Description":
        return out
    out["globalFeedback"] = _text(question.general)
    if question.kind == "TF":
        out["isTrue"] = question.truth
        out["trueFeedback"], out["falseFeedback"] = (_text(told) for told in question.feedback)
    elif question.kind == "Matching":
        out["matchPairs"] = [{"subquestion": _text(a.text), "subanswer": a.match} for a in question.answers]
    elif question.kind == "Numerical":
        out["choices"] = _numbers(question)
    elif question.kind != "Essay":
        out["choices"] = [
            {"isCorrect": a.right, "weight": a.weight, "text": _text(a.text), "feedback": _text(a.feedback)}
            for a in question.answers
        ]
    return out


def _numbers(question: GiftQuestion) -> Any:
    first = question.answers[0]
    if len(question.answers) == 1 and first.weight is None and first.feedback is None:
        return _span(first)
    return [
        {"isCorrect": a.right, "weight": a.weight, "text": _span(a), "feedback": _text(a.feedback)}
        for a in question.answers
    ]


def _span(answer: Any) -> dict[str, Any]:
    span = answer.span
    if span.low:
        return {"type": "high-low", "numberHigh": float(span.high), "numberLow": float(span.low)}
    if span.margin:
        return {"type": "range", "number": float(span.number), "range": float(span.margin)}
    return {"type": "simple", "number": float(span.number)}


def _text(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"format": text.format, "text": text.text}
