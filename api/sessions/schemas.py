"""Lessons on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from api.game.goals.schemas import Rest
from api.learners.events import Wish, WishKind
from api.tracks.schemas import Named
from api.wire import UUID7, EventEnvelope, Identifier, Instant, Wire
from content.answers import Answer
from content.presentation import Presented
from content.text import Span

MAX_LENGTH = 50
DEFAULT_LENGTH = 10
MAX_SECONDS = 86_400.0
MAX_WISH_SKILLS = 100


class WishRequest(Wire, frozen=True, kw_only=True):
    """A wish for the exercises to come. It is in force until the lesson ends or another takes its place.

    Attributes:
        kind: easier or harder than the exercise it comes with, or at the beginning of a lesson than what would come;
            notThis: none of the skills; topic: none but the skills; none takes an earlier wish back.
        skills: for notThis and topic. Left out, those of the exercise the wish comes with.
    """

    kind: WishKind
    skills: Annotated[tuple[Identifier, ...], msgspec.Meta(max_length=MAX_WISH_SKILLS)] = ()


def wish_of(sent: WishRequest | None) -> Wish | msgspec.UnsetType:
    """The wish of a request, as its event keeps it."""
    return msgspec.UNSET if sent is None else Wish(kind=sent.kind, skills=sent.skills)


class OpenSession(EventEnvelope, frozen=True, kw_only=True):
    """A lesson to begin, of `length` exercises. `wish` is for all of them."""

    enrolment_id: UUID7
    length: Annotated[int, msgspec.Meta(ge=1, le=MAX_LENGTH)] = DEFAULT_LENGTH
    wish: WishRequest | None = None


class AnswerRequest(EventEnvelope, frozen=True, kw_only=True):
    """An answer. `seconds_taken` is the time from seeing the exercise to answering it; `wish` is for those to come."""

    decision_id: UUID7
    answer: Answer
    seconds_taken: Annotated[float, msgspec.Meta(ge=0, le=MAX_SECONDS)]
    wish: WishRequest | None = None


class HintRequest(EventEnvelope, frozen=True, kw_only=True):
    """Asks for the next hint of an exercise."""

    decision_id: UUID7


class SkipRequest(EventEnvelope, frozen=True, kw_only=True):
    """Passes an exercise by. `wish` is for those to come."""

    decision_id: UUID7
    wish: WishRequest | None = None


class FinishRequest(EventEnvelope, frozen=True, kw_only=True):
    """Ends a lesson."""


class Exercise(Wire, frozen=True, kw_only=True):
    """An exercise to show. Holds nothing from which the right answer can be read.

    Attributes:
        decision_id: names this showing of the item; the answer refers to it.
        chosen_by: the policy, or the rule that stands in for it.
        hints_available: how many hints the item has.
    """

    decision_id: str
    item_id: str
    item_version: str
    track_id: str
    skill: Named
    band: Named
    chosen_by: Literal["policy", "rule"]
    hints_available: int
    presented: Presented


class LessonProgress(Wire, frozen=True, kw_only=True):
    """How far a lesson is."""

    id: str
    status: Literal["open", "finished"]
    planned: int
    answered: int
    correct: int
    xp: int


class Session(Wire, frozen=True, kw_only=True):
    """A lesson. `exercise` waits for an answer; null when there is none left."""

    id: str
    enrolment_id: str
    status: Literal["open", "finished"]
    planned: int
    answered: int
    correct: int
    xp: int
    exercise: Exercise | None


class GradedPart(Wire, frozen=True, kw_only=True):
    """The grade of one gap, pair or option."""

    id: str
    score: float
    note: tuple[Span, ...]


class GradeView(Wire, frozen=True, kw_only=True):
    """What an answer was worth. `score` is in [0, 1]; `expected` is the right answer.

    With `pending` a person has yet to judge, and score and correct say nothing.
    """

    score: float
    correct: bool
    misconception: str | None
    feedback: tuple[Span, ...]
    explanation: tuple[Span, ...]
    expected: tuple[Span, ...]
    parts: tuple[GradedPart, ...]
    pending: bool


class QuestReward(Wire, frozen=True, kw_only=True):
    """A quest that was done with the answer, and the gems it brought."""

    id: str
    gems: int


class BadgeReward(Wire, frozen=True, kw_only=True):
    """A tier (from 1) of a badge that was earned with the answer."""

    id: str
    tier: int
    rarity: str


class Reward(Wire, frozen=True, kw_only=True):
    """What an answer brought.

    Attributes:
        reasons: stable codes for the amount of XP.
        gems: all that came into the wallet with it.
        level: with the answer in it; 0 if it was told by an older server.
        streak: days of the streak with the answer in it; 0 where it changes none, as practice and late work do.
    """

    xp: int
    reasons: tuple[str, ...]
    level_up: bool
    streak_extended: bool
    gems: int = 0
    quests_done: tuple[QuestReward, ...] = ()
    badges: tuple[BadgeReward, ...] = ()
    level: int = 0
    streak: int = 0


class AnswerResult(Wire, frozen=True, kw_only=True):
    """Grade, reward and the next exercise. A duplicate gets what the original got.

    `rest` suggests to stop where the answer ended a lesson and this is a good moment; it closes nothing.
    """

    status: Literal["accepted", "duplicate"]
    grade: GradeView
    reward: Reward
    session: LessonProgress
    next: Exercise | None
    rest: Rest | None = None


class Hint(Wire, frozen=True, kw_only=True):
    """Hint `number` (from 1) of an exercise; `remaining` are left."""

    hint: tuple[Span, ...]
    number: int
    remaining: int


class Skipped(Wire, frozen=True, kw_only=True):
    """The exercise that comes instead."""

    next: Exercise | None


class Summary(Wire, frozen=True, kw_only=True):
    """What was done in a lesson; `skills` are those practised, `rest` suggests to stop, if this is a good moment."""

    answered: int
    correct: int
    xp: int
    skills: tuple[Named, ...]
    rest: Rest | None = None


class Finished(Wire, frozen=True, kw_only=True):
    """A lesson's end."""

    summary: Summary


