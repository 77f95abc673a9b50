"""The kinds of QTI 1.2 with several responses: gaps, pairs, and numbers with their limits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from content.formats.collector import QuestionError
from content.formats.kinds import (
    Choice,
    add_choice,
    add_cloze,
    add_matching,
    add_numeric,
    add_range,
    number_text,
    strict_policy,
)
from content.formats.names import unique
from content.formats.qti.classic_texts import label_text, read_materials
from content.formats.question import Question
from content.formats.xmltree import Node
from content.items import Gap
from content.text import plain_text

if TYPE_CHECKING:
    from content.formats.qti.classic import ClassicReader

_BRACKETED = re.compile(r"\\?\[([^\[\]\n\\]{1,200})\\?\]")
_BAD = re.compile(r"[^\w.:-]+")


def gap_names(prompt: str, responses: Sequence[Node]) -> dict[str, str]:
    """Response identifiers by the name in brackets in the prompt, as Canvas writes gaps: ``Roses are [color]``."""
    idents = {node.get("ident").removeprefix("response_"): node.get("ident") for node in responses}
    found = {}
    for match in _BRACKETED.finditer(prompt):
        name = match[1].strip()
        if name in idents:
            found[name] = idents[name]
    return found


def add_gaps(classic: ClassicReader) -> None:
    """A cloze of all responses; those not named in the text stand at its end."""
    question, reader = classic.question, classic.reader
    names = gap_names(question.prompt, classic.responses)
    gaps: dict[str, Gap] = {}
    by_response: dict[str, str] = {}
    for node in classic.responses:
        gap = _gap(classic, node, gaps)
        gaps[gap.id] = gap
        by_response[node.get("ident")] = gap.id
    used: set[str] = set()

    def mark(match: re.Match[str]) -> str:
        response = names.get(match[1].strip(), "")
        if not response or response in used:
            return match[0]
        used.add(response)
        return f"{{{{{by_response[response]}}}}}"

    text = _BRACKETED.sub(mark, question.prompt)
    rest = [node for node in classic.responses if node.get("ident") not in used]
    if rest and not used:
        text = _running_text(classic, by_response)
    else:
        for node in rest:
            own = read_materials(reader, node)
            text += f"\n{own} {{{{{by_response[node.get('ident')]}}}}}"
    right = {
        node.get("ident"): [value]
        for node in classic.responses
        for value in classic.scoring.values(node.get("ident"))[:1]
    }
    for told in classic.said(dict(right)).values():  # type: ignore[arg-type]
        question.note(told)
    question.prompt = ""
    add_cloze(question, text, list(gaps.values()))


def _running_text(classic: ClassicReader, by_response: dict[str, str]) -> str:
    """Materials and responses one after another, as a flow has them."""
    parts: list[str] = []

    def walk(node: Node) -> None:
        for child in node.nodes:
            if child.get("ident") in by_response:
                own = read_materials(classic.reader, child)
                parts.append(f"{own} {{{{{by_response[child.get('ident')]}}}}}".strip())
            elif child.tag == "material":
                parts.append(read_materials(classic.reader, Node("flow", {}, [child])))
            else:
                walk(child)

    walk(classic.presentation)
    return " ".join(part for part in parts if part)


def _gap(classic: ClassicReader, node: Node, gaps: dict[str, Gap]) -> Gap:
    name = node.get("ident")
    gap_id = unique(_BAD.sub("-", name.removeprefix("response_")).strip("-") or "gap", gaps)
    values = classic.scoring.values(name)
    labels = {
        label.get("ident"): plain_text(label_text(classic.reader, label)) for label in classic.labels(node)
    }  # of a typed gap these are what is accepted
    offered = {ident: text for ident, text in labels.items() if text}
    right = tuple(dict.fromkeys(offered.get(value, value) for value in values)) if values else ()
    answer_types = {label.get("answer_type") for label in classic.labels(node)}
    drop_down = classic.kind == "multiple_dropdowns_question" or bool(answer_types & {"dropdown", "wordbank"})
    typed = not offered or (classic.kind == "fill_in_multiple_blanks_question" and not drop_down)
    if typed and offered:
        right = tuple(dict.fromkeys([*right, *offered.values()]))
    if not right:
        raise QuestionError(f"no right answer of {name} is declared")
    locale = classic.question.locale
    if typed or len(set(offered.values())) < 2:
        return Gap(id=gap_id, accepted=right, policy=strict_policy(locale))
    options = tuple(dict.fromkeys(offered.values()))
    return Gap(id=gap_id, accepted=right, options=options, policy=strict_policy(locale, case_sensitive=True))


def add_pairs(classic: ClassicReader) -> None:
    """Matching: each response is something on the left, its options are the right side."""
    question, reader = classic.question, classic.reader
    if any(node.tag == "response_grp" for node in classic.responses):
        _add_group(classic)
        return
    left, key, right = [], {}, dict[str, str]()
    by_text: dict[str, str] = {}
    several: dict[str, list[str]] = {}
    for node in classic.responses:
        name = node.get("ident")
        left.append((name, read_materials(reader, node, option=True)))
        own: dict[str, str] = {}
        for label in classic.labels(node):
            text = label_text(reader, label)
            shared = by_text.setdefault(text, unique(label.get("ident") or "option", right))
            if text:
                right[shared] = text
            own[label.get("ident")] = shared
        chosen = [own[value] for value in classic.scoring.values(name) if value in own]
        several[name] = chosen
        if chosen:
            key[name] = chosen[0]
    if any(len(chosen) > 1 for chosen in several.values()):
        _add_sorted(classic, left, right, several)
        return
    given = {name: list(classic.scoring.values(name)[:1]) for name in key}
    for told in classic.said(given).values():  # type: ignore[arg-type]
        question.note(told)
    add_matching(question, left, list(right.items()), key)


def _add_sorted(
    classic: ClassicReader, left: list[tuple[str, str]], right: dict[str, str], several: dict[str, list[str]]
) -> None:
    """Sorting things into categories: the things become the left side."""
    question = classic.question
    homes: dict[str, list[str]] = {}
    for category, things in several.items():
        for thing in things:
            homes.setdefault(thing, []).append(category)
    for thing, text in right.items():
        if thing not in homes:
            question.lose("dropped", f"{text[:80]!r}", "it belongs to no category")
    if all(len(categories) == 1 for categories in homes.values()):
        sorted_things = [(thing, text) for thing, text in right.items() if thing in homes]
        add_matching(question, sorted_things, left, {thing: categories[0] for thing, categories in homes.items()})
        return
    prompt, ident = question.prompt, question.ident
    question.lose("changed", "categories that share things", "each became a question of its own")
    for number, (name, text) in enumerate(left, 1):
        question.prompt, question.ident = f"{prompt}\n{text}".strip(), f"{ident}-{number}"
        chosen = set(several[name])
        choices = [Choice(told, thing in chosen, id=thing) for thing, told in right.items()]
        _attempt(question, text, choices)


def _attempt(question: Question, text: str, choices: list[Choice]) -> None:
    question.out.attempt(question.where, text[:80], lambda: add_choice(question, choices, single=False))


def _add_group(classic: ClassicReader) -> None:
    node = next(node for node in classic.responses if node.tag == "response_grp")
    labels = {label.get("ident"): label_text(classic.reader, label) for label in classic.labels(node)}
    sides = {label.get("ident"): label.get("match_group") for label in classic.labels(node)}
    pairs = [re.split(r"[\s,:|]+", value) for value in classic.scoring.values(node.get("ident"))]
    key = {pair[0]: pair[1] for pair in pairs if len(pair) == 2 and set(pair) <= set(labels)}
    if not key:
        raise QuestionError("no right pairs are declared")
    left = [(ident, labels[ident]) for ident in labels if ident in key]
    offered = {one for ident in key for one in re.split(r"[\s,]+", sides[ident]) if one in labels}
    right = [(ident, labels[ident]) for ident in labels if ident in offered | set(key.values())]
    add_matching(classic.question, left, right, key)


def add_number(classic: ClassicReader, node: Node) -> None:
    """A number with the limits that its conditions set."""
    question, name = classic.question, node.get("ident")
    exact = [text for text in map(number_text, classic.scoring.values(name)) if text]
    low, high = (list(filter(None, map(number_text, side))) for side in classic.scoring.bounds(name))
    if not exact and not (low and high):
        raise QuestionError("no right number is declared")
    if len(exact) > 1 or len(low) > 1:
        question.lose("dropped", "further right numbers", "a number has one key")
    given = exact[0] if exact else _middle(low[0], high[0])
    for told in classic.said({name: [given]}).values():
        question.note(told)
    if not exact:
        add_range(question, low[0], high[0])
        return
    tolerance = 0.0
    if low and high and _is_decimal(exact[0]):
        tolerance = max(float(exact[0]) - float(low[0]), float(high[0]) - float(exact[0]), 0.0)
    add_numeric(question, exact[0], round(tolerance, 12))


def _middle(low: str, high: str) -> str:
    return repr((float(low) + float(high)) / 2) if _is_decimal(low) and _is_decimal(high) else low


def _is_decimal(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
