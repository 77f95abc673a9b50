"""Every family of student models by name, of four kinds; to add one, write its module and a line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulators.growth.afm import AfmLearners, AfmPopulation
from simulators.growth.irt import IrtLearners, IrtPopulation
from simulators.growth.pfa import PfaLearners, PfaPopulation
from simulators.growth.scaled import ScaledLearners, ScaledPopulation
from simulators.growth.strength import StrengthLearners, StrengthPopulation
from simulators.learner import StudentModel
from simulators.mastery.bkt import BktLearners, BktPopulation
from simulators.mastery.gated import GatedLearners, GatedPopulation
from simulators.mastery.markov import MarkovLearners, MarkovPopulation
from simulators.memory.actr import ActrLearners, ActrPopulation
from simulators.memory.das3h import Das3hLearners, Das3hPopulation
from simulators.memory.dash import DashLearners, DashPopulation
from simulators.memory.exponential import ExponentialLearners, ExponentialPopulation
from simulators.memory.fsrs import FsrsLearners, FsrsPopulation
from simulators.memory.hlr import HlrLearners, HlrPopulation
from simulators.neural.recurrent import RecurrentLearners, RecurrentPopulation

MIXED = "mixed"
MASTERY, GROWTH, MEMORY, NEURAL = KINDS = ("mastery", "growth", "memory", "neural")


@dataclass(frozen=True)
class Family:
    """A student model and what it is a kind of.

    Attributes:
        kind: one of KINDS.
        model: makes L learners of K skills from (L, K, parameters).
        parameters: the dataclass of its parameters; called with nothing, it gives the documented ones.
    """

    kind: str
    model: Callable[[int, int, Any], StudentModel]
    parameters: type[Any]


FAMILIES: dict[str, Family] = {
    "strength": Family(GROWTH, StrengthLearners, StrengthPopulation),
    "markov": Family(MASTERY, MarkovLearners, MarkovPopulation),
    "bkt": Family(MASTERY, BktLearners, BktPopulation),
    "gated": Family(MASTERY, GatedLearners, GatedPopulation),
    "pfa": Family(GROWTH, PfaLearners, PfaPopulation),
    "afm": Family(GROWTH, AfmLearners, AfmPopulation),
    "irt": Family(GROWTH, IrtLearners, IrtPopulation),
    "scaled": Family(GROWTH, ScaledLearners, ScaledPopulation),
    "exponential": Family(MEMORY, ExponentialLearners, ExponentialPopulation),
    "hlr": Family(MEMORY, HlrLearners, HlrPopulation),
    "fsrs": Family(MEMORY, FsrsLearners, FsrsPopulation),
    "dash": Family(MEMORY, DashLearners, DashPopulation),
    "das3h": Family(MEMORY, Das3hLearners, Das3hPopulation),
    "actr": Family(MEMORY, ActrLearners, ActrPopulation),
    "recurrent": Family(NEURAL, RecurrentLearners, RecurrentPopulation),
}


def families_of(names: str) -> tuple[str, ...]:
    """The families that `names` stands for, in the order of FAMILIES.

    `names` is "mixed" (all), a kind, a family, several of these with commas between them, and any of these with a minus
    in front to leave it out: "mixed,-memory" is everything but the kind memory.

    Raises:
        ValueError: a name that stands for nothing, or nothing left.
    """
    chosen: set[str] = set()
    parts = [part.strip() for part in names.split(",")]
    if parts[0].startswith("-"):
        parts = [MIXED, *parts]
    for part in parts:
        meant = _meant(part.removeprefix("-"))
        chosen = chosen - meant if part.startswith("-") else chosen | meant
    if not chosen:
        raise ValueError(f"families {names!r} leave nothing")
    return tuple(name for name in FAMILIES if name in chosen)


def _meant(name: str) -> set[str]:
    if name == MIXED:
        return set(FAMILIES)
    found = {name} & set(FAMILIES) | {family for family, entry in FAMILIES.items() if entry.kind == name}
    if not found:
        raise ValueError(f"unknown family {name!r}; there are {MIXED}, {', '.join(KINDS)}, {', '.join(FAMILIES)}")
    return found
