"""What kind of episodes are drawn, and everything that may be wrong with that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

import numpy as np

from content.course import Course
from envs.calendar import PLANS, CalendarPlan
from simulators.families import MIXED, families_of
from simulators.groups import USUAL, groups_of
from simulators.population import Population

LARGEST_COURSE = 2000


@dataclass(frozen=True)
class Settings:
    """What kind of episodes are drawn.

    Attributes:
        family: which student models, see `simulators.families.families_of`; one of them is drawn for each episode.
        skills: (low, high) sizes of the courses, 1 to 2,000.
        n_bands: bands B of every course.
        max_skills: K, to which courses are padded; None means the high end of `skills`.
        max_steps: turns after which an episode is truncated; None means as many as the longest calendar has exercises.
        population: distributions of the learners; None means the documented ones.
        course: a course to teach in every episode in place of random ones; goals are still drawn. It settles `skills`
            and `n_bands`.
        plan: the calendars.
        groups: which sub-populations, see `simulators.groups.groups_of`.

    Raises:
        ValueError: everything that is out of range or cannot be, at once.
    """

    family: str = MIXED
    skills: tuple[int, int] = (8, 40)
    n_bands: int = 3
    max_skills: int | None = None
    max_steps: int | None = None
    population: Population | None = None
    course: Course | None = None
    plan: CalendarPlan = PLANS[USUAL]
    groups: str = USUAL

    def __post_init__(self) -> None:
        if self.course is not None:
            object.__setattr__(self, "skills", (self.course.n_skills, self.course.n_skills))
            object.__setattr__(self, "n_bands", self.course.n_bands)
        faults = list(_faults(self))
        if faults:
            raise ValueError("; ".join(faults))

    @property
    def n_padded(self) -> int:
        """K."""
        return self.skills[1] if self.max_skills is None else self.max_skills

    @property
    def n_actions(self) -> int:
        """K * B."""
        return self.n_padded * self.n_bands

    @property
    def n_steps(self) -> int:
        """Turns after which an episode is over, whatever happens."""
        return self.plan.exercises[1] if self.max_steps is None else min(self.max_steps, self.plan.exercises[1])


def _faults(settings: Settings) -> Iterator[str]:
    """Everything that is wrong."""
    for check, names in ((families_of, settings.family), (groups_of, settings.groups)):
        try:
            check(names)
        except ValueError as error:
            yield str(error)
    if settings.course is None:
        low, high = settings.skills
        if not 1 <= low <= high <= LARGEST_COURSE:
            yield f"skills must be (low, high) with 1 <= low <= high <= {LARGEST_COURSE}, got {settings.skills}"
        if settings.n_bands < 1:
            yield f"n_bands must be at least 1, got {settings.n_bands}"
    else:
        yield from course_faults(settings.course)
    if settings.max_steps is not None and settings.max_steps < 1:
        yield f"max_steps must be at least 1, got {settings.max_steps}"
    if settings.max_skills is not None and settings.max_skills < settings.skills[1]:
        yield f"max_skills must be at least {settings.skills[1]}, the largest course, got {settings.max_skills}"
    if settings.population is not None:
        yield from _no_numbers(settings.population, "population")


def course_faults(course: Course) -> Iterator[str]:
    """What makes a course impossible to teach."""
    n = course.n_skills
    if not 1 <= n <= LARGEST_COURSE:
        yield f"a course must have 1 to {LARGEST_COURSE} skills, got {n}"
        return
    if course.n_bands < 1:
        yield "a course must have at least one band, got 0"
        return
    if not np.isfinite(course.difficulty).all():
        yield f"difficulty must be finite, got {_first(course.difficulty, ~np.isfinite(course.difficulty))}"
    wrong_guess = ~((course.guess >= 0) & (course.guess < 1))
    if wrong_guess.any():
        yield f"guess must lie in [0, 1), got {_first(course.guess, wrong_guess)}"
    if not course.available.any():
        yield "nothing in the course is available; at least one skill needs an exercise in some band"
    if course.prerequisites.shape != (n, n):
        yield f"prerequisites must have shape {(n, n)}, got {course.prerequisites.shape}"
    elif _cyclic(course.prerequisites):
        yield "prerequisites hold a cycle; an acyclic graph is needed"


def _first(values: np.ndarray, wrong: np.ndarray) -> str:
    place = tuple(int(index) for index in np.argwhere(wrong)[0])
    return f"{values[place]} at {list(place)}"


def _cyclic(prerequisites: np.ndarray) -> bool:
    """Whether skills are left when those without prerequisites are taken away again and again."""
    missing = prerequisites.sum(axis=1)
    ready, left = np.flatnonzero(missing == 0), len(missing)
    while ready.size:
        left -= ready.size
        missing[ready] = -1
        missing = missing - prerequisites[:, ready].sum(axis=1)
        ready = np.flatnonzero(missing == 0)
    return left > 0


def _no_numbers(value: object, name: str) -> Iterator[str]:
    """The places in a tree of parameters that hold NaN."""
    if is_dataclass(value):
        for field in fields(value):
            yield from _no_numbers(getattr(value, field.name), f"{name}.{field.name}")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _no_numbers(inner, f"{name}[{key!r}]")
    elif isinstance(value, tuple | list):
        for index, inner in enumerate(value):
            yield from _no_numbers(inner, f"{name}[{index}]")
    elif isinstance(value, float | np.ndarray) and np.isnan(value).any():
        yield f"{name} is not a number"
