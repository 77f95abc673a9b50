"""The latest answers of learners who were active lately, as they stand in journals, bounded: what detectors look at.

It is kept in memory and lost with the process; who is active again is read again.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from zlib import crc32

import msgspec
import numpy as np

from api.game.fairplay.attempts import Attempts

MOST_LEARNERS = 500
MOST_ANSWERS = 200
"""Of a learner."""


_REAL = ("score", "chance", "seconds", "expected_seconds", "xp")
_WHOLE = tuple(name for name in Attempts.__dataclass_fields__ if name not in _REAL)


class Answer(NamedTuple):
    """A graded answer that counted; see `api.game.fairplay.attempts.Attempts`. `given` is what was answered."""

    event_id: str
    item: str
    given: int
    score: float
    chance: float
    seconds: float
    expected_seconds: float
    xp: float
    at: int
    accepted_at: int
    client_at: int
    device: str


def number_of(answer: object) -> int:
    """A number for what was answered, above 0."""
    return crc32(msgspec.json.encode(answer)) + 1


class Book:
    """Answers by learner, the least lately active first."""

    def __init__(self, most_learners: int = MOST_LEARNERS) -> None:
        self._most_learners = most_learners
        self._answers: OrderedDict[str, deque[Answer]] = OrderedDict()
        self._seqs: dict[str, int] = {}

    def seq(self, learner_id: str) -> int | None:
        """The last commit of a learner that was taken in, None of one who is not held."""
        return self._seqs.get(learner_id)

    def add(self, learner_id: str, answers: Iterable[Answer], seq: int = 0) -> None:
        """Take in what a learner did since, up to the commit `seq`; what was taken in before is passed over."""
        kept = self._answers.setdefault(learner_id, deque(maxlen=MOST_ANSWERS))
        held = {answer.event_id for answer in kept}
        kept.extend(answer for answer in answers if answer.event_id not in held)
        self._seqs[learner_id] = max(seq, self._seqs.get(learner_id, 0))
        self._answers.move_to_end(learner_id)
        while len(self._answers) > self._most_learners:
            self.forget(next(iter(self._answers)))

    def forget(self, learner_id: str) -> None:
        """Drop a learner's answers."""
        self._answers.pop(learner_id, None)
        self._seqs.pop(learner_id, None)

    def attempts(self) -> tuple[Attempts, list[str]]:
        """All answers as arrays, with the learners by number. An event that two accounts have, since one was merged
        into the other, is the later account's."""
        owners = {answer.event_id: learner for learner, kept in self._answers.items() for answer in kept}
        rows = [
            (place, answer)
            for place, (learner, kept) in enumerate(self._answers.items())
            for answer in kept
            if owners[answer.event_id] == learner
        ]
        rows.sort(key=lambda row: (row[0], row[1].at, row[1].event_id))
        return _arrays(rows), list(self._answers)


def _arrays(rows: list[tuple[int, Answer]]) -> Attempts:
    items: dict[str, int] = {}
    devices: dict[str, int] = {}
    columns: Mapping[str, list[float]] = {name: [] for name in Attempts.__dataclass_fields__}
    for learner, answer in rows:
        told = (
            learner,
            items.setdefault(answer.item, len(items)),
            0 if answer.score >= 1.0 else answer.given,
            answer.score,
            answer.chance,
            answer.seconds if answer.seconds > 0.0 else np.nan,
            max(answer.expected_seconds, 1.0),
            answer.xp,
            answer.at,
            answer.accepted_at,
            answer.client_at,
            devices.setdefault(answer.device, len(devices)),
        )
        for column, value in zip(columns.values(), told, strict=True):
            column.append(value)
    whole = {name: np.asarray(columns[name], dtype=np.int64) for name in _WHOLE}
    real = {name: np.asarray(columns[name], dtype=np.float64) for name in _REAL}
    return Attempts(
        learner=whole["learner"],
        item=whole["item"],
        response=whole["response"],
        at=whole["at"],
        accepted_at=whole["accepted_at"],
        client_at=whole["client_at"],
        device=whole["device"],
        score=real["score"],
        chance=real["chance"],
        seconds=real["seconds"],
        expected_seconds=real["expected_seconds"],
        xp=real["xp"],
    )
