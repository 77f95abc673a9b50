"""Feedback of single choices, found by trying each: whose it is decides where it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from content.formats.kinds import Choice
from content.formats.question import Question


def share_out(question: Question, choices: Sequence[Choice], said: Mapping[str, Mapping[str, str]]) -> None:
    """Give each wrong option what is said to it alone; what all get, or the right one, is the explanation.

    Args:
        question: gets the explanation.
        choices: get their feedback.
        said: by id of the choice, the texts of its feedback by their identifiers.
    """
    right = {ident for choice in choices if choice.right for ident in said.get(choice.id, {})}
    wrong = [choice for choice in choices if not choice.right]
    shared = set.intersection(*(set(said.get(choice.id, {})) for choice in wrong)) if len(wrong) > 1 else set()
    for choice in choices:
        for ident, text in said.get(choice.id, {}).items():
            if choice.right:
                question.note(text)
            elif ident in shared and ident not in right:
                question.note(text, "feedback for any wrong answer")
    for choice in wrong:
        own = {ident: text for ident, text in said.get(choice.id, {}).items() if ident not in right | shared and text}
        if own:
            choice.feedback = "\n".join(own.values())
            choice.idea = next(iter(own))
