"""Linear equations in one unknown: solving, checking, and the order of the steps."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from content.templates.draft import Draft, Generator, Judge, Number, Order, Pick, Rational, Wrong
from content.templates.expressions import LETTERS, whole
from content.templates.notation import bracket, expression, plus, show, term
from content.templates.parameters import Settings, Whole, Words

_NEGATIVE = Whole("negative", 0, 0, 1)
_CHECK = "Put your answer in: do both sides come out equal?"


def one_step(rng: Random, p: Settings) -> Draft | None:
    """Solve an equation in one step."""
    v, negative = rng.choice(LETTERS), bool(p["negative"])
    a, x = rng.randrange(2, p["largest"] + 1), whole(rng, p["largest"], negative, 1)
    form = rng.choice(p.words["forms"])
    if form == "add":
        text, undo, doing = f"{v} + {a} = {show(x + a)}", f"subtract {a}", f"{show(x + a)} − {a}"
        trap: int | Fraction = x + a + a
    elif form == "subtract":
        text, undo, doing = f"{v} − {a} = {show(x - a)}", f"add {a}", f"{show(x - a)} + {a}"
        trap = x - a - a
    elif form == "multiply":
        text, undo, doing = f"{term(a, v)} = {show(a * x)}", f"divide by {a}", f"{show(a * x)} ÷ {a}"
        trap = a * x - a
    else:
        x *= a
        text, undo, doing = f"{v}/{a} = {show(x // a)}", f"multiply by {a}", f"{show(x // a)} × {a}"
        trap = Fraction(x // a, a)
    other = {"multiply": a * a * x, "divide": x // a + a, "add": x + a, "subtract": x - a}[form]
    return Draft(
        f"Solve {text}. What is {v}?",
        Number(
            x,
            (
                Wrong("wrong-inverse", trap, f"Undo it with the opposite operation: {undo} on both sides."),
                Wrong("not-undone", other, f"{_CHECK} Undo by: {undo}."),
                Wrong("sign-flipped", -x, f"Check the sign. {_CHECK}"),
            ),
        ),
        (
            f"What was done to {v}? Undo it, on both sides.",
            f"The opposite operation is: {undo}.",
            f"Work out {doing}.",
        ),
        f"To undo, {undo} on both sides: {v} = {doing} = {show(x)}.",
        speech=f"Solve {v} divided by {a} equals {show(x // a).replace('−', 'minus ')}. What is {v}?"
        if form == "divide"
        else "",
    )


def two_step(rng: Random, p: Settings) -> Draft | None:
    """Solve an equation in two steps."""
    v, negative = rng.choice(LETTERS), bool(p["negative"])
    a, b = whole(rng, p["coefficient"], negative), whole(rng, p["largest"], True, 1)
    x = whole(rng, p["largest"], negative, 1)
    c = a * x + b
    text = f"{expression((a, v), (b, ''))} = {show(c)}"
    undo = f"subtract {b}" if b > 0 else f"add {-b}"
    return Draft(
        f"Solve {text}. What is {v}?",
        Number(
            x,
            (
                Wrong("sign-error-moving", Fraction(c + b, a), f"To undo{plus(b)}, {undo} on both sides."),
                Wrong(
                    "subtracted-coefficient", c - b - a, f"{term(a, v)} means {show(a)} times {v}: divide by {show(a)}."
                ),
                Wrong("not-divided", c - b, f"That is {term(a, v)}; now divide by {show(a)}."),
                Wrong("sign-flipped", -x, f"Check the sign when you divide by {show(a)}."),
            ),
        ),
        (
            "Undo the steps in reverse: first the plain number, then the factor.",
            f"First {undo} on both sides.",
            f"That leaves {term(a, v)} = {show(c - b)}.",
        ),
        f"{undo[0].upper()}{undo[1:]} on both sides: {term(a, v)} = {show(c - b)}."
        f" Divide by {show(a)}: {v} = {show(x)}.",
    )


def both_sides(rng: Random, p: Settings) -> Draft | None:
    """Solve an equation with the unknown on both sides, with brackets at the higher level."""
    v, negative = rng.choice(LETTERS), bool(p["negative"])
    a, c = rng.randrange(3, p["coefficient"] + 1), whole(rng, p["coefficient"] - 1, negative, 1)
    x, b = whole(rng, p["largest"], negative, 1), whole(rng, p["largest"], True, 1)
    if a <= c or abs(a - c) < 2:
        return None
    if p["brackets"]:
        left, opened = f"{a}({expression((1, v), (b, ''))})", a * b
    else:
        left, opened = expression((a, v), (b, "")), b
    d = a * x + opened - c * x
    if not d:
        return None
    text = f"{left} = {expression((c, v), (d, ''))}"
    undo = f"subtract {term(c, v)} on both sides" if c > 0 else f"add {term(-c, v)} on both sides"
    gone = f"{expression((a - c, v), (opened, ''))} = {show(d)}"
    step = "Multiply out the bracket first." if p["brackets"] else f"Collect the terms with {v} on one side."
    wrong: list[Wrong[Rational]] = [
        Wrong(
            "sign-error-moving", Fraction(d - opened, a + c) if a + c else Fraction(0), f"To move {term(c, v)}, {undo}."
        ),
        Wrong("constant-sign", Fraction(d + opened, a - c), f"Undo{plus(opened)} with the opposite operation."),
        Wrong("not-divided", d - opened, f"That is {term(a - c, v)}; now divide by {a - c}."),
    ]
    if p["brackets"]:
        trap: Wrong[Rational] = Wrong(
            "second-term-forgotten", Fraction(d - b, a - c), f"The {a} multiplies the {show(b)} too."
        )
        wrong.insert(0, trap)
    return Draft(
        f"Solve {text}. What is {v}?",
        Number(x, tuple(wrong)),
        (step, f"To bring {v} to one side, {undo}.", f"That gives {gone}."),
        f"{expression((a, v), (opened, ''))} = {expression((c, v), (d, ''))}; {undo}: {gone}; "
        f"{term(a - c, v)} = {show(d - opened)}; {v} = {show(x)}.",
    )


def fraction_equation(rng: Random, p: Settings) -> Draft | None:
    """Solve an equation in which the unknown is divided by a number."""
    v, negative = rng.choice(LETTERS), bool(p["negative"])
    a, b = rng.randrange(2, p["coefficient"] + 1), whole(rng, p["largest"], True, 1)
    q = whole(rng, p["largest"], negative, 1)
    x, c = a * q, q + b
    undo = f"subtract {b}" if b > 0 else f"add {-b}"
    return Draft(
        f"Solve {v}/{a}{plus(b)} = {show(c)}. What is {v}?",
        Number(
            x,
            (
                Wrong("divided-again", Fraction(q, a), f"{v} is divided by {a}: undo that by multiplying."),
                Wrong("sign-error-moving", a * (c + b), f"To undo{plus(b)}, {undo} on both sides."),
                Wrong("wrong-order", a * c - b, f"First {undo}, then multiply."),
            ),
        ),
        (
            "Undo the steps in reverse.",
            f"First {undo} on both sides.",
            f"That leaves {v} divided by {a} equal to {show(q)}.",
        ),
        f"{v}/{a} = {show(q)}, so {v} = {a} × {bracket(q)} = {show(x)}.",
        speech=f"Solve: {v} divided by {a}, {'plus' if b > 0 else 'minus'} {abs(b)}, equals "
        f"{show(c).replace('−', 'minus ')}. What is {v}?",
    )


def solution_check(rng: Random, p: Settings) -> Draft | None:
    """Judge whether a number solves an equation."""
    v, negative = rng.choice(LETTERS), bool(p["negative"])
    a, b = rng.randrange(2, p["coefficient"] + 1), whole(rng, p["largest"], True, 1)
    x, off = whole(rng, p["largest"], negative, 1), rng.choice((0, 0, b, -b, 1))
    c = a * x + b + off
    left = a * x + b
    text = f"{expression((a, v), (b, ''))} = {show(c)}"
    return Draft(
        f"Is this so? {v} = {show(x)} is a solution of {text}.",
        Judge(
            off == 0, "not-substituted", f"Put {show(x)} in: the left side is {show(left)}, the right side {show(c)}."
        ),
        (
            f"Put {bracket(x)} in the place of {v}.",
            f"The left side becomes {a} × {bracket(x)}{plus(b)}. Compare it with the right side.",
        ),
        f"{a} × {bracket(x)}{plus(b)} = {show(left)}, which is {'equal' if off == 0 else 'not equal'} to {show(c)}.",
    )


def solving_steps(rng: Random, p: Settings) -> Draft | None:
    """Put the lines of a solution in order."""
    v = rng.choice(LETTERS)
    a, c = rng.randrange(4, p["coefficient"] + 2), rng.randrange(2, p["coefficient"])
    x, b = rng.randrange(2, p["largest"] + 1), rng.randrange(2, p["largest"] + 1)
    if a - c < 2:
        return None
    d = (a - c) * x + b
    lines = (
        f"{expression((a, v), (b, ''))} = {expression((c, v), (d, ''))}",
        f"{expression((a - c, v), (b, ''))} = {d}",
        f"{term(a - c, v)} = {d - b}",
        f"{v} = {x}",
    )
    return Draft(
        "Put the lines of this solution in order, starting with the equation.",
        Order(lines, (Wrong("backwards", lines[::-1], "Start with the equation; the solution comes last."),)),
        (
            f"Which line still has {v} on both sides?",
            "Each step makes the equation simpler, until the letter stands alone.",
        ),
        f"Subtract {term(c, v)}, then {b}, then divide by {a - c}: {'; '.join(lines)}.",
    )


def first_step(rng: Random, p: Settings) -> Draft | None:
    """Choose the best first step towards a solution."""
    v, negative = rng.choice(LETTERS), bool(p["negative"])
    a, b = rng.randrange(3, p["coefficient"] + 1), whole(rng, p["largest"], True)
    x = whole(rng, p["largest"], negative)
    if a == abs(b):
        return None
    undo, redo = (f"subtract {b}", f"add {b}") if b > 0 else (f"add {-b}", f"subtract {-b}")
    text = f"{expression((a, v), (b, ''))} = {show(a * x + b)}"
    return Draft(
        f"Which first step leaves only the term with {v} on the left? {text}",
        Pick(
            f"{undo} on both sides",
            (
                Wrong("same-operation", f"{redo} on both sides", f"That does not undo{plus(b)}: use the opposite."),
                Wrong("factor-first", f"subtract {a} on both sides", f"{a} is a factor; it is undone by dividing."),
                Wrong(
                    "one-side-only", f"{undo} on the left side only", "A balance stays level only if both sides change."
                ),
            ),
        ),
        (
            f"What stands next to the term with {v} on the left?",
            "The opposite operation takes it away; keep both sides equal.",
        ),
        f"{undo[0].upper()}{undo[1:]} on both sides; {term(a, v)} = {show(a * x)} remains.",
    )


_LARGEST, _COEFFICIENT = Whole("largest", 10, 5, 50), Whole("coefficient", 6, 4, 15)

GENERATORS = (
    Generator(
        "one-step-equation",
        one_step,
        (_LARGEST, _NEGATIVE, Words("forms", ("add", "subtract", "multiply", "divide"))),
    ),
    Generator("two-step-equation", two_step, (_LARGEST, _COEFFICIENT, _NEGATIVE)),
    Generator("both-sides-equation", both_sides, (_LARGEST, _COEFFICIENT, _NEGATIVE, Whole("brackets", 0, 0, 1))),
    Generator("fraction-equation", fraction_equation, (_LARGEST, _COEFFICIENT, _NEGATIVE)),
    Generator("solution-check", solution_check, (_LARGEST, _COEFFICIENT, _NEGATIVE)),
    Generator("solving-steps", solving_steps, (_LARGEST, _COEFFICIENT)),
    Generator("first-step", first_step, (_LARGEST, _COEFFICIENT, _NEGATIVE)),
)
