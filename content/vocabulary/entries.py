"""What an author writes: entries of a vocabulary, each a word or a sentence."""

from __future__ import annotations

from typing import Literal

import msgspec

PartOfSpeech = Literal[
    "noun",
    "verb",
    "verb form",
    "adjective",
    "adverb",
    "pronoun",
    "determiner",
    "question word",
    "number",
    "connector",
    "preposition",
    "phrase",
    "sentence",
]


class VocabularyError(ValueError):
    """Entries that contradict each other. The text lists every fault, one a line, each with the entry's id."""


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sentence that uses the entry. `es` has the entry's form in braces, "Mi {perro} duerme."; `en` translates it."""

    es: str
    en: str


class Confusion(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A named wrong answer that learners really give: a false friend, a wrong gender, another word's meaning.

    Attributes:
        answer: English if `band` is "recognise", Spanish if it is "produce".
        feedback: why it is wrong, in inline markup.
    """

    id: str
    band: Literal["recognise", "produce"]
    answer: str
    feedback: str


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One word or sentence of the vocabulary.

    Attributes:
        id: the skill's id, such as "animals-07". It is seen with every exercise, so it holds neither language's text.
        es: the Spanish, nouns with their article; unique within the vocabulary.
        en: accepted English, the first is shown. "the" and "to" at the start may be left out by the learner, and
            contractions are accepted for their long forms and the other way round.
        unit: id of the unit it belongs to.
        gender: of a noun, "m" or "f".
        variants: other Spanish answers that are as right ("alta" beside "alto").
        cue: tells apart entries with the same English ("for (a purpose)"); shown with the English.
        note: shown after the answer, in inline markup.
        prerequisites: Spanish texts (`es`) of entries that should be known first.
        accents: "auto" is lenient, except where the accent makes another word or the letter is an ñ.
        typos: "auto" is lenient, except for verb forms and words that a slip turns into another word of the vocabulary.
    """

    id: str
    es: str
    en: tuple[str, ...]
    unit: str
    pos: PartOfSpeech
    gender: Literal["", "m", "f"] = ""
    variants: tuple[str, ...] = ()
    cue: str = ""
    note: str = ""
    example: Example | None = None
    misconceptions: tuple[Confusion, ...] = ()
    prerequisites: tuple[str, ...] = ()
    accents: Literal["auto", "required", "lenient"] = "auto"
    typos: Literal["auto", "none", "lenient"] = "auto"
