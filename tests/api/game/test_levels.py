"""The published curve of levels."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from api.game.levels import level_number, level_of, starts_at


def test_the_curve_is_the_published_one() -> None:
    assert [starts_at(level) for level in range(1, 7)] == [0, 20, 60, 120, 200, 300]


def test_levels_change_exactly_where_the_curve_says() -> None:
    assert [level_number(xp) for xp in (0, 19, 20, 59, 60, 119, 120)] == [1, 1, 2, 2, 3, 3, 4]


def test_a_total_below_zero_is_the_first_level() -> None:
    assert level_of(-5).level == 1


@given(st.integers(0, 10**9))
def test_a_level_holds_its_xp(xp: int) -> None:
    found = level_of(xp)
    assert starts_at(found.level) <= xp < starts_at(found.level + 1)
    assert starts_at(found.level) + found.xp_in_level == xp
    assert xp + found.xp_to_next == starts_at(found.level + 1)
