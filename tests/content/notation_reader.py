"""Reads the notation of exercises back into exact numbers, written apart from the code that makes it."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from types import CodeType
from typing import Any

POINTS = (-3, 2, 5, 11)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SIGNS = str.maketrans({"−": "-", "×": "*", "·": "*", "÷": "/"})


def python_source(text: str) -> str:
    """An expression as Python source in which every number is exact and products are written out."""
    text = re.sub(r"([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", lambda m: f"**({m[1].translate(_RAISED)})", text)
    text = text.translate(_SIGNS).replace("^", "**")
    text = re.sub(r"(\d)([a-z(])", r"\1*\2", text)
    text = re.sub(r"([a-z)])\(", r"\1*(", text)
    text = re.sub(r"(?<![\d.])(\d+)/(\d+)", r"(\1/\2)", text)
    return re.sub(r"\d+(?:\.\d+)?", lambda m: f"F('{m[0]}')", text)


def value(text: str, **letters: int | Fraction) -> Fraction:
    """The exact value of an expression, its letters replaced by the given numbers."""
    names: dict[str, Any] = {name: Fraction(number) for name, number in letters.items()}
    return Fraction(eval(_compiled(text), {"F": Fraction, "__builtins__": {}}, names))


@lru_cache(maxsize=4096)
def _compiled(text: str) -> CodeType:
    return compile(python_source(text), "<exercise>", "eval")


def holds(text: str, **letters: int | Fraction) -> bool:
    """Whether an equation or inequality is true for the given numbers."""
    match = re.fullmatch(r"(.*?)\s*([<>≤≥=])\s*(.*)", text)
    if match is None:
        raise ValueError(f"{text!r} has no comparison")
    left, right = value(match[1], **letters), value(match[3], **letters)
    return {
        "<": left < right,
        ">": left > right,
        "≤": left <= right,
        "≥": left >= right,
        "=": left == right,
    }[match[2]]


def numbers(text: str) -> list[Fraction]:
    """All numbers of a text without subtractions, in order, with their signs."""
    return [Fraction(found.replace("−", "-")) for found in re.findall(r"−?\d+(?:\.\d+)?", text)]


def found(pattern: str, text: str) -> tuple[str, ...]:
    match = re.search(pattern, text)
    assert match is not None, text
    return match.groups()


def is_prime(n: int) -> bool:
    return n > 1 and all(n % d for d in range(2, n))


def chosen(item: Any) -> str:
    return next(option.text for option in item.options if option.id == item.key)


def others(item: Any) -> list[str]:
    return [option.text for option in item.options if option.id != item.key]


def in_order(item: Any) -> list[str]:
    texts = {option.id: option.text for option in item.options}
    return [texts[name] for name in item.key]


def pairs(item: Any) -> list[tuple[str, str]]:
    left, right = ({option.id: option.text for option in side} for side in (item.left, item.right))
    return [(left[a], right[b]) for a, b in item.key.items()]


def same(one: str, other: str, letter: str) -> bool:
    return all(value(one, **{letter: x}) == value(other, **{letter: x}) for x in POINTS)


def letter_of(text: str) -> str:
    return found(r"(?<![a-z])([a-z])(?![a-z])", text)[0]
