"""Scores to probabilities, and how one or several candidates are drawn by them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def softmax(logits: NDArray[np.float64], mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Probabilities (L, N) of each row, with exact zeros outside the mask."""
    raised = np.where(mask, logits, -np.inf)
    weights = np.exp(raised - np.maximum.reduce(raised, axis=1, keepdims=True))
    y: NDArray[np.float64] = weights / np.add.reduce(weights, axis=1, keepdims=True)
    return y


def draw(probabilities: NDArray[np.float64], rng: np.random.Generator) -> int:
    """One index, sampled."""
    cumulative = probabilities.cumsum()
    found = int(cumulative.searchsorted(rng.random() * cumulative.item(-1), "right"))
    if found == probabilities.shape[0]:  # by rounding
        return int(probabilities.nonzero()[0][-1])
    return found


def draw_several(probabilities: NDArray[np.float64], k: int, rng: np.random.Generator) -> list[int]:
    """k distinct indices, sampled without replacement (Gumbel top-k, Kool et al. 2019)."""
    with np.errstate(divide="ignore"):
        order = np.argsort(-(np.log(probabilities) + rng.gumbel(size=probabilities.shape)), kind="stable")
    return [int(i) for i in order[:k] if probabilities[i] > 0]
