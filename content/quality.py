"""Whether an item is fit to learn from: it explains, hints without telling, and grades its own answers as it says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.draft import Finding
from content.giveaway import giveaway
from content.grading import (
    AnswerShapeError,
    GradingError,
    distractors,
    expected_text,
    grade,
    misconception_answers,
    model_answer,
)
from content.grading.quantity import UnitError, check_unit
from content.items import Item, Misconception, Numeric
from content.presentation import present
from content.translation import translated

_UNCLOSED = re.compile(r"\]\{(?!lang=[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*\})")


def find_quality_faults(item: Item) -> list[Finding]:
    """What an author should mend before anyone learns from the item, which must be consistent already."""
    own = [*find_text_faults(item), *_hints(item), *_self_test(item)]
    return own + [finding for tag in item.translations for finding in _translation(item, tag)]


def find_text_faults(item: Item) -> list[Finding]:
    """What of that can be told of an item that is not consistent yet."""
    return [*_told(item), *_markup(item)]


def _translation(item: Item, tag: str) -> Iterator[Finding]:
    """What a translation says wrong of its own accord."""
    other, own = translated(item, tag), item.translations[tag]
    fields = [name for name in ("prompt", "hints", "explanation") if getattr(own, name)]
    for finding in (*_hints(other), *_markup(other)):
        if finding.pointer.split("/")[1] in fields:
            yield Finding(f"/translations/{tag}{finding.pointer}", finding.message, finding.fix)


def _told(item: Item) -> Iterator[Finding]:
    if not item.explanation.strip():
        yield Finding("/explanation", "there is no explanation.", "Say why the answer is right.")
    if not item.hints:
        yield Finding("/hints", "there are no hints.", "Give at least one that helps and keeps the answer back.")


def _hints(item: Item) -> Iterator[Finding]:
    for k, hint in enumerate(item.hints):
        if not hint.strip():
            yield Finding(f"/hints/{k}", "the hint is empty.", "Write it, or remove it.")
        told = giveaway(item, hint)
        if told:
            fix = "Point to the way, not to the answer."
            yield Finding(f"/hints/{k}", f"the hint gives the key away: it says {told!r}.", fix)


def _markup(item: Item) -> Iterator[Finding]:
    misconceptions: tuple[Misconception, ...] = item.misconceptions
    texts = [("/prompt", item.prompt), ("/explanation", item.explanation)]
    texts += [(f"/hints/{k}", hint) for k, hint in enumerate(item.hints)]
    texts += [(f"/misconceptions/{k}/feedback", one.feedback) for k, one in enumerate(misconceptions)]
    for pointer, text in texts:
        if text.count("```") % 2:
            yield Finding(pointer, "a block of code is not closed.", "End it with ``` alone on a line.")
        if _UNCLOSED.search(text):
            yield Finding(pointer, "a language mark is malformed.", "Write it like [gato]{lang=es}.")


def _self_test(item: Item) -> Iterator[Finding]:
    """The key is right (or a person's matter), each misconception wrong by its name, and all of it can be shown."""
    if isinstance(item, Numeric) and item.unit:
        try:
            check_unit(item.unit)
        except UnitError as error:
            yield Finding("/unit", f"{error}.", "Use a unit that pint knows, such as m, km/h or degC.")
            return
    try:
        own = grade(item, model_answer(item))
        if not (own.correct or own.pending):
            yield Finding("", "the key's own answer is graded as wrong.", "Mend the key or its policy.")
        for k, (name, answer) in enumerate(misconception_answers(item)):
            found = grade(item, answer)
            pointer = f"/misconceptions/{k}/answer"
            if found.pending:
                continue
            if found.correct:
                yield Finding(pointer, f"the wrong answer of {name!r} is graded as right.", "Correct or remove it.")
            elif found.misconception != name:
                message = f"the wrong answer of {name!r} is taken for {found.misconception!r}."
                yield Finding(pointer, message, "Make the two answers differ, or put the narrower one first.")
        distractors(item, 0)
        expected_text(item)
        present(item, 0)
    except (AnswerShapeError, GradingError) as error:
        yield Finding("", f"grading its own answers fails: {error}.", "Correct the key or the misconceptions.")
