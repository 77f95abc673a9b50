"""All entries of a vocabulary together: which share an English, which are mistaken for each other, how strict to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import combinations
from zlib import crc32

from rapidfuzz.distance import OSA

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
FORGIVEN_FROM = ((9, 2), (5, 1))
"""Letters from which grading forgives so many edits in a word (`content.grading.text.allowed_edits`)."""


class Lexicon:
    """Entries with their indexes. Raises `VocabularyError` if they contradict each other."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self.by_spanish = {entry.es: entry for entry in self.entries}
        self._check()
        self._english = {e.id: accepted_english(e.en, whole=e.pos == "sentence") for e in self.entries}
        self._known = {entry.id: frozenset(entry.prerequisites) for entry in self.entries}
        self._mixed = {entry.id: crc32(entry.id.encode()) for entry in self.entries}
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
            prerequisites=tuple(part.id for part in self.parts(entry)),
        )

    def parts(self, entry: Entry) -> tuple[Entry, ...]:
        """The entries that are the entry's prerequisites; of a sentence, the words it is made of."""
        return tuple(self.by_spanish[text] for text in entry.prerequisites)

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
        """Up to three other entries, none right in any way: of the same unit and part of speech if there are enough,
        and best with the same prerequisites (forms of one verb, sentences with the same words)."""
        return self._distractors[entry.id]

    @cached_property
    def _distractors(self) -> dict[str, tuple[Entry, ...]]:
        return {entry.id: self._find_distractors(entry) for entry in self.entries}

    def _find_distractors(self, entry: Entry) -> tuple[Entry, ...]:
        unit = self._by_unit[entry.unit]
        alike = [e for e in unit if e.pos == entry.pos and entry.pos != "sentence"]
        pools = (alike, self._by_pos[entry.pos], unit, self.entries)
        known, own = self._known[entry.id], self._mixed[entry.id]

        def closeness(other: Entry) -> tuple[int, int]:
            return -len(known & self._known[other.id]) if known else 0, own ^ self._mixed[other.id]

        chosen: list[Entry] = []
        taken = set(self._keys[entry.id])
        texts = set(self.accepted_spanish(entry))
        for pool in pools:
            for other in sorted(pool, key=closeness):
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
        typos = entry.typos
        if typos == "auto":
            is_fixed = entry.pos == "verb form" or not self._mistakable_spanish.isdisjoint(words(without_accents(text)))
            typos = "none" if is_fixed else "lenient"
        accents = entry.accents
        if accents == "auto":
            accents = "required" if _accent_matters(entry, text) else "lenient"
        return TextPolicy(language=LANGUAGE, accents=accents, typos=typos)

    def english_policy(self, entry: Entry) -> TextPolicy:
        """How strictly English is compared."""
        is_fixed = any(not self._mistakable_english.isdisjoint(words(text)) for text in self.english(entry))
        return TextPolicy(language="en", accents="ignored", typos="none" if is_fixed else "lenient")

    @cached_property
    def _mistakable_spanish(self) -> frozenset[str]:
        texts = [text for e in self.entries for text in (e.es, *e.variants)]
        wrong = [c.answer for e in self.entries for c in e.misconceptions if c.band == "produce"]
        return mistakable(without_accents(text) for text in (*texts, *wrong))

    @cached_property
    def _mistakable_english(self) -> frozenset[str]:
        wrong = [c.answer for e in self.entries for c in e.misconceptions if c.band == "recognise"]
        return mistakable((*(text for glosses in self._english.values() for text in glosses), *wrong))


def _accent_matters(entry: Entry, text: str) -> bool:
    if entry.pos == "sentence":
        return not CONTRASTIVE.isdisjoint(words(text))
    return folded(bare(text)) in CONTRASTIVE_ALONE


def mistakable(texts: Iterable[str]) -> frozenset[str]:
    """Words that a slip, as grading forgives it, turns into another word of the texts ("perro" into "pero")."""
    alike: dict[tuple[str, str], set[str]] = defaultdict(set)
    for text in texts:
        for word in words(text):
            alike[word[0], word[-1]].add(word)
    return frozenset(
        word
        for group in alike.values()
        for one, other in combinations(group, 2)
        if _is_slip(one, other)
        for word in (one, other)
    )


def _is_slip(one: str, other: str) -> bool:
    longest = max(len(one), len(other))
    edits = next((n for letters, n in FORGIVEN_FROM if longest >= letters), 0)
    if abs(len(one) - len(other)) > edits or not edits:
        return False
    return bool(OSA.distance(one, other, score_cutoff=edits) <= edits)
