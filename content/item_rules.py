"""What must hold within one item, for each kind, so that it can be shown and graded."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from content.draft import Finding
from content.formats.media_types import EXTENSIONS
from content.free_text_rules import (
    find_accepted_faults,
    find_date_faults,
    find_essay_faults,
    find_expression_faults,
    find_listing_faults,
    find_pattern_faults,
    find_response_faults,
    find_translate_faults,
)
from content.grading.cloze import GAP
from content.grading.quantity import NumberError, read_quantity
from content.grading.text import plain_form
from content.items import (
    CalendarDate,
    Cloze,
    Essay,
    Expression,
    Gap,
    Item,
    Listing,
    Matching,
    Misconception,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    OpenResponse,
    Option,
    Ordering,
    ShortText,
    Translate,
    Translation,
    TrueFalse,
)
from content.translation import options_of

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_TAG_FIX = "Write a BCP 47 tag such as es or es-MX."
_HASH = re.compile(r"[0-9a-f]{64}")
_KEY_FIX = "Correct the key, or add the option."


def find_item_faults(item: Item) -> list[Finding]:
    """Everything that keeps the item from being served."""
    return [*_common(item), *_of_kind(item)]


def _common(item: Item) -> Iterator[Finding]:
    if not item.prompt.strip():
        yield Finding("/prompt", "the prompt is empty.", "Write what is to be done.")
    seen: set[str] = set()
    misconceptions: tuple[Misconception, ...] = item.misconceptions
    for k, misconception in enumerate(misconceptions):
        if misconception.id in seen:
            message = f"misconception id {misconception.id!r} is used twice."
            yield Finding(f"/misconceptions/{k}/id", message, "Give each its own id.")
        if not misconception.feedback.strip():
            yield Finding(f"/misconceptions/{k}/feedback", "the feedback is empty.", "Say what is mistaken and why.")
        seen.add(misconception.id)
    if not _TAG.fullmatch(item.locale):
        yield Finding("/locale", f"{item.locale[:80]!r} is no language tag.", _TAG_FIX)
    for tag, translation in item.translations.items():
        yield from _translation(item, tag, translation)
    for k, media in enumerate(item.media):
        if not _HASH.fullmatch(media.sha256):
            message = f"{media.sha256[:80]!r} is no SHA-256 of a file."
            yield Finding(f"/media/{k}/sha256", message, "Write its 64 hexadecimal digits, in lower case.")
        if media.type not in EXTENSIONS:
            message = f"media of type {media.type[:80]!r} are not shown."
            yield Finding(f"/media/{k}/type", message, f"Use one of {', '.join(EXTENSIONS)}.")


def _translation(item: Item, tag: str, translation: Translation) -> Iterator[Finding]:
    pointer = f"/translations/{tag}"
    if not _TAG.fullmatch(tag):
        yield Finding(pointer, f"{tag!r} is no language tag.", _TAG_FIX)
    if translation.hints and len(translation.hints) != len(item.hints):
        message = f"{len(translation.hints)} hints are translated, but there are {len(item.hints)}."
        yield Finding(f"{pointer}/hints", message, "Translate all of them, or none.")
    ids = [option.id for option in options_of(item)]
    for name in translation.options:
        if name not in ids:
            message = f"{name!r} is not among the options {', '.join(ids) or '(there are none)'}."
            yield Finding(f"{pointer}/options/{name}", message, "Correct the id, or remove it.")
        elif ids.count(name) > 1:
            message = f"{name!r} stands on the left and on the right, so that its translation fits neither."
            yield Finding(f"{pointer}/options/{name}", message, "Give the options of each side ids of their own.")


def _of_kind(item: Item) -> Iterator[Finding]:
    match item:
        case MultipleChoice():
            yield from _choice(item)
        case MultipleResponse():
            yield from _response(item)
        case TrueFalse():
            yield from _truth(item)
        case Numeric():
            yield from _numeric(item)
        case ShortText():
            yield from _short_text(item)
        case Cloze():
            yield from _cloze(item)
        case Ordering():
            yield from _ordering(item)
        case Matching():
            yield from _matching(item)
        case Expression():
            yield from find_expression_faults(item)
        case CalendarDate():
            yield from find_date_faults(item)
        case Listing():
            yield from find_listing_faults(item)
        case Translate():
            yield from find_translate_faults(item)
        case OpenResponse():
            yield from find_response_faults(item)
        case Essay():
            yield from find_essay_faults(item)


def _options(options: Sequence[Option], field: str, least: int = 2, *, same_text: bool = False) -> Iterator[Finding]:
    if len(options) < least:
        yield Finding(f"/{field}", f"{len(options)} options are too few.", f"Give at least {least}.")
    ids: set[str] = set()
    texts: set[str] = set()
    for k, option in enumerate(options):
        if option.id in ids or not option.id:
            yield Finding(
                f"/{field}/{k}/id", f"option id {option.id!r} is used twice or empty.", "Give each its own id."
            )
        if option.text in texts and not same_text:
            yield Finding(f"/{field}/{k}/text", f"two options read {option.text!r}.", "Make them differ.")
        if not option.text.strip():
            yield Finding(f"/{field}/{k}/text", "the option is empty.", "Write its text.")
        ids.add(option.id)
        texts.add(option.text)


def _unknown(names: Sequence[str], options: Sequence[Option], pointer: str) -> Iterator[Finding]:
    ids = [option.id for option in options]
    for name in dict.fromkeys(names):
        if name not in ids:
            yield Finding(pointer, f"{name!r} is not among the options {', '.join(ids)}.", _KEY_FIX)


def _is_key(k: int, field: str = "answer") -> Finding:
    fix = "Remove the misconception, or correct its answer."
    return Finding(f"/misconceptions/{k}/{field}", "this wrong answer is right by the key.", fix)


def _choice(item: MultipleChoice) -> Iterator[Finding]:
    yield from _options(item.options, "options")
    yield from _unknown([item.key], item.options, "/key")
    for k, misconception in enumerate(item.misconceptions):
        yield from _unknown([misconception.answer], item.options, f"/misconceptions/{k}/answer")
        if misconception.answer == item.key:
            yield _is_key(k)


def _response(item: MultipleResponse) -> Iterator[Finding]:
    yield from _options(item.options, "options")
    yield from _unknown(item.key, item.options, "/key")
    if not item.key or len(set(item.key)) < len(item.key):
        yield Finding("/key", "the key is empty or names an option twice.", "Name each right option once.")
    for k, misconception in enumerate(item.misconceptions):
        yield from _unknown(misconception.answer, item.options, f"/misconceptions/{k}/answer")
        if set(misconception.answer) == set(item.key):
            yield _is_key(k)


def _truth(item: TrueFalse) -> Iterator[Finding]:
    for k, misconception in enumerate(item.misconceptions):
        if misconception.answer == item.key:
            yield _is_key(k)


def _numeric(item: Numeric) -> Iterator[Finding]:
    yield from _number(item.key, "/key")
    for name in ("tolerance", "relative_tolerance"):
        value = getattr(item, name)
        if not (math.isfinite(value) and value >= 0):
            yield Finding(f"/{name}", f"{value} is no tolerance.", "Use 0 or more.")
    if item.significant_figures is not None and not 1 <= item.significant_figures <= 15:
        message = f"{item.significant_figures} significant figures cannot be asked for."
        yield Finding("/significant_figures", message, "Use 1 to 15.")
    for k, misconception in enumerate(item.misconceptions):
        yield from _number(misconception.answer, f"/misconceptions/{k}/answer")


def _number(text: str, pointer: str) -> Iterator[Finding]:
    try:
        quantity = read_quantity(text, "en")
    except NumberError as error:
        yield Finding(pointer, f"{error}.", "Write a number such as 12, -0.5, 3/4 or 1.2e3, with a decimal point.")
        return
    if quantity.unit and pointer == "/key":
        yield Finding(pointer, f"the key holds the unit {quantity.unit!r}.", "Write it in the field unit.")


def _short_text(item: ShortText) -> Iterator[Finding]:
    yield from find_accepted_faults(item.accepted, "/accepted")
    yield from find_pattern_faults(item)
    right = {plain_form(text, item.policy) for text in item.accepted}
    for k, misconception in enumerate(item.misconceptions):
        if plain_form(misconception.answer, item.policy) in right:
            yield _is_key(k)


def _cloze(item: Cloze) -> Iterator[Finding]:
    marks = GAP.findall(item.text)
    ids = [gap.id for gap in item.gaps]
    if not ids:
        yield Finding("/gaps", "there are no gaps.", "Add at least one, and {{its-id}} in the text.")
    for name in dict.fromkeys(marks):
        if name not in ids:
            yield Finding("/text", f"{{{{{name}}}}} names no gap.", "Add the gap, or correct the name.")
        if marks.count(name) > 1:
            yield Finding("/text", f"{{{{{name}}}}} stands more than once.", "Give each place a gap of its own.")
    for k, gap in enumerate(item.gaps):
        if ids.index(gap.id) != k:
            yield Finding(f"/gaps/{k}/id", f"gap id {gap.id!r} is used twice.", "Give each its own id.")
        if gap.id not in marks:
            yield Finding(f"/gaps/{k}/id", f"the text has no {{{{{gap.id}}}}}.", f"Put {{{{{gap.id}}}}} into the text.")
        yield from _gap(gap, f"/gaps/{k}")
    for k, misconception in enumerate(item.misconceptions):
        yield from _cloze_misconception(item, misconception.answer, k)


def _gap(gap: Gap, pointer: str) -> Iterator[Finding]:
    yield from find_accepted_faults(gap.accepted, f"{pointer}/accepted")
    if not gap.options:
        return
    if len(set(gap.options)) < max(2, len(gap.options)):
        yield Finding(f"{pointer}/options", "options are repeated, or fewer than two.", "Give two or more that differ.")
    for k, text in enumerate(gap.accepted):
        if text not in gap.options:
            yield Finding(f"{pointer}/accepted/{k}", f"{text!r} is not among the options.", _KEY_FIX)


def _cloze_misconception(item: Cloze, answer: dict[str, str], k: int) -> Iterator[Finding]:
    gaps = {gap.id: gap for gap in item.gaps}
    for name, text in answer.items():
        pointer = f"/misconceptions/{k}/answer"
        if name not in gaps:
            yield Finding(pointer, f"{name!r} is no gap.", f"Use ids out of {', '.join(gaps)}.")
        elif gaps[name].options and text not in gaps[name].options:
            yield Finding(pointer, f"{text!r} is not among the options of gap {name!r}.", "Use one of them.")
    known = {name: text for name, text in answer.items() if name in gaps}
    if all(_fills(gaps[name], text) for name, text in known.items()):
        yield _is_key(k)


def _fills(gap: Gap, text: str) -> bool:
    return plain_form(text, gap.policy) in {plain_form(right, gap.policy) for right in gap.accepted}


def _ordering(item: Ordering) -> Iterator[Finding]:
    yield from _options(item.options, "options", least=3, same_text=True)  # of two, the order shown would tell the key
    yield from _unknown(item.key, item.options, "/key")
    ids = sorted(option.id for option in item.options)
    if sorted(item.key) != ids:
        yield Finding("/key", "the key does not hold every option once.", f"Order {', '.join(ids)}.")
    texts = {option.id: option.text for option in item.options}
    right = [texts.get(name) for name in item.key]
    for k, misconception in enumerate(item.misconceptions):
        if sorted(misconception.answer) != ids:
            fix = f"Order {', '.join(ids)}."
            yield Finding(f"/misconceptions/{k}/answer", "the answer does not hold every option once.", fix)
        elif [texts.get(name) for name in misconception.answer] == right:
            yield _is_key(k)


def _matching(item: Matching) -> Iterator[Finding]:
    yield from _options(item.left, "left")
    yield from _options(item.right, "right", same_text=True)
    yield from _unknown(list(item.key), item.left, "/key")
    yield from _unknown(list(item.key.values()), item.right, "/key")
    for option in item.left:
        if option.id not in item.key:
            yield Finding("/key", f"left option {option.id!r} has no match.", "Add its pair to the key.")
    for k, misconception in enumerate(item.misconceptions):
        yield from _unknown(list(misconception.answer), item.left, f"/misconceptions/{k}/answer")
        yield from _unknown(list(misconception.answer.values()), item.right, f"/misconceptions/{k}/answer")
        if all(item.key.get(left) == right for left, right in misconception.answer.items()):
            yield _is_key(k)
