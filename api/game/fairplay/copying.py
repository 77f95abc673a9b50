"""Copying between accounts: an agreement index, and answers that come just after another account's.

Two signs, each a tail probability, corrected for many pairs (Bonferroni): agreement for every pair there is,
L (L - 1) / 2, as those that are compared were chosen for agreeing; following for the pairs that follow often enough.

*Agreement* is the generalised binomial test of van der Linden and Sotaridona (2006). On the items that a and b both
answered, item j agrees by chance with

    m_j = P_aj P_bj + (1 - P_aj) (1 - P_bj) sum_v q_jv^2,    P_lj = sigmoid(theta_l - b_j),

q_jv being the share of the wrong answer v among wrong answers to j, and the number of agreements is a sum of
independent Bernoullis: its upper tail is computed exactly. theta and b are one-step estimates, logits of shrunk
shares. Who was later on most of the items may have copied; the other is not suspected.

*Following* is the sign of Alexandron et al. (2017), who found accounts that harvest answers for another: b answers the
item at most `LAG_MS` after a, right, and in less than `QUICK` of the usual time. Among b's n answers that follow a, k
are like that; k is binomial with b's own share of such answers elsewhere, at least `LEAST_QUICK`. So neither a
class that works in step nor somebody quick is suspect by itself.

Candidate pairs are found without comparing all: by fingerprints of two wrong answers (each learner's `SKETCH` wrong
answers of the smallest hash, a bottom-k sketch: Broder 1997), and by items answered within `LAG_MS` of each other.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from api.game.fairplay.attempts import Attempts, Ints, Reals, Suspicion, positions
from api.game.fairplay.copy import COPY, sentence
from api.game.fairplay.replays import fingerprint
from api.plurals import fill

SKETCH = 16
MOST_IN_BUCKET = 12
LEAST_COMMON, MOST_COMMON = 8, 200
LEAST_HINTS = 2  # fingerprints that a pair shares before it is compared
LAG_MS = 10 * 60_000
QUICK, LEAST_QUICK = 0.35, 0.05
ELSEWHERE_WEIGHT = 10.0  # answers of the usual share of quick and right ones, added to b's own elsewhere
LEAST_FOLLOWED = 6
NEIGHBOURS = 4  # answers to the same item just before that are looked at
CHUNK = 4_000  # pairs compared at a time


class Pairs(NamedTuple):
    """Two learners each, (P,); of `second`, who may have copied, what is found."""

    first: Ints
    second: Ints


def suspect(attempts: Attempts) -> Suspicion:
    """Score (-log10 of the corrected probability) and evidence of every learner.

    Evidence: answers in common, agreements, agreements expected, answers that follow, quick and right ones of them.
    """
    n = attempts.n_learners
    score, evidence = np.zeros(n), np.zeros((n, 5))
    firsts = _first_attempts(attempts)
    if not len(firsts):
        return Suspicion(score, evidence)
    correction = np.log10(max(n * (n - 1) / 2.0, 1.0))
    pairs, followed, quick, tail = _following(firsts)
    compared = np.log10(max(len(tail), 1))  # how often b follows a does not depend on how quick b is
    _take(score, evidence, pairs.second, tail - compared, np.stack([followed, quick], axis=1), slice(3, 5))
    pairs = _candidates(firsts)
    found = agreement(firsts, pairs, correction)
    told = np.stack([found.common, found.agreed, found.expected], axis=1)
    _take(score, evidence, found.later, found.tail - correction, told, slice(0, 3))
    return Suspicion(score, evidence)


def words(evidence: Reals) -> str:
    """The evidence (5,) of one learner in plain words."""
    common, agreed, expected, followed, quick = (round(one) for one in evidence.tolist())
    told = []
    if evidence[1] > evidence[2] and common:
        told.append(fill(COPY["copying.same"], common=common, agreed=agreed, expected=expected))
    if quick:
        told.append(fill(COPY["copying.quick"], quick=quick, followed=followed))
    return sentence(told)


class Agreement(NamedTuple):
    """Of pairs, all (P,): items in common, agreements, agreements expected, -log10 of the tail probability, and who of
    the two was later on most of the items."""

    common: Ints
    agreed: Ints
    expected: Reals
    tail: Reals
    later: Ints


def agreement(attempts: Attempts, pairs: Pairs, worth: float = 0.0) -> Agreement:
    """The agreement index of each pair. An index is symmetric; only who was later may have copied.

    Tails are exact from 10^-`worth` on; see `_tail`.
    """
    ability, difficulty = _rasch(attempts)
    same_wrong = _wrong_agreement(attempts)
    n_items = len(difficulty)
    key = attempts.learner * n_items + attempts.item
    order = np.argsort(key, kind="stable")
    starts = np.searchsorted(key[order], np.arange(attempts.n_learners + 1) * n_items)
    n = len(pairs.first)
    common, agreed = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    expected, tail, lead = np.zeros(n), np.zeros(n), np.zeros(n)
    for begin in range(0, n, CHUNK):
        part = slice(begin, begin + CHUNK)
        first, second = pairs.first[part], pairs.second[part]
        pair, place = _spread(starts[first], starts[first + 1])
        mine = order[place]
        wanted = second[pair] * n_items + attempts.item[mine]
        found = np.minimum(np.searchsorted(key, wanted, sorter=order), len(order) - 1)
        both = key[order[found]] == wanted
        pair, mine, other = pair[both], mine[both], order[found[both]]
        kept = positions(pair) < MOST_COMMON
        pair, mine, other = pair[kept], mine[kept], other[kept]
        p, q = (_success(ability[attempts.learner[who]], difficulty[attempts.item[who]]) for who in (mine, other))
        by_chance = p * q + (1.0 - p) * (1.0 - q) * same_wrong[attempts.item[mine]]
        same = attempts.response[mine] == attempts.response[other]
        size = len(first)
        common[part] = np.bincount(pair, minlength=size)
        agreed[part] = np.bincount(pair, same, size)
        expected[part] = np.bincount(pair, by_chance, size)
        tail[part] = _tail(pair, by_chance, common[part], agreed[part], worth)
        lead[part] = np.bincount(pair, np.sign(attempts.at[other] - attempts.at[mine]), size)
    later = np.where(lead > 0, pairs.second, pairs.first)
    return Agreement(common, agreed, expected, np.where(common >= LEAST_COMMON, tail, 0.0), later)


def _first_attempts(attempts: Attempts) -> Attempts:
    """Only each learner's first answer to each item, where it is known what was answered."""
    known = attempts.some(attempts.response >= 0)
    _, first = np.unique(fingerprint(known.learner, known.item), return_index=True)
    return known.some(np.sort(first))


