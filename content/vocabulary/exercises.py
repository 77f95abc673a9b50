"""The exercises of one entry, both ways: what is asked, what is right, and what each wrong answer says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zlib import crc32

from content.items import (
    Accessibility,
    ChoiceMisconception,
    Cloze,
    Gap,
    Item,
    MappingMisconception,
    MultipleChoice,
    Option,
    Ordering,
    ShortText,
    TextMisconception,
)
from content.vocabulary.entries import Entry
from content.vocabulary.lexicon import Lexicon
from content.vocabulary.wording import (
    LANGUAGE,
    around,
    article,
    bare,
    bare_english,
    folded,
    reveals,
    spanish,
    split_example,
    without_accents,
)

LOCALE = "en"
RECOGNISE = "recognise"
PRODUCE = "produce"
DIFFICULTY = {"choose": -1.2, "read": -0.9, "english": -0.4, "gap": 0.4, "order": 0.2, "spanish": 0.9}
"""Prior difficulty in logits by exercise: choosing is easier than typing, recognising easier than producing. Our own
estimates, to be replaced by calibration."""
SENTENCE_EXTRA = 0.4
"""Logits a whole sentence is harder to type than a word."""
ACCENT_KEYS = Accessibility(keyboard="Hold a vowel for its accented form, and n for ñ.")
OTHER_ARTICLE = {"el": "la", "la": "el", "los": "las", "las": "los"}
MAX_ORDERED = 9
"""Most words a learner is asked to put in order."""


def exercises(lexicon: Lexicon, entry: Entry) -> tuple[Item, ...]:
    """All exercises of an entry, easiest first."""
    items: list[Item | None] = [
        _choose(lexicon, entry),
        _read(lexicon, entry),
        _type_english(lexicon, entry),
        _order(entry),
        _gap(lexicon, entry),
        _type_spanish(lexicon, entry),
    ]
    return tuple(item for item in items if item is not None)


def _shuffled(seed: str, texts: Iterable[str]) -> list[str]:
    """A fixed order that says nothing about which text is right."""
    return sorted(texts, key=lambda text: (crc32(f"{seed}/{text}".encode()), text))


def _options(seed: str, texts: Sequence[str], prefix: str = "") -> dict[str, Option]:
    """Options by their text."""
    mixed = _shuffled(seed, texts)
    return {text: Option(id=f"{prefix}{'abcdefghijkl'[n]}", text=text) for n, text in enumerate(mixed)}


def _hints(entry: Entry, answers: Sequence[str], *stronger: str) -> tuple[str, ...]:
    """Hints from gentle to strong, without those that would hold an answer."""
    kind = f"{entry.pos}, {'feminine' if entry.gender == 'f' else 'masculine'}" if entry.gender else entry.pos
    topic = entry.unit.replace("-", " ")
    candidates = (f"Topic: {topic}. It is of this kind: {kind}.", f"It is of this kind: {kind}.", *stronger)
    kept = [hint for hint in candidates if hint and not reveals(hint, answers)]
    if len(kept) > 1 and kept[0] == candidates[0] and kept[1] == candidates[1]:
        del kept[1]
    return tuple(kept)


def _first_letter(text: str, language: str) -> str:
    """A hint with the first letter and the length, or "" where that would be the answer itself."""
    if " " in text:
        return f"It has {len(text.split())} words, and the first letter is “{text.lstrip('¿¡')[0]}”."
    if len(text) <= 2:
        return ""
    letter = spanish(text[0]) if language == LANGUAGE else f"“{text[0]}”"
    return f"It starts with {letter} and has {len(text)} letters."


def _example_line(entry: Entry) -> str:
    if entry.example is None:
        return ""
    before, form, after = split_example(entry.example.es)
    return f"{spanish(before + form + after)} {entry.example.en}"


def _explanation(entry: Entry, accepted: Sequence[str]) -> str:
    """What is shown after the answer: both texts, the other right answers, the note, the example."""
    more = f" (also: {', '.join(accepted[1:3])})" if len(accepted) > 1 and entry.pos != "sentence" else ""
    lines = (f"{spanish(entry.es)} means “{entry.en[0]}”{more}.", entry.note, _example_line(entry))
    return "\n\n".join(line for line in lines if line)


def _glosses(entry: Entry) -> tuple[str, ...]:
    return tuple(entry.en)


def _means(other: Entry) -> str:
    return f"“{other.en[0]}” is {spanish(other.es)}."


def _choose(lexicon: Lexicon, entry: Entry) -> Item:
    """Spanish shown, choose the English."""
    id_ = f"{entry.id}-choose"
    others = lexicon.distractors(entry)
    options = _options(id_, [entry.en[0], *(other.en[0] for other in others)])
    example = ""
    if entry.example is not None:
        before, form, after = split_example(entry.example.es)
        example = spanish(before + form + after)
    not_this = f"It is not “{others[-1].en[0]}”." if others else ""
    return MultipleChoice(
        id=id_,
        skills=(entry.id,),
        band=RECOGNISE,
        prompt=f"What does {spanish(entry.es)} mean?",
        difficulty=DIFFICULTY["choose"],
        hints=_hints(entry, lexicon.english(entry), example, not_this),
        explanation=_explanation(entry, _glosses(entry)),
        locale=LOCALE,
        seconds=14.0 if entry.pos == "sentence" else 8.0,
        options=tuple(options.values()),
        key=options[entry.en[0]].id,
        misconceptions=tuple(
            ChoiceMisconception(id=f"means-{other.id}", answer=options[other.en[0]].id, feedback=_means(other))
            for other in others
        ),
    )


def _read(lexicon: Lexicon, entry: Entry) -> Item | None:
    """A Spanish sentence with the word shown, choose what it says."""
    others = [other for other in lexicon.distractors(entry) if other.example is not None]
    if entry.example is None or len(others) < 3:
        return None
    id_ = f"{entry.id}-read"
    before, form, after = split_example(entry.example.es)
    meanings = {entry.example.en: entry} | {o.example.en: o for o in others if o.example is not None}
    if len(meanings) < 4:
        return None
    options = _options(id_, list(meanings))
    return MultipleChoice(
        id=id_,
        skills=(entry.id,),
        band=RECOGNISE,
        prompt=f"What does this sentence say? {spanish(before + form + after)}",
        difficulty=DIFFICULTY["read"],
        hints=_hints(
            entry,
            (entry.example.en,),
            f"Look at {spanish(form)}.",
            f"{spanish(form)} comes from {spanish(entry.es)}." if folded(form) != folded(bare(entry.es)) else "",
        ),
        explanation=_explanation(entry, _glosses(entry)),
        locale=LOCALE,
        seconds=14.0,
        options=tuple(options.values()),
        key=options[entry.example.en].id,
        misconceptions=tuple(
            ChoiceMisconception(
                id=f"reads-{other.id}",
                answer=options[text].id,
                feedback=f"That sentence would have {spanish(bare(other.es))}. {spanish(form)} is another word.",
            )
            for text, other in meanings.items()
            if other is not entry
        ),
    )


def _type_english(lexicon: Lexicon, entry: Entry) -> Item:
    """Spanish shown, type the English."""
    accepted = lexicon.english(entry)
    is_sentence = entry.pos == "sentence"
    example = ""
    if entry.example is not None:
        before, form, after = split_example(entry.example.es)
        example = spanish(before + form + after)
    found = {folded(c.answer): TextMisconception(id=c.id, answer=c.answer, feedback=c.feedback)
             for c in entry.misconceptions if c.band == RECOGNISE}  # fmt: skip
    for other in lexicon.distractors(entry):
        short = other.en[0] if other.pos == "sentence" else bare_english(other.en[0])
        found.setdefault(folded(short), TextMisconception(id=f"means-{other.id}", answer=short, feedback=_means(other)))
    return ShortText(
        id=f"{entry.id}-english",
        skills=(entry.id,),
        band=RECOGNISE,
        prompt=f"Write in English: {spanish(entry.es)}",
        difficulty=DIFFICULTY["english"] + SENTENCE_EXTRA * is_sentence,
        hints=_hints(entry, accepted, example, _first_letter(bare_english(entry.en[0]), LOCALE)),
        explanation=_explanation(entry, _glosses(entry)),
        locale=LOCALE,
        seconds=30.0 if is_sentence else 12.0,
        accepted=accepted,
        policy=lexicon.english_policy(entry),
        misconceptions=tuple(found.values()),
    )


def _shown_english(entry: Entry) -> str:
    return f"“{entry.en[0]}” ({entry.cue})" if entry.cue else f"“{entry.en[0]}”"


def _blanked(entry: Entry) -> str:
    if entry.example is None:
        return ""
    before, form, after = split_example(entry.example.es)
    return f"{around(before, '___', after)} {entry.example.en}" if form else ""


def _type_spanish(lexicon: Lexicon, entry: Entry) -> Item:
    """English shown, type the Spanish."""
    accepted = lexicon.accepted_spanish(entry)
    is_sentence = entry.pos == "sentence"
    return ShortText(
        id=f"{entry.id}-spanish",
        skills=(entry.id,),
        band=PRODUCE,
        prompt=f"Write in Spanish: {_shown_english(entry)}",
        difficulty=DIFFICULTY["spanish"] + SENTENCE_EXTRA * is_sentence,
        hints=_hints(entry, accepted, _blanked(entry), _first_letter(bare(entry.es), LANGUAGE)),
        explanation=_explanation(entry, _glosses(entry)),
        locale=LOCALE,
        seconds=35.0 if is_sentence else 15.0,
        accessibility=ACCENT_KEYS,
        accepted=accepted,
        policy=lexicon.spanish_policy(entry),
        misconceptions=_spanish_misconceptions(lexicon, entry, accepted),
    )


def _spanish_misconceptions(lexicon: Lexicon, entry: Entry, accepted: Sequence[str]) -> tuple[TextMisconception, ...]:
    """The author's, then those that follow from articles, accents and words with the same English."""
    wrong = [TextMisconception(id=c.id, answer=c.answer, feedback=c.feedback)
             for c in entry.misconceptions if c.band == PRODUCE]  # fmt: skip
    if entry.cue:
        wrong += [
            TextMisconception(
                id=f"means-{rival.id}",
                answer=rival.es,
                feedback=f"{spanish(rival.es)} has another sense{f' ({rival.cue})' if rival.cue else ''}.",
            )
            for rival in lexicon.rivals(entry)
        ]
    lead = article(entry.es)
    if lead and entry.pos == "noun":
        wrong += _article_misconceptions(entry, lead)
    if "ñ" in entry.es:
        wrong.append(
            TextMisconception(
                id="n-for-enye",
                answer=entry.es.replace("ñ", "n"),
                feedback=f"{spanish('ñ')} is a letter of its own, not an n with an ornament.",
            )
        )
    if lexicon.spanish_policy(entry).accents == "required" and without_accents(entry.es) != entry.es:
        wrong.append(
            TextMisconception(
                id="missing-accent",
                answer=without_accents(entry.es),
                feedback="Without its accent this is another word.",
            )
        )
    right = {folded(text) for text in accepted}
    unique = {folded(m.answer): m for m in reversed(wrong) if folded(m.answer) not in right}
    return tuple(reversed(unique.values()))


