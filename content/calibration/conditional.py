"""The Rasch model by conditional maximum likelihood: difficulties without a word about how abilities are spread.

Given how many items a learner got right, which ones does not depend on ability: with e_j = exp(-b_j),

    P(x | r) = prod of e_j^x_j / gamma_r,    gamma_r = sum over all patterns with r right of their products

Source: Andersen (1972), Journal of the Royal Statistical Society B 34(1). The sums gamma, with each item and each
pair left out, are added up item by item (Fischer 1974, the summation algorithm): all terms are positive, so nothing
cancels; they are kept as probabilities of independent items, so nothing overflows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from content.calibration.calibration import Calibration, calibratable
from content.calibration.gathering import sums_by
from content.calibration.logistic import sigmoid, softplus
from content.calibration.responses import CalibrationError, Reals, Responses

MOST_ITEMS = 150  # in one form: memory grows with the cube, time with the fourth power
NEWTON_STEPS = 50
TOLERANCE = 1e-9
LONGEST_STEP = 1.0


@dataclass(frozen=True)
class _Form:
    """Learners who answered the same items.

    Attributes:
        items: (n,) numbers. n_right: (n,) right answers to each. totals: (n + 1,) learners by number right.
    """

    items: NDArray[np.intp]
    n_right: Reals
    totals: Reals


def fit_conditional_rasch(responses: Responses) -> Calibration:
    """Difficulties in logits, summing to zero; learners with all right or all wrong say nothing and are left out.

    Meant for tests, where many learners answer the same items: learners are put together by the items they answered.

    Raises:
        CalibrationError: a score is neither 0 nor 1; fewer than two items have right and wrong answers; a learner
            answered more than 150 items; or answers do not connect the items, so that they have no common scale.
    """
    asked, set_aside = _informative(responses)
    forms = _forms(asked)
    _require_connected(asked)
    easiness, n_steps, step = np.zeros(asked.n_items), 0, np.ones(asked.n_items)
    level = 1.0 / asked.n_items  # added to all of the information, which says nothing of the level of difficulties
    while n_steps < NEWTON_STEPS and np.abs(step).max() >= TOLERANCE:
        _, gradient, information = _derivatives(forms, easiness)
        step = np.asarray(np.linalg.solve(information + level, gradient), np.float64)
        easiness += np.clip(step, -LONGEST_STEP, LONGEST_STEP)
        easiness -= easiness.mean()
        n_steps += 1
    log_likelihood, _, information = _derivatives(forms, easiness)
    return Calibration(
        model="conditional rasch",
        item_ids=asked.item_ids,
        discrimination=np.ones(asked.n_items),
        intercept=easiness,
        discrimination_error=np.zeros(asked.n_items),
        difficulty_error=np.sqrt(np.diag(np.linalg.inv(information + level)) - level),
        n_answers=np.bincount(asked.item, minlength=asked.n_items),
        ability_sd=np.nan,
        ability_sd_error=np.nan,
        log_likelihood=log_likelihood,
        n_learners=len(np.unique(asked.learner)),
        n_steps=n_steps,
        converged=bool(np.abs(step).max() < TOLERANCE),
        set_aside=set_aside,
    )


def without_pairs(chance: Reals) -> Reals:
    """(n, n, n + 1) distribution of the number right among independent items when items a and b are left out.

    Args:
        chance: (n,) of each item to be right. On the diagonal one item is left out.
    """
    n = len(chance)
    left = np.zeros((n, n, n + 1))
    left[..., 0] = 1.0
    for k, p in enumerate(chance):
        more = left * (1.0 - p)
        more[..., 1:] += left[..., :-1] * p
        more[k], more[:, k] = left[k], left[:, k]
        left = more
    return left


def _derivatives(forms: list[_Form], easiness: Reals) -> tuple[float, Reals, Reals]:
    """Log-likelihood, its gradient (J,), and the information (J, J): the covariance of answers given the totals."""
    value, gradient = 0.0, np.zeros_like(easiness)
    information = np.zeros((len(easiness), len(easiness)))
    for form in forms:
        own = easiness[form.items]
        chance = sigmoid(own)
        left = without_pairs(chance)
        alone = np.einsum("jjr->jr", left)
        total = alone[0] * (1.0 - chance[0])
        total[1:] += alone[0, :-1] * chance[0]
        seen = np.flatnonzero(form.totals)
        n, p = form.totals[seen], total[seen]
        single = chance[:, None] * alone[:, seen - 1] / p
        pair = np.einsum("j,k,jkr->jkr", chance, chance, left[:, :, np.maximum(seen - 2, 0)]) * (seen > 1) / p
        pair[np.arange(len(own)), np.arange(len(own))] = single
        value += form.n_right @ own - n @ (np.log(p) + softplus(own).sum())
        gradient[form.items] += form.n_right - single @ n
        information[np.ix_(form.items, form.items)] += pair @ n - (single * n) @ single.T
    return value, gradient, information


def _informative(responses: Responses) -> tuple[Responses, dict[str, str]]:
    """Leave out learners with all right or all wrong, and items that then are so themselves, until none is left."""
    asked, set_aside = calibratable(responses, 2)
    while True:
        n = np.bincount(asked.learner, minlength=asked.n_learners)
        right = sums_by(asked.learner, asked.score, asked.n_learners)
        mixed = (right > 0) & (right < n)
        if mixed[asked.learner].all():
            return asked, set_aside
        asked = asked.at(mixed[asked.learner])
        if not asked.n_answers:
            raise CalibrationError("every learner has all right or all wrong; conditional likelihood needs both in one")
        asked, why = calibratable(asked, 2)
        set_aside |= {name: f"{reason}, of learners with right and wrong answers" for name, reason in why.items()}


def _lists(asked: Responses) -> Iterator[tuple[NDArray[np.intp], Reals]]:
    """Each learner's items, in order, and scores."""
    order = np.lexsort((asked.item, asked.learner))
    edges = np.searchsorted(asked.learner[order], np.arange(asked.n_learners + 1))
    for start, end in pairwise(edges):
        if end > start:
            rows = order[start:end]
            yield asked.item[rows].astype(np.intp), asked.score[rows]


