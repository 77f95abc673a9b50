"""Sub-populations: learners who differ from the usual in a known way, so that each can be asked how it is served.

A group multiplies what a family and the population draw, so that a learner of a group is the same person, with the same
luck, as the typical one of the same draws. The factors are stated effects rather than estimates: they are
set so large that harm would be seen, and within what people show.

- slow: learns at six tenths of the usual rate and takes a third longer. Koedinger et al. (2023) find rates of learning
  much alike between most learners, so this is the far end of them.
- forgetful: forgets twice as fast. Sense et al. (2016) find rates of forgetting that are a stable trait of a person and
  differ severalfold.
- returning: was away for three months; what was known then has faded since. Comes less regularly.
- low-prior: knows a quarter of what others know beforehand, in which people differ most (Koedinger et al. 2023).
- accommodated: extra time, screen reader. Time and a half, the usual allowance (Sireci, Scarpati and Li 2005), also
  between exercises; asks for more hints; guesses, learns and forgets as anybody.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from simulators.learner import Persons
from simulators.noise import Draws, Ints, Reals

USUAL, DIVERSE = "usual", "diverse"
TYPICAL = "typical"


@dataclass(frozen=True)
class Group:
    """How the learners of a group differ; 1 and 0 where they do not.

    Attributes:
        learning, forgetting, prior: factors, see `simulators.learner.Persons`.
        away_days: days added to the age of what is known at the start.
        pace: factor on the seconds an earnest answer takes.
        pause: factor on the seconds between two exercises.
        hint: factor on the propensity to ask for a hint.
        rapid: factor on the chance of a rapid guess.
        leaving: factor on the hazards of leaving for good.
        missing: factor on the chance to miss a session.
        share: of the learners in the mixture "diverse".

    Raises:
        ValueError: a factor that is not finite or below 0, or a pace or pause of 0.
    """

    learning: float = 1.0
    forgetting: float = 1.0
    prior: float = 1.0
    away_days: float = 0.0
    pace: float = 1.0
    pause: float = 1.0
    hint: float = 1.0
    rapid: float = 1.0
    leaving: float = 1.0
    missing: float = 1.0
    share: float = 0.1

    def __post_init__(self) -> None:
        wrong = [
            f"{field.name}={value}"
            for field in fields(self)
            if not 0.0 <= (value := getattr(self, field.name)) < np.inf
            or (value == 0.0 and field.name in ("pace", "pause"))
        ]
        if wrong:
            raise ValueError(f"factors must be finite and at least 0, pace and pause above 0, got {', '.join(wrong)}")


GROUPS: dict[str, Group] = {
    TYPICAL: Group(share=0.5),
    "slow": Group(learning=0.6, pace=1.33),
    "forgetful": Group(forgetting=2.0),
    "returning": Group(away_days=90.0, missing=1.5),
    "low-prior": Group(prior=0.25),
    "accommodated": Group(pace=1.5, pause=1.5, hint=1.5),
}
_FACTORS = tuple(field.name for field in fields(Group))
_TABLE: Reals = np.asarray([[getattr(group, name) for name in _FACTORS] for group in GROUPS.values()])


def groups_of(names: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """The groups that `names` stands for, and the share of each; the shares sum to 1.

    `names` is "usual" (typical learners alone), "diverse" (all), a group, or several with commas between them.

    Raises:
        ValueError: a name that stands for nothing.
    """
    parts = [part.strip() for part in names.split(",")]
    unknown = [part for part in parts if part not in (USUAL, DIVERSE, *GROUPS)]
    if unknown:
        raise ValueError(f"unknown group {', '.join(map(repr, unknown))}; there are {USUAL}, {DIVERSE}, {list(GROUPS)}")
    meant = {TYPICAL if part == USUAL else part for part in parts}
    chosen = tuple(name for name in GROUPS if name in meant or DIVERSE in meant)
    total = sum(GROUPS[name].share for name in chosen)
    return chosen, tuple(GROUPS[name].share / total for name in chosen)


def draw_groups(names: str, draws: Draws) -> Ints:
    """(R,) places in GROUPS of new learners; nothing is drawn where there is but one group."""
    chosen, shares = groups_of(names)
    numbers = np.asarray([list(GROUPS).index(name) for name in chosen])
    if len(chosen) == 1:
        return np.full(draws.n_rows, numbers[0])
    return numbers[np.searchsorted(np.cumsum(shares)[:-1], draws.uniform(), side="right")]


def factor(name: str, group: Ints) -> Reals:
    """(R,) one field of `Group` for learners of these groups (R,)."""
    values: Reals = _TABLE[group, _FACTORS.index(name)]
    return values


def persons_of(group: Ints) -> Persons:
    """What a family needs to know of learners of these groups (R,)."""
    return Persons(*(factor(name, group) for name in ("learning", "forgetting", "prior", "away_days")))
