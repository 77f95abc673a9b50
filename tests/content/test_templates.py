"""What every generator owes: items that grade their own answers, hints that keep the key, the same item for a seed."""

from __future__ import annotations

import re
import subprocess
import sys
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.grading import grade, misconception_answers, model_answer
from content.item_rules import find_item_faults
from content.items import Item, Numeric, Template
from content.quality import find_quality_faults
from content.templates import GENERATORS, TemplateError, instantiate
from content.templates.notation import bracket, decimal_text, expression, spoken, typed
from content.templates.parameters import Whole, Words, settle

SEEDS = range(200)
TOKEN = re.compile(r"(?:(?<![\w)])-)?\d+(?:\.\d+)?(?:/\d+)?")


def template(name: str, **parameters: Any) -> Template:
    return Template(id=f"t-{name}", skills=("s",), band="easy", generator=name, parameters=parameters)


def shown(item: Item) -> tuple[Any, ...]:
    """All that a learner sees of the question, for telling two exercises apart."""
    texts = [getattr(item, "text", "")]
    for side in ("options", "left", "right"):
        texts += sorted(option.text for option in getattr(item, side, ()))
    return (item.prompt, *texts)


@pytest.mark.parametrize("name", GENERATORS)
def test_items_are_consistent_and_grade_their_own_answers(name: str) -> None:
    for seed in SEEDS:
        item = instantiate(template(name), seed)
        assert not find_item_faults(item), item
        assert not find_quality_faults(item), item
        assert grade(item, model_answer(item)).correct
        for misconception, answer in misconception_answers(item):
            result = grade(item, answer)
            assert (result.score < 1, result.misconception) == (True, misconception), item
            assert result.feedback


@pytest.mark.parametrize("name", GENERATORS)
def test_items_teach(name: str) -> None:
    for seed in SEEDS:
        item = instantiate(template(name), seed)
        assert item.id == f"t-{name}~{seed}"
        assert len(item.hints) >= 2
        assert len(set(item.hints)) == len(item.hints)
        assert all(len(hint) > 8 for hint in item.hints)
        assert len(item.explanation) > 8
        if re.search(r"\d/\d|[⁰¹²³⁴⁵⁶⁷⁸⁹√∛]", item.prompt):
            assert item.accessibility.speech
            assert not re.search(r"\d/\d|[⁰¹²³⁴⁵⁶⁷⁸⁹√∛×÷−]", item.accessibility.speech), item.accessibility.speech


@pytest.mark.parametrize("name", GENERATORS)
def test_most_items_know_a_typical_error(name: str) -> None:
    known = sum(bool(instantiate(template(name), seed).misconceptions) for seed in SEEDS)
    assert known > 0.5 * len(SEEDS)


@pytest.mark.parametrize("name", GENERATORS)
def test_no_hint_holds_a_number_that_is_the_key(name: str) -> None:
    for seed in SEEDS:
        item = instantiate(template(name), seed)
        if isinstance(item, Numeric):
            told = {Fraction(n) for hint in item.hints for n in TOKEN.findall(hint.replace("−", "-"))}
            assert Fraction(item.key) not in told, item


@pytest.mark.parametrize("name", GENERATORS)
def test_exercises_vary(name: str) -> None:
    assert len({shown(instantiate(template(name), seed)) for seed in SEEDS}) >= 9


@pytest.mark.parametrize("name", GENERATORS)
def test_a_seed_makes_the_same_item_again(name: str) -> None:
    for seed in (0, 1, 2**40):
        assert instantiate(template(name), seed) == instantiate(template(name), seed)


def test_another_template_id_draws_other_items() -> None:
    one, other = (Template(id=i, skills=("s",), band="b", generator="whole-sum") for i in ("one", "other"))
    assert [instantiate(one, s).prompt for s in range(5)] != [instantiate(other, s).prompt for s in range(5)]


PINNED = {
    ("whole-sum", 1): ("What is 83 − 76?", "7"),
    ("fraction-sum", 1): ("What is 4/5 + 2/3?", "22/15"),
    ("two-step-equation", 1): ("Solve 5k + 7 = 52. What is k?", "9"),
    ("negative-exponent", 1): ("What is 4⁻³? Type a whole number or a fraction.", "1/64"),
    ("percent-change", 1): ("The price of a ticket is 160. It rises by 20 %. What is the new price?", "192"),
}


@pytest.mark.parametrize(("name", "seed"), PINNED)
def test_pinned_items_stay_as_they_are_on_every_machine(name: str, seed: int) -> None:
    item = instantiate(Template(id=name, skills=("s",), band="e", generator=name), seed)
    assert isinstance(item, Numeric)
    assert (item.prompt, item.key) == PINNED[(name, seed)]


