"""Keys of the algebra generators, worked out a second time from the words the learner reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tests.content.notation_reader import chosen, found, holds, in_order, letter_of, numbers, others, pairs, same, value


def substitution(item: Any) -> bool:
    text, letter, x = found(r"What is (.*) when (\w) = (.*)\?", item.prompt)
    return value(text, **{letter: value(x)}) == Fraction(item.key)


def solved(item: Any) -> bool:
    equation, letter = found(r"Solve (.*)\. What is (\w)\?", item.prompt)
    return holds(equation, **{letter: Fraction(item.key)})


def simplified(item: Any) -> bool:
    (text,) = found(r"(?:Simplify|out(?: and simplify)?:) (.*?)(?:\. Type|\.$|$)", item.prompt)
    letter = letter_of(text)
    right = all(same(text, accepted, letter) for accepted in item.accepted)
    return right and not any(same(text, wrong.answer, letter) for wrong in item.misconceptions)


def factored(item: Any) -> bool:
    (text,) = found(r"Factor(?: completely:)? (.*?)\.?$", item.prompt)
    letter = letter_of(text)
    return same(text, chosen(item), letter) and not any(same(text, wrong, letter) for wrong in others(item))


def says_the_same(words: str, expression: str, letter: str) -> bool:
    """The phrase read piece by piece, another way round than the generator's table."""
    for number in (7, 10):
        a, *rest = [int(n) for n in re.findall(r"\d+", words)]
        b = rest[0] if rest else 0
        readings = {
            r"^\d+ more than a number": number + a,
            r"^\d+ less than a number": number - a,
            r"^a number subtracted": a - number,
            r"^\d+ times a number": a * number,
            r"^a number divided": Fraction(number, a),
            r"^\d+ more than \d+ times": b * number + a,
            r"^\d+ less than \d+ times": b * number - a,
            r"^\d+ times the sum": a * (number + b),
            r"^\d+ times the difference": a * (number - b),
            r"^the sum of a number": Fraction(number + a, b or 1),
            r"^\d+ less than the square": number**2 - a,
            r"^the square of the sum": (number + a) ** 2,
        }
        meant = next(result for pattern, result in readings.items() if re.search(pattern, words))
        if value(expression, **{letter: number}) != meant:
            return False
    return True


def phrase_chosen(item: Any) -> bool:
    letter, words = found(r"Let (\w) be the number\. Which expression says: (.*)\?", item.prompt)
    return says_the_same(words, chosen(item), letter) and not any(says_the_same(words, o, letter) for o in others(item))


def phrases_matched(item: Any) -> bool:
    return all(says_the_same(words, expression, "n") for words, expression in pairs(item))


def solution_judged(item: Any) -> bool:
    letter, x, equation = found(r"\? (\w) = (\S+) is a solution of (.*)\.", item.prompt)
    return bool(item.key) == holds(equation, **{letter: value(x)})


def solving_in_order(item: Any) -> bool:
    lines = in_order(item)
    letter, x = found(r"^(\w) = (\d+)$", lines[-1])
    lengths = [len(line) for line in lines]
    return all(holds(line, **{letter: int(x)}) for line in lines) and lengths == sorted(lengths, reverse=True)


def first_step(item: Any) -> bool:
    verb, number = found(r"^(subtract|add) (\d+) on both sides$", chosen(item))
    left = found(r"\? (.*) =", item.prompt)[0]
    after = f"{left} {'−' if verb == 'subtract' else '+'} {number}"
    return value(after, **{letter_of(left): 0}) == 0


def inequality(item: Any) -> bool:
    (text,) = found(r"solution of (.*)\?", item.prompt)
    letter = letter_of(text)
    borders = [n for option in item.options for n in numbers(option.text)]
    values = [border + step for border in borders for step in (Fraction(-1, 2), 0, Fraction(1, 2))]

    def fits(claim: str) -> bool:
        return all(holds(claim, **{letter: x}) == holds(text, **{letter: x}) for x in values)

    return fits(chosen(item)) and not any(map(fits, others(item)))


def boundary(item: Any) -> bool:
    word, letter, text = found(r"the (\w+) whole number (\w) with (.*)\?", item.prompt)
    key, beyond = int(item.key), 1 if word == "greatest" else -1
    return holds(text, **{letter: key}) and not holds(text, **{letter: key + beyond})


def satisfies(item: Any) -> bool:
    letter, x, text = found(r"Does (\w) = (\S+) satisfy (.*)\? Answer", item.prompt)
    return bool(item.key) == holds(text, **{letter: value(x)})


