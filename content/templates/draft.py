"""What a generator draws: the words of an exercise and its computed answer, before it becomes an item."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Generic, Literal, NamedTuple, TypeVar

from content.templates.parameters import Parameter, Settings

Rational = int | Fraction
A = TypeVar("A")


class Wrong(NamedTuple, Generic[A]):
    """A typical error: what it is called, the answer it leads to, and what to tell the learner."""

    id: str
    answer: A
    feedback: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number to type; `style` says how a value that is not whole is written."""

    value: Rational
    wrong: tuple[Wrong[Rational], ...] = ()
    style: Literal["fraction", "decimal"] = "fraction"


@dataclass(frozen=True, slots=True)
class Pick:
    """One option to choose; `others` are wrong without a particular idea behind them."""

    right: str
    wrong: tuple[Wrong[str], ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PickAll:
    """All the right options to choose among `others`, which are wrong."""

    right: tuple[str, ...]
    others: tuple[str, ...]
    wrong: tuple[Wrong[tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Judge:
    """A statement to judge; `feedback` answers the opposite judgement, bound to the error `error`."""

    value: bool
    error: str
    feedback: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Text to type; `accepted[0]` is the model answer."""

    accepted: tuple[str, ...]
    wrong: tuple[Wrong[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Gaps:
    """Numbers to fill into `text`, which holds ``{{name}}`` for each."""

    text: str
    values: dict[str, int]
    wrong: tuple[Wrong[dict[str, int]], ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """Texts in the right order."""

    right: tuple[str, ...]
    wrong: tuple[Wrong[tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Pairs:
    """Left texts with their right texts; `others` are right texts without a partner."""

    pairs: tuple[tuple[str, str], ...]
    others: tuple[str, ...] = ()
    wrong: tuple[Wrong[dict[str, str]], ...] = ()


Solution = Number | Pick | PickAll | Judge | Typed | Gaps | Order | Pairs


@dataclass(frozen=True, slots=True)
class Draft:
    """One drawn exercise. `speech` is made from the prompt where it is left empty and notation would read badly."""

    prompt: str
    solution: Solution
    hints: tuple[str, ...]
    explanation: str
    speech: str = ""
    description: str = ""


Draw = Callable[[Random, Settings], Draft | None]


@dataclass(frozen=True, slots=True)
class Generator:
    """A named way to draw exercises. `draw` returns None for an unfit draw, and is then asked again."""

    name: str
    draw: Draw
    parameters: tuple[Parameter, ...] = ()

    @property
    def summary(self) -> str:
        """What the exercises are about, in one line."""
        return (self.draw.__doc__ or "").strip().partition("\n")[0]
