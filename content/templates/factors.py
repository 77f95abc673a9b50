"""Factors and multiples, primes and prime factorisations."""

from __future__ import annotations

from functools import lru_cache
from math import gcd, isqrt, lcm, prod
from random import Random

from content.templates.draft import Draft, Generator, Judge, Number, Pick, PickAll, Wrong
from content.templates.notation import joined
from content.templates.parameters import Settings, Whole


def prime_factors(n: int) -> list[int]:
    """The prime factors of n >= 2 in rising order, repeated as often as they divide it."""
    factors, divisor = [], 2
    while divisor * divisor <= n:
        while n % divisor == 0:
            factors.append(divisor)
            n //= divisor
        divisor += 1
    return [*factors, n] if n > 1 else factors


def divisors(n: int) -> list[int]:
    """All divisors of n >= 1 in rising order."""
    small = [d for d in range(1, isqrt(n) + 1) if n % d == 0]
    return small + [n // d for d in reversed(small) if d * d != n]


def factor_check(rng: Random, p: Settings) -> Draft | None:
    """Judge whether one number is a factor of another."""
    d, q = rng.randrange(3, p["largest"] + 1), rng.randrange(4, 16)
    n = d * q + rng.choice((0, rng.randrange(1, d)))
    is_factor, rest = n % d == 0, n % d
    closing = f"exactly {n // d} times" if is_factor else f"{n // d} times with {rest} left over"
    return Draft(
        f"Is this so? {d} is a factor of {n}.",
        Judge(is_factor, "remainder-misjudged", f"{d} goes into {n} {closing}."),
        (
            f"A factor divides without a remainder. Does {d} fit into {n} exactly?",
            f"Count up in steps of {d}: {d * 5}, {d * 6}, ... Do you land on {n}?",
        ),
        f"{d} goes into {n} {closing}, so {d} is {'a' if is_factor else 'not a'} factor of {n}.",
    )


def factor_choice(rng: Random, p: Settings) -> Draft | None:
    """Choose all factors of a number from a list."""
    n = rng.randrange(12, p["largest"] + 1)
    right = [d for d in divisors(n) if 1 < d < n]
    if not 2 <= len(right) <= 8:
        return None
    rng.shuffle(right)
    right = sorted(right[:3])
    near = [d for d in range(2, n) if n % d and d <= max(right) + 4]
    rng.shuffle(near)
    others = (*map(str, sorted(near[:2])), str(2 * n))
    if len(others) < 3:
        return None
    texts = tuple(map(str, right))
    wrong = Wrong("multiple-for-factor", (*texts, str(2 * n)), f"{2 * n} is a multiple of {n}: factors are not larger.")
    return Draft(
        f"Choose every factor of {n}.",
        PickAll(texts, others, (wrong,)),
        (f"A factor of {n} divides it with nothing left over.", "Factors come in pairs: try each number in turn."),
        f"{joined(list(texts))} each divide {n} exactly; {joined(list(others))} do not.",
    )


def common_factor(rng: Random, p: Settings) -> Draft | None:
    """Find the greatest common factor of two numbers."""
    g = rng.randrange(2, p["factor"] + 1)
    x, y = rng.randrange(2, p["spread"] + 1), rng.randrange(2, p["spread"] + 1)
    if x == y or gcd(x, y) != 1:
        return None
    a, b = g * x, g * y
    part = prime_factors(g)[0]
    return Draft(
        f"What is the greatest common factor of {a} and {b}?",
        Number(
            g,
            (
                Wrong("multiple-for-factor", lcm(a, b), "That is the least common multiple; a factor divides them."),
                Wrong("not-greatest", part, f"{part} divides both, but a larger number does too."),
                Wrong("difference", abs(a - b), "The difference need not divide both numbers: try it."),
                Wrong("smaller-number", min(a, b), f"{min(a, b)} does not divide {max(a, b)} exactly."),
            ),
        ),
        (
            "List the numbers that divide the smaller one, largest first.",
            f"Which of the factors of {min(a, b)} also divide {max(a, b)}?",
            f"{min(a, b)} splits into primes as {' × '.join(map(str, prime_factors(min(a, b))))}. "
            f"Keep those that {max(a, b)} has too.",
        ),
        f"{a} = {g} × {x} and {b} = {g} × {y}; {x} and {y} share no factor, so the answer is {g}.",
    )


def common_multiple(rng: Random, p: Settings) -> Draft | None:
    """Find the least common multiple of two numbers."""
    a, b = rng.randrange(3, p["largest"] + 1), rng.randrange(3, p["largest"] + 1)
    if a == b:
        return None
    key = lcm(a, b)
    big = max(a, b)
    return Draft(
        f"What is the least common multiple of {a} and {b}?",
        Number(
            key,
            (
                Wrong("factor-for-multiple", gcd(a, b), "That divides both; a multiple is a number both divide."),
                Wrong("just-multiplied", a * b, f"{a} × {b} is a common multiple, but there is a smaller one."),
                Wrong("larger-number", big, f"{big} is not in the table of {min(a, b)}."),
                Wrong("added", a + b, "Adding does not give a number in both tables."),
            ),
        ),
        (
            "It is the first number that stands in both times tables.",
            f"Go through the table of {big}: {big}, {2 * big}, ... and stop at the first that {min(a, b)} divides.",
        ),
        f"{key} = {a} × {key // a} = {b} × {key // b}, and no smaller number is in both tables.",
    )


@lru_cache(maxsize=64)
def _sorted_out(largest: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The primes and the odd composite numbers from 11 to `largest`."""
    numbers = [n for n in range(11, largest + 1) if n % 2]
    return tuple(n for n in numbers if prime_factors(n) == [n]), tuple(n for n in numbers if prime_factors(n) != [n])


def prime_choice(rng: Random, p: Settings) -> Draft | None:
    """Choose the prime number among composite ones."""
    primes, odd_composites = _sorted_out(p["largest"])
    prime, composite = rng.choice(primes), list(odd_composites)
    rng.shuffle(composite)
    wrong = tuple(
        Wrong(f"overlooked-factor-{i}", str(n), f"{n} = {prime_factors(n)[0]} × {n // prime_factors(n)[0]}.")
        for i, n in enumerate(composite[:3], 1)
    )
    limit = isqrt(prime)
    return Draft(
        "Which of these is a prime number?",
        Pick(str(prime), wrong),
        (
            "A prime has exactly two factors: 1 and itself.",
            "Try to divide each number by small primes: by 3, by 5, by 7.",
            "To divide by 3, add the digits: if the sum is in the table of 3, so is the number.",
        ),
        f"No prime up to {limit} divides {prime}. The others split: " + " ".join(w.feedback for w in wrong),
    )


def _product(parts: list[int]) -> str:
    return " × ".join(map(str, parts))


def factorisation(rng: Random, p: Settings) -> Draft | None:
    """Choose the prime factorisation of a number."""
    primes = [rng.choice((2, 2, 2, 3, 3, 5, 7, 11)) for _ in range(p["count"])]
    primes.sort()
    n = prod(primes)
    if n > 2000 or len(set(primes)) < 2:
        return None
    merged = [primes[0] * primes[1], *primes[2:]]
    swapped = [*primes[:-1], primes[-1] + 2]
    return Draft(
        f"Which is the prime factorisation of {n}?",
        Pick(
            _product(primes),
            (
                Wrong("not-all-prime", _product(merged), f"{merged[0]} is not prime: split it further."),
                Wrong("repeats-dropped", _product(sorted(set(primes))), f"Multiplied out, that is not {n}."),
                Wrong("wrong-product", _product(swapped), f"Multiply it out: it makes {prod(swapped)}, not {n}."),
            ),
            (_product([1, *primes]), _product([primes[-1], n // primes[-1]])),
        ),
        (
            "Every part must be prime, and together they must multiply to the number.",
            f"Divide {n} by {primes[0]} as often as it goes, then try the next prime.",
        ),
        f"{n} = {_product(primes)}: every part is prime and the product is {n}.",
    )


def largest_prime(rng: Random, p: Settings) -> Draft | None:
    """Find the largest prime factor of a number."""
    n = rng.randrange(12, p["largest"] + 1)
    primes = prime_factors(n)
    if len(primes) < 2 or primes[-1] > 23:
        return None
    key = primes[-1]
    return Draft(
        f"What is the largest prime factor of {n}?",
        Number(
            key,
            (
                Wrong("not-prime", divisors(n)[-2], f"{divisors(n)[-2]} divides {n}, but it is not prime."),
                Wrong("smallest", primes[0], "That is the smallest prime factor; keep dividing."),
                Wrong("number-itself", n, f"{n} is not prime: {primes[0]} divides it."),
            ),
        ),
        (
            f"Split {n} into primes first.",
            f"Divide by {primes[0]}: {n} ÷ {primes[0]} = {n // primes[0]}. Go on with the result.",
        ),
        f"{n} = {' × '.join(map(str, primes))}, so the largest prime factor is {key}.",
    )


GENERATORS = (
    Generator("factor-check", factor_check, (Whole("largest", 9, 4, 40),)),
    Generator("factor-choice", factor_choice, (Whole("largest", 40, 20, 200),)),
    Generator("common-factor", common_factor, (Whole("factor", 6, 4, 30), Whole("spread", 5, 4, 12))),
    Generator("common-multiple", common_multiple, (Whole("largest", 10, 6, 30),)),
    Generator("prime-choice", prime_choice, (Whole("largest", 40, 30, 200),)),
    Generator("factorisation", factorisation, (Whole("count", 3, 3, 6),)),
    Generator("largest-prime", largest_prime, (Whole("largest", 60, 30, 400),)),
)
