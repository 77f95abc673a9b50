"""Forgetting, fitted to answers with real times by gradient: three published laws in one frame.

With d days since the learner last met the skill, and r right and w other encounters before:

    exponential  p = m_k exp(-d / S),                 S = exp(s_k + a ln(1 + r) + b ln(1 + w) - z_i)
                 Reddy, Levine and Dragan 2017, with a strength that the outcomes may raise unequally
    hlr          p = m_k 2^(-d / h),                  h = 2^(s_k + a sqrt(1 + r) + b sqrt(1 + w) - z_i)
                 Settles and Meeder 2016
    power        p = m_k(r, w) (1 + d / S)^(-f exp(z_i)), m = sigmoid(c_k + a ln(1 + r) + b ln(1 + w))
                 Wixted and Ebbesen 1991; with counts in m, the generalised power law of Reddy et al. 2017

m is at most 1: the chance that something was stored at all, which the laws as published take to be 1; no answer to a
typed cloze is so sure after a minute. z_i is how much faster a learner forgets, normal with a fitted variance; of
learners that were held out it is 0. First encounters say nothing of forgetting and are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from rl.fit.logs import Log, days_since, earlier
from rl.fit.progress import Progress
from simulators.noise import Flags, Ints, Reals

LAWS = ("exponential", "hlr", "power")
STEPS = 60
ROUNDS = 3  # of which each ends with a new variance of z
SKILL_VARIANCE = 1.0
LEAST = 1e-5


@dataclass(frozen=True)
class Repeats:
    """What the laws need of the rows that repeat something; (R,) each.

    Attributes:
        row: of the log.
        days, right, wrong, skill, learner, correct: as above.
    """

    row: Ints
    days: Tensor
    right: Tensor
    wrong: Tensor
    skill: Tensor
    learner: Tensor
    correct: Tensor

    @classmethod
    def of(cls, log: Log) -> Repeats:
        """Of the answers that were asked for."""
        since, right = days_since(log), earlier(log, log.correct > 0.5)
        wrong = earlier(log) - right
        row = np.flatnonzero(repeated(log))

        def column(values: Reals | Ints) -> Tensor:
            return torch.as_tensor(values[row], dtype=torch.float64)

        skill, learner = (torch.as_tensor(values[row]) for values in (log.skill, log.learner))
        return cls(row, column(since), column(right), column(wrong), skill, learner, column(log.correct))


class Forgetting:
    """One law with its parameters.

    Attributes:
        law: one of LAWS.
        values: by name: "stored" (c_k), "strength" (s_k; ln S of the power law), "right" (a), "wrong" (b), "decay"
            (ln f), "pace" (z_i).
        variance: of z.
    """

    def __init__(self, law: str, n_skills: int, n_learners: int) -> None:
        self.law, self.variance = law, 0.25
        start = {"exponential": -1.0, "hlr": -1.0, "power": -6.0}[law]
        self.values = {
            "stored": torch.full((n_skills,), 1.0, dtype=torch.float64),
            "strength": torch.full((1 if law == "power" else n_skills,), start, dtype=torch.float64),
            "right": torch.tensor(0.5, dtype=torch.float64),
            "wrong": torch.tensor(0.1, dtype=torch.float64),
            "decay": torch.tensor(-1.5, dtype=torch.float64),
            "pace": torch.zeros(n_learners, dtype=torch.float64),
        }

    def chance(self, given: Repeats, known_learners: bool) -> Tensor:
        """(R,) chance of recall; of unknown learners z is 0."""
        v = self.values
        pace = v["pace"][given.learner] if known_learners else torch.zeros(())
        stored = v["stored"][given.skill]
        if self.law == "power":
            counted = v["right"] * torch.log1p(given.right) + v["wrong"] * torch.log1p(given.wrong)
            kept = -torch.exp(v["decay"] + pace) * torch.log1p(given.days * torch.exp(-v["strength"]))
            return (torch.sigmoid(stored + counted) * torch.exp(kept)).clamp(LEAST, 1 - LEAST)
        strength = v["strength"][given.skill]
        if self.law == "hlr":
            counted = v["right"] * torch.sqrt(1 + given.right) + v["wrong"] * torch.sqrt(1 + given.wrong)
            half_life = torch.exp2((strength + counted - pace).clamp(-20, 20))
            kept = torch.exp2(-given.days / half_life)
        else:
            counted = v["right"] * torch.log1p(given.right) + v["wrong"] * torch.log1p(given.wrong)
            kept = torch.exp(-given.days / torch.exp((strength + counted - pace).clamp(-15, 15)))
        return (torch.sigmoid(stored) * kept).clamp(LEAST, 1 - LEAST)

    @torch.no_grad()
    def predicted(self, log: Log) -> Reals:
        """(N,) chance of recall of learners it was not fitted to; NaN where nothing is repeated."""
        given, chance = Repeats.of(log), np.full(len(log.skill), np.nan)
        chance[given.row] = self.chance(given, known_learners=False).numpy()
        return chance

    @torch.no_grad()
    def sampled(self, log: Log, rng: np.random.Generator) -> Reals:
        """(N,) answers of learners drawn anew, given the log's own histories; NaN where nothing is repeated."""
        given, answers = Repeats.of(log), np.full(len(log.skill), np.nan)
        fitted = self.values["pace"]
        drawn = np.sqrt(self.variance) * rng.standard_normal(int(log.learner.max()) + 1)
        self.values["pace"] = torch.as_tensor(drawn)
        chance = self.chance(given, known_learners=True).numpy()
        self.values["pace"] = fitted
        answers[given.row] = rng.random(len(given.row)) < chance
        return answers