def _candidates(attempts: Attempts) -> Pairs:
    """Pairs that share wrong answers which few others gave together."""
    wrong = attempts.some(~attempts.right)
    key = fingerprint(wrong.item, wrong.response)
    order = np.lexsort((key, wrong.learner))
    order = order[positions(wrong.learner[order]) < SKETCH]
    owner, key = wrong.learner[order], key[order]
    buckets, owners = [], []
    for ahead in range(1, SKETCH):
        same = owner[ahead:] == owner[:-ahead]
        buckets.append(fingerprint(key[:-ahead], key[ahead:])[same])
        owners.append(owner[ahead:][same])
    return _often(*_within(np.concatenate(buckets), np.concatenate(owners)), LEAST_HINTS)


def _within(bucket: Ints, owner: Ints) -> tuple[Ints, Ints]:
    """All pairs of owners in each bucket that is not too full; a pair may come several times."""
    order = np.lexsort((owner, bucket))
    bucket, owner = bucket[order], owner[order]
    _, place, size = np.unique(bucket, return_inverse=True, return_counts=True)
    few = (size[place] > 1) & (size[place] <= MOST_IN_BUCKET)
    bucket, owner = bucket[few], owner[few]
    firsts, seconds = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for ahead in range(1, MOST_IN_BUCKET):
        same = bucket[ahead:] == bucket[:-ahead]
        firsts.append(owner[:-ahead][same])
        seconds.append(owner[ahead:][same])
    return np.concatenate(firsts), np.concatenate(seconds)


def _often(first: Ints, second: Ints, least: int) -> Pairs:
    """The pairs of different learners that come so many times."""
    apart = first != second
    low, high = np.minimum(first, second)[apart], np.maximum(first, second)[apart]
    if not len(low):
        return Pairs(low, high)
    width = int(high.max()) + 1
    code, count = np.unique(low * width + high, return_counts=True)
    code = code[count >= least]
    return Pairs(code // width, code % width)


def _following(attempts: Attempts) -> tuple[Pairs, Reals, Reals, Reals]:
    """Pairs (a, b), b's answers that follow a's, the quick and right of them, -log10 of the tail probability."""
    quick = attempts.right & (attempts.seconds < QUICK * attempts.expected_seconds)
    own = np.bincount(attempts.learner, quick)
    order = np.lexsort((attempts.at, attempts.item))
    item, at = attempts.item[order], attempts.at[order]
    firsts, seconds, hits = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0, np.bool_)]
    for ahead in range(1, NEIGHBOURS + 1):
        near = (item[ahead:] == item[:-ahead]) & (at[ahead:] - at[:-ahead] <= LAG_MS)
        later = order[ahead:][near]
        firsts.append(attempts.learner[order[:-ahead][near]])
        seconds.append(attempts.learner[later])
        hits.append(quick[later])
    a, b, hit = np.concatenate(firsts), np.concatenate(seconds), np.concatenate(hits)
    code, place = np.unique(a * attempts.n_learners + b, return_inverse=True)
    n, k = (np.bincount(place, weights).astype(np.float64) for weights in (np.ones(len(place)), hit))
    kept = n >= LEAST_FOLLOWED
    code, n, k = code[kept], n[kept], k[kept]
    first, second = np.divmod(code, max(attempts.n_learners, 1))
    total = attempts.counts[second]
    mean = quick.mean()
    elsewhere = (own[second] - k + ELSEWHERE_WEIGHT * mean) / (total - n + ELSEWHERE_WEIGHT)
    base = np.clip(np.maximum(elsewhere, LEAST_QUICK), LEAST_QUICK, 0.95)
    return Pairs(first, second), n, k, _chernoff(k, n, base)


