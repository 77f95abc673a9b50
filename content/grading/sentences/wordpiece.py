"""Text to token numbers, as BERT's uncased models were trained on: WordPiece (Wu et al. 2016; Devlin et al. 2019)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

MAX_WORD_CHARACTERS = 100
_CJK = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F))


class WordPiece:
    """A vocabulary and the cutting of words into its longest pieces, from the left."""

    def __init__(self, vocabulary: list[str]) -> None:
        """Args: vocabulary: tokens in the order of their numbers; pieces within a word begin with ``##``."""
        self._numbers = {token: number for number, token in enumerate(vocabulary)}
        self.tokens = vocabulary
        self.pad, self.unknown, self.begin, self.end = (
            self._numbers[token] for token in ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
        )
        self._pieces = lru_cache(maxsize=50_000)(self._cut)

    @classmethod
    def read(cls, path: Path) -> WordPiece:
        """The vocabulary of a file with one token a line."""
        return cls(path.read_text("utf-8").splitlines())

    def encode(self, text: str, n_tokens: int) -> list[int]:
        """Numbers of the text's tokens between those of begin and end, at most `n_tokens` in all."""
        numbers = [number for word in split_words(text) for number in self._pieces(word)]
        return [self.begin, *numbers[: n_tokens - 2], self.end]

    def _cut(self, word: str) -> tuple[int, ...]:
        if len(word) > MAX_WORD_CHARACTERS:
            return (self.unknown,)
        numbers: list[int] = []
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            ends = (end for end in range(len(word), start, -1) if mark + word[start:end] in self._numbers)
            end = next(ends, 0)
            if not end:
                return (self.unknown,)
            numbers.append(self._numbers[mark + word[start:end]])
            start = end
        return tuple(numbers)


def split_words(text: str) -> Iterator[str]:
    """Lower-case words without accents; every sign of punctuation and every Chinese character is one of its own."""
    for chunk in "".join(_clean(text)).split():
        plain = "".join(c for c in unicodedata.normalize("NFD", chunk.lower()) if unicodedata.category(c) != "Mn")
        word = ""
        for character in plain:
            if not _stands_alone(character):
                word += character
                continue
            if word:
                yield word
            word = ""
            yield character
        if word:
            yield word


def _clean(text: str) -> Iterator[str]:
    for character in text:
        if character in "\t\n\r" or unicodedata.category(character) == "Zs":
            yield " "
        elif any(low <= ord(character) <= high for low, high in _CJK):
            yield f" {character} "
        elif character not in "\0\ufffd" and unicodedata.category(character) not in ("Cc", "Cf"):
            yield character


def _stands_alone(character: str) -> bool:
    """Punctuation of Unicode, and every ASCII sign that is neither letter nor digit."""
    if character.isascii():
        return not character.isalnum()
    return unicodedata.category(character).startswith("P")
