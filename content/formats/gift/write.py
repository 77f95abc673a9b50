"""Items as GIFT."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from content.formats.exchange import Exported, FormatError
from content.formats.gift.parse import PARAGRAPH
from content.formats.markup.html import LOOKS_LIKE_HTML
from content.formats.markup.render import to_html
from content.formats.names import letters, slug
from content.formats.qti.body import decimal_text
from content.formats.question import tags_of
from content.formats.writing import Report, is_strict, simpler
from content.grading.cloze import GAP
from content.items import (
    Cloze,
    Item,
    ItemBase,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    ShortText,
    TrueFalse,
)
from content.text import plain_text

_SPECIAL = re.compile(r"[~=#{}:\\]")
_TITLE = "GIFT"


def write_gift(items: Sequence[Item], blobs: Mapping[str, bytes], title: str) -> Exported:  # noqa: ARG001
    """A GIFT file; kinds that GIFT lacks are left out, each with a line in the report.

    Raises:
        FormatError: none of the items can be written.
    """
    report = Report()
    blocks = [block for block in (_block(item, report) for item in items) if block]
    if not blocks:
        raise FormatError("none of the items has a kind that GIFT can hold")
    data = ("\n\n".join(blocks) + "\n").encode()
    return Exported("gift", f"{slug(title, 'items')}.gift", "text/plain; charset=utf-8", data, report.losses)


def escape(text: str) -> str:
    """Text in which nothing is a mark of GIFT's."""
    return _SPECIAL.sub(r"\\\g<0>", text).replace("\r", "").replace("\n", "\\n")


def _html(markup: str) -> str:
    return escape(to_html(markup))


def _block(item: Item, report: Report) -> str:
    shown = simpler(item, report, _TITLE)
    answers = _answers(shown, report)
    if answers is None:
        tag = item.__struct_config__.tag
        report.lose("dropped", item, "", f"the item, of kind {tag}", "GIFT has no such kind")
        return ""
    _lost(item, report)
    tags = [f"[tag:{tag}]" for tag in tags_of(item) if not re.search(r"[\]\n]", tag)]
    stem = shown.prompt
    if isinstance(shown, Cloze):
        before, after = GAP.split(shown.text)[::2]
        return f"{_head(item, tags)}[html]{_html(stem)}<br>{_html(before)} {answers} {_html(after)}"
    return f"{_head(item, tags)}[html]{_html(stem)}{answers}"


def _head(item: ItemBase, tags: list[str]) -> str:
    return f"// [id:{item.id}] {' '.join(tags)}\n::{escape(item.id)}::"


def _lost(item: Item, report: Report) -> None:
    for name in ("hints", "translations", "media"):
        if getattr(item, name):
            report.lose("dropped", item, name, name, "GIFT has no place for it")
    if item.misconceptions and not isinstance(item, MultipleResponse | Matching):
        report.lose("changed", item, "misconceptions", "ids of mistaken ideas", "GIFT keeps their feedback alone")
    for name in ("accessibility", "source", "licence"):
        if any("]" in tag or "\n" in tag for tag in tags_of(item)):
            report.lose("dropped", item, name, name, "a tag of GIFT cannot hold ] or a line end")


def _answers(item: Item, report: Report) -> str | None:
    body: str | None
    match item:
        case MultipleChoice() | MultipleResponse():
            body = _choice(item, report)
        case TrueFalse():
            body = _truth(item)
        case Numeric():
            body = _numeric(item, report)
        case ShortText():
            body = _short(item, report)
        case Cloze() if len(item.gaps) == 1 and not item.gaps[0].options:
            report.lose(
                "changed", item, "kind", "the gap in a text", "GIFT reads it back as a question with a line to fill"
            )
            body = "".join(f" ={escape(text)}" for text in item.gaps[0].accepted)
        case Matching():
            body = _matching(item, report)
        case _:
            return None
    if body is None:
        return None
    general = f" ####{_html(item.explanation)}" if item.explanation.strip() else ""
    return f"{{{body}{general}}}"


