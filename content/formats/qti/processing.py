"""Response processing of QTI 2 and 3, run on answers of our own choosing to find out what is right and what is said.

The standard templates and hand-written rules take the same way. What is not understood raises, and the caller
falls back on the declared correct response.
"""

from __future__ import annotations

import math

from content.formats.qti.values import (
    ARITHMETIC,
    COMPARE,
    UnknownRuleError,
    Value,
    Variable,
    close,
    declaration,
    fits,
    floats,
    mapped,
    number,
    same,
    scalar,
)
from content.formats.xmltree import Node

MAX_STEPS = 100_000
MAX_CANDIDATES = 200
_TEMPLATES = ("match_correct", "map_response_point", "map_response", "cc2_match_basic", "cc2_match", "cc2_map_response")


class _ExitError(Exception):
    """exitResponse."""


class Processing:
    """The rules of one item.

    Attributes:
        responses, outcomes: declared variables.
    """

    def __init__(self, item: Node) -> None:
        self.responses = {node.get("identifier"): declaration(node) for node in item.named("responseDeclaration")}
        self.outcomes = {node.get("identifier"): declaration(node) for node in item.named("outcomeDeclaration")}
        for node in item.named("outcomeDeclaration"):
            self.outcomes[node.get("identifier")].table = {
                entry.get("sourceValue"): entry.get("targetValue")
                for entry in node.find_all("matchTableEntry", "interpolationTableEntry")
            }
        self._rules = item.first("responseProcessing")
        self._steps = 0
        self._given: dict[str, Value] = {}
        self._state: dict[str, Value] = {}

    @property
    def exists(self) -> bool:
        """Whether the item says how it is scored."""
        return self._rules is not None and bool(self._rules.nodes or self._template())

    def run(self, given: dict[str, Value]) -> dict[str, Value]:
        """Outcomes of an answer; responses that are not given are NULL.

        Raises:
            UnknownRuleError: a rule is not understood, or there are too many steps.
        """
        self._given = given
        self._state = {name: variable.default for name, variable in self.outcomes.items()}
        for name, variable in self.outcomes.items():
            if variable.default is None and variable.base_type in ("float", "integer"):
                self._state[name] = [0.0]
        if self._rules is None:
            raise UnknownRuleError("no response processing")
        template = self._template()
        if template and not self._rules.nodes:
            self._run_template(template)
            return self._state
        try:
            self._all(self._rules.nodes)
        except _ExitError:
            return self._state
        return self._state

    def numbers(self) -> list[float]:
        """All numbers that the rules name, in order of size."""
        nodes = self._rules.find_all("baseValue") if self._rules else []
        values = (scalar(node.text, "float") for node in nodes)
        return sorted({value for value in values if isinstance(value, float)})

    def alternatives(self) -> list[str]:
        """Words of all patterns that list alternatives."""
        patterns = [node.get("pattern") for node in self._rules.find_all("patternMatch")] if self._rules else []
        bare = [pattern.removeprefix("^").removesuffix("$").strip("()") for pattern in patterns]
        return [word for pattern in bare for word in pattern.split("|")]

    def candidates(self) -> list[tuple[dict[str, Value], set[str]]]:
        """Answers that the conditions ask about, each as far as its condition names it, and the outcomes these set."""
        if self._rules is None:
            return []
        found: list[tuple[dict[str, Value], set[str]]] = []
        for branch in self._rules.find_all("responseIf", "responseElseIf"):
            given: dict[str, Value] = {}
            for node in branch.nodes[0].walk() if branch.nodes else ():
                self._gather(node, given)
            if given and len(found) < MAX_CANDIDATES:
                rules = [rule for rule in branch.nodes[1:] if rule.tag == "setOutcomeValue"]
                set_to = {value.text.strip() for rule in rules for value in rule.find_all("baseValue")}
                found.append((given, set_to))
        return found

    def literals(self, name: str) -> list[str]:
        """Texts that the rules compare a response with."""
        found: list[str] = []
        for node in self._rules.walk() if self._rules else ():
            if any(child.get("identifier") == name for child in node.named("variable")):
                boxes = [node, *node.named("multiple", "ordered")]
                found += [child.text for box in boxes for child in box.named("baseValue")]
        return [text for text in dict.fromkeys(found) if text.strip()][:MAX_CANDIDATES]

    def _gather(self, node: Node, given: dict[str, Value]) -> None:
        names = [child.get("identifier") for child in node.named("variable")]
        if node.tag not in ("match", "stringMatch", "equal", "member", "contains") or len(names) != 1:
            return
        literals = node.named("baseValue") + [
            child for box in node.named("multiple", "ordered") for child in box.named("baseValue")
        ]
        values = [scalar(child.text, child.get("baseType")) for child in literals]
        if names[0] in self.responses and values:
            kept = given.get(names[0]) if node.tag in ("member", "contains") else None
            given[names[0]] = [*(kept or []), *values]

    def tolerances(self) -> list[tuple[str, list[float]]]:
        """Modes and tolerances of all `equal` rules that are not exact."""
        nodes = self._rules.find_all("equal") if self._rules else []
        return [
            (node.get("toleranceMode"), [number(part) for part in node.get("tolerance").split()])
            for node in nodes
            if node.get("toleranceMode") in ("absolute", "relative")
        ]

    def _template(self) -> str:
        rules = self._rules
        place = (rules.get("template") or rules.get("templateLocation")).lower() if rules else ""
        return next((name for name in _TEMPLATES if name in place), place)

    def _run_template(self, template: str) -> None:
        if template not in _TEMPLATES or template == "map_response_point":
            raise UnknownRuleError(f"the response processing template {template[:80]!r}")
        name = "RESPONSE" if "RESPONSE" in self.responses else next(iter(self.responses), "")
        variable = self.responses.get(name, Variable())
        if "map" in template:
            score = mapped(variable, self._given.get(name))
        else:
            score = float(same(self._given.get(name), variable.correct, variable.cardinality, variable.base_type))
        self._state["SCORE"] = [score]
        self._state.setdefault("FEEDBACK", None)
        if template.startswith("cc2"):
            self._state["FEEDBACKBASIC"] = ["correct" if score > 0 else "incorrect"]

    def _all(self, rules: list[Node]) -> None:
        for rule in rules:
            self._rule(rule)

    def _rule(self, rule: Node) -> None:
        self._step()
        tag = rule.tag
        if tag == "setOutcomeValue":
            values = rule.nodes
            self._state[rule.get("identifier")] = self._value(values[0]) if values else None
        elif tag == "responseCondition":
            self._condition(rule)
        elif tag in ("responseProcessingFragment", "outcomeProcessingFragment"):
            self._all(rule.nodes)
        elif tag in ("exitResponse", "exitTest"):
            raise _ExitError
        elif tag == "lookupOutcomeValue":
            self._lookup(rule)
        else:
            raise UnknownRuleError(f"the rule {tag!r}")

    def _condition(self, rule: Node) -> None:
        for branch in rule.nodes:
            if branch.tag == "responseElse":
                self._all(branch.nodes)
                return
            if branch.tag in ("responseIf", "responseElseIf") and branch.nodes and self._true(branch.nodes[0]):
                self._all(branch.nodes[1:])
                return

    def _lookup(self, rule: Node) -> None:
        name = rule.get("identifier")
        table = self.outcomes.get(name, Variable()).table
        value = self._value(rule.nodes[0]) if rule.nodes else None
        for source, target in table.items():
            if value and isinstance(value[0], float) and number(source, math.nan) == value[0]:
                self._state[name] = [scalar(target, self.outcomes[name].base_type)]
                return
        raise UnknownRuleError("a lookup of an outcome")

    def _step(self) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise UnknownRuleError("so many rules that they were not followed")

    def _true(self, node: Node) -> bool:
        value = self._value(node)
        return bool(value and value[0] is True)

    def _value(self, node: Node) -> Value:
        self._step()
        tag = node.tag
        if tag == "baseValue":
            return [scalar(node.text, node.get("baseType"))]
        if tag == "variable":
            return self._variable(node.get("identifier"))
        if tag == "null":
            return None
        if tag in ("correct", "default", "mapResponse"):
            return self._of_declaration(tag, node.get("identifier"))
        if tag in ("and", "or", "not", "anyN"):
            return [self._logic(node)]
        parts = [self._value(child) for child in node.nodes]
        if tag in ARITHMETIC:
            return self._arithmetic(tag, parts)
        if tag == "patternMatch":
            return [fits(node.get("pattern"), str(parts[0][0]))] if parts and parts[0] else None
        if tag == "isNull":
            return [not parts[0] or parts[0] == [""]] if parts else [True]
        if tag in ("multiple", "ordered"):
            return [one for part in parts for one in part or []] or None
        return self._pair(node, parts)

    def _variable(self, name: str) -> Value:
        if name in self._state:
            return self._state[name]
        if name in self._given:
            return self._given[name]
        if name in self.responses:
            return None
        if name in ("completionStatus", "numAttempts", "duration"):
            return [1.0] if name == "numAttempts" else ["unknown"]
        raise UnknownRuleError(f"the variable {name!r}")

    def _of_declaration(self, tag: str, name: str) -> Value:
        variable = self.responses.get(name) or self.outcomes.get(name)
        if variable is None:
            raise UnknownRuleError(f"the variable {name!r}")
        if tag == "mapResponse":
            return [mapped(variable, self._given.get(name))]
        return variable.correct if tag == "correct" else variable.default

    def _logic(self, node: Node) -> bool:
        tag = node.tag
        if tag == "not":
            return bool(node.nodes) and not self._true(node.nodes[0])
        truths = [self._true(child) for child in node.nodes]
        if tag == "anyN":
            return number(node.get("min")) <= sum(truths) <= number(node.get("max"), math.inf)
        return all(truths) if tag == "and" else any(truths)

    def _arithmetic(self, tag: str, parts: list[Value]) -> Value:
        if any(part is None for part in parts):
            return None
        values = floats(parts)
        try:
            result = ARITHMETIC[tag](values)
        except (IndexError, ValueError, OverflowError):
            raise UnknownRuleError(f"{tag!r} of {len(values)} numbers") from None
        return None if result is None or not math.isfinite(result) else [result]

    def _pair(self, node: Node, parts: list[Value]) -> Value:
        """Operators of two values."""
        tag = node.tag
        if tag == "containerSize":
            return [float(len(parts[0] or []))] if parts else [0.0]
        if len(parts) != 2:
            raise UnknownRuleError(f"the expression {tag!r}")
        left, right = parts
        if tag == "match":
            names = [child.get("identifier") for child in node.nodes]
            known = next((self.responses[name] for name in names if name in self.responses), Variable(base_type=""))
            return [same(left, right, known.cardinality, known.base_type)]
        if not left or not right:
            return [False] if tag in ("member", "contains") else None
        if tag == "member":
            return [any(same(left, [one]) for one in right)]
        if tag == "contains":
            return [all(any(same([one], [other]) for other in left) for one in right)]
        if tag == "delete":
            return [one for one in right if not same(left, [one])] or None
        return self._compare(node, left, right)

    def _compare(self, node: Node, left: list[str | float | bool], right: list[str | float | bool]) -> Value:
        tag, a, b = node.tag, left[0], right[0]
        if tag in ("stringMatch", "substring"):
            one, other = str(a), str(b)
            if node.get("caseSensitive", "true") == "false":
                one, other = one.casefold(), other.casefold()
            inside = tag == "substring" or node.get("substring") == "true"
            return [one in other if tag == "substring" else other in one if inside else one == other]
        if tag in ("equal", "equalRounded", *COMPARE):
            x, y = floats([[a], [b]])
            if tag == "equal":
                tolerance = [number(part) for part in node.get("tolerance").split()]
                return [close(x, y, node.get("toleranceMode") or "exact", tolerance)]
            if tag == "equalRounded":
                figures = int(number(node.get("figures"), 3))
                return [_rounded(x, figures, node) == _rounded(y, figures, node)]
            return [COMPARE[tag](x, y)]
        raise UnknownRuleError(f"the expression {tag!r}")


def _rounded(value: float, figures: int, node: Node) -> float:
    if node.get("roundingMode") == "decimalPlaces":
        return round(value, max(0, min(figures, 15)))
    return float(f"{value:.{max(0, min(figures, 15) - 1)}e}")
