"""What a calibrating worker is asked, and what it tells: no learner goes by a name."""

from __future__ import annotations

import msgspec

from content.calibration.calibration import Model


class Fitted(msgspec.Struct, frozen=True, kw_only=True):
    """A calibration of I items, as it travels and is stored.

    Attributes:
        items: their ids; the other lists go with them.
        discrimination, intercept: see `content.calibration.calibration.Calibration`; errors None where unknown.
    """

    model: Model
    items: tuple[str, ...]
    discrimination: tuple[float, ...]
    intercept: tuple[float, ...]
    discrimination_error: tuple[float | None, ...]
    difficulty_error: tuple[float | None, ...]
    n_answers: tuple[int, ...]
    ability_sd: float
    ability_sd_error: float
    log_likelihood: float
    n_learners: int
    n_steps: int
    converged: bool


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Answers in the order in which they were given.

    Attributes:
        items: a name for each.
        n_learners: how many.
        learners: number of each answer's learner, 4 bytes each, little endian.
        coded: twice the number of the item, and 1 more if the answer is right; 4 bytes each, little endian.
        known: the calibration to begin with; None fits one.
        n_known: so many of the first answers were known to it.
    """

    items: tuple[str, ...]
    n_learners: int
    learners: bytes
    coded: bytes
    known: Fitted | None = None
    n_known: int = 0


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The calibration, None with too few answers; and where each item of the question stands, None if unknown."""

    fitted: Fitted | None
    difficulty: tuple[float | None, ...] = ()
    error: tuple[float | None, ...] = ()
