"""An item that takes one more answer as right; pure functions."""

from __future__ import annotations

import msgspec

from content.answers import Answer, ClozeAnswer, ShortTextAnswer
from content.grading import AnswerShapeError, grade
from content.items import Cloze, Gap, Item, ShortText
from content.option_ids import public_id


class NoVariantError(ValueError):
    """The answer cannot become a variant of the item's; the text says why, and what to do instead."""


def with_variant(item: Item, answer: Answer) -> Item:
    """The item that grades the answer as right, with nothing else changed.

    Raises:
        NoVariantError: its kind takes no variants, the answer is right already, or adding it changes nothing.
    """
    if _is_right(item, answer):
        raise NoVariantError("the answer is right already; nothing is to be added")
    if isinstance(item, ShortText) and isinstance(answer, ShortTextAnswer):
        changed: Item = _typed(item, answer.text)
    elif isinstance(item, Cloze) and isinstance(answer, ClozeAnswer):
        gaps = tuple(_gap(item, gap, answer) for gap in item.gaps)
        changed = msgspec.structs.replace(item, gaps=gaps, misconceptions=())
        if _is_right(changed, answer):
            changed = msgspec.structs.replace(changed, misconceptions=item.misconceptions)
    else:
        raise NoVariantError("only typed answers take variants; change the key in the draft, and publish that")
    if not _is_right(changed, answer):
        raise NoVariantError("a misconception stands against it; change that in the draft, and publish the draft")
    return changed


def _is_right(item: Item, answer: Answer) -> bool:
    try:
        return grade(item, answer).correct
    except AnswerShapeError as error:
        raise NoVariantError(f"the answer does not fit the item as it is now: {error}") from error


def _typed(item: ShortText, text: str) -> ShortText:
    """Misconceptions that the text would be taken for go, for they said that it is wrong."""
    accepted = msgspec.structs.replace(item, accepted=(*item.accepted, text.strip()))
    answer = ShortTextAnswer(text=text)
    if grade(accepted, answer).correct:
        return accepted
    kept = tuple(
        one
        for one in item.misconceptions
        if not grade(msgspec.structs.replace(item, misconceptions=(one,)), answer).misconception
    )
    return msgspec.structs.replace(accepted, misconceptions=kept)


def _gap(item: Cloze, gap: Gap, answer: ClozeAnswer) -> Gap:
    given = answer.gaps.get(gap.id, answer.gaps.get(public_id(item.id, gap.id, "gap"), "")).strip()
    if not given or given in gap.accepted or gap.options:
        return gap
    return msgspec.structs.replace(gap, accepted=(*gap.accepted, given))
