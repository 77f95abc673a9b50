"""Values of QTI variables, and the operators of response processing on them.

A value is None (NULL) or a list; a single value is a list of one. Numbers are floats, points and pairs are strings.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from content.formats.xmltree import Node

Scalar = str | float | bool
Value = list[Scalar] | None


class UnknownRuleError(ValueError):
    """A rule or expression that is not understood; the message names it."""


@dataclass
class Variable:
    """A declared variable."""

    cardinality: str = "single"
    base_type: str = "identifier"
    default: Value = None
    correct: Value = None
    mapping: dict[str, float] = field(default_factory=dict)
    loose: set[str] = field(default_factory=set)
    map_default: float = 0.0
    low: float = -math.inf
    high: float = math.inf
    table: dict[str, str] = field(default_factory=dict)


def scalar(text: str, base_type: str) -> Scalar:
    """A literal as a value; what is no number is text."""
    text = text.strip() if base_type != "string" else text
    if base_type in ("float", "integer", "duration"):
        try:
            number = float(text)
        except ValueError:
            return text
        return number if math.isfinite(number) else text
    if base_type == "boolean":
        return text.lower() in ("true", "1")
    return " ".join(text.split()) if base_type in ("pair", "directedPair", "point") else text


def declaration(node: Node) -> Variable:
    """A responseDeclaration, outcomeDeclaration or templateDeclaration."""
    base = node.get("baseType") or "identifier"
    variable = Variable(node.get("cardinality") or "single", base)
    variable.default = _literals(node.first("defaultValue"), base)
    variable.correct = _literals(node.first("correctResponse"), base)
    mapping = node.first("mapping")
    if mapping is not None:
        variable.map_default = number(mapping.get("defaultValue"))
        variable.low = number(mapping.get("lowerBound"), -math.inf)
        variable.high = number(mapping.get("upperBound"), math.inf)
        for entry in mapping.named("mapEntry"):
            key = entry.attrs.get("mapKey", "")
            variable.mapping[key] = number(entry.get("mappedValue"))
            if entry.get("caseSensitive") == "false":
                variable.loose.add(key)
    return variable


def _literals(node: Node | None, base_type: str) -> Value:
    values = [scalar(child.text, child.get("baseType") or base_type) for child in node.named("value")] if node else []
    return values or None


def number(text: str, otherwise: float = 0.0) -> float:
    """A finite number, else what is given."""
    try:
        value = float(text)
    except ValueError:
        return otherwise
    return value if math.isfinite(value) else otherwise


def mapped(variable: Variable, value: Value) -> float:
    """What a response is worth by its mapping; each different value counts once."""
    if not value:
        return 0.0
    total = 0.0
    for given in dict.fromkeys(str(one) if not isinstance(one, float) else plain(one) for one in value):
        total += _worth(variable, given)
    return min(max(total, variable.low), variable.high)


def _worth(variable: Variable, given: str) -> float:
    pair = variable.base_type == "pair"
    for key, worth in variable.mapping.items():
        same = key == given or (key in variable.loose and key.casefold() == given.casefold())
        if same or " ".join(key.split()) == given or (pair and sorted(key.split()) == sorted(given.split())):
            return worth
        if variable.base_type in ("float", "integer") and number(key, math.nan) == number(given, math.inf):
            return worth
    return variable.map_default


def plain(value: Scalar) -> str:
    """A scalar as it would be typed: 3 rather than 3.0."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return value


def same(left: Value, right: Value, cardinality: str = "single", base_type: str = "") -> bool:
    """Whether two values match: order counts for ordered ones, and within directed pairs only."""
    if not left or not right:
        return False
    a, b = [_key(one, base_type) for one in left], [_key(one, base_type) for one in right]
    return a == b if cardinality == "ordered" else Counter(a) == Counter(b)


def _key(value: Scalar, base_type: str) -> str:
    if base_type == "pair" and isinstance(value, str):
        return " ".join(sorted(value.split()))
    if isinstance(value, str) and base_type not in ("string", ""):
        return " ".join(value.split())
    return plain(value)


def floats(values: list[Value]) -> list[float]:
    """The numbers of all values.

    Raises:
        UnknownRuleError: one of them is no number.
    """
    out = []
    for value in values:
        for one in value or []:
            if isinstance(one, str):
                raise UnknownRuleError(f"arithmetic with {one[:40]!r}")
            out.append(float(one))
    return out


def _divide(values: list[float]) -> float | None:
    return values[0] / values[1] if values[1] else None


ARITHMETIC: dict[str, Callable[[list[float]], float | None]] = {
    "sum": lambda values: math.fsum(values),
    "product": lambda values: math.prod(values),
    "subtract": lambda values: values[0] - values[1],
    "divide": _divide,
    "integerDivide": lambda values: float(values[0] // values[1]) if values[1] else None,
    "integerModulus": lambda values: float(values[0] % values[1]) if values[1] else None,
    "truncate": lambda values: float(int(values[0])),
    "round": lambda values: float(math.floor(values[0] + 0.5)),
    "integerToFloat": lambda values: values[0],
    "min": lambda values: min(values),
    "max": lambda values: max(values),
}
COMPARE: dict[str, Callable[[float, float], bool]] = {
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
    "equal": lambda a, b: a == b,
}


def close(a: float, b: float, mode: str, tolerance: list[float]) -> bool:
    """The `equal` operator: exact, absolute, or relative (percent)."""
    if mode == "exact" or not tolerance:
        return a == b
    low, high = tolerance[0], tolerance[-1]
    if mode == "relative":
        low, high = abs(a) * low / 100, abs(a) * high / 100
    return a - low <= b <= a + high


_ALTERNATIVES = re.compile(r"[\w\s'.,-]+(?:\|[\w\s'.,-]+)+")


def fits(pattern: str, text: str) -> bool:
    """The `patternMatch` operator, for patterns that are plain words or alternatives of such.

    Raises:
        UnknownRuleError: the pattern says more; patterns of strangers are not run.
    """
    bare = pattern.removeprefix("^").removesuffix("$")
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    if _ALTERNATIVES.fullmatch(bare) or re.fullmatch(r"[\w\s',-]*", bare):
        return text in bare.split("|")
    raise UnknownRuleError(f"the pattern {pattern[:60]!r}")