def story_numbers(prompt: str) -> tuple[int, int, int, int]:
    """The amount for each, the amount once, the total, and whether the one is taken away (-1) or added (1)."""
    first, second, third = (int(n) for n in re.findall(r"\d+", prompt)[:3])
    if re.match(r"Tickets|Leo", prompt):
        return first, second, third, -1
    return second, first, third, 1


def story_solved(item: Any) -> bool:
    each, once, total, sign = story_numbers(item.prompt)
    return each * int(item.key) + sign * once == total


def story_equation(item: Any) -> bool:
    each, once, total, sign = story_numbers(item.prompt)
    n = Fraction(total - sign * once, each)
    return holds(chosen(item), n=n) and not any(holds(text, n=n) for text in others(item))


def consecutive(item: Any) -> bool:
    n = int(item.key)
    if item.prompt.startswith("Three"):
        return n + n + 1 + n + 2 == int(found(r"(\d+)", item.prompt)[0])
    total, more = numbers(item.prompt)
    return n + n + more == total


def break_even(item: Any) -> bool:
    b, a, d, c = numbers(item.prompt)
    return a * int(item.key) + b == c * int(item.key) + d


def points(text: str) -> list[tuple[Fraction, Fraction]]:
    return [(value(x), value(y)) for x, y in re.findall(r"\((−?\d+), (−?\d+)\)", text)]


def slope(item: Any) -> bool:
    (x1, y1), (x2, y2) = points(item.prompt)
    return y1 + Fraction(item.key) * (x2 - x1) == y2


def line_read(item: Any) -> bool:
    (right,) = found(r"line y = ([^.?]*?)(?:\?| crosses)", item.prompt)
    start = value(right, x=0)
    return Fraction(item.key) == (value(right, x=1) - start if "slope" in item.prompt else start)


def line_fits(item: Any) -> bool:
    def fits(text: str) -> bool:
        right = text.removeprefix("y = ")
        start = value(right, x=0)
        on_line = all(value(right, x=x) == y for x, y in points(item.prompt))
        told = re.search(r"slope (−?\d+)", item.prompt)
        crossing = re.search(r"y-axis at (−?\d+)", item.prompt)
        slope_fits = told is None or value(right, x=1) - start == value(told[1])
        return on_line and slope_fits and (crossing is None or start == value(crossing[1]))

    return fits(chosen(item)) and not any(map(fits, others(item)))


def point_judged(item: Any) -> bool:
    ((x, y),) = points(item.prompt)
    return bool(item.key) == (value(found(r"line y = (.*)\.", item.prompt)[0], x=x) == y)


def system_solved(item: Any) -> bool:
    first, second = found(r"^(.*) and (.*): x = ", item.text)
    x, y = (int(gap.accepted[0]) for gap in item.gaps)
    return holds(first, x=x, y=y) and holds(second, x=x, y=y)


def system_judged(item: Any) -> bool:
    x, y, first, second = found(r"x = (\S+), y = (\S+) satisfies both: (.*) and (.*)\.", item.prompt)
    letters = {"x": value(x), "y": value(y)}
    return bool(item.key) == (holds(first, **letters) and holds(second, **letters))


def box_factored(item: Any) -> bool:
    left, right = found(r"box\? (.*) = (.*)", item.prompt)
    filled = right.replace("□", f"({item.key})")
    return same(left, filled, letter_of(left))


def greater_root(item: Any) -> bool:
    (equation,) = found(r"equation (.*) has two", item.prompt)
    roots = [x for x in range(-25, 26) if holds(equation, **{letter_of(equation): x})]
    return len(roots) == 2 and int(item.key) == (min(roots) if "negative one" in item.prompt else max(roots))


CHECKS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("one-step-equation", "two-step-equation", "both-sides-equation", "fraction-equation"), solved),
    **dict.fromkeys(("like-terms", "distribute", "binomials"), simplified),
    **dict.fromkeys(("common-bracket", "factoring"), factored),
    **dict.fromkeys(("quadratic-equation", "square-equation"), greater_root),
    "evaluate": substitution,
    "phrase": phrase_chosen,
    "phrase-match": phrases_matched,
    "solution-check": solution_judged,
    "solving-steps": solving_in_order,
    "first-step": first_step,
    "inequality": inequality,
    "inequality-boundary": boundary,
    "inequality-check": satisfies,
    "story": story_solved,
    "story-equation": story_equation,
    "consecutive": consecutive,
    "break-even": break_even,
    "slope": slope,
    "line-reading": line_read,
    "line-equation": line_fits,
    "line-point": point_judged,
    "system": system_solved,
    "system-check": system_judged,
    "factoring-number": box_factored,
}
