"""Rapid guessing: a mixture of answers in earnest and answers that came too fast to have been thought about.

With x = ln(seconds), item i, learner l and y whether the answer is right, an answer is

    rapid    with probability pi_l:    x ~ N(m, s_g^2),              P(y) = c_i
    earnest  with probability 1 - pi_l: x ~ N(beta_i - tau_l, s^2),   P(y) = p_i

and r = P(rapid | x, y) follows by Bayes. pi, s, beta, tau and p are found by EM, m and s_g within bounds; c_i, the
chance of somebody who knows nothing, is given. Who is quick because they know is told by their hits: of the answers
that are fast by their time alone, q = P(rapid | x), the share that is known is

    k = sum q (y - c_i) / sum q (p_i - c_i),   one standard error in the learner's favour, within [0, 1],

and the score of a learner is a lower bound of the share of rapid guesses,

    (1 - k) (sum q - 2 sqrt(sum q (1 - q) + 1)) / n,   at least 0.

Sources: two-state mixture of log-normals, Schnipke and Scrams (1997); right answers as a second sign of it, Wise and Ma
(2012) and Wang and Xu (2015); item intensity beta and speed tau, van der Linden (2006); share of a learner's
answers, the complement of the response time effort of Wise and Kong (2005). What is ours: beta, tau, p and pi are
shrunk towards the mean, so that an item that few have answered is judged by its expected time, as by the normative
threshold method; and k.

On 35,000 typed answers of 327 real learners (retrieval practice) the logs of the times spread by .43 around item and
learner. Answers within 1 to 3 s were right nine times in ten, those within half a second never: fast is not the
same as guessed. A mixture of times alone, or one with a free chance of success, finds who knows the answer by heart
(right in .90 of the faster part). Hence c_i is given, and m is bounded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from api.game.fairplay.attempts import Attempts, Flags, Ints, Reals, Suspicion
from api.game.fairplay.copy import COPY
from api.plurals import fill

N_STEPS = 25
GUESS_SECONDS = (0.5, 3.0)  # bounds of exp(m); Wise and Ma (2012) see rapid guesses within some 3 s on short items
GUESS_SPREAD = (0.25, 0.6)
EARNEST_SPREAD = (0.25, 0.8)
ITEM_WEIGHT, SPEED_WEIGHT, SHARE_WEIGHT = 20.0, 10.0, 10.0
"""As so many answers the mean of all weighs against an item's or a learner's own."""

MOST_SPEED = 0.5  # bound of tau either way, so that who guesses everything does not pass for quick
LEAST_ANSWERS = 20
LATEST = 300
"""Of a learner, so many of the latest answers count."""


@dataclass(frozen=True)
class Mixture:
    """A fitted mixture over I items and L learners; see the module for the symbols.

    Attributes:
        share: (L,) pi. guess: m. guess_spread: s_g. spread: s.
        intensity: (I,) beta. success: (I,) p. speed: (L,) tau.
    """

    share: Reals
    guess: float
    guess_spread: float
    spread: float
    intensity: Reals
    success: Reals
    speed: Reals


def fit(attempts: Attempts, n_steps: int = N_STEPS) -> Mixture:
    """The mixture that explains the answers whose time is known, by EM.

    Raises:
        ValueError: no answer has a known time.
    """
    timed = attempts.some(np.isfinite(attempts.seconds))
    if not len(timed):
        raise ValueError("a mixture of response times needs answers whose time is known")
    n_items = int(attempts.item.max()) + 1
    usual = np.log(timed.expected_seconds)
    mixture = Mixture(
        share=np.full(attempts.n_learners, 0.05),
        guess=np.log(2.0).item(),
        guess_spread=0.4,
        spread=0.5,
        intensity=_shrunk(usual, np.ones(len(timed)), timed.item, n_items, 0.0, float(usual.mean())),
        success=np.full(n_items, float(timed.right.mean())),
        speed=np.zeros(attempts.n_learners),
    )
    for _ in range(n_steps):
        mixture = _improved(mixture, timed, posterior(mixture, timed), usual)
    return mixture


def posterior(mixture: Mixture, attempts: Attempts, by_time_alone: bool = False) -> Reals:
    """(n,) probability that each answer was a rapid guess, by its time and grade; 0 where its time is not known."""
    x, right = np.log(np.maximum(attempts.seconds, 1e-3)), attempts.right
    share = mixture.share[attempts.learner]
    rapid = _log_normal(x, mixture.guess, mixture.guess_spread)
    usual = mixture.intensity[attempts.item] - mixture.speed[attempts.learner]
    earnest = _log_normal(x, usual, mixture.spread)
    if not by_time_alone:
        rapid = rapid + _log_bernoulli(right, attempts.chance)
        earnest = earnest + _log_bernoulli(right, mixture.success[attempts.item])
    odds = np.log(share / (1.0 - share)) + rapid - earnest
    slow = (x > mixture.guess) & (x > usual)  # the wide tail of the narrow component is no guess
    r = 1.0 / (1.0 + np.exp(-np.clip(odds, -30.0, 30.0)))
    return np.where(np.isfinite(attempts.seconds) & ~slow, r, 0.0)


def suspect(attempts: Attempts, mixture: Mixture | None = None) -> Suspicion:
    """Score and evidence (answers, rapid guesses among them, share right of these) of every learner."""
    n = attempts.n_learners
    if not np.isfinite(attempts.seconds).any():
        return Suspicion(np.zeros(n), np.zeros((n, 3)))
    latest = attempts.some(np.isfinite(attempts.seconds))
    latest = latest.some(_from_last(latest) < LATEST)
    mixture = fit(latest) if mixture is None else mixture
    q = posterior(mixture, latest, by_time_alone=True)
    count, fast, doubt = (np.bincount(latest.learner, weights, n) for weights in (q * 0.0 + 1.0, q, q * (1.0 - q)))
    hits = np.bincount(latest.learner, q * latest.right, n)
    low = (fast - 2.0 * np.sqrt(doubt + 1.0)) / np.maximum(count, 1.0)
    score = np.where(count >= LEAST_ANSWERS, np.maximum(low, 0.0) * (1.0 - _known(latest, q, mixture)), 0.0)
    return Suspicion(score, np.stack([count, fast, hits / np.maximum(fast, 1e-9)], axis=1))


def words(evidence: Reals) -> str:
    """The evidence (3,) of one learner in plain words."""
    n, rapid, hits = evidence
    return fill(COPY["rapid"], answers=round(n), rapid=round(rapid), right=f"{hits:.0%}")


def _known(attempts: Attempts, q: Reals, mixture: Mixture) -> Reals:
    """(L,) share of the fast answers that is known rather than guessed, one standard error in the learner's favour."""
    n, chance = attempts.n_learners, attempts.chance
    above = np.bincount(attempts.learner, q * (attempts.right - chance), n)
    room = np.bincount(attempts.learner, q * np.maximum(mixture.success[attempts.item] - chance, 0.1), n)
    error = np.sqrt(np.bincount(attempts.learner, q * np.maximum(chance * (1.0 - chance), 0.05), n))
    return np.clip((above + error) / np.maximum(room, 1e-9), 0.0, 1.0)


