"""Markup of the web in what authors write or import: taken out, for Pacer's own markup is all that clients show.

What stands in code is left alone, so that a course may teach HTML; so is a lone `<`, so that it may teach inequalities.
Elements that can run something go with all that is in them. Characters that no text has, such as NUL, go too. What
would take long to clean is refused, as are numbers that JSON's readers do not agree on.
"""

from __future__ import annotations

import html
import re
from typing import Any

import nh3

from api.wire import WireError

MAX_DEPTH = 40
MAX_CHARACTERS = 20_000
"""Of one text; cleaning takes longer than in proportion to it."""
MAX_ELEMENTS = 400
"""Of HTML in one text, outside of code."""
MAX_SIGNS = 2_000
"""Of `<` in one text, plain or escaped, outside of code: each may be the beginning of an element."""
MAX_TOGETHER = 262_144
"""Characters of all texts of a form: a server cleans them while others wait."""
MAX_ROUNDS = 5
MAX_NUMBER = 2**53
"""Beyond it readers of JSON give different numbers (RFC 8259, section 6)."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)
ACTIVE = "script|style|iframe|object|embed|svg|math|link|meta|base|form|template|noscript|frame|frameset|applet"
KNOWN = (
    "a|abbr|article|aside|audio|b|big|blockquote|body|br|button|caption|center|cite|code|col|colgroup|dd|del|div|dl|dt"
    "|em|figcaption|figure|font|footer|h[1-6]|head|header|hr|html|i|img|input|ins|kbd|label|li|main|mark|nav|ol|option"
    "|p|pre|q|s|samp|section|select|small|source|span|strike|strong|sub|sup|table|tbody|td|textarea|tfoot|th|thead|tr"
    "|tt|u|ul|var|video"
)
ATTRIBUTE = r"""\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+)"""
HTML = re.compile(
    rf"<(?:{ACTIVE})\b|</(?:{ACTIVE}|{KNOWN})\s*>|<(?:{KNOWN})(?:{ATTRIBUTE}){{0,20}}\s*/?>|<!--", re.IGNORECASE
)
REMOVED_WHOLE = {"script", "style", "iframe", "object", "embed", "noscript", "template", "applet", "svg", "math"}


class MarkupError(ValueError):
    """A text is too long, or has too much HTML, to be cleaned. The text says what is allowed."""


def sanitised(text: str) -> str:
    """A text without elements of HTML outside of code, and without control characters; the same if it has none.

    Raises:
        MarkupError: it is too long, or has too much of it.
    """
    if len(text) > MAX_CHARACTERS:
        raise MarkupError(f"a text of {len(text)} characters is too long; {MAX_CHARACTERS} are allowed")
    text = CONTROL.sub("", text)
    if "<" not in text:
        return text
    parts = CODE.split(text)
    n_signs = sum(part.count("<") + part.count("&lt;") for part in parts if not part.startswith("`"))
    if n_signs > MAX_SIGNS:
        raise MarkupError(f"a text with {n_signs} signs < outside of code is not cleaned; {MAX_SIGNS} are allowed")
    if HTML.search(text) is None:
        return text
    n_elements = sum(len(HTML.findall(part)) for part in parts if not part.startswith("`"))
    if n_elements > MAX_ELEMENTS:
        raise MarkupError(f"a text with {n_elements} elements of HTML is not cleaned; {MAX_ELEMENTS} are allowed")
    return "".join(part if part.startswith("`") else _plain(part) for part in parts)


def _plain(text: str) -> str:
    """Cleaned until nothing is left to clean: what was escaped in HTML is HTML once that is text."""
    for _ in range(MAX_ROUNDS):
        if HTML.search(text) is None:
            return text
        cleaned = nh3.clean(text, tags=set(), clean_content_tags=REMOVED_WHOLE, attributes={}, strip_comments=True)
        text = html.unescape(cleaned)
    return text.replace("<", "")


def sanitised_form(form: Any, pointer: str = "") -> tuple[Any, tuple[str, ...]]:
    """A form of the wire with each of its texts sanitised, and the pointers of those that were changed.

    Raises:
        WireError: it is nested more deeply than anything that is read, a text cannot be cleaned, all texts together are
            too long, or a number is too large.
    """
    changed: list[str] = []
    n_characters = 0

    def walk(value: Any, at: str) -> Any:
        nonlocal n_characters
        if at.count("/") > MAX_DEPTH:
            raise WireError((pointer, f"nested more than {MAX_DEPTH} deep"))
        if isinstance(value, int | float) and not abs(value) <= MAX_NUMBER:
            raise WireError((at, f"the number is beyond {MAX_NUMBER}, on which readers of JSON do not agree"))
        if isinstance(value, str):
            n_characters += len(value)
            if n_characters > MAX_TOGETHER:
                raise WireError((pointer, f"its texts are too long together; {MAX_TOGETHER} characters are allowed"))
            clean = cleaned(value, at)
            if clean != value:
                changed.append(at)
            return clean
        if isinstance(value, dict):
            return {name: walk(inner, f"{at}/{name}") for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [walk(inner, f"{at}/{place}") for place, inner in enumerate(value)]
        return value

    return walk(form, pointer), tuple(changed)


def cleaned(text: str, at: str) -> str:
    """A text of the wire, sanitised. Raises WireError with this pointer if it cannot be."""
    try:
        return sanitised(text)
    except MarkupError as error:
        raise WireError((at, str(error))) from error
