"""Answers as learners send them: options and gaps named by the ids that `present` shows, never by the author's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import partial

import msgspec

from content.answers import (
    Answer,
    ClozeAnswer,
    MatchingAnswer,
    MultipleChoiceAnswer,
    MultipleResponseAnswer,
    OrderingAnswer,
)
from content.grading.grades import AnswerShapeError, clip, listed
from content.items import Cloze, Gap, Item, Matching, MultipleChoice, MultipleResponse, Option, Ordering
from content.option_ids import public_id, public_ids


class Names(msgspec.Struct, frozen=True):
    """What an answer names: the word for it, the side of `public_id`, the names given, and the author's own."""

    noun: str
    side: str
    given: Collection[str]
    own: list[str]


def check_presented(item: Item, answer: Answer) -> None:
    """Refuse an answer that names an option or a gap by anything but the id that was shown.

    Authors write ids such as ``a, b, c`` in the right order: whoever could answer in them would need no exercise.
    An answer of another kind than the item's names nothing here; `grade` refuses it.

    Raises:
        AnswerShapeError: naming what was given, and the ids that were shown.
    """
    for names in _names(item, answer):
        shown = public_ids(item.id, names.own, names.side)
        for name in names.given:
            if name not in shown:
                raise AnswerShapeError(f"no {names.noun} has the id {clip(name)}; expected ids out of {listed(shown)}")


def as_presented(item: Item, answer: Answer) -> Answer:
    """The answer with the ids that `present` shows in place of the author's."""
    option, gap, left, right = (partial(_shown, item.id, side) for side in ("", "gap", "left", "right"))
    match answer:
        case MultipleChoiceAnswer():
            return MultipleChoiceAnswer(choice=option(answer.choice))
        case MultipleResponseAnswer():
            return MultipleResponseAnswer(choices=tuple(map(option, answer.choices)))
        case OrderingAnswer():
            return OrderingAnswer(order=tuple(map(option, answer.order)))
        case ClozeAnswer():
            return ClozeAnswer(gaps={gap(name): text for name, text in answer.gaps.items()})
        case MatchingAnswer():
            return MatchingAnswer(pairs={left(one): right(other) for one, other in answer.pairs.items()})
        case _:
            return answer


def _names(item: Item, answer: Answer) -> Iterator[Names]:
    match item, answer:
        case MultipleChoice(), MultipleChoiceAnswer():
            yield Names("option", "", (answer.choice,), _ids(item.options))
        case MultipleResponse(), MultipleResponseAnswer():
            yield Names("option", "", answer.choices, _ids(item.options))
        case Ordering(), OrderingAnswer():
            yield Names("option", "", answer.order, _ids(item.options))
        case Cloze(), ClozeAnswer():
            yield Names("gap", "gap", answer.gaps, _ids(item.gaps))
        case Matching(), MatchingAnswer():
            yield Names("left option", "left", answer.pairs, _ids(item.left))
            yield Names("right option", "right", answer.pairs.values(), _ids(item.right))


def _ids(parts: Iterable[Option | Gap]) -> list[str]:
    return [part.id for part in parts]


def _shown(item_id: str, side: str, own: str) -> str:
    return public_id(item_id, own, side)
