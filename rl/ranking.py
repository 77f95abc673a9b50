"""Candidates with their probabilities, and how one or several of them are drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Ranking:
    """Candidates with their probabilities (N,): candidate n is band n % B of skill n // B of `skills`.

    `likeliest` lists the first few that may be shown, the likeliest first.
    """

    skills: NDArray[np.intp]
    n_bands: int
    probabilities: NDArray[np.float64]
    likeliest: list[int]

    def candidate(self, index: int) -> tuple[int, int, float]:
        """Skill, band and probability."""
        return self.skills.item(index // self.n_bands), index % self.n_bands, self.probabilities.item(index)


def softmax(logits: NDArray[np.float64], mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Probabilities (N,) with exact zeros outside the mask."""
    raised = np.where(mask, logits, -np.inf)
    weights = np.exp(raised - np.maximum.reduce(raised))
    y: NDArray[np.float64] = weights / np.add.reduce(weights)
    return y


def draw(probabilities: NDArray[np.float64], rng: np.random.Generator) -> int:
    """One index, sampled."""
    cumulative = probabilities.cumsum()
    found = int(cumulative.searchsorted(rng.random() * cumulative[-1], side="right"))
    return min(found, int(np.flatnonzero(probabilities)[-1]))


def draw_several(probabilities: NDArray[np.float64], k: int, rng: np.random.Generator) -> list[int]:
    """k distinct indices, sampled without replacement (Gumbel top-k, Kool et al. 2019)."""
    with np.errstate(divide="ignore"):
        order = np.argsort(-(np.log(probabilities) + rng.gumbel(size=probabilities.shape)), kind="stable")
    return [int(i) for i in order[:k] if probabilities[i] > 0]
