"""Finding the right answer of an item by scoring others: every single one, or sets one change at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from content.formats.qti.values import Value

ENOUGH = 1e-9
MAX_CHOICES = 40


def best_of(scores: Mapping[str, float | None], nothing: float | None) -> tuple[set[str], bool]:
    """The answers that score most, and whether others get a part of it; none if no answer beats giving none."""
    known = [score for score in scores.values() if score is not None]
    if not known or len(known) < len(scores) or max(known) <= min([*known, nothing or 0.0]) + ENOUGH:
        return set(), False
    best = max(known)
    partial = any((nothing or 0.0) + ENOUGH < score < best - ENOUGH for score in known)
    return {one for one, score in scores.items() if score is not None and score >= best - ENOUGH}, partial


def climb(score: Callable[[Value], float | None], choices: Sequence[str], start: set[str]) -> set[str] | None:
    """The set of choices that scores most, from `start` by single changes; None if no set beats choosing nothing."""
    current, reached, nothing = set(start), score(_listed(start, choices)), score(None)
    if reached is None or nothing is None or len(choices) > MAX_CHOICES:
        return None
    for _ in range(len(choices) + 1):
        best, step = reached, current
        for one in choices:
            found = score(_listed(current ^ {one}, choices)) or 0.0
            if found > best + ENOUGH:
                best, step = found, current ^ {one}
        if best <= reached + ENOUGH:
            break
        reached, current = best, step
    return current if reached > nothing + ENOUGH else None


def _listed(chosen: set[str], order: Sequence[str]) -> Value:
    return [one for one in order if one in chosen] or None
