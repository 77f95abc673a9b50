"""Inline markup (see `content.text`) as HTML and XHTML that reads back to the same spans."""

from __future__ import annotations

import re
from html import escape

from content.formats.xmltree import Node, element
from content.text import Span, parse

_LOSES_BLANKS = re.compile(r"[\t\r\f]|  |^[ \n]|[ \n]$| \n|\n |\n\n\n")


def to_html(markup: str) -> str:
    """An HTML fragment of the markup; plain text without line ends is the text, escaped."""
    return "".join(html_of(node) for node in to_nodes(markup))


def to_nodes(markup: str) -> list[Node | str]:
    """XHTML nodes of the markup. Where blanks matter, they are kept by ``white-space: pre-wrap``."""
    spans = parse(markup)
    whole = "".join(span.text for span in spans)
    exact = bool(_LOSES_BLANKS.search(whole)) or any(_at_edge(span) for span in spans)
    nodes: list[Node | str] = []
    starts_line = True
    for span in spans:
        nodes.extend(_span(span, exact, starts_line))
        starts_line = span.text.endswith("\n")
    return [element("span", {"style": "white-space: pre-wrap"}, *nodes)] if exact else nodes


def _at_edge(span: Span) -> bool:
    return span.text != span.text.strip() and (span.code or bool(span.lang))


def _span(span: Span, exact: bool, starts_line: bool) -> list[Node | str]:
    if span.code:
        if span.text.endswith("\n") and starts_line:
            return [element("pre", None, element("code", None, span.text))]
        return [element("code", None, span.text)]
    words: list[Node | str] = [span.text] if exact else _lines(span.text)
    return [element("span", {"lang": span.lang}, *words)] if span.lang else words


def _lines(text: str) -> list[Node | str]:
    parts: list[Node | str] = []
    for k, line in enumerate(text.split("\n")):
        if k:
            parts.append(element("br"))
        if line:
            parts.append(line)
    return parts


def html_of(node: Node | str) -> str:
    """HTML of a node."""
    if isinstance(node, str):
        return escape(node, quote=False)
    attrs = "".join(f' {name}="{escape(value)}"' for name, value in node.attrs.items())
    if node.tag in ("br", "img", "hr"):
        return f"<{node.tag}{attrs}>"
    return f"<{node.tag}{attrs}>{''.join(html_of(child) for child in node.children)}</{node.tag}>"
