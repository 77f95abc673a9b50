"""The interaction of each kind in QTI 3.0, with its responses, what is right, and what is answered to mistakes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from content.formats.kinds import strict_policy
from content.formats.markup.render import to_nodes
from content.formats.qti.rules import (
    all_of,
    any_of,
    base_value,
    matches_correct,
    response,
    string_match,
    variable,
)
from content.formats.writing import Report, is_strict, own_fields
from content.formats.xmltree import Node, element
from content.grading.cloze import GAP
from content.grading.quantity import NumberError, read_quantity
from content.items import (
    Cloze,
    Gap,
    Item,
    ItemBase,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    Option,
    Ordering,
    ShortText,
    TrueFalse,
)

NAME = re.compile(r"[^\W\d][\w.-]*")
TRUTH = {"en": ("True", "False"), "de": ("Wahr", "Falsch"), "es": ("Verdadero", "Falso"), "fr": ("Vrai", "Faux")}
_R = "RESPONSE"


@dataclass(frozen=True)
class Mistake:
    """A wrong answer: the id of its feedback, the text, and when it is shown."""

    id: str
    feedback: str
    condition: Node


@dataclass
class Body:
    """What an item's kind gives.

    Attributes:
        nodes: the interaction, to follow the prompt.
        responses: declarations.
        right: the condition of a right answer; None where a person judges.
        mistakes: wrong answers with feedback.
        unheld: fields of the item that QTI has no place for.
    """

    nodes: list[Node]
    responses: list[Node]
    right: Node | None = field(default_factory=lambda: matches_correct(_R))
    mistakes: list[Mistake] = field(default_factory=list)
    unheld: list[str] = field(default_factory=list)


def body_of(item: Item, report: Report) -> Body:
    """What the item's kind gives; a kind that QTI lacks is a text that a person judges."""
    match item:
        case MultipleChoice():
            return _choice(item, report)
        case MultipleResponse():
            return _response(item, report)
        case TrueFalse():
            return _truth(item)
        case Numeric():
            return _numeric(item)
        case ShortText():
            return _text(item)
        case Cloze():
            return _cloze(item, report)
        case Ordering():
            return _ordering(item, report)
        case Matching():
            return _matching(item, report)
        case _:
            return _open(item, report)


def _open(item: Item, report: Report) -> Body:
    tag = str(item.__struct_config__.tag)
    report.lose("changed", item, "kind", f"the kind {tag}", "elsewhere it is a text that a person judges")
    node = element("qti-extended-text-interaction", {"response-identifier": _R})
    return Body([node], [response(_R, "single", "string", [])], right=None, unheld=own_fields(item))


def _ids(item: ItemBase, options: Sequence[Option], report: Report) -> dict[str, str]:
    """Identifiers of options: their ids, where QTI allows these."""
    if all(NAME.fullmatch(option.id) for option in options):
        return {option.id: option.id for option in options}
    report.lose("changed", item, "options", "ids of options", "QTI asks for names that begin with a letter")
    return {option.id: f"option{k}" for k, option in enumerate(options, 1)}


def _simple(tag: str, options: Sequence[Option], ids: dict[str, str], **attrs: str) -> list[Node]:
    return [element(tag, {"identifier": ids[one.id], **attrs}, *to_nodes(one.text)) for one in options]


def _choices(shuffle: bool, most: str, choices: list[Node]) -> Node:
    attrs = {"response-identifier": _R, "max-choices": most, "shuffle": "true" if shuffle else "false"}
    return element("qti-choice-interaction", attrs, *choices)


def _is(value: str) -> Node:
    return element("qti-match", None, variable(_R), base_value(value, "identifier"))


def _are(values: Sequence[str], box: str, base_type: str = "identifier") -> Node:
    return element("qti-match", None, variable(_R), element(box, None, *(base_value(one, base_type) for one in values)))


def _choice(item: MultipleChoice, report: Report) -> Body:
    ids = _ids(item, item.options, report)
    node = _choices(item.shuffle, "1", _simple("qti-simple-choice", item.options, ids))
    body = Body([node], [response(_R, "single", "identifier", [ids[item.key]])])
    body.mistakes = [Mistake(_name(one.id), one.feedback, _is(ids[one.answer])) for one in item.misconceptions]
    return body


def _name(identifier: str) -> str:
    return identifier if NAME.fullmatch(identifier) else f"_{identifier}"


