"""What the worker that judges English texts is asked, and what it replies."""

from __future__ import annotations

from typing import Literal

import msgspec


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """A request: an answer to a question, with answers known to be right."""

    question: str
    references: tuple[str, ...]
    answer: str


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """The reply.

    Attributes:
        label: the likeliest of correct, contradictory, incorrect.
        confidence: its calibrated probability.
        score: points as a share.
        sure: whether the confidence reaches the model's threshold.
        known: whether the model was fitted on answers to this very question.
    """

    label: Literal["correct", "contradictory", "incorrect"]
    confidence: float
    score: float
    sure: bool
    known: bool
