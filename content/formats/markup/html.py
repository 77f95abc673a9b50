"""HTML as people and editors write it, read to a tree: never refused, in one pass."""

from __future__ import annotations

import re
from html import unescape

from content.formats.limits import MAX_DEPTH
from content.formats.xmltree import Node

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
BLOCK = frozenset(
    (
        *("address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption"),
        *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol"),
        *("p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
_RAW = frozenset(("script", "style", "textarea", "title", "xmp"))
_CLOSED_BY = {
    "li": frozenset(("li",)),
    "dt": frozenset(("dt", "dd")),
    "dd": frozenset(("dt", "dd")),
    "tr": frozenset(("tr", "td", "th")),
    "td": frozenset(("td", "th")),
    "th": frozenset(("td", "th")),
    "option": frozenset(("option",)),
}
_SCOPES = frozenset(("ul", "ol", "dl", "table"))
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9:_-]*")
_ATTRIBUTE = re.compile(r"""[\s/]*([^\s=>/"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
LOOKS_LIKE_HTML = re.compile(r"<(?:/?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?|!--)>?|&(?:#\d+|#x[0-9a-fA-F]+|[A-Za-z]\w*);")


def parse_html(text: str) -> Node:
    """A node "html" that holds the document or fragment."""
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._root = Node("html")
        self._stack = [self._root]
        self._open: dict[str, int] = {}
        self._missing: set[str] = set()

    def parse(self) -> Node:
        text, position = self._text, 0
        while position < len(text):
            start = text.find("<", position)
            if start < 0:
                self._add(text[position:])
                break
            self._add(text[position:start])
            position = self._markup(start)
        return self._root

    def _markup(self, start: int) -> int:
        text = self._text
        following = text[start + 1 : start + 2]
        if following == "!":
            return self._declaration(start)
        if following == "?":
            return self._after(">", start)
        closing = following == "/"
        name = _NAME.match(text, start + 1 + closing)
        if not name:
            self._add("<")
            return start + 1
        tag = name[0].rpartition(":")[2].lower()
        if closing:
            self._close(tag)
            return self._after(">", name.end())
        attrs, end, empty = self._attributes(name.end())
        self._start(tag, attrs, empty)
        if tag in _RAW and not empty:
            return self._raw(tag, end)
        return end

    def _declaration(self, start: int) -> int:
        text = self._text
        if text.startswith("<!--", start):
            return self._after("-->", start + 4)
        if text.startswith("<![CDATA[", start):
            end = self._find("]]>", start)
            stop = end if end >= 0 else len(text)
            self._put(text[start + 9 : stop])
            return stop + 3
        return self._after(">", start)

    def _find(self, mark: str, start: int) -> int:
        """Position of a mark; one that is not there is not looked for again, to stay linear."""
        if mark in self._missing:
            return -1
        place = self._text.find(mark, start)
        if place < 0:
            self._missing.add(mark)
        return place

    def _after(self, mark: str, start: int) -> int:
        place = self._find(mark, start)
        return len(self._text) if place < 0 else place + len(mark)

    def _attributes(self, position: int) -> tuple[dict[str, str], int, bool]:
        text = self._text
        attrs: dict[str, str] = {}
        while True:
            match = _ATTRIBUTE.match(text, position)
            if not match or match.end() == position:
                break
            value = match[2] or ""
            value = value[1:-1] if value[:1] in "\"'" and value else value
            attrs.setdefault(match[1].rpartition(":")[2].lower(), unescape(value))
            position = match.end()
        end = self._find(">", position)
        if end < 0:
            return attrs, len(text), False
        return attrs, end + 1, text[position:end].rstrip().endswith("/")

    def _raw(self, tag: str, start: int) -> int:
        end = self._find(f"</{tag}", start)
        if end < 0:
            return start
        self._put(self._text[start:end])
        self._close(tag)
        return self._after(">", end)

    def _start(self, tag: str, attrs: dict[str, str], empty: bool) -> None:
        if tag in BLOCK and tag not in ("table", "ul", "ol") and self._open.get("p"):
            self._close("p")
        closes = _CLOSED_BY.get(tag)
        while closes and self._stack[-1].tag in closes:
            self._pop()
        node = Node(tag, attrs)
        self._stack[-1].children.append(node)
        if tag not in VOID and not empty and len(self._stack) < MAX_DEPTH:
            self._stack.append(node)
            self._open[tag] = self._open.get(tag, 0) + 1

    def _close(self, tag: str) -> None:
        if not self._open.get(tag):
            return
        while self._stack[-1].tag != tag:
            if self._stack[-1].tag in _SCOPES and tag not in _SCOPES and tag not in ("div", "body", "html"):
                return
            self._pop()
        self._pop()

    def _pop(self) -> None:
        self._open[self._stack.pop().tag] -= 1

    def _add(self, text: str) -> None:
        self._put(unescape(text) if "&" in text else text)

    def _put(self, text: str) -> None:
        if text:
            self._stack[-1].children.append(text)
