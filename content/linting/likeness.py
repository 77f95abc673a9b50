"""Items that ask the same, or nearly: by the characters of their texts, or by an embedding that a caller brings.

Likeness by characters: each text is a bag of character 3- to 4-grams within words, weighed by tf-idf and normalised;
likeness is the cosine. Rare n-grams are looked up first, so that a course of 10,000 items needs no 50 million pairs.
Two items that differ in their numbers are variants of one task, not copies: they are never told.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import log, sqrt
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from content.items import Item
from content.linting.findings import LintFinding, at
from content.linting.words import said, shown_options

GRAMS = (3, 4)
TOKEN = re.compile(r"\d+(?:[.,]\d+)*|\w+|[^\w\s.,;:!?'\"()]")
"""Words, numbers and signs; how a sentence is punctuated makes no other question."""
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
MOST_COMMON = 0.05
"""N-grams in more than this share of all texts tell nothing, and are not looked up."""
MOST_POSTED = 400
NEAR = 0.8
Vector = dict[str, float]


class Embedder(Protocol):
    """Gives each text a direction, so that the cosine of two tells how much they mean the same."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(N texts, D), each row of length 1."""


def text_of(item: Item) -> str:
    """What an item asks, options in order of their texts, in lower case."""
    options = sorted(said(option.text) for option in shown_options(item))
    parts = [said(item.prompt), getattr(item, "text", ""), *options]
    return " ".join(TOKEN.findall(" ".join(parts).lower()))


def grams(text: str) -> Counter[str]:
    """Character n-grams of each word, with a blank before and after."""
    found: Counter[str] = Counter()
    for word in text.split():
        padded = f" {word} "
        for n in GRAMS:
            found.update(padded[start : start + n] for start in range(max(1, len(padded) - n + 1)))
    return found


def vectors(texts: Sequence[str]) -> list[Vector]:
    """tf-idf over n-grams, each of length 1: ``(1 + log tf) * (1 + log((1 + N) / (1 + df)))``.

    The smoothing keeps what two texts share from vanishing where there are few texts.
    """
    counted = [grams(text) for text in texts]
    df = Counter(gram for one in counted for gram in one)
    n_texts = len(texts)
    found = []
    for one in counted:
        weighed = {
            gram: (1.0 + log(times)) * (1.0 + log((1 + n_texts) / (1 + df[gram]))) for gram, times in one.items()
        }
        length = sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
        found.append({gram: weight / length for gram, weight in weighed.items()})
    return found


def cosine(first: Vector, second: Vector) -> float:
    """Likeness of two vectors of length 1, in [0, 1]."""
    small, large = (first, second) if len(first) <= len(second) else (second, first)
    return sum(weight * large.get(gram, 0.0) for gram, weight in small.items())


def find_copies(items: Sequence[Item], embedder: Embedder | None = None, near: float = NEAR) -> Iterator[LintFinding]:
    """Pairs that ask the same, or nearly; each item is told with the one most like it that comes before."""
    texts = [text_of(item) for item in items]
    numbers = [tuple(sorted(NUMBER.findall(text))) for text in texts]
    pairs = _by_meaning(texts, embedder, near) if embedder is not None else _by_letters(texts, near)
    for late, early, likeness in pairs:
        if numbers[late] != numbers[early]:
            continue
        same = texts[late] == texts[early]
        why = (
            f"it asks the same as {items[early].id!r}, word for word."
            if same
            else f"it is like {items[early].id!r} by {likeness:.2f} of 1."
        )
        yield LintFinding(
            rule="duplicate" if same else "near-duplicate",
            where=at(items[late].id),
            why=why,
            how="Keep one of them, or let them ask for different things.",
            also=at(items[early].id),
        )


def _by_letters(texts: Sequence[str], near: float) -> Iterator[tuple[int, int, float]]:
    found = vectors(texts)
    most = max(MOST_POSTED, int(MOST_COMMON * len(texts)))
    postings: dict[str, list[int]] = defaultdict(list)
    exact: dict[str, int] = {}
    for late, vector in enumerate(found):
        if texts[late] in exact:
            yield late, exact[texts[late]], 1.0
            continue
        exact[texts[late]] = late
        best, likeness = -1, near
        for early in _candidates(vector, postings, near):
            score = cosine(vector, found[early])
            if score >= likeness:
                best, likeness = early, score
        if best >= 0:
            yield late, best, likeness
        for gram in vector:
            if len(postings[gram]) < most:
                postings[gram].append(late)


def _telling(vector: Vector, near: float) -> list[str]:
    """The heaviest n-grams, of which any text as like as `near` has one.

    A text that has none of them is at most as like as the rest of the vector is long: below ``sqrt(1 - (1 - near^2))``.
    """
    left, chosen = 1.0 - near * near, []
    for gram, weight in sorted(vector.items(), key=lambda pair: -pair[1]):
        chosen.append(gram)
        left -= weight * weight
        if left < 0:
            break
    return chosen


def _candidates(vector: Vector, postings: dict[str, list[int]], near: float) -> set[int]:
    return {early for gram in _telling(vector, near) for early in postings.get(gram, ())}


def _by_meaning(texts: Sequence[str], embedder: Embedder, near: float) -> Iterator[tuple[int, int, float]]:
    rows = embedder.embed(texts)
    for late in range(1, len(texts)):
        likeness = rows[:late] @ rows[late]
        early = int(np.argmax(likeness))
        if likeness[early] >= near:
            yield late, early, float(likeness[early])
