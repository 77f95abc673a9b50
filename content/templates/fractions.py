"""Fractions: equal names, size, and the four operations."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm
from random import Random

from content.templates.draft import Draft, Gaps, Generator, Number, Order, Pick, Rational, Typed, Wrong
from content.templates.notation import show
from content.templates.parameters import Settings, Whole, Words


def _proper(rng: Random, largest: int) -> tuple[int, int]:
    """Top and bottom of a proper fraction in simplest form with a bottom of at most `largest`."""
    while True:
        bottom = rng.randrange(2, largest + 1)
        top = rng.randrange(1, bottom)
        if gcd(top, bottom) == 1:
            return top, bottom


def equivalent_fraction(rng: Random, p: Settings) -> Draft | None:
    """Fill in the missing top or bottom of an equal fraction."""
    (a, b), k = _proper(rng, p["bottom"]), rng.randrange(2, p["factor"] + 1)
    c, d = a * k, b * k
    if rng.choice(p.words["missing"]) == "top":
        known, key, text, other = (b, d), c, f"{a}/{b} = □/{d}", a + d - b
        hint = f"{a} has to be multiplied by the same number as {b}."
    else:
        known, key, text, other = (a, c), d, f"{a}/{b} = {c}/□", b + c - a
        hint = f"{b} has to be multiplied by the same number as {a}."
    return Draft(
        f"Which number makes the fractions equal? {text}",
        Number(
            key,
            (
                Wrong("added-instead", other, f"Multiply, do not add: {known[0]} × {k} = {known[1]}."),
                Wrong("copied", key // k, "If only one part changes, the fraction changes its value."),
            ),
        ),
        (
            "A fraction keeps its value when top and bottom are multiplied by the same number.",
            f"By what was {known[0]} multiplied to get {known[1]}?",
            hint,
        ),
        f"{known[0]} × {k} = {known[1]}, so the other part is multiplied by {k} too: {a}/{b} = {c}/{d}.",
        speech=f"Which number makes the fractions equal? {a} over {b} equals "
        + (f"what over {d}?" if key == c else f"{c} over what?"),
    )


def simplest_form(rng: Random, p: Settings) -> Draft | None:
    """Write a fraction in its simplest form."""
    (a, b), k = _proper(rng, p["bottom"]), rng.randrange(2, p["factor"] + 1)
    c, d = a * k, b * k
    part = min(n for n in range(2, k + 1) if k % n == 0)
    return Draft(
        f"Write {c}/{d} in simplest form. Type it like 1/2.",
        Typed(
            (f"{a}/{b}",),
            (
                Wrong("unchanged", f"{c}/{d}", f"{c} and {d} can both still be divided by {part}."),
                Wrong("not-fully", f"{c // part}/{d // part}", "Equal, but top and bottom still share a factor."),
                Wrong("subtracted", f"{c - 1}/{d - 1}", "Divide top and bottom by the same number; do not subtract."),
                Wrong("upside-down", f"{b}/{a}", "Top and bottom changed places."),
            ),
        ),
        (
            "Divide top and bottom by the same number, as long as that is possible.",
            f"Both {c} and {d} can be divided by {part}.",
            f"The greatest number that divides both {c} and {d} is {k}.",
        ),
        f"{c} ÷ {k} = {a} and {d} ÷ {k} = {b}, so {c}/{d} = {a}/{b}.",
    )


def fraction_order(rng: Random, p: Settings) -> Draft | None:
    """Order fractions from least to greatest."""
    drawn: set[tuple[int, int]] = set()
    while len(drawn) < p["count"]:
        drawn.add(_proper(rng, p["bottom"]))
    bottom = lcm(*(b for _, b in drawn))
    if bottom > 200:
        return None
    values = sorted(Fraction(a, b) for a, b in drawn)
    texts = tuple(map(str, values))
    by_bottom = tuple(map(str, sorted(values, key=lambda f: (f.denominator, f.numerator))))
    by_top = tuple(map(str, sorted(values, key=lambda f: (f.numerator, f.denominator))))
    common = ", ".join(f"{f.numerator * bottom // f.denominator}/{bottom}" for f in values)
    return Draft(
        "Order these fractions from least to greatest.",
        Order(
            texts,
            (
                Wrong("by-bottom", by_bottom, "A larger bottom means smaller parts, not a larger fraction."),
                Wrong("by-top", by_top, "The top alone does not decide: look at the size of the parts."),
                Wrong("greatest-first", texts[::-1], "That runs from greatest to least."),
            ),
        ),
        (
            "Compare each with a half: which are less, which are more?",
            f"Write all of them with the bottom {bottom}; then compare the tops.",
        ),
        f"With the bottom {bottom} they are {common}; so the order is {', '.join(texts)}.",
    )


def fraction_compare(rng: Random, p: Settings) -> Draft | None:
    """Choose the sign between two fractions."""
    (a, b), (c, d) = _proper(rng, p["bottom"]), _proper(rng, p["bottom"])
    k = rng.randrange(2, 5)
    if rng.randrange(4) == 0:
        c, d = a * k, b * k
    if b == d:
        return None
    left, right = a * d, c * b
    names = {"<": "less than", ">": "greater than", "=": "equal to"}
    key = "<" if left < right else ">" if left > right else "="
    trap = "<" if b < d else ">"
    return Draft(
        f"Which is right about {a}/{b} and {c}/{d}?",
        Pick(
            f"{a}/{b} is {names[key]} {c}/{d}",
            (
                Wrong(
                    "by-bottom",
                    f"{a}/{b} is {names[trap]} {c}/{d}",
                    f"With the same bottom {b * d} they are {left}/{b * d} and {right}/{b * d}.",
                ),
            ),
            tuple(f"{a}/{b} is {name} {c}/{d}" for name in names.values()),
        ),
        (
            "Fractions are easy to compare when their bottoms are the same.",
            f"Write both with the bottom {b * d}.",
            f"{a}/{b} = {left}/{b * d} and {c}/{d} = {right}/{b * d}.",
        ),
        f"{a}/{b} = {left}/{b * d} and {c}/{d} = {right}/{b * d}, so {a}/{b} is {names[key]} {c}/{d}.",
    )


def fraction_sum(rng: Random, p: Settings) -> Draft | None:
    """Add or subtract two fractions."""
    (a, b), (c, d) = _proper(rng, p["bottom"]), _proper(rng, p["bottom"])
    kind = rng.choice(p.words["bottoms"])
    if (kind == "same") != (b == d) or (kind == "multiple") != (b != d and (b % d == 0 or d % b == 0)):
        return None
    add = rng.choice(p.words["operations"]) == "add"
    x, y = Fraction(a, b), Fraction(c, d)
    if not add and x <= y:
        x, y, a, b, c, d = y, x, c, d, a, b
    if x == y:
        return None
    sign, key = ("+", x + y) if add else ("−", x - y)
    bottom = lcm(b, d)
    tops = (a * bottom // b, c * bottom // d)
    parts = Fraction(a + c, b + d) if add else Fraction(a - c, b - d) if b > d and a > c else Fraction(abs(a - c), b)
    feedback = "The bottom names the size of the parts and is not added or subtracted."
    return Draft(
        f"What is {a}/{b} {sign} {c}/{d}?",
        Number(
            key,
            (
                Wrong("tops-and-bottoms", parts, feedback),
                Wrong("tops-not-scaled", Fraction(a + c if add else abs(a - c), bottom), "Scale the tops as well."),
                Wrong("multiplied", x * y, f"The sign is {sign}, not ×."),
            ),
        ),
        (
            "Parts can be counted together only when they have the same size: the bottoms must be equal.",
            f"Use the bottom {bottom}.",
            f"Written so, the tops are {tops[0]} and {tops[1]}.",
        ),
        f"{a}/{b} = {tops[0]}/{bottom} and {c}/{d} = {tops[1]}/{bottom}, so the result is "
        f"{tops[0] + tops[1] if add else tops[0] - tops[1]}/{bottom}"
        + (f", that is {show(key)}." if key.denominator != bottom else "."),
    )


def fraction_product(rng: Random, p: Settings) -> Draft | None:
    """Multiply a fraction by a whole number or by a fraction."""
    a, b = _proper(rng, p["bottom"])
    if rng.choice(p.words["with"]) == "whole":
        c, d = rng.randrange(2, 10), 1
        left = str(c)
        trap: Wrong[Rational] = Wrong("both-scaled", Fraction(a, b), "Only the top is multiplied by the whole number.")
        other = Fraction(a + c, b)
    else:
        c, d = _proper(rng, p["bottom"])
        left = f"{c}/{d}"
        trap = Wrong("flipped", Fraction(c * b, d * a), "Flipping belongs to dividing.")
        other = Fraction(a + c, b + d)
    key = Fraction(a * c, b * d)
    raw = f"{a * c}/{b * d}"
    return Draft(
        f"What is {left} × {a}/{b}?",
        Number(key, (trap, Wrong("added", other, "The sign is ×: multiply the tops and the bottoms."))),
        (
            "Multiply top by top and bottom by bottom." + (f" Read {c} as {c}/1." if d == 1 else ""),
            f"The top becomes {c} × {a}.",
            f"The bottom becomes {d} × {b}.",
        ),
        f"{left} × {a}/{b} = {raw}" + (f" = {show(key)}." if str(key) != raw else "."),
    )


def fraction_quotient(rng: Random, p: Settings) -> Draft | None:
    """Divide by a fraction, or a fraction by a whole number."""
    (a, b), (c, d) = _proper(rng, p["bottom"]), _proper(rng, p["bottom"])
    kind = rng.choice(p.words["with"])
    if kind == "whole-by-fraction":
        a, b = rng.randrange(2, 10), 1
    elif kind == "fraction-by-whole":
        c, d = rng.randrange(2, 10), 1
    left, right = (str(n) if m == 1 else f"{n}/{m}" for n, m in ((a, b), (c, d)))
    key = Fraction(a * d, b * c)
    return Draft(
        f"What is {left} ÷ {right}?",
        Number(
            key,
            (
                Wrong("not-flipped", Fraction(a * c, b * d), "You multiplied: turn the second number over first."),
                Wrong(
                    "flipped-first", Fraction(b * c, a * d), "Turn over the number you divide by, not the first one."
                ),
            ),
        ),
        (
            "Dividing by a number is multiplying by its reciprocal: the number turned over.",
            f"The reciprocal of {right} is {d}/{c}.",
            f"So multiply {left} by {d}/{c}: top by top, bottom by bottom.",
        ),
        f"{left} ÷ {right} = {left} × {d}/{c} = {a * d}/{b * c}"
        + (f" = {show(key)}." if str(key) != f"{a * d}/{b * c}" else "."),
    )


_THINGS = ("pages", "apples", "coins", "kilometres", "minutes", "tickets", "seats", "pencils")


def fraction_of(rng: Random, p: Settings) -> Draft | None:
    """Find a fraction of an amount."""
    (a, b), k = _proper(rng, p["bottom"]), rng.randrange(2, p["share"] + 1)
    thing, n = rng.choice(_THINGS), b * k
    return Draft(
        f"How many {thing} are {a}/{b} of {n} {thing}?",
        Number(
            a * k,
            (
                Wrong("one-part", k, f"That is 1/{b}; you need {a} such parts."),
                Wrong("only-divided-by-top", Fraction(n, a), "Divide by the bottom, multiply by the top."),
                Wrong("the-rest", n - a * k, "That is what remains; the question asks for the part itself."),
            ),
        ),
        (
            f"The bottom says into how many equal parts the {n} {thing} are shared.",
            f"One part is {n} ÷ {b}.",
            f"You need {a} of these parts.",
        ),
        f"{n} ÷ {b} = {k}, and {a} × {k} = {a * k}.",
    )


def mixed_number(rng: Random, p: Settings) -> Draft | None:
    """Write an improper fraction as a whole number and a proper fraction."""
    (a, b), whole = _proper(rng, p["bottom"]), rng.randrange(2, p["whole"] + 1)
    top = whole * b + a
    return Draft(
        f"Write {top}/{b} as a mixed number.",
        Gaps(
            f"{top}/{b} = {{{{whole}}}} and {{{{top}}}}/{b}",
            {"whole": whole, "top": a},
            (
                Wrong("one-too-few", {"whole": whole - 1, "top": a + b}, "The part left over is still more than 1."),
                Wrong("swapped", {"whole": a, "top": whole}, "The whole number counts how often the bottom fits."),
            ),
        ),
        (
            f"How many times does the bottom fit into the top of {top}/{b}?",
            "What is left over stays as the new top; the bottom does not change.",
        ),
        f"{b} fits into {top} {whole} times ({whole} × {b} = {whole * b}), and {a} is left over.",
        speech=f"Write {top} over {b} as a mixed number.",
    )


_BOTTOM = Whole("bottom", 6, 4, 20)

GENERATORS = (
    Generator(
        "equivalent-fraction",
        equivalent_fraction,
        (_BOTTOM, Whole("factor", 4, 2, 12), Words("missing", ("top", "bottom"))),
    ),
    Generator("simplest-form", simplest_form, (_BOTTOM, Whole("factor", 4, 2, 15))),
    Generator("fraction-order", fraction_order, (_BOTTOM, Whole("count", 3, 3, 5))),
    Generator("fraction-compare", fraction_compare, (_BOTTOM,)),
    Generator(
        "fraction-sum",
        fraction_sum,
        (_BOTTOM, Words("bottoms", ("same", "multiple", "different")), Words("operations", ("add", "subtract"))),
    ),
    Generator("fraction-product", fraction_product, (_BOTTOM, Words("with", ("whole", "fraction")))),
    Generator(
        "fraction-quotient",
        fraction_quotient,
        (_BOTTOM, Words("with", ("whole-by-fraction", "fraction-by-whole", "fraction-by-fraction"))),
    ),
    Generator("fraction-of", fraction_of, (_BOTTOM, Whole("share", 6, 3, 40))),
    Generator("mixed-number", mixed_number, (_BOTTOM, Whole("whole", 4, 2, 12))),
)
