"""XML as a tree of plain nodes, read by expat with nothing fetched, nothing expanded and everything bounded.

Prefixes are cut off names, so that documents with missing or unusual namespace declarations can be read. Entities known
from HTML are taken as what they mean; a document that declares entities of its own is refused.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import html5
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from content.formats.exchange import DamagedError, FormatError
from content.formats.limits import MAX_DEPTH, MAX_NODES, MAX_TEXT, check_size

_DECLARED = re.compile(rb"\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class Node:
    """An element. `tag` and attribute names are without prefix; children are nodes and texts in their order."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)
    line: int = 0

    def get(self, name: str, default: str = "") -> str:
        """An attribute, without blanks around it."""
        return self.attrs.get(name, default).strip()

    @property
    def nodes(self) -> list[Node]:
        """Child elements."""
        return [child for child in self.children if isinstance(child, Node)]

    def named(self, *tags: str) -> list[Node]:
        """Child elements with one of the names."""
        return [child for child in self.children if isinstance(child, Node) and child.tag in tags]

    def first(self, *tags: str) -> Node | None:
        """The first child element with one of the names."""
        return next(iter(self.named(*tags)), None)

    def walk(self) -> Iterator[Node]:
        """This element and all below it, in the document's order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            if node.children:
                stack.extend([child for child in node.children[::-1] if type(child) is Node])

    def find(self, *tags: str) -> Node | None:
        """The first element below with one of the names."""
        return next((node for node in self.walk() if node.tag in tags and node is not self), None)

    def find_all(self, *tags: str) -> list[Node]:
        """All elements below with one of the names."""
        return [node for node in self.walk() if node.tag in tags and node is not self]

    @property
    def text(self) -> str:
        """All text within."""
        parts: list[str] = []
        stack: list[Node | str] = [self]
        while stack:
            child = stack.pop()
            if isinstance(child, str):
                parts.append(child)
            else:
                stack.extend(reversed(child.children))
        return "".join(parts)

    def value(self, *tags: str) -> str:
        """Text of the first such child, without blanks around it; "" if there is none."""
        node = self.first(*tags)
        return node.text.strip() if node else ""


class _Builder:
    def __init__(self) -> None:
        self.root: Node | None = None
        self._stack: list[Node] = []
        self._n_nodes = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.UseForeignDTD(True)
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.SkippedEntityHandler = self._entity
        self.parser.EntityDeclHandler = self._declared
        self.parser.UnparsedEntityDeclHandler = self._declared

    def _start(self, name: str, attrs: dict[str, str]) -> None:
        self._count()
        if len(self._stack) >= MAX_DEPTH:
            raise FormatError(f"line {self._line}: elements are nested more than {MAX_DEPTH} deep")
        plain = {key.rpartition(":")[2]: value for key, value in attrs.items() if ":" in key} if attrs else {}
        plain.update((key, value) for key, value in attrs.items() if ":" not in key)
        node = Node(name.rpartition(":")[2], plain, [], self._line)
        if self._stack:
            self._stack[-1].children.append(node)
        else:
            self.root = node
        self._stack.append(node)

    def _end(self, name: str) -> None:  # noqa: ARG002
        self._stack.pop()

    def _text(self, text: str) -> None:
        self._count()
        if self._stack:
            self._stack[-1].children.append(text)

    def _entity(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self._text(html5.get(f"{name};", f"&{name};"))

    def _declared(self, *declaration: object) -> NoReturn:
        raise FormatError(f"line {self._line}: the document declares the entity {declaration[0]!r}; none is allowed")

    def _count(self) -> None:
        self._n_nodes += 1
        if self._n_nodes > MAX_NODES:
            raise FormatError(f"the document has more than {MAX_NODES} elements and texts: split it")

    @property
    def _line(self) -> int:
        return self.parser.CurrentLineNumber


def parse_xml(data: bytes) -> Node:
    """The root element of a document.

    Raises:
        DamagedError: empty, not well-formed, or in another encoding than it says.
        FormatError: too large or deep, or with own entities.
    """
    if not data:
        raise DamagedError("the file is empty")
    check_size(data, MAX_TEXT)
    builder = _Builder()
    data = data.lstrip() if data[:1].isspace() else data
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise DamagedError(_reason(data, error)) from error
    except FormatError:
        raise
    except (ValueError, LookupError) as error:
        raise DamagedError(f"the document's encoding cannot be read: {error}: save it as UTF-8") from error
    if builder.root is None:
        raise DamagedError("the document holds no element")
    return builder.root


def _reason(data: bytes, error: expat.ExpatError) -> str:
    declared = _DECLARED.match(data)
    encoding = declared[1].decode("ascii") if declared else "utf-8"
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            data.decode(encoding)
        except UnicodeDecodeError as wrong:
            line = data[: wrong.start].count(b"\n") + 1
            return f"line {line}: byte {wrong.start} is not {encoding.upper()} as the document says: save it as UTF-8"
        except LookupError:
            return f"the document's encoding {encoding!r} is unknown: save it as UTF-8"
    return f"line {error.lineno}: not well-formed XML: {expat.ErrorString(error.code)}"


def element(tag: str, attrs: dict[str, str] | None = None, *children: Node | str) -> Node:
    """A node to be written; attributes without value are left out."""
    return Node(tag, {name: value for name, value in (attrs or {}).items() if value}, list(children))


def write_xml(root: Node) -> bytes:
    """A document in UTF-8; characters that XML cannot hold are left out."""
    out: list[str] = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    _write(root, out)
    out.append("\n")
    return _ILLEGAL.sub("", "".join(out)).encode()


def _write(node: Node, out: list[str]) -> None:
    attrs = "".join(f" {name}={_quoted(value)}" for name, value in node.attrs.items())
    if not node.children:
        out.append(f"<{node.tag}{attrs}/>")
        return
    out.append(f"<{node.tag}{attrs}>")
    for child in node.children:
        if isinstance(child, str):
            out.append(escape(child, {"\r": "&#13;"}))
        else:
            _write(child, out)
    out.append(f"</{node.tag}>")


def _quoted(value: str) -> str:
    return quoteattr(value, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def illegal_characters(text: str) -> bool:
    """Whether the text holds characters that no XML document can."""
    return bool(_ILLEGAL.search(text))
