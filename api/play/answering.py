"""Answers as a page would send them: right from an item's key, wrong from its misconceptions and distractors."""

from __future__ import annotations

from typing import Any

import msgspec

from content.grading import as_presented, distractors, model_answer
from content.items import Item


def answer_to(item: Item, *, right: bool, seed: int) -> dict[str, Any]:
    """A right or a wrong answer, ready for JSON, options named as presented. `seed` chooses among the wrong ones.

    Raises:
        GradingError: a wrong answer is wanted where every answer is right.
    """
    answer = model_answer(item) if right else distractors(item, seed)
    wire: dict[str, Any] = msgspec.to_builtins(as_presented(item, answer))
    return wire
