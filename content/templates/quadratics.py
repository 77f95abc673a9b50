"""Products of brackets, factoring, and quadratic equations."""

from __future__ import annotations

from random import Random

from content.templates.draft import Draft, Generator, Number, Pick, Typed, Wrong
from content.templates.expressions import LETTERS, whole
from content.templates.notation import bracket, expression, plus, power, show, typed
from content.templates.parameters import Settings, Whole

_NEGATIVE = Whole("negative", 0, 0, 1)


def quadratic(a: int, b: int, c: int, v: str) -> str:
    """a v² + b v + c as read."""
    return expression((a, power(v, 2)), (b, v), (c, ""))


def _keyboard(text: str) -> str:
    return text.replace("²", "^2").replace("−", "-")


def binomials(rng: Random, p: Settings) -> Draft | None:
    """Multiply out two brackets."""
    v, negative = rng.choice(("x", "y", "n")), bool(p["negative"])
    lead = rng.randrange(1, p["lead"] + 1)
    a, b = (whole(rng, p["largest"], negative, 1) for _ in range(2))
    middle = a + lead * b
    if p["square"] and lead == 1:
        b, middle = a, 2 * a
    if not middle:
        return None
    left = f"({expression((1, v), (a, ''))})"
    text = f"{left}²" if p["square"] and lead == 1 else f"({expression((lead, v), (b, ''))}){left}"
    if text[-1] != "²":
        middle = lead * a + b
        if not middle:
            return None
    spaced = quadratic(lead, middle, a * b, v)
    accepted = typed((lead, power(v, 2)), (middle, v), (a * b, ""))
    return Draft(
        f"Multiply out and simplify: {text}. Type a square like {v}^2.",
        Typed(
            tuple(dict.fromkeys([_keyboard(t) for t in accepted] + list(accepted))),
            (
                Wrong("middle-forgotten", _keyboard(quadratic(lead, 0, a * b, v)),
                      "Each term of one bracket meets each of the other: four products."),
                Wrong("constants-added", _keyboard(quadratic(lead, middle, a + b, v)),
                      f"The last product is {show(a)} × {bracket(b)}, not a sum."),
                Wrong("sign-error", _keyboard(quadratic(lead, -middle, a * b, v)),
                      f"Check the signs of the two terms with {v}."),
                Wrong("linear", _keyboard(expression((lead + 1, v), (a + b, ""))),
                      "Between the brackets stands a times, not a plus."),
            ),
        ),
        (
            "Multiply each term of the first bracket by each term of the second: four products.",
            f"The first product is {expression((lead, power(v, 2)))}, the last is {show(a)} × {bracket(b)}.",
            f"The two in the middle are {expression((lead * a, v))} and {expression((b, v))}: collect them.",
        ),
        f"{expression((lead, power(v, 2)))}{_next(lead * a, v)}{_next(b, v)}{plus(a * b)} = {spaced}.",
    )  # fmt: skip


def _next(coefficient: int, v: str) -> str:
    return f" {'+' if coefficient > 0 else '−'} {expression((abs(coefficient), v))}"


def factoring(rng: Random, p: Settings) -> Draft | None:
    """Choose the factors of a quadratic expression."""
    v = rng.choice(("x", "y", "n"))
    a, b = (whole(rng, p["largest"], bool(p["negative"]), 1) for _ in range(2))
    if rng.randrange(100) < p["difference"]:
        b = -a
    total, product = a + b, a * b

    def write(m: int, n: int) -> str:
        return "".join(f"({expression((1, v), (k, ''))})" for k in sorted((m, n), reverse=True))

    wrong = [
        Wrong("signs-turned", write(-a, -b), f"The numbers must add up to {show(total)}, with the sign."),
        Wrong("one-sign", write(a, -b), f"The two numbers must multiply to {show(product)}."),
        Wrong(
            "sum-for-product",
            write(total, product),
            f"They multiply to {show(product)} and add to {show(total)}, not the other way.",
        ),
        Wrong("constant-and-one", write(product, 1), f"Do the two numbers add up to {show(total)}?"),
    ]
    return Draft(
        f"Factor {quadratic(1, total, product, v)}.",
        Pick(write(a, b), tuple(w for w in wrong if w.answer != write(a, b)), (write(a + 1, b), write(a, b + 1))),
        (
            f"Look for two numbers that multiply to {show(product)} and add to {show(total)}.",
            "If the product is positive, both have the same sign; if it is negative, they differ.",
            "Multiply your choice out to check it.",
        ),
        f"{show(a)} × {bracket(b)} = {show(product)} and {show(a)} + {bracket(b)} = {show(total)}: {write(a, b)}.",
    )


