from __future__ import annotations

from typing import Any

import msgspec
import pytest

from api.authoring.translations.following import (
    as_translation,
    followed,
    missing,
    only_numbers_differ,
    source_texts,
    translated_texts,
    with_numbers,
)
from content.items import Item, MultipleChoice, Option, Translation


def item(**fields: Any) -> Item:
    plain = {
        "id": "boats",
        "skills": ("counting",),
        "band": "easy",
        "prompt": "3 boats carry 12.5 tons each. How much is that?",
        "options": (Option(id="a", text="37.5 tons"), Option(id="b", text="a lot")),
        "key": "a",
        "hints": ("Multiply.",),
        "explanation": "3 times 12.5.",
        "translations": {
            "es": Translation(
                prompt="3 barcos llevan 12,5 toneladas cada uno. ¿Cuánto es?",
                hints=("Multiplica.",),
                options={"a": "37,5 toneladas", "b": "mucho"},
            )
        },
    }
    return MultipleChoice(**{**plain, **fields})


def changed(old: Item, stale: dict[str, tuple[str, ...]] | None = None, **fields: Any) -> tuple[Item, Any]:
    return followed(old, msgspec.structs.replace(old, **fields), stale or {})


def test_numbers_carry_over_and_the_translation_stays_fresh() -> None:
    new, stale = changed(item(), prompt="4 boats carry 10.25 tons each. How much is that?")
    assert new.translations["es"].prompt == "4 barcos llevan 10,25 toneladas cada uno. ¿Cuánto es?"
    assert stale == {}


def test_other_words_make_their_field_stale_and_no_other() -> None:
    new, stale = changed(item(), prompt="3 ships carry 12.5 tons each. How much is that?", hints=("Multiply.",))
    assert new.translations == item().translations
    assert stale == {"es": ("prompt",)}
    again, still = changed(new, stale, explanation="3 times 12.5, that is.")
    assert still == {"es": ("prompt",)}
    texts = translated_texts(again.translations["es"]) | {"prompt": "3 naves llevan 12,5 toneladas. ¿Cuánto es?"}
    _, fresh = changed(again, still, translations={"es": as_translation(texts, 1)})
    assert fresh == {}


def test_a_stale_field_is_not_made_fresh_by_numbers() -> None:
    new, stale = changed(item(), prompt="3 ships carry 12.5 tons.")
    _, still = changed(new, stale, prompt="5 ships carry 12.5 tons.")
    assert still == {"es": ("prompt",)}


def test_a_number_that_the_translation_spells_out_makes_it_stale() -> None:
    spelled = {"es": Translation(prompt="Tres barcos llevan 12,5 toneladas.")}
    _, stale = changed(item(translations=spelled), prompt="4 boats carry 12.5 tons each. How much is that?")
    assert stale == {"es": ("prompt",)}


@pytest.mark.parametrize(
    ("translated", "old", "new", "expected"),
    [
        ("de 7, 2", "2 of 7", "3 of 9", "de 9, 3"),
        ("2 y 2", "2 and 2", "2 and 5", "2 y 5"),
        ("1.000", "1.000", "2.000", "2.000"),
        ("nada", "2", "3", None),
        ("2 y 2", "2", "3", None),
    ],
)
def test_numbers_are_matched_by_value(translated: str, old: str, new: str, expected: str | None) -> None:
    assert with_numbers(translated, old, new) == expected


def test_only_numbers_may_differ() -> None:
    assert only_numbers_differ("2 of 7", "3 of 9")
    assert not only_numbers_differ("2 of 7", "2 of 7")
    assert not only_numbers_differ("2 of 7", "2 of 7 or 8")


def test_what_is_missing_is_named_by_field() -> None:
    assert list(missing(item(), "es")) == ["explanation"]
    assert list(missing(item(), "de")) == list(source_texts(item()))
