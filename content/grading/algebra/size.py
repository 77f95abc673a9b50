"""How large the numbers of an expression would grow, told before anything is computed: 9^9^9 is refused, not tried."""

from __future__ import annotations

from fractions import Fraction
from math import inf, lgamma, log, log10

from content.grading.algebra.syntax import ExpressionError, Node

MAX_LOG10 = 300.0  # numbers of at most 300 digits
MAX_EXPONENT = 60  # of what holds a variable, since such a power may be multiplied out
MAX_TERMS = 2_000  # that multiplying out may give


def check_size(node: Node) -> None:
    """Refuse what would cost much to compute or to multiply out. Raises ExpressionError."""
    if _log10(node) > MAX_LOG10:
        raise ExpressionError(f"the numbers grow too large; {MAX_LOG10:.0f} digits are allowed")
    if _terms(node) > MAX_TERMS:
        raise ExpressionError(f"multiplied out it would have too many terms; {MAX_TERMS} are allowed")


def _log10(node: Node) -> float:
    """An upper bound of log10 of the largest number within, at least 0. Variables count as 1."""
    inner = [_log10(part) for part in node.parts]
    match node.head:
        case "number":
            value = Fraction(node.text)
            return max(log10(max(abs(value.numerator), 1)), log10(value.denominator))
        case "name":
            return 0.5 if node.text in ("pi", "e") else 0.0
        case "+":
            return max(inner) + log10(len(inner))
        case "*":
            return sum(inner)
        case "^":
            return _power(inner[0], inner[1], node)
        case "!":
            n = float(10.0 ** min(inner[0], 4.0))
            return inf if inner[0] > 3.0 else lgamma(n + 1) / log(10)
        case "exp" | "sinh" | "cosh":
            return inf if inner[0] > 3.0 else max(inner[0], float(10.0 ** inner[0]) * log10(2.72))
        case _:
            return max(inner)


def _power(base: float, exponent: float, node: Node) -> float:
    if exponent > 4.0:
        return inf
    n = float(10.0**exponent)
    if n > MAX_EXPONENT + 0.5 and _has_variable(node.parts[0]):
        raise ExpressionError(f"an exponent is too large; {MAX_EXPONENT} is allowed")
    return max(base * n, exponent)


def _has_variable(node: Node) -> bool:
    return (node.head == "name" and node.text not in ("pi", "e")) or any(_has_variable(part) for part in node.parts)


def _terms(node: Node) -> float:
    """An upper bound of how many terms multiplying out gives; powers of sums count as repeated products."""
    inner = [_terms(part) for part in node.parts]
    match node.head:
        case "number" | "name":
            return 1.0
        case "+":
            return sum(inner)
        case "*":
            product = 1.0
            for one in inner:
                product *= one
            return product
        case "^":
            whole = node.parts[1].head == "number" and Fraction(node.parts[1].text).denominator == 1
            n = abs(int(Fraction(node.parts[1].text))) if whole else 1
            return 1.0 if inner[0] <= 1.0 else _choose(inner[0], n)
        case _:
            return sum(inner)


def _choose(n_terms: float, n: int) -> float:
    """Terms of (a_1 + ... + a_k)^n: C(n + k - 1, n), by logarithms."""
    if n_terms > MAX_TERMS or n > MAX_TERMS:
        return inf
    exponent = lgamma(n + n_terms) - lgamma(n + 1) - lgamma(n_terms)
    return float(2.718281828459045 ** min(exponent, 700.0))
