"""A draft as a learner would see it, on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

from api.sessions.schemas import GradeView, ReasonView
from api.tracks.schemas import Named
from api.wire import Locale, Wire
from content.answers import Answer
from content.presentation import Presented

MAX_PLAYED = 200
Seed = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]


class ItemPreview(Wire, frozen=True, kw_only=True):
    """An item as a learner would see it. `itemId` names a template's item with its seed."""

    item_id: str
    item_version: str
    locale: str
    presented: Presented


class TryRequest(Wire, frozen=True, kw_only=True):
    """An answer to a previewed item, shown with this seed in this locale."""

    answer: Answer
    seed: Seed = 0
    locale: Locale = "en"


class TryResult(Wire, frozen=True, kw_only=True):
    """What a learner would be told.

    Attributes:
        judged_by: the model that judged a freely typed answer, "" where comparing with the key was enough, or where no
            model could.
        advised: share of the points that the model would give; where the grade is pending, a person decides.
        confidence: how sure the model was.
    """

    grade: GradeView
    judged_by: str
    advised: float
    confidence: float


class Played(Wire, frozen=True, kw_only=True):
    """An exercise that was played. `score` as the grade gave it; a skipped one is left out."""

    item_id: Annotated[str, msgspec.Meta(min_length=1, max_length=128, examples=["oceans"])]
    score: Annotated[float, msgspec.Meta(ge=0, le=1)]
    seconds: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 20.0
    hints: Annotated[int, msgspec.Meta(ge=0, le=20)] = 0


class PlayRequest(Wire, frozen=True, kw_only=True):
    """What was played so far, in order; nothing of it is kept."""

    played: Annotated[tuple[Played, ...], msgspec.Meta(max_length=MAX_PLAYED)] = ()
    locale: Locale = "en"


class SkillBelief(Wire, frozen=True, kw_only=True):
    """What the tutor would believe: the chance to answer an open question of middling difficulty, in [0, 1]."""

    skill: Named
    mastery: float


class PlayExercise(Wire, frozen=True, kw_only=True):
    """The exercise that would come, and why."""

    item_id: str
    item_version: str
    skill: Named
    band: Named
    chosen_by: str
    reasons: tuple[ReasonView, ...]
    presented: Presented


class PlayResult(Wire, frozen=True, kw_only=True):
    """What would come next; `exercise` is null when nothing is left to show."""

    exercise: PlayExercise | None
    believed: tuple[SkillBelief, ...]
