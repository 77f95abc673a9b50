"""What each kind adds to a question of Moodle XML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from content.formats.kinds import strict_policy
from content.formats.markup.render import to_html
from content.formats.names import letters
from content.formats.qti.body import decimal_text
from content.formats.writing import Report, is_strict, own_fields
from content.formats.xmltree import Node, element
from content.grading.cloze import GAP
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

TITLE = "Moodle XML"
_EMBEDDED = re.compile(r'[}~#/"\\]')


@dataclass
class Parts:
    """What a kind gives.

    Attributes:
        type: Moodle's name of it.
        nodes: its elements.
        text: HTML of the question's text, where it is not the prompt alone.
        unheld: fields without a place, to be kept in tags.
        cells: cells that tags must hold for the way back.
    """

    type: str
    nodes: list[Node]
    text: str = ""
    unheld: list[str] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)


def parts_of(item: Item, report: Report) -> Parts:
    """What the item's kind gives; one that Moodle lacks is an essay."""
    match item:
        case MultipleChoice():
            return _choice(item, report)
        case MultipleResponse():
            return _response(item, report)
        case TrueFalse():
            return _truth(item)
        case Numeric():
            return _numeric(item, report)
        case ShortText():
            return _short(item)
        case Cloze():
            return _cloze(item, report)
        case Ordering():
            return _ordering(item, report)
        case Matching():
            return _matching(item, report)
        case _:
            tag = str(item.__struct_config__.tag)
            report.lose("changed", item, "kind", f"the kind {tag}", "elsewhere it is a text that a person judges")
            return Parts("essay", [], unheld=own_fields(item))


def _answer(fraction: str, text: str, feedback: str = "", *, idea: str = "", format: str = "html") -> Node:
    html = to_html(feedback)
    told = f'<span data-misconception="{idea}">{html}</span>' if idea and html else html
    parts = [element("text", None, text), element("feedback", {"format": "html"}, element("text", None, told))]
    return element("answer", {"fraction": fraction, "format": format}, *parts)


def _flag(name: str, value: bool, words: tuple[str, str] = ("false", "true")) -> Node:
    return element(name, None, words[value])


def _lettered(item: ItemBase, options: Sequence[Option], field: str, report: Report) -> None:
    if [option.id for option in options] != letters(len(options)):
        report.lose("changed", item, field, "ids of options", "Moodle XML has none; they are letters on the way back")


def _choice(item: MultipleChoice, report: Report) -> Parts:
    _lettered(item, item.options, "options", report)
    mistakes = {mistake.answer: mistake for mistake in reversed(item.misconceptions)}
    nodes = [_flag("single", True), _flag("shuffleanswers", item.shuffle)]
    for option in item.options:
        mistake = mistakes.get(option.id)
        told, idea = (mistake.feedback, mistake.id) if mistake else ("", "")
        nodes.append(_answer("100" if option.id == item.key else "0", to_html(option.text), told, idea=idea))
    return Parts("multichoice", nodes)


def _response(item: MultipleResponse, report: Report) -> Parts:
    _lettered(item, item.options, "options", report)
    if item.misconceptions:
        why = "Moodle answers single options, not sets of them"
        report.lose("dropped", item, "misconceptions", "feedback for sets", why)
    share = format(Decimal(100) / len(item.key), ".5f").rstrip("0").rstrip(".")
    n_wrong = len(item.options) - len(item.key)
    loss = format(Decimal(-100) / n_wrong, ".5f").rstrip("0").rstrip(".") if n_wrong else "0"
    answers = [_answer(share if one.id in item.key else loss, to_html(one.text)) for one in item.options]
    return Parts("multichoice", [_flag("single", False), _flag("shuffleanswers", item.shuffle), *answers])


def _truth(item: TrueFalse) -> Parts:
    mistake = item.misconceptions[0] if item.misconceptions else None
    told, idea = (mistake.feedback, mistake.id) if mistake else ("", "")
    nodes = []
    for value in (True, False):
        right = value == item.key
        word = "true" if value else "false"
        nodes.append(
            _answer("100" if right else "0", word, "" if right else told, idea=idea, format="moodle_auto_format")
        )
    return Parts("truefalse", nodes)


