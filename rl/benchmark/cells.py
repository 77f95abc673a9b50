"""The cells of the matrix: a family of learners, a plan of calendars, a size of course, and how many learners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from envs.calendar import PLANS
from rl.benchmark.contest import Condition
from rl.seeds import EVALUATION_SEEDS
from simulators.families import FAMILIES, KINDS
from simulators.groups import DIVERSE, USUAL

N_REPLICATES = 8  # lives of a learner over which "better off" is judged
LONGEST, LARGEST = "longest", "largest"


@dataclass(frozen=True)
class Size:
    """How large courses are.

    Attributes:
        skills: (low, high).
        fixed: whether all learners take one fixed course, rather than each one of their own.
    """

    skills: tuple[int, int]
    fixed: bool = False


SIZES = {
    "one": Size((1, 1)),
    "small": Size((4, 4)),
    USUAL: Size((8, 40)),
    "large": Size((128, 128)),
    LARGEST: Size((2000, 2000), fixed=True),
}


class Cell(msgspec.Struct, frozen=True, rename="camel"):
    """One cell.

    Attributes:
        family: a name from `simulators.families.FAMILIES`.
        plan: a name from `envs.calendar.PLANS`.
        size: a name from SIZES.
        n_learners, n_seeds: so many learners of so many evaluation seeds.
        n_relived: of the learners of a seed, how many live N_REPLICATES times, to tell who is better off.
    """

    family: str
    plan: str
    size: str
    n_learners: int
    n_seeds: int
    n_relived: int

    @property
    def where(self) -> str:
        """The calendars and sizes, for the head of a column."""
        return "/".join((self.plan, self.size))

    @property
    def central(self) -> bool:
        """Whether calendars and sizes are the usual ones, by which families are compared."""
        return self.plan == self.size == USUAL

    @property
    def seeds(self) -> tuple[int, ...]:
        """The evaluation seeds."""
        return EVALUATION_SEEDS[: self.n_seeds]

    def condition(self) -> Condition:
        """Every learner once."""
        return self._condition(self.n_learners, 1)

    def relived(self) -> Condition:
        """Some learners, each with several lives."""
        return self._condition(self.n_relived, N_REPLICATES)

    def _condition(self, n_learners: int, replicates: int) -> Condition:
        size = SIZES[self.size]
        return Condition(
            self.family, size.skills, n_learners, self.plan, groups=DIVERSE, fixed=size.fixed, replicates=replicates
        )


@dataclass(frozen=True)
class Scale:
    """How many learners in a cell; see `Cell`."""

    n_learners: int
    n_seeds: int
    n_relived: int

    def cell(self, family: str, plan: str, size: str) -> Cell:
        """A cell of this scale."""
        return Cell(family, plan, size, self.n_learners, self.n_seeds, self.n_relived)


SMOKE, CORE, FULL = MATRICES = ("smoke", "core", "full")
CENTRE = {SMOKE: Scale(16, 2, 8), CORE: Scale(512, 5, 128), FULL: Scale(512, 5, 512)}
AROUND = {SMOKE: Scale(16, 2, 8), CORE: Scale(64, 2, 16), FULL: Scale(128, 5, 64)}
FAR = {SMOKE: Scale(4, 1, 2), CORE: Scale(16, 1, 2), FULL: Scale(32, 2, 8)}  # 2,000 exercises or 2,000 skills


def matrix(name: str, families: Sequence[str], plans: Sequence[str] = (), sizes: Sequence[str] = ()) -> list[Cell]:
    """The cells of a matrix, narrowed to some plans and sizes if any are named.

    "smoke": one family of each kind, in the usual cell and with short calendars, to see that all runs.
    "core": every family in the usual cell, then all other plans on courses of the usual size and all other sizes with
    the usual plan; 2,000 exercises and 2,000 skills for one family of each kind. "full": everything by everything.

    Raises:
        ValueError: a name that there is not, or nothing left.
    """
    if name not in MATRICES:
        raise ValueError(f"unknown matrix {name!r}; there are {', '.join(MATRICES)}")
    for given, known in ((families, FAMILIES), (plans, PLANS), (sizes, SIZES)):
        if unknown := [one for one in given if one not in known]:
            raise ValueError(f"unknown {', '.join(map(repr, unknown))}; there are {', '.join(known)}")
    pairs = _pairs(name)
    cells = [
        _scale(name, plan, size).cell(family, plan, size)
        for plan, size in pairs
        if plan in (plans or PLANS) and size in (sizes or SIZES)
        for family in (_one_of_each_kind(families) if _narrow(name, plan, size) else families)
    ]
    if not cells:
        raise ValueError(f"the matrix {name!r} has no cell of these plans and sizes; the full one has all")
    return cells


def _pairs(name: str) -> list[tuple[str, str]]:
    if name == SMOKE:
        return [(USUAL, USUAL), ("short", USUAL), ("short", "small")]
    if name == FULL:
        return [(plan, size) for plan in PLANS for size in SIZES]
    arms = [(plan, USUAL) for plan in PLANS if plan != USUAL] + [(USUAL, size) for size in SIZES if size != USUAL]
    return [(USUAL, USUAL), *arms]


def _scale(name: str, plan: str, size: str) -> Scale:
    if plan == LONGEST or size == LARGEST:
        return FAR[name]
    return CENTRE[name] if plan == size == USUAL else AROUND[name]


def _narrow(name: str, plan: str, size: str) -> bool:
    """Whether one family of each kind is enough here."""
    return name == SMOKE or (name == CORE and (plan == LONGEST or size == LARGEST))


def _one_of_each_kind(families: Sequence[str]) -> list[str]:
    first = {FAMILIES[name].kind: name for name in reversed(families)}
    return [first[kind] for kind in KINDS if kind in first]
