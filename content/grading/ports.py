"""Who judges what comparing with the key cannot: a worker, within bounded time, or else a person.

A model is never the only judge of anything high-stakes: an item with stakes "high", an essay, and every answer that the
model is not sure of stay pending until a person has looked; what the model says goes with them as advice.
"""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

from content.answers import Answer
from content.grading.grades import PENDING, Grade
from content.items import Item

Label = Literal["correct", "contradictory", "incorrect", ""]


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What a judge says of an answer.

    Attributes:
        grade: what follows from it; pending where a person has to judge.
        label: what the answer is, "" if the judge cannot tell or has no such word.
        score: share of the points that the judge would give, 0 to 1.
        confidence: calibrated chance that the label is what a person would say, 0 to 1.
        judged_by: name and version of the judge, "" for none.
    """

    grade: Grade
    label: Label = ""
    score: float = 0.0
    confidence: float = 0.0
    judged_by: str = ""

    @property
    def advisory(self) -> bool:
        """Whether it only advises a person, who decides."""
        return self.grade.pending


UNDECIDED = Judgement(grade=PENDING)


class FreeTextGrader(Protocol):
    """A judge of answers whose grade by the key is pending."""

    async def judge(self, item: Item, answer: Answer) -> Judgement:
        """Judge within bounded time; UNDECIDED where it cannot, for whatever reason. Raises nothing of its own."""
        ...

    async def close(self) -> None:
        """Give up what it holds. Using it afterwards starts it anew."""
        ...
