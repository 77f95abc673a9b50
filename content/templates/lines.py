"""Points, slope, straight lines, and systems of two linear equations."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from content.templates.draft import Draft, Gaps, Generator, Judge, Number, Pick, Rational, Wrong
from content.templates.expressions import whole
from content.templates.notation import bracket, expression, show
from content.templates.parameters import Settings, Whole, Words

_NEGATIVE = Whole("negative", 0, 0, 1)


def point(x: int, y: int) -> str:
    """A point as read: (3, −2)."""
    return f"({show(x)}, {show(y)})"


def slope(rng: Random, p: Settings) -> Draft | None:
    """Find the slope of the line through two points."""
    negative = bool(p["negative"])
    x1, y1 = (whole(rng, p["largest"], negative, 0) for _ in range(2))
    run = rng.randrange(1, p["run"] + 1)
    rise = whole(rng, p["largest"], negative, 1) * (1 if p["fractions"] else run)
    x2, y2 = x1 + run, y1 + rise
    key = Fraction(rise, run)
    wrong: list[Wrong[Rational]] = [
        Wrong("run-over-rise", Fraction(run, rise), "Slope is rise over run: the change in y comes on top."),
        Wrong("sign-error", -key, "Subtract in the same order in both changes."),
        Wrong("rise-only", Fraction(rise), "Divide the change in y by the change in x."),
    ]
    if x1 + x2:
        wrong.append(Wrong("added", Fraction(y1 + y2, x1 + x2), "Slope compares changes: subtract, do not add."))
    return Draft(
        f"What is the slope of the line through {point(x1, y1)} and {point(x2, y2)}?",
        Number(key, tuple(wrong)),
        (
            "Slope says how much y changes when x grows by one: rise over run.",
            f"The rise is {show(y2)} − {bracket(y1)}.",
            f"The run is {show(x2)} − {bracket(x1)}.",
        ),
        f"({show(y2)} − {bracket(y1)}) ÷ ({show(x2)} − {bracket(x1)}) = {show(rise)} ÷ {run} = {show(key)}.",
        description=f"Two points: x is {show(x1)}, y is {show(y1)}; and x is {show(x2)}, y is {show(y2)}.",
    )


def line_reading(rng: Random, p: Settings) -> Draft | None:
    """Read slope or intercept from the equation of a line."""
    m, b = whole(rng, p["largest"], bool(p["negative"])), whole(rng, p["largest"], True, 1)
    if m == b:
        return None
    text = f"y = {expression((m, 'x'), (b, ''))}"
    if p["turned"] and rng.randrange(2):
        text = f"y = {expression((b, ''), (m, 'x'))}"
    if rng.choice(p.words["ask"]) == "slope":
        return Draft(
            f"What is the slope of the line {text}?",
            Number(
                m,
                (
                    Wrong("intercept", b, "That is where the line crosses the y-axis."),
                    Wrong("sign-lost", -m, "The sign belongs to the slope."),
                ),
            ),
            (
                "How much does y change when x grows by one?",
                "Look for the number that multiplies x, with its sign.",
            ),
            f"The number before x is the slope: {show(m)}.",
        )
    return Draft(
        f"The line {text} crosses the y-axis where y = □. Which number is it?",
        Number(
            b,
            (
                Wrong("slope", m, "That is the slope, the number before x."),
                Wrong("sign-lost", -b, "Keep the sign in front of the number."),
            ),
        ),
        ("On the y-axis x is zero.", "Put zero in the place of x: which number remains?"),
        f"With x = 0 there remains y = {show(b)}.",
        speech=f"Where does the line {text.replace('=', 'equals').replace('−', 'minus')} cross the y-axis?",
    )


def _line(slope_: int, start: int) -> str:
    return f"y = {expression((slope_, 'x'), (start, ''))}"


def line_equation(rng: Random, p: Settings) -> Draft | None:
    """Choose the equation of a line from its slope and a point, or from two points."""
    m, b = whole(rng, p["largest"], bool(p["negative"])), whole(rng, p["largest"], True, 1)
    if m == b:
        return None
    kind = rng.choice(p.words["given"])
    x1 = whole(rng, 6, bool(p["negative"]), 1)
    y1 = m * x1 + b
    if kind == "intercept":
        given, hint = (
            f"with slope {show(m)} that crosses the y-axis at {show(b)}",
            "The form is y = slope times x plus start.",
        )
    elif kind == "point":
        given, hint = (
            f"with slope {show(m)} through {point(x1, y1)}",
            f"At x = {show(x1)}, slope times x makes {show(m * x1)}.",
        )
    else:
        x2 = x1 + rng.randrange(1, 5)
        given, hint = f"through {point(x1, y1)} and {point(x2, m * x2 + b)}", "Find the slope first: rise over run."
    return Draft(
        f"Which is the equation of the line {given}?",
        Pick(
            _line(m, b),
            (
                Wrong("swapped", _line(b, m), "Slope and start changed places: the slope multiplies x."),
                Wrong("start-sign", _line(m, -b), "Check the start: put the point in. Does it fit?"),
                Wrong("slope-sign", _line(-m, b), "Does the line rise or fall? Check the sign of the slope."),
            ),
            (_line(m, y1), _line(m + 1, b)),
        ),
        ("The number before x is the slope; the number alone is where the line starts, at x = 0.", hint,
         "Put a point you know into each equation and see which one fits."),
        f"The slope is {show(m)} and the line starts at {show(b)}: {_line(m, b)}.",
    )  # fmt: skip


def line_point(rng: Random, p: Settings) -> Draft | None:
    """Judge whether a point lies on a line."""
    m, b = whole(rng, p["largest"], bool(p["negative"])), whole(rng, p["largest"], True, 1)
    x = whole(rng, p["largest"], bool(p["negative"]), 1)
    y = m * x + b
    shown = y + rng.choice((0, 0, -2 * b, 1, -1))
    return Draft(
        f"Is this so? The point {point(x, shown)} lies on the line y = {expression((m, 'x'), (b, ''))}.",
        Judge(shown == y, "not-substituted", f"With x = {show(x)} the line has y = {show(y)}."),
        (f"Put x = {show(x)} into the equation.", f"Compare the y you get with {show(shown)}."),
        f"{show(m)} × {bracket(x)} {'+' if b > 0 else '−'} {abs(b)} = {show(y)}, and the point has y = {show(shown)}.",
    )


def _substitution(rng: Random, x: int, y: int, p: Settings) -> tuple[str, str, str, str] | None:
    """Two equations with y alone in the first, the step that joins them, and what it leaves."""
    m, a, c = whole(rng, 4, bool(p["negative"])), rng.randrange(1, 5), rng.randrange(1, 5)
    k, right = y - m * x, a * x + c * y
    if not k or not a + c * m:
        return None
    other = expression((m, "x"), (k, ""))
    return (
        f"y = {other}",
        f"{expression((a, 'x'), (c, 'y'))} = {show(right)}",
        f"Put {other} for y into the second equation.",
        f"That leaves an equation in x alone: {expression((a + c * m, 'x'))} = {show(right - c * k)}.",
    )


def _elimination(rng: Random, x: int, y: int, p: Settings, method: str) -> tuple[str, str, str, str] | None:
    """Two equations, the step by which y drops out, and what it leaves."""
    a, b, c, d = (rng.randrange(1, p["coefficient"] + 1) for _ in range(4))
    if method == "add":
        d = -b
    elif a * d == b * c or d == b:
        return None
    left, right = a * x + b * y, c * x + d * y
    rows = (f"{expression((a, 'x'), (b, 'y'))} = {show(left)}", f"{expression((c, 'x'), (d, 'y'))} = {show(right)}")
    if method == "add":
        step = "Add the two equations: the terms with y cancel."
        return *rows, step, f"That leaves {expression((a + c, 'x'))} = {show(left + right)}."
    step = f"Multiply the first equation by {d} and the second by {b}, then subtract: y drops out."
    return *rows, step, f"That leaves {expression((a * d - b * c, 'x'))} = {show(d * left - b * right)}."


def system(rng: Random, p: Settings) -> Draft | None:
    """Solve a system of two linear equations."""
    x, y = (whole(rng, p["largest"], bool(p["negative"]), 1) for _ in range(2))
    method = rng.choice(p.words["methods"])
    made = _substitution(rng, x, y, p) if method == "substitute" else _elimination(rng, x, y, p, method)
    if made is None or x == y:
        return None
    first, second, step, after = made
    return Draft(
        "Find the x and the y that satisfy both equations.",
        Gaps(
            f"{first} and {second}: x = {{{{x}}}}, y = {{{{y}}}}",
            {"x": x, "y": y},
            (
                Wrong("swapped", {"x": y, "y": x}, "The two values changed places: put them in and check."),
                Wrong("sign-error", {"x": -x, "y": y}, "Check the sign of x in both equations."),
            ),
        ),
        ("Make one letter disappear, so that one equation with one unknown remains.", step, after),
        f"{step} {after} So x = {show(x)}, and put back, y = {show(y)}.",
        description=f"The equations are: {first}; and {second}.",
    )


def system_check(rng: Random, p: Settings) -> Draft | None:
    """Judge whether a pair of numbers satisfies both of two equations."""
    negative = bool(p["negative"])
    x, y = (whole(rng, p["largest"], negative, 1) for _ in range(2))
    (a, b), (c, d) = ((rng.randrange(1, 6), whole(rng, 5, True, 1)) for _ in range(2))
    off = rng.choice((0, 0, 1, -1, 2))
    if (a, b) == (c, d):
        return None
    first, second = a * x + b * y, c * x + d * y
    rows = (
        f"{expression((a, 'x'), (b, 'y'))} = {show(first)} and {expression((c, 'x'), (d, 'y'))} = {show(second + off)}"
    )
    return Draft(
        f"Is this so? x = {show(x)}, y = {show(y)} satisfies both: {rows}.",
        Judge(off == 0, "only-one-checked", f"In the second equation the left side becomes {show(second)}."),
        ("A solution must fit both equations.", f"Put x = {show(x)} and y = {show(y)} into each, one after the other."),
        f"First: {show(first)} = {show(first)}. Second: the left side is {show(second)}, the right side "
        f"{show(second + off)}.",
    )


_LARGEST = Whole("largest", 6, 4, 20)

GENERATORS = (
    Generator("slope", slope, (_LARGEST, _NEGATIVE, Whole("run", 4, 2, 10), Whole("fractions", 0, 0, 1))),
    Generator(
        "line-reading",
        line_reading,
        (_LARGEST, _NEGATIVE, Whole("turned", 0, 0, 1), Words("ask", ("slope", "intercept"))),
    ),
    Generator(
        "line-equation",
        line_equation,
        (_LARGEST, _NEGATIVE, Words("given", ("intercept", "point", "points"), ("intercept",))),
    ),
    Generator("line-point", line_point, (_LARGEST, _NEGATIVE)),
    Generator(
        "system",
        system,
        (
            _LARGEST,
            _NEGATIVE,
            Whole("coefficient", 4, 2, 9),
            Words("methods", ("add", "substitute", "multiply"), ("add",)),
        ),
    ),
    Generator("system-check", system_check, (_LARGEST, _NEGATIVE)),
)
