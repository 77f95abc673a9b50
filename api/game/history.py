"""The ledger as its owner reads it: rows of XP and gems out of the journal, the last accepted first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from api.game.facts import GemsMoved
from api.learners.entries import decode_fact
from api.learners.facts import XpGranted
from api.store.ports import Commit, Journal

WINDOW = 50
"""Commits that are read at once."""
ROWS = ("xpGranted", "gemsMoved")
START = (2**53, 0)


class Row(NamedTuple):
    """A row with its place: the commit, and its number in it. `at` is when it happened (ms)."""

    seq: int
    number: int
    id: str
    at: int
    fact: XpGranted | GemsMoved


async def page(journal: Journal, learner_id: str, last_seq: int, before: tuple[int, int], limit: int) -> list[Row]:
    """At most `limit` rows before a place (commit, number), the last accepted first.

    Args:
        last_seq: the last commit there is.
        before: `START` for all.
    """
    found: list[Row] = []
    upper = min(last_seq, before[0])
    while upper > 0 and len(found) < limit:
        lower = max(0, upper - WINDOW)
        commits = await journal.read(learner_id, lower, upper - lower)
        for commit in reversed([commit for commit in commits if commit.seq <= upper]):
            found += [row for row in _rows(commit) if (row.seq, row.number) < before]
        upper = lower
    return found[:limit]


def _rows(commit: Commit) -> Iterator[Row]:
    for number in range(len(commit.facts) - 1, -1, -1):
        entry = commit.facts[number]
        if entry.kind in ROWS:
            fact = decode_fact(commit, entry)
            if isinstance(fact, XpGranted | GemsMoved):
                yield Row(commit.seq, number, entry.id, entry.effective_at, fact)
