"""A tree of HTML or XHTML as inline markup (see `content.text`), with what was lost and which media it shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from content.formats.limits import MAX_FIELD
from content.formats.markup.html import BLOCK
from content.formats.markup.mathml import math_text
from content.formats.xmltree import Node
from content.text import Span, escape, parse, render

_SILENT = frozenset(
    ["script", "style", "head", "title", "meta", "link", "colgroup", "col", "template", "param", "source", "track"]
)
_EMPHASIS = {
    "b": "bold type", "strong": "bold type", "i": "italics", "em": "italics", "u": "underlining", "s": "strike-through",
    "strike": "strike-through", "del": "strike-through", "ins": "underlining", "mark": "highlighting", "font": "fonts",
    "big": "type size", "small": "type size", "center": "alignment",
}  # fmt: skip
_SUPER = dict(zip("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", strict=True))
_SUB = dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True))
_CODE = frozenset(("code", "kbd", "samp", "tt"))
_MEDIA = frozenset(("img", "audio", "video", "object", "embed", "iframe", "svg", "source", "picture"))
_EDGES = " \t\n\r\f"
BLANKS = re.compile(r"[ \t\n\r\f]+")
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


@dataclass
class Prose:
    """What became of a tree.

    Attributes:
        markup: the text.
        lost: what was changed or dropped, each with the reason.
        pictures: source and alternative text of images, sounds and films, in order.
    """

    markup: str = ""
    lost: dict[str, str] = field(default_factory=dict)
    pictures: list[tuple[str, str]] = field(default_factory=list)


Replace = Callable[[Node], str | None]


def prose(nodes: list[Node | str], replace: Replace | None = None, *, show_pictures: bool = False) -> Prose:
    """Read nodes as prose.

    Args:
        nodes: nodes and texts.
        replace: text for a node that is not to be read as HTML (a gap, an interaction), or None.
        show_pictures: whether the alternative text of a picture also stands where the picture stood.
    """
    writer = _Writer(replace, show_pictures)
    for node in nodes:
        writer.child(node, "")
    writer.result.markup = writer.finish()
    return writer.result


class _Writer:
    def __init__(self, replace: Replace | None, show_pictures: bool) -> None:
        self.result = Prose()
        self._replace = replace
        self._show_pictures = show_pictures
        self._spans: list[Span] = []
        self._breaks = 0
        self._blank = False
        self._blank_lang = ""
        self._exact = 0
        self._lists: list[int] = []
        self._code = 0

    def child(self, child: Node | str, lang: str) -> None:
        if isinstance(child, str):
            self._words(child, lang)
        else:
            self._node(child, lang)

    def _children(self, node: Node, lang: str) -> None:
        for child in node.children:
            self.child(child, lang)

    def _node(self, node: Node, lang: str) -> None:
        replaced = self._replace(node) if self._replace else None
        if replaced is not None:
            self._put(replaced, lang)
            return
        tag = node.tag.lower()
        if tag in _SILENT:
            if tag in ("script", "style"):
                self._lose(f"<{tag}>", "text carries no scripts or styles")
        elif tag == "br":
            self._line_break()
        elif tag == "math":
            self._lose("formula layout", "formulas become one line of text")
            self._put(math_text(node), lang)
        elif tag in _MEDIA:
            self._media(node, lang)
        elif tag in ("sup", "sub"):
            self._script(node, tag, lang)
        elif tag == "pre":
            self._block_of_code(node)
        elif tag in _CODE:
            self._inline_code(node, lang)
        else:
            self._element(node, tag, lang)

    def _element(self, node: Node, tag: str, lang: str) -> None:
        said = node.get("lang")
        lang = said if said and _TAG.fullmatch(said) else lang
        if tag in _EMPHASIS:
            self._lose(_EMPHASIS[tag], "text has no such type")
        exact = "white-space:pre-wrap" in node.get("style").replace(" ", "")
        block = tag in BLOCK
        if tag in ("td", "th"):
            self._cell()
        elif block:
            self._new_line(1)
        if tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else -1)
        if tag == "li":
            self._item_mark()
        if tag == "table":
            self._lose("table layout", "rows become lines, cells are parted by |")
        self._exact += exact
        self._children(node, lang)
        self._exact -= exact
        self._close(node, tag, block, lang)

    def _close(self, node: Node, tag: str, block: bool, lang: str) -> None:
        if tag in ("ul", "ol"):
            self._lists.pop()
        if tag == "a" and node.get("href").startswith(("http:", "https:")) and node.get("href") not in node.text:
            self._lose("links", "the address stands in brackets after the words")
            self._words(f" ({node.get('href')})", lang)
        if tag == "rt":
            self._words(") ", lang)
        if block and tag not in ("td", "th"):
            self._new_line(1)

    def _item_mark(self) -> None:
        mark = "- "
        if self._lists and self._lists[-1] >= 0:
            self._lists[-1] += 1
            mark = f"{self._lists[-1]}. "
        self._put("  " * max(0, len(self._lists) - 1) + mark, "")

    def _cell(self) -> None:
        if self._spans and not self._breaks and not self._spans[-1].text.endswith("\n"):
            self._put(" | ", "")
            self._blank = False

    def _script(self, node: Node, tag: str, lang: str) -> None:
        text, signs = node.text.strip(), _SUPER if tag == "sup" else _SUB
        if not text or (node.nodes and any(child.tag in _MEDIA for child in node.nodes)):
            self._children(node, lang)
            return
        raised = "".join(signs.get(sign, "") for sign in text.replace("−", "-"))
        if len(raised) == len(text):
            self._put(raised, lang)
            return
        self._lose("superscripts and subscripts", "written with ^ and _ where there is no such character")
        mark = "^" if tag == "sup" else "_"
        self._put(mark + (text if len(text) == 1 else f"({text})"), lang)

    def _block_of_code(self, node: Node) -> None:
        body = _text_with_gaps(node, self._replace)
        if node.children and isinstance(node.children[0], str):
            body = body.removeprefix("\n")
        body = body.removesuffix("\n")
        if not body and not node.children:
            return
        self._new_line(1)
        self._flush_breaks()
        self._spans.append(Span(body + "\n", code=True))

    def _inline_code(self, node: Node, lang: str) -> None:
        text = _text_with_gaps(node, self._replace)
        if not text.strip() or any(child.tag in _MEDIA for child in node.walk()):
            self._children(node, lang)
            return
        self._flush_breaks()
        self._flush_blank()
        self._spans.append(Span(text, code=True))

    def _media(self, node: Node, lang: str) -> None:
        source = node.get("src") or node.get("data")
        inner = next((child for child in node.walk() if child.get("src") or child.get("data")), None)
        if not source and inner is not None:
            source = inner.get("src") or inner.get("data")
        alt = node.get("alt") or node.get("label") or node.get("title") or " ".join(node.text.split())[:500]
        if node.tag == "picture":
            self._children(node, lang)
            return
        if source:
            self.result.pictures.append((source, alt))
        elif node.tag != "source":
            self._lose(f"<{node.tag}>", "it names no file")
        if alt and (self._show_pictures or not source):
            self._words(f" {alt} ", lang)

    def _words(self, text: str, lang: str) -> None:
        if self._exact:
            self._put(text, lang)
            return
        body = text.strip(_EDGES)
        if text[:1] in _EDGES:
            self._see_blank(text, lang)
        if not body:
            return
        self._flush_breaks()
        self._flush_blank()
        self._append(BLANKS.sub(" ", body), lang)
        if text[-1] in _EDGES:
            self._see_blank(text, lang)

    def _see_blank(self, text: str, lang: str) -> None:
        """Remember that a blank comes before the next words, in the language of the first place it stands."""
        if text and not self._blank:
            self._blank, self._blank_lang = True, lang

    def _put(self, text: str, lang: str) -> None:
        if text:
            self._flush_breaks()
            self._flush_blank()
            self._append(text, lang)

    def _append(self, text: str, lang: str) -> None:
        if self._spans and not self._spans[-1].code and self._spans[-1].lang == lang:
            self._spans[-1] = Span(self._spans[-1].text + text, lang=lang)
        else:
            self._spans.append(Span(text, lang=lang))

    def _flush_blank(self) -> None:
        last = self._spans[-1] if self._spans else None
        if self._blank and last and not last.text.endswith(("\n", " ")):
            self._append(" ", self._blank_lang if self._blank_lang == last.lang and not last.code else "")
        self._blank = False

    def _new_line(self, n: int) -> None:
        self._breaks = max(self._breaks, n)
        self._blank = False

    def _line_break(self) -> None:
        if self._exact:
            self._put("\n", "")
        else:
            self._breaks += 1
            self._blank = False

    def _flush_breaks(self) -> None:
        n, self._breaks = min(self._breaks, 2), 0
        if n and self._spans:
            self._blank = False
            ended = self._spans[-1].text.endswith("\n")
            if n > ended:
                self._append("\n" * (n - ended), "")

    def _lose(self, what: str, why: str) -> None:
        self.result.lost.setdefault(what, why)

    def finish(self) -> str:
        if sum(len(span.text) for span in self._spans) > MAX_FIELD:
            self._lose(f"text beyond {MAX_FIELD} characters", "it is too long to be shown")
            self._spans = [Span("".join(span.text for span in self._spans)[:MAX_FIELD])]
        return join(self._spans)


def _text_with_gaps(node: Node, replace: Replace | None) -> str:
    parts: list[str] = []
    for child in node.children:
        if isinstance(child, str):
            parts.append(child)
            continue
        replaced = replace(child) if replace else None
        if replaced is not None:
            parts.append(replaced)
        elif child.tag == "br":
            parts.append("\n")
        else:
            parts.append(_text_with_gaps(child, replace))
    return "".join(parts)


def join(spans: list[Span]) -> str:
    """Markup that parses to the spans, as plain as it can be written."""
    wanted = _merged(spans)
    for shown in (lambda text: text, escape):
        parts: list[str] = []
        for span in spans:
            starts_line = not parts or parts[-1].endswith("\n")
            parts.append(_code(span.text, starts_line) if span.code else _said(span, shown))
        if parse("".join(parts)) == wanted:
            return "".join(parts)
    return escape("".join(span.text for span in spans))


def _said(span: Span, shown: Callable[[str], str]) -> str:
    return render([span]) if span.lang else shown(span.text)


def _code(text: str, starts_line: bool) -> str:
    if text.endswith("\n") and starts_line:
        return render([Span(text, code=True)])
    for ticks in ("`", "``"):
        if parse(f"{ticks}{text}{ticks}") == (Span(text, code=True),):
            return f"{ticks}{text}{ticks}"
    return escape(text)


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    out: list[Span] = []
    for span in spans:
        if out and not (span.code or out[-1].code) and span.lang == out[-1].lang == "":
            out[-1] = Span(out[-1].text + span.text)
        else:
            out.append(span)
    return tuple(out)


def literal(text: str) -> str:
    """Markup that shows the text as it is, without a mark where none is needed."""
    return join([Span(text)]) if text else ""
