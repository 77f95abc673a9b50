"""All rules over a whole course."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from content.item_rules import find_item_faults
from content.items import Item
from content.linting import access, journey, options
from content.linting.findings import LintFinding
from content.linting.likeness import NEAR, Embedder, find_copies
from content.tracks import Track


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a course may ask of its readers.

    Attributes:
        grade: highest school grade (USA) of English prompts.
        lix: highest LIX of prompts in other languages.
        near: likeness from which two items are told to be near-duplicates, 0 to 1.
    """

    grade: float = 10.0
    lix: float = 50.0
    near: float = NEAR


USUAL = Limits()


def lint(track: Track, limits: Limits = USUAL, embedder: Embedder | None = None) -> list[LintFinding]:
    """Every finding, those of the whole course first, then item by item in the author's order.

    Items that could not even be served are left to `content.check`.
    """
    items = [item for item in track.items if not find_item_faults(item)]
    whole = [
        *journey.cycles(track),
        *journey.unreachable(track),
        *journey.difficulty_gaps(track),
        *options.habit_of_length(items),
    ]
    copies = find_copies(items, embedder, limits.near)
    return [*whole, *copies, *(finding for item in items for finding in lint_item(item, limits))]


def lint_item(item: Item, limits: Limits = USUAL) -> list[LintFinding]:
    """Findings that can be told of an item alone."""
    return list(_of(item, limits))


def _of(item: Item, limits: Limits) -> Iterator[LintFinding]:
    yield from options.missing_feedback(item)
    yield from options.guessable(item)
    yield from options.clue_in_wording(item)
    yield from options.longest_is_right(item)
    yield from access.alt_text(item)
    yield from access.screen_reader(item)
    yield from access.keyboard(item)
    yield from access.colour_alone(item)
    yield from access.time_limit(item)
    yield from access.reading_level(item, limits.grade, limits.lix)


def by_rule(findings: Sequence[LintFinding]) -> dict[str, int]:
    """How many findings each rule has."""
    counted: dict[str, int] = {}
    for finding in findings:
        counted[finding.rule] = counted.get(finding.rule, 0) + 1
    return counted
