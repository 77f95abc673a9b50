"""Which item a candidate (skill, band) serves next: a stated rule, so that the choice can be explained and replayed.

1. What was shown to this learner `EXPOSURE_CAP` times or more is left out, unless nothing else is left: a lesson can
   always be finished.
2. *Unseen first*: what was never shown. A template counts as unseen, for it makes a fresh item.
3. *Longest unseen*: if everything was shown, what was shown the longest ago.
4. *Information*: among several, the item that tells most at the learner's ability. For an item of difficulty b and
   guess c, with s = 1 / (1 + exp(b - ability)) and p = c + (1 - c) s, the Fisher information is (1 - c) s^2 (1 - s) / p
   (Birnbaum 1968, in Lord and Novick, "Statistical theories of mental test scores", eq. 20.4.16, without the 1.7).
5. *Seed*: equals are drawn with equal chances. The n-th time a learner meets a template, its seed is drawn from the
   n-th block of 64: no seed comes twice to one learner, and learners share items, so that a server need not make each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import exp
from random import Random
from typing import NamedTuple

import msgspec

from content.catalogue import Exercise
from content.items import Item, Template
from content.templates import instantiate

EXPOSURE_CAP = 4
"""Times that one written item is shown to a learner before others of its candidate are all used first."""

_EQUAL = 1e-9
_SEED_BLOCK = 64


class Exposure(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How often an item was shown to a learner, and when last (days since the epoch)."""

    times: int
    last_at: float


class Chosen(NamedTuple):
    """An item, and the chance with which the rule took it out of its candidate.

    For a template it is the chance of the template: its seeds are as good as each other.
    """

    item: Item
    probability: float


def choose_item(
    exercises: Sequence[Exercise],
    shown: Mapping[str, Exposure],
    ability: float,
    seed: int,
    make: Callable[[Template, int], Item] = instantiate,
) -> Chosen:
    """Choose by the rule of this module.

    Args:
        exercises: what the candidate serves, at least one (`CourseIndex.exercises[skill, band]`).
        shown: id of an item or template -> its exposure to this learner.
        ability: belief about the skill, in logits.
        seed: decides between equals, and the seed of a template's item.
        make: instantiates a template for a seed; a caller that keeps items gives its own.

    Raises:
        ValueError: there are no exercises.
    """
    if not exercises:
        raise ValueError("a candidate without exercises cannot be served; expected at least one")
    best = _most_informative(_longest_unseen(exercises, shown), ability)
    if len(best) == 1 and not isinstance(best[0].source, Template):
        return Chosen(best[0].source, 1.0)
    rng = Random(seed)
    exercise = best[0] if len(best) == 1 else rng.choice(best)
    item = exercise.source
    if isinstance(item, Template):
        item = make(item, _fresh_seed(shown.get(item.id), rng))
    return Chosen(item, 1.0 / len(best))


def _longest_unseen(exercises: Sequence[Exercise], shown: Mapping[str, Exposure]) -> Sequence[Exercise]:
    unseen = [one for one in exercises if one.endless or one.id not in shown]
    if unseen:
        return unseen
    within = [one for one in exercises if shown[one.id].times < EXPOSURE_CAP] or exercises
    first = min(shown[one.id].last_at for one in within)
    return [one for one in within if shown[one.id].last_at == first]


def _most_informative(exercises: Sequence[Exercise], ability: float) -> Sequence[Exercise]:
    if len(exercises) == 1:
        return exercises
    told = [information(ability, one.difficulty, one.guess) for one in exercises]
    most = max(told) - _EQUAL
    return [one for one, much in zip(exercises, told, strict=True) if much >= most]


def information(ability: float, difficulty: float, guess: float) -> float:
    """Fisher information of an answer about the ability, per squared logit."""
    s = 1.0 / (1.0 + exp(min(max(difficulty - ability, -700.0), 700.0)))
    p = guess + (1.0 - guess) * s
    return (1.0 - guess) * s * s * (1.0 - s) / p if p > 0.0 else 0.0


def _fresh_seed(exposure: Exposure | None, rng: Random) -> int:
    return _SEED_BLOCK * (exposure.times if exposure else 0) + rng.randrange(_SEED_BLOCK)
