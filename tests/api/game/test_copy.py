"""Everything the game, its messages and the web page say is read for words that threaten, blame or hurry.

The catalogues are the dictionaries of texts in every `copy.py` of the service; of the web page every text of its markup
and every string of its scripts is read, and of the game every text of an error that a learner may be told. A catalogue
that is added later is found by itself.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from api import errors

ROOT = Path(__file__).parents[3]
CATALOGUES = sorted(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "api").rglob("copy.py"))
STATIC = ROOT / "api" / "web" / "static"

PRESSING = {
    "loss": r"\b(los(e|es|ing|t|s)|gone for(ever| good)|forfeit|snatch\w*|tak(e|en|ing) away|confiscat\w*)\b",
    "a streak in danger": r"\b(at risk|in danger|break(s|ing)? (your|the|a)|broken?|about to (end|break|expire))\b",
    "missing out": r"\b(miss(ed|ing)? out|don.?t miss|be left out|everyone else|all your friends)\b",
    "hurry": r"\b(hurry|last chance|act now|right now!|only \S+ (left|minutes|hours|days) left|running out"
    r"|run out|(closes|ends|over) soon|too late|before it.?s|final hours?|expir(es?|ing) (soon|today|in)"
    r"|count(s|ing)? ?down|urgent\w*)\b",
    "blame": r"\b(you (forgot|failed|gave up|quit|abandoned|neglected|let \w+ down|haven.?t|didn.?t|never)|lazy"
    r"|slack\w*|your fault|excuses?|disappoint\w*|ashamed|shame\w*|guilt\w*|regret\w*|pathetic|loser)\b",
    "sad faces": r"\b(sad|cr(y|ies|ying)|miss(es|ed)? you|heartbroken|lonely|worried about you)\b|[😢😭😞😔💔]",
    "defeat": r"\b(fall(s|ing|en)? behind|left behind|overtak\w*|overtook|beaten by|demot\w*|relegat\w*|dropp(ed|ing)"
    r"|kicked|punish\w*|penalt\w*|you fail\w*|failure)\b",
    "pressure": r"\b(or else|must (practise|practice|learn|study)|have to (practise|practice|learn|study)"
    r"|don.?t stop now|don.?t (quit|give up|go)|are you sure you want to (stop|leave|quit))\b",
}
"""What no text may say, by what is wrong with it."""

INNOCENT = re.compile(r"nothing (is|was|will be|gets) lost|lost connection|connection (is|was) lost", re.IGNORECASE)
"""Words about the network, and the assurance that nothing is lost, are no threats."""


def faults(text: str) -> list[str]:
    """What is wrong with a text."""
    read = INNOCENT.sub("", text)
    return [name for name, pattern in PRESSING.items() if re.search(pattern, read, re.IGNORECASE)]


def texts_of(module: str) -> Iterator[tuple[str, str]]:
    """Every text of a catalogue, by its code."""
    for name, value in vars(importlib.import_module(module)).items():
        if name.isupper() and isinstance(value, dict):
            for code, text in value.items():
                if isinstance(text, str):
                    yield f"{module}.{name}[{code}]", text


def said(node: ast.expr) -> str:
    """A text of the source, with an ellipsis for what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(said(value) or "…" for value in values)
        case _:
            return ""


def error_texts() -> Iterator[tuple[str, str]]:
    """Texts of the errors of the game: what their problems and the shop's `why` say, and the titles of the problems."""
    for path in sorted((ROOT / "api" / "game").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("Error"):
                yield from ((f"{path.name}:{node.lineno}", said(one)) for one in node.args if said(one))
    for error, kind in errors.TABLE.items():
        if error.__module__.startswith(("api.game", "api.notifications")):
            yield error.__name__, kind.title


class Words(HTMLParser):
    """What a page says: its text, and the attributes that are read out or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(data.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        shown = ("aria-label", "title", "alt", "placeholder", "content", "value")
        self.found.extend(value for name, value in attrs if name in shown and value)


def page_texts() -> Iterator[tuple[str, str]]:
    """Every text of the web page."""
    for path in sorted(STATIC.rglob("*.html")):
        words = Words()
        words.feed(path.read_text())
        yield from ((path.name, text) for text in words.found)
    for path in sorted(STATIC.rglob("*.js")):
        source = re.sub(r"/\*.*?\*/|^\s*//.*?$", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)
        for match in re.finditer(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`", source):
            yield path.name, next(group for group in match.groups() if group is not None)


def test_the_catalogues_of_the_game_and_of_its_messages_are_found() -> None:
    assert {"api.game.copy", "api.game.quests.copy", "api.game.badges.copy", "api.game.goals.copy"} <= set(CATALOGUES)
    assert all(list(texts_of(module)) for module in CATALOGUES)


@pytest.mark.parametrize("module", CATALOGUES)
def test_no_text_threatens_blames_or_hurries(module: str) -> None:
    assert {code: faults(text) for code, text in texts_of(module) if faults(text)} == {}


@pytest.mark.parametrize("module", CATALOGUES)
def test_every_text_is_short_ends_like_a_sentence_and_does_not_shout(module: str) -> None:
    for code, text in texts_of(module):
        assert 0 < len(text) <= 220, code
        assert text.count("!") <= 1, code
        assert not re.search(r"\b[A-Z]{4,}\b", text), code


def test_no_problem_of_the_game_threatens_blames_or_hurries() -> None:
    read = list(error_texts())
    assert len(read) > 50
    assert any("costs" in text for _, text in read)
    assert any(where == "NotEnoughGemsError" for where, _ in read)
    assert [(where, text, faults(text)) for where, text in read if faults(text)] == []


def test_the_web_page_neither_threatens_nor_blames_nor_hurries() -> None:
    read = list(page_texts())
    assert len(read) > 200
    assert [(where, text, faults(text)) for where, text in read if faults(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "Don't lose your streak!",
        "Your 12-day streak is at risk.",
        "Hurry, only 2 hours left!",
        "You didn't practise yesterday.",
        "Your friends are overtaking you.",
        "We miss you 😢",
        "You will be demoted on Sunday.",
        "Last chance to keep your place.",
        "These offers expire soon, act now.",
        "Don't break your streak.",
        "You are falling behind.",
        "Are you sure you want to stop?",
    ],
)
def test_the_scan_finds_what_it_is_for(text: str) -> None:
    assert faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "Today counts: 3 days of learning.",
        "Nothing is lost: your answers are sent when you are online.",
        "That is the time you wanted to spend today. Well done; go on only if you like.",
    ],
)
def test_the_scan_lets_kind_words_through(text: str) -> None:
    assert faults(text) == []
