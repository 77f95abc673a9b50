"""QTI 3.0 in the words of QTI 2: ``qti-choice-interaction max-choices`` is ``choiceInteraction maxChoices``."""

from __future__ import annotations

import re

from content.formats.xmltree import Node

_DASH = re.compile(r"-([a-z0-9])")
_KEPT = ("data-", "aria-", "xml")


def to_version_2(root: Node) -> Node:
    """The tree, changed in place; documents of QTI 2 stay as they are."""
    if not root.tag.startswith("qti-"):
        return root
    for node in root.walk():
        if node.tag.startswith("qti-"):
            node.tag = camel(node.tag[4:])
            node.attrs = {name if name.startswith(_KEPT) else camel(name): text for name, text in node.attrs.items()}
    return root


def camel(name: str) -> str:
    """``max-choices`` as ``maxChoices``."""
    return _DASH.sub(lambda match: match[1].upper(), name)


def dashed(name: str) -> str:
    """``maxChoices`` as ``max-choices``."""
    return re.sub(r"([A-Z])", lambda match: "-" + match[1].lower(), name)
