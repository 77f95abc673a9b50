"""The model of one essay's rubric as it is stored: asked for, then made by a job, with its agreement."""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np

from api.store.ports import Documents
from content.grading.essays.model import EssayModel

RUBRIC = "rubricModel"
State = Literal["training", "ready", "failed"]


class Example(msgspec.Struct, frozen=True):
    """A judged essay; its levels in the order of the rubric's traits."""

    text: str
    levels: tuple[int, ...]


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """Quadratic weighted kappa of a trait, judged by models that did not see the essay; `low`, `high` at 95 %."""

    trait: str
    kappa: float
    low: float
    high: float


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """An `EssayModel` as nested lists of numbers."""

    n_levels: tuple[int, ...]
    mean: list[float]
    scale: list[float]
    content_mean: list[float]
    weights: list[list[float]]


class Rubric(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The model of an item, by the course's and the item's id.

    Attributes:
        at: when it was asked for (ms); a job of an earlier asking leaves it alone.
        traits: ids of the item's traits then.
        examples: until the model is made of them, or cannot be; then they go.
        spread: root mean square error on essays that a model did not see, in levels, by trait; empty of older models.
        failure: why there is none, for whoever sent the examples.
    """

    id: str
    course_id: str
    prompt: str
    traits: tuple[str, ...]
    n_levels: tuple[int, ...]
    n_examples: int
    at: int
    state: State = "training"
    examples: tuple[Example, ...] = ()
    agreement: tuple[Agreement, ...] = ()
    model: Weights | None = None
    spread: tuple[float, ...] = ()
    failure: str = ""


class Rubrics:
    """Models on the Documents port."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def declare(self) -> None:
        """Tell the store which field is looked up."""
        await self._documents.declare(RUBRIC, indexes=("course_id",))

    async def get(self, course_id: str, item_id: str) -> tuple[Rubric, int] | None:
        """The model of an item and its version in the store, None if none was asked for."""
        document = await self._documents.get(RUBRIC, rubric_id(course_id, item_id))
        return None if document is None else (msgspec.json.decode(document.body, type=Rubric), document.version)

    async def put(self, rubric: Rubric, version: int | None = None) -> None:
        """Write a model that still has this version (any, if None). Raises VersionClashError."""
        await self._documents.put(RUBRIC, rubric.id, msgspec.json.encode(rubric), version)

    async def forget(self, course_id: str) -> None:
        """Remove the models of a course that goes."""
        while found := await self._documents.find(RUBRIC, "course_id", course_id):
            for document in found:
                await self._documents.delete(RUBRIC, document.id)


def rubric_id(course_id: str, item_id: str) -> str:
    """The id under which the model of an item is stored."""
    return f"{course_id}:{item_id}"


class TraitSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What a model says of a trait of an essay.

    Attributes:
        estimate: of the level, before rounding.
        confidence: chance that a person gives this level; None of older models.
        sentence: the one it is about, "" for none; `place` which one that is, from 0, -1 for none.
    """

    trait: str
    level: int
    estimate: float
    confidence: float | None
    sentence: str
    place: int


def packed(model: EssayModel) -> Weights:
    """A model as it is stored."""
    return Weights(
        n_levels=model.n_levels,
        mean=model.mean.tolist(),
        scale=model.scale.tolist(),
        content_mean=model.content_mean.tolist(),
        weights=model.weights.tolist(),
    )


def unpacked(rubric: Rubric, weights: Weights) -> EssayModel:
    """The model again, to the bit."""
    return EssayModel(
        traits=rubric.traits,
        n_levels=weights.n_levels,
        mean=np.array(weights.mean),
        scale=np.array(weights.scale),
        content_mean=np.array(weights.content_mean),
        weights=np.array(weights.weights),
    )
