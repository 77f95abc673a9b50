"""All entries of a vocabulary together: which share an English, which are mistaken for each other, how strict to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from zlib import crc32

from rapidfuzz.distance import Levenshtein

from content.graph import Skill
from content.items import TextPolicy
from content.vocabulary.entries import Entry, VocabularyError
from content.vocabulary.wording import (
    CONTRASTIVE,
    CONTRASTIVE_ALONE,
    LANGUAGE,
    accepted_english,
    bare,
    folded,
    without_accents,
    words,
)

N_DISTRACTORS = 3
LONG_WORD = 6
"""Letters from which a slip of the finger in one word is forgiven."""
FIXED_FORMS = frozenset({"verb form", "pronoun", "determiner", "number", "question word"})
"""Parts of speech in which one letter makes another form, so that no slip is forgiven."""


class Lexicon:
    """Entries with their indexes. Raises `VocabularyError` if they contradict each other."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self.by_spanish = {entry.es: entry for entry in self.entries}
        self._check()
        self._english = {e.id: accepted_english(e.en, whole=e.pos == "sentence") for e in self.entries}
        self._keys = {id_: frozenset(map(folded, glosses)) for id_, glosses in self._english.items()}
        self._by_gloss: dict[str, list[Entry]] = defaultdict(list)
        self._by_unit: dict[str, list[Entry]] = defaultdict(list)
        self._by_pos: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            self._by_unit[entry.unit].append(entry)
            self._by_pos[entry.pos].append(entry)
            for key in self._keys[entry.id]:
                self._by_gloss[key].append(entry)

    def _check(self) -> None:
        faults: list[str] = []
        seen: set[str] = set()
        for entry in self.entries:
            for kind, text in (("id", entry.id), ("Spanish", f"es: {entry.es}")):
                if text in seen:
                    faults.append(f"{entry.id}: {kind} {text!r} is used twice; it must be unique")
                seen.add(text)
            if not entry.en:
                faults.append(f"{entry.id}: en is empty; give at least one English answer")
            faults += [
                f"{entry.id}: prerequisite {text!r} is no entry's Spanish"
                for text in entry.prerequisites
                if text not in self.by_spanish
            ]
        if faults:
            raise VocabularyError("\n".join(faults))

    def skill(self, entry: Entry) -> Skill:
        """The entry's skill. Its title is neutral, because it is shown with the exercise; both texts are described."""
        unit, _, number = entry.id.rpartition("-")
        return Skill(
            id=entry.id,
            title=f"{(unit or entry.unit).replace('-', ' ').capitalize()} {number.lstrip('0')} ({entry.pos})",
            description=f"{entry.es}: {entry.en[0]}",
            prerequisites=tuple(self.by_spanish[text].id for text in entry.prerequisites),
        )

    def english(self, entry: Entry) -> tuple[str, ...]:
        """English answers that are right for the entry's Spanish; the first is the one shown."""
        return self._english[entry.id]

    def rivals(self, entry: Entry) -> tuple[Entry, ...]:
        """Other entries for which the English shown with this entry would be right too."""
        return tuple(e for e in self._by_gloss[folded(entry.en[0])] if e is not entry)

    def accepted_spanish(self, entry: Entry) -> tuple[str, ...]:
        """Spanish answers that are right for the English shown: the rivals' too, unless a cue tells them apart."""
        found = dict.fromkeys((entry.es, *entry.variants))
        if not entry.cue:
            for rival in self.rivals(entry):
                found.update(dict.fromkeys((rival.es, *rival.variants)))
        return tuple(found)

    def distractors(self, entry: Entry) -> tuple[Entry, ...]:
        """Up to three other entries, of the same unit and part of speech if there are enough; none right in any way."""
        return self._distractors[entry.id]

    @cached_property
    def _distractors(self) -> dict[str, tuple[Entry, ...]]:
        return {entry.id: self._find_distractors(entry) for entry in self.entries}

    def _find_distractors(self, entry: Entry) -> tuple[Entry, ...]:
        unit = self._by_unit[entry.unit]
        pools = (
            [e for e in unit if e.pos == entry.pos],
            self._by_pos[entry.pos],
            unit,
            self.entries,
        )
        chosen: list[Entry] = []
        taken = set(self._keys[entry.id])
        texts = set(self.accepted_spanish(entry))
        for pool in pools:
            for other in sorted(pool, key=lambda e: crc32(f"{entry.id}/{e.id}".encode())):
                if len(chosen) == N_DISTRACTORS:
                    return tuple(chosen)
                if other is entry or taken & self._keys[other.id] or not texts.isdisjoint((other.es, *other.variants)):
                    continue
                chosen.append(other)
                taken |= self._keys[other.id]
        return tuple(chosen)

    def spanish_policy(self, entry: Entry, form: str = "") -> TextPolicy:
        """How strictly Spanish is compared; `form` is the form asked for, where it is not the entry's own."""
        text = form or entry.es
        return TextPolicy(
            language=LANGUAGE,
            accents="required" if self._accent_matters(entry, text) else "lenient",
            typos="lenient" if self._typo_is_harmless(entry, text) else "none",
        )

    @staticmethod
    def _accent_matters(entry: Entry, text: str) -> bool:
        if entry.accents != "auto":
            return entry.accents == "required"
        contrastive = CONTRASTIVE if entry.pos == "sentence" else CONTRASTIVE_ALONE
        if entry.pos == "sentence":
            return not contrastive.isdisjoint(words(text))
        return folded(text) in contrastive

    def _typo_is_harmless(self, entry: Entry, text: str) -> bool:
        if entry.typos != "auto":
            return entry.typos == "lenient"
        if entry.pos in FIXED_FORMS or entry.pos == "sentence":
            return False
        return len(bare(text)) >= LONG_WORD and not self._has_neighbour(entry)

    def _has_neighbour(self, entry: Entry) -> bool:
        """Whether another entry, or an unaccepted form of it, is within two letters."""
        plain = without_accents(bare(entry.es))
        return any(
            Levenshtein.distance(plain, other, score_cutoff=2) <= 2
            for id_, other in self._plain_by_pos[entry.pos]
            if id_ != entry.id and abs(len(other) - len(plain)) <= 2
        )

    @cached_property
    def _plain_by_pos(self) -> dict[str, list[tuple[str, str]]]:
        return {pos: [(e.id, without_accents(bare(e.es))) for e in group] for pos, group in self._by_pos.items()}

    def english_policy(self, entry: Entry) -> TextPolicy:
        """How strictly English is compared: slips are forgiven in long single words only."""
        shown = max(self.english(entry), key=len)
        lenient = entry.pos not in FIXED_FORMS and entry.pos != "sentence" and len(shown) >= LONG_WORD
        return TextPolicy(language="en", accents="ignored", typos="lenient" if lenient else "none")
