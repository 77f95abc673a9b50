"""Texts of a question, in whatever markup they come, as inline markup; losses and media go to the question."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from content.formats.limits import MAX_MEMBER
from content.formats.markup.html import LOOKS_LIKE_HTML, parse_html
from content.formats.markup.prose import BLANKS, Prose, Replace, literal, prose
from content.formats.question import Question
from content.formats.xmltree import Node

Resolve = Callable[[str], tuple[bytes, str] | None]
"""Bytes and name of the file that a source means, or None."""

_DATA = re.compile(r"data:[\w.+-]*/?[\w.+-]*(?:;[\w=.\"+-]+)*,", re.ASCII)
_MARKDOWN = (
    (re.compile(r"!\[([^\]\n]{0,300})\]\(([^)\s]{1,2000})\)"), r'<img alt="\1" src="\2">'),
    (re.compile(r"(?<![!\]])\[([^\]\n]{1,300})\]\((https?://[^)\s]{1,2000})\)"), r"\1 (\2)"),
    (re.compile(r"(\*\*|__)(?=\S)(.{1,2000}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,2000}?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)_(?=[^\s_])([^_\n]{1,2000}?)(?<=\S)_(?!\w)"), r"\1"),
)


def nothing(source: str) -> tuple[bytes, str] | None:  # noqa: ARG001
    """Resolves no source: for formats of one file."""
    return None


class TextReader:
    """Reads the texts of one question."""

    def __init__(self, question: Question, resolve: Resolve = nothing) -> None:
        self._question = question
        self._resolve = resolve

    def html(self, text: str, *, option: bool = False) -> str:
        """HTML, or plain text with entities."""
        if "<" not in text and "&" not in text:
            return literal(BLANKS.sub(" ", text).strip(" "))
        return self.nodes(parse_html(text).children, option=option)

    def nodes(self, nodes: list[Node | str], replace: Replace | None = None, *, option: bool = False) -> str:
        """A tree; where it is an `option`, a picture's description stands for it."""
        read = prose(nodes, replace, show_pictures=option)
        shown = self._take(read)
        if option and shown and not read.markup.strip():
            return f"({', '.join(shown)})"
        return read.markup

    def plain(self, text: str) -> str:
        """Text that is no markup."""
        return literal(text.strip())

    def auto(self, text: str) -> str:
        """Text of which it is not said what it is: HTML if it holds tags or entities, else plain."""
        if LOOKS_LIKE_HTML.search(text):
            if "\n" in text and not re.search(r"<(?:p|br|div|li|pre|td)\b", text, re.IGNORECASE):
                text = text.replace("\n", "<br>")
            return self.html(text)
        return self.plain(text)

    def markdown(self, text: str) -> str:
        """Markdown: code stays code, links keep their address, emphasis is left out."""
        plain = text
        for pattern, instead in _MARKDOWN:
            plain = pattern.sub(instead, plain)
        if plain != text:
            self._question.lose("changed", "Markdown emphasis and links", "text has no such type")
        if "<img " in plain:
            return self.auto(plain)
        return plain.strip()

    def formatted(self, text: str, format: str) -> str:
        """Text in one of Moodle's formats: html, moodle (auto), plain, markdown."""
        if format == "markdown":
            return self.markdown(text)
        if format in ("plain", "plain_text"):
            return self.plain(text)
        return self.html(text) if format == "html" else self.auto(text)

    def _take(self, read: Prose) -> list[str]:
        for what, why in read.lost.items():
            self._question.lose("changed", what, why)
        names = []
        for source, alt in read.pictures:
            names.append(alt or source.rpartition("/")[2][:60] or "picture")
            self.picture(source, alt)
        return names

    def picture(self, source: str, alt: str) -> None:
        """Add the media that a source means to the question."""
        question, told = self._question, source if len(source) <= 120 else source[:60] + "…"
        found = _data_uri(source) if source[:5].lower() == "data:" else self._resolve(source)
        if found is None:
            reason = "it is on the web, and nothing is fetched" if "//" in source[:10] else "the file is not there"
            question.lose("dropped", f"media {told!r}", reason)
            return
        media = question.out.media(found[0], found[1], " ".join(alt.split())[:1000])
        if media is None:
            question.lose("dropped", f"media {told!r}", "its bytes are no picture, sound or film of a known type")
        else:
            question.media.append(media)


def _data_uri(source: str) -> tuple[bytes, str] | None:
    start = _DATA.match(source)
    if not start or len(source) > MAX_MEMBER:
        return None
    body = source[start.end() :]
    if ";base64" not in start[0].lower():
        return unquote_to_bytes(body), "picture"
    try:
        return b64decode("".join(body.split()), validate=False), "picture"
    except (Base64Error, ValueError):
        return None
