"""Replayed events: the same work, with the same timing, sent again under other ids, from other devices or accounts.

A run of answers is replayed when the same items were answered in the same way in the same time before, in the same
order. Times are reported to the millisecond, so equal ones are rare; where a client rounds them, equal ones
are common and say little. Each answer of a run of length at least `LEAST_RUN` is worth

    bits = log2(n / number of answers to that item with the very same response and time)

bits of surprise, n being the number of answers to the item, and the score is the sum over the learner's longest run
minus log2(N^2 / 2) for the pairs of N answers that might have agreed by chance (Bonferroni in bits).

Runs are found by fingerprints of `LEAST_RUN` answers in a row, as similar documents are by shingles (Broder 1997): no
pair of learners is compared. The form is our own. Answers that were sent twice to the same exercise are no attempts
that count, and so not seen here.
"""

from __future__ import annotations

import numpy as np

from api.game.fairplay.attempts import Attempts, Flags, Ints, Reals, Suspicion, positions
from api.game.fairplay.copy import COPY
from api.plurals import fill

LEAST_RUN = 4
_MIX = np.uint64(0x9E3779B97F4A7C15)


def suspect(attempts: Attempts) -> Suspicion:
    """Score and evidence (length of the longest replayed run, bits) of every learner."""
    n = attempts.n_learners
    known = np.flatnonzero(np.isfinite(attempts.seconds))
    timed = attempts.some(known)
    if len(timed) < 2 * LEAST_RUN:
        return Suspicion(np.zeros(n), np.zeros((n, 2)))
    key = fingerprint(timed.item, timed.response, np.rint(timed.seconds * 1000.0).astype(np.int64))
    inside = _covered(key, timed.learner, timed.at)
    bits = _surprise(key, timed.item)
    run = np.cumsum(np.r_[True, (~inside[1:]) | (~inside[:-1]) | (timed.learner[1:] != timed.learner[:-1])])
    lengths, sums = np.bincount(run, inside), np.bincount(run, bits * inside)
    length, total = np.zeros(n), np.zeros(n)
    owner = np.zeros(len(sums), dtype=np.int64)
    owner[run] = timed.learner
    np.maximum.at(total, owner, sums)
    np.maximum.at(length, owner, lengths)
    score = np.maximum(total - 2.0 * np.log2(len(timed)) + 1.0, 0.0)
    return Suspicion(score, np.stack([length, total], axis=1))


def words(evidence: Reals) -> str:
    """The evidence (2,) of one learner in plain words."""
    return fill(COPY["replays"], answers=round(evidence[0]))


def fingerprint(*columns: Ints) -> Ints:
    """(n,) a hash of what stands in the columns at each place."""
    state = np.full(len(columns[0]), np.uint64(0x243F6A8885A308D3))
    for column in columns:
        state = (state ^ column.astype(np.uint64)) * _MIX
        state ^= state >> np.uint64(29)
    return state.view(np.int64)


def _covered(key: Ints, learner: Ints, at: Ints) -> Flags:
    """(n,) whether an answer lies in a run of LEAST_RUN that also stands earlier, here or elsewhere."""
    n = len(key)
    shingle = fingerprint(*(np.roll(key, -shift) for shift in range(LEAST_RUN)))[: n - LEAST_RUN + 1]
    whole = learner[: n - LEAST_RUN + 1] == learner[LEAST_RUN - 1 :]
    places = np.flatnonzero(whole)
    order = places[np.lexsort((at[places], shingle[places]))]
    again = np.zeros(n, dtype=np.bool_)
    again[order[positions(shingle[order]) > 0]] = True
    covered = again.copy()
    for shift in range(1, LEAST_RUN):
        covered[shift:] |= again[:-shift]
    return covered


def _surprise(key: Ints, item: Ints) -> Reals:
    """(n,) bits by which an answer with this very time surprises."""
    _, place, same = np.unique(key, return_inverse=True, return_counts=True)
    return np.asarray(np.log2(np.bincount(item)[item] / same[place]))
