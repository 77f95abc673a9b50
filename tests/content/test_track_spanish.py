"""The track First Spanish: enough of it, both ways, well marked, and fair to whoever answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import msgspec
import pytest
import yaml

from content.answers import Answer, MultipleChoiceAnswer, ShortTextAnswer
from content.formats.yaml_track import load_track
from content.grading import grade, misconception_answers, model_answer
from content.items import Cloze, Item, MultipleChoice, Ordering, ShortText
from content.starter import starter_tracks
from content.text import parse, plain_text
from content.tracks import Track
from content.vocabulary import Entry, Lexicon
from content.vocabulary.wording import bare, folded, words

FOLDER = next(path for path in starter_tracks() if path.name == "first-spanish")
SPANISH_ONLY = re.compile(r"[áéíóúüñ¿¡]", re.IGNORECASE)


@pytest.fixture(scope="module")
def entries() -> tuple[Entry, ...]:
    rows = [
        row
        for file in sorted(FOLDER.glob("[0-9]*.yaml"))
        for row in yaml.safe_load(file.read_text(encoding="utf-8"))["vocabulary"]
    ]
    return tuple(msgspec.convert(rows, list[Entry]))


@pytest.fixture(scope="module")
def lexicon(entries: tuple[Entry, ...]) -> Lexicon:
    return Lexicon(entries)


@pytest.fixture(scope="module")
def track() -> Track:
    return load_track(FOLDER)


@pytest.fixture(scope="module")
def items(track: Track) -> dict[str, Item]:
    return {item.id: item for item in track.items}


@pytest.fixture(scope="module")
def by_spanish(entries: tuple[Entry, ...]) -> dict[str, Entry]:
    return {entry.es: entry for entry in entries}


def typed(item: Item, text: str) -> bool:
    return grade(item, ShortTextAnswer(text=text)).correct


def learner_texts(item: Item) -> Iterator[str]:
    yield item.prompt
    yield item.explanation
    yield from item.hints
    if isinstance(item, MultipleChoice | Ordering):
        yield from (option.text for option in item.options)
    if isinstance(item, Cloze):
        yield item.text
    yield from (misconception.feedback for misconception in getattr(item, "misconceptions", ()))


def test_there_are_300_words_and_sentences_or_more(entries: tuple[Entry, ...], track: Track) -> None:
    n_sentences = sum(entry.pos == "sentence" for entry in entries)
    assert len(entries) - n_sentences >= 260
    assert n_sentences >= 60
    assert len(track.skills) == len(entries)


def test_every_skill_is_in_exactly_one_unit_in_the_order_of_the_files(entries: tuple[Entry, ...], track: Track) -> None:
    assert [skill for unit in track.units for skill in unit.skills] == [entry.id for entry in entries]
    assert [entry.unit for entry in entries] == [unit.id for unit in track.units for _ in unit.skills]


def test_every_entry_goes_both_ways(entries: tuple[Entry, ...], items: dict[str, Item]) -> None:
    for entry in entries:
        assert items[f"{entry.id}-choose"].band == "recognise"
        assert items[f"{entry.id}-english"].band == "recognise"
        assert items[f"{entry.id}-spanish"].band == "produce"


def test_entries_are_unique_and_numbered_within_their_unit(entries: tuple[Entry, ...]) -> None:
    assert max(Counter(entry.es.casefold() for entry in entries).values()) == 1
    counts: Counter[str] = Counter()
    for entry in entries:
        counts[entry.unit] += 1
        assert entry.id == f"{entry.unit}-{counts[entry.unit]:02d}"


def test_every_prerequisite_comes_earlier(entries: tuple[Entry, ...]) -> None:
    seen: set[str] = set()
    for entry in entries:
        assert seen.issuperset(entry.prerequisites), entry.id
        seen.add(entry.es)


def test_every_sentence_needs_the_words_it_is_made_of(entries: tuple[Entry, ...]) -> None:
    for entry in entries:
        if entry.pos == "sentence":
            assert len(entry.prerequisites) >= min(2, len(words(entry.es))), entry.id


def test_every_noun_has_its_gender_and_every_word_an_example(entries: tuple[Entry, ...]) -> None:
    for entry in entries:
        assert bool(entry.gender) == (entry.pos == "noun"), entry.id
        if entry.pos != "sentence":
            assert entry.example is not None, entry.id
            assert entry.example.es.count("{") == entry.example.es.count("}") == 1, entry.id


def test_articles_agree_with_gender(entries: tuple[Entry, ...]) -> None:
    stressed_a = {"el agua", "el hambre"}
    for entry in entries:
        if entry.pos == "noun" and entry.es != bare(entry.es) and entry.es not in stressed_a:
            assert entry.es.split()[0] in {"m": ("el", "los"), "f": ("la", "las")}[entry.gender], entry.es


def test_every_key_is_right_and_every_named_mistake_wrong(track: Track) -> None:
    for item in track.items:
        assert grade(item, model_answer(item)).correct, item.id
        for misconception, answer in misconception_answers(item):
            got = grade(item, answer)
            assert (got.correct, got.misconception) == (False, misconception), (item.id, answer)


def test_everything_accepted_is_right(track: Track) -> None:
    for item in track.items:
        if isinstance(item, ShortText):
            assert all(typed(item, text) for text in item.accepted), item.id


def test_no_distractor_is_right_for_its_prompt(lexicon: Lexicon, track: Track, entries: tuple[Entry, ...]) -> None:
    by_id = {entry.id: entry for entry in entries}
    for item in track.items:
        if isinstance(item, MultipleChoice) and item.id.endswith("-choose"):
            right = {folded(text) for text in lexicon.english(by_id[item.skills[0]])}
            assert len(item.options) == 4, item.id
            assert sum(folded(option.text) in right for option in item.options) == 1, item.id
        for other in lexicon.distractors(by_id[item.skills[0]]):
            assert other.es not in lexicon.accepted_spanish(by_id[item.skills[0]])


def test_english_shared_by_two_entries_accepts_both_or_has_a_cue(
    lexicon: Lexicon, items: dict[str, Item], entries: tuple[Entry, ...]
) -> None:
    for entry in entries:
        for rival in lexicon.rivals(entry):
            item = items[f"{entry.id}-spanish"]
            assert bool(entry.cue) != typed(item, rival.es), (entry.es, rival.es)
            assert not entry.cue or entry.cue in item.prompt


@pytest.mark.parametrize(
    ("es", "wrong"),
    [("sí", "si"), ("si", "sí"), ("tú", "tu"), ("tu", "tú"), ("él", "el"), ("el", "él"), ("está", "esta"),
     ("el té", "el te"), ("el papá", "el papa"), ("sé", "se"), ("¿qué?", "que"), ("que", "qué"), ("más", "mas"),
     ("¿por qué?", "porque"), ("porque", "por qué"), ("hablo", "habló"), ("el año", "el ano"), ("el baño", "el bano"),
     ("mañana", "manana"), ("la niña", "la nina")],
)  # fmt: skip
def test_accents_that_tell_words_apart_and_enye_count(
    by_spanish: dict[str, Entry], items: dict[str, Item], es: str, wrong: str
) -> None:
    item = items[f"{by_spanish[es].id}-spanish"]
    assert typed(item, es)
    assert not typed(item, wrong)


@pytest.mark.parametrize(
    ("es", "slip"),
    [("el pájaro", "el pajaro"), ("la habitación", "la habitacion"), ("adiós", "adios"), ("también", "tambien"),
     ("la biblioteca", "la bibloteca"), ("miércoles", "miercoles"), ("dieciséis", "dieciseis")],
)  # fmt: skip
def test_other_accents_and_slips_are_right_with_a_note(
    by_spanish: dict[str, Entry], items: dict[str, Item], es: str, slip: str
) -> None:
    got = grade(items[f"{by_spanish[es].id}-spanish"], ShortTextAnswer(text=slip))
    assert got.correct
    assert plain_text(got.feedback) == f"Mind the {'spelling' if 'bl' in slip else 'accents'}: {es}."


@pytest.mark.parametrize(
    ("es", "false_friend"),
    [("la carpeta", "carpet"), ("embarazada", "embarrassed"), ("el éxito", "exit"), ("la ropa", "rope"),
     ("largo", "large"), ("once", "once"), ("la sopa", "soap"), ("la librería", "library"), ("el pie", "pie"),
     ("los parientes", "parents"), ("el vaso", "vase"), ("sin", "sin"), ("come", "come"), ("recordar", "record")],
)  # fmt: skip
def test_false_friends_are_wrong_and_explained(
    by_spanish: dict[str, Entry], items: dict[str, Item], es: str, false_friend: str
) -> None:
    item = items[f"{by_spanish[es].id}-english"]
    named = {m.answer: m for m in getattr(item, "misconceptions", ())}
    answer = next(a for a in named if folded(a) in (false_friend, f"the {false_friend}", f"to {false_friend}"))
    got = grade(item, ShortTextAnswer(text=answer))
    assert not got.correct
    assert got.misconception is not None
    assert got.feedback


@pytest.mark.parametrize(
    ("es", "english"),
    [("Tengo hambre.", "I'm hungry"), ("¿Dónde está el baño?", "Where's the toilet?"), ("hablo", "I am speaking"),
     ("No tengo hijos.", "I don't have any children"), ("la casa", "home"), ("comer", "eat"), ("él", "him")],
)  # fmt: skip
def test_what_a_learner_may_well_write_in_english_is_right(
    by_spanish: dict[str, Entry], items: dict[str, Item], es: str, english: str
) -> None:
    assert typed(items[f"{by_spanish[es].id}-english"], english)


@pytest.mark.parametrize(
    ("es", "spanish"),
    [("Tengo hambre.", "Yo tengo hambre"), ("el coche", "el carro"), ("la patata", "la papa"), ("alto", "alta"),
     ("hablo", "yo hablo"), ("Voy a la playa en tren.", "Voy en tren a la playa.")],
)  # fmt: skip
def test_what_a_learner_may_well_write_in_spanish_is_right(
    by_spanish: dict[str, Entry], items: dict[str, Item], es: str, spanish: str
) -> None:
    assert typed(items[f"{by_spanish[es].id}-spanish"], spanish)


@pytest.mark.parametrize(
    ("es", "wrong", "misconception"),
    [("La llave está en la mesa.", "La llave es en la mesa.", "ser-estar"),
     ("Tengo hambre.", "Estoy hambre.", "be-hungry"), ("Tengo una hermana.", "Tengo un hermana.", "gender"),
     ("Conozco a tu hermano.", "Conozco tu hermano.", "personal-a"), ("la mano", "el mano", "wrong-article")],
)  # fmt: skip
def test_typical_mistakes_are_recognised(
    by_spanish: dict[str, Entry], items: dict[str, Item], es: str, wrong: str, misconception: str
) -> None:
    got = grade(items[f"{by_spanish[es].id}-spanish"], ShortTextAnswer(text=wrong))
    assert (got.correct, got.misconception) == (False, misconception)


def test_all_spanish_that_a_learner_reads_is_marked_as_spanish(track: Track, entries: tuple[Entry, ...]) -> None:
    for item in track.items:
        for text in learner_texts(item):
            for span in parse(text):
                assert span.lang in ("", "es"), (item.id, text)
                assert span.lang == "es" or not SPANISH_ONLY.search(span.text), (item.id, text)
    by_id = {entry.id: entry for entry in entries}
    for item in track.items:
        if item.id.endswith("-choose"):
            spans = [span.text for span in parse(item.prompt) if span.lang == "es"]
            assert spans == [by_id[item.skills[0]].es]


def test_every_item_has_hints_and_an_explanation_and_typed_spanish_its_keyboard(track: Track) -> None:
    for item in track.items:
        assert item.hints, item.id
        assert item.explanation, item.id
        assert item.locale == "en"
        if item.band == "produce" and isinstance(item, ShortText | Cloze):
            assert item.accessibility.keyboard
            policies = [item.policy] if isinstance(item, ShortText) else [gap.policy for gap in item.gaps]
            assert all(policy.language == "es" for policy in policies)


def test_nothing_that_travels_with_an_exercise_names_its_answer(
    lexicon: Lexicon, track: Track, entries: tuple[Entry, ...]
) -> None:
    titles = {skill.id: skill.title for skill in track.skills}
    for entry in entries:
        seen = f" {folded(titles[entry.id])} {folded(entry.id.replace('-', ' '))} "
        for answer in (*lexicon.english(entry), *lexicon.accepted_spanish(entry), bare(entry.es)):
            assert f" {folded(answer)} " not in seen, (entry.id, answer)


def test_a_wrong_choice_says_what_the_chosen_words_are_in_spanish(items: dict[str, Item]) -> None:
    choose = items["animals-01-choose"]
    assert isinstance(choose, MultipleChoice)
    for option in choose.options:
        answer: Answer = MultipleChoiceAnswer(choice=option.id)
        assert (option.id == choose.key) or option.text in grade(choose, answer).feedback
