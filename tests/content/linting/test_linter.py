from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from content.graph import Skill
from content.items import Accessibility, ChoiceMisconception, Item, Media, MultipleChoice, Numeric, Option, Ordering
from content.linting import RULES, LintFinding, Rule, lint
from content.linting.access import contrast_ratio, faint_picture, luminance
from content.linting.likeness import NEAR, cosine, find_copies, vectors
from content.linting.linter import by_rule, lint_item
from content.linting.words import lix, reading_grade, syllables
from content.tracks import Band, Track, Unit

PICTURE = Media(sha256="0" * 64, type="image/png")
NAMED = Media(sha256="0" * 64, type="image/png", alt="IMG_1.jpg")
SHIPS = "Count " + "many small boats " * 20 + "now."


def number(name: str = "seas", **fields: Any) -> Numeric:
    plain = {"id": name, "skills": ("counting",), "band": "easy", "prompt": "How many oceans are there?", "key": "5"}
    return Numeric(**{**plain, **fields})


def choice(*texts: str, key: int = 0, **fields: Any) -> MultipleChoice:
    """A choice whose options are named a, b, c and explained, the key by its place."""
    options = tuple(Option(id="abcdefgh"[place], text=text) for place, text in enumerate(texts))
    told = tuple(
        ChoiceMisconception(id=f"m-{one.id}", answer=one.id, feedback="No.")
        for place, one in enumerate(options)
        if place != key
    )
    plain = {
        "id": "pick",
        "skills": ("counting",),
        "band": "easy",
        "prompt": "Which one is it?",
        "misconceptions": told,
    }
    return MultipleChoice(**{**plain, "options": options, "key": options[key].id, **fields})


def track(*items: Item, skills: tuple[Skill, ...] = (), units: tuple[Unit, ...] | None = None) -> Track:
    known = skills or (Skill(id="counting", title="Counting"),)
    bands = tuple(
        Band(id=name, title=name, difficulty=level) for name, level in (("easy", -1.0), ("middle", 0.0), ("hard", 1.0))
    )
    placed = (Unit(id="all", title="All", skills=tuple(skill.id for skill in known)),) if units is None else units
    header = dict.fromkeys(("id", "title", "description", "locale", "licence", "source"), "x")
    return Track(**header, bands=bands, units=placed, skills=known, items=items)


def rules(findings: Sequence[LintFinding]) -> dict[str, str]:
    return {finding.rule: finding.where for finding in findings}


def test_a_good_item_has_no_finding() -> None:
    assert lint_item(choice("The Pacific", "The Atlantic", "The Indian")) == []


@pytest.mark.parametrize(
    ("item", "rule", "where"),
    [
        (choice("a cat", "a dog", "a cow", misconceptions=()), "missing-feedback", "/items/pick/options/1"),
        (number(), "missing-feedback", "/items/seas/misconceptions"),
        (choice("a cat", "a dog"), "guessable", "/items/pick"),
        (choice("a cat", "a dog", "All of the above"), "guessable", "/items/pick/options/2"),
        (
            choice("because the sea there is warm, deep and full of salt", "it is cold", "no reason"),
            "longest-is-right",
            "/items/pick/options/0",
        ),
        (
            choice("photosynthesis", "digestion", "breathing", prompt="Which uses photosynthesis light?"),
            "clue-in-wording",
            "/items/pick/options/0",
        ),
        (choice("apple", "pear", "fig", prompt="It is an"), "clue-in-wording", "/items/pick/prompt"),
        (
            choice("It may rain", "It always rains", "It never rains"),
            "clue-in-wording",
            "/items/pick/options/0",
        ),
        (number(media=(PICTURE,)), "alt-text", "/items/seas/media/0/alt"),
        (
            number(media=(Media(sha256="0" * 64, type="image/png", alt="IMG_1.jpg"),)),
            "alt-text",
            "/items/seas/media/0/alt",
        ),
        (number(prompt="What is 3/4 of 8?"), "screen-reader", "/items/seas/accessibility/speech"),
        (number(prompt="Look at the map."), "screen-reader", "/items/seas/accessibility/description"),
        (number(prompt="Drag the card to its place."), "keyboard", "/items/seas/prompt"),
        (number(prompt="How long is the red line?"), "colour-alone", "/items/seas/prompt"),
        (number(prompt="Count them within 30 seconds."), "time-limit", "/items/seas/prompt"),
        (
            number(prompt="Count " + "many small boats " * 20 + "now.", seconds=5.0),
            "time-too-short",
            "/items/seas/seconds",
        ),
        (
            number(
                prompt="Notwithstanding considerable meteorological irregularities, approximate the quantity of"
                " continentally distributed oceanographic laboratories."
            ),
            "reading-level",
            "/items/seas/prompt",
        ),
    ],
)
def test_each_finding_says_where_why_and_how(item: Item, rule: str, where: str) -> None:
    found = [finding for finding in lint_item(item) if finding.rule == rule]
    assert where in [finding.where for finding in found]
    assert all(finding.why and finding.how for finding in found)


def test_what_is_mended_is_told_no_more() -> None:
    spoken = number(prompt="What is 3/4 of 8?", accessibility=Accessibility(speech="three quarters of eight"))
    assert "screen-reader" not in rules(lint_item(spoken))
    keys = number(prompt="Drag it.", accessibility=Accessibility(keyboard="Press a number."))
    assert "keyboard" not in rules(lint_item(keys))
    described = number(media=(Media(sha256="0" * 64, type="image/png", alt="A map of the oceans"),))
    assert "alt-text" not in rules(lint_item(described))


