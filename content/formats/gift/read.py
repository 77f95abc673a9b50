"""GIFT questions as items."""

from __future__ import annotations

import re

from content.formats.collector import Collector, QuestionError
from content.formats.decoding import decode_text
from content.formats.exchange import Imported, Placement
from content.formats.gift.parse import PARAGRAPH, GiftAnswer, GiftQuestion, Text, parse_block, split
from content.formats.kinds import (
    Choice,
    Wrong,
    add_choice,
    add_matching,
    add_numeric,
    add_open,
    add_range,
    add_text,
    add_truth,
    number_text,
    pairs_by_text,
)
from content.formats.markup.reading import TextReader
from content.formats.question import Question
from content.text import plain_text

_QUESTION_COMMENT = re.compile(r"//\s*question:\s*(\d+)\s+name:")


def read_gift(data: bytes, filename: str, placement: Placement) -> Imported:  # noqa: ARG001
    """Read a GIFT file. Categories have no place in an item; descriptions and essays are refused, each with its reason.

    Raises:
        FormatError: no text, no questions.
    """
    out = Collector("gift", placement)
    for line, comments, block in split(decode_text(data)):
        where = f"line {line}"
        out.attempt(where, block.strip()[:80], lambda w=where, b=(line, comments, block): _read(out, w, b))  # type: ignore[misc]
    return out.result()


def _read(out: Collector, where: str, block: tuple[int, str, str]) -> None:
    parsed = parse_block(*block)
    if parsed.kind == "Category":
        out.lose("dropped", where, f"category {parsed.title!r}", "items are found by skill and band")
        return
    if parsed.kind == "Description":
        raise QuestionError("it is a text without a question")
    question = Question(out, where, ident=parsed.ident or parsed.title, title=parsed.title)
    question.take_tags(parsed.tags)
    GiftReader(question, parsed).add()


class GiftReader:
    """Makes the items of one parsed question."""

    def __init__(self, question: Question, parsed: GiftQuestion) -> None:
        self._question = question
        self._parsed = parsed
        self._reader = TextReader(question)

    def add(self) -> None:
        """Add what the question becomes.

        Raises:
            QuestionError: it gives no item.
        """
        question, parsed = self._question, self._parsed
        question.prompt = self._text(parsed.stem)
        question.note(self._text(parsed.general))
        match parsed.kind:
            case "TF":
                wrong, right = (self._text(told) for told in parsed.feedback)
                add_truth(question, parsed.truth, right, wrong)
            case "Essay":
                add_open(question)
            case "Matching":
                self._matching()
            case "Numerical":
                self._numeric()
            case "Short":
                self._short()
            case _:
                self._choice()

    def _text(self, text: Text | None) -> str:
        return self._reader.formatted(text.text, text.format) if text else ""

    def _choice(self) -> None:
        answers = self._parsed.answers
        weights = [answer.weight if answer.weight is not None else 100.0 * answer.right for answer in answers]
        several = not any(answer.right for answer in answers) and sum(weight > 0 for weight in weights) > 1
        best = max(weights)
        if not several and any(0 < weight < best for weight in weights):
            self._question.lose("changed", "partial credit", "of a single choice only the best option is right")
        choices = [
            Choice(self._text(answer.text), weight > 0 if several else weight == best > 0, self._text(answer.feedback))
            for answer, weight in zip(answers, weights, strict=True)
        ]
        add_choice(self._question, choices, single=not several)

    def _short(self) -> None:
        answers = [answer for answer in self._parsed.answers if answer.text.text != "*"]
        right = [answer for answer in answers if (answer.weight is None or answer.weight >= 100)]
        for answer in self._parsed.answers:
            if answer.text.text == "*" and answer.feedback:
                self._question.note(self._text(answer.feedback), "feedback for any other answer")
        for answer in right:
            self._question.note(self._text(answer.feedback), "feedback for the right answer")
        patterns = [answer for answer in right if "*" in answer.text.text.replace("\\*", "")]
        if patterns:
            self._question.lose("dropped", "answers with wildcards", "answers are compared as they are written")
            right = [answer for answer in right if answer not in patterns]
        add_text(self._question, [self._typed(answer) for answer in right], wrong=self._wrong(answers, right))

    def _typed(self, answer: GiftAnswer) -> str:
        """Typed answers are plain text, whatever the format of the question; some hold a paragraph of HTML."""
        text = answer.text.text
        if answer.text.format == "html" and PARAGRAPH.fullmatch(text):
            text = plain_text(self._reader.html(text))
        return text.replace("\\*", "*").strip()

    def _wrong(self, answers: list[GiftAnswer], right: list[GiftAnswer]) -> list[Wrong]:
        others = [answer for answer in answers if answer not in right]
        if any(answer.weight for answer in others):
            self._question.lose("changed", "partial credit", "an answer that is not wholly right is wrong")
        return [Wrong(self._typed(answer), self._text(answer.feedback)) for answer in others]

    def _numeric(self) -> None:
        question, answers = self._question, [answer for answer in self._parsed.answers if answer.span]
        right = [answer for answer in answers if answer.right and (answer.weight is None or answer.weight >= 100)]
        if not right:
            raise QuestionError("no number is given as right")
        if len(right) > 1:
            question.lose("dropped", "further right numbers", "a number has one key")
        first, span = right[0], right[0].span
        question.note(self._text(first.feedback), "feedback for the right answer")
        for answer in self._parsed.answers:
            if not answer.span:
                question.note(self._text(answer.feedback), "feedback for any other answer")
        others = [answer for answer in answers if answer not in right]
        if any(answer.weight for answer in others):
            question.lose("changed", "partial credit", "a number that is not wholly right is wrong")
        wrong = [
            Wrong(answer.span.number or answer.span.low, self._text(answer.feedback))
            for answer in others
            if answer.span and number_text(answer.span.number or answer.span.low)
        ]
        if span and span.low:
            add_range(question, span.low, span.high, wrong)
        elif span:
            add_numeric(question, span.number, float(span.margin or 0), wrong=wrong)

    def _matching(self) -> None:
        answers = self._parsed.answers
        pairs = [(self._text(answer.text), self._reader.auto(answer.match)) for answer in answers if answer.text.text]
        extra = [self._reader.auto(answer.match) for answer in answers if not answer.text.text]
        add_matching(self._question, *pairs_by_text(pairs, extra))
