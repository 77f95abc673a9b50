"""Models that advise on essays, on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from api.authoring.rubrics.rubric import State
from api.wire import Instant, Wire
from content.grading.essays.model import LEAST_EXAMPLES

MAX_SENT = 500
EssayText = Annotated[
    str, msgspec.Meta(min_length=1, max_length=20_000, examples=["Yes, for fish need places to breed."])
]


class JudgedEssay(Wire, frozen=True, kw_only=True):
    """An essay, and the level from 0 that a person gave it in each trait, by the trait's id."""

    text: EssayText
    levels: Annotated[dict[str, int], msgspec.Meta(examples=[{"thesis": 1}])]


class RubricRequest(Wire, frozen=True, kw_only=True):
    """Judged essays, thirty or more. They are kept until the model is made."""

    examples: Annotated[tuple[JudgedEssay, ...], msgspec.Meta(min_length=LEAST_EXAMPLES, max_length=MAX_SENT)]


class TraitAgreement(Wire, frozen=True, kw_only=True):
    """How far the model agrees with people on essays it has not seen: quadratic weighted kappa, interval of 95 %."""

    trait: str
    kappa: float
    low: float
    high: float


class RubricView(Wire, frozen=True, kw_only=True):
    """The model of an essay's rubric: none yet, being trained, ready, or failed for the reason told."""

    state: Literal["none", State]
    at: Instant | None
    n_examples: int
    agreement: tuple[TraitAgreement, ...]
    failure: str


class EssayRequest(Wire, frozen=True, kw_only=True):
    """An essay to advise on. It is not kept."""

    text: EssayText


class TraitAdvice(Wire, frozen=True, kw_only=True):
    """What the model would say of a trait: a level, and the estimate before rounding.

    Attributes:
        confidence: chance that a person gives this level, by how far the model was off on essays it had not seen; null
            of models of older versions.
        sentence: the one it is about, "" in an essay of one sentence: without it the level would rise most, or fall
            most where it is the highest. `place` is which sentence that is, from 0, -1 for none.
    """

    trait: str
    level: int
    estimate: float
    confidence: float | None
    sentence: str
    place: int


class EssayAdvice(Wire, frozen=True, kw_only=True):
    """Advice for whoever judges; a person decides."""

    traits: tuple[TraitAdvice, ...]
