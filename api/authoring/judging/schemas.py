"""Answers that wait for a person, on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

from api.authoring.judging.waiting import State
from api.authoring.rubrics.schemas import EssayAdvice
from api.wire import Identifier, Instant, Wire
from content.answers import Answer


class WaitingView(Wire, frozen=True, kw_only=True):
    """An answer that a person judges, without who gave it.

    Attributes:
        item_version: hash of the item that was shown.
        prompt, expected: the exercise and its right answer as they were shown, in inline markup.
        advised_by: the model that judged it without being sure enough, "" for none; `confidence` how sure it was.
        advice: what the model of an essay's rubric says, trait by trait, once there is one and it has read the essay;
            null before that, and where it was made for another rubric. A reviewer decides.
        score: what it was given, null while it waits.
    """

    id: Identifier
    state: State
    item: str
    item_version: str
    prompt: str
    expected: str
    answer: Answer
    at: Instant
    locale: str
    advised_by: str
    confidence: float
    advice: EssayAdvice | None
    score: float | None
    reason: str


class WaitingPage(Wire, frozen=True, kw_only=True):
    """Answers, the oldest first. `nextCursor` asks for the following ones; null at the end."""

    items: tuple[WaitingView, ...]
    next_cursor: str | None


class AnswerJudgement(Wire, frozen=True, kw_only=True):
    """What a person gives an answer: 0 is wrong, 1 right, and what lies between is right in part."""

    score: Annotated[float, msgspec.Meta(ge=0, le=1, examples=[0.5])]
    reason: Annotated[str, msgspec.Meta(max_length=2000, examples=["One of the two reasons is there."])] = ""
