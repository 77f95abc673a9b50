"""Reading of typed numbers, exactly, and of units. Numbers become fractions, so that 1/3 and 0.1 stay what they are."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

MAX_CHARACTERS = 80
MAX_EXPONENT = 400  # beyond the range of a double; larger powers only cost time

# Languages that write a decimal comma, and their regions that do not (Unicode CLDR 46, numbers/symbols/decimal).
_COMMA_LANGUAGES = frozenset(
    {"af", "az", "be", "bg", "bs", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fi", "fr", "gl", "hr", "hu", "hy"}
    | {"id", "is", "it", "ka", "kk", "lt", "lv", "mk", "nb", "nl", "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl"}
    | {"sq", "sr", "sv", "tr", "uk", "uz", "vi"}
)
_POINT_REGIONS = frozenset(
    {"es-mx", "es-us", "es-gt", "es-hn", "es-ni", "es-pa", "es-pe", "es-pr", "es-do", "es-sv", "es-419"}
    | {"de-ch", "de-li", "it-ch"}
)

_TOKEN = re.compile(
    r"(?P<sign>[+-]?)\s*(?:"
    r"(?:(?P<whole>\d{1,40})\s+)?(?P<over>\d{1,40})\s*/\s*(?P<under>\d{1,40})"
    r"|(?P<digits>\d[\d.,' ]*(?<=\d)[.,]?|[.,]\d+)"
    r"(?:\s*(?:[eE]|[x*×·]\s*10\s*\^?\s*(?=[(+-]|\d))\(?(?P<exponent>[+-]?\d{1,12})\)?)?"
    r")"
)
_SIGNS = str.maketrans({"−": "-", "–": "-", "—": "-", "﹣": "-", "－": "-", "＋": "+", "⁄": "/", "∕": "/", "÷": "/"})
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SUPERSCRIPT_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
_NAME = r"(?:[^\W\d_]+|°[CF]?|%)"
_FACTOR = rf"{_NAME}(?:\s*(?:\^|\*\*)\s*-?\d|\d)?"
_UNIT = re.compile(
    rf"{_FACTOR}(?:(?:\s*[*·/]\s*|\s+){_FACTOR}){{0,5}}"
)  # nothing that pint would have to raise to powers


class NumberError(ValueError):
    """A text that is not one number, with at most one unit behind it."""


@dataclass(frozen=True)
class Quantity:
    """A typed number.

    Attributes:
        value: exact.
        unit: what stood behind the number, "" if nothing.
        figures: fewest and most significant figures it can be said to have; None for a fraction.
    """

    value: Fraction
    unit: str
    figures: tuple[int, int] | None


@lru_cache(maxsize=8192)
def read_quantity(text: str, locale: str) -> Quantity:
    """Read "3", "-1,234.5", "3/4", "1 1/2", "1½", "1.2e3", "1.2 × 10^3", each with an optional unit.

    The locale says whether a comma is decimal. The other sign groups thousands where it stands between groups of
    exactly three digits, and is taken as decimal where it stands once and cannot be a group ("3,5" in English).

    Raises:
        NumberError: not a number, too long, an exponent beyond 400, a denominator of zero, a malformed unit.
    """
    if len(text) > MAX_CHARACTERS:
        raise NumberError(f"a number of {len(text)} characters is too long; {MAX_CHARACTERS} are allowed")
    plain = _plain(text)
    match = _TOKEN.match(plain)
    if match is None:
        raise NumberError(f"{text!r} is not a number")
    unit = plain[match.end() :].strip()
    if unit and not _UNIT.fullmatch(unit):
        raise NumberError(f"{text!r} is not one number; {unit!r} cannot follow it")
    sign = -1 if match["sign"] == "-" else 1
    if match["under"] is not None:
        return Quantity(sign * _fraction(match, text), unit, None)
    digits = _decimal_digits(match["digits"], text, locale)
    exponent = int(match["exponent"] or 0)
    if abs(exponent) > MAX_EXPONENT:
        raise NumberError(f"the exponent {exponent} is too large; -{MAX_EXPONENT} to {MAX_EXPONENT} are allowed")
    whole, _, rest = digits.partition(".")
    value = Fraction(int(whole + rest or "0")) * Fraction(10) ** (exponent - len(rest))
    return Quantity(sign * value, unit, _figures(digits))


def _plain(text: str) -> str:
    """Compatibility forms made plain: "１" to "1", "½" to " 1/2", "m²" to "m^2", all kinds of minus to "-"."""
    spread = "".join(" " + c if unicodedata.decomposition(c).startswith("<fraction>") else c for c in text)
    raised = _SUPERSCRIPT_RUN.sub(lambda run: "^" + run[0].translate(_SUPERSCRIPTS), spread)
    return unicodedata.normalize("NFKC", raised.translate(_SIGNS)).translate(_SIGNS).strip()


def _fraction(match: re.Match[str], text: str) -> Fraction:
    under = int(match["under"])
    if under == 0:
        raise NumberError(f"{text!r} divides by zero")
    return Fraction(int(match["whole"] or 0)) + Fraction(int(match["over"]), under)


def _decimal_digits(digits: str, text: str, locale: str) -> str:
    """Digits with at most one ".", thousands joined."""
    decimal = "," if writes_decimal_comma(locale) else "."
    grouping = "." if decimal == "," else ","
    bare = digits.rstrip(".,") if digits[-1] in ".," else digits
    for group in (grouping, " ", "'"):
        head, mark, tail = bare.partition(decimal)
        if group in head and re.fullmatch(rf"[1-9]\d{{0,2}}(?:{re.escape(group)}\d{{3}})+", head):
            bare = head.replace(group, "") + mark + tail
            break
    if bare.count(grouping) == 1 and decimal not in bare:
        bare = bare.replace(grouping, decimal)
    plain = bare.replace(decimal, ".", 1)
    if not re.fullmatch(r"\d*\.?\d*", plain):
        raise NumberError(f"{text!r} is not a number; write {'1234,5' if decimal == ',' else '1234.5'}, for example")
    return plain


@lru_cache(maxsize=256)
def writes_decimal_comma(locale: str) -> bool:
    """Whether a decimal comma is usual in a locale, a BCP 47 tag."""
    lowered = locale.lower().replace("_", "-")
    return lowered not in _POINT_REGIONS and lowered.split("-")[0] in _COMMA_LANGUAGES


def _figures(digits: str) -> tuple[int, int]:
    """Zeros at the end of an integer may or may not be significant: "1200" has two to four figures."""
    significant = digits.replace(".", "").lstrip("0")
    if not significant:
        return (1, max(1, len(digits.replace(".", ""))))
    if "." in digits:
        return (len(significant), len(significant))
    return (len(significant.rstrip("0")), len(significant))


class UnitError(ValueError):
    """A unit that is not known."""


class DimensionError(ValueError):
    """A unit that is known, but measures something else."""


@lru_cache(maxsize=1)
def _registry() -> Any:
    """Pint is imported here, when the first unit differs from its key's: it costs 0.8 s and tens of megabytes."""
    import pint

    return pint.UnitRegistry(non_int_type=Fraction, cache_folder=None)


