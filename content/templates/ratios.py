"""Ratios, rates and proportion."""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from random import Random

from content.templates.draft import Draft, Generator, Number, Typed, Wrong
from content.templates.parameters import Settings, Whole

_PAIRS = (
    ("red", "blue", "beads"),
    ("green", "white", "tiles"),
    ("boiled", "raw", "eggs"),
    ("long", "short", "ribbons"),
)
_NAMES = (("Ana", "Ben"), ("Chidi", "Dana"), ("Emre", "Fatima"), ("Goran", "Hana"), ("Ines", "Jun"))
_RATES = (
    ("A machine makes {a} parts in {t} minutes. How many does it make in {u} minutes?", "minute"),
    ("{t} notebooks cost {a} coins. How many coins do {u} notebooks cost?", "notebook"),
    ("A cyclist rides {a} kilometres in {t} hours. How many kilometres in {u} hours, at the same speed?", "hour"),
    ("A recipe for {t} people needs {a} grams of rice. How many grams for {u} people?", "person"),
    ("A tap fills {a} litres in {t} minutes. How many litres in {u} minutes?", "minute"),
)


def _coprime(rng: Random, largest: int) -> tuple[int, int]:
    while True:
        a, b = rng.randrange(1, largest + 1), rng.randrange(1, largest + 1)
        if a != b and gcd(a, b) == 1:
            return a, b


def ratio_simplest(rng: Random, p: Settings) -> Draft | None:
    """Write a ratio of two counts in simplest form."""
    (a, b), k = _coprime(rng, p["largest"]), rng.randrange(2, p["factor"] + 1)
    first, second, things = rng.choice(_PAIRS)
    c, d = a * k, b * k
    part = min(n for n in range(2, k + 1) if k % n == 0)
    return Draft(
        f"There are {c} {first} and {d} {second} {things}. What is the ratio of {first} to {second} in simplest form? "
        "Type it like 1:2.",
        Typed(
            (f"{a}:{b}", f"{a} to {b}", f"{a}/{b}"),
            (
                Wrong("turned-round", f"{b}:{a}", f"The order counts: {first} comes first."),
                Wrong("unchanged", f"{c}:{d}", f"Both numbers can still be divided by {part}."),
                Wrong("not-fully", f"{c // part}:{d // part}", "Equal, but both numbers still share a factor."),
                Wrong("part-to-whole", f"{a}:{a + b}", f"Compare {first} with {second}, not with all {things}."),
            ),
        ),
        (
            f"Write the number of {first} {things} first, then the number of {second} ones.",
            f"{c} and {d} can both be divided by {part}.",
            f"The greatest number that divides both is {k}.",
        ),
        f"{c}:{d}, divided by {k}, is {a}:{b}.",
    )


def ratio_share(rng: Random, p: Settings) -> Draft | None:
    """Share an amount in a given ratio."""
    (a, b), k = _coprime(rng, p["largest"]), rng.randrange(2, p["share"] + 1)
    one, other = rng.choice(_NAMES)
    total = (a + b) * k
    return Draft(
        f"{one} and {other} share {total} coins in the ratio {a}:{b}. How many coins does {one} get?",
        Number(
            a * k,
            (
                Wrong("other-share", b * k, f"That is {other}'s share: {one} is named first."),
                Wrong("one-part", k, f"That is one part; {one} gets {a} of them."),
                Wrong("divided-by-own-part", Fraction(total, a), f"There are {a + b} parts in all, not {a}."),
                Wrong("shared-equally", Fraction(total, 2), "The shares are equal only in the ratio 1:1."),
            ),
        ),
        (
            "Count all parts of the ratio together.",
            f"{a} + {b} parts make {total} coins. How many coins is one part?",
            f"{one} gets {a} such parts.",
        ),
        f"{a} + {b} = {a + b} parts; one part is {total} ÷ {a + b} = {k}; {a} × {k} = {a * k}.",
    )


def ratio_missing(rng: Random, p: Settings) -> Draft | None:
    """Complete an equal ratio."""
    (a, b), k = _coprime(rng, p["largest"]), rng.randrange(2, p["factor"] + 1)
    c, d = a * k, b * k
    return Draft(
        f"Complete the equal ratio: {a}:{b} = {c}:□.",
        Number(
            d,
            (
                Wrong("added-instead", b + c - a, f"Multiply, do not add: {a} × {k} = {c}."),
                Wrong("copied", b, "When one side grows, the other must grow by the same factor."),
                Wrong("turned-round", Fraction(c * a, b), f"Keep the order: {a} belongs to {c}."),
            ),
        ),
        (
            "Both sides of a ratio are multiplied by the same number.",
            f"What must {a} be multiplied by to get {c}?",
            f"Multiply {b} by the same number.",
        ),
        f"{a} × {k} = {c}, so {b} × {k} = {d}.",
        speech=f"Complete the equal ratio: {a} to {b} equals {c} to what?",
    )


def proportion(rng: Random, p: Settings) -> Draft | None:
    """Solve a story in which two amounts grow together."""
    story, unit = rng.choice(_RATES)
    t, u, rate = rng.randrange(2, p["largest"] + 1), rng.randrange(2, p["largest"] + 1), rng.randrange(2, p["rate"] + 1)
    if t == u or (p["whole"] and u % t):
        return None
    a, key = rate * t, rate * u
    return Draft(
        story.format(a=a, t=t, u=u),
        Number(
            key,
            (
                Wrong("added-difference", a + u - t, "The amounts grow by the same factor, not by the same number."),
                Wrong("for-one", rate, f"That is the amount for one {unit}."),
                Wrong("times-without-dividing", a * u, f"{a} belongs to {t}, so find the amount for one first."),
                Wrong("turned-round", Fraction(a * t, u), "Should the answer be more or less than before?"),
            ),
        ),
        (
            f"Find the amount for one {unit} first.",
            f"{a} ÷ {t} gives the amount for one {unit}.",
            f"Then multiply by {u}.",
        ),
        f"{a} ÷ {t} = {rate} for one {unit}; {rate} × {u} = {key}.",
    )


GENERATORS = (
    Generator("ratio-simplest", ratio_simplest, (Whole("largest", 5, 3, 20), Whole("factor", 4, 2, 20))),
    Generator("ratio-share", ratio_share, (Whole("largest", 4, 3, 12), Whole("share", 6, 3, 40))),
    Generator("ratio-missing", ratio_missing, (Whole("largest", 6, 4, 20), Whole("factor", 5, 3, 20))),
    Generator("proportion", proportion, (Whole("largest", 6, 5, 20), Whole("rate", 6, 4, 60), Whole("whole", 0, 0, 1))),
)
