"""The rule-based rivals. Each ranks skills from the tutor's own belief, then takes the band nearest a target success.

Every rule has knobs, tuned by `rl.teachers.tuning`; all share three: `target` success of the band, `goal_only` (ignore
skills that neither the goal nor its prerequisites need) and `guarded` (keep to the guard rails around the policy).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rl.belief import COUNT, INDEX, Array, Rows
from rl.candidates import dependents_need
from rl.observer import Observation, Observer
from rl.teachers.boxes import FsrsCards, LeitnerBoxes
from rl.teachers.composite import CompositeSettings, composite
from rl.teachers.teacher import Actions

Settings = Mapping[str, float]
Range = tuple[float, float]
SHARED: dict[str, Range] = {"target": (0.3, 0.95), "goal_only": (0, 1), "guarded": (0, 1)}


@dataclass
class Desk:
    """What a rule may look at: the observer, its own memory, noise for ties."""

    observer: Observer
    rng: np.random.Generator
    boxes: LeitnerBoxes
    cards: FsrsCards


SkillRank = Callable[[Desk, Settings], Array]


def random(desk: Desk, settings: Settings) -> Array:  # noqa: ARG001 - every rule has this signature
    """Any skill, alike."""
    return desk.rng.random(desk.observer.current.mastered.shape)


def round_robin(desk: Desk, settings: Settings) -> Array:  # noqa: ARG001
    """The skill longest not practised, new ones first, in the author's order."""
    index = desk.observer.belief.skills[INDEX]
    y: Array = -index - 1e-3 * np.arange(index.shape[1])
    return y


def author_order(desk: Desk, settings: Settings) -> Array:
    """Each skill `repeats` times in the author's order, then again from the start."""
    rounds = np.floor(desk.observer.belief.skills[COUNT] / settings["repeats"])
    y: Array = -rounds - 1e-3 * np.arange(rounds.shape[1])
    return y


def mastery_threshold(desk: Desk, settings: Settings) -> Array:
    """The author's order, each skill until it is believed mastered (`threshold`); then the weakest."""
    mastered = desk.observer.current.mastered
    unmastered = mastered < settings["threshold"]
    return np.where(unmastered, 2.0 - 1e-3 * np.arange(mastered.shape[1]), 0.9 - mastered)


def weakest_first(desk: Desk, settings: Settings) -> Array:
    """The least mastered of the skills below `threshold` that are ready enough to be learned."""
    current = desk.observer.current
    reachable = current.ready >= settings["readiness"]
    below = current.mastered < settings["threshold"]
    return reachable * 1.0 + below * 1.0 - current.mastered


def leitner(desk: Desk, settings: Settings) -> Array:
    """Boxes that double their interval: what is due first, then a new skill, then what is due soonest."""
    due = desk.boxes.overdue(desk.observer.moment.now, settings["first_interval"])
    count = desk.observer.belief.skills[COUNT]
    order = 1e-3 * np.arange(count.shape[1])
    return np.where(count > 0, np.where(due > 0, 2.0 + np.tanh(due), np.tanh(due)), 1.5 - order)


def most_forgotten(desk: Desk, settings: Settings) -> Array:
    """FSRS memory: the least retrievable below `retention` first, then a new skill in order."""
    recall = desk.cards.retrievability(desk.observer.moment.now)
    count = desk.observer.belief.skills[COUNT]
    order = 1e-3 * np.arange(count.shape[1])
    return np.where(count > 0, np.where(recall < settings["retention"], 3.0 - recall, 1.0 - recall), 1.5 - order)


def target_success(desk: Desk, settings: Settings) -> Array:
    """Whatever has a band nearest the target success; what weighs much in the goal may lie `pull` further from it."""
    observer = desk.observer
    distance = np.abs(observer.gains.success - settings["target"])
    nearest = np.where(observer.view.available, distance, 2.0).min(axis=2)
    worth = observer.view.goal + 0.5 * dependents_need(observer.view, observer.current)
    share = worth / np.maximum(worth.max(axis=1, keepdims=True), 1e-12)
    y: Array = settings["pull"] * share - nearest + settings["spread"] * desk.rng.random(nearest.shape)
    return y