@lru_cache(maxsize=1024)
def conversion(unit: str, to: str) -> tuple[Fraction, Fraction]:
    """(scale, offset) so that a value in `unit` is scale * value + offset in `to`; exact but for powers of pi.

    Raises:
        UnitError: one of them is not known.
        DimensionError: they measure different things.
    """
    if unit == to:
        return Fraction(1), Fraction(0)
    import pint

    registry = _registry()
    source, target = _known_unit(unit), _known_unit(to)
    try:
        zero = registry.Quantity(Fraction(0), source).to(target).magnitude
        one = registry.Quantity(Fraction(1), source).to(target).magnitude
    except pint.DimensionalityError as error:
        raise DimensionError(f"{unit!r} cannot be converted to {to!r}") from error
    return Fraction(one) - Fraction(zero), Fraction(zero)


def check_unit(unit: str) -> None:
    """Refuse a unit that cannot be converted to and from. Raises UnitError."""
    _known_unit(unit)


def _known_unit(unit: str) -> Any:
    import pint

    if unit and not _UNIT.fullmatch(unit):
        raise UnitError(f"the unit {unit[:40]!r} is malformed; write it like m, km/h or m^2")
    spelled = unit.replace("%", " percent ").replace("°C", "degC").replace("°F", "degF").replace("°", " degree ")
    spelled = re.sub(r"(?<=[^\W\d_])(\d)", r"^\1", spelled.replace("·", "*"))
    try:
        return _registry().parse_units(spelled.strip())
    except (pint.PintError, ValueError, TypeError, AttributeError) as error:
        raise UnitError(f"the unit {unit!r} is not known") from error
