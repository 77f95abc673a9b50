"""Flags on a learner's work: raised, settled, appealed."""

from __future__ import annotations

import msgspec

from api.game.facts import FlagAppealTaken, FlagRaised, FlagSettled


class Flag(msgspec.Struct, gc=False):
    """A flag. It softens rewards from `at` until `until` (ms), unless it is cleared.

    `outcome` is what a person found, "" before; `appeal` is the learner's word, "" without any.
    """

    kind: str
    evidence: str
    at: int
    until: int
    outcome: str = ""
    appeal: str = ""


MAX_FLAGS = 20
"""How many of the latest flags stay in the state."""


def open_kinds(flags: dict[str, Flag], now: int) -> set[str]:
    """The kinds of the flags that soften rewards at a time (ms)."""
    return {flag.kind for flag in flags.values() if flag.outcome != "cleared" and flag.at <= now < flag.until}


def enter(flags: dict[str, Flag], fact: FlagRaised | FlagSettled | FlagAppealTaken, at: int) -> None:
    """Take in a fact about a flag; one about a flag that is not held any more changes nothing."""
    if isinstance(fact, FlagRaised):
        flags[fact.flag_id] = Flag(kind=fact.kind_of_work, evidence=fact.evidence, at=at, until=fact.until)
        while len(flags) > MAX_FLAGS:
            del flags[next(iter(flags))]
        return
    flag = flags.get(fact.flag_id)
    if flag is None:
        return
    if isinstance(fact, FlagSettled):
        flag.outcome = fact.outcome
    else:
        flag.appeal = fact.text
