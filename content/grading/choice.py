"""Grading of multiple choice, multiple response and true/false."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from content.answers import MultipleChoiceAnswer, MultipleResponseAnswer, TrueFalseAnswer
from content.grading.grades import RIGHT, AnswerShapeError, Grade, Kind, PartGrade, clip, listed
from content.items import MultipleChoice, MultipleResponse, Option, TrueFalse
from content.option_ids import own_ids, public_id, public_ids

_TRUTH = {"en": ("True", "False"), "es": ("Verdadero", "Falso"), "de": ("Wahr", "Falsch"), "fr": ("Vrai", "Faux")}


def _own_id(item_id: str, options: Sequence[Option], given: str) -> str:
    """The author's id of the option that was named by its own or its public id."""
    for option in options:
        if option.id == given:
            return given
    for option in options:
        if public_id(item_id, option.id) == given:
            return option.id
    allowed = listed(public_ids(item_id, [option.id for option in options]))
    raise AnswerShapeError(f"no option has the id {clip(given)}; expected one of {allowed}")


def grade_choice(item: MultipleChoice, answer: MultipleChoiceAnswer) -> Grade:
    """1 for the key, 0 for any other option."""
    choice = _own_id(item.id, item.options, answer.choice)
    if choice == item.key:
        return RIGHT
    for misconception in item.misconceptions:
        if misconception.answer == choice:
            return Grade(score=0.0, correct=False, misconception=misconception.id, feedback=misconception.feedback)
    return Grade(score=0.0, correct=False)


def grade_response(item: MultipleResponse, answer: MultipleResponseAnswer) -> Grade:
    """Share of right options chosen minus share of wrong options chosen, never below 0.

    score = max(0, hits / n_right - false / n_wrong). Choosing everything, or nothing, or at random earns 0 on
    average (Youden's J, "Index for rating diagnostic tests", 1950). Where every option is right it is hits / n_right.
    """
    own = own_ids(item.id, [option.id for option in item.options])
    chosen = _distinct_own_ids(item.id, answer.choices, own)
    key = frozenset(item.key)
    parts = tuple(
        PartGrade(id=option.id, score=float((option.id in chosen) == (option.id in key))) for option in item.options
    )
    if chosen == key:
        return Grade(score=1.0, correct=True, parts=parts)
    n_wrong = len(item.options) - len(key)
    false_share = len(chosen - key) / n_wrong if n_wrong else 0.0
    score = max(0.0, len(chosen & key) / len(key) - false_share)
    for misconception in item.misconceptions:
        if frozenset(misconception.answer) == chosen:
            return Grade(
                score=score,
                correct=False,
                misconception=misconception.id,
                feedback=misconception.feedback,
                parts=parts,
            )
    return Grade(score=score, correct=False, parts=parts)


def _distinct_own_ids(item_id: str, given: Sequence[str], own: Mapping[str, str]) -> frozenset[str]:
    unknown = [name for name in given if name not in own]
    if unknown:
        allowed = listed(public_ids(item_id, dict.fromkeys(own.values())))
        raise AnswerShapeError(f"no option has the id {clip(unknown[0])}; expected ids out of {allowed}")
    chosen = [own[name] for name in given]
    if len(set(chosen)) < len(chosen):
        repeated = next(name for name in given if chosen.count(own[name]) > 1)
        raise AnswerShapeError(f"option {clip(repeated)} is chosen twice; expected each option at most once")
    return frozenset(chosen)


def grade_truth(item: TrueFalse, answer: TrueFalseAnswer) -> Grade:
    """1 for the right truth value, else 0."""
    if answer.value == item.key:
        return RIGHT
    for misconception in item.misconceptions:
        if misconception.answer == answer.value:
            return Grade(score=0.0, correct=False, misconception=misconception.id, feedback=misconception.feedback)
    return Grade(score=0.0, correct=False)


def _text_of(options: Sequence[Option], option_id: str) -> str:
    return next((option.text for option in options if option.id == option_id), option_id)


def _wrong_choices(item: MultipleChoice, rng: Random) -> list[MultipleChoiceAnswer]:
    wrong = [option.id for option in item.options if option.id != item.key]
    rng.shuffle(wrong)
    return [MultipleChoiceAnswer(choice=choice) for choice in wrong]


def _wrong_responses(item: MultipleResponse, rng: Random) -> list[MultipleResponseAnswer]:
    """One option too many or too few."""
    ids = [option.id for option in item.options]
    turned = rng.sample(ids, len(ids))
    return [
        MultipleResponseAnswer(choices=tuple(name for name in ids if (name in item.key) != (name == one)))
        for one in turned
    ]


CHOICE = Kind(
    answer_type=MultipleChoiceAnswer,
    grade=grade_choice,
    model_answer=lambda item: MultipleChoiceAnswer(choice=item.key),
    misconception_answers=lambda item: [(m.id, MultipleChoiceAnswer(choice=m.answer)) for m in item.misconceptions],
    expected_text=lambda item: _text_of(item.options, item.key),
    wrong_answers=_wrong_choices,
)
RESPONSE = Kind(
    answer_type=MultipleResponseAnswer,
    grade=grade_response,
    model_answer=lambda item: MultipleResponseAnswer(choices=item.key),
    misconception_answers=lambda item: [(m.id, MultipleResponseAnswer(choices=m.answer)) for m in item.misconceptions],
    expected_text=lambda item: "; ".join(option.text for option in item.options if option.id in item.key),
    wrong_answers=_wrong_responses,
)
TRUTH = Kind(
    answer_type=TrueFalseAnswer,
    grade=grade_truth,
    model_answer=lambda item: TrueFalseAnswer(value=item.key),
    misconception_answers=lambda item: [(m.id, TrueFalseAnswer(value=m.answer)) for m in item.misconceptions],
    expected_text=lambda item: _TRUTH.get(item.locale[:2], _TRUTH["en"])[0 if item.key else 1],
    wrong_answers=lambda item, rng: [TrueFalseAnswer(value=not item.key)],  # noqa: ARG005
)