def _response(item: MultipleResponse, report: Report) -> Body:
    ids = _ids(item, item.options, report)
    node = _choices(item.shuffle, "0", _simple("qti-simple-choice", item.options, ids))
    body = Body([node], [response(_R, "multiple", "identifier", [ids[one] for one in item.key])])
    for one in item.misconceptions:
        answer = [ids[name] for name in one.answer]
        if answer:
            body.mistakes.append(Mistake(_name(one.id), one.feedback, _are(answer, "qti-multiple")))
        else:
            report.lose("dropped", item, "misconceptions", one.id, "QTI cannot tell an empty choice from none")
    return body


def _truth(item: TrueFalse) -> Body:
    yes, no = TRUTH.get(item.locale[:2], TRUTH["en"])
    options = (Option(id="true", text=yes), Option(id="false", text=no))
    ids = {"true": "true", "false": "false"}
    node = _choices(False, "1", _simple("qti-simple-choice", options, ids))
    body = Body([node], [response(_R, "single", "identifier", ["true" if item.key else "false"])])
    wrong = "false" if item.key else "true"
    body.mistakes = [Mistake(_name(one.id), one.feedback, _is(wrong)) for one in item.misconceptions]
    return body


def _entry(name: str, attrs: dict[str, str] | None = None) -> Node:
    return element("qti-text-entry-interaction", {"response-identifier": name, **(attrs or {})})


def decimal_text(number: str) -> str:
    """A number such as 3/4 or 1.2e3 as a decimal of at most 17 figures; what is none stays."""
    try:
        value = read_quantity(number, "en").value
    except NumberError:
        return number
    return repr(float(value)) if "/" in number or not re.fullmatch(r"[-+]?\d*\.?\d+", number) else number


def _equal(number: str, mode: str, tolerance: str) -> Node:
    attrs = {"tolerance-mode": mode, "tolerance": f"{tolerance} {tolerance}" if tolerance else ""}
    return element("qti-equal", attrs, variable(_R), base_value(number, "float"))


def _numeric(item: Numeric) -> Body:
    key = decimal_text(item.key)
    body = Body([element("div", None, _entry(_R))], [response(_R, "single", "float", [key])])
    ways = []
    if item.tolerance:
        ways.append(_equal(key, "absolute", repr(item.tolerance)))
    if item.relative_tolerance:
        ways.append(_equal(key, "relative", format(Decimal(repr(item.relative_tolerance)) * 100, "f")))
    body.right = any_of(ways or [_equal(key, "exact", "")])
    for one in item.misconceptions:
        body.mistakes.append(Mistake(_name(one.id), one.feedback, _equal(decimal_text(one.answer), "exact", "")))
    body.unheld = ["unit", "unit_required", "significant_figures"]
    if key != item.key:
        body.unheld.append("key")
    if any(decimal_text(one.answer) != one.answer for one in item.misconceptions):
        body.unheld.append("misconceptions")
    return body


def _text(item: ShortText) -> Body:
    case = item.policy.case_sensitive
    body = Body([element("div", None, _entry(_R))], [response(_R, "single", "string", [item.accepted[0]])])
    body.right = any_of([string_match(_R, one, case) for one in item.accepted])
    for one in item.misconceptions:
        body.mistakes.append(Mistake(_name(one.id), one.feedback, string_match(_R, one.answer, case)))
    caseless = case and item.accepted[0].swapcase() == item.accepted[0]
    body.unheld = [] if is_strict(item.policy, item.locale) and not caseless else ["policy"]
    own = {"accepted", "policy", "misconceptions", *ItemBase.__struct_fields__}
    body.unheld += [name for name in item.__struct_fields__ if name not in own]
    if any(one.answer != one.answer.strip() for one in item.misconceptions):
        body.unheld.append("misconceptions")
    return body


def _ordering(item: Ordering, report: Report) -> Body:
    ids = _ids(item, item.options, report)
    node = element(
        "qti-order-interaction", {"response-identifier": _R, "shuffle": "true"},
        *_simple("qti-simple-choice", item.options, ids),
    )  # fmt: skip
    body = Body([node], [response(_R, "ordered", "identifier", [ids[one] for one in item.key])])
    for one in item.misconceptions:
        condition = _are([ids[name] for name in one.answer], "qti-ordered")
        body.mistakes.append(Mistake(_name(one.id), one.feedback, condition))
    return body