def _article_misconceptions(entry: Entry, lead: str) -> list[TextMisconception]:
    gender = "feminine" if entry.gender == "f" else "masculine"
    return [
        TextMisconception(
            id="wrong-article",
            answer=f"{OTHER_ARTICLE[lead]} {bare(entry.es)}",
            feedback=f"The word is right, but it is {gender} and goes with {spanish(lead)}.",
        ),
        TextMisconception(
            id="missing-article",
            answer=bare(entry.es),
            feedback=f"The word is right; learn it with its article, {spanish(lead)}.",
        ),
    ]


def _gap(lexicon: Lexicon, entry: Entry) -> Item | None:
    """The example with the word left out and its meaning given; type the word as the sentence needs it."""
    if entry.example is None:
        return None
    before, form, after = split_example(entry.example.es)
    if not form:
        return None
    misconceptions: list[MappingMisconception] = []
    base = bare(entry.es)
    if folded(base) != folded(form):
        misconceptions.append(
            MappingMisconception(
                id="other-form",
                answer={"word": base},
                feedback=f"{spanish(base)} is the right word, but here it takes another form: {spanish(form)}.",
            )
        )
    for other in lexicon.distractors(entry):
        misconceptions.append(
            MappingMisconception(
                id=f"means-{other.id}",
                answer={"word": bare(other.es)},
                feedback=f"{spanish(other.es)} means “{other.en[0]}”.",
            )
        )
    return Cloze(
        id=f"{entry.id}-gap",
        skills=(entry.id,),
        band=PRODUCE,
        prompt=f"Fill the gap so that it says: {entry.example.en}",
        difficulty=DIFFICULTY["gap"],
        hints=_hints(
            entry, (form,), f"The word for {_shown_english(entry)} is missing.", _first_letter(form, LANGUAGE)
        ),
        explanation=_explanation(entry, _glosses(entry)),
        locale=LOCALE,
        seconds=15.0,
        accessibility=ACCENT_KEYS,
        text=around(before, "{{word}}", after),
        gaps=(Gap(id="word", accepted=(form,), policy=lexicon.spanish_policy(entry, form)),),
        misconceptions=tuple(m for m in misconceptions if folded(m.answer["word"]) != folded(form)),
    )


def _order(entry: Entry) -> Item | None:
    """The words of a sentence, mixed; put them in order."""
    parts = entry.es.split()
    if entry.pos != "sentence" or not 3 <= len(parts) <= MAX_ORDERED or len({folded(p) for p in parts}) < len(parts):
        return None
    id_ = f"{entry.id}-order"
    options = _options(id_, parts)
    key = tuple(options[part].id for part in parts)
    return Ordering(
        id=id_,
        skills=(entry.id,),
        band=PRODUCE,
        prompt=f"Put the words in order: {_shown_english(entry)}",
        difficulty=DIFFICULTY["order"],
        hints=(
            "The capital letter shows the beginning, the punctuation the end.",
            f"It begins with {spanish(parts[0])}.",
        ),
        explanation=_explanation(entry, _glosses(entry)),
        locale=LOCALE,
        seconds=20.0,
        options=tuple(Option(id=option.id, text=spanish(text)) for text, option in options.items()),
        key=key,
    )
