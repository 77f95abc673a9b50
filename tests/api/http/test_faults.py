from typing import Annotated, Any, Literal

import msgspec
import pytest

from api.http.faults import UNREADABLE, allowed_at, fault_in
from api.sessions.schemas import AnswerRequest
from api.wire import Wire

KINDS = (
    "cloze, date, essay, expression, list, matching, multipleChoice, multipleResponse, numeric, openResponse, ordering,"
    " shortText, translate, trueFalse"
)


class Leaf(Wire, frozen=True, kw_only=True, tag_field="kind", tag="leaf"):
    colour: Literal["red", "green"]


class Twig(Wire, frozen=True, kw_only=True, tag_field="kind", tag="twig"):
    parts: list["Leaf | Twig"] = msgspec.field(default_factory=list)
    by_name: dict[str, Annotated[Literal[1, 2], msgspec.Meta(description="one or two")]] = msgspec.field(
        default_factory=dict
    )


class Tree(Wire, frozen=True, kw_only=True):
    branch: Twig | Leaf | None


def fault(kind: Any, body: bytes) -> tuple[str, str]:
    with pytest.raises(UNREADABLE) as caught:
        msgspec.json.decode(body, type=kind)
    return fault_in(caught.value, kind, "JSON")


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        (b'{"branch":{"kind":"root"}}', "/branch/kind", "Invalid value 'root'; allowed: leaf, twig"),
        (
            b'{"branch":{"kind":"leaf","colour":"blue"}}',
            "/branch/colour",
            "Invalid enum value 'blue'; allowed: green, red",
        ),
        (
            b'{"branch":{"kind":"twig","parts":[{"kind":"twig"},{"kind":"x"}]}}',
            "/branch/parts/1/kind",
            "Invalid value 'x'; allowed: leaf, twig",
        ),
        (
            b'{"branch":{"kind":"twig","byName":{"a":3}}}',
            "/branch/byName/...",
            "Invalid enum value 3; allowed: 1, 2",
        ),
        (b'{"branch":{}}', "/branch", "Object missing required field `kind`"),
        (b"{", "", "not JSON: Input data was truncated"),
    ],
)
def test_a_fault_names_its_place_and_what_is_allowed_there(body: bytes, pointer: str, detail: str) -> None:
    assert fault(Tree, body) == (pointer, detail)


def test_an_answer_of_an_unknown_kind_is_told_the_kinds_there_are() -> None:
    assert ", ".join(allowed_at(AnswerRequest, "/answer/kind")) == KINDS


def test_what_was_sent_is_not_sent_back_at_length() -> None:
    _, detail = fault(Tree, b'{"branch":{"kind":"' + b"x" * 100_000 + b'"}}')
    assert len(detail) < 200


@pytest.mark.parametrize("nested", [b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000])
def test_a_body_nested_too_deeply_is_a_fault_of_the_body(nested: bytes) -> None:
    assert fault(Tree, b'{"branch":null,"other":' + nested + b"}") == ("", "nested too deeply")


def test_places_without_a_fixed_set_of_values_allow_nothing_in_particular() -> None:
    for pointer in ("", "/branch", "/branch/parts", "/nowhere/at/all", "/branch/kind/below"):
        assert allowed_at(Tree, pointer) == ()
