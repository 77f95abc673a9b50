"""Answers as a sparse table: who answered what, with which score, and what else is known of each answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Reals = NDArray[np.float64]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]
Repeats = Literal["refuse", "first", "last"]

UNKNOWN = -1


class CalibrationError(ValueError):
    """Answers that nothing can be computed from; names the value, what is allowed and what to do."""


@dataclass(frozen=True)
class Labels:
    """A word for each of N answers, such as the option chosen or the kind of device.

    Attributes:
        code: (N,) index into `names`; -1 where it is unknown.
        names: the words, each once.
    """

    code: Ints
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.code.size and not (int(self.code.min()) >= UNKNOWN and int(self.code.max()) < len(self.names)):
            raise CalibrationError(f"label code {_outside(self.code, len(self.names))} is not among {len(self.names)}")

    @classmethod
    def of(cls, values: Iterable[str | None]) -> Labels:
        """Number words in the order in which they come; None and "" are unknown."""
        index: dict[str, int] = {}
        code = [index.setdefault(value, len(index)) if value else UNKNOWN for value in values]
        return cls(np.asarray(code, np.int32), tuple(index))

    def at(self, rows: NDArray[np.generic]) -> Labels:
        """Some of the answers; the words keep their numbers."""
        return replace(self, code=self.code[rows])


@dataclass(frozen=True)
class Responses:
    """N answers of L learners to J items, each pair at most once.

    Attributes:
        learner: (N,) in 0..L-1.
        item: (N,) in 0..J-1.
        score: (N,) in [0, 1]; 1 is right. Models and tables want 0 or 1: see `scored_right_from`.
        learner_ids: L names.
        item_ids: J names.
        choice: the answer given, where it is one of few (an option, a truth value, a typed word).
        seconds: (N,) time taken, NaN where unknown; None if it is nowhere known.
        facets: further words by name, such as "locale", "device", "group".
    """

    learner: Ints
    item: Ints
    score: Reals
    learner_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    choice: Labels | None = None
    seconds: Reals | None = None
    facets: Mapping[str, Labels] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n = len(self.learner)
        columns: dict[str, NDArray[np.generic] | None] = {
            "item": self.item,
            "score": self.score,
            "seconds": self.seconds,
        }
        columns |= {name: labels.code for name, labels in self.facets.items()}
        columns |= {"choice": self.choice.code} if self.choice is not None else {}
        for name, column in columns.items():
            if column is not None and column.shape != (n,):
                raise CalibrationError(f"column {name!r} has shape {column.shape}; {n} answers need ({n},)")
        self._check_numbers()
        self._check_scores()
        self._check_repeats()

    @classmethod
    def of(
        cls,
        learners: Sequence[str],
        items: Sequence[str],
        scores: ArrayLike,
        *,
        known_items: Sequence[str] | None = None,
        repeats: Repeats = "refuse",
        choice: Sequence[str | None] | None = None,
        seconds: ArrayLike | None = None,
        facets: Mapping[str, Sequence[str | None]] | None = None,
    ) -> Responses:
        """Number the learners and items of a list of answers, in the order in which they come.

        Args:
            known_items: the only ids allowed, in the order wanted; None allows all.
            repeats: what becomes of a second answer of a learner to an item: refused, or the "first" or "last" is kept.

        Raises:
            CalibrationError: columns differ in length, a score or an id is not allowed, or a pair is repeated.
        """
        if len(learners) != len(items):
            raise CalibrationError(
                f"{len(learners)} learners and {len(items)} items were given; give one of each an answer"
            )
        for name, words in {"choice": choice, **(facets or {})}.items():
            if words is not None and len(words) != len(items):
                raise CalibrationError(f"column {name!r} has {len(words)} words; {len(items)} answers need as many")
        names, item = _numbered(items, known_items)
        learner_names, learner = _numbered(learners, None)
        rows = np.arange(len(items))
        if repeats in ("first", "last"):
            rows = kept_rows(learner, item, len(names), repeats)
        return cls(
            learner[rows],
            item[rows],
            _column("score", scores, len(items))[rows],
            learner_names,
            names,
            None if choice is None else Labels.of(choice).at(rows),
            None if seconds is None else _column("seconds", seconds, len(items))[rows],
            {name: Labels.of(values).at(rows) for name, values in (facets or {}).items()},
        )

    @classmethod
    def from_matrix(cls, scores: ArrayLike, item_ids: Sequence[str] | None = None) -> Responses:
        """A table with a row for each learner and a column for each item, (L, J); NaN is not answered.

        Raises:
            CalibrationError: not two axes, not one id a column, or a score that is not allowed.
        """
        table = np.asarray(scores, np.float64)
        if table.ndim != 2:
            raise CalibrationError(f"a table of scores has learners and items as axes; got shape {table.shape}")
        names = tuple(item_ids) if item_ids is not None else tuple(f"item-{k + 1}" for k in range(table.shape[1]))
        if len(names) != table.shape[1] or len(set(names)) != len(names):
            raise CalibrationError(f"{table.shape[1]} columns need as many different item ids; got {list(names)}")
        learner, item = np.nonzero(~np.isnan(table))
        learner_ids = tuple(f"learner-{i + 1}" for i in range(table.shape[0]))
        return cls(learner.astype(np.int32), item.astype(np.int32), table[learner, item], learner_ids, names)

    @property
    def n_answers(self) -> int:
        """N."""
        return len(self.learner)

    @property
    def n_learners(self) -> int:
        """L."""
        return len(self.learner_ids)

    @property
    def n_items(self) -> int:
        """J."""
        return len(self.item_ids)

    def at(self, rows: NDArray[np.generic]) -> Responses:
        """Some of the answers, by flags (N,) or indices; learners and items keep their numbers."""
        return replace(
            self,
            learner=self.learner[rows],
            item=self.item[rows],
            score=self.score[rows],
            choice=None if self.choice is None else self.choice.at(rows),
            seconds=None if self.seconds is None else self.seconds[rows],
            facets={name: labels.at(rows) for name, labels in self.facets.items()},
        )

    def scored_right_from(self, least: float) -> Responses:
        """The same with scores of 0 and 1: right is what reached `least`, in (0, 1]."""
        if not 0.0 < least <= 1.0:
            raise CalibrationError(f"least score {least} for a right answer is not in (0, 1]")
        return replace(self, score=(self.score >= least).astype(np.float64))

    def require_right_or_wrong(self) -> None:
        """Raises CalibrationError if there are no answers, or if one is half right."""
        if self.n_answers == 0:
            raise CalibrationError("there are no answers; give at least one")
        partial = np.flatnonzero((self.score != 0.0) & (self.score != 1.0))
        if partial.size:
            where = self._place(int(partial[0]))
            raise CalibrationError(
                f"score {self.score[partial[0]]} of {where} is neither 0 nor 1; say from which score an answer is right"
            )

    def _check_numbers(self) -> None:
        for name, code, ids in (("learner", self.learner, self.learner_ids), ("item", self.item, self.item_ids)):
            if code.size and not (int(code.min()) >= 0 and int(code.max()) < len(ids)):
                raise CalibrationError(f"{name} number {_outside(code, len(ids))} is unknown; there are {len(ids)}")

    def _check_scores(self) -> None:
        bad = np.flatnonzero(~((self.score >= 0.0) & (self.score <= 1.0)))
        if bad.size:
            raise CalibrationError(
                f"score {self.score[bad[0]]} of {self._place(int(bad[0]))} is not a number from 0 to 1"
            )
        if self.seconds is not None:
            bad = np.flatnonzero((self.seconds < 0.0) | np.isinf(self.seconds))
            if bad.size:
                where = self._place(int(bad[0]))
                raise CalibrationError(
                    f"{self.seconds[bad[0]]} seconds of {where} is no time; leave out what is unknown"
                )

    def _check_repeats(self) -> None:
        repeated = np.flatnonzero(repeats_of(self.learner, self.item, self.n_items))
        if repeated.size:
            where = self._place(int(repeated[0]))
            raise CalibrationError(
                f"{where} is there twice ({len(repeated)} such answers); keep one: repeats='first' or 'last'"
            )

    def _place(self, row: int) -> str:
        return f"learner {self.learner_ids[self.learner[row]]!r} on item {self.item_ids[self.item[row]]!r}"


def repeats_of(learner: Ints, item: Ints, n_items: int) -> Flags:
    """(N,) whether the same learner answered the same item in an earlier row."""
    pair = learner.astype(np.int64) * max(n_items, 1) + item
    order = np.argsort(pair, kind="stable")
    again = np.zeros(len(pair), np.bool_)
    again[order[1:]] = pair[order[1:]] == pair[order[:-1]]
    return again


def kept_rows(learner: Ints, item: Ints, n_items: int, repeats: Literal["first", "last"]) -> NDArray[np.intp]:
    """The rows of a list of answers, in their order, with the first or last of each learner and item."""
    if repeats == "first":
        return np.flatnonzero(~repeats_of(learner, item, n_items))
    return np.flatnonzero(~repeats_of(learner[::-1], item[::-1], n_items)[::-1])


def _numbered(values: Sequence[str], known: Sequence[str] | None) -> tuple[tuple[str, ...], Ints]:
    index: dict[str, int] = {} if known is None else {name: k for k, name in enumerate(known)}
    if known is not None and len(index) != len(known):
        raise CalibrationError("an item id is listed twice among the known ones")
    code = np.empty(len(values), np.int32)
    for row, value in enumerate(values):
        if not isinstance(value, str) or not value:
            raise CalibrationError(f"{value!r} in row {row + 1} is no id; ids are words that are not empty")
        if known is not None and value not in index:
            raise CalibrationError(f"item {value!r} in row {row + 1} is unknown; known are {list(known)[:5]} ...")
        code[row] = index.setdefault(value, len(index))
    return tuple(index), code


def _column(name: str, values: ArrayLike, n: int) -> Reals:
    try:
        column = np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise CalibrationError(f"{name} holds what is no number: {error}") from error
    if column.shape != (n,):
        raise CalibrationError(f"column {name!r} has shape {column.shape}; {n} answers need ({n},)")
    return column


def _outside(code: Ints, n: int) -> int:
    return int(code[(code < 0) | (code >= n)][0])
