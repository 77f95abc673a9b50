"""Exercises of the band `recognise`: Spanish is shown, English is the answer."""

from __future__ import annotations

from content.items import ChoiceMisconception, Item, MultipleChoice, ShortText, TextMisconception
from content.vocabulary.entries import Entry
from content.vocabulary.material import LOCALE, Material, first_letter, options
from content.vocabulary.wording import bare, bare_english, folded, spanish

RECOGNISE = "recognise"
CHOOSE, READ, TYPE, TYPE_SENTENCE = -1.2, -0.9, -0.4, 0.0
"""Prior difficulty in logits: choosing is easier than typing. Our own estimates, until calibration replaces them."""
N_OPTIONS = 4


def choose_english(material: Material) -> Item:
    """Spanish shown, choose the English."""
    entry, others = material.entry, material.distractors
    id_ = f"{entry.id}-choose"
    by_text = options(id_, [entry.en[0], *(other.en[0] for other in others)])
    not_this = f"It is not “{others[-1].en[0].rstrip('.')}”." if others else ""
    return MultipleChoice(
        id=id_,
        skills=(entry.id,),
        band=RECOGNISE,
        prompt=f"What does {spanish(entry.es)} mean?",
        difficulty=CHOOSE,
        hints=material.hints(material.english, material.example, material.one_part(), not_this),
        explanation=material.explanation,
        locale=LOCALE,
        seconds=14.0 if material.is_sentence else 8.0,
        options=tuple(by_text.values()),
        key=by_text[entry.en[0]].id,
        misconceptions=tuple(
            ChoiceMisconception(id=f"means-{other.id}", answer=by_text[other.en[0]].id, feedback=_is(other))
            for other in others
        ),
    )


def read_example(material: Material) -> Item | None:
    """The example in Spanish, choose what it says; None without an example of its own and of three others."""
    entry, form = material.entry, material.form
    meanings = {o.example.en: o for o in material.distractors if o.example is not None}
    if not form or len(meanings) < N_OPTIONS - 1 or material.example_english in meanings:
        return None
    id_ = f"{entry.id}-read"
    by_text = options(id_, [material.example_english, *meanings])
    origin = f"{spanish(form)} comes from {spanish(entry.es)}." if folded(form) != folded(bare(entry.es)) else ""
    return MultipleChoice(
        id=id_,
        skills=(entry.id,),
        band=RECOGNISE,
        prompt=f"What does this sentence say? {material.example}",
        difficulty=READ,
        hints=material.hints((material.example_english,), f"Look at {spanish(form)}.", origin),
        explanation=material.explanation,
        locale=LOCALE,
        seconds=14.0,
        options=tuple(by_text.values()),
        key=by_text[material.example_english].id,
        misconceptions=tuple(
            ChoiceMisconception(
                id=f"reads-{other.id}",
                answer=by_text[text].id,
                feedback=f"That would be a sentence with {spanish(bare(other.es))}, not with {spanish(form)}.",
            )
            for text, other in meanings.items()
        ),
    )


def type_english(material: Material) -> Item:
    """Spanish shown, type the English."""
    entry = material.entry
    return ShortText(
        id=f"{entry.id}-english",
        skills=(entry.id,),
        band=RECOGNISE,
        prompt=f"Write in English: {spanish(entry.es)}",
        difficulty=TYPE_SENTENCE if material.is_sentence else TYPE,
        hints=material.hints(
            material.english, material.example, material.one_part(), first_letter(bare_english(entry.en[0]), LOCALE)
        ),
        explanation=material.explanation,
        locale=LOCALE,
        seconds=30.0 if material.is_sentence else 12.0,
        accepted=material.english,
        policy=material.lexicon.english_policy(entry),
        misconceptions=_english_misconceptions(material),
    )


def _english_misconceptions(material: Material) -> tuple[TextMisconception, ...]:
    """The author's false friends, then the meanings of the distractors; each with and without "the" or "to"."""
    wrong = [(c.id, c.answer, c.feedback) for c in material.entry.misconceptions if c.band == RECOGNISE]
    wrong += [(f"means-{other.id}", other.en[0], _is(other)) for other in material.distractors]
    taken = {folded(text) for text in material.english}
    found: list[TextMisconception] = []
    for id_, text, feedback in wrong:
        short = text if material.is_sentence else bare_english(text)
        for name, answer in ((id_, short), (f"{id_}-in-full", text)):
            if folded(answer) not in taken:
                taken.add(folded(answer))
                found.append(TextMisconception(id=name, answer=answer, feedback=feedback))
    return tuple(found)


def _is(other: Entry) -> str:
    return f"“{other.en[0].rstrip('.')}” is {spanish(other.es.rstrip('.'))}."
