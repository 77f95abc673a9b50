"""The shop: freezes and looks for gems. Gems are earned by learning alone, and nothing here is sold for money.

What makes XP or quests worth more is not on offer: boosts are earned by quests.
"""

from __future__ import annotations

from collections.abc import Iterable

from api.game.copy import COPY
from api.game.errors import AlreadyHeldError, NotEnoughGemsError, OfferNotFoundError, PriceChangedError
from api.game.facts import Bought, GemsMoved
from api.game.folding import FREEZE
from api.game.ledger import PURCHASE
from api.game.rules import GameRules
from api.game.state import GameState
from api.plurals import counted


def offers(rules: GameRules) -> Iterable[tuple[str, str, int]]:
    """Id, English words and price of each offer, the cheapest first."""
    ranked = sorted(rules.gems.offers.items(), key=lambda offer: (offer[1], offer[0]))
    return [(name, COPY.get(f"offer.{name}", name), price) for name, price in ranked]


def refusal(state: GameState, offer: str, freezes: int, rules: GameRules) -> Exception | None:
    """Why an offer cannot be bought by who holds so many freezes; None if it can.

    One of OfferNotFoundError, AlreadyHeldError, NotEnoughGemsError.
    """
    price = rules.gems.offers.get(offer)
    if price is None:
        return OfferNotFoundError(f"the shop has no offer {offer!r}; it has {', '.join(sorted(rules.gems.offers))}")
    if offer == FREEZE and freezes >= rules.streak.max_freezes:
        return AlreadyHeldError(
            f"{counted(freezes, 'freeze is', 'freezes are')} held, and no more than {rules.streak.max_freezes} can be"
        )
    if offer != FREEZE and offer in state.owned:
        return AlreadyHeldError(f"{offer} is owned already")
    if state.wallet < price:
        return NotEnoughGemsError(f"{offer} costs {counted(price, 'gem')}, and the wallet holds {state.wallet}")
    return None


def purchase(
    state: GameState, offer: str, seen_price: int, freezes: int, rules: GameRules
) -> tuple[int, Exception | None]:
    """The price of an offer, and why it cannot be bought: as `refusal`, or PriceChangedError."""
    error = refusal(state, offer, freezes, rules)
    price = rules.gems.offers.get(offer, 0)
    if not isinstance(error, OfferNotFoundError) and price != seen_price:
        error = PriceChangedError(f"{offer} costs {counted(price, 'gem')} now, not {seen_price}; nothing was bought")
    return price, error


def rows(offer: str, price: int, day: int, ref: str, rules: GameRules) -> tuple[GemsMoved, Bought]:
    """What a purchase comes to, on a local date (an ordinal). `ref:offer` names it in the ledger."""
    moved = GemsMoved(
        debit="wallet", credit="shop", amount=price, reason=PURCHASE, ref=f"{ref}:{offer}", rules_version=rules.version
    )
    return moved, Bought(offer=offer, price=price, day=day)
