"""Items of the kinds that others know too, as Hypothesis draws them: fit to be served, in every field."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from content.item_rules import find_item_faults
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
    TextMisconception,
    TextPolicy,
    Translation,
    TrueFalse,
)
from content.text import plain_text

_SIGNS = st.sampled_from("abcXYZ 019éñßЖ語<>&\"'#~=:;,.!?%*/|$^@-")
WORDS = st.text(_SIGNS, min_size=1, max_size=14).map(lambda text: " ".join(text.split())).filter(bool)
MARKUP = st.lists(
    st.one_of(WORDS, st.sampled_from(["[gato]{lang=es}", "`x = y[1]`", "a\nb", "\\[1\\]", "E = mc²", "{x}"])),
    min_size=1,
    max_size=4,
).map(" ".join)
_IDS = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4})?", fullmatch=True)
_FLOATS = st.sampled_from([0.5, 1.25, -2.0, 30.0])


def _texts(least: int, most: int = 5) -> st.SearchStrategy[list[str]]:
    return st.lists(MARKUP.filter(lambda text: "->" not in text), min_size=least, max_size=most, unique_by=plain_text)


def _options(texts: list[str]) -> tuple[Option, ...]:
    return tuple(Option(id=chr(97 + k), text=text) for k, text in enumerate(texts))


@st.composite
def _base(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "id": draw(_IDS),
        "skills": tuple(draw(st.lists(_IDS, min_size=1, max_size=2, unique=True))),
        "band": draw(_IDS),
        "prompt": draw(MARKUP),
        "difficulty": draw(st.one_of(st.none(), _FLOATS)),
        "hints": tuple(draw(st.lists(MARKUP, max_size=2, unique=True))),
        "explanation": draw(st.one_of(st.just(""), MARKUP)),
        "locale": draw(st.sampled_from(["en", "es", "pt-BR"])),
        "seconds": draw(st.sampled_from([20.0, 45.0])),
        "accessibility": Accessibility(speech=draw(st.one_of(st.just(""), WORDS))),
        "translations": draw(st.sampled_from([{}, {"fr": Translation(prompt="Quoi ?")}])),
        "licence": draw(st.sampled_from(["", "CC-BY-4.0"])),
    }


@st.composite
def choices(draw: st.DrawFn) -> Item:
    """Multiple choice."""
    options = _options(draw(_texts(2)))
    key, *wrong = draw(st.permutations([option.id for option in options]))
    told = draw(st.lists(st.tuples(_IDS, MARKUP), max_size=len(wrong), unique_by=lambda pair: pair[0]))
    mistakes = tuple(
        ChoiceMisconception(id=name, answer=answer, feedback=text)
        for (name, text), answer in zip(told, wrong, strict=False)
    )
    mistakes = tuple(sorted(mistakes, key=lambda one: one.answer))
    return MultipleChoice(
        **draw(_base()), options=options, key=key, shuffle=draw(st.booleans()), misconceptions=mistakes
    )


@st.composite
def responses(draw: st.DrawFn) -> Item:
    """Multiple response."""
    options = _options(draw(_texts(3)))
    ids = [option.id for option in options]
    key = tuple(sorted(draw(st.lists(st.sampled_from(ids), min_size=2, max_size=len(ids), unique=True))))
    wrong = draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
    mistake = ResponseMisconception(id="some-idea", answer=tuple(sorted(wrong)), feedback=draw(MARKUP))
    mistakes = (mistake,) if set(wrong) != set(key) else ()
    return MultipleResponse(
        **draw(_base()), options=options, key=key, shuffle=draw(st.booleans()), misconceptions=mistakes
    )


@st.composite
def truths(draw: st.DrawFn) -> Item:
    """True or false."""
    key = draw(st.booleans())
    mistake = BooleanMisconception(id="denied", answer=not key, feedback=draw(MARKUP))
    return TrueFalse(**draw(_base()), key=key, misconceptions=draw(st.sampled_from([(), (mistake,)])))


@st.composite
def numbers(draw: st.DrawFn) -> Item:
    """Numbers."""
    key = draw(st.sampled_from(["5", "-0.25", "1/3", "1.2e3", "1822"]))
    mistake = TextMisconception(id="off-by-one", answer=draw(st.sampled_from(["17", "-3.5"])), feedback=draw(MARKUP))
    return Numeric(
        **draw(_base()),
        key=key,
        tolerance=draw(st.sampled_from([0.0, 0.5, 0.001])),
        relative_tolerance=draw(st.sampled_from([0.0, 0.07])),
        significant_figures=draw(st.sampled_from([None, 3])),
        unit=draw(st.sampled_from(["", "km"])),
        unit_required=draw(st.booleans()),
        misconceptions=draw(st.sampled_from([(), (mistake,)])),
    )


POLICIES = st.builds(
    TextPolicy,
    language=st.sampled_from(["en", "es"]),
    case_sensitive=st.booleans(),
    accents=st.sampled_from(["required", "lenient", "ignored"]),
    typos=st.sampled_from(["none", "lenient"]),
    punctuation=st.booleans(),
)


@st.composite
def texts(draw: st.DrawFn) -> Item:
    """Typed texts."""
    accepted = tuple(draw(st.lists(WORDS, min_size=1, max_size=3, unique=True)))
    mistake = TextMisconception(id="mixed-up", answer="quite wrong", feedback=draw(MARKUP))
    mistakes = draw(st.sampled_from([(), (mistake,)]))
    return ShortText(**draw(_base()), accepted=accepted, policy=draw(POLICIES), misconceptions=mistakes)


@st.composite
def clozes(draw: st.DrawFn) -> Item:
    """Gaps in a text."""
    n_gaps = draw(st.integers(1, 3))
    gaps, parts = [], [draw(WORDS)]
    for k in range(1, n_gaps + 1):
        accepted = tuple(draw(st.lists(WORDS, min_size=1, max_size=2, unique=True)))
        others = draw(st.sampled_from([(), ("one more", "and another")]))
        options = (*accepted, *others) if others else ()
        gaps.append(Gap(id=f"gap{k}", accepted=accepted, options=options, policy=draw(POLICIES)))
        parts += [f"{{{{gap{k}}}}}", draw(st.sampled_from(["and", "`code`", "[gato]{lang=es}", "or\nelse"]))]
    mistake = MappingMisconception(id="swapped", answer={"gap1": "and another"}, feedback=draw(MARKUP))
    return Cloze(**draw(_base()), text=" ".join(parts), gaps=tuple(gaps), misconceptions=(mistake,))


@st.composite
def orders(draw: st.DrawFn) -> Item:
    """Things to order."""
    options = _options(draw(_texts(3)))
    key = tuple(draw(st.permutations([option.id for option in options])))
    mistake = ResponseMisconception(id="backwards", answer=key[::-1], feedback=draw(MARKUP))
    return Ordering(**draw(_base()), options=options, key=key, misconceptions=draw(st.sampled_from([(), (mistake,)])))


@st.composite
def matches(draw: st.DrawFn) -> Item:
    """Pairs."""
    left, right = _options(draw(_texts(2, 4))), _options(draw(_texts(2, 5)))
    names = [option.id for option in right]
    key = {option.id: draw(st.sampled_from(names)) for option in left}
    other = next(name for name in names if name != key["a"])
    mistake = MappingMisconception(id="swapped", answer={"a": other}, feedback=draw(MARKUP))
    return Matching(
        **draw(_base()), left=left, right=right, key=key, misconceptions=draw(st.sampled_from([(), (mistake,)]))
    )


KINDS: dict[str, st.SearchStrategy[Item]] = {
    "choice": choices(),
    "response": responses(),
    "truth": truths(),
    "number": numbers(),
    "text": texts(),
    "cloze": clozes(),
    "order": orders(),
    "match": matches(),
}


def fit(item: Item) -> bool:
    """Whether an item may be served."""
    return not find_item_faults(item)