def _forms(asked: Responses) -> list[_Form]:
    lists: dict[bytes, tuple[NDArray[np.intp], list[Reals]]] = {}
    for items, scores in _lists(asked):
        if len(items) > MOST_ITEMS:
            raise CalibrationError(
                f"a learner answered {len(items)} items; conditional likelihood takes at most {MOST_ITEMS}, "
                "marginal likelihood any number"
            )
        lists.setdefault(items.tobytes(), (items, []))[1].append(scores)
    forms = []
    for items, all_scores in lists.values():
        scores = np.stack(all_scores)
        totals = np.bincount(scores.sum(axis=1).astype(np.intp), minlength=len(items) + 1).astype(np.float64)
        forms.append(_Form(items, scores.sum(axis=0), totals))
    return forms


def _require_connected(asked: Responses) -> None:
    """Estimates exist if one can go from each item to each other, each time over a learner with the one right and the
    other wrong (Fischer 1981, Psychometrika 46(1), theorem 1)."""
    beats = np.zeros((asked.n_items, asked.n_items), np.bool_)
    for items, scores in _lists(asked):
        beats[items[scores == 1.0][:, None], items[scores == 0.0]] = True
    for way, what in ((beats, "wrong"), (beats.T, "right")):
        reached = np.zeros(asked.n_items, np.bool_)
        frontier = np.asarray([0])
        while frontier.size:
            reached[frontier] = True
            frontier = np.flatnonzero(way[frontier].any(axis=0) & ~reached)
        if not reached.all():
            name = asked.item_ids[int(np.flatnonzero(~reached)[0])]
            raise CalibrationError(
                f"item {name!r} has no scale in common with {asked.item_ids[0]!r}: no chain of learners got one right "
                f"and the next wrong, ending with it {what}; let more learners answer both"
            )
