"""Bayesian knowledge tracing, fitted by expectation-maximisation for all skills at once.

Corbett and Anderson (1995): a skill is known at first with the chance init; an answer is right with the chance
1 - slip if it is known, else guess; after it, an unknown skill becomes known with the chance learn. Baum and Welch's
steps run over all pairs of learner and skill side by side. A weak Beta prior on every chance (PRIOR answers' worth)
keeps skills with few answers, and the label switching of Beck and Chang (2007), away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rl.fit.logs import Log
from rl.fit.progress import Progress
from simulators.noise import Flags, Ints, Reals

PRIOR = 20.0
START = {"init": 0.5, "learn": 0.15, "slip": 0.1, "guess": 0.25}
MOST = {"init": 0.999, "learn": 0.9, "slip": 0.45, "guess": 0.45}
LEAST = 0.001


@dataclass(frozen=True)
class Pairs:
    """The answers of a log by pair of learner and skill, longest first.

    Attributes:
        steps: for each opportunity, the rows of the log at it, (n_t,), of the first n_t pairs.
        skill: (P,) of each pair.
    """

    steps: list[Ints]
    skill: Ints

    @classmethod
    def of(cls, log: Log) -> Pairs:
        """Of the answers that were asked for."""
        asked = np.flatnonzero(log.asked)
        order = asked[np.lexsort((asked, log.skill[asked], log.learner[asked]))]
        begins = np.flatnonzero(
            np.r_[True, (np.diff(log.learner[order]) != 0) | (np.diff(log.skill[order]) != 0)],
        )
        lengths = np.diff(np.r_[begins, len(order)])
        longest = np.argsort(-lengths, kind="stable")
        begins, lengths = begins[longest], lengths[longest]
        steps = [order[begins[lengths > step] + step] for step in range(int(lengths[0]))]
        return cls(steps, log.skill[order[begins]])


@dataclass(frozen=True)
class Tracing:
    """The chances of knowledge tracing, (skills,) each."""

    init: Reals
    learn: Reals
    slip: Reals
    guess: Reals

    def predicted(self, log: Log) -> Reals:
        """(N,) chance of each answer, given the learner's answers to that skill before; NaN where nothing was asked."""
        chance = np.full(len(log.skill), np.nan)
        self._walk(Pairs.of(log), lambda rows, right: _kept(chance, rows, right, log.correct[rows]))
        return chance

    def sampled(self, log: Log, rng: np.random.Generator) -> Reals:
        """(N,) answers that such learners would give; 0 where nothing was asked."""
        answers = np.zeros(len(log.skill))
        self._walk(
            Pairs.of(log), lambda rows, right: _kept(answers, rows, (rng.random(len(rows)) < right).astype(np.float64))
        )
        return answers

    def _walk(self, pairs: Pairs, answered: Callable[[Ints, Reals], Reals]) -> None:
        """Go through all opportunities; `answered` gives the answers of rows whose chance of a right one it is told."""
        known = self.init[pairs.skill]
        for rows in pairs.steps:
            skill = pairs.skill[: len(rows)]
            slip, guess, learn, before = self.slip[skill], self.guess[skill], self.learn[skill], known[: len(rows)]
            right = before * (1.0 - slip) + (1.0 - before) * guess
            correct = answered(rows, right) > 0.5
            after = np.where(correct, before * (1.0 - slip) / right, before * slip / (1.0 - right))
            known[: len(rows)] = after + (1.0 - after) * learn


def _kept(into: Reals, rows: Ints, values: Reals, given: Reals | None = None) -> Reals:
    """Note values of rows; give `given` back, or the values."""
    into[rows] = values
    return values if given is None else given


def fit_tracing(log: Log, iterations: int, progress: Progress) -> Tracing:
    """Maximum a posteriori by EM."""
    pairs, n_skills = Pairs.of(log), log.n_skills
    model = Tracing(**{name: np.full(n_skills, value) for name, value in START.items()})
    correct = [log.correct[rows] > 0.5 for rows in pairs.steps]
    for iteration in range(iterations):
        model = _maximised(_expected(model, pairs, correct))
        progress(f"knowledge tracing, {log.name}", iteration + 1, iterations, "")
    return model


def _expected(model: Tracing, pairs: Pairs, correct: list[Flags]) -> dict[str, tuple[Reals, Reals]]:
    """By parameter, (skills,) expected times that it happened and that it could have."""
    forward, likely = _forward(model, pairs, correct)
    n_skills = len(model.init)
    happened, could = ({name: np.zeros(n_skills) for name in START} for _ in range(2))
    behind = np.ones((2, len(pairs.skill)))
    for step in range(len(pairs.steps) - 1, -1, -1):
        n, right = len(pairs.steps[step]), correct[step]
        skill, ahead = pairs.skill[:n], forward[step]
        weight = ahead * behind[:, :n]
        unknown, known = weight / weight.sum(axis=0)
        for name, state, shown in (("slip", known, ~right), ("guess", unknown, right)):
            happened[name] += np.bincount(skill, state * shown, n_skills)
            could[name] += np.bincount(skill, state, n_skills)
        if step == 0:
            happened["init"] += np.bincount(skill, known, n_skills)
            could["init"] += np.bincount(skill, minlength=n_skills)
        else:
            before, learn = forward[step - 1][:, :n], model.learn[skill]
            emitted = _emitted(model, skill, right) * behind[:, :n]
            turned, stayed = before[0] * learn * emitted[1], before[0] * (1.0 - learn) * emitted[0]
            total = turned + stayed + before[1] * emitted[1]
            happened["learn"] += np.bincount(skill, turned / total, n_skills)
            could["learn"] += np.bincount(skill, (turned + stayed) / total, n_skills)
            behind[0, :n] = ((1.0 - learn) * emitted[0] + learn * emitted[1]) / likely[step]
            behind[1, :n] = emitted[1] / likely[step]
    return {name: (happened[name], could[name]) for name in START}


def _forward(model: Tracing, pairs: Pairs, correct: list[Flags]) -> tuple[list[Reals], list[Reals]]:
    """By step, (2, n) chance that a skill is unknown or known after the answer, and (n,) that of the answer."""
    forward, likely = [], []
    known = model.init[pairs.skill]
    for rows, right in zip(pairs.steps, correct, strict=True):
        skill, before = pairs.skill[: len(rows)], known[: len(rows)]
        joint = np.stack([1.0 - before, before]) * _emitted(model, skill, right)
        chance = joint.sum(axis=0)
        after = joint / chance
        forward.append(after)
        likely.append(chance)
        known[: len(rows)] = after[1] + after[0] * model.learn[skill]
    return forward, likely


def _emitted(model: Tracing, skill: Ints, right: Flags) -> Reals:
    """(2, n) chance of the answer if the skill is unknown, and if it is known."""
    guess, slip = model.guess[skill], model.slip[skill]
    return np.stack([np.where(right, guess, 1.0 - guess), np.where(right, 1.0 - slip, slip)])


def _maximised(counts: dict[str, tuple[Reals, Reals]]) -> Tracing:
    chances = {
        name: np.clip((happened + PRIOR * START[name]) / (could + PRIOR), LEAST, MOST[name])
        for name, (happened, could) in counts.items()
    }
    return Tracing(**chances)
