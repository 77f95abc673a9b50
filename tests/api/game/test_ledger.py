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
from api.game.facts import GemsMoved, QuestDone, QuestsDrawn
from api.game.folding import fold
from api.game.ledger import CORRECTION, LEVEL_UP, PURCHASE, QUEST, WELCOME, correction, enter, granted, postings
from api.game.quests.quest import Quest
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

levels = st.builds(
    lambda level, ref: granted(10, LEVEL_UP, f"{ref}:level-{level}", 1)[0], st.integers(2, 9), st.uuids().map(str)
)
anything = st.lists(st.one_of(gifts, takings, levels), max_size=30)


@given(anything)
def test_the_wallet_is_never_below_zero_and_all_accounts_come_to_nothing(moved: list[GemsMoved]) -> None:
    """Any rows in any order, as after a merge of whatever accounts."""
    balances = dict.fromkeys(ACCOUNTS, 0)
    state = GameState()
    for row in moved:
        for posting in postings(row, state):
            assert posting.amount > 0
            balances[posting.debit] -= posting.amount
            balances[posting.credit] += posting.amount
        enter(state, row)
        assert state.wallet == balances["wallet"] >= 0
        assert state.forgiven == -balances["forgiven"]
    assert sum(balances.values()) == 0


@given(anything)
def test_the_wallet_is_the_sum_of_the_rows_without_what_is_voided(moved: list[GemsMoved]) -> None:
    state = GameState()
    entered(state, moved)
    counted = [row.amount - state.voided.get(row.ref, 0) for row in moved]
    signs = [(row.credit == "wallet") - (row.debit == "wallet") for row in moved]
    assert state.wallet == sum(sign * amount for sign, amount in zip(signs, counted, strict=True))
    assert sum(row.debit == "welcome" and row.ref not in state.voided for row in moved) <= 1


@given(st.lists(levels, max_size=30), st.randoms(use_true_random=False))
def test_each_level_is_paid_once_in_whatever_order(moved: list[GemsMoved], random: Any) -> None:
    state, other = GameState(), GameState()
    entered(state, moved)
    random.shuffle(moved)
    entered(other, moved)
    assert state.wallet == other.wallet == 10 * len({row.ref.rpartition("-")[2] for row in moved})


def test_a_thing_that_both_accounts_bought_is_paid_once_and_freezes_each_time() -> None:
    state = GameState(wallet=500)
    for ref, offer in (("a", "theme.ocean"), ("b", "theme.ocean"), ("c", "freeze"), ("d", "freeze")):
        for fact in rows(offer, RULES[0].gems.offers[offer], 1, ref, RULES[0]):
            fold(state, fact, 1)
    assert state.wallet == 500 - 80 - 2 * 40
    assert state.voided == {"b:theme.ocean": 80}


@given(st.lists(st.integers(0, 8), unique=True))
def test_of_the_sheets_of_a_day_as_many_quests_bring_gems_as_one_has(done: list[int]) -> None:
    state = GameState()
    for sheet in range(3):
        drawn = [Quest(id=f"q{3 * sheet + n}", kind="finishLesson", target=1, gems=5) for n in range(3)]
        fold(state, QuestsDrawn(period="day", starts="2026-03-02", quests=tuple(drawn)), 1)
    for n in done:
        fold(state, QuestDone(quest_id=f"q{n}", gems=5), 2)
        entered(state, list(granted(5, QUEST, f"q{n}", 1)))
    assert state.wallet == 5 * min(3, len(done))


def test_of_quests_with_friends_one_a_week_brings_gems() -> None:
    state = GameState()
    for ref in ("friend.7.a", "friend.7.b", "friend.14.a"):
        fold(state, QuestDone(quest_id=ref, gems=20), 1)
        entered(state, list(granted(20, QUEST, ref, 1)))
    assert (state.wallet, state.voided) == (40, {"friend.7.b": 20})


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
