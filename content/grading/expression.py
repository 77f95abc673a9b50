"""Grading of algebraic expressions where order alone differs; whatever needs algebra is for the worker."""

from __future__ import annotations

from functools import lru_cache
from random import Random

from content.answers import ExpressionAnswer
from content.grading.algebra.forms import canonical
from content.grading.algebra.size import check_size
from content.grading.algebra.syntax import ExpressionError, Node, read_expression
from content.grading.grades import PENDING, RIGHT, AnswerShapeError, Grade, GradingError, Kind
from content.items import Expression
from content.text import as_code

HALF_CREDIT = 0.5
FORM_NOTES = {
    "expanded": "The value is right; multiply it out.",
    "factored": "The value is right; write it as a product that cannot be factored further.",
}


def read_given(item: Expression, text: str) -> Node:
    """The tree of a learner's text. Raises AnswerShapeError."""
    try:
        node = read_expression(text, item.variables)
        check_size(node)
    except ExpressionError as error:
        raise AnswerShapeError(f"{error}; expected an expression in {', '.join(item.variables)}") from error
    return node


@lru_cache(maxsize=1024)
def read_key(text: str, variables: tuple[str, ...]) -> Node:
    """The tree of an author's text. Raises GradingError."""
    try:
        node = read_expression(text, variables)
        check_size(node)
    except ExpressionError as error:
        raise GradingError(f"the key {text!r} cannot be read: {error}") from error
    return node


def grade_expression(item: Expression, answer: ExpressionAnswer) -> Grade:
    """Right or a misconception if only order and brackets differ; else pending, since algebra has to tell."""
    given = canonical(read_given(item, answer.text))
    if given == canonical(read_key(item.key, item.variables)):
        return RIGHT
    for misconception in item.misconceptions:
        if given == canonical(read_key(misconception.answer, item.variables)):
            return Grade(score=0.0, correct=False, misconception=misconception.id, feedback=misconception.feedback)
    return PENDING


def settle_expression(item: Expression, verdicts: tuple[str, ...], in_form: bool) -> Grade:
    """The grade that follows from comparisons with the key and then with each misconception.

    Args:
        item: what was asked.
        verdicts: "equal", "different" or "undecided", the key's first.
        in_form: whether the answer has the form asked for.
    """
    if verdicts[0] == "equal":
        return RIGHT if in_form else Grade(score=HALF_CREDIT, correct=False, feedback=FORM_NOTES[item.form])
    for verdict, misconception in zip(verdicts[1:], item.misconceptions, strict=True):
        if verdict == "equal":
            return Grade(score=0.0, correct=False, misconception=misconception.id, feedback=misconception.feedback)
    return Grade(score=0.0, correct=False) if verdicts[0] == "different" else PENDING


def _wrong_expressions(item: Expression, rng: Random) -> list[ExpressionAnswer]:
    slips = [f"-({item.key})", f"({item.key})+1", f"2*({item.key})+3"]
    rng.shuffle(slips)
    return [ExpressionAnswer(text=text) for text in (*slips, "1234567")]


EXPRESSION = Kind(
    answer_type=ExpressionAnswer,
    grade=grade_expression,
    model_answer=lambda item: ExpressionAnswer(text=item.key),
    misconception_answers=lambda item: [(m.id, ExpressionAnswer(text=m.answer)) for m in item.misconceptions],
    expected_text=lambda item: as_code(item.key),
    wrong_answers=_wrong_expressions,
)
