"""Whether a hint gives the key away, by a check on words that errs on the side of the author.

Both are made plain (case and punctuation folded, markup dropped) and cut into words. A hint gives away

- a *typed text* or a *chosen option*, if its words stand in the hint in a row. Not if they stand in the prompt as well,
  or if the hint names a wrong option too (it compares them); nor a single letter or sign; nor up to three letters
  of another language that are a word of this one by chance, unless the hint marks them with their language or as code.
- a *number*, if it stands in the hint as a whole number and not in the prompt. A single digit only where it is
  stated as a result: "= 3", "is 3", "answer: 3", with no sign of a sum going on behind it.
- an *order* or *pairs*, if every text stands in the hint, in the right order; a *set*, if every right option stands
  there and no wrong one; a *truth value*, if the hint says that the statement, this, it or the answer is true or false.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from content.grading.text import CODE_LANGUAGE
from content.items import (
    CalendarDate,
    Cloze,
    Essay,
    Expression,
    Item,
    Listing,
    Matching,
    MultipleChoice,
    MultipleResponse,
    Numeric,
    OpenResponse,
    Option,
    Ordering,
    ShortText,
    TextPolicy,
    Translate,
    TrueFalse,
)
from content.text import escape, parse, plain_text

_WORD = re.compile(r"\d+(?:[.,/]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)?|[^\w\s]")
_STATED = re.compile(r"(?:=|\bis|\bequals|\bmakes|\bgives|\banswer:?|\bresult:?)\s*$", re.IGNORECASE)
_GOES_ON = re.compile(r"\s*(?:[-+*/×÷·^=<>%.,]?\s*[\da-z(√]|[-+*/×÷·^])", re.IGNORECASE)
_SHORT_WORD = 3


def giveaway(item: Item, hint: str) -> str:
    """What of the key the hint tells, or "" if it keeps it."""
    match item:
        case MultipleChoice():
            wrong = [option.text for option in item.options if option.id != item.key]
            return _told_option(item, hint, _text(item.options, item.key), wrong)
        case MultipleResponse():
            return _told_set(item, hint)
        case TrueFalse():
            said = rf"\b(?:statement|this|it|answer)\s+is\s+(?:also\s+)?{str(item.key).lower()}\b"
            return str(item.key) if re.search(said, plain_text(hint).lower()) else ""
        case Numeric():
            return _told_number(item, hint)
        case ShortText():
            return _told_text(item, hint, item.accepted, item.policy)
        case Cloze():
            return _told_gap(item, hint)
        case Ordering():
            texts = [_text(item.options, name) for name in item.key]
            return " … ".join(texts) if _in_order(texts, hint) else ""
        case Matching():
            pairs = [(_text(item.left, left), _text(item.right, right)) for left, right in item.key.items()]
            told = all(_in_order(pair, hint) for pair in pairs)
            return "; ".join(" – ".join(pair) for pair in pairs) if told else ""
        case Translate():
            return _told_text(item, hint, item.references, item.policy)
        case OpenResponse():
            return _told_text(item, hint, item.references, TextPolicy(language="en"))
        case Expression():
            return _told_typed(item, hint, item.key)
        case CalendarDate():
            return _told_typed(item, hint, item.key)
        case Listing():
            texts = [wordings[0] for wordings in item.entries]
            return ", ".join(texts) if all(holds(words(hint), words(escape(text))) for text in texts) else ""
        case Essay():
            return ""


def words(markup: str) -> list[str]:
    """Lower-case words, numbers and signs of a text in markup."""
    return _WORD.findall(unicodedata.normalize("NFC", plain_text(markup)).casefold())


def holds(text: Sequence[str], run: Sequence[str]) -> bool:
    """Whether the words of `run` stand in `text` in a row."""
    return _place(text, run) >= 0


def _place(text: Sequence[str], run: Sequence[str], start: int = 0) -> int:
    n = len(run)
    return next((k for k in range(start, len(text) - n + 1) if n and list(text[k : k + n]) == list(run)), -1)


def _text(options: Sequence[Option], option_id: str) -> str:
    return next((option.text for option in options if option.id == option_id), "")


def _tellable(run: Sequence[str]) -> bool:
    """A single letter, digit or sign stands in any sentence by chance."""
    return sum(len(word) for word in run) > 1


def _shown_already(item: Item, run: Sequence[str]) -> bool:
    shown = item.prompt + ("\n" + item.text if isinstance(item, Cloze) else "")
    return holds(words(shown), run)


def _told_option(item: Item, hint: str, right: str, wrong: Sequence[str]) -> str:
    run, text = words(right), words(hint)
    if not _tellable(run) or not holds(text, run) or _shown_already(item, run):
        return ""
    if any(words(other) and holds(text, words(other)) for other in wrong):
        return ""
    return right


def _told_set(item: MultipleResponse, hint: str) -> str:
    text = words(hint)
    told = {option.id for option in item.options if holds(text, words(option.text))}
    if told != set(item.key) or not any(_tellable(words(_text(item.options, name))) for name in told):
        return ""
    if all(_shown_already(item, words(_text(item.options, name))) for name in told):
        return ""
    return "; ".join(option.text for option in item.options if option.id in told)


def _told_number(item: Numeric, hint: str) -> str:
    key, said = item.key.strip().lstrip("+"), plain_text(hint).replace("−", "-")
    plain = key.lstrip("-")
    if re.search(rf"(?<![\w.,/]){re.escape(plain)}(?![\w/]|[.,]\d)", plain_text(item.prompt)):
        return ""
    sign = "-" if key.startswith("-") else r"(?<!-)"
    for match in re.finditer(rf"(?<![\w.,/]){sign}{re.escape(plain)}(?![\w/]|[.,]\d)", said):
        stated = _STATED.search(said[: match.start()]) and not _GOES_ON.match(said[match.end() :])
        if stated or len(plain) > 1:
            return item.key
    return ""


def _told_typed(item: Item, hint: str, key: str) -> str:
    """A key that stands in the hint as it would be typed, spaces aside, and not in the prompt already."""
    typed, said = "".join(key.split()), "".join(plain_text(hint).split())
    shown = "".join(plain_text(item.prompt).split())
    return key if len(typed) > _SHORT_WORD and typed in said and typed not in shown else ""


def _told_text(item: Item, hint: str, accepted: Sequence[str], policy: TextPolicy) -> str:
    text = words(hint)
    foreign = policy.language.split("-")[0] != item.locale.split("-")[0]
    marked = [words(span.text) for span in parse(hint) if span.code or span.lang]
    for right in accepted:
        run = _WORD.findall(unicodedata.normalize("NFC", right).casefold())
        run = [word for word in run if word.isalnum() or policy.punctuation or policy.language == CODE_LANGUAGE]
        if not _tellable(run) or _shown_already(item, run):
            continue
        chance = foreign and len(run) == 1 and len(run[0]) <= _SHORT_WORD
        if any(holds(part, run) for part in marked) if chance else holds(text, run):
            return right
    return ""


def _told_gap(item: Cloze, hint: str) -> str:
    for gap in item.gaps:
        if gap.options:
            wrong = [text for text in gap.options if text not in gap.accepted]
            told = next((t for t in (_told_option(item, hint, right, wrong) for right in gap.accepted) if t), "")
        else:
            told = _told_text(item, hint, gap.accepted, gap.policy)
        if told:
            return told
    return ""


def _in_order(texts: Sequence[str], hint: str) -> bool:
    said, start = words(hint), 0
    for text in texts:
        run = words(text)
        place = _place(said, run, start)
        if place < 0:
            return False
        start = place + len(run)
    return True
