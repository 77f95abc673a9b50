"""Answers as a page would send them: right from an item's key, wrong from its misconceptions and distractors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from content.answers import (
    Answer,
    ClozeAnswer,
    MatchingAnswer,
    MultipleChoiceAnswer,
    MultipleResponseAnswer,
    OrderingAnswer,
)
from content.grading import distractors, model_answer
from content.items import Item
from content.option_ids import public_id


def answer_to(item: Item, *, right: bool, seed: int) -> dict[str, Any]:
    """A right or a wrong answer, ready for JSON, options named as presented. `seed` chooses among the wrong ones.

    Raises:
        GradingError: a wrong answer is wanted where every answer is right.
    """
    answer = model_answer(item) if right else distractors(item, seed)
    wire: dict[str, Any] = msgspec.to_builtins(as_presented(item, answer))
    return wire


def as_presented(item: Item, answer: Answer) -> Answer:
    """The answer with the public ids of options and gaps in place of the author's."""

    def shown(side: str = "") -> Callable[[str], str]:
        return lambda name: public_id(item.id, name, side)

    match answer:
        case MultipleChoiceAnswer():
            return MultipleChoiceAnswer(choice=shown()(answer.choice))
        case MultipleResponseAnswer():
            return MultipleResponseAnswer(choices=tuple(map(shown(), answer.choices)))
        case OrderingAnswer():
            return OrderingAnswer(order=tuple(map(shown(), answer.order)))
        case ClozeAnswer():
            return ClozeAnswer(gaps={shown("gap")(gap): text for gap, text in answer.gaps.items()})
        case MatchingAnswer():
            left, right = shown("left"), shown("right")
            return MatchingAnswer(pairs={left(a): right(b) for a, b in answer.pairs.items()})
        case _:
            return answer
