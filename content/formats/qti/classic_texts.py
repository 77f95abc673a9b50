"""Materials of QTI 1.2: texts that are HTML, plain or XHTML, and pictures and sounds by reference."""

from __future__ import annotations

from content.formats.markup.html import LOOKS_LIKE_HTML, parse_html
from content.formats.markup.reading import TextReader
from content.formats.xmltree import Node

_RESPONSES = ("response_lid", "response_str", "response_num", "response_xy", "response_grp", "response_extension")
_RENDERED = ("render_choice", "render_fib", "render_hotspot", "render_slider", "render_extension", "response_label")
_MEDIA = {
    "matimage": "img",
    "mataudio": "audio",
    "matvideo": "video",
    "matapplet": "object",
    "matapplication": "object",
}


def responses(node: Node) -> list[Node]:
    """The outermost responses below a node."""
    found: list[Node] = []
    for child in node.nodes:
        found += [child] if child.tag in _RESPONSES else responses(child)
    return found


def as_html(node: Node) -> list[Node | str]:
    """Materials below a node, outside of responses, as nodes of HTML; each material is a paragraph."""
    found: list[Node | str] = []
    for child in node.nodes:
        if child.tag in ("material", "material_ref", "altmaterial"):
            found.append(Node("div", {}, _material(child)))
        elif child.tag not in _RESPONSES and child.tag not in _RENDERED:
            found += as_html(child)
    return found


def _material(node: Node) -> list[Node | str]:
    found: list[Node | str] = []
    for child in node.nodes:
        if child.tag in ("mattext", "matemtext"):
            found += text_nodes(child)
        elif child.tag in _MEDIA:
            found += _medium(child)
        elif child.tag == "matbreak":
            found.append(Node("br"))
        elif child.tag in ("altmaterial", "material"):
            found += _material(child) if child.tag == "material" else []
    language = node.get("lang")
    return [Node("span", {"lang": language}, found)] if language else found


def _medium(node: Node) -> list[Node | str]:
    source = node.get("uri") or node.get("entityref")
    if not source and node.get("embedded") == "base64" and node.text.strip():
        kind = node.get("imagtype") or node.get("audiotype") or "image/png"
        source = f"data:{kind};base64,{''.join(node.text.split())}"
    alt = node.get("label") or (node.text.strip() if not source.startswith("data:") else "")
    return [Node(_MEDIA[node.tag], {"src": source, "alt": alt})]


def text_nodes(node: Node) -> list[Node | str]:
    """A mattext: escaped HTML, XHTML within it, or plain text."""
    if node.nodes:
        return node.children
    text, kind = node.text, node.get("texttype").lower()
    if "html" in kind or "xhtml" in kind:
        return parse_html(text).children
    if (
        kind in ("text/plain", "")
        and LOOKS_LIKE_HTML.search(text)
        and ("</" in text or "<br" in text or "&nbsp;" in text)
    ):
        return parse_html(text).children
    if "rtf" in kind:
        return [text]
    lines: list[Node | str] = []
    for k, line in enumerate(text.strip().split("\n")):
        lines += [Node("br"), line] if k else [line]
    return lines


def read_materials(reader: TextReader, node: Node, *, option: bool = False) -> str:
    """The materials below a node as inline markup."""
    return reader.nodes(as_html(node), option=option)


def label_text(reader: TextReader, label: Node) -> str:
    """Text of a response_label; some have it without any material."""
    return read_materials(reader, label, option=True) or reader.plain("".join(_own_text(label)))


def _own_text(label: Node) -> list[str]:
    return [child for child in label.children if isinstance(child, str)]