def _improved(mixture: Mixture, timed: Attempts, r: Reals, usual: Reals) -> Mixture:
    """One step of EM."""
    x, earnest = np.log(np.maximum(timed.seconds, 1e-3)), 1.0 - r
    n_items, n_learners = len(mixture.intensity), len(mixture.speed)
    total, weight = r.sum() + 1.0, earnest.sum() + 1e-9
    guess = float(np.clip((r @ x + np.log(2.0)) / total, *np.log(GUESS_SECONDS)))
    guess_spread = float(np.clip(np.sqrt((r @ (x - guess) ** 2 + 0.16) / total), *GUESS_SPREAD))
    offset = float(earnest @ (x - usual)) / float(weight)  # authors err by the same factor on the whole
    speed_now = mixture.speed[timed.learner]
    own = x + speed_now - usual - offset
    off = _shrunk(own, earnest, timed.item, n_items, ITEM_WEIGHT, 0.0)
    level = _shrunk(usual, np.ones(len(timed)), timed.item, n_items, 0.0, float(usual.mean()))
    intensity = level + offset + off
    speed = _shrunk(intensity[timed.item] - x, earnest, timed.learner, n_learners, SPEED_WEIGHT, 0.0)
    speed = np.clip(speed, -MOST_SPEED, MOST_SPEED)
    residual = x - intensity[timed.item] + speed[timed.learner]
    spread = float(np.clip(np.sqrt(earnest @ residual**2 / weight), *EARNEST_SPREAD))
    mean = float(earnest @ timed.right) / float(weight)
    success = _shrunk(timed.right.astype(np.float64), earnest, timed.item, n_items, ITEM_WEIGHT, mean)
    usually = float(np.clip(r.mean(), 1e-3, 0.3))
    share = np.clip(_shrunk(r, np.ones(len(r)), timed.learner, n_learners, SHARE_WEIGHT, usually), 1e-4, 0.95)
    return Mixture(share, guess, guess_spread, spread, intensity, np.clip(success, 0.02, 0.98), speed)


def _shrunk(values: Reals, weights: Reals, groups: Ints, n_groups: int, prior: float, mean: float) -> Reals:
    """(G,) weighted means of `values` (n,) by group, with `prior` entries of `mean` added; `mean` for empty groups."""
    total = np.bincount(groups, weights * values, n_groups) + prior * mean
    weight = np.bincount(groups, weights, n_groups) + prior
    return np.where(weight > 0.0, total / np.where(weight > 0.0, weight, 1.0), mean)


def _log_normal(x: Reals, mean: Reals | float, sd: float) -> Reals:
    return np.asarray(-0.5 * ((x - mean) / sd) ** 2 - np.log(sd))


def _log_bernoulli(right: Flags, chance: Reals) -> Reals:
    chance = np.clip(chance, 0.01, 0.99)
    return np.log(np.where(right, chance, 1.0 - chance))


def _from_last(attempts: Attempts) -> Ints:
    """(n,) how many answers of the same learner follow."""
    ends = np.cumsum(attempts.counts)
    return ends[attempts.learner] - 1 - np.arange(len(attempts))
