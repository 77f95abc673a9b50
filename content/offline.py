"""An item as a device needs it without a connection: to show, to grade and to explain.

What a learner otherwise never gets before answering stands here, the key included; it travels only inside a signed
bundle of practice. Options and gaps have the public ids that `content.presentation` shows, texts are parsed markup.
One struct of keys for each interaction kind, with the tags of `content.items`; how a key is compared with an answer is
described in `content.grading`.
"""

from __future__ import annotations

from hashlib import sha256

import msgspec

from content.grading import expected_text
from content.grading.listing import n_wanted
from content.items import (
    CalendarDate,
    Cloze,
    Essay,
    Expression,
    Item,
    Listing,
    Matching,
    Misconception,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    OpenResponse,
    Ordering,
    ShortText,
    TextPolicy,
    Translate,
    TrueFalse,
)
from content.option_ids import public_id
from content.presentation import Presented, present
from content.text import Span, parse
from content.tracks import item_hash

SEED = 0
"""Offline every item is presented in one order of options, so that what a device holds stays what it needs."""


class KeyBase(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What every kind has: mistaken ideas, by the wrong answers that show them."""

    misconceptions: tuple[Note, ...] = ()


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A mistaken idea. `answer` is as in an answer of the kind: an id, ids, a truth value, a text, or a mapping."""

    id: str
    answer: str | tuple[str, ...] | bool | dict[str, str]
    feedback: tuple[Span, ...]


class MultipleChoiceKey(KeyBase, frozen=True, kw_only=True, tag="multipleChoice", tag_field="kind"):
    """The right option."""

    choice: str


class MultipleResponseKey(KeyBase, frozen=True, kw_only=True, tag="multipleResponse", tag_field="kind"):
    """All right options."""

    choices: tuple[str, ...]


class TrueFalseKey(KeyBase, frozen=True, kw_only=True, tag="trueFalse", tag_field="kind"):
    """The truth."""

    value: bool


class NumericKey(KeyBase, frozen=True, kw_only=True, tag="numeric", tag_field="kind"):
    """The exact value as text, and how far from it an answer may lie; see `content.items.Numeric`."""

    text: str
    tolerance: float
    relative_tolerance: float
    significant_figures: int | None
    unit: str
    unit_required: bool


class ShortTextKey(KeyBase, frozen=True, kw_only=True, tag="shortText", tag_field="kind"):
    """What is accepted, the model answer first, and how texts are compared; `patterns` are RE2's."""

    accepted: tuple[str, ...]
    policy: TextPolicy
    patterns: tuple[str, ...] = ()


class GapKey(msgspec.Struct, frozen=True, kw_only=True):
    """What one gap accepts."""

    id: str
    accepted: tuple[str, ...]
    policy: TextPolicy


class ClozeKey(KeyBase, frozen=True, kw_only=True, tag="cloze", tag_field="kind"):
    """What each gap accepts."""

    gaps: tuple[GapKey, ...]


class OrderingKey(KeyBase, frozen=True, kw_only=True, tag="ordering", tag_field="kind"):
    """All options in the right order."""

    order: tuple[str, ...]


class MatchingKey(KeyBase, frozen=True, kw_only=True, tag="matching", tag_field="kind"):
    """Left option to right option."""

    pairs: dict[str, str]


class ExpressionKey(KeyBase, frozen=True, kw_only=True, tag="expression", tag_field="kind"):
    """The key as typed. A device may grade what differs in order only; the rest it holds as pending."""

    text: str
    variables: tuple[str, ...]
    form: str


class DateKey(KeyBase, frozen=True, kw_only=True, tag="date", tag_field="kind"):
    """The date as year, year and month, or year, month and day, joined by hyphens."""

    text: str


class ListingKey(KeyBase, frozen=True, kw_only=True, tag="list", tag_field="kind"):
    """What can be named, each in all its wordings, how many are asked for, and how texts are compared."""

    entries: tuple[tuple[str, ...], ...]
    n_wanted: int
    ordered: bool
    policy: TextPolicy


class TranslateKey(KeyBase, frozen=True, kw_only=True, tag="translate", tag_field="kind"):
    """Right translations, the model one first, and how texts are compared."""

    references: tuple[str, ...]
    free_order: bool
    policy: TextPolicy


class OpenResponseKey(KeyBase, frozen=True, kw_only=True, tag="openResponse", tag_field="kind"):
    """Right answers, the model one first. A device holds any other answer as pending."""

    references: tuple[str, ...]


class EssayKey(KeyBase, frozen=True, kw_only=True, tag="essay", tag_field="kind"):
    """Nothing: every essay is pending until a person has judged it."""


Key = (
    MultipleChoiceKey
    | MultipleResponseKey
    | TrueFalseKey
    | NumericKey
    | ShortTextKey
    | ClozeKey
    | OrderingKey
    | MatchingKey
    | ExpressionKey
    | DateKey
    | ListingKey
    | TranslateKey
    | OpenResponseKey
    | EssayKey
)


class Package(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Everything about one item in one language.

    Attributes:
        item_version: content hash of the item as it is written.
        presented: what to show.
        key: what to grade by; the device's grade is provisional.
        hints: in order, from gentle to strong.
        explanation, expected: what to show after the answer.
    """

    item_id: str
    item_version: str
    presented: Presented
    key: Key
    hints: tuple[tuple[Span, ...], ...]
    explanation: tuple[Span, ...]
    expected: tuple[Span, ...]


class Packed(msgspec.Struct, frozen=True):
    """A package as JSON text, and the SHA-256 (hexadecimal) of its UTF-8 bytes, by which it is known."""

    hash: str
    content: str


def pack(item: Item, shown: Item) -> Packed:
    """The package of an item, shown in a translation of it (or as it is written). Equal items give equal bytes."""
    package = Package(
        item_id=item.id,
        item_version=item_hash(item),
        presented=present(shown, SEED),
        key=key_of(shown),
        hints=tuple(parse(hint) for hint in shown.hints),
        explanation=parse(shown.explanation),
        expected=parse(expected_text(shown)),
    )
    content = _ENCODER.encode(package)
    return Packed(sha256(content).hexdigest(), content.decode())


def key_of(item: Item) -> Key:
    """What to grade an answer to the item by."""
    match item:
        case MultipleChoice():
            return MultipleChoiceKey(choice=public_id(item.id, item.key), misconceptions=_notes(item))
        case MultipleResponse():
            return MultipleResponseKey(choices=_ids(item, item.key), misconceptions=_notes(item))
        case TrueFalse():
            return TrueFalseKey(value=item.key, misconceptions=_notes(item))
        case Numeric():
            return NumericKey(
                text=item.key,
                tolerance=item.tolerance,
                relative_tolerance=item.relative_tolerance,
                significant_figures=item.significant_figures,
                unit=item.unit,
                unit_required=item.unit_required,
                misconceptions=_notes(item),
            )
        case ShortText():
            return ShortTextKey(
                accepted=item.accepted, policy=item.policy, patterns=item.patterns, misconceptions=_notes(item)
            )
        case Cloze():
            gaps = tuple(
                GapKey(id=public_id(item.id, gap.id, "gap"), accepted=gap.accepted, policy=gap.policy)
                for gap in item.gaps
            )
            return ClozeKey(gaps=gaps, misconceptions=_notes(item))
        case Ordering():
            return OrderingKey(order=_ids(item, item.key), misconceptions=_notes(item))
        case Matching():
            return MatchingKey(pairs=_pairs(item, item.key), misconceptions=_notes(item))
        case Expression():
            return ExpressionKey(text=item.key, variables=item.variables, form=item.form, misconceptions=_notes(item))
        case CalendarDate():
            return DateKey(text=item.key, misconceptions=_notes(item))
        case Listing():
            return ListingKey(
                entries=item.entries,
                n_wanted=n_wanted(item),
                ordered=item.ordered,
                policy=item.policy,
                misconceptions=_notes(item),
            )
        case Translate():
            return TranslateKey(
                references=item.references,
                free_order=item.free_order,
                policy=item.policy,
                misconceptions=_notes(item),
            )
        case OpenResponse():
            return OpenResponseKey(references=item.references, misconceptions=_notes(item))
        case Essay():
            return EssayKey()


def _notes(item: Item) -> tuple[Note, ...]:
    return tuple(Note(id=one.id, answer=_shown(item, one), feedback=parse(one.feedback)) for one in item.misconceptions)


def _shown(item: Item, misconception: Misconception) -> str | tuple[str, ...] | bool | dict[str, str]:
    """The wrong answer with public ids where it names options or gaps."""
    answer = misconception.answer
    match item, answer:
        case Matching(), dict():
            return _pairs(item, answer)
        case Cloze(), dict():
            return {public_id(item.id, gap, "gap"): text for gap, text in answer.items()}
        case MultipleChoice(), str():
            return public_id(item.id, answer)
        case _, tuple():
            return _ids(item, answer)
        case _:
            return answer


def _ids(item: Item, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(public_id(item.id, name) for name in names)


def _pairs(item: Item, pairs: dict[str, str]) -> dict[str, str]:
    return {public_id(item.id, a, "left"): public_id(item.id, b, "right") for a, b in pairs.items()}


_ENCODER = msgspec.json.Encoder()
