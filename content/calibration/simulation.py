"""Answers of learners and items whose truth is known: what tests, benchmarks and documents try calibration on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from content.calibration.logistic import sigmoid
from content.calibration.responses import CalibrationError, Flags, Ints, Labels, Reals, Responses

OPTIONS = ("a", "b", "c", "d")
LEARNERS_AT_ONCE = 4096
GUESS_SECONDS = 1.5  # median time of an answer that is not thought about


@dataclass(frozen=True)
class Truth:
    """L learners and J items; P(right) = sigmoid(discrimination (ability - difficulty)).

    Attributes:
        ability: (L,) standard normal.
        discrimination: (J,) log-normal about 1. difficulty: (J,) normal, standard deviation 1.2.
        lure: (J, 3) how often a wrong answer is each distractor, at ability 0, in logits.
        lure_slope: (J, 3) how that changes with ability.
        seconds: (J,) median time of each item.
    """

    ability: Reals
    discrimination: Reals
    difficulty: Reals
    lure: Reals
    lure_slope: Reals
    seconds: Reals

    @classmethod
    def drawn(cls, n_learners: int, n_items: int, rng: np.random.Generator) -> Truth:
        """At random."""
        if n_learners < 1 or n_items < 1:
            raise CalibrationError(f"{n_learners} learners and {n_items} items: give at least one of each")
        return cls(
            ability=rng.standard_normal(n_learners),
            discrimination=np.exp(0.3 * rng.standard_normal(n_items)),
            difficulty=1.2 * rng.standard_normal(n_items),
            lure=0.7 * rng.standard_normal((n_items, len(OPTIONS) - 1)),
            lure_slope=0.3 * rng.standard_normal((n_items, len(OPTIONS) - 1)),
            seconds=20.0 * np.exp(0.4 * rng.standard_normal(n_items)),
        )

    def chance(self, learner: Ints, item: Ints, shift: Reals | float = 0.0) -> Reals:
        """(N,) of right answers; `shift` is added to the difficulty."""
        return sigmoid(self.discrimination[item] * (self.ability[learner] - self.difficulty[item] - shift))


@dataclass(frozen=True)
class Design:
    """What is wrong with the items, and who is asked what.

    Attributes:
        n_asked: items for each learner, drawn at random; None asks all.
        adaptive: how much nearer to the learner's ability those are that are asked: 0 not at all, 1 a good deal.
        wrong_keys: items whose first distractor is keyed instead of the right option.
        gap: how much likelier the less able are in group "y", in logits by standard deviation of ability; at 0, half of
            the learners are in it, whoever they are.
        biased: items that are harder for group "y" by so many logits than for the equally able of group "x".
        rushed: share of answers given without thought.
    """

    n_asked: int | None = None
    adaptive: float = 0.0
    wrong_keys: tuple[int, ...] = ()
    gap: float = 0.0
    biased: dict[int, float] = field(default_factory=dict)
    rushed: float = 0.0


def simulate(truth: Truth, rng: np.random.Generator, design: Design | None = None) -> Responses:
    """Answers with the option chosen, the seconds taken and the learner's group; the right option is always "a".

    Learners are called l1, l2 ... and items i1, i2 ... in the order of `truth`; answers are ordered by learner.
    """
    design = design or Design()
    learner, item = _asked(truth, rng, design)
    in_group = (rng.random(len(truth.ability)) < sigmoid(-design.gap * truth.ability)).astype(np.int32)
    shift = np.zeros(len(truth.difficulty))
    shift[list(design.biased)] = list(design.biased.values())
    right = rng.random(len(item)) < truth.chance(learner, item, shift[item] * in_group[learner])
    option = np.where(right, 0, 1 + _lured(truth, learner, item, rng))
    seconds = truth.seconds[item] * np.exp(0.4 * rng.standard_normal(len(item)))
    rushed: Flags = rng.random(len(item)) < design.rushed
    option[rushed] = rng.integers(0, len(OPTIONS), int(rushed.sum()))
    seconds[rushed] = GUESS_SECONDS * np.exp(0.2 * rng.standard_normal(int(rushed.sum())))
    key = np.zeros(len(truth.difficulty), np.int64)
    key[list(design.wrong_keys)] = 1
    return Responses(
        learner=learner,
        item=item,
        score=(option == key[item]).astype(np.float64),
        learner_ids=tuple(f"l{i + 1}" for i in range(len(truth.ability))),
        item_ids=tuple(f"i{k + 1}" for k in range(len(truth.difficulty))),
        choice=Labels(option.astype(np.int32), OPTIONS),
        seconds=seconds,
        facets={"group": Labels(in_group[learner], ("x", "y"))},
    )


def in_random_order(responses: Responses, rng: np.random.Generator) -> Responses:
    """The same answers as if all learners answered side by side."""
    return responses.at(rng.permutation(responses.n_answers))


def _asked(truth: Truth, rng: np.random.Generator, design: Design) -> tuple[Ints, Ints]:
    """Learner and item of each answer."""
    n_learners, n_items = len(truth.ability), len(truth.difficulty)
    n_asked = n_items if design.n_asked is None else design.n_asked
    if not 1 <= n_asked <= n_items:
        raise CalibrationError(f"{n_asked} items for each learner: give from 1 to {n_items}")
    items: NDArray[np.int32] = np.tile(np.arange(n_asked, dtype=np.int32), (n_learners, 1))
    if n_asked < n_items:
        for start in range(0, n_learners, LEARNERS_AT_ONCE):
            ability = truth.ability[start : start + LEARNERS_AT_ONCE, None]
            unfit = rng.random((len(ability), n_items))
            unfit += design.adaptive * np.abs(ability - truth.difficulty) * rng.random(unfit.shape)
            items[start : start + len(ability)] = np.argpartition(unfit, n_asked - 1, axis=1)[:, :n_asked]
    return np.repeat(np.arange(n_learners, dtype=np.int32), n_asked), items.ravel()


def _lured(truth: Truth, learner: Ints, item: Ints, rng: np.random.Generator) -> NDArray[np.intp]:
    """(N,) the distractor that each learner would choose: the largest of logit plus Gumbel noise."""
    best, chosen = np.full(len(item), -np.inf), np.zeros(len(item), np.intp)
    for k in range(truth.lure.shape[1]):
        appeal = truth.lure[item, k] + truth.lure_slope[item, k] * truth.ability[learner] + rng.gumbel(size=len(item))
        chosen[appeal > best] = k
        best = np.maximum(best, appeal)
    return chosen
