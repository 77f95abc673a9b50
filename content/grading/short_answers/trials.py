"""Cross-validation of the short-answer model, its calibration, and how much it may decide alone.

*Unseen answers*: folds of answers, so that every question is known. *Unseen questions*: folds of whole questions, by
their text; answers with scores by assignment (the group), as their set was published. Nothing of a held-out fold takes
part in fitting: inputs, networks and corrections are made anew for each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from content.grading.short_answers.agreement import (
    Measured,
    macro_f1,
    measured,
    pearson,
    rmse,
    share_equal,
)
from content.grading.short_answers.fitting import N_NETWORKS, Examples, fit_model
from content.grading.short_answers.model import Calibration, ShortAnswerModel
from content.grading.short_answers.network import Matrix, sigmoid, softmax
from content.grading.short_answers.sets import MAX_SCORE

Unseen = Literal["answers", "questions"]
N_ANSWER_FOLDS = 5
N_QUESTION_FOLDS = 8
WANTED_AGREEMENT = 0.85
TEMPERATURES = np.geomspace(0.4, 4.0, 61)
COVERAGES = tuple(k / 20 for k in range(1, 21))


@dataclass(frozen=True)
class HeldOut:
    """What models that had not seen an answer say of it.

    Attributes:
        labels: logits [answer, label].
        scores: in [0, 1] [answer].
    """

    labels: Matrix
    scores: Matrix


@dataclass(frozen=True)
class Line:
    """A figure of a set: what was measured, on what, and its interval."""

    set: str
    unseen: Unseen
    measure: str
    measured: Measured


@dataclass(frozen=True)
class Point:
    """Of the share `coverage` of answers, those surer than `threshold`, the share `agreement` is as people said."""

    coverage: float
    threshold: float
    agreement: float


def cross_validate(examples: Examples, unseen: Unseen, seed: int, n_networks: int = N_NETWORKS) -> HeldOut:
    """What is said of every answer by a model fitted without its fold."""
    fold = folds(examples, unseen, seed)
    labels = np.zeros((len(fold), 3), np.float32)
    scores = np.zeros(len(fold), np.float32)
    for k in range(int(fold.max()) + 1):
        known, held = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        model = fit_model(examples.take(known), seed, n_networks=n_networks, with_adapters=unseen == "answers")
        part = examples.take(held)
        labels[held], score = model.logits(part.features, part.keys)
        scores[held] = sigmoid(score)
    return HeldOut(labels, scores)


def said_by(model: ShortAnswerModel, examples: Examples) -> HeldOut:
    """What a fitted model says of answers."""
    labels, scores = model.logits(examples.features, examples.keys)
    return HeldOut(labels, sigmoid(scores))


def folds(examples: Examples, unseen: Unseen, seed: int) -> NDArray[np.intp]:
    """Number of each answer's fold [answer]."""
    rng = np.random.default_rng(seed)
    if unseen == "answers":
        return rng.permutation(len(examples.answers)) % N_ANSWER_FOLDS
    units = [f"{one.set} {one.group}" if not one.label else one.question for one in examples.answers]
    scored = sorted({unit for unit, one in zip(units, examples.answers, strict=True) if not one.label})
    others = sorted(set(units) - set(scored))
    order = rng.permutation(len(others)) % N_QUESTION_FOLDS
    fold_of = {unit: k % N_QUESTION_FOLDS for k, unit in enumerate(scored)}
    fold_of |= {unit: int(order[k]) for k, unit in enumerate(others)}
    return np.array([fold_of[unit] for unit in units], np.intp)


def figures(examples: Examples, said: HeldOut, unseen: Unseen, seed: int) -> list[Line]:
    """Macro-F1 and share of equal labels of each set with labels; r and RMSE in points of each with scores."""
    rng = np.random.default_rng(seed)
    sets = np.array([one.set for one in examples.answers])
    lines = []
    for name in dict.fromkeys(sets.tolist()):
        rows = np.flatnonzero(sets == name)
        groups = [examples.answers[k].question for k in rows]
        if examples.labels[rows[0]] >= 0:
            truth, given = examples.labels[rows], said.labels[rows].argmax(axis=1)
            for title, statistic in (("macro-F1", macro_f1), ("same label", share_equal)):
                lines.append(Line(name, unseen, title, measured(statistic, truth, given, groups, rng)))
        else:
            points, scored = MAX_SCORE * examples.scores[rows], MAX_SCORE * said.scores[rows]
            for title, statistic in (("Pearson r", pearson), ("RMSE", rmse)):
                lines.append(Line(name, unseen, title, measured(statistic, points, scored, groups, rng)))
    return lines


def temperature_of(examples: Examples, said: HeldOut) -> float:
    """The temperature with the least cross-entropy on held-out answers (Guo et al. 2017)."""
    rows = np.flatnonzero(examples.labels >= 0)
    truth = examples.labels[rows]
    losses = [
        -np.log(np.maximum(softmax(said.labels[rows] / np.float32(t))[np.arange(len(rows)), truth], 1e-9)).mean()
        for t in TEMPERATURES
    ]
    return float(TEMPERATURES[int(np.argmin(losses))])


def coverage_curve(examples: Examples, said: HeldOut, temperature: float, name: str = "") -> list[Point]:
    """Agreement with people among the answers that the model is surest of, at twenty coverages; of one set or all."""
    rows = np.array([k for k, one in enumerate(examples.answers) if one.label and name in ("", one.set)], dtype=np.intp)
    chances = softmax(said.labels[rows] / np.float32(temperature))
    order = np.argsort(-chances.max(axis=1), kind="stable")
    right = (chances.argmax(axis=1) == examples.labels[rows])[order]
    sure = chances.max(axis=1)[order]
    points = []
    for coverage in COVERAGES:
        n = max(1, round(coverage * len(rows)))
        points.append(Point(n / len(rows), float(sure[n - 1]), float(right[:n].mean())))
    return points


def calibration_error(examples: Examples, said: HeldOut, temperature: float, n_bins: int = 10) -> float:
    """Expected calibration error: mean over bins of |confidence - share right|, weighted by size."""
    rows = np.flatnonzero(examples.labels >= 0)
    chances = softmax(said.labels[rows] / np.float32(temperature))
    sure, right = chances.max(axis=1), chances.argmax(axis=1) == examples.labels[rows]
    bins = np.minimum((sure * n_bins).astype(int), n_bins - 1)
    gaps = [(bins == k).sum() * abs(sure[bins == k].mean() - right[bins == k].mean()) for k in set(bins.tolist())]
    return float(np.sum(gaps) / len(rows))


def calibrated(
    model: ShortAnswerModel, examples: Examples, on_questions: HeldOut, on_answers: HeldOut
) -> ShortAnswerModel:
    """The model with temperatures, and the lowest threshold at which 85 % of unseen questions' answers agree."""
    temperature, known = temperature_of(examples, on_questions), temperature_of(examples, on_answers)
    curve = coverage_curve(examples, on_questions, temperature)
    reached = [point.threshold for point in curve if point.agreement >= WANTED_AGREEMENT]
    threshold = min(reached, default=curve[0].threshold)
    return replace(model, calibration=Calibration(temperature, known, threshold))
