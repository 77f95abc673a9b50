"""The gem ledger: double entry, never below zero.

Every row moves gems from one account to another: `mint` and `welcome` give, `shop` takes, `wallet` is the learner's,
`forgiven` stands in where the wallet has too little. A row is a fact and never changes; what it comes to is settled as
rows are entered, in the order of their effective time:

- What was given or bought already counts for nothing (`counts`): only accounts that became one hold such rows. A second
  welcome gift; a level that was paid; of the quests of a day or week, more than one sheet has; a second purchase of a
  thing that is bought for good.
- A row that takes more than the wallet holds empties it; the rest is taken from `forgiven`. So the wallet plus all
  other accounts is always zero, and the wallet is never below it.
- A purchase is refused where the wallet has too little, so forgiving is left for corrections and merged accounts.
"""

from __future__ import annotations

import msgspec

from api.game.facts import GemsMoved, Ledger
from api.game.quests import paying
from api.game.state import GameState

WELCOME, LEVEL_UP, QUEST, PURCHASE, CORRECTION = "welcome", "levelUp", "quest", "purchase", "correction"


class Posting(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a row came to: `amount` gems from `debit` to `credit`."""

    debit: Ledger
    credit: Ledger
    amount: int


def counts(state: GameState, row: GemsMoved) -> bool:
    """Whether a row gives or takes what was not given or bought already."""
    if row.debit == "welcome":
        return not state.welcomed
    if row.reason == LEVEL_UP:
        level = _level(row)
        return level > state.levels_paid or level in state.levels_open
    if row.reason == QUEST:
        return paying.is_open(state.quests, row.ref)
    return row.reason != PURCHASE or row.ref.rpartition(":")[2] not in state.owned


def postings(row: GemsMoved, state: GameState) -> tuple[Posting, ...]:
    """What a row comes to, entered into a state. One row is two postings where a part is forgiven."""
    wallet = state.wallet
    if not counts(state, row):
        return ()
    if row.debit != "wallet" or row.amount <= wallet:
        return (Posting(row.debit, row.credit, row.amount),)
    rest = Posting("forgiven", row.credit, row.amount - wallet)
    return (Posting("wallet", row.credit, wallet), rest) if wallet > 0 else (rest,)


def enter(state: GameState, row: GemsMoved) -> None:
    """Take in a row."""
    made = postings(row, state)
    for posting in made:
        state.wallet += posting.amount * ((posting.credit == "wallet") - (posting.debit == "wallet"))
        state.forgiven += posting.amount * (posting.debit == "forgiven")
    from_wallet = sum(posting.amount for posting in made if posting.debit == row.debit)
    if from_wallet != row.amount:
        state.voided = {**state.voided, row.ref: row.amount - from_wallet}
    if made:
        _note(state, row)


def _note(state: GameState, row: GemsMoved) -> None:
    """Keep of a row that counts what it was for, so that it counts once."""
    state.welcomed = state.welcomed or row.debit == "welcome"
    if row.reason == QUEST:
        paying.note(state.quests, row.ref)
    elif row.reason == LEVEL_UP:
        level = _level(row)
        between = [*state.levels_open, *range(state.levels_paid + 1, level)]
        state.levels_open = [other for other in between if other != level]
        state.levels_paid = max(state.levels_paid, level)


def _level(row: GemsMoved) -> int:
    return int(row.ref.rpartition("-")[2])


def granted(amount: int, reason: str, ref: str, rules_version: int) -> tuple[GemsMoved, ...]:
    """The row that gives gems; none for nothing."""
    debit: Ledger = "welcome" if reason == WELCOME else "mint"
    if amount <= 0:
        return ()
    return (
        GemsMoved(debit=debit, credit="wallet", amount=amount, reason=reason, ref=ref, rules_version=rules_version),
    )


def correction(state: GameState, amount: int, ref: str, rules_version: int) -> tuple[GemsMoved, ...]:
    """The rows that take gems back: what the wallet holds, and the rest from `forgiven`."""
    taken = min(state.wallet, amount)
    parts: tuple[tuple[Ledger, int], ...] = (("wallet", taken), ("forgiven", amount - taken))
    return tuple(
        GemsMoved(debit=debit, credit="mint", amount=part, reason=CORRECTION, ref=ref, rules_version=rules_version)
        for debit, part in parts
        if part > 0
    )
