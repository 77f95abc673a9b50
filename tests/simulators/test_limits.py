"""Impossible parameters are refused, all at once."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any

import pytest

from simulators.families import FAMILIES, GROWTH, MASTERY
from simulators.growth.irt import IrtPopulation
from simulators.mastery.bkt import BktPopulation
from simulators.spread import LogNormal

CHECKED = [name for name, family in FAMILIES.items() if family.kind in (MASTERY, GROWTH)]


def test_all_that_are_impossible_are_named_with_what_is_allowed() -> None:
    wrong = {"hint_share": 1.5, "rate_skill": -0.1, "known_share": (0.5, 0.2), "slip": LogNormal(0.5, 0.1, 0.1, 1.5)}
    with pytest.raises(ValueError, match=r"impossible BktPopulation") as refused:
        BktPopulation(**wrong)
    told = str(refused.value)
    for part in (
        "hint_share=1.5 (in [0, 1])",
        "rate_skill=-0.1 (finite, at least 0)",
        "known_share=(0.5, 0.2) (0 <= low <= high <= 1)",
        "slip=",
        "(high at most 1)",
    ):
        assert part in told


def test_what_a_family_shares_with_others_is_named_with_what_is_its_own() -> None:
    with pytest.raises(ValueError, match=r"hint_lift=2.0 \(in \[0, 1\]\), .*ceiling=0.0 \(finite, above 0\)"):
        IrtPopulation(hint_lift=2.0, ceiling=0.0)


@pytest.mark.parametrize("family", CHECKED)
def test_no_number_of_a_family_may_be_nan(family: str) -> None:
    population: Any = FAMILIES[family].parameters
    plain = [field.name for field in fields(population) if isinstance(field.default, float)]
    assert plain
    for name in plain:
        with pytest.raises(ValueError, match=rf"{name}=nan"):
            population(**{name: math.nan})
    for share in ((math.nan, 0.5), (0.0, math.nan)):
        with pytest.raises(ValueError, match="known_share"):
            population(known_share=share)
