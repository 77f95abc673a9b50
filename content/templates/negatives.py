"""Negative numbers: order on the line, the four operations, changes in the world."""

from __future__ import annotations

from random import Random

from content.templates.draft import Draft, Generator, Judge, Number, Order, Wrong
from content.templates.notation import bracket, show
from content.templates.parameters import Settings, Whole, Words


def negative_order(rng: Random, p: Settings) -> Draft | None:
    """Order integers, some of them negative, from least to greatest."""
    pool = list(range(-p["largest"], p["largest"] + 1))
    rng.shuffle(pool)
    numbers = sorted(pool[: p["count"]])
    if sum(n < 0 for n in numbers) < 2:
        return None
    by_size = tuple(map(show, sorted(numbers, key=abs)))
    return Draft(
        "Order these numbers from least to greatest.",
        Order(
            tuple(map(show, numbers)),
            (
                Wrong("ignores-sign", by_size, "You ordered by distance from zero; the sign counts too."),
                Wrong("greatest-first", tuple(map(show, reversed(numbers))), "That runs from greatest to least."),
            ),
        ),
        (
            "Picture a number line: further left is less.",
            "Every negative number is less than zero. Among negatives, the one further from zero is less.",
        ),
        f"From left to right on the number line: {', '.join(map(show, numbers))}.",
    )


def negative_compare(rng: Random, p: Settings) -> Draft | None:
    """Judge a comparison of two integers."""
    a, b = (rng.randrange(-p["largest"], p["largest"] + 1) for _ in range(2))
    if a == b or min(a, b) >= 0:
        return None
    sign = rng.choice("<>")
    holds = (a < b) == (sign == "<")
    where = "left" if a < b else "right"
    return Draft(
        f"Is this so? {show(a)} {sign} {show(b)}",
        Judge(holds, "ignores-sign", f"On the number line {show(a)} lies to the {where} of {show(b)}."),
        (
            "Read the sign: the small end of < or > points at the lesser number.",
            f"Where do {show(a)} and {show(b)} lie on a number line? Further left is less.",
        ),
        f"{show(a)} lies to the {where} of {show(b)}, so {show(a)} {'<' if a < b else '>'} {show(b)}.",
    )


def signed_sum(rng: Random, p: Settings) -> Draft | None:
    """Add or subtract integers of either sign."""
    a, b = (rng.randrange(-p["largest"], p["largest"] + 1) for _ in range(2))
    if not a or not b or (a > 0 and b > 0):
        return None
    return _signed_addition(a, b) if rng.choice(p.words["operations"]) == "add" else _signed_subtraction(a, b)


_WRONG_SIDE = "The size is right, the sign is not: which side of zero do you end on?"


def _signed_addition(a: int, b: int) -> Draft:
    return Draft(
        f"What is {show(a)} + {bracket(b)}?",
        Number(
            a + b,
            (
                Wrong("sign-dropped", abs(a) + abs(b), "The signs matter: one of the steps goes left."),
                Wrong("sign-flipped", -a - b, _WRONG_SIDE),
                Wrong("second-sign-ignored", a - b, f"Adding {show(b)} is a step to the {_side(b)}."),
            ),
        ),
        (
            f"Start at {show(a)} on the number line.",
            f"Adding {show(b)} means going {abs(b)} to the {_side(b)}.",
            _signs(a, b),
        ),
        f"From {show(a)} go {abs(b)} to the {_side(b)}: {show(a)} + {bracket(b)} = {show(a + b)}.",
    )


def _signed_subtraction(a: int, b: int) -> Draft:
    return Draft(
        f"What is {show(a)} − {bracket(b)}?",
        Number(
            a - b,
            (
                Wrong("minus-minus", a + b, f"Subtracting {show(b)} is the same as adding {show(-b)}."),
                Wrong("sign-flipped", b - a, _WRONG_SIDE),
                Wrong("sign-dropped", abs(abs(a) - abs(b)), "The signs matter: rewrite it as an addition first."),
            ),
        ),
        (
            "Subtracting a number is the same as adding its opposite.",
            f"The opposite of {show(b)} is {show(-b)}.",
            f"So start at {show(a)} and go {abs(b)} to the {_side(-b)}.",
        ),
        f"{show(a)} − {bracket(b)} = {show(a)} + {bracket(-b)} = {show(a - b)}.",
    )


