"""The ids of the benchmark, by family and size; needs no gymnasium."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.families import FAMILIES, MIXED

VERSION = 0


@dataclass(frozen=True)
class Size:
    """How much is to be taught in how long.

    Attributes:
        skills: (low, high) sizes of the courses.
        n_bands: difficulty bands.
        plan: name of the calendars, see `envs.calendar.PLANS`.
    """

    skills: tuple[int, int]
    n_bands: int
    plan: str


SIZES = {
    "small": Size((3, 8), 2, "short"),
    "medium": Size((8, 40), 3, "usual"),
    "large": Size((40, 120), 3, "long"),
}


def names_of() -> dict[str, tuple[str, str]]:
    """Family and size by id, `pacer/Tutoring-<family>-<size>-v0`; the family "mixed" is all of them."""
    return {
        f"pacer/Tutoring-{family}-{size}-v{VERSION}": (family, size) for family in (MIXED, *FAMILIES) for size in SIZES
    }


def class_name(family: str, size: str) -> str:
    """The class in `envs.benchmark`; that of the vector form ends in Vector."""
    return f"Tutoring{family.capitalize()}{size.capitalize()}"
