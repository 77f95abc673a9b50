"""The worker's side: trees become sympy objects by their constructors, never by sympy reading text, and are compared.

Two expressions are equal if their difference simplifies to 0; different if at some point where both are numbers they
differ. Anything between is undecided, and a person's matter. Equations and inequalities are equal if one is the other
times a number that is not 0, positive where the inequalities point the same way.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import msgspec

from content.grading.algebra.forms import factors_of, is_expanded
from content.grading.algebra.syntax import RELATIONS, Node
from content.grading.worker.tasks import Handler

EQUAL, DIFFERENT, UNDECIDED = "equal", "different", "undecided"
# Points at which expressions are tried: rational, positive and negative, of no special shape.
_POINTS = ("17/12", "-5/7", "29/10", "3/11", "-31/13", "41/9")
SAME = 1e-9


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """A request: what was given, what it is compared with in turn, and the form asked for ("" for any)."""

    given: Node
    others: tuple[Node, ...]
    form: str = ""


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """The reply: a verdict for each of the others, and whether the given expression has the form."""

    verdicts: tuple[str, ...]
    in_form: bool


def open_task() -> Handler:
    """Import sympy, and prepare for requests."""
    import sympy

    decoder = msgspec.json.Decoder(Comparison)

    def answer(request: bytes) -> bytes:
        asked = decoder.decode(request)
        verdicts = []
        for other in asked.others:
            verdicts.append(_compare(asked.given, other, sympy))
            if verdicts[-1] == EQUAL:
                break
        verdicts += [DIFFERENT] * (len(asked.others) - len(verdicts))
        return msgspec.json.encode(Compared(verdicts=tuple(verdicts), in_form=_in_form(asked.given, asked.form, sympy)))

    return answer


def to_sympy(node: Node, sympy: Any) -> Any:
    """The tree as a sympy object. Variables are real numbers."""
    parts = [to_sympy(part, sympy) for part in node.parts]
    match node.head:
        case "number":
            value = Fraction(node.text)
            return sympy.Rational(value.numerator, value.denominator)
        case "name":
            return {"pi": sympy.pi, "e": sympy.E}.get(node.text) or sympy.Symbol(node.text, real=True)
        case "+":
            return sympy.Add(*parts)
        case "*":
            return sympy.Mul(*parts)
        case "^":
            return sympy.Pow(*parts)
        case "!":
            return sympy.factorial(*parts)
        case "root":
            return sympy.root(parts[0], parts[1] if len(parts) > 1 else 2)
        case "log":
            return sympy.log(parts[0], parts[1] if len(parts) > 1 else 10)
        case _:
            return _functions(sympy)[node.head](*parts)


def _functions(sympy: Any) -> dict[str, Any]:
    names = ("sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "exp")
    return {**{name: getattr(sympy, name) for name in names}, "ln": sympy.log, "abs": sympy.Abs}


def _compare(given: Node, other: Node, sympy: Any) -> str:
    related = given.head in RELATIONS, other.head in RELATIONS
    if related == (False, False):
        return _same(to_sympy(given, sympy), to_sympy(other, sympy), sympy)
    if related != (True, True):
        return DIFFERENT
    return _same_relation(given, other, sympy)


def _same(one: Any, other: Any, sympy: Any) -> str:
    if one == other:
        return EQUAL
    difference = one - other
    if _differs_somewhere(difference, sympy):
        return DIFFERENT
    if sympy.simplify(difference) == 0 or sympy.expand(difference) == 0:
        return EQUAL
    return UNDECIDED


def _differs_somewhere(difference: Any, sympy: Any) -> bool:
    """Whether the difference is a number other than 0 at one of the points."""
    symbols = sorted(difference.free_symbols, key=str)
    for k in range(len(_POINTS)):
        point = {
            symbol: sympy.Rational(*map(int, _POINTS[(k + j) % len(_POINTS)].split("/"))) * (j + 1)
            for j, symbol in enumerate(symbols)
        }
        value = difference.subs(point).evalf(30)
        if value.is_number and value.is_finite and abs(complex(value)) > SAME * max(1.0, _size(difference, point)):
            return True
    return False


def _size(difference: Any, point: dict[Any, Any]) -> float:
    """The largest term at a point, so that rounding of large numbers is not taken for a difference."""
    terms = [term.subs(point).evalf(15) for term in difference.as_ordered_terms()]
    sizes = [abs(complex(term)) for term in terms if term.is_number and term.is_finite]
    return max(sizes, default=1.0) * 1e-6


def _same_relation(given: Node, other: Node, sympy: Any) -> str:
    signs = {"<=": ("<=", 1), ">=": ("<=", -1), "<": ("<", 1), ">": ("<", -1), "=": ("=", 1)}
    (kind, way), (other_kind, other_way) = signs[given.head], signs[other.head]
    if kind != other_kind:
        return DIFFERENT
    one, two = (to_sympy(node.parts[0], sympy) - to_sympy(node.parts[1], sympy) for node in (given, other))
    one, two = sympy.expand(one), sympy.expand(two)
    if one == 0 or two == 0:
        return EQUAL if one == two else DIFFERENT
    ratio = sympy.simplify(one / two)
    if not ratio.is_number:
        return DIFFERENT if one.is_polynomial() and two.is_polynomial() else UNDECIDED
    return EQUAL if kind == "=" or ratio * way * other_way > 0 else DIFFERENT


def _in_form(given: Node, form: str, sympy: Any) -> bool:
    if form == "expanded":
        return is_expanded(given)
    if form == "factored":
        return all(_cannot_be_factored(to_sympy(factor, sympy), sympy) for factor, _ in factors_of(given))
    return True


def _cannot_be_factored(factor: Any, sympy: Any) -> bool:
    """Whether a factor is a number, or a polynomial without further factors over the rationals."""
    if factor.is_number:
        return True
    if not factor.is_polynomial():
        return True
    content, factors = sympy.factor_list(factor)
    return abs(content) == 1 and len(factors) == 1 and factors[0][1] == 1