def _matching(item: Matching, report: Report) -> Body:
    left, right = _ids(item, item.left, report), _ids(item, item.right, report)
    if set(left.values()) & set(right.values()):
        left = {name: f"left.{ident}" for name, ident in left.items()}
        right = {name: f"right.{ident}" for name, ident in right.items()}
    sets = [
        element(
            "qti-simple-match-set", None, *_simple("qti-simple-associable-choice", side, ids, **{"match-max": most})
        )
        for side, ids, most in ((item.left, left, "1"), (item.right, right, str(len(item.left))))
    ]
    node = element("qti-match-interaction", {"response-identifier": _R, "max-associations": "0"}, *sets)
    pairs = [f"{left[a]} {right[b]}" for a, b in item.key.items()]
    body = Body([node], [response(_R, "multiple", "directedPair", pairs)])
    for one in item.misconceptions:
        parts = [
            element("qti-member", None, base_value(f"{left[a]} {right[b]}", "directedPair"), variable(_R))
            for a, b in one.answer.items()
        ]
        if parts:
            body.mistakes.append(Mistake(_name(one.id), one.feedback, all_of(parts)))
    return body


def _cloze(item: Cloze, report: Report) -> Body:
    names = {gap.id: gap.id for gap in item.gaps}
    if not all(NAME.fullmatch(gap.id) for gap in item.gaps):
        report.lose("changed", item, "gaps", "ids of gaps", "QTI asks for names that begin with a letter")
        names = {gap.id: f"gap{k}" for k, gap in enumerate(item.gaps, 1)}
    gaps = {gap.id: gap for gap in item.gaps}
    text = element("div", {"data-pacer": "text"}, *(_with_gaps(node, gaps, names) for node in to_nodes(item.text)))
    text.children = [part for child in text.children for part in (_split(child, gaps, names))]
    responses = [_gap_response(gap, names[gap.id]) for gap in item.gaps]
    body = Body([text], responses, all_of([_gap_right(gap, names[gap.id]) for gap in item.gaps]))
    for one in item.misconceptions:
        known = {name: answer for name, answer in one.answer.items() if name in gaps}
        if known:
            parts = [_gap_is(gaps[name], names[name], answer) for name, answer in known.items()]
            body.mistakes.append(Mistake(_name(one.id), one.feedback, all_of(parts)))
    if any(_is_odd(gap, item.locale) for gap in item.gaps) and names == {gap.id: gap.id for gap in item.gaps}:
        body.unheld = ["gaps"]
    return body


def _is_odd(gap: Gap, locale: str) -> bool:
    """Whether a gap is judged in a way that its rules in QTI do not show."""
    caseless = not gap.options and gap.policy.case_sensitive and gap.accepted[0].swapcase() == gap.accepted[0]
    return caseless or gap.policy != strict_policy(locale, bool(gap.options) or gap.policy.case_sensitive)


def _with_gaps(node: Node | str, gaps: dict[str, Gap], names: dict[str, str]) -> Node | str:
    """The node, changed in place: gaps within it are interactions."""
    if isinstance(node, str):
        return node
    node.children = [part for child in node.children for part in _split(_with_gaps(child, gaps, names), gaps, names)]
    return node


def _split(child: Node | str, gaps: dict[str, Gap], names: dict[str, str]) -> list[Node | str]:
    if not isinstance(child, str):
        return [child]
    parts: list[Node | str] = []
    for k, piece in enumerate(GAP.split(child)):
        if k % 2 and piece in gaps:
            parts.append(_gap_node(gaps[piece], names[piece]))
        elif k % 2:
            parts.append(f"{{{{{piece}}}}}")
        elif piece:
            parts.append(piece)
    return parts


def _gap_node(gap: Gap, name: str) -> Node:
    if not gap.options:
        return _entry(name)
    choices = [Node("qti-inline-choice", {"identifier": f"choice{k}"}, [text]) for k, text in enumerate(gap.options, 1)]
    return element("qti-inline-choice-interaction", {"response-identifier": name, "shuffle": "true"}, *choices)


def _choice_ids(gap: Gap) -> dict[str, str]:
    return {text: f"choice{k}" for k, text in enumerate(gap.options, 1)}


def _gap_response(gap: Gap, name: str) -> Node:
    if gap.options:
        return response(name, "single", "identifier", [_choice_ids(gap)[gap.accepted[0]]])
    return response(name, "single", "string", [gap.accepted[0]])


def _gap_right(gap: Gap, name: str) -> Node:
    return any_of([_gap_is(gap, name, text) for text in gap.accepted])


def _gap_is(gap: Gap, name: str, text: str) -> Node:
    if gap.options:
        value = base_value(_choice_ids(gap).get(text, "none"), "identifier")
        return element("qti-match", None, variable(name), value)
    return string_match(name, text, gap.policy.case_sensitive)
