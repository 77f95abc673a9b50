"""Grading of open responses and essays as far as it needs neither a model nor a person, which is not far."""

from __future__ import annotations

from random import Random

from content.answers import EssayAnswer, OpenResponseAnswer
from content.grading.grades import PENDING, RIGHT, AnswerShapeError, Grade, Kind
from content.grading.text import plain_form, wrong_texts
from content.items import Essay, OpenResponse, TextPolicy
from content.text import escape

MAX_RESPONSE_CHARACTERS = 2_000
MAX_ESSAY_CHARACTERS = 30_000
_POLICY = TextPolicy(language="en", accents="ignored", typos="none")


def grade_open_response(item: OpenResponse, answer: OpenResponseAnswer) -> Grade:
    """Right or a misconception if the text is a known one, capitals and punctuation aside; else pending.

    Raises:
        AnswerShapeError: nothing was typed, or more than 2,000 characters.
    """
    _check(answer.text, MAX_RESPONSE_CHARACTERS)
    given = plain_form(answer.text, _POLICY)
    if item.stakes == "high":
        return PENDING
    if any(given == plain_form(reference, _POLICY) for reference in item.references):
        return RIGHT
    for misconception in item.misconceptions:
        if given == plain_form(misconception.answer, _POLICY):
            return Grade(score=0.0, correct=False, misconception=misconception.id, feedback=misconception.feedback)
    return PENDING


def grade_essay(item: Essay, answer: EssayAnswer) -> Grade:
    """Always pending. Raises AnswerShapeError: nothing typed, too few or too many words, or over 30,000 characters."""
    _check(answer.text, MAX_ESSAY_CHARACTERS)
    n_words = len(answer.text.split())
    most = f" and at most {item.most_words}" if item.most_words is not None else ""
    if n_words < item.least_words or (item.most_words is not None and n_words > item.most_words):
        raise AnswerShapeError(f"the essay has {n_words} words; expected at least {item.least_words}{most}")
    return PENDING


def _check(text: str, most: int) -> None:
    if not text.strip():
        raise AnswerShapeError("the text is empty; expected a sentence or more")
    if len(text) > most:
        raise AnswerShapeError(f"a text of {len(text)} characters is too long; expected at most {most}")


def _model_essay(item: Essay) -> EssayAnswer:
    """There is no right essay; a text of the length asked for stands in where one is needed to try an item."""
    return EssayAnswer(text=" ".join(["word"] * max(1, item.least_words)))


def _rubric(item: Essay) -> str:
    return " ".join(f"{escape(trait.title)}: {escape(trait.levels[-1])}" for trait in item.traits)


OPEN_RESPONSE = Kind(
    answer_type=OpenResponseAnswer,
    grade=grade_open_response,
    model_answer=lambda item: OpenResponseAnswer(text=item.references[0]),
    misconception_answers=lambda item: [(m.id, OpenResponseAnswer(text=m.answer)) for m in item.misconceptions],
    expected_text=lambda item: escape(item.references[0]),
    wrong_answers=lambda item, rng: [OpenResponseAnswer(text=text) for text in wrong_texts(item.references[0], rng)],
)


def _unjudged_essays(item: Essay, rng: Random) -> list[EssayAnswer]:
    return [EssayAnswer(text=" ".join([rng.choice(("word", "text"))] * max(1, item.least_words)))]


ESSAY = Kind(
    answer_type=EssayAnswer,
    grade=grade_essay,
    model_answer=_model_essay,
    misconception_answers=lambda item: [],  # noqa: ARG005 - a kind's signature
    expected_text=_rubric,
    wrong_answers=_unjudged_essays,
)
