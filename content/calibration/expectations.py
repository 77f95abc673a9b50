"""What an author says of an item, as far as answers can tell whether it is so."""

from __future__ import annotations

from dataclasses import dataclass

from content.guessing import guess_probability
from content.items import Item, MultipleChoice


@dataclass(frozen=True)
class Expected:
    """Attributes:
    options: ids of what can be chosen; empty where answers are typed or composed.
    guess: chance that a random answer is right.
    seconds: time a learner is expected to need; None if nothing is said.
    difficulty: logits, 0 = average; None if nothing is said.
    """

    options: tuple[str, ...] = ()
    guess: float = 0.0
    seconds: float | None = None
    difficulty: float | None = None


def expected_of(item: Item) -> Expected:
    """Read it from the item. Answers are compared with `options` by the authors' ids."""
    options = tuple(option.id for option in item.options) if isinstance(item, MultipleChoice) else ()
    return Expected(options, guess_probability(item), item.seconds, item.difficulty)
