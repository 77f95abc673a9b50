"""Families whose recall depends on when each practice was: the base from which they are made.

What a history amounts to at some time is a sum over practices of what each has left by then. A family says what a
practice leaves, and how the sums make recall; all practices that can still matter are on record, so every answer here
is exact, whatever the time asked about.

Time is the learner's own: days times a factor on forgetting, so that a forgetful learner lives through more of them.
What a practice leaves does not depend on the band practised.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import numpy as np

from simulators.learner import CourseArrays, Exercise, Persons, mean_available
from simulators.memory.practices import Events, PracticeRecord
from simulators.memory.recall import elapsed_days
from simulators.noise import Draws, Flags, Ints, Reals
from simulators.skillwise import Cell, SkillwiseLearners

SUMS, SINCE = "sums", "since"
NOTHING = -1


class HistoryLearners(SkillwiseLearners):
    """L learners of K skills, who keep a record of their practice.

    A subclass has the field "last" and the trait "forgetting", and implements `draw`, `solved`, `practised`, `left`
    and `summed`. The cells that `solved` gets hold, beside fields and traits, SUMS (F, ...) as of the time asked about
    and SINCE (...), own days since the last practice then. `practised` gives what is noted of a practice, by the names
    in NOTED.

    Attributes:
        NOTED: names of what is noted of a practice.
        BY_SUMS: whether that depends on the sums at the time.
    """

    NOTED: ClassVar[tuple[str, ...]]
    BY_SUMS: ClassVar[bool] = False

    def __init__(
        self, n_learners: int, n_skills: int, horizon_days: float, hint_lift: float, hint_share: float
    ) -> None:
        super().__init__(n_learners, n_skills, hint_lift=hint_lift, hint_share=hint_share)
        self.record = PracticeRecord(n_learners, n_skills, len(self.NOTED), horizon_days)
        self._attempted: Ints = np.full(n_learners, NOTHING)
        self._attempted_at: Reals = np.zeros(n_learners)
        self._attempted_sums: Reals = np.zeros((0, n_learners))

    @abstractmethod
    def left(self, cell: Cell, noted: Mapping[str, Reals], days: Reals) -> Reals:
        """(F, ...) what a practice adds to the sums, own `days` (...) after it."""

    @abstractmethod
    def summed(self, cell: Cell, events: Events, at: Reals) -> Reals:
        """(F, ...) sums over the practices before `at`, in own days.

        The fields of the cell have the shape that is asked for, to which `at` and traits broadcast; the cells of
        `events` are places in these, flattened.
        """

    def note(self, rows: Ints, skill: Ints, now: Reals, noted: Mapping[str, Reals]) -> None:
        """Record practice (n,) at `now` in own days."""
        values = np.stack([np.broadcast_to(noted[name], now.shape) for name in self.NOTED])
        self.record.add(rows, skill, now, values)
        self._attempted[rows] = NOTHING
        self.state["last"].reshape(-1, copy=False)[rows * self.n_skills + skill] = now

    def begin(self, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons) -> None:
        """Draw new learners for `rows`, of whom nothing is on record."""
        self.record.clear(rows)
        self._attempted[rows] = NOTHING
        super().begin(rows, courses, draws, persons)

    def success_probability(self, rows: Ints, now: Reals) -> Reals:
        """(n, K, B) chance of a right unaided answer."""
        return self._response(self._table_at(rows, now), self._courses.guess[rows], now)

    def attempt(self, exercise: Exercise, forget: Reals) -> Reals:  # noqa: ARG002 - forgetting is certain here
        """(n,) chance of a right unaided answer."""
        cell = self._of_skill_at(exercise.rows, exercise.skill, exercise.now)
        if self.BY_SUMS:
            self._keep(exercise, cell.fields[SUMS])
        cell = replace(cell, difficulty=self._practice(exercise).difficulty)
        return self._response(cell, self._guess(exercise), exercise.now)

    def learn(self, exercise: Exercise, correct: Flags, hinted: Flags, chance: Reals) -> None:  # noqa: ARG002
        """Note the practice."""
        rows, skill, now = exercise.rows, exercise.skill, exercise.now
        cell = self._practice(exercise)
        if self.BY_SUMS:
            cell = cell.with_fields({SUMS: self._kept(exercise)})
        effort = 1.0 - (1.0 - self.hint_share) * hinted.astype(np.float64)
        self.note(rows, skill, now * cell.traits["forgetting"], self.practised(cell, now, correct, effort))

    def score_at(self, rows: Ints, test_at: Reals) -> Reals:
        """(n, K) expected open-response score at `test_at`."""
        return self._scored(rows, self._table_at(rows, test_at), test_at)

    def skill_score_at(self, rows: Ints, skill: Ints, test_at: Reals) -> Reals:
        """(n,) the same for one skill a row."""
        cell = self._of_skill_at(rows, skill, test_at)
        wide = Cell(
            {name: field[..., None] for name, field in cell.fields.items()},
            {name: trait[:, None] for name, trait in cell.traits.items()},
            self._courses.difficulty[rows, skill],
            np.ones((1, 1)),
        )
        return mean_available(self._unguessed(wide, test_at), self._courses.available[rows, skill])

    def score_gain(self, rows: Ints, now: Reals, test_at: Reals, hint: Reals) -> Reals:
        """(n, K, B) exact expected change of the test score of a skill by one earnest practice of each candidate."""
        present, later = self._table_at(rows, now), self._table_at(rows, test_at)
        gap = self._gap(rows, now, test_at)
        success = self._response(present, self._courses.guess[rows], now)
        asks = np.clip(hint[:, None, None] * (1.0 - success), 0.0, 1.0)
        aided = success + self.hint_lift * (1.0 - success)
        expected = np.zeros_like(success)
        for correct in (True, False):
            for effort, weight, chance in ((1.0, 1.0 - asks, success), (self.hint_share, asks, aided)):
                noted = self.practised(present, now, np.asarray(correct), effort)
                after = self._with_practice(later, noted, gap)
                share = weight * (chance if correct else 1.0 - chance)
                expected += share * self._scored(rows, after, test_at)[:, :, None]
        return expected - self._scored(rows, later, test_at)[:, :, None]

    def prospect(self, rows: Ints, now: Reals, test_at: Reals, repeats: Ints) -> Reals:
        """(n, K, B) expected rise of `score_at` per exercise, by up to `repeats` (n,) practices in a row.

        The best average over 1..repeats, along the mean course of events: what is noted is what is expected.
        """
        present, later = self._table_at(rows, now), self._table_at(rows, test_at)
        gap = self._gap(rows, now, test_at)
        guess, before = self._courses.guess[rows], self._scored(rows, later, test_at)[:, :, None]
        best = np.full(guess.shape, -np.inf)
        for count in range(1, int(repeats.max()) + 1):
            success = self._response(present, guess, now)
            right, wrong = (self.practised(present, now, np.asarray(correct), 1.0) for correct in (True, False))
            noted = {name: wrong[name] + success * (right[name] - wrong[name]) for name in right}
            present = self._with_practice(present, noted, np.zeros((len(rows), 1, 1)))
            later = self._with_practice(later, noted, gap)
            gain = (self._scored_by_band(rows, later, test_at) - before) / count
            best = np.where(count <= repeats[:, None, None], np.maximum(best, gain), best)
        return best

    def _keep(self, exercise: Exercise, sums: Reals) -> None:
        """Keep the sums of an attempt for the practice that follows it."""
        if len(sums) != len(self._attempted_sums):
            self._attempted_sums = np.zeros((len(sums), len(self._attempted)))
        rows = exercise.rows
        self._attempted[rows], self._attempted_at[rows] = exercise.skill, exercise.now
        self._attempted_sums[:, rows] = sums

    def _kept(self, exercise: Exercise) -> Reals:
        """(F, n) the sums of an exercise, those of the attempt where there was one."""
        rows = exercise.rows
        same = (self._attempted[rows] == exercise.skill) & (self._attempted_at[rows] == exercise.now)
        if same.all():
            return self._attempted_sums[:, rows]
        return self._of_skill_at(rows, exercise.skill, exercise.now).fields[SUMS]

    def _with_practice(self, cell: Cell, noted: Mapping[str, Reals], days: Reals) -> Cell:
        """The cell when there was a practice, own `days` before the time that it is of."""
        sums = cell.fields[SUMS] + self.left(cell, noted, days)
        return cell.with_fields({SUMS: sums, SINCE: np.broadcast_to(days, sums.shape[1:])})

    def _gap(self, rows: Ints, now: Reals, test_at: Reals) -> Reals:
        gap: Reals = np.maximum(test_at - now, 0.0) * self.traits["forgetting"][rows]
        return gap[:, None, None]

    def _scored(self, rows: Ints, cell: Cell, at: Reals) -> Reals:
        """(n, K) test score of cells (n, K, 1)."""
        return mean_available(self._unguessed(cell, at), self._courses.available[rows])

    def _scored_by_band(self, rows: Ints, cell: Cell, at: Reals) -> Reals:
        """(n, K, B) test score of cells (n, K, B), whose last axis is the band that was practised."""
        wide = Cell(
            {name: field[..., None] for name, field in cell.fields.items()},
            {name: trait[..., None] for name, trait in cell.traits.items()},
            self._courses.difficulty[rows][:, :, None, :],
            np.ones((1, 1, 1, 1)),
        )
        return mean_available(self._unguessed(wide, at), self._courses.available[rows][:, :, None])

    def _of_skill_at(self, rows: Ints, skill: Ints, at: Reals) -> Cell:
        """Cells (n,) of one skill a row, as of `at` days, without a difficulty."""
        at_cell = rows * self.n_skills + skill
        fields = {name: field.take(at_cell) for name, field in self.state.items()}
        cell = Cell(fields, {name: trait.take(rows) for name, trait in self.traits.items()}, np.zeros(1), np.ones(1))
        own = at * cell.traits["forgetting"]
        return self._as_of(cell, self.record.of_skill(rows, skill, own), own)

    def _table_at(self, rows: Ints, at: Reals) -> Cell:
        """Cells (n, K, 1) of every skill, as of `at` days, with the difficulties of their bands."""
        cell, own = self._table(rows), at * self.traits["forgetting"][rows]
        events = self.record.of_all(rows, own)
        return self._as_of(cell, events, own[:, None, None])

    def _as_of(self, cell: Cell, events: Events, own: Reals) -> Cell:
        sums, since = self.summed(cell, events, own), elapsed_days(own, cell.fields["last"])
        return cell.with_fields({SUMS: sums, SINCE: since})
