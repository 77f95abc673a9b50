"""Which words a language has, so that a slip that gives another real word is not taken for a typo.

The 25,000 most frequent words of each language are kept as a Bloom filter (Bloom 1970): of the words that are not among
them, one in a hundred is taken for one that is. The files beside this module, ``words.LANGUAGE``, are made from the
lists of the package `wordfreq` 3.1 (Speer 2022; data under CC BY-SA 4.0) by ``python -m content.grading.words``,
which needs the extra ``words``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from math import ceil, log
from pathlib import Path

LANGUAGES = ("en", "es", "fr", "de", "it", "pt")
N_WORDS = 25_000
FALSE_POSITIVES = 0.01
N_HASHES = round(-log(FALSE_POSITIVES) / log(2))
N_BITS = 8 * ceil(-N_WORDS * log(FALSE_POSITIVES) / log(2) ** 2 / 8)


def is_word(word: str, language: str) -> bool:
    """Whether a lower-case word is among the usual ones of a language, a BCP 47 tag; False for languages not known."""
    bits = _bits(language.split("-")[0])
    return bool(bits) and all(bits[place >> 3] & 1 << (place & 7) for place in _places(word))


def filter_of(words: Iterable[str]) -> bytes:
    """The filter that knows these words."""
    bits = bytearray(N_BITS // 8)
    for word in words:
        for place in _places(word):
            bits[place >> 3] |= 1 << (place & 7)
    return bytes(bits)


def _places(word: str) -> Iterator[int]:
    """Bits of a word, by double hashing (Kirsch and Mitzenmacher 2006)."""
    digest = blake2b(word.encode(), digest_size=16).digest()
    first, second = int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little") | 1
    return ((first + k * second) % N_BITS for k in range(N_HASHES))


def _path(language: str) -> Path:
    return Path(__file__).with_name(f"words.{language}")


@lru_cache(maxsize=len(LANGUAGES))
def _bits(language: str) -> bytes:
    return _path(language).read_bytes() if language in LANGUAGES else b""


def _make() -> None:
    from wordfreq import top_n_list

    for language in LANGUAGES:
        listed = (word for word in top_n_list(language, 2 * N_WORDS) if word.isalpha() and len(word) > 1)
        _path(language).write_bytes(filter_of(word for word, _ in zip(listed, range(N_WORDS), strict=False)))


if __name__ == "__main__":
    _make()
