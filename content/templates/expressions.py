"""Expressions with letters: their value, like terms, brackets, and words turned into algebra."""

from __future__ import annotations

from random import Random

from content.templates.draft import Draft, Generator, Number, Pairs, Pick, Rational, Typed, Wrong
from content.templates.notation import bracket, expression, plus, power, show, term, typed
from content.templates.parameters import Settings, Whole, Words

LETTERS = ("x", "y", "n", "a", "t", "k")


def whole(rng: Random, largest: int, negative: bool, least: int = 2) -> int:
    """A whole number of size `least` to `largest`, of either sign where `negative` allows it."""
    value = rng.randrange(least, largest + 1)
    return -value if negative and rng.randrange(2) else value


def _evaluation(form: str, v: str, a: int, b: int, x: int) -> tuple[str, str, int, tuple[Wrong[Rational], ...]]:
    """The expression, the first step with x put in, the value, and the typical errors."""
    sign = f"{v} is {show(x)}: keep its sign."
    if form == "linear":
        return expression((a, v), (b, "")), f"{a} × {bracket(x)} = {show(a * x)}", a * x + b, (
            Wrong("digits-glued", int(f"{a}{abs(x)}") + b, f"{term(a, v)} means {a} times {v}, not {a} next to {v}."),
            Wrong("added", a + x + b, f"{term(a, v)} means {a} times {v}, not {a} plus {v}."),
            Wrong("sign-lost", a * abs(x) + b, sign),
        )  # fmt: skip
    if form == "bracket":
        return f"{a}({v}{plus(b)})", f"the bracket is {show(x + b)}", a * (x + b), (
            Wrong("not-distributed", a * x + b, f"The {a} multiplies the whole bracket."),
            Wrong("added", a + x + b, f"{a} in front of a bracket means {a} times."),
            Wrong("sign-lost", a * (abs(x) + b), sign),
        )  # fmt: skip
    doubled = f"{v}² means {v} times {v}, not 2 times {v}."
    lead = a if form == "scaled-square" else 1
    return expression((lead, power(v, 2)), (b, "")), f"{bracket(x)}² = {x * x}", lead * x * x + b, (
        Wrong("doubled", 2 * lead * x + b, doubled),
        Wrong("square-sign", -lead * x * x + b, "A negative number times itself is positive."),
        Wrong("squared-too-much", (lead * x) ** 2 + b if lead > 1 else (x + b) ** 2, f"Only {v} is squared."),
    )  # fmt: skip


def evaluate(rng: Random, p: Settings) -> Draft | None:
    """Find the value of an expression for a given number."""
    v, negative = rng.choice(LETTERS), bool(p["negative"])
    a, b = rng.randrange(2, p["largest"] + 1), whole(rng, p["largest"], negative)
    x = whole(rng, p["largest"], negative)
    text, first, key, wrong = _evaluation(rng.choice(p.words["forms"]), v, a, b, x)
    return Draft(
        f"What is {text} when {v} = {show(x)}?",
        Number(key, wrong),
        (
            f"Put {bracket(x)} in the place of every {v}.",
            "A number written right before a letter or a bracket multiplies it.",
            f"First step: {first}.",
        ),
        f"{first[0].upper()}{first[1:]}, so {text} = {show(key)}.",
    )


def like_terms(rng: Random, p: Settings) -> Draft | None:
    """Collect like terms."""
    v, negative = rng.choice(LETTERS), bool(p["negative"])
    a, b, c, d = (whole(rng, p["largest"], negative) for _ in range(4))
    second = power(v, 2) if p["squares"] else ""
    x, rest = a + c, b + d
    if abs(x) < 2 or not rest or abs(rest) == 1:
        return None
    text = expression((a, v), (b, second), (c, v), (d, second))
    glued = expression((x + rest, v)) if x + rest else "0"
    kinds = f"terms with {v}² and terms with {v}" if second else f"terms with {v} and plain numbers"
    return Draft(
        f"Simplify {text}." + (" Type a square like x^2, with your letter." if second else ""),
        Typed(
            _squares(typed((x, v), (rest, second))),
            (
                Wrong("unlike-joined", glued, f"Keep {kinds} apart: they count different things."),
                Wrong("signs-lost", _plain((abs(a) + abs(c), v), (abs(b) + abs(d), second)),
                      "The sign before a term belongs to it."),
                Wrong("powers-added", f"{x + rest}{v}^3" if second else _plain((x, power(v, 2)), (rest, "")),
                      "Adding terms does not change their letters or powers."),
            ),
        ),
        (
            f"Sort: {kinds}.",
            f"With {v}: {expression((a, v), (c, v))}.",
            f"The others: {expression((b, second), (d, second))}.",
        ),
        f"{expression((a, v), (c, v))} = {expression((x, v))} and {expression((b, second), (d, second))} = "
        f"{expression((rest, second))}, together {expression((x, v), (rest, second))}.",
    )  # fmt: skip


def _plain(*terms: tuple[int, str]) -> str:
    return _squares((expression(*terms).replace("−", "-"),))[0]


