"""What is right in an item of QTI 2 or 3, and what is said to which answer: its response processing tells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from content.formats.qti.processing import Processing
from content.formats.qti.search import best_of, climb
from content.formats.qti.values import UnknownRuleError, Value, plain, scalar
from content.formats.xmltree import Node

Given = dict[str, Value]


class Scoring:
    """Answers questions about one item.

    Attributes:
        processing: the item's rules.
        trouble: why the rules could not be followed; "" if they can.
        rescored: whether the rules score otherwise than the declared correct response says.
        partial: whether some answers get part of the score.
    """

    def __init__(self, item: Node) -> None:
        self.processing = Processing(item)
        self.trouble = ""
        self.rescored = False
        self.partial = False
        self._score_name = self._find_score()
        feedback = item.find_all("modalFeedback", "feedbackBlock", "feedbackInline")
        self.feedback = [node for node in feedback if node.get("showHide") != "hide"]
        self._correct: Given = {name: variable.correct for name, variable in self.processing.responses.items()}

    def _find_score(self) -> str:
        names = list(self.processing.outcomes)
        for name in names:
            if name.upper() == "SCORE":
                return name
        numeric = [name for name in names if self.processing.outcomes[name].base_type in ("float", "integer")]
        plain_names = [name for name in numeric if "max" not in name.lower() and "min" not in name.lower()]
        return plain_names[0] if plain_names else "SCORE"

    def outcomes(self, given: Given) -> Given | None:
        """Outcomes of an answer, other responses being right; None if the rules cannot be followed."""
        if not self.processing.exists or self.trouble:
            return None
        try:
            return self.processing.run({**self._correct, **given})
        except UnknownRuleError as error:
            self.trouble = str(error)
            return None

    def score(self, given: Given) -> float | None:
        """Score of an answer; None if it cannot be told."""
        outcomes = self.outcomes(given)
        if outcomes is None:
            return None
        value = outcomes.get(self._score_name)
        return float(value[0]) if value and not isinstance(value[0], str) else 0.0

    def said(self, given: Given) -> list[Node]:
        """Feedback that an answer gets."""
        outcomes = self.outcomes(given) if self.feedback else None
        if not outcomes:
            return []
        shown = []
        for node in self.feedback:
            values = outcomes.get(node.get("outcomeIdentifier")) or []
            if node.get("identifier") in [plain(value) for value in values]:
                shown.append(node)
        return shown

    def best_single(self, name: str, choices: Sequence[str]) -> set[str]:
        """Which of several single choices are right; empty if nothing says so."""
        declared = self._declared(name) & set(choices)
        scores = {choice: self.score({name: [choice]}) for choice in choices}
        right = self._best(scores, self.score({name: None}))
        if not right:
            return declared or {key for key in self._mapped(name) if key in choices}
        if declared and not declared & right:
            self.rescored = True
        return right

    def _best(self, scores: dict[str, float | None], nothing: float | None) -> set[str]:
        right, partial = best_of(scores, nothing)
        self.partial = self.partial or partial
        return right

    def best_set(self, name: str, choices: Sequence[str]) -> set[str]:
        """Which set of choices is right: the declared one, unless the rules score another higher."""
        declared = self._declared(name) & set(choices)
        start = declared or {key for key in self._mapped(name) if key in choices}
        named = [{plain(value) for value in given.get(name) or []} for given, _ in self.processing.candidates()]
        starts = [start, *(one for one in named if one and one <= set(choices))]
        scores = [self.score({name: [one for one in choices if one in begun] or None}) for begun in starts]
        if None in scores:
            return start
        begun = starts[max(range(len(starts)), key=lambda k: (scores[k] or 0.0, -k))]
        best = climb(lambda chosen: self.score({name: chosen}), choices, begun)
        if best is None:
            return start
        if declared and best != declared:
            self.rescored = True
        return best

    def best_texts(self, name: str) -> list[str]:
        """Typed answers that are right, the declared one first."""
        declared = [plain(value) for value in self._correct.get(name) or []]
        known = list(dict.fromkeys([*declared, *self._mapped(name), *self._literals(name)]))[:200]
        kind = self.processing.responses[name].base_type if name in self.processing.responses else "string"
        scores = {text: self.score({name: [scalar(text, kind)]}) for text in known}
        right = self._best(scores, self.score({name: None}))
        if not right:
            return declared or self._mapped(name)
        if declared and not right & set(declared):
            self.rescored = True
        return [text for text in known if text in right]

    def _literals(self, name: str) -> list[str]:
        found = self.processing.literals(name)
        if len(self.processing.responses) == 1:
            found += self.processing.alternatives()
        return [text for text in found if text]

    def ignores_case(self, name: str, text: str) -> bool:
        """Whether a right typed answer stays right in other capitals."""
        score = self.score({name: [text]})
        other = text.swapcase()
        if score is None:
            return bool(self.processing.responses[name].loose)
        return other == text or self.score({name: [other]}) == score

    def wrong_answers(self, names: Iterable[str], right: Given) -> list[tuple[Given, list[Node]]]:
        """Answers that the rules name and answer with feedback which the right one does not get."""
        usual = {id(node) for node in self.said(right)}
        found = []
        wanted = set(names)
        for given, outcomes in self.processing.candidates() if self.feedback else ():
            part = {name: value for name, value in given.items() if name in wanted}
            said = [node for node in self.said({**right, **part}) if id(node) not in usual] if part else []
            own = [node for node in said if node.get("identifier") in outcomes]
            if own or said:
                found.append((part, own or said))
        return found

    def _declared(self, name: str) -> set[str]:
        return {plain(value) for value in self._correct.get(name) or []}

    def _mapped(self, name: str) -> list[str]:
        variable = self.processing.responses.get(name)
        return [key for key, worth in variable.mapping.items() if worth > 0] if variable else []
