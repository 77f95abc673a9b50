"""Calibrating in a process of its own: both sides of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import msgspec
import numpy as np

from content.calibration.calibration import Calibration
from content.calibration.messages import Fitted, Question, Told
from content.calibration.responses import Reals, Responses
from content.calibration.richest import fit_richest, stand
from content.grading.worker.process import Limits, Worker
from content.grading.worker.tasks import Handler

CALIBRATION_LIMITS = Limits(memory_mb=1_500, seconds=300.0)
MOST_ANSWERS = 300_000
"""Answers of one question, of 8 bytes each: a message to a worker is bounded."""


class WorkerCalibration:
    """Fits item parameters. The process starts with the first question. Safe to use from several threads."""

    def __init__(self, limits: Limits = CALIBRATION_LIMITS) -> None:
        self._worker = Worker("calibration", limits)

    def calibrate(self, responses: Responses, known: Fitted | None = None, n_known: int = 0) -> Told:
        """What the answers, in the order in which they were given, say of the items.

        Args:
            responses: at most `MOST_ANSWERS` scores of 0 and 1.
            known: the calibration to begin with; None fits one.
            n_known: so many of the first answers were known to it.

        Raises:
            WorkerError: the worker ended, or took too long.
        """
        number = {name: str(k) for k, name in enumerate(responses.item_ids)}
        known = None if known is None else without(known, set(known.items) - number.keys())
        question = Question(
            items=tuple(number.values()),
            n_learners=responses.n_learners,
            learners=responses.learner.astype("<i4").tobytes(),
            coded=(2 * responses.item + (responses.score > 0)).astype("<i4").tobytes(),
            known=None if known is None else _renamed(known, number),
            n_known=n_known,
        )
        told = msgspec.msgpack.decode(self._worker.ask(msgspec.msgpack.encode(question)), type=Told)
        if told.fitted is None:
            return told
        names = {short: name for name, short in number.items()}
        return msgspec.structs.replace(told, fitted=_renamed(told.fitted, names))

    def close(self) -> None:
        """End the process; using it afterwards starts another."""
        self._worker.close()


def open_task() -> Handler:
    """The worker's side."""

    def answer(request: bytes) -> bytes:
        return msgspec.msgpack.encode(answered(msgspec.msgpack.decode(request, type=Question)))

    return answer


def answered(question: Question) -> Told:
    """Fit where nothing is known, and take in what came since."""
    coded = np.frombuffer(question.coded, "<i4").astype(np.int32)
    responses = Responses(
        learner=np.frombuffer(question.learners, "<i4").astype(np.int32),
        item=(coded // 2).astype(np.int32),
        score=(coded % 2).astype(np.float64),
        learner_ids=tuple(map(str, range(question.n_learners))),
        item_ids=question.items,
    )
    known, n_known = (None, responses.n_answers) if question.known is None else (question.known, question.n_known)
    calibration = fit_richest(responses) if known is None else unpacked(known)
    if calibration is None:
        return Told(fitted=None)
    standing = stand(responses, calibration, n_known)
    return Told(
        fitted=known or packed(calibration), difficulty=_finite(standing.difficulty), error=_finite(standing.error)
    )


def packed(calibration: Calibration) -> Fitted:
    """A calibration to be sent or stored."""
    return Fitted(
        model=calibration.model,
        items=calibration.item_ids,
        discrimination=tuple(calibration.discrimination.tolist()),
        intercept=tuple(calibration.intercept.tolist()),
        discrimination_error=_finite(calibration.discrimination_error),
        difficulty_error=_finite(calibration.difficulty_error),
        n_answers=tuple(calibration.n_answers.tolist()),
        ability_sd=calibration.ability_sd,
        ability_sd_error=calibration.ability_sd_error,
        log_likelihood=calibration.log_likelihood,
        n_learners=calibration.n_learners,
        n_steps=calibration.n_steps,
        converged=calibration.converged,
    )


def unpacked(fitted: Fitted) -> Calibration:
    """The calibration that was sent or stored; why items were set aside is not known any more."""
    return Calibration(
        model=fitted.model,
        item_ids=fitted.items,
        discrimination=np.array(fitted.discrimination, np.float64),
        intercept=np.array(fitted.intercept, np.float64),
        discrimination_error=_reals(fitted.discrimination_error),
        difficulty_error=_reals(fitted.difficulty_error),
        n_answers=np.array(fitted.n_answers, np.intp),
        ability_sd=fitted.ability_sd,
        ability_sd_error=fitted.ability_sd_error,
        log_likelihood=fitted.log_likelihood,
        n_learners=fitted.n_learners,
        n_steps=fitted.n_steps,
        converged=fitted.converged,
        set_aside={},
    )


def without(fitted: Fitted, gone: Iterable[str]) -> Fitted:
    """A calibration less items that are not what they were."""
    left_out = set(gone)
    kept = [k for k, name in enumerate(fitted.items) if name not in left_out]
    columns = ("items", "discrimination", "intercept", "discrimination_error", "difficulty_error", "n_answers")
    changed = {name: tuple(getattr(fitted, name)[k] for k in kept) for name in columns}
    return msgspec.structs.replace(fitted, **changed)


def _renamed(fitted: Fitted, names: Mapping[str, str]) -> Fitted:
    return msgspec.structs.replace(fitted, items=tuple(names[one] for one in fitted.items))


def _finite(values: Iterable[float]) -> tuple[float | None, ...]:
    return tuple(float(value) if math.isfinite(value) else None for value in values)


def _reals(values: Iterable[float | None]) -> Reals:
    return np.array([math.nan if value is None else value for value in values], np.float64)