def repeated(log: Log) -> Flags:
    """(N,) answers to something met before."""
    return log.asked & np.isfinite(days_since(log))


def fit_forgetting(law: str, log: Log, progress: Progress) -> Forgetting:
    """Maximum a posteriori by L-BFGS, then the variance of z from its Laplace errors, some rounds.

    Raises:
        ValueError: an unknown law.
    """
    if law not in LAWS:
        raise ValueError(f"unknown law {law!r}; there are {', '.join(LAWS)}")
    given, fitted = Repeats.of(log), Forgetting(law, log.n_skills, int(log.learner.max()) + 1)
    for turn in range(ROUNDS):
        _descend(fitted, given)
        fitted.variance = _variance(fitted, given)
        progress(f"forgetting, {law}", turn + 1, ROUNDS, "")
    return fitted


def _loss(fitted: Forgetting, given: Repeats) -> Tensor:
    chance, values = fitted.chance(given, known_learners=True), fitted.values
    likelihood = functional.binary_cross_entropy(chance, given.correct, reduction="sum")
    spread = sum(((values[name] - values[name].mean()) ** 2).sum() for name in ("stored", "strength"))
    return likelihood + (values["pace"] ** 2).sum() / (2 * fitted.variance) + spread / (2 * SKILL_VARIANCE)


def _descend(fitted: Forgetting, given: Repeats) -> None:
    for value in fitted.values.values():
        value.requires_grad_(True)
    optimiser = torch.optim.LBFGS(list(fitted.values.values()), max_iter=STEPS, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = _loss(fitted, given)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    for value in fitted.values.values():
        value.requires_grad_(False)


def _variance(fitted: Forgetting, given: Repeats) -> float:
    """Mean of z^2 plus its squared error, the M step for the variance; errors from the curvature of each z alone."""
    pace = fitted.values["pace"]
    step = 1e-3
    slopes = []
    for shift in (-step, step):
        fitted.values["pace"] = (pace + shift).requires_grad_(True)
        (slope,) = torch.autograd.grad(_loss(fitted, given), fitted.values["pace"])
        slopes.append(slope)
    fitted.values["pace"] = pace
    curvature = ((slopes[1] - slopes[0]) / (2 * step)).clamp(min=1.0 / fitted.variance)
    present = torch.bincount(given.learner, minlength=len(pace)) > 0
    return float((pace**2 + 1 / curvature)[present].mean())
