"""Decimals: place value, order, and the operations."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from content.templates.draft import Draft, Generator, Number, Order, Pick, Wrong
from content.templates.notation import decimal
from content.templates.parameters import Settings, Whole, Words

_PLACE = {1: "tenths", 2: "hundredths", 3: "thousandths"}


def _draw(rng: Random, whole: int, places: int) -> Fraction:
    """A decimal below `whole` with exactly `places` decimal places."""
    scale = 10**places
    return Fraction(rng.randrange(whole) * scale + rng.randrange(scale // 10) * 10 + rng.randrange(1, 10), scale)


def decimal_order(rng: Random, p: Settings) -> Draft | None:
    """Order decimals with different numbers of places from least to greatest."""
    whole = rng.randrange(p["whole"])
    values = sorted({whole + _draw(rng, 1, rng.randrange(1, p["places"] + 1)) for _ in range(p["count"])})
    texts = tuple(map(decimal, values))
    if len(values) < p["count"] or len({len(text) for text in texts}) == 1:
        return None
    by_length = tuple(sorted(texts, key=lambda text: int(text.partition(".")[2])))
    shortest = tuple(sorted(texts, key=lambda text: (-len(text), text)))
    padded = ", ".join(text.ljust(max(map(len, texts)), "0") for text in texts)
    return Draft(
        "Order these decimals from least to greatest.",
        Order(
            texts,
            (
                Wrong("longer-is-larger", by_length, "After the point, places shrink: 0.35 is less than 0.4."),
                Wrong("shorter-is-larger", shortest, "The number of digits does not decide; compare place by place."),
                Wrong("greatest-first", texts[::-1], "That runs from greatest to least."),
            ),
        ),
        (
            "Compare the whole parts, then the tenths, then the hundredths.",
            "Add zeros at the end until all have equally many places; then compare.",
        ),
        f"With equally many places: {padded}.",
    )


def place_value(rng: Random, p: Settings) -> Draft | None:
    """Tell what a digit of a decimal stands for."""
    value = _draw(rng, 10, p["places"])
    text = decimal(value)
    place = rng.randrange(1, p["places"] + 1)
    digit = text.partition(".")[2][place - 1]
    if text.count(digit) != 1 or digit == "0":
        return None
    names = list(_PLACE.values())[: max(p["places"], 2)]
    wrong = [
        Wrong(
            "whole-number-place",
            f"{digit} tens" if place == 2 else f"{digit} ones",
            "The places after the point are parts of one.",
        ),
        Wrong(
            "wrong-place",
            f"{digit} {names[place % len(names)]}",
            "Count the places after the point, starting with tenths.",
        ),
        Wrong("mirrored", f"{digit} hundreds", "After the point the names end in -ths."),
    ]
    return Draft(
        f"What does the digit {digit} stand for in {text}?",
        Pick(f"{digit} {_PLACE[place]}", tuple(wrong)),
        (
            "The first place after the point counts parts of ten to one.",
            f"Count: how many places after the point is the {digit}?",
        ),
        f"It is place number {place} after the point: {_PLACE[place]}.",
    )


def decimal_sum(rng: Random, p: Settings) -> Draft | None:
    """Add or subtract two decimals."""
    places = (rng.randrange(1, p["places"] + 1), rng.randrange(0 if p["places"] > 1 else 1, p["places"] + 1))
    a = _draw(rng, p["whole"], places[0])
    b = _draw(rng, p["whole"], places[1]) if places[1] else Fraction(rng.randrange(1, p["whole"] + 1))
    add = rng.choice(p.words["operations"]) == "add"
    if not add:
        a, b = max(a, b), min(a, b)
    if a == b:
        return None
    key = a + b if add else a - b
    sign, longest = ("+" if add else "−"), max(places)
    x, y = decimal(a), decimal(b)
    digits = [int(text.replace(".", "")) for text in (x, y)]
    unaligned = Fraction(digits[0] + digits[1] if add else abs(digits[0] - digits[1]), 10**longest)
    return Draft(
        f"What is {x} {sign} {y}?",
        Number(
            key,
            (
                Wrong("not-aligned", unaligned, "Write the points under each other, not the last digits."),
                Wrong("no-carry", key - 1 if add else key + 1, "You lost a carry from the tenths to the ones."),
                Wrong("point-shifted", key * 10, "Set the point in the result under the other points."),
            ),
            style="decimal",
        ),
        (
            "Write the numbers with their points under each other.",
            f"Fill up with zeros to {longest} {'place' if longest == 1 else 'places'}: "
            f"{_pad(x, longest)} and {_pad(y, longest)}.",
            f"Begin with the {_PLACE[longest]} and carry where needed.",
        ),
        f"{_pad(x, longest)} {sign} {_pad(y, longest)} = {_pad(decimal(key), longest)}.",
    )


def _pad(text: str, places: int) -> str:
    whole, _, after = text.partition(".")
    return f"{whole}.{after.ljust(places, '0')}"


def decimal_product(rng: Random, p: Settings) -> Draft | None:
    """Multiply decimals, or divide a decimal by a whole number."""
    a = _draw(rng, p["whole"], rng.randrange(1, p["places"] + 1))
    operation = rng.choice(p.words["operations"])
    if operation == "divide":
        b = rng.randrange(2, 10)
        text, key, whole = f"{decimal(a * b)} ÷ {b}", a, f"{(a * b * 1000).numerator} ÷ {b}"
        rule = "Divide as with whole numbers and keep the point in its place."
        check = f"{decimal(a)} × {b} = {decimal(a * b)}"
        whole = f"Check by multiplying: {b} times the answer must give {decimal(a * b)}."
    else:
        b_value = Fraction(rng.randrange(2, 10)) if operation == "whole" else _draw(rng, 2, 1)
        text, key = f"{decimal(a)} × {decimal(b_value)}", a * b_value
        left, right = (int(decimal(n).replace(".", "")) for n in (a, b_value))
        places = sum(len(decimal(n).partition(".")[2]) for n in (a, b_value))
        rule = "Multiply without the points first; then count the decimal places of both numbers together."
        whole = f"Without the points: {left} × {right}. Decimal places together: {places}."
        check = f"{left} × {right} = {left * right}, and {places} decimal places give {decimal(key)}"
    return Draft(
        f"What is {text}?",
        Number(
            key,
            (
                Wrong("point-right", key * 10, "The point is one place too far to the right. Estimate the size first."),
                Wrong("point-left", key / 10, "The point is one place too far to the left. Estimate the size first."),
                Wrong("no-point", key * 100, "Where did the decimal point go? Estimate the size first."),
            ),
            style="decimal",
        ),
        ("Estimate with whole numbers, so that you know where the point must stand.", rule, whole),
        f"{check}.",
    )


def shift_point(rng: Random, p: Settings) -> Draft | None:
    """Multiply or divide a decimal by 10, 100 or 1000."""
    a, zeros = _draw(rng, p["whole"], rng.randrange(1, p["places"] + 1)), rng.randrange(1, 4)
    scale = 10**zeros
    if rng.choice(p.words["operations"]) == "multiply":
        sign, key, side, opposite = "×", a * scale, "right", a / scale
    else:
        sign, key, side, opposite = "÷", a / scale, "left", a * scale
    word = "place" if zeros == 1 else "places"
    return Draft(
        f"What is {decimal(a)} {sign} {scale}?",
        Number(
            key,
            (
                Wrong("wrong-direction", opposite, "The point moved the wrong way: should the result grow or shrink?"),
                Wrong("one-place-short", key / 10 if sign == "×" else key * 10, f"Count the zeros of {scale}."),
                Wrong("one-place-over", key * 10 if sign == "×" else key / 10, f"Count the zeros of {scale}."),
            ),
            style="decimal",
        ),
        (
            "Multiplying by 10 makes every digit worth ten times as much; dividing, a tenth.",
            f"Count the zeros in {scale}.",
            f"Move the point that many places to the {side}.",
        ),
        f"{scale} has {zeros} {'zero' if zeros == 1 else 'zeros'}: move the point {zeros} {word} to the {side}: "
        f"{decimal(key)}.",
    )


_WHOLE, _PLACES = Whole("whole", 10, 2, 200), Whole("places", 2, 1, 3)

GENERATORS = (
    Generator("decimal-order", decimal_order, (_WHOLE, Whole("places", 2, 2, 3), Whole("count", 3, 3, 5))),
    Generator("place-value", place_value, (Whole("places", 2, 1, 3),)),
    Generator("decimal-sum", decimal_sum, (_WHOLE, _PLACES, Words("operations", ("add", "subtract")))),
    Generator(
        "decimal-product", decimal_product, (_WHOLE, _PLACES, Words("operations", ("whole", "decimal", "divide")))
    ),
    Generator("shift-point", shift_point, (_WHOLE, _PLACES, Words("operations", ("multiply", "divide")))),
)
