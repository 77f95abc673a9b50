"""One assessment item of QTI 2 or 3: its body, its hints and its feedback; the kinds are in `qti.interactions`."""

from __future__ import annotations

from collections.abc import Callable

from content.formats.collector import Collector, QuestionError
from content.formats.kinds import Wrong
from content.formats.markup.reading import Resolve, TextReader, nothing
from content.formats.qti.scoring import Given, Scoring
from content.formats.qti.values import Value, plain
from content.formats.question import LOCALE, Question
from content.formats.xmltree import Node

BLOCKS = frozenset(("p", "div", "td", "th", "li", "blockquote", "itemBody", "dd", "dt", "h1", "h2", "h3", "h4", "pre"))
_ASIDE = frozenset(("endAttemptInteraction", "mediaInteraction", "infoControl"))
_UNSEEN = frozenset(
    ("feedbackBlock", "feedbackInline", "modalFeedback", "catalogInfo", "stylesheet", "infoControl", "templateBlock",
     "templateInline", "companionMaterialsInfo", "scoringRubric", "accessibility", "apipAccessibility")
)  # fmt: skip


class ItemReader:
    """Reads one assessmentItem (in the words of QTI 2)."""

    def __init__(self, out: Collector, where: str, item: Node, resolve: Resolve = nothing) -> None:
        self.out = out
        self.where = where
        self.item = item
        self.resolve = resolve
        self.body = item.first("itemBody") or Node("itemBody")
        self.scoring = Scoring(item)
        self.interactions = [
            node
            for node in self.body.walk()
            if (node.tag.endswith("Interaction") or node.tag == "interaction") and node.tag not in _ASIDE
        ]
        self.parents = {id(child): node for node in self.body.walk() for child in node.nodes}
        self.tags: list[str] = []
        self.stimulus: list[Node | str] = []

    def question(self, suffix: str = "") -> tuple[Question, TextReader]:
        """A question with everything but its prompt, and the reader of its texts."""
        title = self.item.get("title")
        question = Question(self.out, self.where, self.item.get("identifier") + suffix, title)
        language = self.item.get("lang")
        if language and LOCALE.fullmatch(language):
            question.fields["locale"] = language
        question.take_tags(self.tags)
        return question, TextReader(question, self.resolve)

    def prompt(
        self, reader: TextReader, gap: Callable[[Node], str] | None = None, nodes: list[Node | str] | None = None
    ) -> str:
        """The body, or `nodes` of it, as text: without feedback and interactions, which `gap` may stand in for."""

        def replace(node: Node) -> str | None:
            if any(node is one for one in self.interactions):
                return gap(node) if gap else ""
            return self.unseen(node)

        return reader.nodes(nodes if nodes is not None else [*self.stimulus, *self.body.children], replace)

    def unseen(self, node: Node) -> str | None:
        """An empty text for what is not part of the question, else None."""
        if node.tag in ("feedbackBlock", "feedbackInline") and self._seen_at_once(node):
            return None
        if node.tag in _UNSEEN or node.tag.endswith("Interaction"):
            return ""
        if node.tag == "rubricBlock" and "candidate" not in node.get("view").split():
            return ""
        if node.tag in ("printedVariable", "include"):
            raise QuestionError(f"its text holds <{node.tag}>, which only a test player could fill in")
        return None

    def _seen_at_once(self, node: Node) -> bool:
        """Whether a feedback is there before any answer, as parts of adaptive items are."""
        outcome = self.scoring.processing.outcomes.get(node.get("outcomeIdentifier"))
        shown = node.get("identifier") in listed(outcome.default if outcome else None)
        return shown != (node.get("showHide") == "hide")

    def hidden(self, interaction: Node) -> bool:
        """Whether an interaction appears only after an answer."""
        node = self.parents.get(id(interaction))
        while node is not None:
            if node.tag in ("feedbackBlock", "feedbackInline") and not self._seen_at_once(node):
                return True
            node = self.parents.get(id(node))
        return False

    def stands_alone(self, interaction: Node) -> bool:
        """Whether nothing but the interaction stands in its paragraph."""
        block = self.parents.get(id(interaction), self.body)
        while block.tag not in BLOCKS and id(block) in self.parents:
            block = self.parents[id(block)]
        if block.tag == "itemBody":
            siblings = [child for child in block.children if isinstance(child, str)]
            return not "".join(siblings).strip()
        return not (block.text.strip() and block.text.strip() != interaction.text.strip())

    def finish(self, question: Question, reader: TextReader, right: Given) -> None:
        """Add hints and the feedback that the right answer gets."""
        self.add_hints(question, reader)
        for node in self.scoring.said(right):
            question.note(self.words(reader, node))
        if self.scoring.rescored:
            why = "its scoring gives the most for another answer, which is the key now"
            question.lose("changed", "the declared correct response", why)
        if self.scoring.partial:
            question.lose("changed", "partial credit", "Pacer gives credit for parts by its own rules")
        if self.scoring.trouble:
            why = "the declared correct response is the key"
            question.lose("changed", f"response processing with {self.scoring.trouble}", why)

    def add_hints(self, question: Question, reader: TextReader) -> None:
        """Hints: what is said to those who ask for one, and infoControls."""
        usual = {id(node) for node in self.scoring.said({})}
        for node in self.item.find_all("endAttemptInteraction"):
            name = node.get("responseIdentifier")
            asked: Given = dict.fromkeys(self.scoring.processing.responses)
            for said in self.scoring.said({**asked, name: [True]}):
                text = self.words(reader, said)
                if text and id(said) not in usual and text not in question.hints:
                    question.hints.append(text)
        for node in self.item.find_all("infoControl"):
            text = reader.nodes(node.children)
            if text and text not in question.hints:
                question.hints.append(text)

    def words(self, reader: TextReader, node: Node) -> str:
        """Text of a feedback."""
        return reader.nodes(node.children, self.unseen_within)

    def unseen_within(self, node: Node) -> str | None:
        """An empty text for interactions and the like within a feedback, else None."""
        return "" if node.tag.endswith("Interaction") or node.tag in ("catalogInfo", "stylesheet") else None

    def wrong(self, reader: TextReader, name: str, right: Given) -> list[Wrong]:
        """Wrong answers to one response that have feedback of their own."""
        found = []
        for given, said in self.scoring.wrong_answers([name], right):
            text = "\n".join(filter(None, (self.words(reader, node) for node in said)))
            answer = " ".join(plain(value) for value in given[name] or [])
            if text and answer:
                found.append(Wrong(answer, text, said[0].get("identifier")))
        return found


def listed(value: Value) -> list[str]:
    """A value as texts."""
    return [plain(one) for one in value or []]
