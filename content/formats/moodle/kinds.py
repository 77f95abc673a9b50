"""What each type of Moodle question becomes; types without a kind are refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable

from content.formats.collector import Collector, QuestionError
from content.formats.kinds import (
    Choice,
    Wrong,
    add_choice,
    add_cloze,
    add_matching,
    add_numeric,
    add_open,
    add_ordering,
    add_text,
    add_truth,
    number_text,
    pairs_by_text,
    strict_policy,
    truth_of,
)
from content.formats.markup.html import parse_html
from content.formats.markup.prose import prose
from content.formats.moodle.embedded import gap_of, split
from content.formats.moodle.texts import MoodleTexts, text_of
from content.formats.names import letters
from content.formats.qti.values import number
from content.formats.question import Question, finite
from content.formats.xmltree import Node
from content.items import Gap
from content.text import plain_text

_REASONS = {
    "description": "it is a text without a question",
    "ddimageortext": "it asks to drop things on places in a picture",
    "ddmarker": "it asks for places in a picture",
    "randomsamatch": "its pairs are drawn anew by Moodle",
    "random": "it is drawn from other questions by Moodle",
    **dict.fromkeys(("calculated", "calculatedsimple", "calculatedmulti"), "its numbers are drawn anew by Moodle"),
}
_MARK = re.compile(r"\[\[(\d+)\]\]")
_IDEA = re.compile(r'data-misconception="([a-z0-9-]{1,80})"')


class MoodleQuestion:
    """Reads one question element."""

    def __init__(self, out: Collector, where: str, node: Node) -> None:
        self.node = node
        self.type = node.get("type").lower()
        name = text_of(node.first("name"))
        self.question = Question(out, where, node.value("idnumber") or name, name)
        self.texts = MoodleTexts(node, self.question)
        tags = node.first("tags")
        self.question.take_tags([text_of(tag) for tag in tags.named("tag")] if tags else [])

    def add(self) -> None:
        """Add what the question becomes.

        Raises:
            QuestionError: it gives no item.
        """
        if self.type in _REASONS:
            raise QuestionError(_REASONS[self.type])
        kinds: dict[str, Callable[[], None]] = {
            "multichoice": self._choice,
            "multichoiceset": self._choice,
            "truefalse": self._truth,
            "shortanswer": self._short,
            "regexp": self._short,
            "numerical": self._numeric,
            "matching": self._matching,
            "match": self._matching,
            "ddmatch": self._matching,
            "ordering": self._ordering,
            "cloze": self._cloze,
            "multianswer": self._cloze,
            "essay": self._essay,
            "gapselect": self._marked,
            "ddwtos": self._marked,
        }
        if self.type not in kinds:
            raise QuestionError(f"questions of type {self.type!r} have no kind here")
        if self.type not in ("cloze", "multianswer", "gapselect", "ddwtos"):
            self.question.prompt = self.texts.rich(self.node.first("questiontext"))
        self._shared()
        kinds[self.type]()

    def _shared(self) -> None:
        question = self.question
        question.note(self.texts.rich(self.node.first("generalfeedback")))
        question.hints += [text for text in map(self.texts.rich, self.node.named("hint")) if text]
        for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
            if text_of(self.node.first(name)):
                question.lose("dropped", name, "an item is explained once, however it was answered")
        penalty = self.node.value("penalty")
        if finite(penalty or "0") not in (0.0, 0.3333333, 0.1, 1.0, None):
            question.lose("dropped", f"penalty {penalty}", "tries after the first are not scored")

    def _answers(self) -> list[tuple[float, Node]]:
        return [(number(node.get("fraction")), node) for node in self.node.named("answer")]

    def _feedback(self, node: Node) -> tuple[str, str]:
        """Text of an answer's feedback, and the id of the mistaken idea that our own exports write."""
        feedback = node.first("feedback")
        idea = _IDEA.search(text_of(feedback))
        return self.texts.rich(feedback), idea[1] if idea else ""

    def _choice(self) -> None:
        answers = self._answers()
        single = self.node.value("single").lower() not in ("false", "0") and self.type != "multichoiceset"
        best = max((fraction for fraction, _ in answers), default=0.0)
        if single and any(0 < fraction < best for fraction, _ in answers):
            self.question.lose("changed", "partial credit", "of a single choice only the best option is right")
        choices = []
        for fraction, node in answers:
            feedback, idea = self._feedback(node)
            right = fraction == best > 0 if single else fraction > 0
            choices.append(Choice(self.texts.option(node), right, feedback, idea=idea))
        shuffle = self.node.value("shuffleanswers").lower() not in ("false", "0")
        add_choice(self.question, choices, single=single, shuffle=shuffle)

    def _truth(self) -> None:
        key: bool | None = None
        told: dict[bool, tuple[str, str]] = {}
        for fraction, node in self._answers():
            value = truth_of(text_of(node))
            if value is None:
                raise QuestionError(f"its answer {text_of(node)[:40]!r} is neither true nor false")
            told[value] = self._feedback(node)
            key = value if fraction > 0 else key
        if key is None:
            raise QuestionError("neither true nor false is right")
        right, wrong = told.get(key, ("", "")), told.get(not key, ("", ""))
        add_truth(self.question, key, right[0], wrong[0], wrong[1])

    def _typed(self) -> tuple[list[str], list[Wrong], list[Node]]:
        right, wrong, right_nodes = [], [], []
        answers = self._answers()
        best = max((fraction for fraction, _ in answers), default=0.0)
        if any(0 < fraction < best for fraction, _ in answers):
            self.question.lose("changed", "partial credit", "an answer that is not wholly right is wrong")
        for fraction, node in answers:
            text = text_of(node)
            feedback, idea = self._feedback(node)
            if fraction == best > 0:
                right.append(text)
                right_nodes.append(node)
                self.question.note(feedback, "feedback for the right answer")
            elif text.strip() == "*":
                self.question.note(feedback, "feedback for any other answer")
            else:
                wrong.append(Wrong(text.replace("\\*", "*"), feedback, idea))
        return right, wrong, right_nodes

    def _short(self) -> None:
        right, wrong, _ = self._typed()
        plain = [text for text in right if not re.search(r"(?<!\\)\*", text)]
        if self.type == "regexp":
            plain = right[:1]
        if len(plain) < len(right):
            self.question.lose("dropped", "answers with wildcards", "answers are compared as they are written")
        if not plain and right:
            raise QuestionError("all its right answers are patterns, which are not run")
        case = self.node.value("usecase") in ("1", "true")
        accepted = [text.replace("\\*", "*") for text in plain]
        add_text(self.question, accepted, policy=strict_policy(self.question.locale, case), wrong=wrong)

    def _numeric(self) -> None:
        right, wrong, nodes = self._typed()
        if len(right) > 1:
            self.question.lose("dropped", "further right numbers", "a number has one key")
        if not right or number_text(right[0]) is None:
            raise QuestionError(f"its key {(right or [''])[0][:40]!r} is no number")
        tolerance = abs(number(nodes[0].value("tolerance")))
        units = [unit for unit in self.node.find_all("unit") if number(unit.value("multiplier"), 1.0) == 1.0]
        unit = units[0].value("unit_name") if units else ""
        if len(self.node.find_all("unit")) > 1:
            self.question.lose("changed", "further units", "units that convert into each other are accepted")
        required = self.node.value("unitgradingtype") in ("1", "2")
        add_numeric(self.question, right[0], tolerance, unit=unit, unit_required=required and bool(unit), wrong=wrong)

    def _essay(self) -> None:
        for name in ("graderinfo", "responsetemplate"):
            if text_of(self.node.first(name)):
                self.question.lose("dropped", name, "an essay has a rubric, and no notes or template")
        limits = [int(number(self.node.value(name))) for name in ("minwordlimit", "maxwordlimit")]
        add_open(self.question, limits[0], limits[1] or None)

    def _matching(self) -> None:
        pairs, extra = [], []
        for node in self.node.named("subquestion"):
            left, right = self.texts.option(node), self.texts.option(node.first("answer"))
            if left and right:
                pairs.append((left, right))
            elif right:
                extra.append(right)
        if not pairs:
            raise QuestionError("it has no pairs")
        add_matching(self.question, *pairs_by_text(pairs, extra))

    def _ordering(self) -> None:
        nodes = sorted(self.node.named("answer"), key=lambda node: number(node.get("fraction")))
        texts = [self.texts.option(node) for node in nodes]
        names = letters(len(texts))
        add_ordering(self.question, list(zip(names, texts, strict=True)), names)

    def _cloze(self) -> None:
        around, parts = split(text_of(self.node.first("questiontext")))
        if not parts:
            raise QuestionError("its text has no gaps")
        gaps: list[Gap] = []
        marks = [f"{{{{gap{k}}}}}" for k in range(1, len(parts) + 1)]
        for k, part in enumerate(parts, 1):
            if part.kind == "several":
                raise QuestionError("a gap asks for several choices at once")
            if part.kind == "number" and any(":" in text for _, text, _ in part.answers):
                self.question.lose("changed", "tolerance of a gap", "a gap takes the numbers named and no others")
            if any(0 < share < 100 for share, _, _ in part.answers):
                self.question.lose("changed", "partial credit", "a gap is right or wrong")
            shown = [self._plain(text) for _, text, _ in part.answers]
            gaps.append(gap_of(part, f"gap{k}", self.question.locale, shown))
            for (share, _, feedback), text in zip(part.answers, shown, strict=True):
                told = self.texts.reader.auto(feedback)
                self.question.note(
                    f"{text}: {told}" if told and share < 100 and text != "*" else told, "feedback of gaps"
                )
        html = "".join(piece + mark for piece, mark in zip(around, [*marks, ""], strict=True))
        root = parse_html(html)
        own = next((node for node in root.walk() if node.get("data-pacer") == "text"), None)
        if own is None:
            self._add_gapped(self.texts.reader.nodes(root.children), gaps)
            return
        self.question.prompt = self.texts.reader.nodes([node for node in root.children if node is not own])
        add_cloze(self.question, self.texts.reader.nodes(own.children), gaps)

    def _add_gapped(self, text: str, gaps: list[Gap]) -> None:
        """Lines before the first gap are the instruction."""
        lines = text.split("\n")
        first = next((k for k, line in enumerate(lines) if "{{" in line), 0)
        self.question.prompt = "\n".join(lines[:first]).strip()
        add_cloze(self.question, "\n".join(lines[first:]).strip("\n"), gaps)

    def _plain(self, text: str) -> str:
        return prose(parse_html(text).children, show_pictures=True).markup

    def _marked(self) -> None:
        """Words chosen or dragged into places marked [[1]]."""
        options = [(plain_text(self.texts.option(node)), node) for node in self.node.named("selectoption", "dragbox")]
        text = self.texts.rich(self.node.first("questiontext")).replace("\\[\\[", "[[").replace("\\]\\]", "]]")
        gaps: dict[str, Gap] = {}

        def place(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            if not 0 <= index < len(options):
                raise QuestionError(f"its text names option {match[1]}, of {len(options)}")
            right, node = options[index]
            group = node.value("group")
            offered = tuple(dict.fromkeys(text for text, other in options if other.value("group") == group))
            name = f"gap{len(gaps) + 1}"
            policy = strict_policy(self.question.locale, case_sensitive=True)
            gaps[name] = Gap(id=name, accepted=(right,), options=offered if len(offered) > 1 else (), policy=policy)
            return f"{{{{{name}}}}}"

        text = _MARK.sub(place, text)
        if self.type == "ddwtos":
            self.question.lose("changed", "words to drag", "they are chosen from a list at each gap")
        self._add_gapped(text, list(gaps.values()))