def _numeric(item: Numeric, report: Report) -> Parts:
    key = decimal_text(item.key)
    tolerance = max(item.tolerance, item.relative_tolerance * abs(float(key)))
    right = _answer("100", key, format="moodle_auto_format")
    right.children.append(element("tolerance", None, format(Decimal(repr(tolerance)), "f")))
    wrong = [_answer("0", decimal_text(one.answer), one.feedback, idea=one.id) for one in item.misconceptions]
    parts = Parts("numerical", [right, *wrong])
    if item.unit:
        unit = element("unit", None, element("multiplier", None, "1"), element("unit_name", None, item.unit))
        graded = "1" if item.unit_required else "0"
        parts.nodes += [element("units", None, unit), element("unitgradingtype", None, graded)]
        report.lose("changed", item, "unit", "units that convert", "Moodle takes the named unit only")
    parts.unheld = ["relative_tolerance", "significant_figures"]
    if not item.unit and item.unit_required:
        parts.unheld.append("unit_required")
    if key != item.key:
        parts.unheld.append("key")
    if item.relative_tolerance:
        parts.cells["tolerance"] = repr(item.tolerance)
    if any(decimal_text(one.answer) != one.answer for one in item.misconceptions):
        parts.unheld.append("misconceptions")
    return parts


def _short(item: ShortText) -> Parts:
    answers = [_answer("100", _typed(text), format="moodle_auto_format") for text in item.accepted]
    answers += [
        _answer("0", _typed(one.answer), one.feedback, idea=one.id, format="moodle_auto_format")
        for one in item.misconceptions
    ]
    case = _flag("usecase", item.policy.case_sensitive, ("0", "1"))
    unheld = [] if is_strict(item.policy, item.locale) else ["policy"]
    if any(text != text.strip() for text in (*item.accepted, *(one.answer for one in item.misconceptions))):
        unheld += ["accepted", "misconceptions"]
    own = {"kind", "accepted", "policy", "misconceptions"}
    return Parts(
        "shortanswer", [case, *answers], unheld=[*unheld, *(name for name in own_fields(item) if name not in own)]
    )


def _typed(text: str) -> str:
    return text.replace("*", "\\*")


def _ordering(item: Ordering, report: Report) -> Parts:
    _lettered(item, [option for name in item.key for option in item.options if option.id == name], "options", report)
    if item.misconceptions:
        report.lose("dropped", item, "misconceptions", "feedback for orders", "Moodle has no place for it")
    texts = {option.id: option.text for option in item.options}
    answers = [_answer(str(k), to_html(texts[name])) for k, name in enumerate(item.key, 1)]
    return Parts("ordering", [element("layouttype", None, "VERTICAL"), element("selecttype", None, "ALL"), *answers])


def _matching(item: Matching, report: Report) -> Parts:
    _lettered(item, item.left, "left", report)
    right = {option.id: option.text for option in item.right}
    if len(set(right.values())) < len(right):
        report.lose("changed", item, "right", "options that read the same", "Moodle takes them for one")
    report.lose("changed", item, "right", "ids and order of right options", "Moodle XML has none")
    if item.misconceptions:
        report.lose("dropped", item, "misconceptions", "feedback for pairs", "Moodle has no place for it")
    pairs = [(to_html(option.text), to_html(right[item.key[option.id]])) for option in item.left]
    used = set(item.key.values())
    pairs += [("", to_html(option.text)) for option in item.right if option.id not in used]
    nodes = [_flag("shuffleanswers", True)]
    for left, text in pairs:
        answer = element("answer", {"format": "html"}, element("text", None, text))
        nodes.append(element("subquestion", {"format": "html"}, element("text", None, left), answer))
    return Parts("matching", nodes)


def _cloze(item: Cloze, report: Report) -> Parts:
    gaps = {gap.id: gap for gap in item.gaps}
    if item.misconceptions:
        report.lose("dropped", item, "misconceptions", "feedback for several gaps", "Moodle answers single gaps")
    order = [name for name in GAP.findall(item.text) if name in gaps]
    if order != [f"gap{k}" for k in range(1, len(order) + 1)] or list(gaps) != order:
        report.lose("changed", item, "gaps", "ids and order of gaps", "Moodle numbers them as they stand")
    for gap in item.gaps:
        if gap.policy != strict_policy(item.locale, bool(gap.options) or gap.policy.case_sensitive):
            report.lose("changed", item, "gaps", "how texts are compared", "Moodle compares as it is typed")
    pieces = GAP.split(to_html(item.text))
    html = "".join(
        _embedded(gaps[piece]) if k % 2 and piece in gaps else f"{{{{{piece}}}}}" if k % 2 else piece
        for k, piece in enumerate(pieces)
    )
    text = f'<div>{to_html(item.prompt)}</div><div data-pacer="text">{html}</div>'
    return Parts("cloze", [], text)


def _embedded(gap: Gap) -> str:
    if gap.options:
        answers = [f"{'=' if text in gap.accepted else ''}{_escape(text)}" for text in gap.options]
        return f"{{1:MULTICHOICE:{'~'.join(answers)}}}"
    kind = "SHORTANSWER_C" if gap.policy.case_sensitive else "SHORTANSWER"
    return f"{{1:{kind}:{'~'.join('=' + _escape(text) for text in gap.accepted)}}}"


def _escape(text: str) -> str:
    return _EMBEDDED.sub(r"\\\g<0>", to_html(text))
