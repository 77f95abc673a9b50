"""Items of QTI 1.2, of Canvas, Blackboard, Moodle and Common Cartridges: told apart by metadata, else by structure."""

from __future__ import annotations

from content.formats.collector import Collector, QuestionError
from content.formats.kinds import Choice, add_choice, add_open, add_ordering, add_text, strict_policy, truth_of
from content.formats.markup.reading import Resolve, TextReader
from content.formats.qti.classic_parts import add_gaps, add_number, add_pairs, gap_names
from content.formats.qti.classic_scoring import ClassicScoring
from content.formats.qti.classic_texts import label_text, read_materials, responses
from content.formats.qti.feedback import share_out
from content.formats.qti.search import best_of, climb
from content.formats.question import Question
from content.formats.xmltree import Node

_REASONS = {
    "text_only_question": "it is a text without a question",
    "file_upload_question": "it asks for a file",
    "calculated_question": "its numbers are drawn by the test player",
    "formula_question": "its numbers are drawn by the test player",
    "hot_spot_question": "it asks for a place in a picture",
}
_GAPPED = ("fill_in_multiple_blanks_question", "multiple_dropdowns_question")


class ClassicReader:
    """Reads one item."""

    def __init__(self, out: Collector, where: str, item: Node, resolve: Resolve) -> None:
        self.item = item
        self.scoring = ClassicScoring(item)
        fields = {
            entry.value("fieldlabel").lower(): entry.value("fieldentry") for entry in item.find_all("qtimetadatafield")
        }
        self.kind = fields.get("question_type") or fields.get("cc_profile") or fields.get("qmd_itemtype") or ""
        self.kind = self.kind.strip().lower()
        bb_kind = item.find("bbmd_questiontype")
        self.blackboard = bb_kind.text.strip().lower() if bb_kind else ""
        title = item.get("title")
        ident = item.get("ident") if not title or title.lower() in ("question", "untitled") else title
        self.question = Question(out, where, ident, "" if title.lower() == "question" else title)
        self.reader = TextReader(self.question, resolve)
        self.presentation = item.first("presentation") or Node("presentation")
        self.responses = responses(self.presentation)

    def add(self) -> None:
        """Add what the item becomes.

        Raises:
            QuestionError: it gives no item.
        """
        if self.kind in _REASONS:
            raise QuestionError(_REASONS[self.kind])
        question = self.question
        question.prompt = read_materials(self.reader, self.presentation)
        self._hints_and_solutions()
        tags = {node.tag for node in self.responses}
        if self.item.find("calculated") is not None:
            raise QuestionError(_REASONS["calculated_question"])
        if not tags:
            raise QuestionError("it is a text without a question")
        if "response_xy" in tags or self.item.find("render_hotspot") is not None:
            raise QuestionError("it asks for a place in a picture")
        if "response_extension" in tags:
            raise QuestionError("it needs a program of its own (response_extension)")
        self._by_structure(tags)

    def _by_structure(self, tags: set[str]) -> None:
        names = gap_names(self.question.prompt, self.responses)
        several = len(self.responses) > 1
        if "response_grp" in tags or (several and not names and self._shared_labels()):
            add_pairs(self)
        elif self.kind in _GAPPED or (names and several) or (tags == {"response_str"} and (names or several)):
            add_gaps(self)
        elif several:
            self._split()
        else:
            self._single(self.responses[0])

    def _shared_labels(self) -> bool:
        """Whether all responses offer the same things, as matching questions do."""
        if any(node.tag != "response_lid" for node in self.responses):
            return False
        sets = [{" ".join(label.text.split()) for label in self.labels(node)} for node in self.responses]
        named = all(node.first("material") is not None for node in self.responses)
        return named and all(offered <= max(sets, key=len) for offered in sets)

    def labels(self, node: Node) -> list[Node]:
        """The options of a response."""
        return node.find_all("response_label")

    def _split(self) -> None:
        question, prompt, ident = self.question, self.question.prompt, self.question.ident
        question.lose("changed", "several questions in one", "each became a question of its own")
        for number, node in enumerate(self.responses, 1):
            own = read_materials(self.reader, node)
            question.prompt = "\n\n".join(part for part in (prompt, own) if part)
            question.ident = f"{ident}-{number}"
            question.out.attempt(question.where, node.get("ident"), lambda node=node: self._single(node))  # type: ignore[misc]

    def _single(self, node: Node) -> None:
        cardinality = node.get("rcardinality").lower()
        if node.tag == "response_num" or self._is_number(node):
            add_number(self, node)
        elif node.tag == "response_str" or not self.labels(node):
            self._text(node)
        elif cardinality == "ordered" or self.kind == "ordering_question":
            self._order(node)
        else:
            self._choice(node, cardinality)

    def _is_number(self, node: Node) -> bool:
        fib = node.find("render_fib")
        kind = fib.get("fibtype").lower() if fib else ""
        low, high = self.scoring.bounds(node.get("ident"))
        return kind in ("integer", "decimal", "scientific") or self.kind == "numerical_question" or bool(low and high)

    def _choice(self, node: Node, cardinality: str) -> None:
        name = node.get("ident")
        choices = [Choice(label_text(self.reader, label), id=label.get("ident")) for label in self.labels(node)]
        for number, choice in enumerate(choices):
            if not choice.text and choice.id.lower() in ("true", "false", "t", "f"):
                choices[number].text = "True" if choice.id.lower().startswith("t") else "False"
        ids = [choice.id for choice in choices]
        several = cardinality == "multiple" and "multiple_choice" not in self.kind and "true_false" not in self.kind
        right = self._best_set(name, ids) if several else self._best_single(name, ids)
        if not right:
            raise QuestionError("nothing in it is right or wrong, as in a survey")
        for choice in choices:
            choice.right = choice.id in right
        said = {one: self.said({name: [one]}) for one in ids}
        if several:
            for text in self.said({name: [one for one in ids if one in right]}).values():
                self.question.note(text)
            for choice in choices:
                usual = [ident for ident in said[choice.id] if all(ident in told for told in said.values())]
                choice.feedback = "\n".join(text for ident, text in said[choice.id].items() if ident not in usual)
        else:
            share_out(self.question, choices, said)
        rendered = node.find("render_choice")
        shuffle = rendered is not None and rendered.get("shuffle").lower() == "yes"
        if all(truth_of(choice.text) is not None for choice in choices):
            shuffle = False
        add_choice(self.question, choices, single=not several, shuffle=shuffle)

    def _best_single(self, name: str, ids: list[str]) -> set[str]:
        scores: dict[str, float | None] = {one: self.scoring.score({name: [one]}) for one in ids}
        right, partial = best_of(scores, self.scoring.score({name: None}))
        if partial:
            self.question.lose("changed", "partial credit", "of a single choice only the best option is right")
        return right or self._titled_correct(name, ids)

    def _titled_correct(self, name: str, ids: list[str]) -> set[str]:
        """Options of conditions called "correct" that set no score."""
        return {
            value.text.strip()
            for condition in self.item.find_all("respcondition")
            if condition.get("title").lower() == "correct"
            for value in condition.find_all("varequal")
            if value.get("respident") in (name, "") and value.text.strip() in ids
        }

    def _best_set(self, name: str, ids: list[str]) -> set[str]:
        start = {value for value in self.scoring.values(name) if value in ids}
        found = climb(lambda chosen: self.scoring.score({name: chosen}), ids, start)
        if found is None:
            found = climb(lambda chosen: self.scoring.score({name: chosen}), ids, set())
        return found or self._titled_correct(name, ids)

    def said(self, given: dict[str, list[str | float | bool] | None]) -> dict[str, str]:
        """Texts of the feedback that an answer gets, by identifier."""
        said = self.scoring.run(given)[1]
        found = {node.get("ident"): node for node in self.item.find_all("itemfeedback")}
        texts = {ident: self._feedback(found[ident]) for ident in said if ident in found}
        return {ident: text for ident, text in texts.items() if text}

    def _feedback(self, node: Node) -> str:
        if node.find("hint") is not None or node.find("solution") is not None:
            return ""
        return read_materials(self.reader, node)

    def _hints_and_solutions(self) -> None:
        for node in self.item.find_all("hint"):
            for part in node.named("hintmaterial") or [node]:
                text = read_materials(self.reader, part)
                if text:
                    self.question.hints.append(text)
        for node in self.item.find_all("solution"):
            for part in node.named("solutionmaterial") or [node]:
                self.question.note(read_materials(self.reader, part))

    def _order(self, node: Node) -> None:
        name = node.get("ident")
        options = [(label.get("ident"), label_text(self.reader, label)) for label in self.labels(node)]
        key: list[str] = []
        for condition in self.scoring.scoring_conditions():
            values = [one for one in condition.find_all("varequal") if one.get("respident") in (name, "")]
            order = sorted(values, key=lambda one: int(one.get("index") or 0) if one.get("index").isdigit() else 0)
            key = key or [one.text.strip() for one in order]
        if not key:
            raise QuestionError("no right order is declared")
        for text in self.said({name: list(key)}).values():
            self.question.note(text)
        add_ordering(self.question, [one for one in options if one[0] in key], key)

    def _text(self, node: Node) -> None:
        name = node.get("ident")
        right = [text for text in self.scoring.values(name) if text]
        if not right:
            add_open(self.question)
            return
        case = any(
            one.get("case").lower() == "yes"
            for condition in self.scoring.scoring_conditions()
            for one in condition.find_all("varequal")
        )
        best = max(self.scoring.score({name: [text]}) for text in right)
        accepted = [text for text in right if self.scoring.score({name: [text]}) >= best]
        if len(accepted) < len(right):
            self.question.lose("changed", "partial credit", "an answer that is not wholly right is wrong")
        for text in self.said({name: [accepted[0]]}).values():
            self.question.note(text)
        if self.item.find("varsubstring") is not None:
            self.question.lose("changed", "right if it contains a word", "answers are compared as a whole")
        add_text(self.question, accepted, policy=strict_policy(self.question.locale, case))
