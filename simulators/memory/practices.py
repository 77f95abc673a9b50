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
        skill: (L, C), -1 where nothing is recorded; of short integers where these suffice, as they are searched.
        at: (L, C) days, -inf where nothing is recorded.
        values: (V, L, C) what a family notes of a practice.
    """

    def __init__(self, n_learners: int, n_skills: int, n_values: int, horizon_days: float) -> None:
        shape = (n_learners, FIRST_CAPACITY)
        self.n_skills, self.horizon_days = n_skills, horizon_days
        self.skill: NDArray[np.signedinteger] = np.full(shape, -1, dtype=np.min_scalar_type(-n_skills - 1))
        self._everybody: Ints = np.arange(n_learners)
        self.at: Reals = np.full(shape, -np.inf)
        self.values: Reals = np.zeros((n_values, *shape))
        self._next: Ints = np.zeros(n_learners, dtype=np.int64)

    def clear(self, rows: Ints) -> None:
        """Forget all practices of some learners."""
        self.skill[rows], self.at[rows], self._next[rows] = -1, -np.inf, 0

    def add(self, rows: Ints, skill: Ints, now: Reals, values: Reals) -> None:
        """Record practice of n different learners (n,) at `now` (n,); `values` (V, n)."""
        if np.any(now - self.at.take(self._slots(rows)) < self.horizon_days):
            self._double()
        slot = self._slots(rows)
        self.skill.reshape(-1, copy=False)[slot] = skill
        self.at.reshape(-1, copy=False)[slot] = now
        self.values.reshape(len(self.values), -1, copy=False)[:, slot] = values
        self._next[rows] = (self._next.take(rows) + 1) % self.skill.shape[1]

    def of_skill(self, rows: Ints, skill: Ints, now: Reals) -> Events:
        """The practices of one skill (n,) of each of n learners, seen from `now` (n,); cells are places in these."""
        found = np.flatnonzero(self._rings(rows) == skill[:, None].astype(self.skill.dtype))
        cell, place = self._places(rows, found)
        return self._events(cell, place, now.take(cell))

    def of_all(self, rows: Ints, now: Reals) -> Events:
        """All practices of n learners, seen from `now` (n,); cells are place in these times n_skills plus skill."""
        rings = self._rings(rows)
        found = np.flatnonzero(rings >= 0)
        owner, place = self._places(rows, found)
        return self._events(owner * self.n_skills + rings.take(found), place, now.take(owner))

    def _rings(self, rows: Ints) -> NDArray[np.signedinteger]:
        """(n, C) skills, without a copy where everybody is asked for."""
        return self.skill if np.array_equal(rows, self._everybody) else self.skill.take(rows, axis=0)

    def _places(self, rows: Ints, found: Ints) -> tuple[Ints, Ints]:
        """Of places in rings of `rows`: which of the rows, and the places in all rings."""
        owner = found // self.skill.shape[1]
        return owner, found + (rows - self._everybody[: len(rows)]).take(owner) * self.skill.shape[1]

    def _slots(self, rows: Ints) -> Ints:
        """(n,) places in all rings that are written next."""
        slots: Ints = rows * self.skill.shape[1] + self._next.take(rows)
        return slots

    def _events(self, cell: Ints, place: Ints, now: Reals) -> Events:
        days = np.maximum(now - self.at.take(place), 0.0)
        return Events(cell, days, np.stack([values.take(place) for values in self.values]))

    def _double(self) -> None:
        """Twice the room, the oldest first, so that they are still the first to be overwritten."""
        n_learners, capacity = self.skill.shape
        order = (self._next[:, None] + np.arange(capacity)) % capacity
        room = (n_learners, capacity)
        skill = np.take_along_axis(self.skill, order, axis=1)
        at = np.take_along_axis(self.at, order, axis=1)
        values = np.take_along_axis(self.values, order[None], axis=2)
        self.skill = np.concatenate([skill, np.full(room, -1, dtype=skill.dtype)], axis=1)
        self.at = np.concatenate([at, np.full(room, -np.inf)], axis=1)
        self.values = np.concatenate([values, np.zeros((len(values), *room))], axis=2)
        self._next[:] = capacity
