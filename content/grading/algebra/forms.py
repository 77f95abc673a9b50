"""Trees in one order, and the shapes of a typed expression that an item can ask for. Pure, without sympy."""

from __future__ import annotations

from fractions import Fraction

from content.grading.algebra.syntax import RELATIONS, Node


def canonical(node: Node) -> Node:
    """The tree with sums and products flattened, their numbers added up and their parts in order."""
    parts = tuple(canonical(part) for part in node.parts)
    if node.head not in ("+", "*"):
        if node.head == "^" and parts[0].head == "number" and parts[1] == Node("number", text="-1"):
            value = Fraction(parts[0].text)
            return Node("number", text=str(1 / value)) if value else Node("^", parts)
        if node.head in (">", ">="):
            return Node(node.head.replace(">", "<"), parts[::-1])
        return Node("=", tuple(sorted(parts, key=_order))) if node.head == "=" else Node(node.head, parts, node.text)
    flat = [inner for part in parts for inner in (part.parts if part.head == node.head else (part,))]
    numbers = [Fraction(part.text) for part in flat if part.head == "number"]
    others = sorted((part for part in flat if part.head != "number"), key=_order)
    whole = sum(numbers, Fraction(0))
    if node.head == "*":
        whole = Fraction(1)
        for number in numbers:
            whole *= number
    neutral = Fraction(0 if node.head == "+" else 1)
    kept = ([Node("number", text=str(whole))] if whole != neutral or not others else []) + others
    return kept[0] if len(kept) == 1 else Node(node.head, tuple(kept))


def _order(node: Node) -> tuple[str, str, int, str]:
    return (node.head, node.text, len(node.parts), repr(node.parts))


def is_expanded(node: Node) -> bool:
    """Whether no product or whole power of a sum is left to be multiplied out."""
    if node.head == "*" and sum(part.head != "number" for part in node.parts) and any(_is_sum(p) for p in node.parts):
        return False
    if node.head == "*" and any(_is_sum(part) for part in node.parts):
        return False
    if node.head == "^" and _is_sum(node.parts[0]) and _whole(node.parts[1]) > 1:
        return False
    return all(is_expanded(part) for part in node.parts)


def factors_of(node: Node) -> list[tuple[Node, int]]:
    """Factors of a typed product, each with its whole exponent."""
    if node.head == "*":
        return [factor for part in node.parts for factor in factors_of(part)]
    if node.head == "^" and _whole(node.parts[1]) > 0:
        return [(base, n * _whole(node.parts[1])) for base, n in factors_of(node.parts[0])]
    return [(node, 1)]


def is_relation(node: Node) -> bool:
    """Whether it is an equation or an inequality."""
    return node.head in RELATIONS


def _is_sum(node: Node) -> bool:
    return node.head == "+"


def _whole(node: Node) -> int:
    """The number if it is a whole one, else 0."""
    if node.head != "number":
        return 0
    value = Fraction(node.text)
    return int(value) if value.denominator == 1 else 0
