"""Sequences of answers, padded for torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rl.fit.logs import Log
from simulators.noise import Flags, Ints, Reals


@dataclass(frozen=True)
class Sequences:
    """S sequences of at most T answers, padded; (S, T) except `n_local`.

    Attributes:
        skill, item: global numbers, over all sets.
        local: the skill's number within the sequence.
        days, y, asked, real: as in `Log`; `real` is false in the padding.
        row: row of the log; -1 in the padding.
        n_local: most skills of a sequence.
    """

    skill: Tensor
    item: Tensor
    local: Tensor
    days: Tensor
    y: Tensor
    asked: Tensor
    real: Tensor
    row: Ints
    n_local: int


def sequences(log: Log, first_skill: int, first_item: int, longest: int, batch: int) -> Iterator[Sequences]:
    """Batches of a log's sequences, those of like length together."""
    begins = np.flatnonzero(np.r_[True, np.diff(log.learner) != 0])
    ends = np.r_[begins[1:], len(log.learner)]
    pieces = [
        (at, min(at + longest, end))
        for begin, end in zip(begins, ends, strict=True)
        for at in range(begin, end, longest)
    ]
    pieces.sort(key=lambda piece: piece[1] - piece[0])
    for start in range(0, len(pieces), batch):
        yield _padded(log, pieces[start : start + batch], first_skill, first_item)


def _padded(log: Log, pieces: list[tuple[int, int]], first_skill: int, first_item: int) -> Sequences:
    shape = len(pieces), max(end - begin for begin, end in pieces)
    row, local = np.full(shape, -1), np.zeros(shape, np.int64)
    for index, (begin, end) in enumerate(pieces):
        row[index, : end - begin] = np.arange(begin, end)
        local[index, : end - begin] = np.unique(log.skill[begin:end], return_inverse=True)[1]
    real = row >= 0

    def column(values: Reals | Ints | Flags, dtype: torch.dtype) -> Tensor:
        return torch.as_tensor(np.where(real, values[row], 0), dtype=dtype)

    return Sequences(
        skill=column(log.skill + first_skill, torch.int64),
        item=column(log.item + first_item, torch.int64),
        local=torch.as_tensor(local),
        days=column(log.days, torch.float32),
        y=column(log.correct, torch.float32),
        asked=column(log.asked, torch.float32),
        real=torch.as_tensor(real),
        row=row,
        n_local=int(local.max()) + 1,
    )
