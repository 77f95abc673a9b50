"""Formulas in MathML as one line of text that can be read and spoken."""

from __future__ import annotations

from content.formats.xmltree import Node

_SIMPLE = frozenset(("mi", "mn", "mo", "mtext", "ms"))


def math_text(node: Node) -> str:
    """The formula on one line: ``(a+b)/(2)``, ``x^2``, ``√(y)``."""
    note = node.find("annotation")
    if note is not None and "tex" in note.get("encoding").lower():
        return f"\\({note.text.strip()}\\)"
    return _line(node)


def _line(node: Node) -> str:
    parts = [_line(child) for child in node.nodes]
    tag = node.tag
    if tag in _SIMPLE:
        return " ".join(node.text.split())
    if tag == "mfrac" and len(parts) == 2:
        return f"{_group(parts[0])}/{_group(parts[1])}"
    if tag == "msup" and len(parts) == 2:
        return f"{_group(parts[0])}^{_group(parts[1])}"
    if tag == "msub" and len(parts) == 2:
        return f"{parts[0]}_{_group(parts[1])}"
    if tag in ("msubsup", "munderover") and len(parts) == 3:
        return f"{parts[0]}_{_group(parts[1])}^{_group(parts[2])}"
    if tag == "msqrt":
        return f"√({''.join(parts)})"
    if tag == "mroot" and len(parts) == 2:
        return f"root {parts[1]} of ({parts[0]})"
    if tag == "mtable":
        return "[" + "; ".join(parts) + "]"
    if tag == "mtr":
        return ", ".join(parts)
    if tag == "mfenced":
        return f"{node.attrs.get('open', '(')}{', '.join(parts)}{node.attrs.get('close', ')')}"
    if tag in ("annotation", "annotation-xml"):
        return ""
    return "".join(parts) if node.nodes else " ".join(node.text.split())


def _group(text: str) -> str:
    return text if len(text) == 1 or text.isalnum() else f"({text})"