def _choice(item: MultipleChoice | MultipleResponse, report: Report) -> str:
    if [option.id for option in item.options] != letters(len(item.options)):
        report.lose("changed", item, "options", "ids of options", "GIFT has none")
    if not item.shuffle:
        report.lose("dropped", item, "shuffle", "a fixed order of options", "GIFT has no place for it")
    if isinstance(item, MultipleResponse):
        return _several(item, report)
    feedback = {mistake.answer: mistake.feedback for mistake in reversed(item.misconceptions)}
    parts = []
    for option in item.options:
        mark = "=" if option.id == item.key else "~"
        told = feedback.get(option.id)
        parts.append(f" {mark}{_html(option.text)}" + (f"#{_html(told)}" if told else ""))
    return "".join(parts)


def _several(item: MultipleResponse, report: Report) -> str:
    if item.misconceptions:
        report.lose("dropped", item, "misconceptions", "feedback for sets", "GIFT answers single options only")
    share = format(Decimal(100) / len(item.key), ".5f").rstrip("0").rstrip(".")
    if len(item.key) == 1:
        report.lose("changed", item, "kind", "all that apply, where one does", "GIFT reads it back as a single choice")
    return "".join(f" ~%{share if option.id in item.key else '-100'}%{_html(option.text)}" for option in item.options)


def _truth(item: TrueFalse) -> str:
    told = item.misconceptions[0].feedback if item.misconceptions else ""
    return ("TRUE" if item.key else "FALSE") + (f"#{_html(told)}" if told else "")


def _numeric(item: Numeric, report: Report) -> str:
    key = decimal_text(item.key)
    for name in ("unit", "unit_required", "significant_figures"):
        if getattr(item, name):
            report.lose("dropped", item, name, name, "GIFT has no place for it")
    tolerance = max(item.tolerance, item.relative_tolerance * abs(float(key)))
    if item.relative_tolerance:
        report.lose("changed", item, "relative_tolerance", "a relative tolerance", "GIFT has absolute ones")
    if key != item.key:
        report.lose("changed", item, "key", item.key, "GIFT asks for decimals")
    right = f"{key}:{_plain_number(tolerance)}" if tolerance else key
    if not item.misconceptions:
        return f"#{right}"
    wrong = [f" =%0%{decimal_text(one.answer)}#{_html(one.feedback)}" for one in item.misconceptions]
    return f"# ={right}{''.join(wrong)}"


def _plain_number(value: float) -> str:
    return format(Decimal(repr(value)), "f")


def _short(item: ShortText, report: Report) -> str | None:
    texts = [*item.accepted, *(one.answer for one in item.misconceptions)]
    if all("->" in text for text in texts):
        return None
    if not is_strict(item.policy, item.locale) or item.policy.case_sensitive:
        report.lose("dropped", item, "policy", "how texts are compared", "GIFT has no place for it")
    if any(text != " ".join(text.split()) for text in texts):
        report.lose("changed", item, "accepted", "blanks in answers", "GIFT runs blanks together")
    if any(PARAGRAPH.fullmatch(text) for text in texts):
        report.lose("changed", item, "accepted", "answers that are an element of HTML", "GIFT reads their text alone")
    right = "".join(f" ={_typed(text)}" for text in item.accepted)
    return right + "".join(f" =%0%{_typed(one.answer)}#{_html(one.feedback)}" for one in item.misconceptions)


def _typed(text: str) -> str:
    return escape(text.replace("*", "\\*"))


def _matching(item: Matching, report: Report) -> str:
    report.lose("changed", item, "left", "ids of options", "GIFT has none")
    if item.misconceptions:
        report.lose("dropped", item, "misconceptions", "feedback for pairs", "GIFT has no place for it")
    right = {option.id: option.text for option in item.right}
    if len(set(right.values())) < len(right):
        report.lose("changed", item, "right", "options that read the same", "GIFT takes them for one")
    report.lose("changed", item, "right", "ids and order of right options", "GIFT has none")
    parts = [f" ={_html(option.text)} -> {_side(right[item.key[option.id]], item, report)}" for option in item.left]
    used = set(item.key.values())
    return "".join(parts) + "".join(
        f" = -> {_side(option.text, item, report)}" for option in item.right if option.id not in used
    )


def _side(markup: str, item: Matching, report: Report) -> str:
    plain = plain_text(markup)
    if plain != markup or plain != " ".join(plain.split()):
        report.lose("changed", item, "right", "marks and line ends in options", "GIFT has plain text there")
    return escape(to_html(plain) if LOOKS_LIKE_HTML.search(plain) or "->" in plain else plain)
