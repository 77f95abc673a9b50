"""Whole numbers: the four operations, rounding, estimating, and the order of operations."""

from __future__ import annotations

from random import Random

from content.templates.draft import Draft, Generator, Number, Order, Pick, Wrong
from content.templates.parameters import Settings, Whole, Words

PLACES = {"tens": 10, "hundreds": 100, "thousands": 1000, "ten thousands": 10000}


def _columns(a: int, b: int, sign: int) -> int:
    """Column by column without carrying (sign 1), or always the smaller digit from the larger (sign -1)."""
    result, place = 0, 1
    while a or b:
        x, y = a % 10, b % 10
        result += place * ((x + y) % 10 if sign > 0 else abs(x - y))
        a, b, place = a // 10, b // 10, place * 10
    return result


def whole_sum(rng: Random, p: Settings) -> Draft | None:
    """Add or subtract two whole numbers."""
    a, b = rng.randrange(p["largest"] // 4, p["largest"] + 1), rng.randrange(3, p["largest"] + 1)
    scale = 10 ** (len(str(max(a, b))) - 1)
    if rng.choice(p.words["operations"]) == "add":
        split = f"{a - a % scale} + {b - b % scale} and {a % scale} + {b % scale}"
        return Draft(
            f"What is {a} + {b}?",
            Number(
                a + b,
                (
                    Wrong("no-carry", _columns(a, b, 1), "When a column makes 10 or more, carry 1 to the next column."),
                    Wrong("subtracted", abs(a - b), "The sign is plus: put the two numbers together."),
                    Wrong("off-by-ten", a + b - 10, "One ten went missing: look again at what you carried."),
                ),
            ),
            ("Split both numbers by place and add the parts.", f"Work out {split}.", "Now put the two parts together."),
            f"{a} + {b} = ({a - a % scale} + {b - b % scale}) + ({a % scale} + {b % scale}) = {a + b}.",
        )
    a, b = max(a, b), min(a, b)
    if a - b < 2:
        return None
    return Draft(
        f"What is {a} − {b}?",
        Number(
            a - b,
            (
                Wrong("smaller-from-larger", _columns(a, b, -1), "Take the lower digit from the upper one; borrow 10."),
                Wrong("added", a + b, "The sign is minus: find what is left, or how far apart the numbers are."),
                Wrong("off-by-ten", a - b + 10, "You borrowed a ten but did not take it from the next column."),
            ),
        ),
        (
            "Think of the distance between the two numbers on a number line.",
            f"Step back from {a}: take {b - b % scale} first.",
            f"You stand at {a - b + b % scale}. Now take the remaining {b % scale}.",
        ),
        f"{a} − {b - b % scale} = {a - b + b % scale}, and {a - b + b % scale} − {b % scale} = {a - b}.",
    )


def whole_product(rng: Random, p: Settings) -> Draft | None:
    """Multiply two whole numbers, or divide without a remainder."""
    a, b = rng.randrange(2, p["left"] + 1), rng.randrange(2, p["right"] + 1)
    c = a * b
    if rng.choice(p.words["operations"]) == "multiply":
        tens = a - a % 10
        split = f"{tens} × {b} and {a % 10} × {b}" if tens and a % 10 else f"{a} × {b - 1}, then one more {a}"
        return Draft(
            f"What is {a} × {b}?",
            Number(
                c,
                (
                    Wrong("added", a + b, f"{a} × {b} means {b} groups of {a}, not {a} and {b} together."),
                    Wrong("one-group-short", c - a, f"That is one group of {a} too few."),
                    Wrong("one-group-over", c + a, f"That is one group of {a} too many."),
                    Wrong("tens-dropped", tens // 10 * b + a % 10 * b, "The tens digit counts tens, not ones."),
                ),
            ),
            (f"Think of {b} equal groups of {a}.", f"Split it: {split}.", "Add the parts."),
            f"{a} × {b} = {c}. Check: {c} ÷ {b} = {a}.",
        )
    return Draft(
        f"What is {c} ÷ {b}?",
        Number(
            a,
            (
                Wrong("subtracted", c - b, f"Dividing asks how many times {b} fits into {c}."),
                Wrong("one-short", a - 1, f"One more {b} still fits."),
                Wrong("one-over", a + 1, f"That many times {b} is more than {c}."),
                Wrong("multiplied", c * b, "The sign is ÷: share, do not multiply."),
            ),
        ),
        (
            f"Share {c} into {b} equal parts.",
            f"Ask instead: {b} times what makes {c}?",
            f"Start from {b} × {max(a - 2, 1)} = {b * max(a - 2, 1)} and go on in steps of {b}.",
        ),
        f"{b} × {a} = {c}, so {c} ÷ {b} = {a}.",
    )


def rounding(rng: Random, p: Settings) -> Draft | None:
    """Round a whole number to a place."""
    place = rng.choice(p.words["places"])
    unit = PLACES[place]
    n = rng.randrange(unit + 1, max(p["largest"], 10 * unit))
    down, half = n - n % unit, 2 * (n % unit) >= unit
    key = down + unit if half else down
    if n % unit == 0:
        return None
    digit = n % unit // (unit // 10)
    low = unit // 10
    return Draft(
        f"Round {n} to the nearest {place[:-1]}.",
        Number(
            key,
            (
                Wrong("always-down", down, f"The digit after the {place} is {digit}: 5 or more rounds up."),
                Wrong("always-up", down + unit, f"The digit after the {place} is {digit}: less than 5 rounds down."),
                Wrong("digit-only", key // unit, "Keep the size of the number: fill the lower places with zeros."),
                Wrong("wrong-place", round(n / low) * low, f"That is rounded to a smaller place than {place}."),
            ),
        ),
        (
            f"Between which two neighbours that are multiples of {unit} does {n} lie? Which is nearer?",
            f"Look at the digit just right of the {place}.",
            f"That digit is {digit}; " + ("5 or more: round up." if half else "less than 5: round down."),
        ),
        f"{n} lies between {down} and {down + unit}. The digit after the {place} is {digit}, so it rounds to {key}.",
    )


def estimate(rng: Random, p: Settings) -> Draft | None:
    """Choose the best estimate of a sum, a difference or a product."""
    big = p["largest"]
    a, b = rng.randrange(big // 8, big), rng.randrange(11, big)
    ua, ub = 10 ** (len(str(a)) - 1), 10 ** (len(str(b)) - 1)
    ra, rb = (a + ua // 2) // ua * ua, (b + ub // 2) // ub * ub
    sign = {"add": "+", "subtract": "−", "multiply": "×"}[rng.choice(p.words["operations"])]
    if sign == "−" and ra <= rb:
        return None
    key = {"+": ra + rb, "−": ra - rb, "×": ra * rb}[sign]
    other = {"+": abs(ra - rb), "−": ra + rb, "×": ra + rb}[sign]
    exact = {"+": a + b, "−": a - b, "×": a * b}[sign]
    if any(abs(rival - exact) < 3 * abs(key - exact) for rival in (key // 10, key * 10, other)):
        return None
    return Draft(
        f"Without working it out exactly: which is the best estimate of {a} {sign} {b}?",
        Pick(
            f"about {key}",
            (
                Wrong("zero-lost", f"about {key // 10}", "Count the zeros: this is ten times too small."),
                Wrong("zero-extra", f"about {key * 10}", "Count the zeros: this is ten times too big."),
                Wrong("other-operation", f"about {other}", f"Look at the sign again: it is {sign}."),
            ),
            (f"about {key * 3}", f"about {key * 100}"),
        ),
        (
            "Round each number to its first digit, then work with the easy numbers.",
            f"{a} is close to {ra}.",
            f"{b} is close to {rb}. Now use {ra} and {rb}.",
        ),
        f"{a} ≈ {ra} and {b} ≈ {rb}, so {a} {sign} {b} ≈ {ra} {sign} {rb} = {key}.",
    )


def _form(name: str, a: int, b: int, c: int, d: int) -> tuple[str, str, int, int]:
    """The expression, its first step, its value, and the value of the typical wrong order."""
    match name:
        case "times-last":
            return f"{a} + {b} × {c}", f"{b} × {c} = {b * c}", a + b * c, (a + b) * c
        case "minus-times":
            return f"{a + b * c} − {b} × {c}", f"{b} × {c} = {b * c}", a, (a + b * c - b) * c
        case "brackets":
            return f"{a} × ({b} + {c})", f"{b} + {c} = {b + c}", a * (b + c), a * b + c
        case "left-to-right":
            return f"{a + b + c} − {b} + {c}", f"{a + b + c} − {b} = {a + c}", a + 2 * c, a
        case "divide-then-times":
            return f"{a * b * c} ÷ {b} × {c}", f"{a * b * c} ÷ {b} = {a * c}", a * c * c, a
        case "power":
            return f"{a} × {b}²", f"{b}² = {b * b}", a * b * b, (a * b) ** 2
        case "brackets-power":
            return f"({a} + {b})² − {c}", f"{a} + {b} = {a + b}", (a + b) ** 2 - c, a * a + b * b - c
    return f"{a} + {b} × ({c} + {d})", f"{c} + {d} = {c + d}", a + b * (c + d), (a + b) * (c + d)


_RULES = {
    "times-last": "Multiply before you add.",
    "minus-times": "Multiply before you subtract.",
    "brackets": "Brackets come first.",
    "left-to-right": "Plus and minus have the same rank: go from left to right.",
    "divide-then-times": "Times and divide have the same rank: go from left to right.",
    "power": "The power belongs to the number just before it: do it before multiplying.",
    "brackets-power": "Brackets first, then the power, then the subtraction.",
    "nested": "Brackets first, then times, then plus.",
}


def order_of_operations(rng: Random, p: Settings) -> Draft | None:
    """Work out an expression with two or three operations, brackets or a power."""
    a, b, c, d = (rng.randrange(2, p["largest"] + 1) for _ in range(4))
    name = rng.choice(p.words["forms"])
    text, first, key, trap = _form(name, a, b, c, d)
    rule = _RULES[name]
    return Draft(
        f"Work out {text}.",
        Number(key, (Wrong("wrong-order", trap, f"{rule} Here: {first} is the first step."),)),
        ("Order: brackets, powers, × and ÷ from left to right, + and − from left to right.", rule, f"Start: {first}."),
        f"{rule} First {first}; then the rest gives {text} = {key}.",
    )


def operation_steps(rng: Random, p: Settings) -> Draft | None:
    """Put the steps of a calculation in the order in which they must be done."""
    a, b, c, d = (rng.randrange(2, p["largest"] + 1) for _ in range(4))
    inner, times = b + c, d * (b + c)
    steps = (f"{b} + {c} = {inner}", f"{d} × {inner} = {times}", f"{a + times} − {times} = {a}")
    return Draft(
        f"Put the steps of {a + times} − {d} × ({b} + {c}) in the right order.",
        Order(
            steps,
            (Wrong("left-to-right", (steps[2], steps[1], steps[0]), "Reading order is not working order."),),
        ),
        ("What stands in brackets is worked out first.", "Of minus and times, which is stronger?"),
        f"Brackets: {steps[0]}. Then times: {steps[1]}. Last minus: {steps[2]}.",
    )


GENERATORS = (
    Generator(
        "whole-sum",
        whole_sum,
        (Whole("largest", 100, 10, 100_000), Words("operations", ("add", "subtract"))),
    ),
    Generator(
        "whole-product",
        whole_product,
        (Whole("left", 10, 5, 1000), Whole("right", 10, 5, 100), Words("operations", ("multiply", "divide"))),
    ),
    Generator("rounding", rounding, (Whole("largest", 1000, 100, 100_000), Words("places", tuple(PLACES), ("tens",)))),
    Generator(
        "estimate",
        estimate,
        (Whole("largest", 1000, 100, 10_000), Words("operations", ("add", "subtract", "multiply"))),
    ),
    Generator(
        "order-of-operations",
        order_of_operations,
        (Whole("largest", 10, 5, 20), Words("forms", tuple(_RULES), ("times-last", "brackets"))),
    ),
    Generator("operation-steps", operation_steps, (Whole("largest", 10, 5, 20),)),
)
