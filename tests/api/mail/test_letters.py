"""The texts of letters."""

from typing import get_args

import pytest

from api.mail.letters import LANGUAGES, Kind, write

KINDS: tuple[Kind, ...] = get_args(Kind)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_every_letter(language: str) -> None:
    letters = [write(kind, language, to="ana@example.org", id="1", link="LINK", seconds=1800) for kind in KINDS]
    assert set(LANGUAGES[language].letters) == set(KINDS)
    assert len({letter.subject for letter in letters}) == len(KINDS)
    for kind, letter in zip(KINDS, letters, strict=True):
        assert ("LINK" in letter.text, "30" in letter.text) == (kind in ("confirm", "reset"),) * 2
        assert "{" not in letter.text
        assert all(len(line) <= 150 for line in letter.text.splitlines())


def test_a_locale_is_served_by_its_language_and_an_unknown_one_in_english() -> None:
    assert write("taken", "es-MX", to="a", id="1").subject == LANGUAGES["es"].letters["taken"].subject
    assert write("taken", "xx", to="a", id="1").subject == LANGUAGES["en"].letters["taken"].subject


def test_a_validity_is_told_in_hours_if_it_is_whole_hours() -> None:
    assert LANGUAGES["en"].validity(48 * 3600) == "48 hours"
    assert LANGUAGES["en"].validity(1800) == "30 minutes"