def _squares(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Squares as typed on a keyboard first, as printed after."""
    return tuple(dict.fromkeys([text.replace("²", "^2") for text in texts] + list(texts)))


def distribute(rng: Random, p: Settings) -> Draft | None:
    """Multiply out a bracket, with more terms to collect at the higher levels."""
    v, negative = rng.choice(LETTERS), bool(p["negative"])
    a, c = whole(rng, p["largest"], negative), whole(rng, p["largest"], True)
    b = rng.randrange(1, 2 + p["inner"])
    extra = whole(rng, p["largest"], True) if p["extra"] else 0
    x = a * b + extra
    if abs(x) < 2:
        return None
    inner = expression((b, v), (c, ""))
    text = f"{show(a)}({inner})" + (f" {'+' if extra > 0 else '−'} {term(abs(extra), v)}" if extra else "")
    tail = f" Then collect the terms with {v}." if extra else ""
    return Draft(
        f"Multiply out{' and simplify' if extra else ''}: {text}",
        Typed(
            typed((x, v), (a * c, "")),
            (
                Wrong("second-term-forgotten", _plain((x, v), (c, "")), f"{show(a)} multiplies the {show(c)} too."),
                Wrong("sign-error", _plain((x, v), (-a * c, "")), f"Check the sign: {show(a)} × {bracket(c)}."),
                Wrong("added", _plain((a + b + extra, v), (a + c, "")), "In front of a bracket stands a factor."),
                Wrong("joined", _plain((x + a * c, v)), f"A term with {v} and a plain number cannot be joined."),
            ),
        ),
        (
            "The factor in front multiplies every term in the bracket.",
            f"First product: {show(a)} × {term(b, v)}.",
            f"Second product: {show(a)} × {bracket(c)}.{tail}",
        ),
        f"{show(a)} × {term(b, v)} = {term(a * b, v)} and {show(a)} × {bracket(c)} = {show(a * c)}, so "
        f"{text} = {expression((x, v), (a * c, ''))}.",
    )


def common_bracket(rng: Random, p: Settings) -> Draft | None:
    """Put the greatest common factor of two terms before a bracket."""
    v, a, b = rng.choice(LETTERS), rng.randrange(2, p["largest"] + 1), rng.randrange(1, 6)
    c = whole(rng, p["largest"], True, 1)
    if b == abs(c) or any(b % n == 0 and c % n == 0 for n in range(2, 10)):
        return None
    text = expression((a * b, v), (a * c, ""))

    def write(factor: int, x: int, y: int) -> str:
        return f"{factor}({expression((x, v), (y, ''))})"

    return Draft(
        f"Factor completely: {text}",
        Pick(
            write(a, b, c),
            (
                Wrong("second-term-kept", write(a, b, a * c), f"Divide both terms by {a}, not only the first."),
                Wrong("sign-error", write(a, b, -c), "Multiply out to check the sign."),
                Wrong("not-divided", write(a, a * b, c), f"{a * b} must be divided by {a} as well."),
            ),
            (write(a + 1, b, c),),
        ),
        (
            f"Which is the greatest number that divides {a * b} and {abs(a * c)}?",
            "Write it before the bracket; in the bracket stands what is left of each term.",
        ),
        f"{a} divides both: {text} = {write(a, b, c)}.",
    )


_PHRASES = (
    ("{a} more than a number", "n + {a}", ("{a}n", "n − {a}", "{a} − n")),
    ("{a} less than a number", "n − {a}", ("{a} − n", "n + {a}", "{a}n")),
    ("a number subtracted from {a}", "{a} − n", ("n − {a}", "n + {a}", "n ÷ {a}")),
    ("{a} times a number", "{a}n", ("n + {a}", "n ÷ {a}", "n^{a}")),
    ("a number divided by {a}", "n ÷ {a}", ("{a} ÷ n", "{a}n", "n − {a}")),
    ("{b} more than {a} times a number", "{a}n + {b}", ("{b}n + {a}", "{a}(n + {b})", "{a}n − {b}")),
    ("{b} less than {a} times a number", "{a}n − {b}", ("{b} − {a}n", "{a}(n − {b})", "{a}n + {b}")),
    ("{a} times the sum of a number and {b}", "{a}(n + {b})", ("{a}n + {b}", "{a} + n + {b}", "{b}(n + {a})")),
    ("{a} times the difference of a number and {b}", "{a}(n − {b})", ("{a}n − {b}", "{a}({b} − n)", "{b}(n − {a})")),
    ("the sum of a number and {a}, divided by {b}", "(n + {a}) ÷ {b}",
     ("n + {a} ÷ {b}", "n ÷ {b} + {a}", "{b}(n + {a})")),
    ("{a} less than the square of a number", "n² − {a}", ("(n − {a})²", "{a} − n²", "2n − {a}")),
    ("the square of the sum of a number and {a}", "(n + {a})²", ("n² + {a}", "n² + {a}²", "2(n + {a})")),
)  # fmt: skip
_LEVELS = {"one": (0, 5), "two": (5, 8), "many": (7, 12)}
_READ = {
    "n + {a}": "{a} more than the number",
    "n − {a}": "{a} less than the number",
    "{a} − n": "{a}, and the number taken away from it",
    "{a}n": "{a} times the number",
    "n ÷ {a}": "the number divided by {a}",
    "{a} ÷ n": "{a} divided by the number",
    "n^{a}": "the number as a factor {a} times",
    "{b}n + {a}": "{a} more than {b} times the number",
    "{a}n + {b}": "{b} more than {a} times the number",
    "{a}n − {b}": "{b} less than {a} times the number",
    "{b} − {a}n": "{b}, and {a} times the number taken away from it",
    "{a}(n + {b})": "{a} times the sum of the number and {b}",
    "{b}(n + {a})": "{b} times the sum of the number and {a}",
    "{a}(n − {b})": "{a} times the difference of the number and {b}",
    "{b}(n − {a})": "{b} times the difference of the number and {a}",
    "{a}({b} − n)": "{a} times what is left of {b} when the number is taken away",
    "{a} + n + {b}": "the sum of {a}, the number and {b}",
    "n + {a} ÷ {b}": "the number plus a quotient; without brackets only {a} is divided",
    "n ÷ {b} + {a}": "{a} more than the number divided by {b}",
    "(n − {a})²": "the square of the difference, not a difference from the square",
    "{a} − n²": "{a}, and the square of the number taken away from it",
    "2n − {a}": "{a} less than twice the number; a square is no double",
    "n² + {a}": "{a} more than the square; only the number is squared",
    "n² + {a}²": "the sum of two squares, not the square of the sum",
    "2(n + {a})": "twice the sum; a square is no double",
}


def phrase(rng: Random, p: Settings) -> Draft | None:
    """Choose the expression that says the same as a phrase."""
    low, high = _LEVELS[rng.choice(p.words["steps"])]
    words, right, wrong = _PHRASES[rng.randrange(low, high)]
    a, b = rng.randrange(2, p["largest"] + 1), rng.randrange(2, p["largest"] + 1)
    if a == b:
        return None
    v = rng.choice(LETTERS)

    def fill(text: str) -> str:
        return text.format(a=a, b=b).replace("n", v)

    said = words.format(a=a, b=b)
    texts = [fill(text).replace(f"^{a}", power("", a)) for text in wrong]
    mixed = tuple(
        Wrong(f"mix-up-{i}", text, f"{text} says: {_READ[shape].format(a=a, b=b)}.")
        for i, (text, shape) in enumerate(zip(texts, wrong, strict=True), 1)
    )
    return Draft(
        f"Let {v} be the number. Which expression says: {said}?",
        Pick(fill(right), mixed),
        ("Which operation do the words name? Which number is changed?", f"Try it with {v} = 10: what should come out?"),
        f"{said[0].upper()}{said[1:]}: {fill(right)}.",
    )  # fmt: skip


def phrase_match(rng: Random, p: Settings) -> Draft | None:
    """Match phrases with expressions."""
    low, high = _LEVELS[rng.choice(p.words["steps"])]
    rows = list(_PHRASES[low:high])
    rng.shuffle(rows)
    a, b = rng.randrange(2, p["largest"] + 1), rng.randrange(2, p["largest"] + 1)
    if a == b:
        return None
    pairs = tuple((words.format(a=a, b=b), right.format(a=a, b=b)) for words, right, _ in rows[:3])
    left, trap = pairs[0][0], rows[0][2][0].format(a=a, b=b)
    taken = [right for _, right in pairs]
    others = () if trap in taken else (trap,)
    wrong = Wrong("mixed-up", {left: trap}, f"Try it with the number 10: what should come out for: {left}?")
    return Draft(
        "Match each phrase with its expression, where n is the number.",
        Pairs(pairs, others, (wrong,)),
        ("Look for the operation: more, less, times, divided.", "Test with the number 10 on both sides."),
        " ".join(f"{words[0].upper()}{words[1:]}: {right}." for words, right in pairs),
    )


_NEGATIVE = Whole("negative", 0, 0, 1)
_STEPS = Words("steps", tuple(_LEVELS), ("one",))

GENERATORS = (
    Generator(
        "evaluate",
        evaluate,
        (
            Whole("largest", 8, 4, 20),
            _NEGATIVE,
            Words("forms", ("linear", "square", "bracket", "scaled-square"), ("linear",)),
        ),
    ),
    Generator("like-terms", like_terms, (Whole("largest", 8, 4, 20), _NEGATIVE, Whole("squares", 0, 0, 1))),
    Generator(
        "distribute",
        distribute,
        (Whole("largest", 7, 4, 15), _NEGATIVE, Whole("inner", 0, 0, 6), Whole("extra", 0, 0, 1)),
    ),
    Generator("common-bracket", common_bracket, (Whole("largest", 7, 4, 15),)),
    Generator("phrase", phrase, (Whole("largest", 12, 5, 30), _STEPS)),
    Generator("phrase-match", phrase_match, (Whole("largest", 12, 5, 30), _STEPS)),
)
