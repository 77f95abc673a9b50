"""Moodle XML as items."""

from __future__ import annotations

from collections.abc import Callable

from content.formats.collector import Collector, QuestionError
from content.formats.exchange import FormatError, Imported, Placement
from content.formats.moodle.kinds import MoodleQuestion
from content.formats.moodle.texts import text_of
from content.formats.xmltree import Node, parse_xml


def read_moodle(data: bytes, filename: str, placement: Placement) -> Imported:  # noqa: ARG001
    """Read a Moodle XML file.

    Raises:
        FormatError: not well-formed, unsafe, or no quiz.
    """
    root = parse_xml(data)
    if root.tag != "quiz":
        raise FormatError(f"its element is <{root.tag}>; Moodle XML has <quiz>")
    out = Collector("moodle", placement)
    for number, node in enumerate(root.named("question"), 1):
        where = f"question {number} (line {node.line})"
        if node.get("type") == "category":
            path = text_of(node.first("category"))
            out.lose("dropped", where, f"category {path!r}", "items are found by skill and band")
            out.title = out.title or path.rpartition("/")[2]
            continue
        name = text_of(node.first("name")) or text_of(node.first("questiontext"))
        out.attempt(where, name[:80], _maker(out, where, node))
    return out.result()


def _maker(out: Collector, where: str, node: Node) -> Callable[[], None]:
    def make() -> None:
        if not node.get("type"):
            raise QuestionError("it does not say its type")
        MoodleQuestion(out, where, node).add()

    return make