def test_a_whole_item_is_pinned() -> None:
    item = instantiate(Template(id="two-step-equation", skills=("s",), band="e", generator="two-step-equation"), 1)
    assert msgspec.to_builtins(item) == {
        "kind": "numeric",
        "id": "two-step-equation~1",
        "skills": ("s",),
        "band": "e",
        "prompt": "Solve 5k + 7 = 52. What is k?",
        "hints": (
            "Undo the steps in reverse: first the plain number, then the factor.",
            "First subtract 7 on both sides.",
            "That leaves 5k = 45.",
        ),
        "explanation": "Subtract 7 on both sides: 5k = 45. Divide by 5: k = 9.",
        "accessibility": {"speech": "Solve 5k + 7 equals 52. What is k?"},
        "key": "9",
        "misconceptions": (
            {"id": "sign-error-moving", "answer": "59/5", "feedback": "To undo + 7, subtract 7 on both sides."},
            {"id": "subtracted-coefficient", "answer": "40", "feedback": "5k means 5 times k: divide by 5."},
            {"id": "not-divided", "answer": "45", "feedback": "That is 5k; now divide by 5."},
            {"id": "sign-flipped", "answer": "-9", "feedback": "Check the sign when you divide by 5."},
        ),
    }


def test_an_unknown_generator_is_refused_by_name() -> None:
    with pytest.raises(TemplateError, match=r"'t-magic'.*unknown generator 'magic'; allowed: whole-sum, "):
        instantiate(template("magic"), 0)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(TemplateError, match="seed is -1"):
        instantiate(template("whole-sum"), -1)


def test_all_bad_parameters_are_named_at_once_with_what_is_allowed() -> None:
    with pytest.raises(TemplateError) as caught:
        instantiate(template("whole-sum", largest=3, operations=["add", "guess"], colour="red"), 0)
    assert str(caught.value).splitlines() == [
        "template 't-whole-sum': unknown parameter 'colour'; allowed: largest, operations",
        "template 't-whole-sum': parameter 'largest' is 3; allowed: a whole number from 10 to 100000",
        "template 't-whole-sum': parameter 'operations' is ['add', 'guess']; allowed: one or more of add, subtract",
    ]


BAD = st.one_of(st.floats(), st.booleans(), st.text(max_size=5).filter(lambda t: t not in ("add", "subtract")))


@given(BAD, st.sampled_from([p for g in GENERATORS.values() for p in g.parameters]))
def test_a_value_of_the_wrong_kind_is_refused(value: float | str | bool, parameter: Whole | Words) -> None:
    if isinstance(parameter, Words) and value in parameter.options:
        return
    with pytest.raises(TemplateError, match=re.escape(f"parameter {parameter.name!r} is {value!r}")):
        settle("here", [parameter], {parameter.name: value})


@given(st.integers(), st.sampled_from([p for g in GENERATORS.values() for p in g.parameters if isinstance(p, Whole)]))
def test_a_whole_number_is_accepted_exactly_within_its_range(value: int, parameter: Whole) -> None:
    if parameter.low <= value <= parameter.high:
        assert settle("here", [parameter], {parameter.name: value})[parameter.name] == value
    else:
        with pytest.raises(TemplateError, match=f"from {parameter.low} to {parameter.high}"):
            settle("here", [parameter], {parameter.name: value})


@pytest.mark.parametrize("name", GENERATORS)
def test_every_generator_works_at_the_ends_of_its_parameters(name: str) -> None:
    for end in ("low", "high"):
        ends = {p.name: getattr(p, end) for p in GENERATORS[name].parameters if isinstance(p, Whole)}
        for seed in range(15):
            assert instantiate(template(name, **ends), seed).hints
    for parameter in GENERATORS[name].parameters:
        if isinstance(parameter, Words):
            for word in parameter.options:
                assert instantiate(template(name, **{parameter.name: word}), 0).prompt


@pytest.mark.parametrize("name", GENERATORS)
def test_every_generator_says_what_it_makes(name: str) -> None:
    assert GENERATORS[name].summary.endswith(".")


def test_templates_import_neither_sympy_nor_pint() -> None:
    code = "import sys, content.templates; print(sorted({'sympy', 'pint'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_notation_is_written_as_in_books() -> None:
    assert expression((3, "x"), (-2, "")) == "3x − 2"
    assert expression((-1, "x²"), (0, "x"), (1, "")) == "−x² + 1"
    assert expression((0, "x")) == "0"
    assert bracket(-4) == "(−4)"
    assert decimal_text(Fraction(-1, 8)) == "-0.125"
    assert set(typed((3, "x"), (-12, ""))) == {"3x - 12", "-12 + 3x"}


def test_a_decimal_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="1/3 has no short decimal"):
        decimal_text(Fraction(1, 3))


def test_notation_is_spoken_in_words() -> None:
    assert spoken("What is 3/4 + 1/2?") == "What is 3 quarters + 1 half?"
    assert spoken("x² − 5 = √49") == "x squared minus 5 equals the square root of 49"
    assert spoken("2⁻³") == "2 to the power minus 3"
    assert spoken("the point (3, −2)") == "the point 3, minus 2"
    assert spoken("What is 7 + 8?") == ""
