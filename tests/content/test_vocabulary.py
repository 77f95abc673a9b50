"""Entries of a vocabulary and the exercises that follow from them."""

from __future__ import annotations

import pytest

from content.answers import ClozeAnswer, MultipleChoiceAnswer, OrderingAnswer, ShortTextAnswer
from content.grading import grade
from content.items import Cloze, Item, MultipleChoice, Ordering, ShortText
from content.text import parse
from content.vocabulary import Confusion, Entry, Example, Lexicon, VocabularyError, expand, unit_skills
from content.vocabulary.lexicon import mistakable
from content.vocabulary.wording import (
    accepted_english,
    around,
    bare,
    folded,
    reveals,
    swapped_articles,
    without_accents,
)


def noun(id_: str, es: str, en: str, **more: object) -> Entry:
    gender = "f" if es.startswith("la ") else "m"
    fields = {"unit": "animals", "pos": "noun", "gender": gender} | more
    return Entry(id=id_, es=es, en=(en,), **fields)  # type: ignore[arg-type]


DOG = noun(
    "animals-01",
    "el perro",
    "the dog",
    example=Example(es="Mi {perro} duerme.", en="My dog sleeps."),
    misconceptions=(Confusion(id="pero", band="recognise", answer="but", feedback="[pero]{lang=es} is “but”."),),
    note="Roll the rr.",
)
CAT = noun("animals-02", "el gato", "the cat", example=Example(es="Dos {gatos} comen.", en="Two cats eat."))
COW = noun("animals-03", "la vaca", "the cow", example=Example(es="La {vaca} bebe.", en="The cow drinks."))
BIRD = noun("animals-04", "el pájaro", "the bird", example=Example(es="¿Canta el {pájaro}?", en="Does the bird sing?"))
YEAR = noun("calendar-01", "el año", "the year", unit="calendar")
FOR_WHOM = Entry(id="links-01", es="para", en=("for",), unit="links", pos="preposition", cue="meant for")
FOR_WHAT = Entry(id="links-02", es="por", en=("for", "by"), unit="links", pos="preposition", cue="because of")
YES = Entry(id="links-03", es="sí", en=("yes",), unit="links", pos="phrase")
IF = Entry(id="links-04", es="si", en=("if",), unit="links", pos="connector", prerequisites=("sí",))
PRETTY = Entry(id="looks-01", es="bonito", en=("pretty",), unit="looks", pos="adjective", variants=("bonita",))
LOVELY = Entry(id="looks-02", es="lindo", en=("lovely", "pretty"), unit="looks", pos="adjective")
SENTENCE = Entry(
    id="animals-05",
    es="El perro está aquí.",
    en=("The dog is here.",),
    unit="animals",
    pos="sentence",
    prerequisites=("el perro",),
)
ENTRIES = (DOG, CAT, COW, BIRD, YEAR, FOR_WHOM, FOR_WHAT, YES, IF, PRETTY, LOVELY, SENTENCE)
SKILLS, ITEMS = expand(ENTRIES)


def item(id_: str) -> Item:
    return next(item for item in ITEMS if item.id == id_)


def typed(id_: str, text: str) -> tuple[bool, str | None]:
    got = grade(item(id_), ShortTextAnswer(text=text))
    return got.correct, got.misconception


def test_every_entry_is_one_skill_with_both_bands() -> None:
    assert [skill.id for skill in SKILLS] == [entry.id for entry in ENTRIES]
    for entry in ENTRIES:
        assert {i.band for i in ITEMS if i.skills[0] == entry.id} == {"recognise", "produce"}


def test_equal_entries_give_equal_exercises() -> None:
    assert expand(list(ENTRIES)) == (SKILLS, ITEMS)


def test_units_hold_their_skills_in_the_order_of_the_entries() -> None:
    units = unit_skills(ENTRIES)
    assert list(units) == ["animals", "calendar", "links", "looks"]
    assert units["animals"] == ("animals-01", "animals-02", "animals-03", "animals-04", "animals-05")


