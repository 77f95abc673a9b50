"""What learners wish and educators pin, as a bending of the choice.

In order: guards, pins, wish, policy. Bans are part of what is allowed, and never give way. What is required, and then a
wish, narrows what the guards left; where it would leave nothing it gives way, and that is told. The tutor chooses among
what is left, with the probabilities that it then has. What this costs is known beforehand: the gain expected of the
exercise that would have come, less that of the one that comes.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec
import numpy as np
from numpy.typing import NDArray

Kind = Literal["easier", "harder", "notThis", "topic"]
KINDS: tuple[str, ...] = get_args(Kind)
NOTICED = 0.25  # logits of success between two exercises of which one is called easier
PIN, WISH = "pin", "wish"

Bools = NDArray[np.bool_]


class Wish(msgspec.Struct, frozen=True):
    """What a learner wishes. Raises ValueError for one that says nothing.

    Attributes:
        kind: "easier" or "harder" than an exercise; "notThis": none of the skills; "topic": none but the skills.
        skills: numbers of skills, for "notThis" and "topic".
        than: (skill, band) of that exercise; None for the one that would come without the wish.
    """

    kind: Kind
    skills: tuple[int, ...] = ()
    than: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"a wish must be one of {', '.join(KINDS)}, not {self.kind!r}")
        if (self.kind in ("notThis", "topic")) != bool(self.skills):
            raise ValueError(
                f"the wish {self.kind!r} with skills {self.skills}: notThis and topic name some, others none"
            )


class Pins(msgspec.Struct, frozen=True):
    """What an educator decided.

    Attributes:
        required: (skill, band) of which one comes next; band None for all of the skill.
        banned: (skill, band) that may not come; likewise.
    """

    required: tuple[tuple[int, int | None], ...] = ()
    banned: tuple[tuple[int, int | None], ...] = ()


class Bending(msgspec.Struct, frozen=True):
    """What became of pins and wish.

    Attributes:
        by: those that narrowed the choice, "pin" and "wish".
        yielded: those that gave way, as they would have left nothing.
        instead_of: (skill, band) that is the likeliest without them.
    """

    by: tuple[str, ...]
    yielded: tuple[str, ...]
    instead_of: tuple[int, int]


def check(wish: Wish | None, pins: Pins | None, n_skills: int, n_bands: int) -> None:
    """ValueError if they name what the course does not have."""
    pairs: list[tuple[int, int | None]] = []
    if wish is not None:
        pairs += [(skill, None) for skill in wish.skills] + ([] if wish.than is None else [wish.than])
    if pins is not None:
        pairs += [*pins.required, *pins.banned]
    for skill, band in pairs:
        if not 0 <= skill < n_skills or not (band is None or 0 <= band < n_bands):
            raise ValueError(f"(skill, band) {(skill, band)} must lie in 0..{n_skills - 1} and 0..{n_bands - 1}")


def without_banned(allowed: Bools | None, available: Bools, pins: Pins | None) -> Bools | None:
    """(K, B) what may be shown, of `allowed`, or of all that is `available`, without what is banned."""
    if pins is None or not pins.banned:
        return allowed
    return (available if allowed is None else allowed) & ~_marked(pins.banned, available.shape)


def bend(
    masked: Bools, success: NDArray[np.float64], best: tuple[int, int], wish: Wish | None, pins: Pins | None
) -> tuple[Bools, Bending]:
    """What pins and wish leave of what the guards left, `masked` (K, B), and what became of them.

    `success` (K, B) is the believed chance of each, `best` (skill, band) the likeliest without them.
    """
    by, yielded, left = [], [], masked
    wanted = (
        (PIN, None if pins is None or not pins.required else _marked(pins.required, masked.shape)),
        (WISH, None if wish is None else _wished(wish, success, best)),
    )
    for name, candidates in wanted:
        if candidates is None:
            continue
        narrowed = left & candidates
        if not narrowed.any():
            yielded.append(name)
        elif not np.array_equal(narrowed, left):
            by.append(name)
            left = narrowed
    return left, Bending(tuple(by), tuple(yielded), best)


def _wished(wish: Wish, success: NDArray[np.float64], best: tuple[int, int]) -> Bools:
    """(K, B) what agrees with the wish."""
    if wish.kind in ("notThis", "topic"):
        named = _marked(tuple((skill, None) for skill in wish.skills), success.shape)
        return named if wish.kind == "topic" else ~named
    chance = np.clip(success, 1e-6, 1.0 - 1e-6)
    ease = np.log(chance / (1.0 - chance))
    told = ease[best if wish.than is None else wish.than]
    fits: Bools = ease >= told + NOTICED if wish.kind == "easier" else ease <= told - NOTICED
    return fits


def _marked(pairs: tuple[tuple[int, int | None], ...], shape: tuple[int, ...]) -> Bools:
    marked = np.zeros(shape, dtype=bool)
    for skill, band in pairs:
        marked[skill, slice(None) if band is None else band] = True
    return marked
