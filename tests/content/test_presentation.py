"""What a learner sees before answering: everything needed, and nothing of the key."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from content.answers import ClozeAnswer, MatchingAnswer, MultipleChoiceAnswer, OrderingAnswer
from content.grading import AnswerShapeError, as_presented, check_presented, grade, model_answer
from content.items import Item
from content.option_ids import public_id
from content.presentation import (
    Presented,
    PresentedCloze,
    PresentedGap,
    PresentedMatching,
    PresentedMultipleChoice,
    PresentedOrdering,
    PresentedText,
    present,
)
from content.text import Span

SECRET = {
    "choice": ('"second"', '"first"', "mixed-up"),
    "response": ("too-many",),
    "truth": (":true", "denied"),
    "numeric": ("98765", "49382", "0.5", "halved", "tolerance"),
    "text": ("mañana", "noche", "evening", "accepted"),
    "cloze": ("estoy", "soy", "None", "estar", "prep", "{{"),
    "order": ("backwards",),
    "match": ("swapped",),
    "expression": ("7a", "21", "half-multiplied"),
    "date": ("1815", "06", "abdication"),
    "list": ("estrella", "luna", "planeta", "star", "nube", "cloud"),
    "translate": ("perro", "pescado", "comiendo", "live-fish"),
    "open": ("terminals", "separated", "battery", "used-up"),
    "essay": (),
}


def test_no_key_no_feedback_no_explanation_and_no_hint_is_in_it(any_item: Item) -> None:
    for seed in range(20):
        text = msgspec.json.encode(present(any_item, seed)).decode()
        for secret in ("FEEDBACK", "EXPLANATION", "HINT-ONE", "key", *SECRET[any_item.id.removeprefix("item-")]):
            assert secret not in text.replace('"keyboard"', "")


def test_it_travels_as_json_under_the_tag_of_its_kind(any_item: Item) -> None:
    shown = present(any_item, 7)
    encoded = msgspec.json.encode(shown)
    assert msgspec.json.decode(encoded)["kind"] == any_item.__struct_config__.tag
    assert msgspec.json.decode(encoded, type=Presented) == shown


def test_equal_seeds_show_the_same(any_item: Item) -> None:
    assert all(present(any_item, seed) == present(any_item, seed) for seed in range(20))


def test_everything_but_the_key_is_there(any_item: Item) -> None:
    shown = present(any_item, 0)
    assert (shown.prompt, shown.hints, shown.seconds, shown.locale) == ((Span("Do it."),), 1, 20.0, "en")


def test_options_come_in_every_order_if_shuffled_and_else_in_the_authors(items: dict[str, Item]) -> None:
    item: Any = items["choice"]
    orders = {tuple(o.content[0].text for o in _options(present(item, seed))) for seed in range(60)}
    assert len(orders) == 6
    fixed = msgspec.structs.replace(item, shuffle=False)
    assert {tuple(o.content[0].text for o in _options(present(fixed, seed))) for seed in range(60)} == {
        ("alpha", "beta", "gamma")
    }


def _options(shown: Presented) -> tuple[Any, ...]:
    assert isinstance(shown, PresentedMultipleChoice | PresentedOrdering)
    return shown.options


def test_an_order_is_never_shown_as_the_key_has_it(items: dict[str, Item]) -> None:
    orders = {tuple(o.content[0].text for o in _options(present(items["order"], seed))) for seed in range(400)}
    assert ("one", "two", "three", "four") not in orders
    assert len(orders) == 23


def test_the_right_side_of_a_matching_is_shuffled(items: dict[str, Item]) -> None:
    shown = [present(items["match"], seed) for seed in range(300)]
    assert len({one.right for one in shown if isinstance(one, PresentedMatching)}) == 24


def test_ids_shown_say_nothing_and_differ_by_side_and_item(items: dict[str, Item]) -> None:
    shown = present(items["match"], 0)
    assert isinstance(shown, PresentedMatching)
    ids = [option.id for option in (*shown.left, *shown.right)]
    assert len(set(ids)) == 7
    assert public_id("other", "a") != public_id("item-match", "a")


def test_answers_in_ids_as_shown_are_graded(items: dict[str, Item]) -> None:
    choice = present(items["choice"], 3)
    picked = next(option.id for option in _options(choice) if option.content[0].text == "beta")
    assert grade(items["choice"], MultipleChoiceAnswer(choice=picked)).correct
    by_text = {option.content[0].text: option.id for option in _options(present(items["order"], 3))}
    order = tuple(by_text[text] for text in ("one", "two", "three", "four"))
    assert grade(items["order"], OrderingAnswer(order=order)).correct
    match = present(items["match"], 3)
    assert isinstance(match, PresentedMatching)
    right = {option.content[0].text: option.id for option in match.right}
    pairs = {left.id: right[text] for left, text in zip(match.left, ("perro", "gato", "vaca"), strict=True)}
    assert grade(items["match"], MatchingAnswer(pairs=pairs)).correct


def test_gaps_stand_where_the_text_has_them_in_its_language_and_code(items: dict[str, Item]) -> None:
    shown = present(items["cloze"], 0)
    assert isinstance(shown, PresentedCloze)
    kinds = [type(part) for part in shown.parts]
    text, gap = PresentedText, PresentedGap
    assert kinds == [text, gap, text, text, gap, text, text, text, gap, text]
    gaps = [part for part in shown.parts if isinstance(part, PresentedGap)]
    assert [(gap.language, gap.code, len(gap.options)) for gap in gaps] == [
        ("es", False, 0),
        ("en", False, 3),
        ("zxx", True, 0),
    ]
    filled = dict(zip((gap.id for gap in gaps), ("estoy", "con", "None"), strict=True))
    assert grade(items["cloze"], ClozeAnswer(gaps=filled)).correct


def test_the_options_of_a_gap_are_shuffled(items: dict[str, Item]) -> None:
    seen = set()
    for seed in range(60):
        shown = present(items["cloze"], seed)
        assert isinstance(shown, PresentedCloze)
        seen.add(next(part.options for part in shown.parts if isinstance(part, PresentedGap) and part.options))
    assert len(seen) == 6


@pytest.mark.parametrize(("required", "shown"), [(False, "km/h"), (True, "")])
def test_a_unit_is_shown_unless_naming_it_is_the_task(items: dict[str, Item], required: bool, shown: str) -> None:
    item: Any = msgspec.structs.replace(items["numeric"], unit="km/h", unit_required=required)  # type: ignore[type-var]
    presented: Any = present(item, 0)
    assert (presented.unit, presented.unit_required) == (shown, required)


def test_learners_answer_in_the_ids_they_are_shown_and_in_no_other(any_item: Item) -> None:
    own = model_answer(any_item)
    shown = as_presented(any_item, own)
    check_presented(any_item, shown)
    found = grade(any_item, shown)
    assert found.correct or (any_item.id == "item-essay" and found.pending)
    if shown != own:
        with pytest.raises(AnswerShapeError, match="has the id"):
            check_presented(any_item, own)
