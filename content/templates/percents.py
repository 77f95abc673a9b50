"""Percent: other names of fractions and decimals, parts of an amount, change."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Literal

from content.templates.draft import Draft, Generator, Number, Pairs, Rational, Wrong
from content.templates.notation import decimal
from content.templates.parameters import Settings, Whole, Words

_SIMPLE = (10, 20, 25, 50, 75, 100)
_ROUND = (5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90)


def _rate(rng: Random, level: str) -> int:
    """A percentage: simple (10, 25, 50, ...), round (multiples of 5) or any from 2 to 98."""
    if level == "any":
        return rng.randrange(2, 99)
    return rng.choice(_SIMPLE[:-1] if level == "simple" else _ROUND)


def percent_names(rng: Random, p: Settings) -> Draft | None:
    """Change between a fraction, a decimal and a percentage."""
    bottom = rng.choice([b for b in (2, 4, 5, 10, 20, 25, 50, 8, 40) if b <= p["bottom"]])
    value = Fraction(rng.randrange(1, bottom), bottom)
    percent = value * 100
    source, _, target = rng.choice(p.words["changes"]).partition("-to-")
    written = {"fraction": str(value), "decimal": decimal(value), "percent": f"{decimal(percent)} %"}[source]
    key: Rational = percent if target == "percent" else value
    hints = {
        "percent": ("Percent means parts of a hundred.", "How many hundredths is it?"),
        "decimal": ("Percent means hundredths, and a fraction bar means divide.", "How many hundredths is it?"),
        "fraction": ("Read the number as tenths or hundredths.", "Write it over a hundred, then simplify."),
    }[target]
    ask = {"percent": "as a percentage (type only the number)", "decimal": "as a decimal", "fraction": "as a fraction"}[
        target
    ]
    wrong: tuple[Wrong[Rational], ...] = (
        Wrong("point-misplaced", Fraction(key) / 10, "Check the places: percent is parts of a hundred, not of ten."),
        Wrong("digits-glued",
              Fraction(int(f"{value.numerator}{value.denominator}"), 1 if target == "percent" else 100),
              "Top and bottom are not digits of the answer: divide the top by the bottom."),
        Wrong("not-rescaled", value if target == "percent" else percent,
              "Going to or from percent moves the point by two places."),
    )  # fmt: skip
    style: Literal["fraction", "decimal"] = "fraction" if target == "fraction" else "decimal"
    fitting = tuple(w for w in wrong if style == "fraction" or _ends(w.answer))
    return Draft(
        f"Write {written} {ask}.",
        Number(key, fitting, style=style),
        hints,
        f"{value.numerator}/{value.denominator} = {decimal(value)} = {decimal(percent)} %.",
    )


def _ends(value: Rational) -> bool:
    bottom = Fraction(value).denominator
    for prime in (2, 5):
        while bottom % prime == 0:
            bottom //= prime
    return bottom == 1


def _percent(value: Fraction) -> str:
    return f"{decimal(value * 100)} %"


def percent_match(rng: Random, p: Settings) -> Draft | None:
    """Match fractions with the percentages that name the same number."""
    bottoms = [b for b in (2, 4, 5, 10, 20, 25, 50) if b <= p["bottom"]]
    values = {Fraction(rng.randrange(1, b), b) for b in (rng.choice(bottoms) for _ in range(9))}
    if len(values) < 4:
        return None
    chosen = sorted(values)
    rng.shuffle(chosen)
    chosen = chosen[:4]
    pairs = tuple((str(value), _percent(value)) for value in chosen[:3])
    first = chosen[0]
    trap = f"{first.denominator} %"
    others = (trap,) if trap not in [_percent(v) for v in chosen[:3]] else (_percent(chosen[3]),)
    wrong = (Wrong("bottom-as-percent", {str(first): trap}, "The bottom is not the percentage: make it hundredths."),)
    return Draft(
        "Match each fraction with the percentage that has the same value.",
        Pairs(pairs, others, wrong if trap in others else ()),
        ("Percent means parts of a hundred.", "Write each fraction with the bottom 100, then read off the top."),
        " ".join(f"{left} = {right}." for left, right in pairs),
    )


_GOODS = ("a coat", "a bicycle", "a phone", "a book", "a chair", "a ticket", "a lamp", "a bag")


def percent_of(rng: Random, p: Settings) -> Draft | None:
    """Find a percentage of an amount."""
    rate, amount = _rate(rng, rng.choice(p.words["rates"])), rng.randrange(1, p["largest"] // 10 + 1) * 10
    key = Fraction(rate * amount, 100)
    one = decimal(Fraction(amount, 100))
    return Draft(
        f"What is {rate} % of {amount}?",
        Number(
            key,
            (
                Wrong("subtracted", amount - rate, "Percent is a part of the amount, not a number to take away."),
                Wrong("divided-by-rate", Fraction(amount, rate), f"{rate} % means {rate} hundredths, not 1/{rate}."),
                Wrong("hundred-forgotten", rate * amount, "Percent means hundredths: divide by 100 as well."),
                Wrong("the-rest", amount - key, "That is what is left when the part is gone."),
            )
            if _ends(Fraction(amount, rate))
            else (
                Wrong("subtracted", amount - rate, "Percent is a part of the amount, not a number to take away."),
                Wrong("hundred-forgotten", rate * amount, "Percent means hundredths: divide by 100 as well."),
                Wrong("the-rest", amount - key, "That is what is left when the part is gone."),
            ),
            style="decimal",
        ),
        (
            "One percent is a hundredth of the amount.",
            f"1 % of {amount} is {one}." if rate % 10 else f"10 % of {amount} is {decimal(Fraction(amount, 10))}.",
            f"You need {rate} times the one percent." if rate % 10 else f"How many times does 10 % fit into {rate} %?",
        ),
        f"1 % of {amount} is {one}; {rate} × {one} = {decimal(key)}.",
    )


def percent_what(rng: Random, p: Settings) -> Draft | None:
    """Find what percentage one number is of another."""
    rate, whole = _rate(rng, rng.choice(p.words["rates"])), rng.randrange(2, p["largest"] // 10 + 1) * 10
    if rate * whole % 100:
        return None
    part = rate * whole // 100
    return Draft(
        f"{part} is what percentage of {whole}? Type only the number.",
        Number(
            rate,
            (
                Wrong(
                    "part-as-percent", part, f"{part} is the amount; compare it with {whole} and make it hundredths."
                ),
                Wrong("the-rest", 100 - rate, "That is the percentage that is missing."),
                Wrong("difference", whole - part, "Do not subtract: divide the part by the whole."),
            ),
        ),
        (
            "Write the part over the whole as a fraction, then make the bottom a hundred.",
            f"The fraction is {part}/{whole}.",
            f"Divide {part} by {whole}, then multiply by one hundred.",
        ),
        f"{part}/{whole} = {decimal(Fraction(part, whole))} = {rate} %.",
    )


def percent_change(rng: Random, p: Settings) -> Draft | None:
    """Find a price after a rise or a reduction, or the price before it."""
    rate, price = _rate(rng, rng.choice(p.words["rates"])), rng.randrange(2, p["largest"] // 10 + 1) * 10
    rises = rng.choice(p.words["directions"]) == "up"
    change = Fraction(rate * price, 100)
    if change.denominator != 1:
        return None
    after = price + change if rises else price - change
    factor = 100 + rate if rises else 100 - rate
    verb = "rises" if rises else "is reduced"
    thing = rng.choice(_GOODS)
    if rng.choice(p.words["ask"]) == "after":
        return Draft(
            f"The price of {thing} is {price}. It {verb} by {rate} %. What is the new price?",
            Number(after, (
                Wrong("change-only", change, "That is the change; the new price is asked."),
                Wrong("wrong-direction", 2 * price - after, f"The price {verb}: does it go up or down?"),
                Wrong("rate-as-amount", price + rate if rises else price - rate,
                      f"{rate} % is a share of {price}, not {rate} itself."),
            )),
            ("Find the change first, then the new price.", f"1 % of {price} is {decimal(Fraction(price, 100))}.",
             f"The new price is {factor} % of {price}."),
            f"{rate} % of {price} is {change}; the new price is {price} {'+' if rises else '−'} {change} = {after}.",
        )  # fmt: skip
    back = after - after * rate / 100 if rises else after + after * rate / 100
    wrong: list[Wrong[Rational]] = [
        Wrong("percent-of-new-price", back, f"The {rate} % were taken of the old price, not of {after}.")
    ]
    return Draft(
        f"The price of {thing} {verb} by {rate} % and is now {after}. What was it before?",
        Number(price, (*wrong, Wrong("unchanged", after, "That is the price now.")), style="decimal"),
        (
            "The old price is 100 %.",
            f"The new price is {factor} % of the old one.",
            f"Divide {after} by {factor}, then multiply by a hundred.",
        ),
        f"{factor} % of the old price is {after}, so 1 % is {after} ÷ {factor} = {decimal(Fraction(price, 100))}, "
        f"and 100 % is {price}.",
    )


_RATES = Words("rates", ("simple", "round", "any"), ("simple",))
_CHANGES = ("fraction-to-percent", "decimal-to-percent", "percent-to-decimal", "percent-to-fraction")

GENERATORS = (
    Generator(
        "percent-names",
        percent_names,
        (Whole("bottom", 10, 4, 50), Words("changes", (*_CHANGES, "fraction-to-decimal", "decimal-to-fraction"))),
    ),
    Generator("percent-match", percent_match, (Whole("bottom", 10, 5, 50),)),
    Generator("percent-of", percent_of, (Whole("largest", 200, 50, 5000), _RATES)),
    Generator("percent-what", percent_what, (Whole("largest", 200, 50, 5000), _RATES)),
    Generator(
        "percent-change",
        percent_change,
        (
            Whole("largest", 200, 50, 5000),
            _RATES,
            Words("directions", ("up", "down")),
            Words("ask", ("after", "before"), ("after",)),
        ),
    ),
)
