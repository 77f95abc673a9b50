"""Inline markup of prompts, hints, options and explanations, parsed to spans that a phone can show and speak.

The whole of the markup:

=====================  ==============================================================================================
``[gato]{lang=es}``    text in another language (a BCP 47 tag), so that it is spoken by the right voice
`` `len(x)` ``         code; nothing inside is markup. Code that holds a backtick stands between two: ``` ``a`b`` ```
three backticks        alone on a line, or followed by a word such as ``python``: a block of code up to the next such
                       line; the span's text ends with a newline
``\\[ \\] \\` \\\\``      a backslash before one of these four takes away its meaning; before anything else it is itself
=====================  ==============================================================================================

Anything else, also a bracket or backtick that is never closed, is literal text: parsing never fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec

_FENCE = re.compile(r"^[ ]{0,3}```[^`\n]*\n(?P<body>.*?)^[ ]{0,3}```[ \t]*(?:\n|\Z)", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(
    r"\\(?P<escaped>[\[\]`\\])"
    r"|(?P<ticks>(?<!`)`{1,2}(?!`))(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
    r"|\[(?P<said>(?:\\.|[^\[\]\\])+)\]\{lang=(?P<lang>[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*)\}",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\([\[\]`\\])")
_SPECIAL = re.compile(r"[\[\]`\\]")


class Span(msgspec.Struct, frozen=True, omit_defaults=True):
    """A run of text. `lang` is empty for the language of its surroundings; `code` is text in a programming language."""

    text: str
    lang: str = ""
    code: bool = False


@lru_cache(maxsize=16_384)
def parse(markup: str) -> tuple[Span, ...]:
    """Split markup into spans; adjacent plain text is one span, and empty markup gives none."""
    spans: list[Span] = []
    start = 0
    for block in _FENCE.finditer(markup):
        _parse_inline(markup[start : block.start()], spans)
        spans.append(Span(block["body"], code=True))
        start = block.end()
    _parse_inline(markup[start:], spans)
    return tuple(spans)


def _parse_inline(markup: str, spans: list[Span]) -> None:
    plain: list[str] = []
    start = 0
    for match in _INLINE.finditer(markup):
        plain.append(markup[start : match.start()])
        start = match.end()
        if match["escaped"]:
            plain.append(match["escaped"])
            continue
        _flush(plain, spans)
        if match["code"]:
            spans.append(Span(match["code"], code=True))
        else:
            spans.append(Span(_ESCAPE.sub(r"\1", match["said"]), lang=match["lang"]))
    plain.append(markup[start:])
    _flush(plain, spans)


def _flush(plain: list[str], spans: list[Span]) -> None:
    text = "".join(plain)
    plain.clear()
    if text:
        spans.append(Span(text))


def plain_text(markup: str) -> str:
    """The markup's words without its marks."""
    return "".join(span.text for span in parse(markup))


def escape(text: str) -> str:
    """Markup that shows `text` exactly as it is."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def spoken(text: str, lang: str) -> str:
    """Markup that shows `text`, marked with its language; no mark if `lang` is empty."""
    return f"[{escape(text)}]{{lang={lang}}}" if lang and text else escape(text)


def as_code(text: str) -> str:
    """Markup that shows `text` as inline code; what starts or ends with a backtick can only be shown plain."""
    if text[:1] == "`" or text[-1:] == "`":
        return escape(text)
    return f"``{text}``" if "`" in text else f"`{text}`"


def render(spans: Iterable[Span]) -> str:
    """Markup that parses to the spans."""
    return "".join(_render(span) for span in spans)


def _render(span: Span) -> str:
    if not span.code:
        return spoken(span.text, span.lang)
    return f"```\n{span.text}```\n" if span.text.endswith("\n") else as_code(span.text)
