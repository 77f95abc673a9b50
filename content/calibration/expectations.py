"""What an author says of an item, as far as answers can tell whether it is so."""

from __future__ import annotations

from dataclasses import dataclass

from content.guessing import guess_probability
from content.items import Item, MultipleChoice
from content.tracks import Track


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


def expected_of(item: Item, band_difficulty: float | None = None) -> Expected:
    """Read it from the item; difficulty is the band's where it has none, options are called by the author's ids."""
    options = tuple(option.id for option in item.options) if isinstance(item, MultipleChoice) else ()
    difficulty = band_difficulty if item.difficulty is None else item.difficulty
    return Expected(options, guess_probability(item), item.seconds, difficulty)


def expected_of_track(track: Track) -> dict[str, Expected]:
    """That of each item of a track, by id."""
    bands = {band.id: band.difficulty for band in track.bands}
    return {item.id: expected_of(item, bands[item.band]) for item in track.items}
