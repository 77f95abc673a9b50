"""The items of each kind that a question becomes, with the repairs that keep it fit to be served.

What a format allows and Pacer does not (two options that read the same, several right answers where one is asked for)
is mended where nothing turns wrong by it, each time with a line in the report; else the question is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from content.formats.collector import QuestionError
from content.formats.names import letters, own_or_letters, slug, unique
from content.formats.question import FILL, MATCH, ORDER, Question
from content.grading.cloze import GAP
from content.grading.quantity import NumberError, read_quantity
from content.grading.text import plain_form
from content.items import (
    BooleanMisconception,
    ChoiceMisconception,
    Cloze,
    Essay,
    Gap,
    MappingMisconception,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Option,
    Ordering,
    ResponseMisconception,
    ShortText,
    TextMisconception,
    TextPolicy,
    Trait,
    TrueFalse,
)
from content.text import plain_text

MAX_OPTIONS = 400
RUBRIC = {
    "en": ("The answer as a whole", "Not yet", "In part", "Fully"),
    "de": ("Die Antwort als Ganzes", "Noch nicht", "Teilweise", "Ganz"),
    "es": ("La respuesta en conjunto", "Todavía no", "En parte", "Del todo"),
    "fr": ("La réponse dans son ensemble", "Pas encore", "En partie", "Tout à fait"),
}
"""Trait and levels of an essay that comes without a rubric."""
_COMMA = re.compile(r"[-+]?\d+,\d+")
_TRUE = frozenset(("true", "wahr", "richtig", "vrai", "verdadero", "vero", "waar"))
_FALSE = frozenset(("false", "falsch", "faux", "falso", "onwaar"))
_YES = frozenset(("t", "yes", "y", "sì", "sí", "ja", "oui"))
_NO = frozenset(("f", "no", "n", "nein", "non", "nee"))


@dataclass
class Choice:
    """An option: its text in markup, whether it is right, and what is said to those who choose it."""

    text: str
    right: bool = False
    feedback: str = ""
    id: str = ""
    idea: str = ""


@dataclass
class Wrong:
    """A wrong answer that is answered with feedback; `idea` is the id of the mistaken idea, "" for none."""

    answer: str
    feedback: str
    idea: str = ""


def strict_policy(language: str, case_sensitive: bool = False) -> TextPolicy:
    """Text compared as most formats do: as it is typed, only capitals may not matter."""
    return TextPolicy(
        language=language, case_sensitive=case_sensitive, accents="required", typos="none", punctuation=True
    )


def truth_of(text: str, *, yes: bool = True) -> bool | None:
    """What "True" or "falsch" says, and "yes" if it may; None for other words."""
    word = plain_text(text).strip().strip(".").casefold()
    if word in _TRUE or (yes and word in _YES):
        return True
    return False if word in _FALSE or (yes and word in _NO) else None


def add_choice(question: Question, choices: Sequence[Choice], *, single: bool, shuffle: bool = True) -> None:
    """One option of several, or all that apply."""
    kept = _distinct(question, list(choices))
    right = [choice for choice in kept if choice.right]
    if not right:
        raise QuestionError("no option is marked as right")
    if single and len(right) > 1:
        for choice in right[1:]:
            question.lose("dropped", f"option {choice.text[:80]!r}", "it is right too, where one answer is asked for")
        kept = [choice for choice in kept if not choice.right or choice is right[0]]
    if single and len(kept) == 2 and _add_truth(question, kept):
        return
    for choice, name in zip(kept, own_or_letters([choice.id for choice in kept]), strict=True):
        choice.id = name
    (_add_single if single else _add_multiple)(question, kept, shuffle)


def _add_single(question: Question, kept: list[Choice], shuffle: bool) -> None:
    for choice in kept:
        question.note(choice.feedback if choice.right else "", "feedback for the right answer")
    ids = _Ideas()
    mistakes = tuple(
        ChoiceMisconception(id=ids.of(choice.idea, f"chose {choice.id}"), answer=choice.id, feedback=choice.feedback)
        for choice in kept
        if choice.feedback.strip() and not choice.right
    )
    options = tuple(Option(id=choice.id, text=choice.text) for choice in kept)
    key = next(choice.id for choice in kept if choice.right)
    item = MultipleChoice(**question.base(), options=options, key=key, shuffle=shuffle, misconceptions=mistakes)
    question.add(item)


def _add_multiple(question: Question, kept: list[Choice], shuffle: bool) -> None:
    for choice in kept:
        question.note(_about(choice), "feedback for single options")
    add_response(question, kept, (), shuffle)


def add_response(
    question: Question, choices: Sequence[Choice], mistakes: Sequence[ResponseMisconception], shuffle: bool
) -> None:
    """All that apply, where the file names whole wrong answers."""
    options = tuple(Option(id=choice.id, text=choice.text) for choice in choices)
    keys = tuple(choice.id for choice in choices if choice.right)
    item = MultipleResponse(
        **question.base(), options=options, key=keys, shuffle=shuffle, misconceptions=tuple(mistakes)
    )
    question.add(item)


def _add_truth(question: Question, kept: list[Choice]) -> bool:
    values = [truth_of(choice.text, yes=False) for choice in kept]
    if None in values or values[0] == values[1] or not question.prompt.strip():
        return False
    feedback = {bool(value): choice.feedback for value, choice in zip(values, kept, strict=True)}
    key = next(bool(value) for value, choice in zip(values, kept, strict=True) if choice.right)
    idea = next(choice.idea for choice in kept if not choice.right)
    add_truth(question, key, feedback[key], feedback[not key], idea)
    return True


def add_truth(question: Question, key: bool, right: str = "", wrong: str = "", idea: str = "") -> None:
    """A statement to judge, with feedback for the right and the wrong answer."""
    question.note(right, "feedback for the right answer")
    mistakes: tuple[BooleanMisconception, ...] = ()
    if wrong.strip():
        mistakes = (BooleanMisconception(id=slug(idea, "wrong"), answer=not key, feedback=wrong),)
    question.add(TrueFalse(**question.base(), key=key, misconceptions=mistakes))


def add_numeric(
    question: Question,
    key: str,
    tolerance: float = 0.0,
    *,
    relative: float = 0.0,
    figures: int | None = None,
    unit: str = "",
    unit_required: bool = False,
    wrong: Iterable[Wrong] = (),
) -> None:
    """A number to type."""
    number = number_text(key)
    if number is None:
        raise QuestionError(f"its key {key[:80]!r} is no number")
    ids, mistakes = _Ideas(), []
    for mistake in wrong:
        value = number_text(mistake.answer)
        if value is None:
            question.note(f"{mistake.answer}: {mistake.feedback}", "feedback for a wrong answer that is no number")
        elif mistake.feedback.strip():
            name = ids.of(mistake.idea, f"answered {value}")
            mistakes.append(TextMisconception(id=name, answer=value, feedback=mistake.feedback))
    item = Numeric(
        **question.base(),
        key=number,
        tolerance=tolerance,
        relative_tolerance=relative,
        significant_figures=figures,
        unit=unit,
        unit_required=unit_required,
        misconceptions=tuple(mistakes),
    )
    question.add(item)


def add_range(question: Question, low: str, high: str, wrong: Iterable[Wrong] = ()) -> None:
    """A number between two."""
    try:
        ends = Decimal(number_text(low) or "?"), Decimal(number_text(high) or "?")
    except InvalidOperation:
        raise QuestionError(f"its range from {low[:40]!r} to {high[:40]!r} is no range of numbers") from None
    middle, half = (ends[0] + ends[1]) / 2, abs(ends[1] - ends[0]) / 2
    add_numeric(question, _plain(middle), float(half), wrong=wrong)


def number_text(text: str) -> str | None:
    """A number as `Numeric` keys are written, with a decimal point; None if it is none."""
    text = text.strip().replace("−", "-")
    if _COMMA.fullmatch(text):
        text = text.replace(",", ".")
    try:
        quantity = read_quantity(text, "en")
    except NumberError:
        return None
    return None if quantity.unit else text


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def add_text(
    question: Question, accepted: Iterable[str], *, policy: TextPolicy | None = None, wrong: Iterable[Wrong] = ()
) -> None:
    """A text to type."""
    right = tuple(dict.fromkeys(text for text in accepted if text.strip()))
    if not right:
        raise QuestionError("no answer is given as right")
    policy = policy or strict_policy(question.locale)
    forms = {plain_form(text, policy) for text in right}
    ids, mistakes, seen = _Ideas(), [], set(forms)
    for mistake in wrong:
        form = plain_form(mistake.answer, policy)
        if mistake.feedback.strip() and form not in seen:
            name = ids.of(mistake.idea, f"answered {mistake.answer}")
            mistakes.append(TextMisconception(id=name, answer=mistake.answer, feedback=mistake.feedback))
        seen.add(form)
    question.add(ShortText(**question.base(), accepted=right, policy=policy, misconceptions=tuple(mistakes)))


def add_open(question: Question, least_words: int = 0, most_words: int | None = None) -> None:
    """A text that a person judges: what a tag keeps of its kind, else an essay with a rubric of one trait."""
    kept = question.kept(ShortText(**question.base(), accepted=("-",))) if "kind" in question.cells else None
    if kept is not None:
        question.out.add(kept)
        return
    title, *levels = RUBRIC.get(question.locale[:2], RUBRIC["en"])
    question.lose("changed", "the rubric", "the file names no traits; one with three levels stands in for a person")
    trait = Trait(id="whole", title=title, levels=tuple(levels))
    most = most_words if most_words and most_words >= max(least_words, 1) else None
    item = Essay(**question.base(), traits=(trait,), least_words=max(least_words, 0), most_words=most)
    question.add(item)


def add_cloze(question: Question, text: str, gaps: Sequence[Gap]) -> None:
    """Gaps in a text; `text` holds ``{{id}}`` for each."""
    if not gaps:
        raise QuestionError("its text has no gaps")
    question.instruct(FILL)
    ids = {gap.id for gap in gaps}
    seen: set[str] = set()

    def keep(match: re.Match[str]) -> str:
        if match[1] in ids and match[1] not in seen:
            seen.add(match[1])
            return match[0]
        question.lose("changed", f"{match[0]!r} in the text", "two braces mark a gap; a blank was put between them")
        return match[0].replace("{{", "{ {")

    text = GAP.sub(keep, text)
    if not ids <= seen:
        raise QuestionError(f"the place of the gap {min(ids - seen)!r} in the text is not found")
    question.add(Cloze(**question.base(), text=text, gaps=tuple(gaps)))


def add_ordering(
    question: Question,
    options: Sequence[tuple[str, str]],
    key: Sequence[str],
    mistakes: Sequence[tuple[str, tuple[str, ...], str]] = (),
) -> None:
    """Options (id, text) as shown, their ids in the right order, and wrong orders as (idea, order, feedback)."""
    question.instruct(ORDER)
    if len(options) == 2:
        _add_order_of_two(question, options, key)
        return
    ids = dict(zip([name for name, _ in options], own_or_letters([name for name, _ in options]), strict=True))
    if len(ids) < len(options):
        raise QuestionError("two of the things to order have the same id")
    shown = tuple(Option(id=ids[name], text=text) for name, text in options)
    wrong = tuple(
        ResponseMisconception(id=idea, answer=tuple(ids.get(name, name) for name in order), feedback=feedback)
        for idea, order, feedback in mistakes
    )
    right = tuple(ids.get(name, name) for name in key)
    question.add(Ordering(**question.base(), options=shown, key=right, misconceptions=wrong))


def _add_order_of_two(question: Question, options: Sequence[tuple[str, str]], key: Sequence[str]) -> None:
    texts = dict(options)
    right = " → ".join(texts.get(name, name) for name in key)
    left = " → ".join(texts.get(name, name) for name in reversed(key))
    question.lose("changed", "an order of two", "it became a choice, since the order shown would tell the key")
    add_choice(question, [Choice(right, True), Choice(left)], single=True)


def add_matching(
    question: Question,
    left: Sequence[tuple[str, str]],
    right: Sequence[tuple[str, str]],
    key: dict[str, str],
    mistakes: Sequence[tuple[str, dict[str, str], str]] = (),
) -> None:
    """Pairs of left and right options (id, text), and wrong pairs as (idea, pairs, feedback).

    Left options without a match are taken out and reported.
    """
    question.instruct(MATCH)
    for name, text in left:
        if name not in key or not text.strip():
            question.lose("dropped", f"left option {text[:80]!r}", "it is empty or has no match")
    left = [pair for pair in left if pair[0] in key and pair[1].strip()]
    used = {key[name] for name, _ in left}
    right = [pair for pair in right if pair[0] in used or pair[1].strip()]
    if len(left) == 1 and len(right) > 1:
        question.prompt = f"{question.prompt}\n{left[0][1]}"
        question.lose("changed", "a single pair to match", "it became a choice")
        choices = [Choice(text, name == key[left[0][0]], id=name) for name, text in right]
        add_choice(question, choices, single=True)
        return
    item = Matching(
        **question.base(),
        left=tuple(Option(id=name, text=text) for name, text in left),
        right=tuple(Option(id=name, text=text) for name, text in right),
        key={name: key[name] for name, _ in left},
        misconceptions=tuple(
            MappingMisconception(id=idea, answer=answer, feedback=feedback)
            for idea, answer, feedback in mistakes
            if set(answer) <= set(key)
            and set(answer.values()) <= {name for name, _ in right}
            and any(key[a] != b for a, b in answer.items())
        ),
    )
    question.add(item)


def pairs_by_text(pairs: Sequence[tuple[str, str]], extra: Sequence[str] = ()) -> tuple[
    list[tuple[str, str]], list[tuple[str, str]], dict[str, str]
]:  # fmt: skip
    """Left options, right options and key of pairs of texts; equal right texts are one option."""
    texts = list(dict.fromkeys([right for _, right in pairs] + list(extra)))
    right_ids = dict(zip(texts, letters(len(texts)), strict=True))
    left_ids = letters(len(pairs))
    left = [(name, text) for name, (text, _) in zip(left_ids, pairs, strict=True)]
    key = {name: right_ids[text] for name, (_, text) in zip(left_ids, pairs, strict=True)}
    return left, [(name, text) for text, name in right_ids.items()], key


def _distinct(question: Question, choices: list[Choice]) -> list[Choice]:
    if len(choices) > MAX_OPTIONS:
        raise QuestionError(f"it has {len(choices)} options; {MAX_OPTIONS} are allowed")
    kept: list[Choice] = []
    by_text: dict[str, Choice] = {}
    for number, choice in enumerate(choices, 1):
        if not choice.text.strip():
            if choice.right:
                raise QuestionError(f"option {number} is right and has neither text nor a description")
            question.lose("dropped", f"option {number}", "it has neither text nor a description")
            continue
        twin = by_text.get(choice.text)
        if twin is None:
            by_text[choice.text] = choice
            kept.append(choice)
            continue
        if twin.right != choice.right:
            raise QuestionError(f"two options read {choice.text[:80]!r}, one right and one wrong")
        question.lose("dropped", f"option {choice.text[:80]!r}", "another option reads the same")
    return kept


def _about(choice: Choice) -> str:
    return f"{choice.text}: {choice.feedback}" if choice.feedback.strip() else ""


class _Ideas:
    """Ids of mistaken ideas, each once within an item."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, idea: str, otherwise: str) -> str:
        """The idea's id if it has one and it is free, else one made of other words."""
        name = unique(slug(idea or otherwise, "wrong"), self._taken)
        self._taken.add(name)
        return name
