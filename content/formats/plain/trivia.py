"""Open Trivia text: blocks of ``#Q question``, ``^ right answer`` and options ``A ...`` to ``D ...``.

The public files mix encodings from line to line; a line that is not UTF-8 is read as Windows-1252, which is reported.
"""

from __future__ import annotations

import re

from content.formats.collector import Collector, QuestionError
from content.formats.decoding import refuse_binary
from content.formats.exchange import FormatError, Imported, Placement
from content.formats.kinds import Choice, add_choice
from content.formats.limits import MAX_TEXT, check_size
from content.formats.markup.reading import TextReader
from content.formats.question import Question

_OPTION = re.compile(r"([A-Z])[ \t]+(.*)")


def read_trivia(data: bytes, filename: str, placement: Placement) -> Imported:  # noqa: ARG001
    """Read an Open Trivia file.

    Raises:
        FormatError: no text, no questions.
    """
    check_size(data, MAX_TEXT)
    out = Collector("trivia", placement)
    block: list[str] = []
    start = 0
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        line = _decode(out, number, raw)
        if line.startswith("#Q"):
            _take(out, start, block)
            block, start = [line[2:].strip()], number
        elif block:
            block.append(line)
        elif line.strip():
            raise FormatError(f"line {number}: {line[:60]!r} stands where '#Q question' is expected")
    _take(out, start, block)
    return out.result()


def _decode(out: Collector, number: int, raw: bytes) -> str:
    try:
        line = raw.decode("utf-8")
    except UnicodeDecodeError:
        try:
            line = raw.decode("cp1252")
        except UnicodeDecodeError as error:
            raise FormatError(f"line {number} is neither UTF-8 nor Windows-1252: save the file as UTF-8") from error
        out.lose("changed", f"line {number}", "its encoding", "it is not UTF-8 and was read as Windows-1252")
    refuse_binary(line)
    return line.strip()


def _take(out: Collector, start: int, block: list[str]) -> None:
    if block:
        out.attempt(f"line {start}", block[0][:80], lambda: _add(out, start, block))


def _add(out: Collector, start: int, block: list[str]) -> None:
    question = Question(out, f"line {start}")
    reader = TextReader(question)
    right = next((k for k, line in enumerate(block) if line.startswith("^")), 0)
    if not right:
        raise QuestionError("it has no line '^ right answer'")
    question.prompt = reader.plain("\n".join(block[:right]))
    key = block[right][1:].strip()
    options: list[str] = []
    for line in block[right + 1 :]:
        option = _OPTION.fullmatch(line)
        if option:
            options.append(option[2].strip())
        elif line and options:
            options[-1] += f" {line}"
        elif line:
            key += f" {line}"
    if key not in options:
        raise QuestionError(f"its right answer {key[:80]!r} is not among its options")
    add_choice(question, [Choice(reader.plain(text), text == key) for text in options], single=True)
