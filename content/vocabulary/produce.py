"""Exercises of the band `produce`: English is shown, Spanish is the answer."""

from __future__ import annotations

from content.items import (
    Accessibility,
    Cloze,
    Gap,
    Item,
    MappingMisconception,
    Ordering,
    ShortText,
    TextMisconception,
)
from content.vocabulary.entries import Entry
from content.vocabulary.material import LOCALE, Material, first_letter, options
from content.vocabulary.wording import (
    LANGUAGE,
    around,
    article,
    bare,
    folded,
    spanish,
    swapped_articles,
    without_accents,
)

PRODUCE = "produce"
ORDER, GAP, TYPE, TYPE_SENTENCE = 0.2, 0.4, 0.9, 1.3
"""Prior difficulty in logits: arranging is easier than typing. Our own estimates, until calibration replaces them."""
KEYBOARD = Accessibility(keyboard="Hold a vowel for its accented form, and n for ñ.")
OTHER_ARTICLE = {"el": "la", "la": "el", "los": "las", "las": "los"}
MIN_ORDERED, MAX_ORDERED = 3, 9
"""Fewest and most words a learner is asked to put in order."""


def order_words(material: Material) -> Item | None:
    """The words of a sentence, mixed; put them in order. None for anything else, or if a word occurs twice."""
    entry = material.entry
    words = entry.es.split()
    is_unique = len({folded(word) for word in words}) == len(words)
    if not (material.is_sentence and is_unique and MIN_ORDERED <= len(words) <= MAX_ORDERED):
        return None
    id_ = f"{entry.id}-order"
    by_text = options(id_, [spanish(word) for word in words])
    return Ordering(
        id=id_,
        skills=(entry.id,),
        band=PRODUCE,
        prompt=f"Put the words in order: {material.shown}",
        difficulty=ORDER,
        hints=(
            "The capital letter shows the beginning, the punctuation the end.",
            f"It begins with {spanish(words[0])}.",
        ),
        explanation=material.explanation,
        locale=LOCALE,
        options=tuple(by_text.values()),
        key=tuple(by_text[spanish(word)].id for word in words),
    )


def fill_gap(material: Material) -> Item | None:
    """The example with the word left out and its meaning given; type the word as the sentence needs it."""
    entry, form = material.entry, material.form
    if not form:
        return None
    return Cloze(
        id=f"{entry.id}-gap",
        skills=(entry.id,),
        band=PRODUCE,
        prompt=f"Fill the gap so that it says: {material.example_english}",
        difficulty=GAP,
        hints=material.hints((form,), f"The word for {material.shown} is missing.", first_letter(form, LANGUAGE)),
        explanation=material.explanation,
        locale=LOCALE,
        seconds=15.0,
        accessibility=KEYBOARD,
        text=around(material.before, "{{word}}", material.after),
        gaps=(Gap(id="word", accepted=(form,), policy=material.lexicon.spanish_policy(entry, form)),),
        misconceptions=_gap_misconceptions(material),
    )


def _gap_misconceptions(material: Material) -> tuple[MappingMisconception, ...]:
    """The word in a form that does not fit here, and the distractors."""
    form, base = folded(material.form), bare(material.entry.es)
    found = {
        folded(base): MappingMisconception(
            id="other-form",
            answer={"word": base},
            feedback=f"{spanish(base)} is the right word, but here it takes another form: {spanish(material.form)}.",
        )
    }
    for other in material.distractors:
        text = bare(other.es)
        wrong = MappingMisconception(
            id=f"means-{other.id}",
            answer={"word": text},
            feedback=f"{spanish(other.es)} means “{other.en[0]}”.",
        )
        found.setdefault(folded(text), wrong)
    return tuple(wrong for text, wrong in found.items() if text != form)


def type_spanish(material: Material) -> Item:
    """English shown, type the Spanish."""
    entry = material.entry
    return ShortText(
        id=f"{entry.id}-spanish",
        skills=(entry.id,),
        band=PRODUCE,
        prompt=f"Write in Spanish: {material.shown}",
        difficulty=TYPE_SENTENCE if material.is_sentence else TYPE,
        hints=material.hints(
            material.spanish, material.blanked(), material.one_part(), first_letter(bare(entry.es), LANGUAGE)
        ),
        explanation=material.explanation,
        locale=LOCALE,
        seconds=35.0 if material.is_sentence else 15.0,
        accessibility=KEYBOARD,
        accepted=material.spanish,
        policy=material.lexicon.spanish_policy(entry),
        misconceptions=_spanish_misconceptions(material),
    )


def _spanish_misconceptions(material: Material) -> tuple[TextMisconception, ...]:
    """The author's, then those that follow from articles, accents and words with the same English."""
    entry = material.entry
    wrong = [
        TextMisconception(id=c.id, answer=c.answer, feedback=c.feedback)
        for c in entry.misconceptions
        if c.band == PRODUCE
    ]
    if entry.cue:
        wrong += [_other_sense(rival) for rival in material.lexicon.rivals(entry)]
    if entry.pos == "noun":
        wrong += _article_misconceptions(entry)
    if material.is_sentence:
        wrong += _sentence_article_misconceptions(entry)
    wrong += _letter_misconceptions(material)
    right = {folded(text) for text in material.spanish}
    found: dict[str, TextMisconception] = {}
    for misconception in wrong:
        if folded(misconception.answer) not in right:
            found.setdefault(folded(misconception.answer), misconception)
    return tuple(found.values())


def _other_sense(rival: Entry) -> TextMisconception:
    sense = f" ({rival.cue})" if rival.cue else ""
    return TextMisconception(
        id=f"means-{rival.id}", answer=rival.es, feedback=f"{spanish(rival.es)} is used in another sense{sense}."
    )


def _article_misconceptions(entry: Entry) -> list[TextMisconception]:
    lead = article(entry.es)
    if not lead:
        return []
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


def _sentence_article_misconceptions(entry: Entry) -> list[TextMisconception]:
    return [
        TextMisconception(
            id=f"wrong-article-{n}",
            answer=answer,
            feedback=f"Here it is {spanish(right)}, because of the gender of the noun.",
        )
        for n, (answer, right) in enumerate(swapped_articles(entry.es), start=1)
    ]


def _letter_misconceptions(material: Material) -> list[TextMisconception]:
    es = material.entry.es
    wrong: list[TextMisconception] = []
    if "ñ" in es:
        wrong.append(
            TextMisconception(
                id="n-for-enye",
                answer=es.replace("ñ", "n"),
                feedback=f"{spanish('ñ')} is a letter of its own, not an n with an ornament.",
            )
        )
    if material.lexicon.spanish_policy(material.entry).accents == "required":
        wrong.append(
            TextMisconception(
                id="missing-accent",
                answer=without_accents(es),
                feedback="Without its accent this is another word.",
            )
        )
    return wrong