def frontier(desk: Desk, settings: Settings) -> Array:
    """The least practised of what the prerequisites make reachable, the goal needs and is not yet mastered."""
    current = desk.observer.current
    open_now = (current.ready >= settings["readiness"]) & (current.mastered < settings["threshold"])
    count = desk.observer.belief.skills[COUNT]
    y: Array = 10.0 * open_now - np.minimum(count, 9.0) * 0.9 - 1e-3 * np.arange(count.shape[1])
    return y


@dataclass(frozen=True)
class Rule:
    """A ranking of skills and the ranges of its own knobs."""

    rank: SkillRank | None
    knobs: dict[str, Range]


RULES: dict[str, Rule] = {
    "random": Rule(random, {}),
    "round-robin": Rule(round_robin, {}),
    "author-order": Rule(author_order, {"repeats": (1, 8)}),
    "mastery-threshold": Rule(mastery_threshold, {"threshold": (0.5, 0.98)}),
    "weakest-first": Rule(weakest_first, {"threshold": (0.4, 0.98), "readiness": (0.05, 0.9)}),
    "leitner": Rule(leitner, {"first_interval": (0.01, 2.0)}),
    "most-forgotten": Rule(most_forgotten, {"retention": (0.6, 0.99)}),
    "target-success": Rule(target_success, {"spread": (0.0, 0.5), "pull": (0.0, 0.5)}),
    "frontier": Rule(frontier, {"threshold": (0.4, 0.98), "readiness": (0.05, 0.9)}),
    "composite": Rule(None, {"need": (0.0, 2.0), "forgetting": (0.0, 3.0), "closeness": (0.5, 10.0)}),
}


class RuleTeacher:
    """A rule with its settings, for L learners."""

    def __init__(self, name: str, settings: Settings) -> None:
        if name not in RULES:
            raise ValueError(f"rule '{name}' is unknown; there are {', '.join(RULES)}")
        wanted = set(RULES[name].knobs) | set(SHARED)
        if set(settings) != wanted:
            raise ValueError(f"settings of rule '{name}' must be {sorted(wanted)}, not {sorted(settings)}")
        self.name, self.settings = name, settings
        self._rule = RULES[name]

    def begin(self, observer: Observer, rng: np.random.Generator) -> None:
        """New learners."""
        shape = observer.current.mastered.shape
        self._desk = Desk(observer, rng, LeitnerBoxes(shape), FsrsCards(shape))

    def keep(self, rows: Rows) -> None:
        """Go on with these learners only."""
        self._desk.boxes.keep(rows)
        self._desk.cards.keep(rows)

    def choose(self, observer: Observer, observation: Observation) -> Actions:
        """The best skill by rank, then the band nearest the target; the composite ranks both at once."""
        desk, settings = self._desk, self.settings
        desk.observer = observer
        if self.name == "leitner":
            desk.boxes.take(observation)
        if self.name == "most-forgotten":
            desk.cards.take(observation)
        mask = self._mask(observer)
        fit = -np.abs(observer.gains.success - settings["target"])
        if self._rule.rank is None:
            chosen = CompositeSettings(
                target=settings["target"],
                need=settings["need"],
                forgetting=settings["forgetting"],
                closeness=settings["closeness"],
            )
            scores = composite(observer.belief, observer.view, observer.current, observer.gains, chosen)
            scores = np.where(mask, scores + 1e-6 * desk.rng.random(scores.shape), -np.inf)
            best: Actions = scores.reshape(scores.shape[0], -1).argmax(axis=1)
            return best
        rank = self._rule.rank(desk, settings) + 1e-6 * desk.rng.random(mask.shape[:2])
        skill: Actions = np.where(mask.any(axis=2), rank, -np.inf).argmax(axis=1)
        rows = np.arange(skill.shape[0])
        band: Actions = np.where(mask[rows, skill], fit[rows, skill], -np.inf).argmax(axis=1)
        return skill * observer.n_bands + band

    def _mask(self, observer: Observer) -> NDArray[np.bool_]:
        mask = observer.masked if self.settings["guarded"] >= 0.5 else observer.view.available
        if self.settings["goal_only"] < 0.5:
            return mask
        needed = (observer.view.goal > 0) | (dependents_need(observer.view, observer.current) > 1e-9)
        narrowed = mask & needed[:, :, None]
        return np.where(narrowed.any(axis=(1, 2), keepdims=True), narrowed, mask)