def _take(score: Reals, evidence: Reals, who: Ints, found: Reals, told: NDArray[np.number], columns: slice) -> None:
    """Keep for every learner the strongest of what was found (in place), with its evidence."""
    order = np.argsort(found, kind="stable")
    order = order[found[order] > score[who[order]]]
    score[who[order]] = found[order]
    evidence[who[order]] = 0.0
    evidence[who[order], columns] = told[order]


def _rasch(attempts: Attempts) -> tuple[Reals, Reals]:
    """(L,) abilities and (I,) difficulties in logits: one step from shrunk shares."""
    right = attempts.right.astype(np.float64)
    n_items = int(attempts.item.max()) + 1
    share = (np.bincount(attempts.item, right, n_items) + 1.0) / (np.bincount(attempts.item, minlength=n_items) + 2.0)
    difficulty = -np.log(share / (1.0 - share))
    met = np.bincount(attempts.learner, difficulty[attempts.item]) / np.maximum(attempts.counts, 1)
    own = (np.bincount(attempts.learner, right) + 1.0) / (attempts.counts + 2.0)
    return np.log(own / (1.0 - own)) + met, difficulty


def _success(ability: Reals, difficulty: Reals) -> Reals:
    return np.asarray(1.0 / (1.0 + np.exp(difficulty - ability)))


def _wrong_agreement(attempts: Attempts) -> Reals:
    """(I,) chance that two wrong answers to an item are the same; .5 where hardly any are known."""
    n_items = int(attempts.item.max()) + 1
    wrong = ~attempts.right
    key = fingerprint(attempts.item[wrong], attempts.response[wrong])
    _, place, count = np.unique(key, return_index=True, return_counts=True)
    item = attempts.item[wrong][place]
    total = np.bincount(item, count, n_items)
    pairs = np.bincount(item, count * (count - 1.0), n_items)
    return np.asarray((pairs + 0.5 * 20.0) / (total * np.maximum(total - 1.0, 0.0) + 20.0))


def _spread(starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """For ranges (P,): the range of each entry, and the entry, one after the other."""
    lengths = ends - starts
    pair = np.repeat(np.arange(len(starts)), lengths)
    return pair, positions(pair) + np.repeat(starts, lengths)


def _tail(pair: Ints, by_chance: Reals, common: Ints, agreed: Ints, worth: float) -> Reals:
    """(P,) -log10 of the tail probability: exact where a bound (Hoeffding 1956: a binomial of the mean chance has the
    heavier tail, and Chernoff's bound of it) says that it may be below 10^-worth, else that bound."""
    n = np.maximum(common, 1).astype(np.float64)
    mean = np.clip(np.bincount(pair, by_chance, len(common)) / n, 1e-6, 1.0 - 1e-6)
    tail = _chernoff(agreed.astype(np.float64), n, mean)
    close = np.flatnonzero(tail >= worth)
    if close.size:
        place = np.full(len(common), -1)
        place[close] = np.arange(close.size)
        kept = place[pair] >= 0
        tail[close] = _poisson_binomial_tail(place[pair[kept]], by_chance[kept], agreed[close])
    return tail


def _poisson_binomial_tail(group: Ints, chance: Reals, least: Ints) -> Reals:
    """(P,) -log10 P(at least so many), for sums of Bernoullis (n,) by group, exact, by convolution."""
    place, n = positions(group), len(least)
    longest = int(place.max()) + 1 if len(place) else 0
    table = np.zeros((n, longest))
    table[group, place] = chance
    mass = np.zeros((n, longest + 1))
    mass[:, 0] = 1.0
    for column in table.T:
        mass[:, 1:] = mass[:, 1:] * (1.0 - column[:, None]) + mass[:, :-1] * column[:, None]
        mass[:, 0] *= 1.0 - column
    tail = np.cumsum(mass[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(-np.log10(np.maximum(tail[np.arange(n), np.minimum(least, longest)], 1e-300)))


def _chernoff(k: Reals, n: Reals, chance: Reals) -> Reals:
    """(P,) -log10 of Chernoff's bound of P(at least k of n); 0 where k is not above what is expected."""
    share = np.clip(k / np.maximum(n, 1.0), 1e-12, 1.0 - 1e-12)
    divergence = share * np.log(share / chance) + (1.0 - share) * np.log((1.0 - share) / (1.0 - chance))
    return np.where(share > chance, n * divergence / np.log(10.0), 0.0)
