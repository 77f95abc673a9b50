"""Word problems: a story turned into an equation, and the equation solved."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from content.templates.draft import Draft, Generator, Number, Pick, Wrong
from content.templates.parameters import Settings, Whole

_STORIES = (
    (
        "A taxi costs {b} coins to start and {a} coins for each kilometre. "
        "A ride costs {c} coins. How many kilometres was it?",
        "kilometres",
        "+",
    ),
    (
        "A gym asks {b} coins to join and {a} coins a month. Mina has paid {c} coins. For how many months?",
        "months",
        "+",
    ),
    (
        "A plumber charges {b} coins for coming and {a} coins an hour. "
        "The bill is {c} coins. How many hours did it take?",
        "hours",
        "+",
    ),
    (
        "A box weighs {b} grams empty. "
        "Each ball in it weighs {a} grams. The full box weighs {c} grams. How many balls are in it?",
        "balls",
        "+",
    ),
    (
        "Tickets cost {a} coins each. "
        "With a voucher for {b} coins off the total, a family pays {c} coins. How many tickets did they buy?",
        "tickets",
        "−",
    ),
    (
        "Leo packs {a} apples in each bag. "
        "Then he eats {b} of the apples; {c} apples remain in the bags. How many bags did he pack?",
        "bags",
        "−",
    ),
)


def story(rng: Random, p: Settings) -> Draft | None:
    """Solve a story with a fixed amount and an amount for each."""
    text, things, sign = rng.choice(_STORIES)
    a, x, b = rng.randrange(2, p["rate"] + 1), rng.randrange(2, p["largest"] + 1), rng.randrange(2, p["fixed"] + 1)
    c = a * x + b if sign == "+" else a * x - b
    if c <= 0 or a == b:
        return None
    back, word = (c - b, f"take away the {b}") if sign == "+" else (c + b, f"put back the {b}")
    return Draft(
        text.format(a=a, b=b, c=c),
        Number(
            x,
            (
                Wrong("fixed-amount-ignored", Fraction(c, a), f"The {b} come only once: {word} first."),
                Wrong(
                    "wrong-direction", Fraction(c + b if sign == "+" else c - b, a), f"Undo it the other way: {word}."
                ),
                Wrong("not-divided", back, f"Now ask how often {a} fits into that."),
                Wrong(
                    "rates-joined", Fraction(c, a + b), f"Only the {a} come once for each; the {b} come once in all."
                ),
            ),
        ),
        (
            f"Call the number of {things} n. What happens once, and what happens n times?",
            f"The equation is {a}n {sign} {b} = {c}.",
            f"First {word}: {a}n = {back}.",
        ),
        f"{a}n {sign} {b} = {c}, so {a}n = {back} and n = {back} ÷ {a} = {x}.",
    )


def story_equation(rng: Random, p: Settings) -> Draft | None:
    """Choose the equation that fits a story."""
    text, things, sign = rng.choice(_STORIES)
    a, x, b = rng.randrange(2, p["rate"] + 1), rng.randrange(2, p["largest"] + 1), rng.randrange(2, p["fixed"] + 1)
    c = a * x + b if sign == "+" else a * x - b
    if c <= 0 or a == b:
        return None
    opposite = "−" if sign == "+" else "+"
    told = text.format(a=a, b=b, c=c).rpartition(". ")[0]
    return Draft(
        f"{told}. Let n be the number of {things}. Which equation fits?",
        Pick(
            f"{a}n {sign} {b} = {c}",
            (
                Wrong(
                    "rate-and-fixed-swapped",
                    f"{b}n {sign} {a} = {c}",
                    f"Which number comes once for each of the {things}?",
                ),
                Wrong("wrong-sign", f"{a}n {opposite} {b} = {c}", f"Do the {b} make the total larger or smaller?"),
                Wrong("rates-joined", f"{a}(n {sign} {b}) = {c}", f"The {a} do not multiply the {b}."),
            ),
        ),
        (
            "Which amount comes once, and which comes n times?",
            f"n times {a} belongs to the {things}. What is done with {b}?",
        ),
        f"{a} for each of n {things}, and {b} once: {a}n {sign} {b} = {c}.",
    )


def consecutive(rng: Random, p: Settings) -> Draft | None:
    """Find numbers in a row, or two numbers, from their sum."""
    first = rng.randrange(2, p["largest"] * 3)
    return _in_a_row(first) if rng.randrange(2) else _two_numbers(first, rng.randrange(2, p["fixed"] + 1))


def _in_a_row(first: int) -> Draft:
    total = 3 * first + 3
    return Draft(
        f"Three whole numbers in a row add up to {total}. What is the smallest of them?",
        Number(
            first,
            (
                Wrong("middle", first + 1, "That is the middle one."),
                Wrong("largest", first + 2, "That is the largest one."),
                Wrong("same-numbers", Fraction(total - 1, 3), "They differ by one each: n, n + 1 and n + 2."),
            ),
        ),
        (
            "Call the smallest n. What are the next two?",
            f"n, n + 1 and n + 2 together make {total}.",
            f"So 3n + 3 = {total}.",
        ),
        f"3n + 3 = {total}, so 3n = {3 * first} and n = {first}: {first} + {first + 1} + {first + 2} = {total}.",
    )


def _two_numbers(first: int, more: int) -> Draft:
    total = 2 * first + more
    return Draft(
        f"Two numbers add up to {total}. One is {more} more than the other. What is the smaller number?",
        Number(
            first,
            (
                Wrong("larger", first + more, "That is the larger number."),
                Wrong("only-halved", Fraction(total, 2), f"Half each would be equal numbers; they differ by {more}."),
                Wrong("only-subtracted", total - more, "Now two equal numbers remain: halve."),
            ),
        ),
        (
            "Call the smaller number n. How do you write the larger one?",
            f"n and n + {more} together make {total}.",
            f"So 2n = {total} − {more}.",
        ),
        f"2n + {more} = {total}, so 2n = {2 * first} and n = {first}.",
    )


def break_even(rng: Random, p: Settings) -> Draft | None:
    """Solve a story with the unknown on both sides."""
    a = rng.randrange(3, p["rate"] + 3)
    c = rng.randrange(2, a)
    x = rng.randrange(2, p["largest"] + 1)
    d = rng.randrange(5, p["fixed"] * 4 + 6)
    b = d - (a - c) * x
    if b <= 0 or b == d:
        return None
    one, other = rng.choice((("Blue Cabs", "City Cabs"), ("The first club", "The second club"), ("Plan A", "Plan B")))
    return Draft(
        f"{one} asks {b} coins once and {a} coins a visit. {other} asks {d} coins once and {c} coins a visit. "
        "After how many visits do both cost the same?",
        Number(
            x,
            (
                Wrong(
                    "sign-error-moving", Fraction(d - b, a + c), "Subtract the smaller cost per visit, do not add it."
                ),
                Wrong("not-divided", d - b, f"Each visit makes up {a - c} of that difference."),
                Wrong("constants-added", Fraction(d + b, a - c), "Compare the two starting costs: subtract them."),
            ),
        ),
        (
            "Write the cost of each after n visits, and set them equal.",
            f"{b} + {a}n = {d} + {c}n.",
            f"The start differs by {d - b}, and every visit makes up {a - c} of it.",
        ),
        f"{a}n + {b} = {c}n + {d}, so {a - c}n = {d - b} and n = {x}.",
    )


_LARGEST, _RATE, _FIXED = Whole("largest", 8, 5, 40), Whole("rate", 6, 4, 40), Whole("fixed", 10, 5, 100)

GENERATORS = (
    Generator("story", story, (_LARGEST, _RATE, _FIXED)),
    Generator("story-equation", story_equation, (_LARGEST, _RATE, _FIXED)),
    Generator("consecutive", consecutive, (_LARGEST, _FIXED)),
    Generator("break-even", break_even, (_LARGEST, _RATE, _FIXED)),
)
