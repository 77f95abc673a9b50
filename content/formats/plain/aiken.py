"""Aiken: a question, options ``A.`` or ``A)``, and a line ``ANSWER: B`` (https://docs.moodle.org/en/Aiken_format)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from content.formats.collector import Collector, QuestionError
from content.formats.decoding import decode_text
from content.formats.exchange import Imported, Placement
from content.formats.kinds import Choice, add_choice
from content.formats.markup.reading import TextReader
from content.formats.question import Question

OPTION = re.compile(r"\s*([A-Za-z])\s*[.)]\s+(\S.*)")
ANSWER = re.compile(r"\s*ANSWERS?\s*:\s*([A-Za-z](?:\s*,?\s*[A-Za-z])*)\s*", re.IGNORECASE)
_ENDED = re.compile(r"\s*ANSWERS?\s*:", re.IGNORECASE)
_FEEDBACK = re.compile(r"\s*(?:FEEDBACK|EXPLANATION)\s*:\s*(.*)", re.IGNORECASE)


@dataclass
class _Block:
    line: int
    prompt: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    answer: str = ""
    feedback: str = ""


def read_aiken(data: bytes, filename: str, placement: Placement) -> Imported:  # noqa: ARG001
    """Read an Aiken file; a question without its ANSWER line is refused.

    Raises:
        FormatError: no text, no questions.
    """
    out = Collector("aiken", placement)
    for block in _blocks(decode_text(data)):
        where = f"line {block.line}"
        out.attempt(where, " ".join(block.prompt)[:80], lambda w=where, b=block: _add(out, w, b))  # type: ignore[misc]
    return out.result()


def _blocks(text: str) -> list[_Block]:
    blocks: list[_Block] = []
    current: _Block | None = None
    ended = False
    for number, line in enumerate(text.split("\n"), 1):
        feedback = _FEEDBACK.fullmatch(line)
        if feedback and ended and blocks:
            blocks[-1].feedback = feedback[1].strip()
            continue
        if not line.strip():
            if current and current.options and not current.answer:
                continue
            continue
        if current is None or ended:
            current, ended = _Block(number), False
            blocks.append(current)
        option = OPTION.fullmatch(line)
        if _ENDED.match(line):
            answer = ANSWER.fullmatch(line)
            current.answer, ended = answer[1].upper() if answer else "?", True
        elif option and (current.prompt or current.options):
            current.options.append((option[1].upper(), option[2].strip()))
        elif current.options:
            current.options[-1] = (current.options[-1][0], f"{current.options[-1][1]} {line.strip()}")
        else:
            current.prompt.append(line.strip())
    return blocks


def _add(out: Collector, where: str, block: _Block) -> None:
    question = Question(out, where)
    reader = TextReader(question)
    question.prompt = reader.auto("\n".join(block.prompt))
    question.note(reader.auto(block.feedback))
    if not block.options:
        raise QuestionError("it has no options such as 'A. Rome'")
    if not block.answer:
        raise QuestionError("it has no line such as 'ANSWER: A'")
    keys = set(re.findall(r"[A-Z]", block.answer))
    names = [name for name, _ in block.options]
    if not keys or not keys <= set(names):
        raise QuestionError(f"its answer {block.answer!r} is not among the options {', '.join(names)}")
    if len(set(names)) < len(names):
        raise QuestionError(f"two options have the same letter, of {', '.join(names)}")
    choices = [Choice(reader.auto(text), name in keys, id=name.lower()) for name, text in block.options]
    add_choice(question, choices, single=len(keys) == 1)
