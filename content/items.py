"""The exercises of a track: one struct per interaction kind, joined in the tagged union `Item`.

Text fields hold inline markup (see `content.text`): ``[gato]{lang=es}`` marks a language, `` `x` `` marks code.
Every string is data of the author's; nothing here decides whether an answer is right (that is `content.grading`).
"""

from __future__ import annotations

from typing import Literal

import msgspec


class Accessibility(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What someone who does not see, hear or move as expected needs in order to answer.

    Attributes:
        speech: the prompt as it should be read aloud, where the written form reads badly ("3/4" -> "three quarters").
        description: a text alternative for what the prompt shows and its words do not say.
        keyboard: how to answer without a pointer, where that is not obvious.
    """

    speech: str = ""
    description: str = ""
    keyboard: str = ""


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be chosen, ordered or matched. `id` is unique within its item."""

    id: str
    text: str


class Media(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A picture, sound or film that belongs to the prompt; its bytes are stored by their hash, never in the item.

    Attributes:
        sha256: of the bytes, hexadecimal.
        type: media type, such as image/png.
        alt: what it shows, for those who do not see or hear it.
        name: file name it came with.
    """

    sha256: str
    type: str
    alt: str = ""
    name: str = ""


class Translation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a learner reads, in another locale. Empty fields fall back to the item's own; keys never change."""

    prompt: str = ""
    hints: tuple[str, ...] = ()
    explanation: str = ""
    options: dict[str, str] = {}


class ItemBase(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What every interaction kind has.

    Attributes:
        id: stable within the track, lower-case words joined by hyphens.
        skills: ids of the skills it exercises; the first is the one it is chosen for, and an answer informs all.
        band: id of one of the track's difficulty bands.
        prompt: the question, in inline markup.
        difficulty: prior difficulty in logits, 0 = average; None takes the band's.
        hints: ordered from gentle to strong; none of them holds the answer.
        explanation: shown after the answer.
        locale: BCP 47 tag of the prompt's own language.
        seconds: time a learner is expected to need.
        source, licence: empty means the track's.
        media: shown with the prompt, in this order.
    """

    id: str
    skills: tuple[str, ...]
    band: str
    prompt: str
    difficulty: float | None = None
    hints: tuple[str, ...] = ()
    explanation: str = ""
    locale: str = "en"
    seconds: float = 20.0
    accessibility: Accessibility = Accessibility()
    translations: dict[str, Translation] = {}
    source: str = ""
    licence: str = ""
    media: tuple[Media, ...] = ()


class ChoiceMisconception(msgspec.Struct, frozen=True, kw_only=True):
    """A wrong option and the mistaken idea behind it. `answer` is the option's id."""

    id: str
    answer: str
    feedback: str


class ResponseMisconception(msgspec.Struct, frozen=True, kw_only=True):
    """A wrong set of options; matches when exactly these ids were chosen."""

    id: str
    answer: tuple[str, ...]
    feedback: str


class BooleanMisconception(msgspec.Struct, frozen=True, kw_only=True):
    """Why someone would hold the wrong truth value."""

    id: str
    answer: bool
    feedback: str


class TextMisconception(msgspec.Struct, frozen=True, kw_only=True):
    """A wrong typed answer (numeric or text), compared after the same normalisation as the key."""

    id: str
    answer: str
    feedback: str


class MappingMisconception(msgspec.Struct, frozen=True, kw_only=True):
    """Wrong fillings of gaps, or wrong pairs; matches when all those named were given."""

    id: str
    answer: dict[str, str]
    feedback: str


Misconception = (
    ChoiceMisconception | ResponseMisconception | BooleanMisconception | TextMisconception | MappingMisconception
)


class MultipleChoice(ItemBase, frozen=True, kw_only=True, tag="multipleChoice", tag_field="kind"):
    """Choose one option. `key` is its id."""

    options: tuple[Option, ...]
    key: str
    shuffle: bool = True
    misconceptions: tuple[ChoiceMisconception, ...] = ()


class MultipleResponse(ItemBase, frozen=True, kw_only=True, tag="multipleResponse", tag_field="kind"):
    """Choose every option that applies. `key` holds their ids (at least one)."""

    options: tuple[Option, ...]
    key: tuple[str, ...]
    shuffle: bool = True
    misconceptions: tuple[ResponseMisconception, ...] = ()


class TrueFalse(ItemBase, frozen=True, kw_only=True, tag="trueFalse", tag_field="kind"):
    """Judge a statement."""

    key: bool
    misconceptions: tuple[BooleanMisconception, ...] = ()


class Numeric(ItemBase, frozen=True, kw_only=True, tag="numeric", tag_field="kind"):
    """Type a number: an integer, a decimal, a fraction "3/4" or scientific notation, with a unit if the item has one.

    Attributes:
        key: the exact value as text, so that "1/3" stays exact.
        tolerance: largest accepted absolute difference.
        relative_tolerance: largest accepted difference as a share of the key; the larger of both holds.
        significant_figures: required number of significant figures, or None for any.
        unit: unit of the key in `pint` notation, "" for none; an answer in a convertible unit is accepted.
        unit_required: whether an answer without a unit is incomplete (half credit) rather than right.
    """

    key: str
    tolerance: float = 0.0
    relative_tolerance: float = 0.0
    significant_figures: int | None = None
    unit: str = ""
    unit_required: bool = False
    misconceptions: tuple[TextMisconception, ...] = ()


class TextPolicy(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How typed text is compared.

    Attributes:
        language: BCP 47 tag of the answer's language; decides which accents matter and is announced to keyboards.
        case_sensitive: whether upper and lower case differ.
        accents: "required" (a missing accent is wrong), "lenient" (right, with a note), "ignored".
        typos: "none", or "lenient" (an edit distance that grows with length is right, with a note).
        punctuation: whether punctuation counts.
    """

    language: str = "en"
    case_sensitive: bool = False
    accents: Literal["required", "lenient", "ignored"] = "lenient"
    typos: Literal["none", "lenient"] = "lenient"
    punctuation: bool = False


class ShortText(ItemBase, frozen=True, kw_only=True, tag="shortText", tag_field="kind"):
    """Type a word or a sentence. `accepted[0]` is the model answer; the others are as right.

    `patterns` are regular expressions in RE2 syntax; a text that one of them matches as a whole is right too.
    """

    accepted: tuple[str, ...]
    policy: TextPolicy = TextPolicy()
    patterns: tuple[str, ...] = ()
    misconceptions: tuple[TextMisconception, ...] = ()


class Gap(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One gap of a cloze. With `options` it is a drop-down, without them it is typed."""

    id: str
    accepted: tuple[str, ...]
    options: tuple[str, ...] = ()
    policy: TextPolicy = TextPolicy()


class Cloze(ItemBase, frozen=True, kw_only=True, tag="cloze", tag_field="kind"):
    """Fill the gaps. `text` holds ``{{gap-id}}`` once for each gap; `prompt` says what to do."""

    text: str
    gaps: tuple[Gap, ...]
    misconceptions: tuple[MappingMisconception, ...] = ()


class Ordering(ItemBase, frozen=True, kw_only=True, tag="ordering", tag_field="kind"):
    """Put the options in order. `key` is the right order of their ids; learners always see them shuffled."""

    options: tuple[Option, ...]
    key: tuple[str, ...]
    misconceptions: tuple[ResponseMisconception, ...] = ()


class Matching(ItemBase, frozen=True, kw_only=True, tag="matching", tag_field="kind"):
    """Match each left option with a right one. `key` maps left ids to right ids; right options may be left over."""

    left: tuple[Option, ...]
    right: tuple[Option, ...]
    key: dict[str, str]
    misconceptions: tuple[MappingMisconception, ...] = ()


class Expression(ItemBase, frozen=True, kw_only=True, tag="expression", tag_field="kind"):
    """Type an algebraic expression, an equation or an inequality; what is worth the same as the key is right.

    Attributes:
        key: as a learner would type it; `content.grading.algebra.syntax` says what is read.
        variables: names that may stand in it.
        form: "any"; "expanded", nothing left to multiply out; "factored", no factor left to factor over the rationals.
            The right value in another form is worth half.
    """

    key: str
    variables: tuple[str, ...] = ("x",)
    form: Literal["any", "expanded", "factored"] = "any"
    misconceptions: tuple[TextMisconception, ...] = ()


class CalendarDate(ItemBase, frozen=True, kw_only=True, tag="date", tag_field="kind"):
    """Type a date. `key` is "1492-10-12", or "1492-10" or "1492" where no more is asked for."""

    key: str
    misconceptions: tuple[TextMisconception, ...] = ()


class Listing(ItemBase, frozen=True, kw_only=True, tag="list", tag_field="kind"):
    """Type several things. Each of `entries` is one of them, in all its accepted wordings, the model wording first.

    Attributes:
        entries: what can be named.
        n_wanted: how many of them are asked for; None for all.
        ordered: whether they must come in the order of `entries`; then all are asked for.
    """

    entries: tuple[tuple[str, ...], ...]
    n_wanted: int | None = None
    ordered: bool = False
    policy: TextPolicy = TextPolicy()
    misconceptions: tuple[TextMisconception, ...] = ()


class Translate(ItemBase, frozen=True, kw_only=True, tag="translate", tag_field="kind"):
    """Translate a text. `references` are right translations, the model one first, in the language of `policy`.

    Attributes:
        references: any of them is right; the nearest decides what the learner is told.
        free_order: whether the words of a reference may come in another order.
        vocabulary: words of the language beside those of the references and of the usual ones that are known; a slip
            that gives one of them is another word, not a typo.
    """

    references: tuple[str, ...]
    policy: TextPolicy = TextPolicy()
    free_order: bool = False
    vocabulary: tuple[str, ...] = ()
    misconceptions: tuple[TextMisconception, ...] = ()


class OpenResponse(ItemBase, frozen=True, kw_only=True, tag="openResponse", tag_field="kind"):
    """Answer a question in a sentence or two, in English; a model compares it with answers known to be right.

    Attributes:
        references: right answers, the model one first; several that differ in wording help.
        stakes: with "high" every answer goes to a person, and what the model says is advice to them.
    """

    references: tuple[str, ...]
    stakes: Literal["low", "high"] = "low"
    misconceptions: tuple[TextMisconception, ...] = ()


class Trait(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that an essay is judged by: `levels` says what each level means, from 0 up."""

    id: str
    title: str
    levels: tuple[str, ...]


class Essay(ItemBase, frozen=True, kw_only=True, tag="essay", tag_field="kind"):
    """Write a longer text. A person judges it by the traits of the rubric; a model may advise them.

    Attributes:
        traits: the rubric.
        least_words, most_words: what is asked for; 0 and None leave it open.
    """

    traits: tuple[Trait, ...]
    least_words: int = 0
    most_words: int | None = None
    misconceptions: tuple[TextMisconception, ...] = ()


Item = (
    MultipleChoice
    | MultipleResponse
    | TrueFalse
    | Numeric
    | ShortText
    | Cloze
    | Ordering
    | Matching
    | Expression
    | CalendarDate
    | Listing
    | Translate
    | OpenResponse
    | Essay
)


class Template(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Endless items for a skill: `content.templates.instantiate(template, seed)` makes one, its key computed.

    Attributes:
        generator: name in the registry of `content.templates`.
        parameters: the generator's own settings, checked by it.
    """

    id: str
    skills: tuple[str, ...]
    band: str
    generator: str
    parameters: dict[str, int | float | str | bool | list[int | float | str]] = {}
    difficulty: float | None = None
    seconds: float = 20.0
