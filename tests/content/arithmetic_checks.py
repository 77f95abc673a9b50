"""Keys of the arithmetic generators, worked out a second time from the words the learner reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from math import gcd
from typing import Any

from tests.content.notation_reader import chosen, found, holds, in_order, is_prime, numbers, others, pairs, value

SIGNS = {"less": "<", "greater": ">", "equal": "="}


def calculation(item: Any) -> bool:
    (text,) = found(r"(?:What is|Work out) (.*?)[.?](?: Type|$)", item.prompt)
    return value(text) == Fraction(item.key)


def rounded(item: Any) -> bool:
    n, place = found(r"Round (\d+) to the nearest (.*)\.", item.prompt)
    unit = {"ten": 10, "hundred": 100, "thousand": 1000, "ten thousand": 10000}[place]
    key = int(item.key)
    return key % unit == 0 and 2 * abs(key - int(n)) <= unit and (key > int(n) or 2 * (int(n) - key) < unit)


def estimated(item: Any) -> bool:
    exact = value(found(r"estimate of (.*)\?", item.prompt)[0])
    near = {text: abs(Fraction(text.split()[1]) - exact) for text in [chosen(item), *others(item)]}
    return min(near, key=lambda text: near[text]) == chosen(item)


def steps_in_order(item: Any) -> bool:
    return all(holds(step) for step in in_order(item)) and in_order(item)[-1].endswith(
        f"= {value(found(r'steps of (.*) in the', item.prompt)[0])}"
    )


def factor_judged(item: Any) -> bool:
    d, n = map(int, found(r"(\d+) is a factor of (\d+)", item.prompt))
    return bool(item.key) == (n % d == 0)


def factors_chosen(item: Any) -> bool:
    n = int(found(r"factor of (\d+)", item.prompt)[0])
    return all((n % int(option.text) == 0) == (option.id in item.key) for option in item.options)


def greatest_common(item: Any) -> bool:
    a, b = map(int, found(r"of (\d+) and (\d+)", item.prompt))
    return int(item.key) == max(d for d in range(1, min(a, b) + 1) if a % d == 0 and b % d == 0)


def least_common(item: Any) -> bool:
    a, b = map(int, found(r"of (\d+) and (\d+)", item.prompt))
    return int(item.key) == next(n for n in range(a, a * b + 1, a) if n % b == 0)


def only_prime(item: Any) -> bool:
    return is_prime(int(chosen(item))) and not any(is_prime(int(text)) for text in others(item))


def factorised(item: Any) -> bool:
    n = int(found(r"of (\d+)\?", item.prompt)[0])

    def fits(text: str) -> bool:
        return value(text) == n and all(is_prime(int(part)) for part in text.split(" × "))

    return fits(chosen(item)) and not any(map(fits, others(item)))


def largest_prime(item: Any) -> bool:
    n = int(found(r"of (\d+)\?", item.prompt)[0])
    return int(item.key) == max(p for p in range(2, n + 1) if n % p == 0 and is_prime(p))


def ascending(item: Any) -> bool:
    values = [value(text) for text in in_order(item)]
    return all(a < b for a, b in pairwise(values))


def compared(item: Any) -> bool:
    return bool(item.key) == holds(found(r"Is this so\? (.*)", item.prompt)[0])


def changed(item: Any) -> bool:
    a, n = numbers(item.prompt.replace("(sea level is 0)", ""))
    down = re.search(r"falls|goes down|taken out|sinks", item.prompt) is not None
    return Fraction(item.key) == (a - n if down else a + n)


def boxed(item: Any) -> bool:
    return holds(found(r"\? (.*)", item.prompt)[0].replace("□", item.key))


def reduced(item: Any) -> bool:
    c, d = map(int, found(r"Write (\d+)/(\d+)", item.prompt))
    a, b = map(int, item.accepted[0].split("/"))
    return a * d == b * c and gcd(a, b) == 1


def fraction_compared(item: Any) -> bool:
    def says(text: str) -> bool:
        a, words, b = found(r"(\S+) is (.*) (?:than|to) (\S+)", text)
        return holds(f"{a} {SIGNS[words]} {b}")

    return says(chosen(item)) and not any(map(says, others(item)))


def part_of(item: Any) -> bool:
    a, b, n = map(int, found(r"are (\d+)/(\d+) of (\d+)", item.prompt))
    return Fraction(item.key) == Fraction(a, b) * n


def mixed(item: Any) -> bool:
    top, bottom = map(int, found(r"Write (\d+)/(\d+)", item.prompt))
    whole, rest = (int(gap.accepted[0]) for gap in item.gaps)
    return whole * bottom + rest == top and 0 < rest < bottom


def place_named(item: Any) -> bool:
    digit, text = found(r"digit (\d) stand for in (\S+)\?", item.prompt)
    place = text.index(digit) - text.index(".")
    return chosen(item) == f"{digit} {['', 'tenths', 'hundredths', 'thousandths'][place]}"


def renamed(item: Any) -> bool:
    source, percent = found(r"Write (\S+)( %)? as", item.prompt)
    exact = value(source) / (100 if percent else 1)
    return Fraction(item.key) == exact * (100 if "percentage" in item.prompt else 1)


def percent_matched(item: Any) -> bool:
    return all(value(a) * 100 == Fraction(b.removesuffix(" %")) for a, b in pairs(item))


def percentage(item: Any) -> bool:
    rate, amount = numbers(item.prompt)
    return Fraction(item.key) * 100 == rate * amount


def share_in_percent(item: Any) -> bool:
    part, whole = numbers(item.prompt)
    return Fraction(item.key) == part * 100 / whole


def price(item: Any) -> bool:
    if "before" in item.prompt:
        rate, after = numbers(item.prompt)
        before = Fraction(item.key)
    else:
        before, rate = numbers(item.prompt)
        after = Fraction(item.key)
    return after == before * (100 + rate if "rises" in item.prompt else 100 - rate) / 100


def ratio_reduced(item: Any) -> bool:
    c, d = map(int, found(r"There are (\d+) \w+ and (\d+)", item.prompt))
    a, b = map(int, item.accepted[0].split(":"))
    return a * d == b * c and gcd(a, b) == 1


def ratio_shared(item: Any) -> bool:
    total, a, b = map(int, found(r"share (\d+) coins in the ratio (\d+):(\d+)", item.prompt))
    return Fraction(item.key) / total == Fraction(a, a + b)


def ratio_boxed(item: Any) -> bool:
    a, b, c = map(int, found(r"(\d+):(\d+) = (\d+):□", item.prompt))
    return a * int(item.key) == b * c


def proportional(item: Any) -> bool:
    first, second, third = map(int, re.findall(r"\d+", item.prompt))
    t, a = (first, second) if re.match(r"\d|A recipe", item.prompt) else (second, first)
    return Fraction(item.key) * t == a * third


def rooted(item: Any) -> bool:
    n = int(found(r"(\d+)", item.prompt)[0])
    return int(item.key) ** (3 if "∛" in item.prompt or "cube" in item.prompt else 2) == n


def root_between(item: Any) -> bool:
    n = int(found(r"√(\d+)", item.prompt)[0])
    low, high = map(int, found(r"between (\d+) and (\d+)", chosen(item)))
    return low**2 < n < high**2


def one_power(item: Any) -> bool:
    base, text = found(r"power of (\w)\. What is the exponent\? (.*)", item.prompt)
    letters = {base: 3} if base.isalpha() else {}
    return value(text, **letters) == value(base, **letters) ** int(item.key)


def scientific(item: Any) -> bool:
    if item.prompt.startswith("Write"):
        return value(found(r"Write (.*) as an", item.prompt)[0]) == Fraction(item.key)
    number, mantissa = found(r"(\S+) = (\S+) × 10", item.prompt)
    return value(number) == value(mantissa) * Fraction(10) ** int(item.key)


CHECKS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("whole-sum", "whole-product", "order-of-operations", "signed-sum", "signed-product"), calculation),
    **dict.fromkeys(("fraction-sum", "fraction-product", "fraction-quotient", "decimal-sum"), calculation),
    **dict.fromkeys(("decimal-product", "shift-point", "power-value", "negative-exponent"), calculation),
    **dict.fromkeys(("negative-order", "fraction-order", "decimal-order", "power-order"), ascending),
    "rounding": rounded,
    "estimate": estimated,
    "operation-steps": steps_in_order,
    "factor-check": factor_judged,
    "factor-choice": factors_chosen,
    "common-factor": greatest_common,
    "common-multiple": least_common,
    "prime-choice": only_prime,
    "factorisation": factorised,
    "largest-prime": largest_prime,
    "negative-compare": compared,
    "signed-change": changed,
    "equivalent-fraction": boxed,
    "simplest-form": reduced,
    "fraction-compare": fraction_compared,
    "fraction-of": part_of,
    "mixed-number": mixed,
    "place-value": place_named,
    "percent-names": renamed,
    "percent-match": percent_matched,
    "percent-of": percentage,
    "percent-what": share_in_percent,
    "percent-change": price,
    "ratio-simplest": ratio_reduced,
    "ratio-share": ratio_shared,
    "ratio-missing": ratio_boxed,
    "proportion": proportional,
    "square-root": rooted,
    "root-between": root_between,
    "exponent-rule": one_power,
    "scientific": scientific,
}