def test_an_order_of_two_is_a_coin() -> None:
    options = (Option(id="a", text="one"), Option(id="b", text="two"))
    item = Ordering(id="o", skills=("counting",), band="easy", prompt="Order.", options=options, key=("a", "b"))
    assert rules(lint_item(item))["guessable"] == "/items/o"


def test_a_habit_of_long_keys_is_told_once_for_the_course() -> None:
    items = [choice("a long one here", "short", "brief", id=f"pick-{k}", prompt=f"Number {k}?") for k in range(14)]
    habit = [found for found in lint(track(*items)) if found.where == "/items"]
    assert [found.rule for found in habit] == ["longest-is-right"]
    mixed = [
        choice("a long one here", "short", "brief", key=k % 3, id=f"pick-{k}", prompt=f"Number {k}?") for k in range(15)
    ]
    assert [found for found in lint(track(*mixed)) if found.where == "/items"] == []


def test_copies_are_found_and_variants_with_other_numbers_are_not() -> None:
    items = (
        number("a", prompt="Which of the great oceans lies between Africa and Australia?"),
        number("b", prompt="which of the great oceans lies between  Africa and Australia?"),
        number("c", prompt="Which of the great oceans lies between Africa and Australia today?"),
        number("d", prompt="How many legs have 3 spiders?"),
        number("e", prompt="How many legs have 4 spiders?"),
    )
    found = {finding.where: (finding.rule, finding.also) for finding in find_copies(items)}
    assert found == {
        "/items/b": ("duplicate", "/items/a"),
        "/items/c": ("near-duplicate", "/items/a"),
    }


def test_likeness_is_one_for_the_same_and_none_for_strangers() -> None:
    same, other, strange = vectors(["deep blue sea", "deep blue sea", "quick tax form"])
    assert cosine(same, other) == pytest.approx(1.0)
    assert cosine(same, strange) == 0.0


def test_looking_up_rare_grams_finds_what_comparing_all_pairs_finds() -> None:
    rng = np.random.default_rng(3)
    words = [f"{a}{b}er" for a in "kelmuzorti" for b in ("anda", "isto", "ulme", "orv")]
    texts = [" ".join(rng.choice(words, 7)) for _ in range(150)]
    texts += [text.replace("er ", "erk ", 1) for text in texts[:60]]
    items = [number(f"i{place}", prompt=text) for place, text in enumerate(texts)]
    found = {finding.where.split("/")[2] for finding in find_copies(items)}
    rows = vectors([" ".join(text.lower().split()) for text in texts])
    expected = {
        f"i{late}" for late in range(len(rows)) if any(cosine(rows[late], rows[early]) >= NEAR for early in range(late))
    }
    assert found == expected
    assert len(found) > 40


class Colours:
    """Knows that two words mean the same."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[1.0, 0.0] if "car" in text or "auto" in text else [0.0, 1.0] for text in texts], np.float32)


def test_an_embedding_finds_what_letters_do_not() -> None:
    items = (number("a", prompt="Whose car?"), number("b", prompt="Whose automobile?"), number("c", prompt="A tree?"))
    assert [finding.where for finding in find_copies(items, Colours())] == ["/items/b"]
    assert list(find_copies(items)) == []


def test_the_way_through_the_course_is_looked_at() -> None:
    skills = (
        Skill(id="counting", title="Counting", prerequisites=("idle",)),
        Skill(id="idle", title="Idle"),
        Skill(id="lost", title="Lost"),
        Skill(id="round", title="Round", prerequisites=("about",)),
        Skill(id="about", title="About", prerequisites=("round",)),
    )
    units = (Unit(id="all", title="All", skills=("counting", "idle", "round", "about")),)
    items = (
        number("a"),
        number("b", band="hard", prompt="How deep?"),
        number("c", skills=("round",), prompt="How wide?"),
        number("d", skills=("about",), prompt="How far?", difficulty=-1.0),
        number("e", skills=("about",), prompt="How old?", difficulty=2.5),
    )
    found = lint(track(*items, skills=skills, units=units))
    told = {(finding.rule, finding.where) for finding in found if finding.where.startswith("/skills")}
    assert {pair for pair in told if pair[0] != "cycle"} == {
        ("unreachable-skill", "/skills/counting"),
        ("unreachable-skill", "/skills/idle"),
        ("unreachable-skill", "/skills/lost"),
        ("difficulty-gap", "/skills/counting"),
        ("difficulty-gap", "/skills/about"),
    }
    assert by_rule(found)["cycle"] == 1
    assert by_rule(found)["unreachable-skill"] == 3


def test_every_rule_is_explained() -> None:
    assert set(get_args(Rule)) == set(RULES)
    assert all(msgspec.json.encode(text) for text in RULES.values())


def test_contrast_is_that_of_the_guidelines() -> None:
    black, white, grey = luminance(0, 0, 0), luminance(255, 255, 255), luminance(118, 118, 118)
    assert contrast_ratio(black, white) == pytest.approx(21.0)
    assert contrast_ratio(grey, white) == pytest.approx(4.54, abs=0.01)
    assert [one.rule for one in faint_picture(number(), 0, [0.8] * 500 + [0.95] * 500)] == ["contrast"]
    assert list(faint_picture(number(), 0, [0.05] * 500 + [0.95] * 500)) == []


def test_readability_by_hand() -> None:
    """Four sentences, 12 words, 2 of them long: 12 / 4 + 100 * 2 / 12."""
    assert lix("Cats sit. Dogs run fast. Elephants are enormous. We all like them.") == pytest.approx(3 + 100 * 2 / 12)
    assert lix("") == 0.0
    assert [syllables(word) for word in ("cat", "table", "make", "banana", "the")] == [1, 2, 1, 3, 1]
    assert reading_grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 - 15.59)
