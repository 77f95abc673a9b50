"""Hints that give the key away, and hints that only look like it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from content.giveaway import giveaway
from content.items import Item, Numeric, ShortText, TextPolicy


@pytest.mark.parametrize(
    ("name", "hint", "told"),
    [
        ("choice", "It is Beta.", True),
        ("choice", "Not alphabetical.", False),
        ("choice", "Weigh beta against gamma.", False),
        ("response", "Both alpha and beta.", True),
        ("response", "Is alpha one?", False),
        ("response", "Try alpha, beta and gamma.", False),
        ("truth", "The statement is true.", True),
        ("truth", "Is it always true?", False),
        ("numeric", "It is 98765.", True),
        ("numeric", "Larger than 9876.", False),
        ("numeric", "Not 98765.4 nor 198765.", False),
        ("text", "One says [la mañana]{lang=es}.", True),
        ("text", "It rhymes with hermana.", False),
        ("cloze", "Use [estoy]{lang=es}.", True),
        ("cloze", "Choose between con, sin and para.", False),
        ("order", "one, two, three, four", True),
        ("order", "three comes after two", False),
        ("match", "dog perro, cat gato, cow vaca", True),
        ("match", "A dog is a perro.", False),
    ],
)
def test_a_hint_is_judged_by_whole_words(items: dict[str, Item], name: str, hint: str, told: bool) -> None:
    assert bool(giveaway(items[name], hint)) is told


@pytest.mark.parametrize(
    ("prompt", "key", "hint", "told"),
    [
        ("Solve 2x = 6.", "3", "Divide both sides by 2.", False),
        ("Solve 2x = 6.", "3", "So x = 3.", True),
        ("Solve 2x = 6.", "3", "Split it: 3 + 3.", False),
        ("Solve x + 1 = 4.", "3", "x = 3 + 1 - 1", False),
        ("What is 12 - 0?", "12", "Taking nothing leaves 12.", False),
        ("What is 5 - 7?", "-2", "The answer: −2.", True),
        ("What is 9 - 7?", "2", "Not -2.", False),
        ("Add 1/4 and 1/2.", "3/4", "That makes 3/4 in all.", True),
        ("Add 1/4 and 1/2.", "3/4", "Not 13/4.", False),
    ],
)
def test_numbers_are_told_where_they_are_results(prompt: str, key: str, hint: str, told: bool) -> None:
    item = Numeric(id="n", skills=("s",), band="b", prompt=prompt, key=key)
    assert bool(giveaway(item, hint)) is told


@pytest.mark.parametrize(
    ("accepted", "hint", "told"),
    [("a", "It is a preposition.", False), ("me", "It comes to me.", False), ("me", "Say [me]{lang=es}.", True),
     ("mi casa", "Think of mi casa.", True), ("casa", "Not a casanova.", False)],
)  # fmt: skip
def test_short_foreign_words_stand_in_english_by_chance(accepted: str, hint: str, told: bool) -> None:
    item = ShortText(
        id="t", skills=("s",), band="b", prompt="?", accepted=(accepted,), policy=TextPolicy(language="es")
    )
    assert bool(giveaway(item, hint)) is told


def test_what_the_prompt_shows_cannot_be_given_away(items: dict[str, Item]) -> None:
    item: Any = msgspec.structs.replace(items["choice"], prompt="Is beta before gamma?")  # type: ignore[type-var]
    assert giveaway(item, "It is beta.") == ""
