"""Powers, roots, the rules of exponents, and scientific notation."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from content.templates.draft import Draft, Generator, Number, Order, Pick, Wrong
from content.templates.notation import bracket, decimal, joined, power, show
from content.templates.parameters import Settings, Whole, Words


def power_value(rng: Random, p: Settings) -> Draft | None:
    """Work out a power of a whole number or of a negative number."""
    base, exponent = rng.randrange(2, p["base"] + 1), rng.randrange(2, p["exponent"] + 1)
    if p["negative"] and rng.randrange(2):
        base = -base
    key = base**exponent
    if abs(key) > 20_000:
        return None
    text = power(bracket(base), exponent)
    chain = " × ".join([bracket(base)] * exponent)
    return Draft(
        f"What is {text}?",
        Number(
            key,
            (
                Wrong("base-times-exponent", base * exponent, f"The exponent counts factors: {chain}."),
                Wrong("swapped", Fraction(exponent) ** abs(base), f"{show(base)} is the factor, the exponent counts."),
                Wrong("sign-lost", -key if base < 0 else key, "Count the minus signs: an even number gives plus."),
                Wrong("one-factor-short", base ** (exponent - 1), "One factor is missing."),
            ),
        ),
        (
            "The exponent says how many times the base is written as a factor.",
            f"Multiply {chain}.",
            f"{bracket(base)} × {bracket(base)} makes {base * base}." + (" Go on from there." if exponent > 2 else "")
            if exponent > 2
            else f"Think of a square with the side {abs(base)}.",
        ),
        f"{text} = {chain} = {show(key)}.",
    )


def power_order(rng: Random, p: Settings) -> Draft | None:
    """Order powers from least to greatest."""
    drawn = [(rng.randrange(2, p["base"] + 1), rng.randrange(1, p["exponent"] + 1)) for _ in range(4)]
    if len({b**e for b, e in drawn}) < 4:
        return None
    right = tuple(power(str(b), e) for b, e in sorted(drawn, key=lambda pair: pair[0] ** pair[1]))
    by_product = tuple(power(str(b), e) for b, e in sorted(drawn, key=lambda pair: (pair[0] * pair[1], pair)))
    by_base = tuple(power(str(b), e) for b, e in sorted(drawn))
    if len(set(right)) < 4:
        return None
    values = sorted(b**e for b, e in drawn)
    return Draft(
        "Order these powers from least to greatest.",
        Order(
            right,
            (
                Wrong(
                    "base-times-exponent", by_product, "The exponent counts factors; do not multiply it with the base."
                ),
                Wrong("greatest-first", right[::-1], "That runs from greatest to least."),
                Wrong(
                    "by-base", by_base, "The base alone does not decide: the exponent counts how often it is a factor."
                ),
            ),
        ),
        ("Work out each power.", "Write each power as a product: the exponent says how many factors there are."),
        f"The values are {joined(list(map(str, values)))}: {', '.join(right)}.",
    )


def square_root(rng: Random, p: Settings) -> Draft | None:
    """Find a square root or a cube root that is a whole number."""
    root = rng.randrange(2, p["largest"] + 1)
    if rng.choice(p.words["roots"]) == "square":
        n, sign, word, shape = root * root, "√", "square", "itself"
    else:
        root = 2 + root % 9
        n, sign, word, shape = root**3, "∛", "cube", "itself and once more by itself"
    tens = root - root % 10
    near = max(tens, 2) if tens != root else tens - 1
    prompt = f"What is {sign}{n}?"
    if p["stories"] and rng.randrange(2):
        shape_name, measure = ("square", "an area") if sign == "√" else ("cube", "a volume")
        prompt = f"A {shape_name} has {measure} of {n} {shape_name} metres. How long is one side, in metres?"
    return Draft(
        prompt,
        Number(
            root,
            (
                Wrong("halved", Fraction(n, 2), f"A root is not a half: which number times itself gives {n}?"),
                Wrong("squared", n * n, "You squared; the root goes back."),
                Wrong("one-too-few", root - 1, "Check by multiplying: it comes out too small."),
                Wrong("one-too-many", root + 1, "Check by multiplying: it comes out too large."),
            ),
        ),
        (
            f"Which number, multiplied by {shape}, gives {n}?",
            f"Look at the last digit of {n}: which digits have a {word} that ends so?",
            f"Try: the {word} of {near} is {near**2 if word == 'square' else near**3}.",
        ),
        f"{' × '.join([str(root)] * (2 if word == 'square' else 3))} = {n}, so {sign}{n} = {root}.",
    )


def _between(low: int) -> str:
    return f"between {low} and {low + 1}"


def root_between(rng: Random, p: Settings) -> Draft | None:
    """Find the two whole numbers between which a square root lies."""
    low = rng.randrange(2, p["largest"] + 1)
    n = rng.randrange(low * low + 1, (low + 1) ** 2)
    return Draft(
        f"Where does √{n} lie?",
        Pick(
            _between(low),
            (
                Wrong("halved", _between(n // 2), f"A root is not a half: try {n // 2} × {n // 2}."),
                Wrong("one-too-low", _between(low - 1), f"{low} × {low} = {low * low} is still less than {n}."),
                Wrong("one-too-high", _between(low + 1), f"{low + 1} × {low + 1} = {(low + 1) ** 2} is already more."),
            ),
            (_between(low + 2),),
        ),
        (
            f"Look for the square numbers just below and just above {n}.",
            f"The square below is {low * low}; the square above is {(low + 1) ** 2}.",
        ),
        f"{low * low} < {n} < {(low + 1) ** 2}, so √{n} lies {_between(low)}.",
    )


_RULES = {
    "product": "Multiplying powers of one base adds the exponents.",
    "quotient": "Dividing powers of one base subtracts the exponents.",
    "power": "A power of a power multiplies the exponents.",
    "mixed": "Add exponents for a product, subtract them for a quotient.",
}


def exponent_rule(rng: Random, p: Settings) -> Draft | None:
    """Simplify powers of one base to a single power and give its exponent."""
    m, n, k = (rng.randrange(2, p["largest"] + 1) for _ in range(3))
    rule = rng.choice(p.words["rules"])
    base = rng.choice(("x", "y", "a", "n", "2", "5"))
    if rule == "product":
        text, key, trap, step = f"{power(base, m)} · {power(base, n)}", m + n, m * n, f"{m} + {n}"
    elif rule == "quotient":
        if m == n:
            return None
        m, n = (m, n) if p["negative"] else (max(m, n), min(m, n))
        text, key, trap, step = f"{power(base, m)} ÷ {power(base, n)}", m - n, m + n, f"{m} − {n}"
    elif rule == "power":
        text, key, trap, step = power(f"({power(base, m)})", n), m * n, m + n, f"{m} × {n}"
    else:
        m += k
        text = f"{power(base, m)} · {power(base, n)} ÷ {power(base, k)}"
        key, trap, step = m + n - k, m * n - k, f"{m} + {n} − {k}"
    return Draft(
        f"Write as one power of {base}. What is the exponent? {text}",
        Number(key, (
            Wrong("wrong-rule", trap, _RULES[rule]),
            Wrong("first-exponent", m, "The other exponent counts too."),
            Wrong("power-of-exponents", m**n if rule == "power" and m**n < 10**6 else m - n, _RULES[rule]),
        )),
        (f"Write it out: how many times does {base} stand as a factor?", _RULES[rule], f"The exponent is {step}."),
        f"{_RULES[rule]} {text} = {power(base, key) if key != 1 else base}, the exponent is {step} = {show(key)}.",
    )  # fmt: skip


def negative_exponent(rng: Random, p: Settings) -> Draft | None:
    """Work out a power with exponent zero or a negative exponent."""
    base, exponent = rng.randrange(2, p["base"] + 1), -rng.randrange(0, p["exponent"] + 1)
    value = base**-exponent
    if value > 2000:
        return None
    text = power(str(base), exponent)
    rule = (
        "A negative exponent means: one divided by the power."
        if exponent
        else f"Going down one exponent divides by {base}; go down from exponent one."
    )
    return Draft(
        f"What is {text}? Type a whole number or a fraction.",
        Number(
            Fraction(1, value),
            (
                Wrong("negative-result", -value, "The minus in the exponent does not make the result negative."),
                Wrong("base-times-exponent", base * exponent, "The exponent is not a factor."),
                Wrong("minus-ignored", value, "The minus sign of the exponent turns the power over."),
            ),
        ),
        (
            f"Look at the pattern: {base}³ = {base**3}, {base}² = {base * base}, and so on downwards.",
            f"Each step down divides by {base}.",
            rule,
        ),
        f"{rule} {text} = " + (f"1/{power(str(base), -exponent)} = 1/{value}." if exponent else "1."),
    )


def scientific(rng: Random, p: Settings) -> Draft | None:
    """Change between a number and its scientific notation."""
    mantissa, exponent = Fraction(rng.randrange(11, 100), 10), rng.randrange(2, p["exponent"] + 1)
    if p["negative"] and rng.randrange(2):
        exponent = -exponent
    if mantissa.denominator == 1:
        return None
    draw = _ordinary_number if rng.choice(p.words["ask"]) == "number" else _power_of_ten
    return draw(mantissa, exponent)


def _ordinary_number(mantissa: Fraction, exponent: int) -> Draft:
    value, up = mantissa * Fraction(10) ** exponent, exponent > 0
    side = "right" if up else "left"
    return Draft(
        f"Write {decimal(mantissa)} × {power('10', exponent)} as an ordinary number.",
        Number(
            value,
            (
                Wrong("one-place-short", value / 10 if up else value * 10, "The point moved one place too few."),
                Wrong("wrong-direction", mantissa * Fraction(10) ** -exponent, f"The point moves to the {side}."),
                Wrong("zeros-appended", value * 10 if up else value / 10, "The exponent counts places, not zeros."),
            ),
            style="decimal",
        ),
        (
            "The exponent says by how many places the point moves.",
            f"This exponent is {'positive: the number is large' if up else 'negative: the number is small'}.",
            f"Move the point {abs(exponent)} places to the {side}.",
        ),
        f"The point moves {abs(exponent)} places to the {side}: {decimal(value)}.",
    )


def _power_of_ten(mantissa: Fraction, exponent: int) -> Draft:
    value, up = decimal(mantissa * Fraction(10) ** exponent), exponent > 0
    sign = "positive" if up else "negative"
    return Draft(
        f"{value} = {decimal(mantissa)} × 10 to which power? Type the exponent.",
        Number(
            exponent,
            (
                Wrong("sign-flipped", -exponent, "Numbers above 1 have a positive exponent, numbers below 1 not."),
                Wrong("zeros-counted", exponent - 1, "Count the places the point moves, not the zeros."),
                Wrong("one-too-many", exponent + 1, "Count the places between the two positions of the point."),
            ),
        ),
        (
            f"Where is the point in {value}, and where in {decimal(mantissa)}?",
            f"Count the places between. Moving to the {'right' if up else 'left'} here makes the exponent {sign}.",
        ),
        f"The point moves {abs(exponent)} places, so the exponent is {show(exponent)}.",
    )


_ROOTS = Words("roots", ("square", "cube"), ("square",))

GENERATORS = (
    Generator(
        "power-value", power_value, (Whole("base", 6, 3, 15), Whole("exponent", 3, 2, 6), Whole("negative", 0, 0, 1))
    ),
    Generator("power-order", power_order, (Whole("base", 5, 4, 10), Whole("exponent", 3, 2, 5))),
    Generator(
        "square-root",
        square_root,
        (Whole("largest", 12, 8, 40), _ROOTS, Whole("stories", 1, 0, 1)),
    ),
    Generator("root-between", root_between, (Whole("largest", 9, 6, 30),)),
    Generator(
        "exponent-rule",
        exponent_rule,
        (Whole("largest", 6, 4, 12), Words("rules", tuple(_RULES)), Whole("negative", 0, 0, 1)),
    ),
    Generator("negative-exponent", negative_exponent, (Whole("base", 6, 4, 12), Whole("exponent", 3, 2, 4))),
    Generator(
        "scientific",
        scientific,
        (Whole("exponent", 4, 3, 9), Words("ask", ("number", "exponent")), Whole("negative", 0, 0, 1)),
    ),
)
