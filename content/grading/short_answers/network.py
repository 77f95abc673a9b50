"""A small network from features to labels and a score, fitted by Adam (Kingma and Ba 2015) with dropout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

N_LABELS = 3
_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-8


@dataclass(frozen=True)
class Training:
    """How a network is fitted: sizes, epochs, learning rate falling linearly to 0, dropout, weight decay."""

    n_hidden: int = 48
    n_epochs: int = 30
    n_batch: int = 64
    rate: float = 3e-3
    drop_inputs: float = 0.15
    drop_hidden: float = 0.3
    decay: float = 3e-3
    score_weight: float = 4.0


@dataclass(frozen=True)
class Targets:
    """What people said of each answer [answer, ...].

    Attributes:
        labels: one-hot, all zero where there is no label [answer, label].
        scores: in [0, 1], nan where there is no score [answer].
        weights: how much each answer counts [answer].
    """

    labels: Matrix
    scores: Matrix
    weights: Matrix

    def take(self, rows: NDArray[np.intp]) -> Targets:
        """Those of some answers."""
        return Targets(self.labels[rows], self.scores[rows], self.weights[rows])


@dataclass(frozen=True)
class Network:
    """One hidden layer of tanh; outputs are logits of the labels, and the logit of the score."""

    weights: tuple[Matrix, Matrix, Matrix, Matrix]

    def run(self, inputs: Matrix) -> Matrix:
        """Logits [answer, label + 1]."""
        into, bias, out, out_bias = self.weights
        return np.asarray(np.tanh(inputs @ into + bias) @ out + out_bias, np.float32)


def softmax(logits: Matrix) -> Matrix:
    """Probabilities over the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), np.float32)


def sigmoid(logits: Matrix) -> Matrix:
    """1 / (1 + exp(-x)), without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)), np.float32)


def fit_network(inputs: Matrix, targets: Targets, rng: np.random.Generator, training: Training) -> Network:
    """Minimise cross-entropy of labels and squared error of scores, each where there is one.

    Args:
        inputs: standardised features [answer, feature].
        targets: of the same answers.
        rng: initial weights, order and dropout.
        training: sizes and rates.
    """
    n_inputs, n_outputs = inputs.shape[1], N_LABELS + 1
    weights = [
        rng.normal(0, n_inputs**-0.5, (n_inputs, training.n_hidden)).astype(np.float32),
        np.zeros(training.n_hidden, np.float32),
        rng.normal(0, training.n_hidden**-0.5, (training.n_hidden, n_outputs)).astype(np.float32),
        np.zeros(n_outputs, np.float32),
    ]
    first, second = ([np.zeros_like(one) for one in weights] for _ in range(2))
    n_steps = training.n_epochs * -(-len(inputs) // training.n_batch)
    step = 0
    for _ in range(training.n_epochs):
        order = rng.permutation(len(inputs))
        for start in range(0, len(order), training.n_batch):
            rows = order[start : start + training.n_batch]
            gradients = _gradients(weights, inputs[rows], targets.take(rows), rng, training)
            step += 1
            rate = training.rate * (1 - (step - 1) / n_steps)
            for k, gradient in enumerate(gradients):
                first[k] = _BETA_1 * first[k] + (1 - _BETA_1) * gradient
                second[k] = _BETA_2 * second[k] + (1 - _BETA_2) * gradient**2
                mean, spread = first[k] / (1 - _BETA_1**step), second[k] / (1 - _BETA_2**step)
                change = rate * mean / (np.sqrt(spread) + _EPSILON)
                weights[k] = (weights[k] - change).astype(np.float32)
    return Network((weights[0], weights[1], weights[2], weights[3]))


def _gradients(
    weights: list[Matrix], inputs: Matrix, targets: Targets, rng: np.random.Generator, training: Training
) -> list[Matrix]:
    """Gradients of the mean loss of a batch, by hand, with fresh dropout."""
    into, bias, out, out_bias = weights
    x = inputs * _mask(inputs.shape, training.drop_inputs, rng)
    kept = _mask((len(x), training.n_hidden), training.drop_hidden, rng)
    hidden = np.tanh(x @ into + bias)
    logits = (hidden * kept) @ out + out_bias
    rise = np.zeros_like(logits)
    labelled = targets.labels.sum(axis=1, keepdims=True)
    rise[:, :N_LABELS] = (softmax(logits[:, :N_LABELS]) - targets.labels) * labelled
    score = sigmoid(logits[:, N_LABELS])
    error = np.where(np.isnan(targets.scores), 0.0, score - targets.scores)
    rise[:, N_LABELS] = (2 * training.score_weight * error * score * (1 - score)).astype(np.float32)
    rise *= targets.weights[:, None] / np.float32(len(x))
    back = (rise @ out.T) * kept * (1 - hidden**2)
    decay = np.float32(training.decay)
    return [
        x.T @ back + decay * into,
        back.sum(axis=0),
        (hidden * kept).T @ rise + decay * out,
        rise.sum(axis=0),
    ]


def _mask(shape: tuple[int, ...], drop: float, rng: np.random.Generator) -> Matrix:
    return (rng.random(shape, dtype=np.float32) >= drop).astype(np.float32) / np.float32(1 - drop)
