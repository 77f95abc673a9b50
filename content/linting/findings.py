"""A finding of the linter, and the list of its rules."""

from __future__ import annotations

from typing import Literal

import msgspec

from content.faults import join_pointer

Rule = Literal[
    "missing-feedback",
    "guessable",
    "longest-is-right",
    "clue-in-wording",
    "duplicate",
    "near-duplicate",
    "reading-level",
    "alt-text",
    "screen-reader",
    "keyboard",
    "colour-alone",
    "contrast",
    "time-limit",
    "time-too-short",
    "unreachable-skill",
    "difficulty-gap",
    "cycle",
]
RULES: dict[Rule, str] = {
    "missing-feedback": "A wrong answer is told nothing but that it is wrong.",
    "guessable": "The right answer is guessed too often.",
    "longest-is-right": "The longest option is the right one.",
    "clue-in-wording": "The wording tells which option is right.",
    "duplicate": "Two items ask the same.",
    "near-duplicate": "Two items ask nearly the same.",
    "reading-level": "The words are harder than the task.",
    "alt-text": "Who does not see a picture is not told what it shows.",
    "screen-reader": "What is read aloud is not what is meant.",
    "keyboard": "The item asks for a pointer.",
    "colour-alone": "Only colour tells things apart.",
    "contrast": "A picture is too faint.",
    "time-limit": "A limit of time cannot be extended.",
    "time-too-short": "Reading alone takes longer than the expected time.",
    "unreachable-skill": "A skill can never be reached.",
    "difficulty-gap": "Between two difficulties there is nothing.",
    "cycle": "Skills need each other.",
}


class LintFinding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that could be better.

    Attributes:
        where: JSON Pointer into the course, elements named by their ids: "/items/oceans/options/b".
        why: what was found, with the figure behind it.
        how: what to do about it.
        also: the other place, for findings about two.
    """

    rule: Rule
    where: str
    why: str
    how: str
    also: str = ""


def at(name: str, *steps: str | int) -> str:
    """A pointer into an item."""
    return join_pointer("/items", name, *steps)
