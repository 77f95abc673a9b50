"""What a learner sees of an item before answering, and nothing of its key.

One struct for each interaction kind, with the tags of `content.items`. Options are named by `public_id`, since an
author's ids may tell their order; answers may use these. `seed` decides the order of options, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, Literal

import msgspec

from content.grading.cloze import GAP
from content.grading.listing import n_wanted
from content.items import (
    Accessibility,
    CalendarDate,
    Cloze,
    Essay,
    Expression,
    Gap,
    Item,
    Listing,
    Matching,
    Media,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    OpenResponse,
    Option,
    Ordering,
    ShortText,
    Translate,
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
        media: pictures and sounds that belong to the prompt, in order; their bytes are fetched by hash.
    """

    prompt: tuple[Span, ...]
    locale: str
    hints: int
    seconds: float
    accessibility: Accessibility
    media: tuple[Media, ...] = ()


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


class PresentedExpression(PresentedBase, frozen=True, kw_only=True, tag="expression", tag_field="kind"):
    """Type an expression in these variables; `form` is how it is to be written: any, expanded or factored."""

    variables: tuple[str, ...]
    form: Literal["any", "expanded", "factored"]


class PresentedDate(PresentedBase, frozen=True, kw_only=True, tag="date", tag_field="kind"):
    """Type a date, as exactly as `asks_for` says."""

    asks_for: Literal["day", "month", "year"]


class PresentedListing(PresentedBase, frozen=True, kw_only=True, tag="list", tag_field="kind"):
    """Type `n_wanted` things, in order if `ordered`. `language` is for the keyboard."""

    n_wanted: int
    ordered: bool
    language: str


class PresentedTranslate(PresentedBase, frozen=True, kw_only=True, tag="translate", tag_field="kind"):
    """Type a translation. `language` is the one to translate into."""

    language: str


class PresentedOpenResponse(PresentedBase, frozen=True, kw_only=True, tag="openResponse", tag_field="kind"):
    """Type a sentence or two. With stakes "high" a person judges, not a model alone."""

    stakes: Literal["low", "high"]


class PresentedTrait(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that an essay is judged by, with what each level means, from 0 up."""

    id: str
    title: str
    levels: tuple[str, ...]


class PresentedEssay(PresentedBase, frozen=True, kw_only=True, tag="essay", tag_field="kind"):
    """Type a text of `least_words` to `most_words` words; a person judges it by the traits."""

    traits: tuple[PresentedTrait, ...]
    least_words: int
    most_words: int | None


Presented = (
    PresentedMultipleChoice
    | PresentedMultipleResponse
    | PresentedTrueFalse
    | PresentedNumeric
    | PresentedShortText
    | PresentedCloze
    | PresentedOrdering
    | PresentedMatching
    | PresentedExpression
    | PresentedDate
    | PresentedListing
    | PresentedTranslate
    | PresentedOpenResponse
    | PresentedEssay
)


def present(item: Item, seed: int) -> Presented:
    """Show an item; equal arguments give equal results."""
    base: dict[str, Any] = {
        "prompt": parse(item.prompt),
        "locale": item.locale,
        "hints": len(item.hints),
        "seconds": item.seconds,
        "accessibility": item.accessibility,
        "media": item.media,
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
        case Expression():
            return PresentedExpression(variables=item.variables, form=item.form, **base)
        case CalendarDate():
            return PresentedDate(asks_for=_precision(item.key), **base)
        case Listing():
            language = item.policy.language
            return PresentedListing(n_wanted=n_wanted(item), ordered=item.ordered, language=language, **base)
        case Translate():
            return PresentedTranslate(language=item.policy.language, **base)
        case OpenResponse():
            return PresentedOpenResponse(stakes=item.stakes, **base)
        case Essay():
            traits = tuple(PresentedTrait(id=one.id, title=one.title, levels=one.levels) for one in item.traits)
            return PresentedEssay(traits=traits, least_words=item.least_words, most_words=item.most_words, **base)


def _precision(key: str) -> Literal["day", "month", "year"]:
    """How exactly a date is asked for; of the key itself nothing is told."""
    n_parts = key.count("-")
    return "day" if n_parts == 2 else "month" if n_parts == 1 else "year"


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
