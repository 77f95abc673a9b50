"""Items in another locale."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from content.grading import expected_text, grade, model_answer
from content.item_rules import find_item_faults
from content.items import Accessibility, Item, Option, Translation
from content.presentation import present
from content.quality import find_quality_faults
from content.text import Span
from content.translation import translated, translation_locale

GERMAN = Translation(prompt="Wähle.", hints=("Tipp",), explanation="Darum.", options={"first": "Alpha"})


def with_translations(item: Item, **translations: Translation) -> Any:
    """The item, with tags written with an underscore for the hyphen."""
    named = {tag.replace("_", "-"): one for tag, one in translations.items()}
    return msgspec.structs.replace(item, translations=named)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE-at", "de"),
        ("es-MX", "es-MX"),
        ("es", ""),
        ("es-MX-x-home", "es-MX"),
        ("en", ""),
        ("en-GB", ""),
        ("fr", ""),
        ("", ""),
        ("zh-Hant-TW", "zh-Hant"),
    ],
)
def test_the_nearest_translation_is_found(items: dict[str, Item], wanted: str, found: str) -> None:
    item = with_translations(items["choice"], de=GERMAN, es_MX=GERMAN, zh_Hant=GERMAN)
    assert translation_locale(item, wanted) == found


def test_a_translation_is_shown_and_graded_where_there_is_one(items: dict[str, Item]) -> None:
    source: Any = with_translations(items["choice"], de=GERMAN)
    item = translated(
        msgspec.structs.replace(source, accessibility=Accessibility(speech="read", keyboard="keys")), "de"
    )
    shown: Any = present(item, 0)
    assert (shown.prompt, shown.locale) == ((Span("Wähle."),), "de")
    assert {option.content[0].text for option in shown.options} == {"Alpha", "beta", "gamma"}
    assert (item.hints, item.explanation) == (("Tipp",), "Darum.")
    assert item.accessibility == Accessibility(keyboard="keys")
    assert grade(item, model_answer(source)).correct
    assert expected_text(item) == ("Alpha" if source.key == "first" else expected_text(source))


def test_what_is_not_translated_stays_as_it_is_written(items: dict[str, Item]) -> None:
    item = with_translations(items["choice"], de=Translation(explanation="Darum."))
    assert translated(item, "fr") == item
    shown = present(translated(item, "de"), 0)
    assert (shown, translated(item, "de").explanation) == (present(item, 0), "Darum.")


def test_pairs_are_translated_on_both_sides(items: dict[str, Item]) -> None:
    match: Any = items["match"]
    left = tuple(Option(id=f"l-{option.id}", text=option.text) for option in match.left)
    match = msgspec.structs.replace(match, left=left)
    texts = {option.id: option.text.upper() for option in (*left, *match.right)}
    found: Any = translated(with_translations(match, de=Translation(options=texts)), "de")
    assert [o.text for o in (*found.left, *found.right)] == [o.text.upper() for o in (*left, *match.right)]


def test_a_translation_of_an_id_that_both_sides_use_is_a_fault(items: dict[str, Item]) -> None:
    match: Any = items["match"]
    shared = next(option.id for option in match.left if option.id in {other.id for other in match.right})
    faults = find_item_faults(with_translations(match, de=Translation(options={shared: "x"})))
    assert ["fits neither" in fault.message for fault in faults] == [True]


@pytest.mark.parametrize(
    ("tag", "translation", "pointer", "message"),
    [
        ("german!", GERMAN, "/translations/german!", "no language tag"),
        ("de", Translation(hints=("a", "b")), "/translations/de/hints", "2 hints are translated, but there are 1"),
        ("de", Translation(options={"none": "x"}), "/translations/de/options/none", "'none' is not among the options"),
    ],
)
def test_a_translation_that_does_not_fit_its_item_is_a_fault(
    items: dict[str, Item], tag: str, translation: Translation, pointer: str, message: str
) -> None:
    item: Any = msgspec.structs.replace(items["choice"], translations={tag: translation})
    (fault,) = find_item_faults(item)
    assert fault.pointer == pointer
    assert message in fault.message


def test_a_translated_hint_may_not_give_the_key_away_either(items: dict[str, Item]) -> None:
    item = with_translations(items["numeric"], de=Translation(hints=(f"Es ist {model_text(items['numeric'])}.",)))
    pointers = [fault.pointer for fault in find_quality_faults(item)]
    assert "/translations/de/hints/0" in pointers


def model_text(item: Item) -> str:
    """The key as a learner types it."""
    answer: Any = model_answer(item)
    return str(answer.text)
