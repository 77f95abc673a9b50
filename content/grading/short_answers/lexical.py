"""English words as grading looks at them: which carry meaning, which negate, which differ but in their ending."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_FUNCTION_WORDS = frozenset(
    {"a", "an", "the", "of", "to", "in", "on", "at", "is", "are", "was", "were", "be", "been", "it", "its", "this"}
    | {"that", "these", "those", "and", "or", "as", "for", "with", "by", "from", "so", "then", "than", "there", "their"}
    | {"they", "them", "he", "she", "you", "your", "i", "we", "will", "would", "can", "could", "do", "does", "did"}
    | {"has", "have", "had", "into", "if", "when", "which", "who", "what", "how", "why", "because", "just", "also"}
    | {"very"}
)
NEGATIONS = frozenset(
    {"not", "no", "never", "cant", "dont", "doesnt", "didnt", "isnt", "wasnt", "arent", "wont", "without", "none"}
    | {"nothing", "neither", "nor"}
)
_ENDINGS = ("ations", "ation", "ings", "ing", "edly", "ies", "ed", "es", "s", "ly", "ment")
_SHORTEST_STEM = 3
_N_GRAM = 3


def words_of(text: str) -> list[str]:
    """Lower-case words and numbers; "isn't" is "is not"."""
    plain = text.lower().replace("’", "'").replace("n't", " not").replace("cannot", "can not")
    return _WORD.findall(plain)


def stem(word: str) -> str:
    """The word without the first ending that leaves three letters. Crude, and the same for both sides."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def content_stems(words: Sequence[str]) -> list[str]:
    """Stems of the words that carry meaning, in order."""
    return [stem(word) for word in words if word not in _FUNCTION_WORDS]


def n_negations(words: Sequence[str]) -> int:
    """How many words negate."""
    return sum(word in NEGATIONS for word in words)


def trigrams(words: Sequence[str]) -> Counter[str]:
    """Runs of three characters, spaces between words included."""
    text = f" {' '.join(words)} "
    return Counter(text[k : k + _N_GRAM] for k in range(len(text) - _N_GRAM + 1))


def cosine(one: Counter[str], other: Counter[str]) -> float:
    """Cosine of two bags, 0 if one is empty."""
    size = sum(v * v for v in one.values()) * sum(v * v for v in other.values())
    return float(sum(n * other[key] for key, n in one.items()) / size**0.5) if size else 0.0


def common_subsequence(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for left in one:
        above = row
        row = [0]
        for k, right in enumerate(other):
            row.append(above[k] + 1 if left == right else max(above[k + 1], row[-1]))
    return row[-1]
