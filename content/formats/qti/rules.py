"""Building blocks of response processing in QTI 3.0."""

from __future__ import annotations

from collections.abc import Sequence

from content.formats.xmltree import Node, element


def base_value(text: str, base_type: str) -> Node:
    """A literal."""
    return Node("qti-base-value", {"base-type": base_type}, [text])


def variable(name: str) -> Node:
    """A response or outcome."""
    return element("qti-variable", {"identifier": name})


def any_of(parts: Sequence[Node]) -> Node:
    """True if one part is."""
    return parts[0] if len(parts) == 1 else element("qti-or", None, *parts)


def all_of(parts: Sequence[Node]) -> Node:
    """True if all parts are."""
    return parts[0] if len(parts) == 1 else element("qti-and", None, *parts)


def matches_correct(name: str) -> Node:
    """Whether a response is the declared correct one."""
    return element("qti-match", None, variable(name), element("qti-correct", {"identifier": name}))


def string_match(name: str, text: str, case_sensitive: bool) -> Node:
    """Whether a typed text is this one."""
    attrs = {"case-sensitive": "true" if case_sensitive else "false", "substring": "false"}
    return element("qti-string-match", attrs, variable(name), base_value(text, "string"))


def when(condition: Node, *then: Node, otherwise: Sequence[Node] = ()) -> Node:
    """A condition, what follows, and what else."""
    parts = [element("qti-response-if", None, condition, *then)]
    if otherwise:
        parts.append(element("qti-response-else", None, *otherwise))
    return element("qti-response-condition", None, *parts)


def score(value: str) -> Node:
    """Set the score."""
    return element("qti-set-outcome-value", {"identifier": "SCORE"}, base_value(value, "float"))


def say(outcome: str, identifier: str) -> Node:
    """Show a feedback."""
    return element("qti-set-outcome-value", {"identifier": outcome}, base_value(identifier, "identifier"))


def add_to(outcome_name: str, identifier: str) -> Node:
    """Show a feedback beside those shown already."""
    values = element("qti-multiple", None, variable(outcome_name), base_value(identifier, "identifier"))
    return element("qti-set-outcome-value", {"identifier": outcome_name}, values)


def response(name: str, cardinality: str, base_type: str, values: Sequence[str]) -> Node:
    """A response with its correct value."""
    correct = element("qti-correct-response", None, *(Node("qti-value", {}, [value]) for value in values))
    attrs = {"identifier": name, "cardinality": cardinality, "base-type": base_type}
    return element("qti-response-declaration", attrs, *([correct] if values else []))


def outcome(name: str, base_type: str, default: str = "", *, many: bool = False) -> Node:
    """An outcome."""
    attrs = {"identifier": name, "cardinality": "multiple" if many else "single", "base-type": base_type}
    value = [element("qti-default-value", None, Node("qti-value", {}, [default]))] if default else []
    return element("qti-outcome-declaration", attrs, *value)


def feedback(outcome_name: str, identifier: str, body: Sequence[Node | str]) -> Node:
    """A feedback that an outcome shows."""
    attrs = {"outcome-identifier": outcome_name, "identifier": identifier, "show-hide": "show"}
    content = element("qti-content-body", None, element("div", None, *body))
    return element("qti-modal-feedback", attrs, content)
