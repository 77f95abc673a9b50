"""The benchmark: an environment for each family of learners and each size, with fixed settings under a versioned id.

The classes here are made from the tables; their docstrings are the specifications. A change to anything that an id
fixes, or to a family, needs a new version.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partialmethod
from textwrap import fill
from typing import Any

from envs.calendar import PLANS, ROLLING_DAYS, CalendarPlan
from envs.ids import SIZES, class_name, names_of
from envs.tutoring import TutoringEnv
from envs.tutoring_vector import TutoringVectorEnv
from simulators.families import FAMILIES, MIXED


@dataclass(frozen=True)
class Specification:
    """What an id stands for."""

    id: str
    family: str
    size: str

    @property
    def settings(self) -> dict[str, Any]:
        """The arguments of the environments that the id fixes; `gymnasium.make` may still override them."""
        size = SIZES[self.size]
        return {"family": self.family, "skills": size.skills, "n_bands": size.n_bands, "plan": size.plan}

    @property
    def text(self) -> str:
        """The docstring."""
        size = SIZES[self.size]
        parts = (
            f"`{self.id}`: {_learners(self.family)}",
            f"Courses, drawn anew for every episode: {_range(size.skills)} skills in {size.n_bands} difficulty bands, "
            f"padded to {size.skills[1]}.",
            f'Calendars, the plan "{size.plan}": {_calendars(PLANS[size.plan])}',
            'Learners: typical ones (groups "usual") with the documented parameters of the family.',
            "Actions, observations, infos, reward and ends are those of `envs.tutoring.TutoringEnv`.",
        )
        return "\n\n".join(fill(part, 110) for part in parts)


def _calendars(plan: CalendarPlan) -> str:
    per_skill = "" if plan.per_skill is None else f", {_range(plan.per_skill)} for each skill"
    sessions = f"in sessions of {_range(plan.session)} on average that begin {_range(plan.gap_days)} days apart"
    test = f"the test follows {_range(plan.delay_days)} days after the last planned session began"
    return (
        f"{_range(plan.exercises)} exercises{per_skill}, {sessions}; {test}, and {plan.rolling:.0%} have no date and "
        f"are tested after {ROLLING_DAYS:g}."
    )


def _range(pair: tuple[float, float]) -> str:
    return f"{pair[0]:g} to {pair[1]:g}"


def _learners(family: str) -> str:
    """What is said first of a family."""
    if family == MIXED:
        return "every episode draws one of all families, with equal chance."
    said = sys.modules[FAMILIES[family].model.__module__].__doc__ or family
    return said.strip().splitlines()[0]


SPECIFICATIONS = {id: Specification(id, family, size) for id, (family, size) in names_of().items()}


def _make(base: type[Any], specification: Specification, suffix: str) -> None:
    """Put a class with these settings into this module, where pickles and gymnasium find it."""
    name = class_name(specification.family, specification.size) + suffix
    members = {
        "__doc__": specification.text,
        "__module__": __name__,
        "__init__": partialmethod(base.__init__, **specification.settings),
    }
    globals()[name] = type(name, (base,), members)


for _specification in SPECIFICATIONS.values():
    _make(TutoringEnv, _specification, "")
    _make(TutoringVectorEnv, _specification, "Vector")