def _side(step: int) -> str:
    return "right" if step > 0 else "left"


def _signs(a: int, b: int) -> str:
    if (a < 0) == (b < 0):
        return "Both have the same sign: put the sizes together and keep the sign."
    return "The signs differ: find how far apart the sizes are and keep the sign of the larger size."


def signed_product(rng: Random, p: Settings) -> Draft | None:
    """Multiply or divide integers of either sign."""
    a, b = (rng.choice((-1, 1)) * rng.randrange(2, p["largest"] + 1) for _ in range(2))
    if a > 0 and b > 0:
        return None
    rule = "Equal signs give a positive result, different signs a negative one."
    if rng.choice(p.words["operations"]) == "multiply":
        text, key, sizes, other = f"{show(a)} × {bracket(b)}", a * b, f"{abs(a)} × {abs(b)}", a + b
    else:
        text, key, sizes, other = f"{show(a * b)} ÷ {bracket(b)}", a, f"{abs(a * b)} ÷ {abs(b)}", a * b - b
    pair = "the same sign" if (a * b > 0 if "×" in text else a > 0) else "different signs"
    return Draft(
        f"What is {text}?",
        Number(
            key,
            (
                Wrong("sign-flipped", -key, f"The numbers have {pair}. {rule}"),
                Wrong("other-operation", other, "Check the sign of the operation: × or ÷, not + or −."),
            ),
        ),
        ("Find the size first, the sign afterwards.", f"The size is {sizes}.", f"The two numbers have {pair}. {rule}"),
        f"{sizes} = {abs(key)}; the numbers have {pair}, so {text} = {show(key)}.",
    )


_CHANGES = (
    ("The temperature is {a} degrees. It {verb} by {n} degrees. What is it now, in degrees?", "rises", "falls"),
    ("A lift is on floor {a}. It {verb} {n} floors. On which floor is it now?", "goes up", "goes down"),
    ("An account holds {a} coins. {n} coins are {verb}. How many coins does it hold now?", "paid in", "taken out"),
    ("A diver is at {a} metres (sea level is 0). She {verb} {n} metres. Where is she, in metres?", "climbs", "sinks"),
)


def signed_change(rng: Random, p: Settings) -> Draft | None:
    """Follow a change below and above zero, told in words."""
    story, up, down = rng.choice(_CHANGES)
    a, change = (rng.randrange(-p["largest"], p["largest"] + 1) for _ in range(2))
    key = a + change
    if not change or (a >= 0 and key >= 0) or (up == "climbs" and (a > 0 or key > 0)):
        return None
    verb = up if change > 0 else down
    return Draft(
        story.format(a=show(a), n=abs(change), verb=verb),
        Number(
            key,
            (
                Wrong("wrong-direction", a - change, f"It {verb}: which way is that on the number line?"),
                Wrong("sign-flipped", -key, "Right size, wrong side of zero."),
                Wrong("sign-dropped", abs(a) + abs(change), "One of these numbers counts below zero."),
            ),
        ),
        (
            "Draw a number line with zero in the middle and mark the start.",
            f"Start at {show(a)} and move {abs(change)} to the {_side(change)}.",
        ),
        f"{show(a)} {'+' if change > 0 else '−'} {abs(change)} = {show(key)}.",
    )


GENERATORS = (
    Generator("negative-order", negative_order, (Whole("largest", 10, 5, 100), Whole("count", 4, 3, 6))),
    Generator("negative-compare", negative_compare, (Whole("largest", 10, 5, 200),)),
    Generator("signed-sum", signed_sum, (Whole("largest", 10, 5, 200), Words("operations", ("add", "subtract")))),
    Generator(
        "signed-product", signed_product, (Whole("largest", 9, 4, 25), Words("operations", ("multiply", "divide")))
    ),
    Generator("signed-change", signed_change, (Whole("largest", 12, 6, 100),)),
)
