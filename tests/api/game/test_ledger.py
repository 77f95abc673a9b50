"""The gem ledger and the shop against their public vectors, and what holds whatever is done in whatever order."""

from __future__ import annotations

import json
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.game.errors import AlreadyHeldError, NotEnoughGemsError, OfferNotFoundError, PriceChangedError
from api.game.facts import GemsMoved
from api.game.ledger import CORRECTION, PURCHASE, QUEST, WELCOME, correction, enter, granted, postings
from api.game.rules import RULES
from api.game.shop import purchase, rows
from api.game.state import GameState

RULE_FILES = Path(__file__).parents[3] / "docs" / "game-rules"
LEDGER = json.loads((RULE_FILES / "ledger.json").read_text())["vectors"]
SHOP = json.loads((RULE_FILES / "shop.json").read_text())["vectors"]
ACCOUNTS = ("wallet", "mint", "shop", "welcome", "forgiven")
WHY = {"unknown": OfferNotFoundError, "held": AlreadyHeldError, "short": NotEnoughGemsError, "price": PriceChangedError}


def entered(state: GameState, moved: list[GemsMoved]) -> list[int]:
    """What each row does to the wallet."""
    changes = []
    for row in moved:
        before = state.wallet
        enter(state, row)
        changes.append(state.wallet - before)
    return changes


@pytest.mark.parametrize("vector", LEDGER, ids=[vector["name"] for vector in LEDGER])
def test_a_public_vector_of_the_ledger_holds(vector: dict[str, Any]) -> None:
    state = GameState()
    changes = entered(state, [GemsMoved(rules_version=1, **row) for row in vector["rows"]])
    assert {"wallet": state.wallet, "forgiven": state.forgiven, "changes": changes} == vector["expected"]


@pytest.mark.parametrize("vector", SHOP, ids=[vector["name"] for vector in SHOP])
def test_a_public_vector_of_the_shop_holds(vector: dict[str, Any]) -> None:
    state = GameState(wallet=vector["wallet"], owned=dict.fromkeys(vector["owned"], 1))
    _, error = purchase(state, vector["offer"], vector["price"], vector["freezes"], RULES[0])
    assert type(error) is WHY.get(vector["expected"], type(None))


gifts = st.builds(
    GemsMoved,
    debit=st.sampled_from(["mint", "welcome"]),
    credit=st.just("wallet"),
    amount=st.integers(1, 60),
    reason=st.sampled_from([QUEST, WELCOME]),
    ref=st.uuids().map(str),
    rules_version=st.just(1),
)
takings = st.builds(
    GemsMoved,
    debit=st.just("wallet"),
    credit=st.sampled_from(["shop", "mint"]),
    amount=st.integers(1, 90),
    reason=st.sampled_from([PURCHASE, CORRECTION]),
    ref=st.uuids().map(str),
    rules_version=st.just(1),
)


@given(st.lists(st.one_of(gifts, takings), max_size=30))
def test_the_wallet_is_never_below_zero_and_all_accounts_come_to_nothing(moved: list[GemsMoved]) -> None:
    """Any rows in any order, as after a merge of whatever accounts."""
    balances = dict.fromkeys(ACCOUNTS, 0)
    state = GameState()
    for row in moved:
        for posting in postings(row, state.wallet, welcomed=state.welcomed):
            assert posting.amount > 0
            balances[posting.debit] -= posting.amount
            balances[posting.credit] += posting.amount
        enter(state, row)
        assert state.wallet == balances["wallet"] >= 0
        assert state.forgiven == -balances["forgiven"]
    assert sum(balances.values()) == 0


@given(st.lists(st.one_of(gifts, takings), max_size=30))
def test_the_wallet_is_the_sum_of_the_rows_without_what_is_voided(moved: list[GemsMoved]) -> None:
    state = GameState()
    entered(state, moved)
    counted = [row.amount - state.voided.get(row.ref, 0) for row in moved]
    signs = [(row.credit == "wallet") - (row.debit == "wallet") for row in moved]
    assert state.wallet == sum(sign * amount for sign, amount in zip(signs, counted, strict=True))
    assert sum(row.debit == "welcome" and row.ref not in state.voided for row in moved) <= 1


@given(
    st.lists(st.one_of(st.integers(1, 60), st.sampled_from([-200, -40, -80])), max_size=25),
    st.randoms(use_true_random=False),
)
def test_what_is_bought_where_it_is_there_stays_paid_whatever_arrives_late(steps: list[int], random: Any) -> None:
    """Gifts arrive late and are entered before purchases: the sum is the same, and nothing is ever forgiven."""
    live, placed = GameState(), list[tuple[int, GemsMoved]]()
    for now, step in enumerate(steps):
        if step > 0:
            (row,) = granted(step, QUEST, f"q{now}", 1)
            placed.append((random.randint(0, now), row))
            enter(live, row)
        elif step == -200:
            for row in correction(live, 30, f"c{now}", 1):
                placed.append((now, row))
                enter(live, row)
        else:
            price, error = purchase(live, "freeze" if step == -40 else "theme.forest", -step, 0, RULES[0])
            if error is None:
                moved, bought = rows("freeze", price, now, f"p{now}", RULES[0])
                placed.append((now, moved))
                enter(live, moved)
                assert bought.price == price
    again = GameState()
    totals = list(accumulate(entered(again, [row for _, row in sorted(placed, key=lambda pair: pair[0])])))
    assert all(total >= 0 for total in totals)
    assert (again.wallet, again.forgiven) == (live.wallet, live.forgiven)
    assert not again.voided
