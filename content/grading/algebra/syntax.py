"""Expressions as trees, and how texts become trees. Nothing here evaluates: a tree holds numbers, names and operators.

What is read: numbers, the variables an item allows, ``pi`` and ``e``, ``+ - * / ^``, brackets, a few functions, ``!``
and one relation (``= < > <= >=``). Multiplication need not be written: ``2x(x+1)``. Letters are variables one by one,
so ``xy`` is ``x*y``, unless they are a function's name.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

import msgspec

MAX_CHARACTERS = 300
MAX_DEPTH = 40
MAX_DIGITS = 25
FUNCTIONS = frozenset(
    {"sqrt", "root", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "ln", "log", "exp", "abs"}
)
CONSTANTS = frozenset({"pi", "e"})
RELATIONS = ("<=", ">=", "=", "<", ">")
TWO_ARGUMENTS = frozenset({"log", "root"})

_SIGNS = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "﹣": "-", "·": "*", "×": "*", "⋅": "*", "∙": "*", "÷": "/", "∕": "/", "⁄": "/",
     "≤": "<=", "≥": ">=", "π": " pi ", "√": " sqrt ", "[": "(", "]": ")", "{": "(", "}": ")"}
)  # fmt: skip
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SUPERSCRIPT_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d*)?|\.\d+)|(?P<letters>[A-Za-z]+|[α-ω])|(?P<sign><=|>=|\*\*|[-+*/^()=<>!,]))", re.ASCII
)


class ExpressionError(ValueError):
    """A text that is no expression of the grammar. The text says where, and what is allowed."""


class Node(msgspec.Struct, frozen=True, array_like=True):
    """A part of an expression.

    Attributes:
        head: "number", "name", a function's name, or one of ``+ * ^ !`` and the relations.
        parts: of an operator or a function.
        text: of a number (an exact fraction such as "3/2") or of a name.
    """

    head: str
    parts: tuple[Node, ...] = ()
    text: str = ""


def read_expression(text: str, variables: tuple[str, ...]) -> Node:
    """The tree of a text.

    Raises:
        ExpressionError: too long, too deeply nested, an unknown name or sign, a number of more than 25 digits, or not
            of the grammar.
    """
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(f"an expression of {len(text)} characters is too long; {MAX_CHARACTERS} are allowed")
    return _Reader(_tokens(_plain(text), variables), text).whole()


def _plain(text: str) -> str:
    """Signs of typography made plain: x² to x^(2), × to *, full width to ASCII."""
    raised = _SUPERSCRIPT_RUN.sub(lambda run: f"^({run[0].translate(_SUPERSCRIPTS)})", text.translate(_SIGNS))
    return unicodedata.normalize("NFKC", raised).translate(_SIGNS).rstrip()


def _tokens(text: str, variables: tuple[str, ...]) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise ExpressionError(f"{text[place:].strip()[:1]!r} cannot stand in an expression")
        place = match.end()
        kind = str(match.lastgroup)
        if kind == "letters":
            tokens += [("name", name) for name in _names(match["letters"], variables)]
        else:
            value = match[kind]
            if kind == "number" and len(value) > MAX_DIGITS:
                raise ExpressionError(f"a number of {len(value)} digits is too long; {MAX_DIGITS} are allowed")
            tokens.append((kind, "^" if value == "**" else value))
    return tokens


def _names(letters: str, variables: tuple[str, ...]) -> list[str]:
    """Known names that the letters spell, the longest first at each place."""
    known = sorted(FUNCTIONS | CONSTANTS | set(variables), key=len, reverse=True)
    names: list[str] = []
    place = 0
    while place < len(letters):
        name = next((name for name in known if letters.startswith(name, place)), None)
        if name is None:
            allowed = ", ".join([*variables, *sorted(CONSTANTS), *sorted(FUNCTIONS)])
            raise ExpressionError(f"{letters[:30]!r} is not known here; allowed are {allowed}")
        names.append(name)
        place += len(name)
    return names


class _Reader:
    """Recursive descent: relation, sum, product, sign, power, factorial, atom."""

    def __init__(self, tokens: list[tuple[str, str]], text: str) -> None:
        self._tokens, self._text, self._place, self._depth = tokens, text, 0, 0

    def whole(self) -> Node:
        node = self._sum()
        for sign in RELATIONS:
            if self._take(sign):
                node = Node(sign, (node, self._sum()))
                break
        if self._place < len(self._tokens):
            raise ExpressionError(f"{self._tokens[self._place][1]!r} cannot follow there")
        return node

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._place] if self._place < len(self._tokens) else ("end", "")

    def _take(self, sign: str) -> bool:
        found = self._peek() == ("sign", sign)
        self._place += found
        return found

    def _sum(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError(f"brackets are nested too deeply; {MAX_DEPTH} levels are allowed")
        parts = [self._product()]
        while True:
            if self._take("+"):
                parts.append(self._product())
            elif self._take("-"):
                parts.append(negative(self._product()))
            else:
                break
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Node("+", tuple(parts))

    def _product(self) -> Node:
        parts = [self._signed()]
        while True:
            kind, value = self._peek()
            if self._take("*"):
                parts.append(self._signed())
            elif self._take("/"):
                parts.append(Node("^", (self._signed(), Node("number", text="-1"))))
            elif kind in ("name", "number") or (kind, value) == ("sign", "("):
                parts.append(self._power())
            else:
                break
        return parts[0] if len(parts) == 1 else Node("*", tuple(parts))

    def _signed(self) -> Node:
        n_minus = 0
        while True:
            if self._take("-"):
                n_minus += 1
            elif not self._take("+"):
                break
        return negative(self._power()) if n_minus % 2 else self._power()

    def _power(self) -> Node:
        base = self._factorial()
        if not self._take("^"):
            return base
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError(f"powers are nested too deeply; {MAX_DEPTH} levels are allowed")
        exponent = self._signed()
        self._depth -= 1
        return Node("^", (base, exponent))

    def _factorial(self) -> Node:
        node = self._atom()
        if self._take("!"):
            node = Node("!", (node,))
        return node

    def _atom(self) -> Node:
        kind, value = self._peek()
        self._place += 1
        if kind == "number":
            return Node("number", text=str(Fraction(value.rstrip(".") if value[-1] == "." else value)))
        if kind == "name" and value in FUNCTIONS:
            return self._call(value)
        if kind == "name":
            return Node("name", text=value)
        if (kind, value) == ("sign", "("):
            node = self._sum()
            self._close()
            return node
        raise ExpressionError("the expression ends too early" if kind == "end" else f"{value!r} cannot stand there")

    def _call(self, name: str) -> Node:
        """A function with its arguments in brackets, or what stands right behind it: sqrt 2, sin x."""
        if not self._take("("):
            return Node(name, (self._factorial(),))
        parts = [self._sum()]
        if name in TWO_ARGUMENTS and self._take(","):
            parts.append(self._sum())
        self._close()
        return Node(name, tuple(parts))

    def _close(self) -> None:
        if not self._take(")"):
            raise ExpressionError("a bracket is not closed")


def negative(node: Node) -> Node:
    """Minus a part."""
    if node.head == "number":
        return Node("number", text=str(-Fraction(node.text)))
    return Node("*", (Node("number", text="-1"), node))
