"""From a draft to an item: keys written out, options lettered, coinciding errors dropped, giveaway hints refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from random import Random
from typing import Any, TypeVar

from content.items import (
    Accessibility,
    BooleanMisconception,
    ChoiceMisconception,
    Cloze,
    Gap,
    Item,
    MappingMisconception,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Option,
    Ordering,
    ResponseMisconception,
    ShortText,
    Template,
    TextMisconception,
    TextPolicy,
    TrueFalse,
)
from content.templates.draft import Draft, Gaps, Judge, Number, Order, Pairs, Pick, PickAll, Rational, Typed, Wrong
from content.templates.notation import decimal_text, spoken

EXACT = TextPolicy(language="zxx", accents="ignored", typos="none", punctuation=True)
"""Notation is no human language (BCP 47 "zxx"): every sign counts, spaces between signs do not."""

_NUMBER = re.compile(r"(?:(?<![\w)])-)?\d+(?:\.\d+)?(?:/\d+)?")
_LETTERS = "abcdefgh"
A = TypeVar("A")


def assemble(template: Template, seed: int, draft: Draft, rng: Random) -> Item | None:
    """The item of a draft, or None where the draft is unfit: a hint gives the key away, or too few options remain."""
    solution = draft.solution
    common: dict[str, Any] = {
        "id": f"{template.id}~{seed}",
        "skills": template.skills,
        "band": template.band,
        "prompt": draft.prompt,
        "difficulty": template.difficulty,
        "hints": draft.hints,
        "explanation": draft.explanation,
        "seconds": template.seconds,
        "accessibility": Accessibility(speech=draft.speech or spoken(draft.prompt), description=draft.description),
    }
    match solution:
        case Number():
            return _numeric(solution, common)
        case Typed():
            return _short_text(solution, common)
        case Pick():
            return _multiple_choice(solution, common, rng)
        case PickAll():
            return _multiple_response(solution, common, rng)
        case Judge():
            return _true_false(solution, common)
        case Gaps():
            return _cloze(solution, common)
        case Order():
            return _ordering(solution, common, rng)
        case Pairs():
            return _matching(solution, common, rng)


def numbers_in(text: str) -> set[float]:
    """Every number written in `text`, as its nearest float: 3, −3, 2.5, 3/4."""
    found = set()
    for token in _NUMBER.findall(text.replace("−", "-")):
        top, _, bottom = token.partition("/")
        if not bottom:
            found.add(float(top))
        elif bottom.strip("0"):
            found.add(float(top) / float(bottom))
    return found


def gives_away(hints: Iterable[str], answers: Iterable[str]) -> bool:
    """Whether a hint holds one of the answers as a whole token, spaces aside."""
    told = [_tight(hint) for hint in hints]
    for answer in answers:
        needle = _tight(answer)
        holding = [hint for hint in told if needle in hint]
        if holding:
            pattern = re.compile(rf"(?<![\w.]){re.escape(needle)}(?![\w])")
            if any(pattern.search(hint) for hint in holding):
                return True
    return False


def _tight(text: str) -> str:
    return text.replace(" ", "").replace("−", "-").casefold()


def _distinct(wrong: Sequence[Wrong[A]], key: A) -> list[Wrong[A]]:
    kept: list[Wrong[A]] = []
    for error in wrong:
        if error.answer != key and all(error.answer != other.answer for other in kept):
            kept.append(error)
    return kept


def _numeric(solution: Number, common: dict[str, Any]) -> Item | None:
    value = float(solution.value)
    if any(value in numbers_in(hint) for hint in common["hints"]):
        return None

    def write(number: Rational) -> str:
        return decimal_text(number) if solution.style == "decimal" else str(number)

    return Numeric(
        key=write(solution.value),
        misconceptions=tuple(
            TextMisconception(id=error.id, answer=write(error.answer), feedback=error.feedback)
            for error in _distinct(solution.wrong, solution.value)
        ),
        **common,
    )


def _short_text(solution: Typed, common: dict[str, Any]) -> Item | None:
    if gives_away(common["hints"], solution.accepted):
        return None
    taken = {_tight(text) for text in solution.accepted}
    return ShortText(
        accepted=solution.accepted,
        policy=EXACT,
        misconceptions=tuple(
            TextMisconception(id=error.id, answer=error.answer.replace("−", "-"), feedback=error.feedback)
            for error in _distinct(solution.wrong, solution.accepted[0])
            if _tight(error.answer) not in taken
        ),
        **common,
    )


def _lettered(texts: list[str], rng: Random, prefix: str = "") -> dict[str, str]:
    shuffled = list(texts)
    rng.shuffle(shuffled)
    return {text: prefix + letter for text, letter in zip(shuffled, _LETTERS, strict=False)}


def _options(ids: dict[str, str]) -> tuple[Option, ...]:
    return tuple(Option(id=letter, text=text) for text, letter in ids.items())


def _multiple_choice(solution: Pick, common: dict[str, Any], rng: Random) -> Item | None:
    wrong = _distinct(solution.wrong, solution.right)[:3]
    others = [text for text in solution.others if text != solution.right and all(text != w.answer for w in wrong)]
    texts = [solution.right, *(w.answer for w in wrong), *dict.fromkeys(others)][:4]
    if len(texts) < min(3, 1 + len(solution.wrong) + len(solution.others)) or gives_away(
        common["hints"], [solution.right]
    ):
        return None
    ids = _lettered(texts, rng)
    return MultipleChoice(
        options=_options(ids),
        key=ids[solution.right],
        misconceptions=tuple(
            ChoiceMisconception(id=error.id, answer=ids[error.answer], feedback=error.feedback) for error in wrong
        ),
        **common,
    )


def _multiple_response(solution: PickAll, common: dict[str, Any], rng: Random) -> Item | None:
    ids = _lettered([*solution.right, *solution.others], rng)
    if len(ids) != len(solution.right) + len(solution.others) or not solution.right:
        return None
    key = tuple(sorted(ids[text] for text in solution.right))
    wrong = [Wrong(w.id, tuple(sorted(ids[text] for text in w.answer)), w.feedback) for w in solution.wrong]
    return MultipleResponse(
        options=_options(ids),
        key=key,
        misconceptions=tuple(
            ResponseMisconception(id=w.id, answer=w.answer, feedback=w.feedback) for w in _distinct(wrong, key)
        ),
        **common,
    )


def _true_false(solution: Judge, common: dict[str, Any]) -> Item:
    wrong = BooleanMisconception(id=solution.error, answer=not solution.value, feedback=solution.feedback)
    return TrueFalse(key=solution.value, misconceptions=(wrong,), **common)


def _cloze(solution: Gaps, common: dict[str, Any]) -> Item | None:
    if any(value in numbers_in(hint) for hint in common["hints"] for value in solution.values.values()):
        return None
    gaps = tuple(Gap(id=name, accepted=_signed(value), policy=EXACT) for name, value in solution.values.items())
    return Cloze(
        text=solution.text,
        gaps=gaps,
        misconceptions=tuple(
            MappingMisconception(id=w.id, answer={name: str(v) for name, v in w.answer.items()}, feedback=w.feedback)
            for w in _distinct(solution.wrong, solution.values)
            if any(solution.values[name] != v for name, v in w.answer.items())
        ),
        **common,
    )


def _signed(value: int) -> tuple[str, ...]:
    return (str(value), str(value).replace("-", "−")) if value < 0 else (str(value),)


def _ordering(solution: Order, common: dict[str, Any], rng: Random) -> Item | None:
    ids = _lettered(list(solution.right), rng)
    if len(ids) != len(solution.right):
        return None
    return Ordering(
        options=_options(ids),
        key=tuple(ids[text] for text in solution.right),
        misconceptions=tuple(
            ResponseMisconception(id=w.id, answer=tuple(ids[text] for text in w.answer), feedback=w.feedback)
            for w in _distinct(solution.wrong, solution.right)
        ),
        **common,
    )


def _matching(solution: Pairs, common: dict[str, Any], rng: Random) -> Item | None:
    pairs = dict(solution.pairs)
    left = _lettered(list(pairs), rng, "l-")
    right = _lettered([*pairs.values(), *solution.others], rng, "r-")
    if len(pairs) != len(solution.pairs) or len(right) != len(pairs) + len(solution.others):
        return None
    return Matching(
        left=_options(left),
        right=_options(right),
        key={left[a]: right[b] for a, b in pairs.items()},
        misconceptions=tuple(
            MappingMisconception(id=w.id, answer={left[a]: right[b] for a, b in w.answer.items()}, feedback=w.feedback)
            for w in solution.wrong
            if any(pairs[a] != b for a, b in w.answer.items())
        ),
        **common,
    )