def test_prerequisites_are_resolved_from_spanish_to_ids() -> None:
    by_id = {skill.id: skill for skill in SKILLS}
    assert by_id["links-04"].prerequisites == ("links-03",)
    assert by_id["animals-05"].prerequisites == ("animals-01",)


def test_a_skill_title_tells_neither_language_and_its_description_tells_both() -> None:
    assert SKILLS[0].title == "Animals 1 (noun)"
    assert SKILLS[0].description == "el perro: the dog"


def test_all_contradictions_are_named_at_once() -> None:
    wrong = (DOG, DOG, noun("animals-09", "el pez", "the fish", prerequisites=("el mar",)))
    with pytest.raises(VocabularyError) as caught:
        expand(wrong)
    text = str(caught.value)
    assert "'animals-01' is used twice" in text
    assert "'es: el perro' is used twice" in text
    assert "'el mar' is no entry's Spanish" in text


def test_an_entry_without_english_is_refused() -> None:
    with pytest.raises(VocabularyError, match="links-09: en is empty"):
        Lexicon([Entry(id="links-09", es="ay", en=(), unit="links", pos="phrase")])


def test_the_article_may_be_left_out_in_english_but_not_in_spanish() -> None:
    assert typed("animals-01-english", "dog") == (True, None)
    assert typed("animals-01-english", "The dog") == (True, None)
    assert typed("animals-01-spanish", "El perro") == (True, None)
    assert typed("animals-01-spanish", "perro") == (False, "missing-article")
    assert typed("animals-01-spanish", "la perro") == (False, "wrong-article")


def test_the_authors_false_friends_and_the_distractors_are_named_when_typed() -> None:
    assert typed("animals-01-english", "but") == (False, "pero")
    assert typed("animals-01-english", "cow") == (False, "means-animals-03")


def test_an_accent_that_makes_no_other_word_is_forgiven_with_a_note() -> None:
    got = grade(item("animals-04-spanish"), ShortTextAnswer(text="el pajaro"))
    assert got.correct
    assert "pájaro" in got.feedback


def test_an_accent_that_makes_another_word_is_not_forgiven() -> None:
    assert typed("links-03-spanish", "sí") == (True, None)
    assert typed("links-03-spanish", "si") == (False, "missing-accent")
    assert typed("links-04-spanish", "sí")[0] is False


def test_enye_is_a_letter_of_its_own() -> None:
    assert typed("calendar-01-spanish", "el año") == (True, None)
    assert typed("calendar-01-spanish", "el ano") == (False, "n-for-enye")


def test_entries_with_the_same_english_are_told_apart_by_a_cue() -> None:
    assert "(meant for)" in item("links-01-spanish").prompt
    assert typed("links-01-spanish", "para") == (True, None)
    assert typed("links-01-spanish", "por") == (False, "means-links-02")


def test_without_a_cue_every_entry_with_the_same_english_is_accepted() -> None:
    assert typed("looks-01-spanish", "lindo") == (True, None)
    assert typed("looks-01-spanish", "bonita") == (True, None)


def test_distractors_are_never_right_for_the_prompt() -> None:
    lexicon = Lexicon(ENTRIES)
    assert LOVELY not in lexicon.distractors(PRETTY)
    assert FOR_WHAT not in lexicon.distractors(FOR_WHOM)
    assert set(lexicon.distractors(DOG)) == {CAT, COW, BIRD}


def test_a_wrong_option_says_what_it_would_have_been() -> None:
    choose = item("animals-01-choose")
    assert isinstance(choose, MultipleChoice)
    cow = next(option for option in choose.options if option.text == "the cow")
    got = grade(choose, MultipleChoiceAnswer(choice=cow.id))
    assert (got.correct, got.misconception) == (False, "means-animals-03")
    assert got.feedback == "“the cow” is [la vaca]{lang=es}."


def test_a_gap_takes_the_form_the_sentence_needs() -> None:
    gap = item("animals-02-gap")
    assert isinstance(gap, Cloze)
    assert gap.text == "[Dos]{lang=es} {{word}} [comen.]{lang=es}"
    assert grade(gap, ClozeAnswer(gaps={"word": "gatos"})).correct
    assert grade(gap, ClozeAnswer(gaps={"word": "gato"})).misconception == "other-form"


