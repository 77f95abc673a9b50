"""What a learner sends back: one struct per interaction kind, with the same tags as `content.items`."""

from __future__ import annotations

import msgspec


class MultipleChoiceAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="multipleChoice", tag_field="kind"):
    """The id of the chosen option."""

    choice: str


class MultipleResponseAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="multipleResponse", tag_field="kind"):
    """The ids of all chosen options, in any order; may be empty."""

    choices: tuple[str, ...]


class TrueFalseAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="trueFalse", tag_field="kind"):
    """The truth value chosen."""

    value: bool


class NumericAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="numeric", tag_field="kind"):
    """The number as typed, with its unit if any."""

    text: str


class ShortTextAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="shortText", tag_field="kind"):
    """The text as typed."""

    text: str


class ClozeAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="cloze", tag_field="kind"):
    """What was put in each gap, by gap id; a missing gap counts as empty."""

    gaps: dict[str, str]


class OrderingAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="ordering", tag_field="kind"):
    """All option ids, in the learner's order."""

    order: tuple[str, ...]


class MatchingAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="matching", tag_field="kind"):
    """Left id to right id; a missing pair counts as not made."""

    pairs: dict[str, str]


class ExpressionAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="expression", tag_field="kind"):
    """The expression as typed."""

    text: str


class CalendarDateAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="date", tag_field="kind"):
    """The date as typed."""

    text: str


class ListingAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="list", tag_field="kind"):
    """What was named, one text for each thing."""

    entries: tuple[str, ...]


class TranslateAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="translate", tag_field="kind"):
    """The translation as typed."""

    text: str


class OpenResponseAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="openResponse", tag_field="kind"):
    """The answer as typed."""

    text: str


class EssayAnswer(msgspec.Struct, frozen=True, kw_only=True, tag="essay", tag_field="kind"):
    """The essay as typed, paragraphs apart by empty lines."""

    text: str


Answer = (
    MultipleChoiceAnswer
    | MultipleResponseAnswer
    | TrueFalseAnswer
    | NumericAnswer
    | ShortTextAnswer
    | ClozeAnswer
    | OrderingAnswer
    | MatchingAnswer
    | ExpressionAnswer
    | CalendarDateAnswer
    | ListingAnswer
    | TranslateAnswer
    | OpenResponseAnswer
    | EssayAnswer
)
