"""When learners practised what: a record of single practices, exact, as long as any of them can still matter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.noise import Ints, Reals

FIRST_CAPACITY = 32


@dataclass(frozen=True)
class Events:
    """m practices that are asked for, in no order.

    Attributes:
        cell: (m,) which of the skills that were asked for was practised.
        days: (m,) how long ago, from 0.
        values: (V, m) what was noted of each.
    """

    cell: Ints
    days: Reals
    values: Reals


class PracticeRecord:
    """A ring of the latest practices of each of L learners.

    A practice is overwritten by a later one only when it is at least `horizon_days` old. Where it is younger, all rings
    double, so nothing within the horizon is ever lost; an infinite horizon keeps everything.

    Attributes:
        skill: (L, C), -1 where nothing is recorded.
        at: (L, C) days, -inf where nothing is recorded.
        values: (V, L, C) what a family notes of a practice.
    """

    def __init__(self, n_learners: int, n_values: int, horizon_days: float) -> None:
        shape = (n_learners, FIRST_CAPACITY)
        self.horizon_days = horizon_days
        self.skill: NDArray[np.int32] = np.full(shape, -1, dtype=np.int32)
        self.at: Reals = np.full(shape, -np.inf)
        self.values: Reals = np.zeros((n_values, *shape))
        self._next: Ints = np.zeros(n_learners, dtype=np.int64)

    def clear(self, rows: Ints) -> None:
        """Forget all practices of some learners."""
        self.skill[rows], self.at[rows], self._next[rows] = -1, -np.inf, 0

    def add(self, rows: Ints, skill: Ints, now: Reals, values: Reals) -> None:
        """Record practice of n different learners (n,) at `now` (n,); `values` (V, n)."""
        slot = self._next[rows]
        if np.any(now - self.at[rows, slot] < self.horizon_days):
            self._double()
            slot = self._next[rows]
        self.skill[rows, slot], self.at[rows, slot] = skill, now
        self.values[:, rows, slot] = values
        self._next[rows] = (slot + 1) % self.skill.shape[1]

    def of_skill(self, rows: Ints, skill: Ints, now: Reals) -> Events:
        """The practices of one skill (n,) of each of n learners, seen from `now` (n,); cells are places in these."""
        capacity = self.skill.shape[1]
        found = np.flatnonzero(self.skill[rows] == skill[:, None].astype(np.int32))
        cell = found // capacity
        place = rows[cell] * capacity + found % capacity
        return self._events(cell, place, now[cell])

    def of_all(self, rows: Ints, n_skills: int, now: Reals) -> Events:
        """All practices of n learners, seen from `now` (n,); cells are place in these times n_skills plus skill."""
        capacity, skill = self.skill.shape[1], self.skill[rows]
        found = np.flatnonzero(skill >= 0)
        owner = found // capacity
        place = rows[owner] * capacity + found % capacity
        return self._events(owner * n_skills + skill.reshape(-1)[found], place, now[owner])

    def _events(self, cell: Ints, place: Ints, now: Reals) -> Events:
        days = np.maximum(now - self.at.reshape(-1)[place], 0.0)
        return Events(cell, days, self.values.reshape(len(self.values), -1)[:, place])

    def _double(self) -> None:
        """Twice the room, the oldest first, so that they are still the first to be overwritten."""
        n_learners, capacity = self.skill.shape
        order = (self._next[:, None] + np.arange(capacity)) % capacity
        room = (n_learners, capacity)
        skill = np.take_along_axis(self.skill, order, axis=1)
        at = np.take_along_axis(self.at, order, axis=1)
        values = np.take_along_axis(self.values, order[None], axis=2)
        self.skill = np.concatenate([skill, np.full(room, -1, dtype=np.int32)], axis=1)
        self.at = np.concatenate([at, np.full(room, -np.inf)], axis=1)
        self.values = np.concatenate([values, np.zeros((len(values), *room))], axis=2)
        self._next[:] = capacity