def test_a_sentence_is_ordered_and_its_options_are_spanish() -> None:
    order = item("animals-05-order")
    assert isinstance(order, Ordering)
    texts = {option.id: option.text for option in order.options}
    words = [texts[id_] for id_ in order.key]
    assert words == ["[El]{lang=es}", "[perro]{lang=es}", "[está]{lang=es}", "[aquí.]{lang=es}"]
    assert grade(order, OrderingAnswer(order=order.key)).correct
    assert not grade(order, OrderingAnswer(order=order.key[::-1])).correct


def test_a_sentence_with_an_article_of_the_wrong_gender_says_so() -> None:
    assert typed("animals-05-spanish", "La perro está aquí.") == (False, "wrong-article-1")
    assert typed("animals-05-english", "the dog is here") == (True, None)


def test_spanish_in_a_prompt_is_marked_as_spanish() -> None:
    spans = parse(item("animals-01-choose").prompt)
    assert [(span.text, span.lang) for span in spans] == [("What does ", ""), ("el perro", "es"), (" mean?", "")]


def test_hints_grow_stronger_and_hold_no_answer() -> None:
    produce = item("animals-01-spanish")
    assert produce.hints == (
        "Topic: animals. Word class: noun, masculine.",
        "[Mi]{lang=es} ___ [duerme.]{lang=es} My dog sleeps.",
        "First letter [p]{lang=es}, 5 letters.",
    )
    for each in ITEMS:
        if isinstance(each, ShortText):
            assert not any(reveals(hint, each.accepted) for hint in each.hints)


def test_a_hint_reveals_an_answer_only_as_whole_words() -> None:
    assert reveals("This is the dog.", ["Dog"])
    assert not reveals("This is dogged.", ["dog"])
    assert not reveals("[Hola]{lang=es}", ["es"])


def test_contractions_are_accepted_both_ways() -> None:
    assert accepted_english(["I do not know."], whole=True) == ("I do not know.", "I don't know.")
    assert "It is late." in accepted_english(["It's late."], whole=True)
    assert accepted_english(["to eat"], whole=False) == ("to eat", "eat")
    assert accepted_english(["The end."], whole=True) == ("The end.",)


def test_accents_go_and_enye_stays() -> None:
    assert without_accents("Él comió piñas y pingüinos") == "El comio piñas y pinguinos"


def test_only_a_leading_article_is_taken_off() -> None:
    assert [bare(text) for text in ("la casa", "el", "elefante", "los padres")] == ["casa", "el", "elefante", "padres"]


def test_words_are_compared_without_case_and_punctuation() -> None:
    assert folded("¿Qué tal?") == "qué tal"


def test_text_around_a_gap_is_marked_and_joined_as_written() -> None:
    assert around("", "_", ", Ana!") == "_[, Ana!]{lang=es}"
    assert around("¡", "_", ", Ana!") == "[¡]{lang=es}_[, Ana!]{lang=es}"
    assert around("Voy ", "_", " hoy.") == "[Voy]{lang=es} _ [hoy.]{lang=es}"
    assert around("Voy ", "_", ".") == "[Voy]{lang=es} _."


def test_each_article_is_swapped_in_turn() -> None:
    assert swapped_articles("La sopa y un pan.") == (("El sopa y un pan.", "la"), ("La sopa y una pan.", "un"))


def test_words_that_a_slip_turns_into_each_other_are_found() -> None:
    assert mistakable(["el perro", "pero", "hombre", "hambre", "casa", "cosa", "gato"]) == {
        "perro",
        "pero",
        "hombre",
        "hambre",
    }


def test_a_slip_is_forgiven_only_where_it_makes_no_other_word() -> None:
    entries = (DOG, noun("people-01", "el hombre", "the man", unit="people"),
               noun("people-02", "el hambre", "the hunger", unit="people"),
               noun("places-01", "la biblioteca", "the library", unit="places"))  # fmt: skip
    lexicon = Lexicon(entries)
    assert [lexicon.spanish_policy(entry).typos for entry in entries[1:]] == ["none", "none", "lenient"]
