"""What the exercises of one entry share: its texts, answers, hints and explanation, worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zlib import crc32

from content.items import Option
from content.vocabulary.entries import Entry
from content.vocabulary.lexicon import Lexicon
from content.vocabulary.wording import LANGUAGE, around, folded, holds_any, spanish, split_example

LOCALE = "en"


class Material:
    """One entry, seen with all others.

    Attributes:
        english, spanish: accepted answers, the model answer first.
        distractors: entries to mistake it for.
        before, form, after: its example around the form it takes there; all "" if there is none.
        example, example_english: the whole example as marked Spanish, and in English.
        shown: the English as a learner sees it, with the cue that tells it apart.
        explanation: shown after every answer.
    """

    def __init__(self, lexicon: Lexicon, entry: Entry) -> None:
        self.lexicon = lexicon
        self.entry = entry
        self.is_sentence = entry.pos == "sentence"
        self.english = lexicon.english(entry)
        self.spanish = lexicon.accepted_spanish(entry)
        self.distractors = lexicon.distractors(entry)
        self.before = self.form = self.after = self.example = self.example_english = ""
        if entry.example is not None:
            self.before, self.form, self.after = split_example(entry.example.es)
            self.example = spanish(self.before + self.form + self.after)
            self.example_english = entry.example.en
        self.shown = f"“{entry.en[0]}” ({entry.cue})" if entry.cue else f"“{entry.en[0]}”"
        self.explanation = self._explanation()
        self._kind, self._topic = _about(entry)

    def _explanation(self) -> str:
        """Both texts, other right answers, the note, the example or the words a sentence is made of."""
        entry = self.entry
        more = f" (also: {', '.join(entry.en[1:3])})" if len(entry.en) > 1 and not self.is_sentence else ""
        lines = [f"{spanish(entry.es)} means “{entry.en[0].rstrip('.')}”{more}.", entry.note]
        if self.example:
            lines.append(f"{self.example} {self.example_english}")
        if self.is_sentence:
            lines.append("; ".join(f"{spanish(part.es)} “{part.en[0]}”" for part in self.lexicon.parts(entry)))
        return "\n\n".join(line for line in lines if line)

    def hints(self, answers: Sequence[str], *stronger: str) -> tuple[str, ...]:
        """Hints from gentle to strong, without those that would hold an answer."""
        kept_back = tuple(folded(answer) for answer in answers)
        first = self._kind if holds_any(self._topic, kept_back) else self._topic + self._kind
        return tuple(hint for hint in (first, *stronger) if hint and not holds_any(hint, kept_back))

    def blanked(self) -> str:
        """The example with the word left out, and its English; "" if there is none."""
        return f"{around(self.before, '___', self.after)} {self.example_english}" if self.form else ""

    def one_part(self) -> str:
        """The longest of the words a sentence is made of, with its meaning; "" for a word."""
        if not self.is_sentence:
            return ""
        longest = max(self.lexicon.parts(self.entry), key=lambda part: len(part.es), default=None)
        return f"{spanish(longest.es)} is “{longest.en[0]}”." if longest else ""


def _about(entry: Entry) -> tuple[str, str]:
    gender = {"": "", "m": ", masculine", "f": ", feminine"}[entry.gender]
    return f"Word class: {entry.pos}{gender}.", f"Topic: {entry.unit.replace('-', ' ')}. "


def first_letter(text: str, language: str) -> str:
    """A hint with the first letter and the length, or "" where that would be the answer itself."""
    first = text.lstrip("¿¡")[0]
    letter = spanish(first) if language == LANGUAGE else f"“{first}”"
    if " " in text:
        return f"First letter {letter}, {len(text.split())} words."
    return f"First letter {letter}, {len(text)} letters." if len(text) > 2 else ""


def options(seed: str, texts: Iterable[str]) -> dict[str, Option]:
    """Options by their text, in a fixed order that says nothing about which is right."""
    mixed = sorted(texts, key=lambda text: (crc32(f"{seed}/{text}".encode()), text))
    return {text: Option(id="abcdefghijkl"[n], text=text) for n, text in enumerate(mixed)}
