"""Response processing of QTI 1.2, run on answers of our own choosing."""

from __future__ import annotations

from content.formats.qti.values import UnknownRuleError, Value, number, plain
from content.formats.xmltree import Node

MAX_STEPS = 100_000
_COMPARE = ("varequal", "varlt", "varlte", "vargt", "vargte", "varsubset", "varsubstring")
Given = dict[str, Value]


class ClassicScoring:
    """The conditions of one item.

    Attributes:
        trouble: the condition that could not be followed; "" if all can.
    """

    def __init__(self, item: Node) -> None:
        self._conditions = item.find_all("respcondition")
        self._outcomes = {node.get("varname") or "SCORE": node for node in item.find_all("decvar")}
        self.trouble = ""
        self._steps = 0

    @property
    def exists(self) -> bool:
        """Whether anything is scored."""
        return any(node.find("setvar") is not None for node in self._conditions)

    def run(self, given: Given) -> tuple[float, list[str]]:
        """Score and identifiers of feedback that an answer gets."""
        score, said = 0.0, list[str]()
        for condition in self._conditions:
            holds = condition.first("conditionvar")
            try:
                if holds is None or not all(self._holds(node, given) for node in holds.nodes):
                    continue
            except UnknownRuleError as error:
                self.trouble = str(error)
                continue
            for node in condition.named("setvar"):
                score = self._set(node, score)
            said += [node.get("linkrefid") for node in condition.named("displayfeedback")]
            if condition.get("continue").lower() != "yes" and condition.get("continue"):
                break
        return score, list(dict.fromkeys(said))

    def score(self, given: Given) -> float:
        """Score of an answer."""
        return self.run(given)[0]

    def scoring_conditions(self) -> list[Node]:
        """The conditions that add to the score."""
        return [
            condition
            for condition in self._conditions
            if any(self._set(node, 0.0) > 0 for node in condition.named("setvar"))
        ]

    def values(self, name: str, *, scoring: bool = True) -> list[str]:
        """Values that the conditions compare a response with, outside of negations."""
        found: list[str] = []
        for condition in self.scoring_conditions() if scoring else self._conditions:
            found += [node.text.strip() for node in _positive(condition) if node.get("respident") in (name, "")]
        return list(dict.fromkeys(text for text in found if text))

    def bounds(self, name: str) -> tuple[list[str], list[str]]:
        """Lower and upper limits of a number that scores."""
        low, high = list[str](), list[str]()
        for condition in self.scoring_conditions():
            for node in condition.walk():
                if node.get("respident") in (name, ""):
                    low += [node.text.strip()] if node.tag in ("vargte", "vargt") else []
                    high += [node.text.strip()] if node.tag in ("varlte", "varlt") else []
        return low, high

    def _set(self, node: Node, score: float) -> float:
        name = node.get("varname") or "SCORE"
        declared = self._outcomes.get(name)
        most = number(declared.get("maxvalue"), 1.0) if declared else 1.0
        amount = number(node.text.strip(), most or 1.0 if "max" in node.text.lower() else 0.0)
        action = node.get("action").lower() or "set"
        if action == "add":
            return score + amount
        if action == "subtract":
            return score - amount
        if action == "multiply":
            return score * amount
        if action == "divide":
            return score / amount if amount else score
        return amount

    def _holds(self, node: Node, given: Given) -> bool:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise UnknownRuleError("so many conditions that they were not followed")
        tag = node.tag
        if tag == "not":
            return not all(self._holds(child, given) for child in node.nodes)
        if tag in ("and", "conditionvar"):
            return all(self._holds(child, given) for child in node.nodes)
        if tag == "or":
            return any(self._holds(child, given) for child in node.nodes)
        if tag == "other":
            return True
        if tag == "unanswered":
            return not given.get(node.get("respident"))
        if tag in _COMPARE:
            return self._compare(node, given)
        raise UnknownRuleError(f"the condition {tag!r}")

    def _compare(self, node: Node, given: Given) -> bool:
        name = node.get("respident")
        values = given.get(name) if name else next(iter(given.values()), None)
        wanted = node.text.strip()
        answers = [plain(value).strip() for value in values or []]
        index = node.get("index")
        if index.isdigit() and node.tag == "varequal":
            place = int(index) - 1
            answers = answers[place : place + 1] if place >= 0 else answers
        if node.tag in ("varequal", "varsubset"):
            if node.get("case").lower() != "yes":
                return wanted.casefold() in [answer.casefold() for answer in answers]
            return wanted in answers
        if node.tag == "varsubstring":
            return any(wanted.casefold() in answer.casefold() for answer in answers)
        return any(_ordered(node.tag, number(answer, float("nan")), number(wanted)) for answer in answers)


def _ordered(tag: str, given: float, wanted: float) -> bool:
    if tag == "varlt":
        return given < wanted
    if tag == "varlte":
        return given <= wanted
    return given > wanted if tag == "vargt" else given >= wanted


def _positive(node: Node) -> list[Node]:
    found: list[Node] = []
    for child in node.nodes:
        if child.tag in ("varequal", "varsubset"):
            found.append(child)
        elif child.tag != "not":
            found += _positive(child)
    return found
