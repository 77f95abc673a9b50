"""XP by the published rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.game.xp import Attempt, grant, is_rapid


def attempt(**fields: float) -> Attempt:
    given = {"score": 1.0, "difficulty": 0.0, "information": 0.125, "repeats": 0, "seconds": 12.0}
    return Attempt(**{**given, "expected_seconds": 20.0, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "xp"),
    [
        ({}, 2),  # 1.6 * 1 * 1 * 1
        ({"information": 0.0}, 1),  # half the information factor: 0.8
        ({"information": 0.9}, 2),  # capped at 7/5: 2.24
        ({"difficulty": 2.0, "information": 0.9}, 3),  # 1.6 * 1.5 * 1.4 = 3.36
        ({"difficulty": 9.0, "information": 0.9}, 3),  # clipped
        ({"difficulty": -2.0}, 1),  # 0.8
        ({"score": 0.5}, 1),  # 0.8
        ({"score": 0.0}, 0),
        ({"repeats": 2}, 1),  # 1.6 * 0.7225 = 1.156
        ({"repeats": 8}, 0),  # 1.6 * 0.2725 = 0.436
        ({"hints": 1}, 1),  # 1.2
        ({"hints": 2}, 1),  # 0.8
        ({"hints": 3, "information": 0.9}, 1),  # 0.56
        ({"hints": 9, "information": 0.9}, 1),  # never below a quarter
        ({"seconds": 1.9}, 0),  # under 10 % of 20 s
        ({"seconds": 2.0}, 2),
    ],
)
def test_xp_is_what_the_formula_says(fields: dict[str, float], xp: int) -> None:
    assert grant(attempt(**fields)).amount == xp


def test_practice_earns_nothing_and_says_so() -> None:
    granted = grant(Attempt(**{**_fields(attempt()), "practice": True}))
    assert (granted.amount, granted.reasons) == (0, ("practice",))


def test_reasons_are_told() -> None:
    assert grant(attempt(information=0.2)).reasons == ("correct", "newGround")
    assert grant(attempt(score=0.5, repeats=1, hints=1, information=0.0)).reasons == (
        "partlyCorrect",
        "repeatedToday",
        "hintsUsed",
    )
    assert grant(attempt(score=0.0)).reasons == ("notYet",)
    assert grant(attempt(seconds=0.1)).reasons == ("rapidGuess",)


def test_nobody_has_to_be_slower_than_ten_seconds() -> None:
    assert not is_rapid(10.0, 600.0)
    assert is_rapid(9.9, 600.0)


@given(st.floats(0, 1), st.floats(-5, 5), st.floats(0, 3), st.integers(0, 50), st.floats(0, 500), st.integers(0, 9))
def test_xp_is_never_negative_nor_more_than_five(
    score: float, difficulty: float, information: float, repeats: int, seconds: float, hints: int
) -> None:
    granted = grant(
        attempt(
            score=score, difficulty=difficulty, information=information, repeats=repeats, seconds=seconds, hints=hints
        )
    )
    assert 0 <= granted.amount <= 5


@given(st.floats(0.01, 1), st.integers(0, 20), st.integers(0, 5))
def test_more_of_the_same_never_pays_more(score: float, repeats: int, hints: int) -> None:
    base = grant(attempt(score=score, repeats=repeats, hints=hints)).amount
    assert grant(attempt(score=score, repeats=repeats + 1, hints=hints)).amount <= base
    assert grant(attempt(score=score, repeats=repeats, hints=hints + 1)).amount <= base


def _fields(of: Attempt) -> dict[str, float]:
    return {name: getattr(of, name) for name in of.__struct_fields__}
