"""Texts of Moodle XML: each has a format, and brings the files that it names along."""

from __future__ import annotations

import binascii
from base64 import b64decode
from urllib.parse import unquote

from content.formats.markup.reading import TextReader
from content.formats.question import Question
from content.formats.xmltree import Node

_FORMATS = {
    "moodle_auto_format": "moodle",
    "plain_text": "plain",
    "0": "moodle",
    "1": "html",
    "2": "plain",
    "4": "markdown",
}
_HERE = "@@PLUGINFILE@@/"


def text_of(node: Node | None) -> str:
    """The bare text of an element, which stands in its own <text> or in itself."""
    if node is None:
        return ""
    inner = node.first("text")
    return (inner or node).text.strip() if inner is not None or not node.nodes else ""


class MoodleTexts:
    """Reads the texts of one question."""

    def __init__(self, node: Node, question: Question) -> None:
        self._files = {
            unquote(file.get("name")): file for file in node.find_all("file") if file.get("encoding") in ("base64", "")
        }
        self._default = "html"
        self.reader = TextReader(question, self._resolve)

    def rich(self, node: Node | None) -> str:
        """An element's text as inline markup."""
        if node is None:
            return ""
        format_ = node.get("format") or self._default
        return self.reader.formatted(text_of(node), _FORMATS.get(format_, format_))

    def option(self, node: Node | None) -> str:
        """The same, where a picture's description stands for it."""
        if node is None:
            return ""
        format_ = _FORMATS.get(node.get("format"), node.get("format") or "moodle")
        text = text_of(node)
        if format_ in ("html", "moodle") and "<" in text:
            return self.reader.html(text, option=True)
        return self.reader.formatted(text, format_)

    def _resolve(self, source: str) -> tuple[bytes, str] | None:
        name = unquote(source.removeprefix(_HERE).split("?")[0])
        file = self._files.get(name) or self._files.get(name.rpartition("/")[2])
        if file is None:
            return None
        try:
            return b64decode("".join(file.text.split())), name
        except (binascii.Error, ValueError):
            return None
