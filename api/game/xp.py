"""Experience points: paid for learning, not for clicks. Rules, version 1.

``xp = round(1.6 * score * difficulty * information * repeats * hints)``, at least 0, where

- ``difficulty = 1 + d / 4`` for an item of difficulty d logits, d clipped to [-2, 2];
- ``information = 1/2 + 4 g``, at most 7/5, g being what the belief gained: the rise of the believed probability of
  mastery, summed over the item's skills, 0 for one that fell;
- ``repeats = 0.85 ** n`` after n rewarded answers to the skill on the same local day;
- ``hints = 1 - h / 4`` with h hints seen, at least 1/4.

A rapid guess earns nothing. An answer is one when it took less than 10 % of the time the item is expected to need, and
less than 10 s. Source: Wise & Ma (2012), normative threshold method NT10, with the author's expected time for the
average one.
"""

from __future__ import annotations

from math import floor

import msgspec

RULES_VERSION = 1
BASE_XP = 1.6
MAX_INFORMATION = 1.4
RAPID_SHARE = 0.1
RAPID_CAP_SECONDS = 10.0


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What XP depends on.

    Attributes:
        score: in [0, 1].
        difficulty: of the item, logits.
        information: what the belief gained, at least 0.
        repeats: rewarded answers to the skill on the same local day, before this one.
        seconds, expected_seconds: time taken, and time the item is expected to need.
        hints: seen before the answer.
        practice: a further answer to the same decision.
    """

    score: float
    difficulty: float
    information: float
    repeats: int
    seconds: float
    expected_seconds: float
    hints: int = 0
    practice: bool = False


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """XP with the reasons for the amount, as stable codes."""

    amount: int
    reasons: tuple[str, ...]


def is_rapid(seconds: float, expected_seconds: float) -> bool:
    """Whether an answer came too fast to have been thought about."""
    return seconds < min(RAPID_CAP_SECONDS, RAPID_SHARE * expected_seconds)


def grant(attempt: Attempt) -> Grant:
    """The XP that an attempt earns, a whole number of at least 0."""
    if attempt.practice:
        return Grant(amount=0, reasons=("practice",))
    if attempt.score <= 0.0:
        return Grant(amount=0, reasons=("notYet",))
    if is_rapid(attempt.seconds, attempt.expected_seconds):
        return Grant(amount=0, reasons=("rapidGuess",))
    difficulty = 1.0 + min(2.0, max(-2.0, attempt.difficulty)) / 4.0
    information = min(MAX_INFORMATION, 0.5 + 4.0 * max(0.0, attempt.information))
    raw = BASE_XP * attempt.score * difficulty * information * 0.85**attempt.repeats * _hint_share(attempt.hints)
    return Grant(amount=floor(raw + 0.5), reasons=_reasons(attempt, information))


def _hint_share(hints: int) -> float:
    return max(0.25, 1.0 - hints / 4.0)


def _reasons(attempt: Attempt, information: float) -> tuple[str, ...]:
    reasons = ["correct" if attempt.score >= 1.0 else "partlyCorrect"]
    if information >= 1.0:
        reasons.append("newGround")
    if attempt.repeats:
        reasons.append("repeatedToday")
    if attempt.hints:
        reasons.append("hintsUsed")
    return tuple(reasons)
