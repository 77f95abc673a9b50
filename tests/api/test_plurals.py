"""One thing is one thing: every text of every catalogue, with 1 and with 2 in the place of each of its numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from string import Formatter

import pytest

from api.authoring.errors import FaultyCourseError
from api.mail.letters import LANGUAGES
from api.plurals import Count, category, counted, fill
from tests.api.game.test_copy import CATALOGUES, page_texts, texts_of

WORDS = {"title", "date", "tier", "link", "time", "right"}
"""What is filled in and is no number."""

ALONE = {
    "badge.level": {"threshold"},
    "level.up": {"level"},
    "goal.xp": {"target"},
    "load.doesNotFit": {"expected", "low", "high"},
    "load.tooSoon": {"expected", "low", "high"},
    "return.forecast": {"soonest"},
    "rapid": {"rapid"},
    "rates": {"xp"},
    "copying.same": {"expected"},
    "copying.quick": {"quick"},
}
"""Numbers without a noun of their own: levels, XP, percentages, the lesser end of a range, parts of a count."""


def texts() -> Iterator[tuple[str, str]]:
    """Code and text of everything in a catalogue, and the words for how long a letter's link works."""
    for module in CATALOGUES:
        for where, text in texts_of(module):
            yield where.rpartition("[")[2].rstrip("]"), text
    for name, language in LANGUAGES.items():
        yield f"{name}.hours", language.hours
        yield f"{name}.minutes", language.minutes


def fields(text: str) -> list[tuple[str, str]]:
    """Name and forms of what is filled into a text."""
    return [(name, forms or "") for _, name, forms, _ in Formatter().parse(text) if name is not None]


def differing() -> set[tuple[str, str]]:
    """Words of all forms that differ between one and several: ("day", "days")."""
    found = set()
    for _, text in texts():
        for _, forms in fields(text):
            one, _, other = forms.partition("|")
            if "#" in one:
                found |= {pair for pair in zip(one.split(), other.split(), strict=False) if pair[0] != pair[1]}
    return found


def test_every_number_beside_a_noun_chooses_its_form() -> None:
    for code, text in texts():
        for name, forms in fields(text):
            if forms:
                assert forms.count("|") == 1, code
                assert "#" in forms.partition("|")[2], f"{code} drops the number"
            else:
                assert name in WORDS | ALONE.get(code, set()), f"{code} says {{{name}}} without forms"


@pytest.mark.parametrize(("n", "wrong"), [(1, 1), (2, 0)])
def test_no_text_has_a_noun_in_the_wrong_number(n: int, wrong: int) -> None:
    words = {pair[wrong].strip(",.") for pair in differing()} - {"are", "is", "ones", "one"}
    assert len(words) > 10
    for code, text in texts():
        values = {name: "Fractions" if name in WORDS else n for name, _ in fields(text)}
        read = fill(text, **values)
        assert "{" not in read
        assert "|" not in read
        follow = [(before, after.strip(",.;")) for before, after in pairwise(read.split()) if before == str(n)]
        assert not [after for _, after in follow if after in words], f"{code}: {read}"
        assert not (n == 1 and re.search(r"\b1 times\b", read)), code


def test_the_page_leaves_numbers_with_nouns_to_its_own_plurals() -> None:
    nouns = "|".join(sorted({pair[1].strip(",.") for pair in differing() if pair[1].strip(",.").endswith("s")}))
    loose = re.compile(rf"\$\{{[^{{}}]*\}} ({nouns}|gems|badges|words|figures|seconds|times)\b")
    assert loose.search("${days} days")
    assert [(where, text) for where, text in page_texts() if loose.search(text)] == []


@pytest.mark.parametrize(
    ("n", "known"), [(0, "other"), (1, "one"), (-1, "one"), (2, "other"), (11, "other"), (21, "other")]
)
def test_the_category_of_a_number_is_that_of_english(n: int, known: str) -> None:
    assert category(n) == known


def test_a_number_is_written_with_its_noun() -> None:
    assert fill("{days:# day|# days} of {title}", days=1, title="{days}") == "1 day of {days}"
    assert fill("{days:# day|# days}, {days}, {days:03}", days=1200) == "1200 days, 1200, 1200"
    assert [counted(n, "freeze is", "freezes are") for n in (0, 1)] == ["0 freezes are", "1 freeze is"]
    assert counted(2, "day") == "2 days"
    assert f"{Count(3)}" == "3"


@pytest.mark.parametrize(("n", "told"), [(1, "the course has 1 fault: /a: x"), (2, "the course has 2 faults: /a: x; ")])
def test_a_course_is_told_how_many_faults_it_has(n: int, told: str) -> None:
    assert str(FaultyCourseError([("/a", "x")] * n)).startswith(told)
