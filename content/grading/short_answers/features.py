"""What the model sees of an answer: how it compares with each reference answer and with the question.

For each reference: likeness of the sentences, soft overlap of their tokens (each token's best match on the other side,
rare tokens counting more; Zhang et al. 2020, BERTScore), the same for what the question does not say already, overlap
of stems, of characters, of word order, and whether one side negates. Of all references the nearest is shown, the best
value of each measure, and the mean of some. A second part holds what the two sentence vectors have in common and where
they differ, feature by feature (Conneau et al. 2017).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from content.grading.sentences.encoder import Embedded
from content.grading.short_answers import lexical

Vector = NDArray[np.float32]

PAIR_NAMES = (
    "likeness", "recall", "precision", "overlap", "new recall", "new precision", "worst match", "three worst matches",
    "stem recall", "stem precision", "new stem recall", "new stem precision", "trigrams", "order recall",
    "order precision", "negation differs", "answer negates", "reference negates",
)  # fmt: skip
N_MEANS = 8
OWN_NAMES = (
    "answer likes question", "reference likes question", "length", "reference length", "length ratio",
    "share from question", "new stems", "no stems", "references", "negations", "question negations",
)  # fmt: skip
FEATURE_NAMES = (
    *(f"nearest: {name}" for name in PAIR_NAMES),
    *(f"best: {name}" for name in PAIR_NAMES),
    *(f"mean: {name}" for name in PAIR_NAMES[:N_MEANS]),
    *OWN_NAMES,
)
N_COMMON_TOKENS = 1996  # BERT's uncased vocabulary lists whole words from here, the most frequent first


@dataclass(frozen=True)
class Passage:
    """A text with all that comparisons need of it; `rarity` [token] rises with the rank of a token's frequency."""

    embedded: Embedded
    rarity: Vector
    words: tuple[str, ...]
    stems: tuple[str, ...]
    n_negations: int
    trigrams: Counter[str]

    @classmethod
    def of(cls, text: str, embedded: Embedded) -> Passage:
        """Read a text whose vectors are known."""
        words = lexical.words_of(text)
        rank = np.maximum(embedded.numbers - N_COMMON_TOKENS, 0)
        return cls(
            embedded=embedded,
            rarity=np.log1p(rank).astype(np.float32) + np.float32(0.5),
            words=tuple(words),
            stems=tuple(lexical.content_stems(words)),
            n_negations=lexical.n_negations(words),
            trigrams=lexical.trigrams(words),
        )


@dataclass(frozen=True)
class Features:
    """One answer.

    Attributes:
        measures: in the order of FEATURE_NAMES.
        contrast: product and absolute difference of the two sentences' vectors [2 * feature].
        answer: the answer's own vector [feature].
        topic: mean of the vectors of question and references, of length 1 [feature].
    """

    measures: Vector
    contrast: Vector
    answer: Vector
    topic: Vector


def read_passages(texts: Sequence[str], encode: Callable[[Sequence[str]], list[Embedded]]) -> dict[str, Passage]:
    """Each different text once, embedded together."""
    different = list(dict.fromkeys(texts))
    return {text: Passage.of(text, one) for text, one in zip(different, encode(different), strict=True)}


def compare_answer(question: Passage, references: Sequence[Passage], answer: Passage) -> Features:
    """All features of an answer. Raises ValueError without a reference."""
    if not references:
        raise ValueError("an answer was to be compared with no reference; at least one is needed")
    pairs = np.array([_pair(answer, reference, question) for reference in references], np.float32)
    nearest = int(np.argmax(pairs[:, 0] + pairs[:, 3]))
    reference = references[nearest]
    measures = np.concatenate(
        [pairs[nearest], pairs.max(axis=0), pairs[:, :N_MEANS].mean(axis=0), _own(question, reference, answer)]
    )
    measures[-3] = len(references)
    one, other = answer.embedded.sentence, reference.embedded.sentence
    return Features(
        measures=measures.astype(np.float32),
        contrast=np.concatenate([one * other, np.abs(one - other)]),
        answer=one,
        topic=_topic(question, references),
    )


def _topic(question: Passage, references: Sequence[Passage]) -> Vector:
    summed = question.embedded.sentence + np.mean([one.embedded.sentence for one in references], axis=0)
    return np.asarray(summed / max(float(np.linalg.norm(summed)), 1e-9), np.float32)


def _pair(answer: Passage, reference: Passage, question: Passage) -> list[float]:
    return [
        float(answer.embedded.sentence @ reference.embedded.sentence),
        *_alignment(answer, reference, question),
        *_stem_overlap(answer, reference, question),
        lexical.cosine(answer.trigrams, reference.trigrams),
        *_order(answer.stems, reference.stems),
        float((answer.n_negations > 0) != (reference.n_negations > 0)),
        float(answer.n_negations > 0),
        float(reference.n_negations > 0),
    ]


def _alignment(answer: Passage, reference: Passage, question: Passage) -> list[float]:
    """Recall, precision, their harmonic mean, recall and precision of what is new, worst match, mean of three worst."""
    if not len(answer.embedded.tokens) or not len(reference.embedded.tokens):
        return [0.0] * 7
    alike = reference.embedded.tokens @ answer.embedded.tokens.T
    found, backed = alike.max(axis=1), alike.max(axis=0)
    recall, precision = _mean(found, reference.rarity), _mean(backed, answer.rarity)
    return [
        recall,
        precision,
        2 * recall * precision / max(recall + precision, 1e-6),
        _mean(found, reference.rarity * _novelty(reference, question)),
        _mean(backed, answer.rarity * _novelty(answer, question)),
        float(found.min()),
        float(np.sort(found)[:3].mean()),
    ]


def _novelty(passage: Passage, question: Passage) -> Vector:
    """For each token how little the question has of it [token]."""
    if not len(question.embedded.tokens):
        return np.ones(len(passage.embedded.tokens), np.float32)
    known = (passage.embedded.tokens @ question.embedded.tokens.T).max(axis=1)
    return np.asarray(1.0 - np.clip(known, 0.0, 1.0), np.float32)


def _mean(values: Vector, weights: Vector) -> float:
    return float((values * weights).sum() / max(float(weights.sum()), 1e-6))


def _stem_overlap(answer: Passage, reference: Passage, question: Passage) -> list[float]:
    given, wanted, known = set(answer.stems), set(reference.stems), set(question.stems)
    return [
        _share(given & wanted, wanted),
        _share(given & wanted, given),
        _share((wanted - known) & given, wanted - known),
        _share((given - known) & wanted, given - known),
    ]


def _share(part: set[str], whole: set[str]) -> float:
    return len(part) / max(len(whole), 1)


def _order(given: Sequence[str], wanted: Sequence[str]) -> list[float]:
    shared = lexical.common_subsequence(given, wanted)
    return [shared / max(len(wanted), 1), shared / max(len(given), 1)]


def _own(question: Passage, reference: Passage, answer: Passage) -> list[float]:
    """The features of OWN_NAMES; the number of references is the caller's to fill in."""
    given, known = set(answer.stems), set(question.stems)
    n_words, n_wanted = len(answer.words), len(reference.words)
    return [
        float(answer.embedded.sentence @ question.embedded.sentence),
        float(reference.embedded.sentence @ question.embedded.sentence),
        float(np.log1p(n_words)),
        float(np.log1p(n_wanted)),
        float(np.log1p(n_words) - np.log1p(n_wanted)),
        _share(given & known, given),
        float(len(given - known)),
        float(not given),
        0.0,
        float(answer.n_negations),
        float(question.n_negations),
    ]
