"""What grading says about an answer, and what a module of this package owes for each kind of item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import msgspec


class PartGrade(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The grade of one gap, pair or option of an answer.

    Attributes:
        id: the author's id of the gap, left option or option.
        score: 0 to 1.
        note: what to tell the learner about this part, in inline markup.
    """

    id: str
    score: float
    note: str = ""


class Grade(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What an answer is worth.

    Attributes:
        score: 0 to 1; 1 exactly when `correct`.
        correct: whether the answer is right as a whole.
        misconception: id of the misconception that explains a wrong answer, or None.
        feedback: what to tell the learner beyond right or wrong, in inline markup; may be empty.
        parts: one grade for each part, for kinds that have parts.
        pending: whether it cannot be told here: a worker (`content.grading.ports`) or a person has to judge. The score
            is then 0 and means nothing.
    """

    score: float
    correct: bool
    misconception: str | None = None
    feedback: str = ""
    parts: tuple[PartGrade, ...] = ()
    pending: bool = False


class AnswerShapeError(ValueError):
    """The answer cannot be an answer to this item. The text names what was given and what is expected."""


class GradingError(ValueError):
    """The item itself cannot be graded: its key is not readable. `content check` finds these before learners do."""


@dataclass(frozen=True)
class Kind:
    """How one kind of item is graded. Every function is pure; items and answers are of the kind's own types.

    Attributes:
        answer_type: struct of the answers it takes.
        grade: (item, answer) -> Grade; raises AnswerShapeError.
        model_answer: (item) -> the key as an answer.
        misconception_answers: (item) -> (misconception id, an answer that shows it), one for each.
        expected_text: (item) -> the right answer in inline markup.
        wrong_answers: (item, rng) -> answers that are likely wrong, most plausible first, at least one of them wrong.
    """

    answer_type: type[msgspec.Struct]
    grade: Callable[[Any, Any], Grade]
    model_answer: Callable[[Any], Any]
    misconception_answers: Callable[[Any], list[tuple[str, Any]]]
    expected_text: Callable[[Any], str]
    wrong_answers: Callable[[Any, Random], Sequence[Any]]


RIGHT = Grade(score=1.0, correct=True)
PENDING = Grade(score=0.0, correct=False, pending=True)


def clip(text: str, n_characters: int = 60) -> str:
    """A given text as it appears in errors: quoted, and never long."""
    return repr(text if len(text) <= n_characters else text[:n_characters] + "…")


def listed(names: Sequence[str], n_shown: int = 20) -> str:
    """Names joined by commas, cut after the first few."""
    shown = ", ".join(names[:n_shown])
    return shown if len(names) <= n_shown else f"{shown} and {len(names) - n_shown} more"
