"""Fitting the model of short answers, and the corrections for single questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from content.grading.sentences.encoder import Embedded
from content.grading.short_answers.features import Features, compare_answer, read_passages
from content.grading.short_answers.model import (
    Calibration,
    Inputs,
    ShortAnswerModel,
    correction,
    question_key,
)
from content.grading.short_answers.network import (
    N_LABELS,
    Matrix,
    Network,
    Targets,
    Training,
    fit_network,
    softmax,
)
from content.grading.short_answers.sets import LABELS, GradedAnswer

N_AXES = 64
N_NETWORKS = 3
BALANCE = 0.7  # 0 counts every answer alike, 1 every label of a set alike
LEAST_FOR_ADAPTER = 8
ADAPTER_DECAY = 0.02
ADAPTER_STEPS = 200
ADAPTER_RATE = 2.0
N_INNER_FOLDS = 4

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Examples:
    """Graded answers with their features, in one order; `keys` are those of their questions."""

    answers: tuple[GradedAnswer, ...]
    features: tuple[Features, ...]
    keys: tuple[str, ...]

    def take(self, rows: Rows) -> Examples:
        """Some of them."""
        return Examples(
            tuple(self.answers[k] for k in rows),
            tuple(self.features[k] for k in rows),
            tuple(self.keys[k] for k in rows),
        )

    @property
    def labels(self) -> NDArray[np.intp]:
        """Numbers of the labels, -1 where there is none [answer]."""
        return np.array([LABELS.index(one.label) if one.label else -1 for one in self.answers], np.intp)

    @property
    def scores(self) -> Matrix:
        """Scores in [0, 1], nan where there is none [answer]."""
        return np.array([np.nan if one.score is None else one.score for one in self.answers], np.float32)


def read_examples(answers: Sequence[GradedAnswer], encode: Callable[[Sequence[str]], list[Embedded]]) -> Examples:
    """Features of graded answers. `encode` is `Encoder.encode`, or one that gives the same."""
    texts = [text for one in answers for text in (one.question, one.answer, *one.references)]
    passages = read_passages(texts, encode)
    features = [
        compare_answer(passages[one.question], [passages[text] for text in one.references], passages[one.answer])
        for one in answers
    ]
    keys = tuple(question_key(one.question, one.references) for one in answers)
    return Examples(tuple(answers), tuple(features), keys)


def fit_model(
    examples: Examples,
    seed: int,
    *,
    n_networks: int = N_NETWORKS,
    training: Training | None = None,
    with_adapters: bool = True,
) -> ShortAnswerModel:
    """A model of the examples, not calibrated yet. Equal seeds and examples give equal models within rounding.

    Adapters are fitted to what networks that have not seen an answer say of it, so that they learn what is particular
    to a question and not what the networks know by heart.
    """
    rng = np.random.default_rng(seed)
    training = training or Training()
    inputs = fit_inputs(examples)
    model = _networks(examples, inputs, rng, n_networks, training)
    if not with_adapters:
        return model
    held_out = np.zeros((len(examples.answers), N_LABELS), np.float32)
    fold = rng.permutation(len(examples.answers)) % N_INNER_FOLDS
    for k in range(N_INNER_FOLDS):
        others = examples.take(np.flatnonzero(fold != k))
        rows = np.flatnonzero(fold == k)
        inner = _networks(others, inputs, rng, max(1, n_networks // 2), training)
        held_out[rows] = inner.logits(examples.take(rows).features, [""] * len(rows))[0]
    return replace(model, adapters=fit_adapters(examples, held_out))


def _networks(
    examples: Examples, inputs: Inputs, rng: np.random.Generator, n_networks: int, training: Training
) -> ShortAnswerModel:
    targets = targets_of(examples)
    x = inputs.of(examples.features)
    sets = np.array([one.set for one in examples.answers])
    names = sorted(set(sets.tolist()))
    rows = [np.flatnonzero(sets == name) for name in names] if len(names) > 1 else []

    def fitted(of: Rows) -> tuple[Network, ...]:
        return tuple(fit_network(x[of], targets.take(of), rng, training) for _ in range(n_networks))

    return ShortAnswerModel(
        inputs=inputs,
        networks=fitted(np.arange(len(x))),
        experts=tuple(fitted(of) for of in rows),
        has_labels=np.array([bool(targets.labels[of].any()) for of in rows], np.bool_),
        has_scores=np.array([not np.isnan(targets.scores[of]).all() for of in rows], np.bool_),
        adapters={},
        calibration=Calibration(),
    )


def fit_inputs(examples: Examples) -> Inputs:
    """Mean and spread of the measures, the principal axes of the contrast, and the mean topic of each set."""
    features = examples.features
    measures = np.array([one.measures for one in features])
    contrast = np.array([one.contrast for one in features], np.float64)
    mean, scale = contrast.mean(axis=0), contrast.std(axis=0) + 1e-6
    standard = (contrast - mean) / scale
    spread, axes = np.linalg.eigh(standard.T @ standard / len(standard))
    kept = np.argsort(spread)[::-1][: min(N_AXES, len(features) - 1)]
    topics = _mean_topics(examples)
    likeness = np.array([one.topic for one in features]) @ topics.T
    return Inputs(
        mean=measures.mean(axis=0),
        scale=measures.std(axis=0) + np.float32(1e-6),
        contrast_mean=mean.astype(np.float32),
        contrast_scale=scale.astype(np.float32),
        axes=(axes[:, kept] / np.sqrt(np.maximum(spread[kept], 1e-9))).astype(np.float32),
        topics=topics,
        topic_mean=likeness.mean(axis=0),
        topic_scale=likeness.std(axis=0) + np.float32(1e-6),
    )


def _mean_topics(examples: Examples) -> Matrix:
    """The mean topic of each set [set, feature]."""
    sets = np.array([one.set for one in examples.answers])
    topics = np.array([one.topic for one in examples.features])
    return np.array([topics[sets == name].mean(axis=0) for name in sorted(set(sets.tolist()))], np.float32)


def targets_of(examples: Examples) -> Targets:
    """What people said, rare labels of a set counting more, and every set with scores like one with labels."""
    labels = examples.labels
    one_hot = np.zeros((len(labels), N_LABELS), np.float32)
    one_hot[labels >= 0, labels[labels >= 0]] = 1.0
    weights = np.ones(len(labels), np.float32)
    sets = np.array([one.set for one in examples.answers])
    for name in set(sets.tolist()):
        rows = np.flatnonzero((sets == name) & (labels >= 0))
        if len(rows):
            counts = np.bincount(labels[rows], minlength=N_LABELS)
            weights[rows] = (len(rows) / (N_LABELS * np.maximum(counts, 1)))[labels[rows]] ** BALANCE
    return Targets(one_hot, examples.scores, weights)


def fit_adapters(examples: Examples, logits: Matrix) -> dict[str, NDArray[np.float16]]:
    """A correction for every question with eight labelled answers or more.

    Args:
        examples: graded answers.
        logits: what a model that did not see an answer says of it [answer, label].
    """
    labels = examples.labels
    rows_of: dict[str, list[int]] = {}
    for k, key in enumerate(examples.keys):
        if labels[k] >= 0:
            rows_of.setdefault(key, []).append(k)
    return {
        key: fit_adapter(np.array([examples.features[k].answer for k in rows]), logits[rows], labels[rows])
        for key, rows in rows_of.items()
        if len(rows) >= LEAST_FOR_ADAPTER
    }


def fit_adapter(vectors: Matrix, logits: Matrix, labels: NDArray[np.intp]) -> NDArray[np.float16]:
    """Weights of a linear correction by ridge-penalised cross-entropy, found by gradient descent with momentum."""
    x = np.concatenate([vectors, np.ones((len(vectors), 1), np.float32)], axis=1)
    wanted = np.eye(N_LABELS, dtype=np.float32)[labels]
    weights = np.zeros((x.shape[1], N_LABELS), np.float32)
    speed = np.zeros_like(weights)
    for _ in range(ADAPTER_STEPS):
        rise = softmax(logits + correction(weights, vectors)) - wanted
        gradient = x.T @ rise / len(x) + ADAPTER_DECAY * weights
        speed = 0.9 * speed - 0.1 * ADAPTER_RATE * gradient
        weights = (weights + speed).astype(np.float32)
    return weights.astype(np.float16)
