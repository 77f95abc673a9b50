"""When learners practised what: a record of every single practice, from which any time can be asked about exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulators.noise import Ints, Reals

BLOCK = 8
FIRST_BLOCKS = 16


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
    """All practices of L learners, in blocks of eight of one skill; the blocks of a skill are a chain.

    Only practices less than `horizon_days` old are ever asked for. Where a learner has no block left, all get twice as
    many, N.

    Attributes:
        skill: (L, N) whose block it is, -1 where it is free.
        before: (L, N) the block of the same skill before, -1 where there is none.
        at: (L, N, 8) days, -inf where nothing is recorded; a block is filled from the front.
        values: (V, L, N, 8) what a family notes of a practice.
    """

    def __init__(self, n_learners: int, n_skills: int, n_values: int, horizon_days: float) -> None:
        shape = (n_learners, FIRST_BLOCKS)
        self.n_skills, self.horizon_days = n_skills, horizon_days
        self.skill: Ints = np.full(shape, -1)
        self.before: Ints = np.full(shape, -1)
        self.at: Reals = np.full((*shape, BLOCK), -np.inf)
        self.values: Reals = np.zeros((n_values, *shape, BLOCK))
        self._latest: Ints = np.full((n_learners, n_skills), -1)
        self._filled: Ints = np.full((n_learners, n_skills), BLOCK)
        self._used: Ints = np.zeros(n_learners, dtype=np.int64)

    def clear(self, rows: Ints) -> None:
        """Forget all practices of some learners."""
        self.skill[rows], self.at[rows] = -1, -np.inf
        self._latest[rows], self._filled[rows], self._used[rows] = -1, BLOCK, 0

    def add(self, rows: Ints, skill: Ints, now: Reals, values: Reals) -> None:
        """Record practice of n different learners (n,) at `now` (n,), not before earlier ones; `values` (V, n)."""
        cell = rows * self.n_skills + skill
        full = np.flatnonzero(self._filled.take(cell) == BLOCK)
        if full.size:
            self._open(rows.take(full), skill.take(full))
        filled = self._filled.take(cell)
        slot = (rows * self.skill.shape[1] + self._latest.take(cell)) * BLOCK + filled
        self.at.reshape(-1, copy=False)[slot] = now
        self.values.reshape(len(self.values), -1, copy=False)[:, slot] = values
        self._filled.reshape(-1, copy=False)[cell] = filled + 1

    def of_skill(self, rows: Ints, skill: Ints, now: Reals) -> Events:
        """The practices of one skill (n,) of each of n learners, seen from `now` (n,); cells are places in these."""
        since = now - self.horizon_days
        cell, number = np.arange(len(rows)), self._latest.take(rows * self.n_skills + skill)
        cells, blocks = [], []
        while True:
            kept = np.flatnonzero(number >= 0)
            if not kept.size:
                break
            cell, number = cell.take(kept), number.take(kept)
            block = rows.take(cell) * self.skill.shape[1] + number
            cells.append(cell)
            blocks.append(block)
            reaches_back = self.at.take(block * BLOCK) <= since.take(cell)
            number = np.where(reaches_back, -1, self.before.take(block))
        if not cells:
            return Events(cell[:0], now[:0], self.values.reshape(len(self.values), -1)[:, :0])
        return self._events(np.concatenate(cells), np.concatenate(blocks), now)

    def of_all(self, rows: Ints, now: Reals) -> Events:
        """All practices of n learners, seen from `now` (n,); cells are place in these times n_skills plus skill."""
        place, number = np.nonzero(self.skill[rows] >= 0)
        block = rows.take(place) * self.skill.shape[1] + number
        return self._events(place * self.n_skills + self.skill.take(block), block, now.repeat(self.n_skills))

    def _events(self, cell: Ints, block: Ints, now: Reals) -> Events:
        """What blocks hold; `now` is that of the cells."""
        days = now.take(cell)[:, None] - self.at.reshape(-1, BLOCK).take(block, axis=0)
        found = np.flatnonzero(days < self.horizon_days)
        of_block = found // BLOCK
        slot = block.take(of_block) * BLOCK + found % BLOCK
        values = np.stack([values.take(slot) for values in self.values])
        return Events(cell.take(of_block), np.maximum(days.take(found), 0.0), values)

    def _open(self, rows: Ints, skill: Ints) -> None:
        """Begin a block."""
        number = self._used.take(rows)
        if number.max() >= self.skill.shape[1]:
            self._double()
        self.skill[rows, number], self.before[rows, number] = skill, self._latest[rows, skill]
        self._latest[rows, skill], self._filled[rows, skill] = number, 0
        self._used[rows] = number + 1

    def _double(self) -> None:
        self.before = np.concatenate([self.before, np.full_like(self.before, -1)], axis=1)
        self.skill = np.concatenate([self.skill, np.full_like(self.skill, -1)], axis=1)
        self.at = np.concatenate([self.at, np.full_like(self.at, -np.inf)], axis=1)
        self.values = np.concatenate([self.values, np.zeros_like(self.values)], axis=2)
