"""Experience points: paid for learning, not for clicks. The numbers are those of `XpRules`.

``xp = round(base * score * difficulty * information * repeats * hints * time)``, at least 0, where

- ``base`` is 1.6, from version 2 of the rules on 2.0;
- ``difficulty = 1 + d / 4`` for an item of difficulty d logits, d clipped to [-2, 2];
- ``information = 1/2 + 4 g``, from version 2 on ``1/5 + 5 g``, at most 7/5, g being what the belief gained: the rise of
  the believed probability of mastery, summed over the item's skills, 0 for one that fell;
- ``repeats = 0.85 ** n`` after n rewarded answers to the skill on the same local day;
- ``hints = 1 - h / 4`` with h hints seen, at least 1/4;
- ``time = (t / (e / 2)) ** 3`` from version 2 on, for an answer after t seconds where e are expected and t is less than
  half of them; else 1.

Under version 1 guesses, and answers that somebody else had found, paid more a minute than learning did, and so did easy
items with a clock that was turned; version 2 ends that (`pacer evaluate game`, docs/game.md).

A rapid guess earns nothing. An answer is one when it took less than 10 % of the time the item is expected to need, and
less than 10 s. Source: Wise & Ma (2012), normative threshold method NT10, with the author's expected time for the
average one.
"""

from __future__ import annotations

from math import floor

import msgspec

from api.game.rules import RULES, XpRules

SHIPPED = RULES[0].xp
BASE_XP, MAX_INFORMATION = SHIPPED.base, SHIPPED.max_information


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


def is_rapid(seconds: float, expected_seconds: float, rules: XpRules = SHIPPED) -> bool:
    """Whether an answer came too fast to have been thought about."""
    return seconds < min(rules.rapid_cap_seconds, rules.rapid_share * expected_seconds)


def grant(attempt: Attempt, rules: XpRules = SHIPPED) -> Grant:
    """The XP that an attempt earns, a whole number of at least 0."""
    if attempt.practice:
        return Grant(amount=0, reasons=("practice",))
    if attempt.score <= 0.0:
        return Grant(amount=0, reasons=("notYet",))
    if is_rapid(attempt.seconds, attempt.expected_seconds, rules):
        return Grant(amount=0, reasons=("rapidGuess",))
    difficulty = 1.0 + min(2.0, max(-2.0, attempt.difficulty)) / 4.0
    information = min(rules.max_information, rules.known + rules.gain * max(0.0, attempt.information))
    raw = (
        rules.base
        * attempt.score
        * difficulty
        * information
        * rules.repeat_share**attempt.repeats
        * _hint_share(attempt.hints)
        * _time_share(attempt, rules)
    )
    return Grant(amount=floor(raw + 0.5), reasons=_reasons(attempt, information, rules))


def _hint_share(hints: int) -> float:
    return max(0.25, 1.0 - hints / 4.0)


def _time_share(attempt: Attempt, rules: XpRules) -> float:
    usual = rules.quick_share * attempt.expected_seconds
    return 1.0 if attempt.seconds >= usual else (attempt.seconds / usual) ** 3


def _reasons(attempt: Attempt, information: float, rules: XpRules) -> tuple[str, ...]:
    reasons = ["correct" if attempt.score >= 1.0 else "partlyCorrect"]
    if information >= 1.0:
        reasons.append("newGround")
    if attempt.repeats:
        reasons.append("repeatedToday")
    if attempt.hints:
        reasons.append("hintsUsed")
    if _time_share(attempt, rules) < 1.0:
        reasons.append("quickAnswer")
    return tuple(reasons)