def factoring_number(rng: Random, p: Settings) -> Draft | None:
    """Find the missing number in a factored quadratic."""
    v = rng.choice(LETTERS)
    a, b = (whole(rng, p["largest"], bool(p["negative"]), 1) for _ in range(2))
    if a == b:
        return None
    given = f"({expression((1, v), (a, ''))})({v} + □)"
    return Draft(
        f"Which number belongs in the box? {quadratic(1, a + b, a * b, v)} = {given}",
        Number(
            b,
            (
                Wrong("sign-error", -b, "Multiply out with your number: does the last term have the right sign?"),
                Wrong("sum", a + b, f"That is the sum of both numbers; one of them is {show(a)}."),
                Wrong("product", a * b, f"That is the product; divide it by {show(a)}."),
            ),
        ),
        (
            "Multiplied out, the plain numbers of the brackets make the last term.",
            f"{show(a)} times the number in the box must make {show(a * b)}.",
            f"And together with {show(a)} it must make {show(a + b)}.",
        ),
        f"{show(a)} × {bracket(b)} = {show(a * b)} and {show(a)} + {bracket(b)} = {show(a + b)}.",
    )


def quadratic_equation(rng: Random, p: Settings) -> Draft | None:
    """Solve a quadratic equation and give its greater solution."""
    v, negative = rng.choice(("x", "y", "n")), bool(p["negative"])
    r, s = (whole(rng, p["largest"], negative, 1) for _ in range(2))
    lead = rng.randrange(1, p["lead"] + 1)
    if r == s:
        return None
    if p["factored"]:
        text = "".join(f"({expression((1, v), (-k, ''))})" for k in (r, s)) + " = 0"
    else:
        text = f"{quadratic(lead, -lead * (r + s), lead * r * s, v)} = 0"
    key, least = max(r, s), min(r, s)
    first = f"Divide by {lead} first; then f" if lead > 1 else "F"
    return Draft(
        f"The equation {text} has two solutions. What is the greater one?",
        Number(
            key,
            (
                Wrong("lesser-solution", least, "That is a solution too, but the lesser one."),
                Wrong("sign-error", -least, f"A bracket like {v} − 3 is zero at 3, not at minus 3: the sign turns."),
                Wrong("sum", r + s, "That is the sum of both solutions."),
            ),
        ),
        (
            "A product is zero exactly when one of its factors is zero.",
            "Set each bracket equal to zero."
            if p["factored"]
            else f"{first}ind two numbers that multiply to {show(r * s)} and add to {show(-r - s)}.",
            f"One of the solutions is {show(least)}. What is the other?",
        ),
        f"({expression((1, v), (-r, ''))})({expression((1, v), (-s, ''))}) = 0, so {v} = {show(r)} or {v} = {show(s)}; "
        f"the greater is {show(key)}.",
    )


def square_equation(rng: Random, p: Settings) -> Draft | None:
    """Solve an equation with a square and nothing else unknown."""
    v, root = rng.choice(LETTERS), rng.randrange(2, p["largest"] + 4)
    a, c = rng.randrange(1, p["lead"] + 1), whole(rng, p["largest"], True, 1)
    text = f"{expression((a, power(v, 2)), (c, ''))} = {show(a * root * root + c)}"
    key, undo = -root, (f"subtract {c}" if c > 0 else f"add {-c}")
    return Draft(
        f"The equation {text} has two solutions. What is the negative one?",
        Number(
            key,
            (
                Wrong("positive-root", root, "That is the positive solution; its opposite solves the equation too."),
                Wrong("not-rooted", -root * root, f"That is for {v}²; take the square root as well."),
                Wrong("positive-square", root * root, f"That is {v}² itself."),
            ),
        ),
        (
            f"Undo step by step until {power(v, 2)} stands alone.",
            f"First {undo} on both sides" + (f", then divide by {a}." if a > 1 else "."),
            f"That leaves {power(v, 2)} = {root * root}. Which two numbers have this square?",
        ),
        f"{power(v, 2)} = {root * root}, so {v} = {root} or {v} = {show(-root)}.",
    )


_LARGEST = Whole("largest", 6, 4, 15)

GENERATORS = (
    Generator("binomials", binomials, (_LARGEST, _NEGATIVE, Whole("lead", 1, 1, 4), Whole("square", 0, 0, 1))),
    Generator("factoring", factoring, (_LARGEST, _NEGATIVE, Whole("difference", 0, 0, 100))),
    Generator("factoring-number", factoring_number, (_LARGEST, _NEGATIVE)),
    Generator(
        "quadratic-equation",
        quadratic_equation,
        (_LARGEST, _NEGATIVE, Whole("lead", 1, 1, 4), Whole("factored", 0, 0, 1)),
    ),
    Generator("square-equation", square_equation, (_LARGEST, Whole("lead", 1, 1, 4))),
)
