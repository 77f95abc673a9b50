"""Markup of the web in what authors write or import: taken out, for Pacer's own markup is all that clients show.

What stands in code is left alone, so that a course may teach HTML; so is a lone `<`, so that it may teach inequalities.
Elements that can run something go with all that is in them.
"""

from __future__ import annotations

import html
import re
from typing import Any

import nh3

from api.wire import WireError

MAX_DEPTH = 40
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


def sanitised(text: str) -> str:
    """A text without elements of HTML outside of code; the same text if it has none."""
    if "<" not in text or HTML.search(text) is None:
        return text
    return "".join(part if part.startswith("`") else _plain(part) for part in CODE.split(text))


def _plain(text: str) -> str:
    if HTML.search(text) is None:
        return text
    cleaned = nh3.clean(text, tags=set(), clean_content_tags=REMOVED_WHOLE, attributes={}, strip_comments=True)
    return html.unescape(cleaned)


def sanitised_form(form: Any, pointer: str = "") -> tuple[Any, tuple[str, ...]]:
    """A form of the wire with each of its texts sanitised, and the pointers of those that were changed.

    Raises:
        WireError: it is nested more deeply than anything that is read.
    """
    changed: list[str] = []

    def walk(value: Any, at: str) -> Any:
        if at.count("/") > MAX_DEPTH:
            raise WireError((pointer, f"nested more than {MAX_DEPTH} deep"))
        if isinstance(value, str):
            clean = sanitised(value)
            if clean != value:
                changed.append(at)
            return clean
        if isinstance(value, dict):
            return {name: walk(inner, f"{at}/{name}") for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [walk(inner, f"{at}/{place}") for place, inner in enumerate(value)]
        return value

    return walk(form, pointer), tuple(changed)
