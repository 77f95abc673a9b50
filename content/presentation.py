"""What a learner sees of an item before answering, and nothing of its key.

One struct for each interaction kind, with the tags of `content.items`. Options are named by `public_id`, since an
author's ids may tell their order; answers may use these. `seed` decides the order of options, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import msgspec

from content.grading.cloze import GAP
from content.items import (
    Accessibility,
    Cloze,
    Gap,
    Item,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Option,
    Ordering,
    ShortText,
    TrueFalse,
)
from content.option_ids import public_id
from content.text import Span, parse


class PresentedBase(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What every kind shows.

    Attributes:
        prompt: the question.
        locale: BCP 47 tag of the prompt's own language, where spans name no other.
        hints: how many hints can be asked for.
        seconds: time a learner is expected to need.
    """

    prompt: tuple[Span, ...]
    locale: str
    hints: int
    seconds: float
    accessibility: Accessibility


class PresentedOption(msgspec.Struct, frozen=True, kw_only=True):
    """Something to choose, order or match; `id` is what an answer names it by."""

    id: str
    content: tuple[Span, ...]


class PresentedMultipleChoice(PresentedBase, frozen=True, kw_only=True, tag="multipleChoice", tag_field="kind"):
    """Choose one option."""

    options: tuple[PresentedOption, ...]


class PresentedMultipleResponse(PresentedBase, frozen=True, kw_only=True, tag="multipleResponse", tag_field="kind"):
    """Choose every option that applies."""

    options: tuple[PresentedOption, ...]


class PresentedTrueFalse(PresentedBase, frozen=True, kw_only=True, tag="trueFalse", tag_field="kind"):
    """Judge the statement of the prompt."""


class PresentedNumeric(PresentedBase, frozen=True, kw_only=True, tag="numeric", tag_field="kind"):
    """Type a number.

    Attributes:
        unit: the unit to answer in or convert to; "" if none, or if giving a unit is part of the task.
        unit_required: whether a unit must be typed.
        significant_figures: how many figures to give; None for any.
    """

    unit: str
    unit_required: bool
    significant_figures: int | None


class PresentedShortText(PresentedBase, frozen=True, kw_only=True, tag="shortText", tag_field="kind"):
    """Type a text. `language` is for the keyboard: a BCP 47 tag, "zxx" for code."""

    language: str


class PresentedText(msgspec.Struct, frozen=True, kw_only=True, tag="text", tag_field="kind"):
    """A run of the text between gaps."""

    span: Span


class PresentedGap(msgspec.Struct, frozen=True, kw_only=True, tag="gap", tag_field="kind"):
    """A gap in the text.

    Attributes:
        id: what an answer names it by.
        language: for the keyboard, a BCP 47 tag, "zxx" for code.
        code: whether it stands within code.
        options: texts to choose from; empty if it is typed.
    """

    id: str
    language: str
    code: bool = False
    options: tuple[str, ...] = ()


class PresentedCloze(PresentedBase, frozen=True, kw_only=True, tag="cloze", tag_field="kind"):
    """Fill the gaps of `parts`, which are shown one after another."""

    parts: tuple[PresentedText | PresentedGap, ...]


class PresentedOrdering(PresentedBase, frozen=True, kw_only=True, tag="ordering", tag_field="kind"):
    """Put the options in order; as shown they never are."""

    options: tuple[PresentedOption, ...]


class PresentedMatching(PresentedBase, frozen=True, kw_only=True, tag="matching", tag_field="kind"):
    """Match each left option with a right one; some right ones may be left over."""

    left: tuple[PresentedOption, ...]
    right: tuple[PresentedOption, ...]


Presented = (
    PresentedMultipleChoice
    | PresentedMultipleResponse
    | PresentedTrueFalse
    | PresentedNumeric
    | PresentedShortText
    | PresentedCloze
    | PresentedOrdering
    | PresentedMatching
)


def present(item: Item, seed: int) -> Presented:
    """Show an item; equal arguments give equal results."""
    base: dict[str, Any] = {
        "prompt": parse(item.prompt),
        "locale": item.locale,
        "hints": len(item.hints),
        "seconds": item.seconds,
        "accessibility": item.accessibility,
    }
    return _present(item, base, Random(seed))


def _present(item: Item, base: dict[str, Any], rng: Random) -> Presented:
    match item:
        case MultipleChoice():
            return PresentedMultipleChoice(options=_options(item, item.options, rng, item.shuffle), **base)
        case MultipleResponse():
            return PresentedMultipleResponse(options=_options(item, item.options, rng, item.shuffle), **base)
        case TrueFalse():
            return PresentedTrueFalse(**base)
        case Numeric():
            return PresentedNumeric(
                unit="" if item.unit_required else item.unit,
                unit_required=item.unit_required,
                significant_figures=item.significant_figures,
                **base,
            )
        case ShortText():
            return PresentedShortText(language=item.policy.language, **base)
        case Cloze():
            return PresentedCloze(parts=_cloze_parts(item, rng), **base)
        case Ordering():
            return PresentedOrdering(options=_options(item, _out_of_order(item, rng), rng, False), **base)
        case Matching():
            left = _options(item, item.left, rng, False, "left")
            return PresentedMatching(left=left, right=_options(item, item.right, rng, True, "right"), **base)


def _options(
    item: Item, options: Sequence[Option], rng: Random, shuffle: bool, side: str = ""
) -> tuple[PresentedOption, ...]:
    shown = [PresentedOption(id=public_id(item.id, option.id, side), content=parse(option.text)) for option in options]
    if shuffle:
        rng.shuffle(shown)
    return tuple(shown)


def _out_of_order(item: Ordering, rng: Random) -> list[Option]:
    """The options in any order that does not read like the key: drawn anew until it does not, at last turned round."""
    by_id = {option.id: option for option in item.options}
    key = [by_id[name].text for name in item.key]
    order = [by_id[name] for name in item.key]
    for _ in range(20):
        rng.shuffle(order)
        if [option.text for option in order] != key:
            return order
    return [by_id[name] for name in reversed(item.key)]


def _cloze_parts(item: Cloze, rng: Random) -> tuple[PresentedText | PresentedGap, ...]:
    """The text's spans, cut at the gaps; markup is read first, so that a gap may stand within code."""
    gaps = {gap.id: gap for gap in item.gaps}
    parts: list[PresentedText | PresentedGap] = []
    for span in parse(item.text):
        for k, piece in enumerate(GAP.split(span.text)):
            if k % 2 and piece in gaps:
                parts.append(_gap(item, gaps[piece], span.code, rng))
            elif piece:
                parts.append(PresentedText(span=Span(piece, lang=span.lang, code=span.code)))
    return tuple(parts)


def _gap(item: Cloze, gap: Gap, code: bool, rng: Random) -> PresentedGap:
    options = tuple(rng.sample(gap.options, len(gap.options)))
    gap_id = public_id(item.id, gap.id, "gap")
    return PresentedGap(id=gap_id, language=gap.policy.language, code=code, options=options)
