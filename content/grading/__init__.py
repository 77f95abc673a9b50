"""Grading: pure functions from an item and an answer to a grade, one module for each concept."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from types import MappingProxyType

from content.answers import Answer
from content.grading.arrangement import MATCHING, ORDERING
from content.grading.choice import CHOICE, RESPONSE, TRUTH
from content.grading.cloze import CLOZE
from content.grading.dates import DATE
from content.grading.expression import EXPRESSION
from content.grading.grades import AnswerShapeError, Grade, GradingError, Kind, PartGrade
from content.grading.listing import LISTING
from content.grading.numeric import NUMERIC
from content.grading.open_text import ESSAY, OPEN_RESPONSE
from content.grading.presented import as_presented, check_presented
from content.grading.text import SHORT_TEXT
from content.grading.translate import TRANSLATE
from content.items import (
    CalendarDate,
    Cloze,
    Essay,
    Expression,
    Item,
    ItemBase,
    Listing,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    OpenResponse,
    Ordering,
    ShortText,
    Translate,
    TrueFalse,
)

__all__ = [
    "AnswerShapeError",
    "Grade",
    "GradingError",
    "PartGrade",
    "as_presented",
    "check_presented",
    "distractors",
    "expected_text",
    "grade",
    "misconception_answers",
    "model_answer",
]

_KINDS: Mapping[type[ItemBase], Kind] = MappingProxyType(
    {
        MultipleChoice: CHOICE,
        MultipleResponse: RESPONSE,
        TrueFalse: TRUTH,
        Numeric: NUMERIC,
        ShortText: SHORT_TEXT,
        Cloze: CLOZE,
        Ordering: ORDERING,
        Matching: MATCHING,
        Expression: EXPRESSION,
        CalendarDate: DATE,
        Listing: LISTING,
        Translate: TRANSLATE,
        OpenResponse: OPEN_RESPONSE,
        Essay: ESSAY,
    }
)


def grade(item: Item, answer: Answer) -> Grade:
    """Grade an answer. Options and gaps may be named by the author's ids or by those `present` sends.

    Where algebra, a model or a person has to judge, the grade is `pending`; see `content.grading.ports`.

    Raises:
        AnswerShapeError: the answer is of another kind, or names what the item does not have.
        GradingError: the item's own key cannot be read.
    """
    kind = _KINDS[type(item)]
    if type(answer) is not kind.answer_type:
        given, expected = (of.__struct_config__.tag for of in (type(answer), kind.answer_type))
        raise AnswerShapeError(f"an answer of kind {given!r} was given; expected one of kind {expected!r}")
    return kind.grade(item, answer)


def model_answer(item: Item) -> Answer:
    """The key as an answer, graded as right, or pending where no answer is right by itself."""
    answer: Answer = _KINDS[type(item)].model_answer(item)
    return answer


def misconception_answers(item: Item) -> list[tuple[str, Answer]]:
    """For each misconception its id and an answer that shows it, otherwise right."""
    return _KINDS[type(item)].misconception_answers(item)


def expected_text(item: Item) -> str:
    """What to show as the right answer after grading, in inline markup."""
    return _KINDS[type(item)].expected_text(item)


def distractors(item: Item, seed: int) -> Answer:
    """A plausible wrong answer: one of the item's misconceptions, or a slip; equal seeds give equal answers.

    Raises:
        GradingError: every answer to the item is right.
    """
    kind, rng = _KINDS[type(item)], Random(seed)
    named = [answer for _, answer in kind.misconception_answers(item)]
    rng.shuffle(named)
    for answer in [*named, *kind.wrong_answers(item, rng)]:
        try:
            if not kind.grade(item, answer).correct:
                wrong: Answer = answer
                return wrong
        except AnswerShapeError:
            continue
    raise GradingError(f"item {item.id!r} has no wrong answer")
