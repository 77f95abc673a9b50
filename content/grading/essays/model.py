"""Ridge regression from an essay to the level of each trait, and how well that agrees with people.

For each trait, level = b + w x by least squares with penalty alpha |w|^2 (Hoerl and Kennard 1970), x being the
standardised measures and the centred mean vector. alpha is the one of `ALPHAS` with the least leave-one-out error,
which for ridge has a closed form: (y - y_hat) / (1 - h), h the diagonal of the hat matrix (Golub, Heath, Wahba 1979).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from content.grading.essays.reading import Matrix, Reading
from content.grading.short_answers.agreement import Measured, measured, quadratic_kappa

LEAST_EXAMPLES = 30
ALPHAS = tuple(float(a) for a in np.geomspace(0.3, 3000.0, 17))
CONTENT_SCALE = 6.0  # unit vectors spread over 384 features; this brings their part near that of the measures
N_FOLDS = 10
LEAST_SPREAD = 0.1  # levels; a handful of essays says no more
MAX_FEEDBACK_SENTENCES = 120


class EssayError(ValueError):
    """Examples from which no model can be made. The text says why."""


@dataclass(frozen=True)
class Judged:
    """An essay that a person judged: what was read, and a level from 0 for each trait [trait]."""

    reading: Reading
    levels: tuple[int, ...]


@dataclass(frozen=True)
class Advice:
    """What the model would say of one trait.

    Attributes:
        trait: its id.
        level: whole, from 0.
        estimate: before rounding.
        sentence: the one it is about: what lowers the estimate most, or at the highest level what raises it most.
        place: which sentence that is, from 0; -1 if the essay has one or none.
    """

    trait: str
    level: int
    estimate: float
    sentence: str
    place: int


@dataclass(frozen=True)
class EssayModel:
    """Weights for one prompt and rubric.

    Attributes:
        traits: ids.
        n_levels: of each trait.
        mean, scale: of the measures [measure].
        content_mean: of the mean vectors [feature].
        weights: [measure + feature + 1, trait]; the last row is the constant.
    """

    traits: tuple[str, ...]
    n_levels: tuple[int, ...]
    mean: Matrix
    scale: Matrix
    content_mean: Matrix
    weights: Matrix

    def estimate(self, readings: Sequence[Reading]) -> Matrix:
        """Levels before rounding, within what the rubric has [essay, trait]."""
        x = _inputs(readings, self.mean, self.scale, self.content_mean)
        top = np.array(self.n_levels, np.float64) - 1
        return np.asarray(np.clip(x @ self.weights[:-1] + self.weights[-1], 0.0, top), np.float64)

    def advise(self, reading: Reading) -> tuple[Advice, ...]:
        """A level for each trait, with the sentence it is about: found by leaving out each sentence in turn."""
        whole = self.estimate([reading])[0]
        n = min(len(reading.sentences), MAX_FEEDBACK_SENTENCES)
        without = self.estimate([reading.without(k) for k in range(n)]) if n > 1 else np.zeros((0, len(whole)))
        found = []
        for k, trait in enumerate(self.traits):
            level = int(np.rint(whole[k]))
            gain = without[:, k] - whole[k]
            at_top = level == self.n_levels[k] - 1
            place = -1 if not len(gain) else int(gain.argmin() if at_top else gain.argmax())
            sentence = reading.sentences[place] if place >= 0 else ""
            found.append(Advice(trait, level, float(whole[k]), sentence, place))
        return tuple(found)


def fit_essays(examples: Sequence[Judged], traits: Sequence[str], n_levels: Sequence[int]) -> EssayModel:
    """A model of thirty judged essays or more.

    Raises:
        EssayError: too few, levels that the rubric does not have, or a trait on which all got the same level.
    """
    _check(examples, traits, n_levels)
    return _fit(examples, traits, n_levels)


def agreement(
    examples: Sequence[Judged], traits: Sequence[str], n_levels: Sequence[int], rng: np.random.Generator
) -> dict[str, Measured]:
    """Quadratic weighted kappa of each trait with its interval, each essay judged by a model that did not see it.

    Raises:
        EssayError: as `fit_essays`.
    """
    return agreement_of(examples, traits, held_out(examples, traits, n_levels, rng), rng)


def held_out(
    examples: Sequence[Judged], traits: Sequence[str], n_levels: Sequence[int], rng: np.random.Generator
) -> Matrix:
    """Estimates before rounding, each by a model of nine tenths that did not see the essay [essay, trait].

    Raises:
        EssayError: as `fit_essays`.
    """
    _check(examples, traits, n_levels)
    fold = rng.permutation(len(examples)) % N_FOLDS
    given = np.zeros((len(examples), len(traits)))
    for k in range(N_FOLDS):
        known = [one for one, of in zip(examples, fold, strict=True) if of != k]
        model = _fit(known, traits, n_levels)
        held = [one.reading for one, of in zip(examples, fold, strict=True) if of == k]
        given[np.flatnonzero(fold == k)] = model.estimate(held)
    return given


def agreement_of(
    examples: Sequence[Judged], traits: Sequence[str], estimates: Matrix, rng: np.random.Generator
) -> dict[str, Measured]:
    """Quadratic weighted kappa of rounded estimates [essay, trait] with what people gave."""
    truth, given = _levels(examples), np.rint(estimates)
    names = [str(row) for row in range(len(examples))]
    return {trait: measured(quadratic_kappa, truth[:, k], given[:, k], names, rng) for k, trait in enumerate(traits)}


def spread_of(examples: Sequence[Judged], estimates: Matrix) -> Matrix:
    """Root mean square by which estimates [essay, trait] miss what people gave, in levels, at least .1 [trait]."""
    error = np.sqrt(np.mean((estimates - _levels(examples)) ** 2, axis=0))
    return np.asarray(np.maximum(error, LEAST_SPREAD), np.float64)


def chance_of(level: int, estimate: float, spread: float, n_levels: int) -> float:
    """Chance that a person gives this level, where they miss the estimate normally with this spread, in levels."""
    above = 1.0 if level == n_levels - 1 else _below((level + 0.5 - estimate) / spread)
    return above - (0.0 if level == 0 else _below((level - 0.5 - estimate) / spread))


def _below(z: float) -> float:
    """The normal distribution function."""
    return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))


def _levels(examples: Sequence[Judged]) -> Matrix:
    return np.array([one.levels for one in examples], np.float64)


def _fit(examples: Sequence[Judged], traits: Sequence[str], n_levels: Sequence[int]) -> EssayModel:
    """A model of examples that were checked, or of the part of them that a fold leaves."""
    readings = [one.reading for one in examples]
    measures = np.array([one.measures() for one in readings])
    mean, scale = measures.mean(axis=0), measures.std(axis=0) + 1e-6
    content_mean = np.array([one.content() for one in readings]).mean(axis=0)
    x = _inputs(readings, mean, scale, content_mean)
    y = np.array([one.levels for one in examples], np.float64)
    weights = np.stack([_ridge(x, y[:, k]) for k in range(len(traits))], axis=1)
    return EssayModel(tuple(traits), tuple(n_levels), mean, scale, content_mean, weights)


def _check(examples: Sequence[Judged], traits: Sequence[str], n_levels: Sequence[int]) -> None:
    if len(examples) < LEAST_EXAMPLES:
        raise EssayError(f"{len(examples)} judged essays are too few; at least {LEAST_EXAMPLES} are needed")
    for k, (trait, n) in enumerate(zip(traits, n_levels, strict=True)):
        levels = {one.levels[k] for one in examples}
        if not levels <= set(range(n)):
            raise EssayError(f"trait {trait!r} has levels 0 to {n - 1}, but {sorted(levels)} were given")
        if len(levels) < 2:
            raise EssayError(f"all essays have level {levels.pop()} in trait {trait!r}; nothing can be learned from it")


def _inputs(readings: Sequence[Reading], mean: Matrix, scale: Matrix, content_mean: Matrix) -> Matrix:
    measures = (np.array([one.measures() for one in readings]) - mean) / scale
    content = CONTENT_SCALE * (np.array([one.content() for one in readings]) - content_mean)
    return np.concatenate([np.clip(measures, -4.0, 4.0), content], axis=1)


def _ridge(x: Matrix, y: Matrix) -> Matrix:
    """Weights and the constant, with the penalty of least leave-one-out error [feature + 1]."""
    offset, centre = y.mean(), x.mean(axis=0)
    left, spread, right = np.linalg.svd(x - centre, full_matrices=False)
    turned = left.T @ (y - offset)
    best = (np.inf, np.zeros(x.shape[1]))
    for alpha in ALPHAS:
        shrunk = spread**2 / (spread**2 + alpha)
        hat = (left**2) @ shrunk + 1 / len(y)
        residual = (y - offset - left @ (shrunk * turned)) / (1 - np.minimum(hat, 0.999))
        error = float(np.mean(residual**2))
        if error < best[0]:
            best = (error, right.T @ (spread / (spread**2 + alpha) * turned))
    weights = best[1]
    return np.append(weights, offset - centre @ weights)
