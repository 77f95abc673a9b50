"""What parameters of a family may be: a population names the limits of its numbers, and all that break them at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Limit:
    """What a parameter may be: in words, and as a test, which a NaN fails."""

    text: str
    holds: Callable[[Any], bool]


SHARE = Limit("in [0, 1]", lambda value: 0.0 <= value <= 1.0)
INNER_SHARE = Limit("in (0, 1)", lambda value: 0.0 < value < 1.0)
SHARES = Limit("0 <= low <= high <= 1", lambda value: 0.0 <= value[0] <= value[1] <= 1.0)
CHANCE = Limit("high at most 1", lambda value: value.high <= 1.0)
FINITE = Limit("finite", lambda value: math.isfinite(value))
NOT_NEGATIVE = Limit("finite, at least 0", lambda value: 0.0 <= value < math.inf)
POSITIVE = Limit("finite, above 0", lambda value: 0.0 < value < math.inf)


def check(parameters: object, limits: Mapping[str, Limit]) -> None:
    """Refuse parameters of which some, by name, break their limits.

    Raises:
        ValueError: all that do, each with what is allowed.
    """
    wrong = [
        f"{name}={value} ({limit.text})"
        for name, limit in limits.items()
        if not limit.holds(value := getattr(parameters, name))
    ]
    if wrong:
        raise ValueError(f"impossible {type(parameters).__name__}: {', '.join(wrong)}")
