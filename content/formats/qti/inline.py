"""Interactions within a text: typed gaps, drop-downs and words dragged into place, as one cloze."""

from __future__ import annotations

import re

from content.formats.collector import QuestionError
from content.formats.kinds import add_cloze, strict_policy
from content.formats.markup.reading import TextReader
from content.formats.names import slug, unique
from content.formats.qti.item import ItemReader, listed
from content.formats.qti.scoring import Given
from content.formats.qti.values import Variable, plain
from content.formats.question import Question
from content.formats.xmltree import Node
from content.items import Gap, MappingMisconception
from content.text import plain_text

INLINE = frozenset(("textEntryInteraction", "inlineChoiceInteraction"))
_BAD = re.compile(r"[^\w.:-]+")


class ClozeReader:
    """Makes a cloze of an item's inline interactions, or of a gapMatchInteraction."""

    def __init__(self, item: ItemReader) -> None:
        self._item = item
        self._gaps: dict[str, Gap] = {}
        self._names: dict[str, str] = {}
        self._right: Given = {}

    def add_inline(self) -> None:
        """All inline interactions of the body."""
        question, reader = self._item.question()

        def gap(node: Node) -> str:
            return self._mark(node, question, reader)

        own = [node for node in self._item.body.walk() if node.get("data-pacer") == "text"]
        if own:  # our own exports mark the text with the gaps
            text = self._item.prompt(reader, gap, own[0].children)
            others = [node for node in self._item.body.children if node is not own[0]]
            self._finish(question, reader, self._item.prompt(reader, lambda _: "", others), text)
            return
        self._finish(question, reader, *_instruction(self._item.prompt(reader, gap)))

    def _mark(self, node: Node, question: Question, reader: TextReader) -> str:
        name = node.get("responseIdentifier")
        variable = self._item.scoring.processing.responses.get(name, Variable())
        gap_id = unique(_BAD.sub("-", name) or "gap", self._gaps)
        self._names[name] = gap_id
        if node.tag == "inlineChoiceInteraction":
            self._drop_down(node, name, gap_id, reader)
        else:
            self._typed(node, name, gap_id, variable, question)
        return f"{{{{{gap_id}}}}}"

    def _drop_down(self, node: Node, name: str, gap_id: str, reader: TextReader) -> None:
        texts = {
            one.get("identifier"): plain_text(reader.nodes(one.children, self._item.unseen, option=True))
            for one in node.named("inlineChoice")
        }
        right = self._item.scoring.best_single(name, list(texts))
        if not right:
            raise QuestionError(f"no choice of {name} is right")
        self._right[name] = [next(one for one in texts if one in right)]
        accepted = tuple(dict.fromkeys(texts[one] for one in texts if one in right))
        self._gaps[gap_id] = Gap(
            id=gap_id,
            accepted=accepted,
            options=tuple(dict.fromkeys(texts.values())),
            policy=strict_policy(self._locale, case_sensitive=True),
        )

    def _typed(self, node: Node, name: str, gap_id: str, variable: Variable, question: Question) -> None:
        right = self._item.scoring.best_texts(name)
        if not right:
            raise QuestionError(f"no right answer of {name} is declared, nor found in its scoring")
        if variable.base_type in ("float", "integer") and self._item.scoring.processing.tolerances():
            question.lose("changed", f"tolerance of {name}", "a gap takes the numbers named and no others")
        self._right[name] = [right[0]] if variable.base_type == "string" else variable.correct or [right[0]]
        case_sensitive = not self._item.scoring.ignores_case(name, right[0])
        policy = strict_policy(self._locale, case_sensitive)
        self._gaps[gap_id] = Gap(id=gap_id, accepted=tuple(right), policy=policy)
        if node.get("patternMask"):
            question.lose("dropped", "the pattern of what may be typed", "a gap takes any text")

    @property
    def _locale(self) -> str:
        return self._item.item.get("lang") or self._item.out.placement.locale

    def _finish(self, question: Question, reader: TextReader, prompt: str, text: str) -> None:
        question.prompt = prompt
        self._item.finish(question, reader, self._right)
        mistakes = self._mistakes(reader)
        if mistakes:
            question.fields["misconceptions"] = tuple(mistakes)
        add_cloze(question, text, list(self._gaps.values()))

    def _mistakes(self, reader: TextReader) -> list[MappingMisconception]:
        found: dict[str, MappingMisconception] = {}
        for given, said in self._item.scoring.wrong_answers(self._right, self._right):
            text = "\n".join(filter(None, (self._item.words(reader, node) for node in said)))
            answer = {self._names[name]: self._shown(name, plain((value or [""])[0])) for name, value in given.items()}
            if text:
                idea = unique(slug(said[0].get("identifier"), "wrong"), found)
                found[idea] = MappingMisconception(id=idea, answer=answer, feedback=text)
        return list(found.values())

    def _shown(self, name: str, value: str) -> str:
        """The text of a drop-down's choice; typed text is itself."""
        for node in self._item.interactions:
            if node.get("responseIdentifier") == name and node.tag == "inlineChoiceInteraction":
                return next(
                    (
                        " ".join(one.text.split())
                        for one in node.named("inlineChoice")
                        if one.get("identifier") == value
                    ),
                    value,
                )
        return value

    def add_gap_match(self, node: Node, suffix: str) -> None:
        """Words to drag into the gaps of a text."""
        question, reader = self._item.question(suffix)
        name = node.get("responseIdentifier")
        variable = self._item.scoring.processing.responses.get(name, Variable())
        words = {
            one.get("identifier"): plain_text(reader.nodes(one.children, self._item.unseen, option=True))
            for one in node.find_all("gapText", "gapImg")
        }
        pairs = [pair.split() for pair in listed(variable.correct)]
        pairs = pairs or [key.split() for key, worth in variable.mapping.items() if worth > 0]
        right: dict[str, list[str]] = {}
        for pair in pairs:
            if len(pair) == 2:
                word, place = pair if pair[0] in words else pair[::-1]
                right.setdefault(place, []).append(words.get(word, word))
        told = self._item.prompt(reader)
        own = node.first("prompt")
        asked = reader.nodes(own.children) if own else ""
        text = reader.nodes(
            [child for child in node.children if getattr(child, "tag", "") not in ("prompt", "gapText", "gapImg")],
            lambda one: self._place(one, right, tuple(dict.fromkeys(words.values()))),
        )
        self._right = {name: variable.correct}
        question.prompt = "\n\n".join(part for part in (told, asked) if part.strip())
        self._item.finish(question, reader, self._right)
        question.lose("changed", "words to drag", "they are chosen from a list at each gap")
        add_cloze(question, text, list(self._gaps.values()))

    def _place(self, node: Node, right: dict[str, list[str]], options: tuple[str, ...]) -> str | None:
        if node.tag != "gap":
            return self._item.unseen(node)
        name = node.get("identifier")
        if name not in right:
            return "_____"
        gap_id = unique(_BAD.sub("-", name), self._gaps)
        policy = strict_policy(self._locale, case_sensitive=True)
        self._gaps[gap_id] = Gap(id=gap_id, accepted=tuple(right[name]), options=options, policy=policy)
        return f"{{{{{gap_id}}}}}"


def _instruction(text: str) -> tuple[str, str]:
    """Prompt and text of a cloze: paragraphs before the first with a gap are the prompt."""
    lines = text.split("\n")
    first = next((k for k, line in enumerate(lines) if "{{" in line), 0)
    return "\n".join(lines[:first]).strip(), "\n".join(lines[first:]).strip("\n")
