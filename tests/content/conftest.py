"""One item of each kind, to grade, to present and to break."""

from __future__ import annotations

from typing import Any

import pytest

from content.items import (
    BooleanMisconception,
    CalendarDate,
    ChoiceMisconception,
    Cloze,
    Essay,
    Expression,
    Gap,
    Item,
    Listing,
    MappingMisconception,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    OpenResponse,
    Option,
    Ordering,
    ResponseMisconception,
    ShortText,
    TextMisconception,
    TextPolicy,
    Trait,
    Translate,
    TrueFalse,
)

BASE: dict[str, Any] = {
    "skills": ("skill",),
    "band": "easy",
    "prompt": "Do it.",
    "hints": ("HINT-ONE",),
    "explanation": "EXPLANATION",
}


def _options(**texts: str) -> tuple[Option, ...]:
    return tuple(Option(id=name, text=text) for name, text in texts.items())


ITEMS: tuple[Item, ...] = (
    MultipleChoice(
        id="item-choice",
        options=_options(first="alpha", second="beta", third="gamma"),
        key="second",
        misconceptions=(ChoiceMisconception(id="mixed-up", answer="third", feedback="FEEDBACK"),),
        **BASE,
    ),
    MultipleResponse(
        id="item-response",
        options=_options(a="alpha", b="beta", c="gamma", d="delta", e="epsilon"),
        key=("a", "b"),
        misconceptions=(ResponseMisconception(id="too-many", answer=("a", "b", "c"), feedback="FEEDBACK"),),
        **BASE,
    ),
    TrueFalse(
        id="item-truth",
        key=True,
        misconceptions=(BooleanMisconception(id="denied", answer=False, feedback="FEEDBACK"),),
        **BASE,
    ),
    Numeric(
        id="item-numeric",
        key="98765",
        tolerance=0.5,
        misconceptions=(TextMisconception(id="halved", answer="49382.5", feedback="FEEDBACK"),),
        **BASE,
    ),
    ShortText(
        id="item-text",
        accepted=("la mañana", "por la mañana"),
        policy=TextPolicy(language="es"),
        misconceptions=(TextMisconception(id="evening", answer="la noche", feedback="FEEDBACK"),),
        **BASE,
    ),
    Cloze(
        id="item-cloze",
        text="Yo {{estar}} en [casa {{prep}} él]{lang=es}, `x = {{code}}`.",
        gaps=(
            Gap(id="estar", accepted=("estoy",), policy=TextPolicy(language="es")),
            Gap(id="prep", accepted=("con",), options=("con", "sin", "para")),
            Gap(id="code", accepted=("None",), policy=TextPolicy(language="zxx", case_sensitive=True, typos="none")),
        ),
        misconceptions=(MappingMisconception(id="ser", answer={"estar": "soy"}, feedback="FEEDBACK"),),
        **BASE,
    ),
    Ordering(
        id="item-order",
        options=_options(a="one", b="two", c="three", d="four"),
        key=("a", "b", "c", "d"),
        misconceptions=(ResponseMisconception(id="backwards", answer=("d", "c", "b", "a"), feedback="FEEDBACK"),),
        **BASE,
    ),
    Matching(
        id="item-match",
        left=_options(a="dog", b="cat", c="cow"),
        right=_options(a="perro", b="gato", c="vaca", d="pez"),
        key={"a": "a", "b": "b", "c": "c"},
        misconceptions=(MappingMisconception(id="swapped", answer={"a": "b", "b": "a"}, feedback="FEEDBACK"),),
        **BASE,
    ),
    Expression(
        id="item-expression",
        key="7a + 21",
        variables=("a",),
        form="expanded",
        misconceptions=(TextMisconception(id="half-multiplied", answer="7a + 3", feedback="FEEDBACK"),),
        **BASE,
    ),
    CalendarDate(
        id="item-date",
        key="1815-06-18",
        misconceptions=(TextMisconception(id="abdication", answer="1815-06-22", feedback="FEEDBACK"),),
        **BASE,
    ),
    Listing(
        id="item-list",
        entries=(("estrella roja", "red star"), ("luna",), ("planeta",)),
        n_wanted=2,
        policy=TextPolicy(language="es"),
        misconceptions=(TextMisconception(id="cloud", answer="nube", feedback="FEEDBACK"),),
        **BASE,
    ),
    Translate(
        id="item-translate",
        references=("el perro come pescado", "el perro está comiendo pescado"),
        policy=TextPolicy(language="es"),
        free_order=True,
        misconceptions=(TextMisconception(id="live-fish", answer="el perro come pez", feedback="FEEDBACK"),),
        **BASE,
    ),
    OpenResponse(
        id="item-open",
        references=("The terminals are separated by a gap.", "There is no path between the terminals."),
        misconceptions=(TextMisconception(id="used-up", answer="The battery is used up.", feedback="FEEDBACK"),),
        **BASE,
    ),
    Essay(
        id="item-essay",
        traits=(Trait(id="thesis", title="Thesis", levels=("none", "vague", "clear")),),
        least_words=3,
        **BASE,
    ),
)


@pytest.fixture(params=ITEMS, ids=lambda item: item.__struct_config__.tag)
def any_item(request: pytest.FixtureRequest) -> Item:
    """Each of the items in turn."""
    item: Item = request.param
    return item


@pytest.fixture
def items() -> dict[str, Item]:
    """All of them, by the last word of their id."""
    return {item.id.removeprefix("item-"): item for item in ITEMS}
