"""How numbers and expressions are written for a learner to read, typed as an answer, and spoken."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import permutations

MINUS = "−"
_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_PARTS = {2: "half", 3: "third", 4: "quarter", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth", 9: "ninth"}
_PARTS |= {10: "tenth", 11: "eleventh", 12: "twelfth", 15: "fifteenth", 16: "sixteenth", 20: "twentieth"}
_PARTS |= {100: "hundredth", 1000: "thousandth"}
_SPOKEN = {
    "×": " times ",
    "÷": " divided by ",
    "·": " times ",
    "√": "the square root of ",
    "∛": "the cube root of ",
    "≤": " is less than or equal to ",
    "≥": " is greater than or equal to ",
    "<": " is less than ",
    ">": " is greater than ",
    "≈": " is about ",
    "=": " equals ",
    "□": " what number ",
    "(": " open bracket ",
    ")": " close bracket ",
    "²": " squared ",
    "³": " cubed ",
}
_TOKEN = re.compile(
    r"(?P<point>\(−?\d+, −?\d+\))"
    r"|(?P<top>\d+)/(?P<bottom>\d+)|(?P<power>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)|(?P<minus> ?−)|(?P<ratio>(?<=\d):(?=\d))"
    r"|(?P<sign>[×÷·√∛≤≥<>≈=□()])"
)
_NEEDS_SPEECH = re.compile(r"\d/\d|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻−×÷·√∛≤≥<>≈□()]|\d:\d|=")


def show(value: int | Fraction) -> str:
    """A value as read: a true minus sign, a fraction as 3/4."""
    text = str(value)
    return MINUS + text[1:] if text[0] == "-" else text


def bracket(value: int | Fraction) -> str:
    """A value as read inside an expression: brackets around a negative one."""
    return f"({show(value)})" if value < 0 else show(value)


def plus(value: int | Fraction) -> str:
    """A value as read after another: " + 3" or " − 3"."""
    return f" + {show(value)}" if value >= 0 else f" {MINUS} {show(-value)}"


def decimal_text(value: int | Fraction) -> str:
    """The exact decimal of a value whose denominator has no prime factor but 2 and 5, typed with "-" and ".".

    Raises:
        ValueError: for a value whose decimal never ends.
    """
    top, bottom, places = value.numerator, value.denominator, 0
    while top % bottom:
        top, places = top * 10, places + 1
        if places > 12:
            raise ValueError(f"{value} has no short decimal; the denominator must divide a power of ten")
    digits = str(abs(top // bottom)).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def decimal(value: int | Fraction) -> str:
    """The exact decimal as read: `decimal_text` with a true minus sign."""
    return decimal_text(value).replace("-", MINUS)


def power(base: str, exponent: int) -> str:
    """`base` with a raised exponent; exponent 1 is not written."""
    return base if exponent == 1 else base + str(exponent).translate(_SUPERSCRIPTS)


def term(coefficient: int, variable: str) -> str:
    """A coefficient times a variable as read: 3x, x, −x; a bare number where `variable` is empty."""
    if not variable:
        return show(coefficient)
    if abs(coefficient) == 1:
        return variable if coefficient > 0 else MINUS + variable
    return show(coefficient) + variable


def expression(*terms: tuple[int, str]) -> str:
    """A sum of terms as read, zero terms left out: 3x − 2; "0" where nothing remains."""
    text = ""
    for coefficient, variable in terms:
        if coefficient == 0:
            continue
        if not text:
            text = term(coefficient, variable)
        else:
            text += (" + " if coefficient > 0 else f" {MINUS} ") + term(abs(coefficient), variable)
    return text or "0"


def typed(*terms: tuple[int, str]) -> tuple[str, ...]:
    """A sum of terms as it may be typed: in every order of its two or three terms, the given one first."""
    orders = permutations(terms) if len(terms) <= 3 else [terms]
    return tuple(dict.fromkeys(expression(*order).replace(MINUS, "-") for order in orders))


def joined(words: list[str]) -> str:
    """A list in words: "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def spoken(text: str) -> str:
    """`text` as it should be read aloud, or "" where it reads well as it is.

    Fractions, powers, roots, signs and brackets become words; bare words and whole numbers stay.
    """
    if not _NEEDS_SPEECH.search(text):
        return ""
    return re.sub(r" ([,.?:;])", r"\1", re.sub(r"\s+", " ", _TOKEN.sub(_say, text))).strip()


def _say(match: re.Match[str]) -> str:
    if match["bottom"]:
        return _say_fraction(int(match["top"]), int(match["bottom"]))
    if match["power"]:
        raised = match["power"]
        return _SPOKEN.get(raised) or f" to the power {raised.translate(_PLAIN).replace('-', 'minus ')} "
    if match["point"]:
        return match["point"][1:-1].replace("−", "minus ")
    if match["minus"]:
        return " minus "
    return " to " if match["ratio"] else _SPOKEN[match["sign"]]


def _say_fraction(top: int, bottom: int) -> str:
    part = _PARTS.get(bottom)
    if part is None:
        return f"{top} over {bottom}"
    plural = "halves" if part == "half" else part + "s"
    return f"{top} {part if top == 1 else plural}"
