"""Linear inequalities: solving, the turning sign, and what is allowed."""

from __future__ import annotations

from random import Random

from content.templates.draft import Draft, Generator, Judge, Number, Pick, Wrong
from content.templates.expressions import LETTERS, whole
from content.templates.notation import bracket, expression, show, term
from content.templates.parameters import Settings, Whole

_TURNED = {"<": ">", ">": "<", "≤": "≥", "≥": "≤"}
_OPEN = {"<": "≤", ">": "≥", "≤": "<", "≥": ">"}
_NAMES = {"<": "less than", ">": "more than", "≤": "at most", "≥": "at least"}


def inequality(rng: Random, p: Settings) -> Draft | None:
    """Choose the solution of an inequality."""
    v, sign = rng.choice(LETTERS), rng.choice(("<", ">", "≤", "≥"))
    a = whole(rng, p["coefficient"], bool(p["negative"]))
    b, x = whole(rng, p["largest"], True) * p["constant"], whole(rng, p["largest"], bool(p["negative"]))
    c = a * x + b
    right = _TURNED[sign] if a < 0 else sign
    undo = "" if not b else f"subtract {b}; then " if b > 0 else f"add {-b}; then "
    turn = "it is negative, so the sign turns round" if a < 0 else "it is positive, so the sign stays"
    return Draft(
        f"Which is the solution of {expression((a, v), (b, ''))} {sign} {show(c)}?",
        Pick(
            f"{v} {right} {show(x)}",
            (
                Wrong("sign-turn", f"{v} {_TURNED[right]} {show(x)}", f"You divide by {show(a)}: {turn}."),
                Wrong("boundary", f"{v} {_OPEN[right]} {show(x)}", "Is the boundary itself allowed? Look at the sign."),
                Wrong("not-divided", f"{v} {right} {show(c - b)}", f"That is {term(a, v)}; divide by {show(a)}."),
            ),
            (f"{v} {right} {show(-x)}", f"{v} {right} {show(x + 2)}"),
        ),
        (
            "Solve it like an equation, but watch the sign when you multiply or divide.",
            f"On both sides: {undo}divide by {show(a)}.",
            f"Look at the number you divide by: {turn}.",
        ),
        f"On both sides: {undo}divide by {show(a)}; {turn}: {v} {right} {show(x)}.",
    )


def boundary(rng: Random, p: Settings) -> Draft | None:
    """Find the greatest or least whole number that satisfies an inequality."""
    v, sign = rng.choice(LETTERS), rng.choice(("<", ">", "≤", "≥"))
    a, b = rng.randrange(2, p["coefficient"] + 1), whole(rng, p["largest"], True)
    x, off = whole(rng, p["largest"], bool(p["negative"])), rng.randrange(a)
    c = a * x + b + off
    if sign == "<":
        key = x if off else x - 1
    elif sign == "≤":
        key = x
    elif sign == ">":
        key = x + 1
    else:
        key = x + 1 if off else x
    below = sign in "<≤"
    word = "greatest" if below else "least"
    undo = f"subtract {b}" if b > 0 else f"add {-b}"
    return Draft(
        f"What is the {word} whole number {v} with {expression((a, v), (b, ''))} {sign} {show(c)}?",
        Number(
            key,
            (
                Wrong(
                    "boundary", key + 1 if below else key - 1, "Put it in: is it allowed, or just past the boundary?"
                ),
                Wrong(
                    "too-careful", key - 1 if below else key + 1, "One whole number nearer to the boundary works too."
                ),
                Wrong("not-divided", c - b, f"That is the boundary for {term(a, v)}; divide by {a}."),
            ),
        ),
        (
            "Solve the inequality first, then look for whole numbers.",
            f"On both sides, {undo}: {term(a, v)} {sign} {show(c - b)}.",
            f"Divide by {a} and look for the whole number just on the allowed side.",
        ),
        f"{term(a, v)} {sign} {show(c - b)}. {v} = {show(key)} works: {a} × {bracket(key)} = {show(a * key)}; "
        f"the next one does not.",
    )


def inequality_check(rng: Random, p: Settings) -> Draft | None:
    """Judge whether a number satisfies an inequality."""
    v, sign = rng.choice(LETTERS), rng.choice(("<", ">", "≤", "≥"))
    a, b = whole(rng, p["coefficient"], bool(p["negative"])), whole(rng, p["largest"], True)
    x = whole(rng, p["largest"], bool(p["negative"]))
    left = a * x + b
    c = left + rng.choice((0, 0, -2, -1, 1, 2))
    holds = {"<": left < c, ">": left > c, "≤": left <= c, "≥": left >= c}[sign]
    return Draft(
        f"Does {v} = {show(x)} satisfy {expression((a, v), (b, ''))} {sign} {show(c)}? Answer true if it does.",
        Judge(holds, "not-substituted", f"The left side is {show(left)}. It should be {_NAMES[sign]} {show(c)}."),
        (f"Put {bracket(x)} in the place of {v}.", f"The sign {sign} means: {_NAMES[sign]}. Is the boundary allowed?"),
        f"{show(a)} × {bracket(x)} {'+' if b > 0 else '−'} {abs(b)} = {show(left)}, which is "
        f"{'' if holds else 'not '}{_NAMES[sign]} {show(c)}.",
    )


_LARGEST, _COEFFICIENT, _NEGATIVE = (
    Whole("largest", 9, 5, 40),
    Whole("coefficient", 5, 3, 15),
    Whole("negative", 0, 0, 1),
)

GENERATORS = (
    Generator("inequality", inequality, (_LARGEST, _COEFFICIENT, _NEGATIVE, Whole("constant", 1, 0, 1))),
    Generator("inequality-boundary", boundary, (_LARGEST, _COEFFICIENT, _NEGATIVE)),
    Generator("inequality-check", inequality_check, (_LARGEST, _COEFFICIENT, _NEGATIVE)),
)
