"""Student models in which practising a skill moves that skill alone: the base from which most families are made.

A family declares its fields and says three things about cells: with what chance a question is solved, what practice
makes of the fields, and how new learners are drawn. Everything else that a `StudentModel` must answer follows from
these, by the same formulas for one exercise of n learners, and for every candidate of a course at once.

Responses mix in guesses and slips: ``P = guess + (1 - guess - slip) solved``; a delayed test counts
``(1 - slip) solved``, averaged over the available bands. A family may let both depend on the learner and the band.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from simulators.learner import (
    CourseArrays,
    Exercise,
    Persons,
    mean_available,
    of_candidates,
    over_prerequisites,
    over_required,
)
from simulators.noise import Draws, Flags, Ints, Reals

READY: Reals = np.broadcast_to(1.0, (1,))
MIDDLING: Reals = np.broadcast_to(0.0, (1,))


@dataclass(frozen=True)
class Cell:
    """Skills of learners at bands: (n,) for an exercise, (n, K, 1) and (n, K, B) for a table; all broadcast.

    Attributes:
        fields: the model's state, by name.
        traits: the learners' parameters, by name.
        difficulty: in logits.
        ready: share in [0, 1] of a lesson that can be learned, given the prerequisites.
    """

    fields: Mapping[str, Reals]
    traits: Mapping[str, Reals]
    difficulty: Reals
    ready: Reals

    def with_fields(self, fields: Mapping[str, Reals]) -> Cell:
        """The same with some fields changed."""
        return replace(self, fields={**self.fields, **fields})


class Gathered(Mapping[str, Reals]):
    """Some cells of named arrays, each array read when it is first asked for: most formulas need few of them."""

    def __init__(self, arrays: Mapping[str, Reals], gather: Callable[[Reals], Reals]) -> None:
        self._arrays, self._gather = arrays, gather
        self._read: dict[str, Reals] = {}

    def __getitem__(self, name: str) -> Reals:
        """The cells of one array, (n,)."""
        values = self._read.get(name)
        if values is None:
            values = self._read[name] = self._gather(self._arrays[name])
        return values

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._arrays)

    def __len__(self) -> int:
        """How many names."""
        return len(self._arrays)


class SkillwiseLearners(ABC):
    """L learners of K skills, whose skills move one at a time.

    A subclass sets FIELDS, TRAITS and perhaps DRAWN, and implements `draw`, `solved` and `practised`.

    Attributes:
        FIELDS: names of arrays (L, K), in `state`.
        TRAITS: names of arrays (L,), in `traits`; "slip" is among them, or the family says what a slip is.
        DRAWN: a field that is 0 or 1; `practised` gives its expectation, and chance settles it. Scores must be linear
            in it, and no other field may depend on how it falls.
        unready: factor on learning for each prerequisite that is not solved; 1 ignores prerequisites.
        hint_lift: share of the failures that a hint repairs.
        hint_share: share of the learning that survives a hint.
    """

    FIELDS: ClassVar[tuple[str, ...]]
    TRAITS: ClassVar[tuple[str, ...]]
    DRAWN: ClassVar[str | None] = None
    skillwise = True

    def __init__(
        self, n_learners: int, n_skills: int, unready: float = 1.0, hint_lift: float = 0.3, hint_share: float = 0.7
    ) -> None:
        self.state: dict[str, Reals] = {name: np.zeros((n_learners, n_skills)) for name in self.FIELDS}
        self.traits: dict[str, Reals] = {name: np.zeros(n_learners) for name in self.TRAITS}
        self.n_skills = n_skills
        self.unready, self.hint_lift, self.hint_share = unready, hint_lift, hint_share
        self._courses: CourseArrays

    @abstractmethod
    def draw(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Set the traits and the state of new learners `rows` (R,), who differ by `persons` (R,)."""

    @abstractmethod
    def solved(self, cell: Cell, at: Reals) -> Reals:
        """Chance in [0, 1] to solve a question at `at` days, without guesses and slips."""

    def slip(self, cell: Cell) -> Reals:
        """Chance in [0, 1] to fail what is solved; here the learner's, at every band."""
        return cell.traits["slip"]

    def guess(self, cell: Cell, item: Reals) -> Reals:  # noqa: ARG002 - for families whose learners guess on their own
        """Chance in [0, 1] to be right without having solved it; `item` is that of the course."""
        return item

    def lets_through(self, cell: Cell, at: Reals) -> Reals:
        """Share in [0, 1] of a lesson that a prerequisite, asked at difficulty 0, lets through at `at` days."""
        return self.unready + (1.0 - self.unready) * self.solved(cell, at)

    @abstractmethod
    def practised(self, cell: Cell, now: Reals, correct: Flags, effort: Reals | float) -> Mapping[str, Reals]:
        """The fields that practice at `now` changes, after an answer that was right or wrong.

        `effort` in (0, 1] is the share of the learning that is left when a hint was taken.
        """

    def begin(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Draw new learners for `rows`."""
        self._courses = courses
        self.draw(rows, courses, draws, persons)

    def success_probability(self, rows: Ints, now: Reals) -> Reals:
        """(n, K, B) chance of a right unaided answer."""
        cell = self._table(rows)
        return self._response(cell, self._courses.guess[rows], now[:, None, None])

    def attempt(self, exercise: Exercise, forget: Reals) -> Reals:  # noqa: ARG002 - forgetting is an expectation here
        """(n,) chance of a right unaided answer."""
        return self._response(self._practice(exercise), self._guess(exercise), exercise.now)

    def hinted(self, exercise: Exercise, probability: Reals) -> Reals:  # noqa: ARG002 - the same for all skills
        """(n,) chance after a hint: it repairs the share hint_lift of the failures."""
        return probability + self.hint_lift * (1.0 - probability)

    def learn(self, exercise: Exercise, correct: Flags, hinted: Flags, chance: Reals) -> None:
        """Move the fields of the practised skills."""
        cell, at = self._practice(exercise), self._places(exercise)
        if self.unready != 1.0:
            cell = replace(cell, ready=self._ready(exercise.rows, exercise.skill, exercise.now))
        effort = 1.0 - (1.0 - self.hint_share) * hinted.astype(np.float64)
        for name, values in self.practised(cell, exercise.now, correct, effort).items():
            settled = (chance < values).astype(np.float64) if name == self.DRAWN else values
            self.state[name].reshape(-1, copy=False)[at] = settled

    def score_at(self, rows: Ints, test_at: Reals) -> Reals:
        """(n, K) expected open-response score at `test_at`."""
        score = self._unguessed(self._table(rows), test_at[:, None, None])
        return mean_available(score, self._courses.available[rows])

    def skill_score_at(self, rows: Ints, skill: Ints, test_at: Reals) -> Reals:
        """(n,) the same for one skill a row."""
        cell = Cell(
            {name: field[rows, skill][:, None] for name, field in self.state.items()},
            {name: trait[rows][:, None] for name, trait in self.traits.items()},
            self._courses.difficulty[rows, skill],
            np.ones((len(rows), 1)),
        )
        return mean_available(self._unguessed(cell, test_at[:, None]), self._courses.available[rows, skill])

    def score_gain(self, rows: Ints, now: Reals, test_at: Reals, hint: Reals) -> Reals:
        """(n, K, B) exact expected change of the test score of a skill by one earnest practice of each candidate."""
        cell, at = self._table(rows, self._ready_all(rows, now)), now[:, None, None]
        success = self._response(cell, self._courses.guess[rows], at)
        asks = np.clip(hint[:, None, None] * (1.0 - success), 0.0, 1.0)
        aided = success + self.hint_lift * (1.0 - success)
        expected = np.zeros_like(success)
        for correct in (True, False):
            for effort, weight, chance in ((1.0, 1.0 - asks, success), (self.hint_share, asks, aided)):
                after = cell.with_fields(self.practised(cell, at, np.asarray(correct), effort))
                share = weight * (chance if correct else 1.0 - chance)
                expected += share * self._tested(rows, after, test_at)
        return expected - self.score_at(rows, test_at)[:, :, None]

    def prospect(self, rows: Ints, now: Reals, test_at: Reals, repeats: Ints) -> Reals:
        """(n, K, B) expected rise of `score_at` per exercise, by up to `repeats` (n,) practices in a row.

        The best average over 1..repeats, along the mean course of events: the fields move by what they are expected to.
        """
        cell, at = self._table(rows, self._ready_all(rows, now)), now[:, None, None]
        guess, before = self._courses.guess[rows], self.score_at(rows, test_at)[:, :, None]
        best = np.full(guess.shape, -np.inf)
        for count in range(1, int(repeats.max()) + 1):
            success = self._response(cell, guess, at)
            right, wrong = (self.practised(cell, at, np.asarray(correct), 1.0) for correct in (True, False))
            cell = cell.with_fields({name: wrong[name] + success * (right[name] - wrong[name]) for name in right})
            gain = (self._tested(rows, cell, test_at) - before) / count
            best = np.where(count <= repeats[:, None, None], np.maximum(best, gain), best)
        return best

    def _response(self, cell: Cell, item: Reals, at: Reals) -> Reals:
        guess = self.guess(cell, item)
        return guess + np.maximum(1.0 - guess - self.slip(cell), 0.0) * self.solved(cell, at)

    def _unguessed(self, cell: Cell, at: Reals) -> Reals:
        """Chance of a right answer where guessing does not help."""
        return (1.0 - self.slip(cell)) * self.solved(cell, at)

    def _tested(self, rows: Ints, cell: Cell, test_at: Reals) -> Reals:
        """(n, K, B) test score of a skill after practice at band B, from fields (n, K, B)."""
        wide = Cell(
            {name: field[..., None] for name, field in cell.fields.items()},
            {name: trait[..., None] for name, trait in cell.traits.items()},
            self._courses.difficulty[rows][:, :, None, :],
            np.ones((1, 1, 1, 1)),
        )
        score = self._unguessed(wide, test_at[:, None, None, None])
        return mean_available(score, self._courses.available[rows][:, :, None])

    def _places(self, exercise: Exercise) -> Ints:
        """(n,) places of the practised skills in a flattened field."""
        return exercise.rows * self.n_skills + exercise.skill

    def _practice(self, exercise: Exercise) -> Cell:
        at, rows = self._places(exercise), exercise.rows
        return Cell(
            Gathered(self.state, lambda field: field.take(at)),
            Gathered(self.traits, lambda trait: trait.take(rows)),
            of_candidates(self._courses.difficulty, exercise),
            READY,
        )

    def _table(self, rows: Ints, ready: Reals | None = None) -> Cell:
        """Every candidate of the rows; `ready` (n, K)."""
        return Cell(
            {name: field[rows][:, :, None] for name, field in self.state.items()},
            {name: trait[rows][:, None, None] for name, trait in self.traits.items()},
            self._courses.difficulty[rows],
            np.ones((1, 1, 1)) if ready is None else ready[:, :, None],
        )

    def _guess(self, exercise: Exercise) -> Reals:
        return of_candidates(self._courses.guess, exercise)

    def _ready(self, rows: Ints, skill: Ints, now: Reals) -> Reals:
        """(n,) readiness for one skill a row."""
        edge, required = self._courses.required(rows, skill)
        owner = rows.take(edge)
        at = owner * self.n_skills + required
        cell = Cell(
            Gathered(self.state, lambda field: field.take(at)),
            Gathered(self.traits, lambda trait: trait.take(owner)),
            MIDDLING,
            READY,
        )
        return over_required(edge, self.lets_through(cell, now.take(edge)), len(rows))

    def _ready_all(self, rows: Ints, now: Reals) -> Reals:
        """(n, K) readiness for every skill."""
        if self.unready == 1.0:
            return np.ones((len(rows), self.n_skills))
        cell = replace(self._table(rows), difficulty=np.zeros((1, 1, 1)))
        let_through = self.lets_through(cell, now[:, None, None])[:, :, 0]
        return over_prerequisites(self._courses, rows, let_through)
