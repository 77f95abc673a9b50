"""An essay cut into sentences, and what can be measured of it, with any of its sentences left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from content.grading.sentences.encoder import Vectors
from content.grading.short_answers.lexical import content_stems, words_of

Matrix = NDArray[np.float64]


class Directed(Protocol):
    """A text that was embedded."""

    @property
    def sentence(self) -> Vectors:
        """Of length 1 [feature]."""
        ...


Encode = Callable[[Sequence[str]], Sequence[Directed]]

_SENTENCE = re.compile(r"[^.!?…\n]+(?:[.!?…]+[\"'”’)\]]*|\n|$)")
_PARAGRAPH = re.compile(r"\n\s*\n")
MAX_SENTENCES = 400
CONNECTIVES = frozenset(
    {"because", "therefore", "however", "although", "though", "thus", "hence", "moreover", "furthermore", "instead"}
    | {"since", "while", "whereas", "finally", "first", "second", "example", "instance", "consequently", "despite"}
)
MEASURES = (
    "words", "sentences", "paragraphs", "words a sentence", "spread of sentence length", "letters a word",
    "share of long words", "share of different words", "connectives a sentence", "likeness of neighbours",
    "likeness to the prompt", "commas a sentence",
)  # fmt: skip
LONG_WORD = 7


@dataclass(frozen=True)
class Reading:
    """An essay.

    Attributes:
        sentences: as written, in order.
        words: of each sentence.
        n_paragraphs: parts between empty lines.
        vectors: of each sentence [sentence, feature].
        prompt: vector of what was asked [feature].
    """

    sentences: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    n_paragraphs: int
    vectors: Matrix
    prompt: Matrix

    def without(self, place: int) -> Reading:
        """The essay without one sentence."""
        kept = [k for k in range(len(self.sentences)) if k != place]
        return Reading(
            sentences=tuple(self.sentences[k] for k in kept),
            words=tuple(self.words[k] for k in kept),
            n_paragraphs=self.n_paragraphs,
            vectors=self.vectors[kept],
            prompt=self.prompt,
        )

    def measures(self) -> Matrix:
        """Values of MEASURES; sizes as logarithms, so that a page more counts less the longer the essay is."""
        words = [word for sentence in self.words for word in sentence]
        lengths = np.array([len(sentence) for sentence in self.words], np.float64)
        n_words, n_sentences = max(len(words), 1), max(len(self.sentences), 1)
        stems = content_stems(words)
        neighbours = np.sum(self.vectors[:-1] * self.vectors[1:], axis=1)
        return np.array(
            [
                np.log1p(n_words),
                np.log1p(n_sentences),
                np.log1p(self.n_paragraphs),
                n_words / n_sentences,
                float(lengths.std()) if len(lengths) else 0.0,
                sum(map(len, words)) / n_words,
                sum(len(word) >= LONG_WORD for word in words) / n_words,
                len(set(stems)) / max(len(stems), 1) ** 0.8,
                sum(word in CONNECTIVES for word in words) / n_sentences,
                float(neighbours.mean()) if len(neighbours) else 0.0,
                float((self.vectors @ self.prompt).mean()) if len(self.vectors) else 0.0,
                sum(sentence.count(",") for sentence in self.sentences) / n_sentences,
            ]
        )

    def content(self) -> Matrix:
        """Mean of the sentences' vectors [feature]."""
        return self.vectors.mean(axis=0) if len(self.vectors) else np.zeros_like(self.prompt)


def read_essays(texts: Sequence[str], prompt: str, encode: Encode) -> list[Reading]:
    """Essays on one prompt. All sentences are embedded together; past 400 of an essay the rest is not read."""
    cut = [sentences_of(text)[:MAX_SENTENCES] for text in texts]
    vectors = encode([prompt, *(sentence for sentences in cut for sentence in sentences)])
    found = []
    place = 1
    for text, sentences in zip(texts, cut, strict=True):
        own = vectors[place : place + len(sentences)]
        place += len(sentences)
        found.append(
            Reading(
                sentences=sentences,
                words=tuple(tuple(words_of(sentence)) for sentence in sentences),
                n_paragraphs=len([part for part in _PARAGRAPH.split(text) if part.strip()]),
                vectors=np.array([one.sentence for one in own], np.float64).reshape(len(own), len(vectors[0].sentence)),
                prompt=np.asarray(vectors[0].sentence, np.float64),
            )
        )
    return found


def sentences_of(text: str) -> tuple[str, ...]:
    """Sentences by their closing signs and by lines; signs alone are none."""
    found = (match.strip() for match in _SENTENCE.findall(text))
    return tuple(sentence for sentence in found if any(c.isalnum() for c in sentence))
