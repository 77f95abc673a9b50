"""What people write and others read: no characters that nobody sees, or that turn the words around them about.

Refused are control and format characters (general categories Cc, Cf, Zl, Zp, Cs and Co of the Unicode Character
Database), among them all marks of bidirectional text, and letters and signs that look like nothing. Kept are format
characters that are seen (the signs of Arabic numbers and their like), the joiners U+200C and U+200D where scripts and
emoji need them, variation selectors after what has variants, and the tags that follow the black flag in the flags of
regions.

Source: Unicode Standard Annex 9, section 2 (explicit and implicit directional formatting characters), Annex 31, section
2.3 (joiners belong after what joins), and Technical Standard 51 (emoji joined by U+200D; tags). A joiner is kept after
anything but the letters of scripts in which nothing joins, digits, blanks and punctuation, which is simpler than Annex
31; a variation selector after any symbol, sign of emoji or ideograph, which is simpler than the list of variants.
"""

from __future__ import annotations

import re
import unicodedata

REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co"})
SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Format characters that enclose what follows, and are seen."""

BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\U0001d159")
"""Letters, marks and signs that look like nothing."""

IGNORED = re.compile("[\u2065\ufff0-\ufff8\U000e0000-\U000e0fff]")
"""Of the code points that are shown as nothing (Default_Ignorable_Code_Point) those that no character has so far."""

VARIATIONS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
KEYCAPS, KEYCAP = frozenset("#*0123456789"), "\u20e3"
VARYING = frozenset("\u203c\u2049\u3030\u303d")
"""Punctuation that is an emoji, too."""

JOINERS = frozenset("\u200c\u200d")
NEVER_JOINING = ("LATIN", "GREEK", "CYRILLIC", "DIGIT", "FULLWIDTH", "CJK", "HIRAGANA", "KATAKANA", "HANGUL")
REGION_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f")
BREAKS = frozenset("\n\r\t")


def check_line(text: str, pointer: str, *, breaks: bool = False) -> None:
    """Refuse a text that holds a character which nobody sees, or which turns others about.

    Args:
        pointer: of the field, such as "/displayName".
        breaks: whether it is a text of several lines, which may hold line breaks and tabulators.

    Raises:
        ValueError: naming the field, the first such character and its place from 1; inside a struct it becomes a fault.
    """
    place = _first_refused(text, breaks=breaks)
    if place is not None:
        raise ValueError(
            f"{pointer}: the character {place + 1} is {named(text[place])}, which nobody sees as such; leave it out."
            " Joiners are allowed between letters and emoji that need them"
        )


def visible(text: str) -> str:
    """A text on one line, with U+FFFD in place of whatever is refused: for a terminal, whatever was stored."""
    refused = _refused(text, breaks=False)
    return "".join("\ufffd" if place in refused else character for place, character in enumerate(text))


def named(character: str) -> str:
    """A character by number and name, such as "U+202E RIGHT-TO-LEFT OVERRIDE"."""
    nameless = "a control character" if unicodedata.category(character) == "Cc" else "no character"
    return f"U+{ord(character):04X} {unicodedata.name(character, nameless)}"


def _first_refused(text: str, *, breaks: bool) -> int | None:
    return min(_refused(text, breaks=breaks), default=None)


def _refused(text: str, *, breaks: bool) -> set[int]:
    """Places of the characters that are refused."""
    if text.isascii() and text.isprintable():
        return set()
    tags = {place for flag in REGION_FLAG.finditer(text) for place in range(*flag.span())}
    return {
        place
        for place, character in enumerate(text)
        if _is_hidden(character)
        and not (place in tags or character in SEEN or (breaks and character in BREAKS))
        and not (_joins(text, place) or _varies(text, place))
    }


def _is_hidden(character: str) -> bool:
    hidden = unicodedata.category(character) in REFUSED_CATEGORIES or character in BLANK
    return hidden or bool(IGNORED.match(character) or VARIATIONS.match(character))


def _joins(text: str, place: int) -> bool:
    """Whether a character is a joiner that stands where one is needed: after what joins, and before something."""
    if text[place] not in JOINERS or not 0 < place < len(text) - 1:
        return False
    before, after = text[place - 1], text[place + 1]
    joining = not unicodedata.name(_base(text, place), "").startswith(NEVER_JOINING)
    return joining and all(unicodedata.category(each)[0] in "LMS" for each in (before, after))


def _varies(text: str, place: int) -> bool:
    """Whether a character is a variation selector after something that has variants."""
    if place == 0 or not VARIATIONS.match(text[place]):
        return False
    before = text[place - 1]
    if before in KEYCAPS:
        return text[place + 1 : place + 2] == KEYCAP
    if before.isascii():
        return False
    named_so = unicodedata.name(before, "").startswith(("CJK", "MYANMAR"))
    return named_so or before in VARYING or unicodedata.category(before)[0] == "S"


def _base(text: str, place: int) -> str:
    """The character before a place that accents and variation selectors in between belong to."""
    while place > 1 and unicodedata.name(text[place - 1], "").startswith(("COMBINING", "VARIATION")):
        place -= 1
    return text[place - 1]