class ReasonView(Wire, frozen=True, kw_only=True):
    """One reason for a choice: a stable code, a sentence, the figure behind it."""

    code: str
    text: str
    value: float


class RankedView(Wire, frozen=True, kw_only=True):
    """A candidate and its probability."""

    skill: Named
    band: Named
    probability: float


class CandidateView(Wire, frozen=True, kw_only=True):
    """A skill in a band."""

    skill: Named
    band: Named


class WishView(Wire, frozen=True, kw_only=True):
    """A wish as it was understood. `than` is what easier and harder are meant against; null: whatever would come."""

    kind: WishKind
    skills: tuple[Named, ...]
    than: CandidateView | None


class Decision(Wire, frozen=True, kw_only=True):
    """Why an exercise was chosen.

    Attributes:
        probability: with which this very item was shown, after masks, guard rails and item choice.
        candidate_probability: with which its skill and band were chosen.
        reasons: each was tried out: without it, another exercise would have come.
        guards: guard rails that shaped the choice.
        fallback: why the rule stood in for the policy; null if it did not.
        top: the likeliest candidates; `rest` is the probability of all others together.
        wish: the learner's wish that was in force; null if there was none.
        bent_by: what narrowed the choice: "wish", "pin". yielded: what would have left nothing, and gave way.
        cost: of the bending: the rise of the expected test score that the likeliest exercise without it promised, less
            that of this one, as a share of the goal in [0, 1]. Below 0 where this one promises more at once.
    """

    id: str
    session_id: str
    enrolment_id: str
    track_id: str
    decided_at: Instant
    item_id: str
    item_version: str
    skill: Named
    band: Named
    chosen_by: Literal["policy", "rule"]
    policy_version: str
    probability: float
    candidate_probability: float
    reasons: tuple[ReasonView, ...]
    guards: tuple[str, ...]
    fallback: str | None
    top: tuple[RankedView, ...]
    rest: float
    wish: WishView | None
    bent_by: tuple[str, ...]
    yielded: tuple[str, ...]
    cost: float
