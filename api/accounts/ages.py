"""Age groups: learners say their own, and may ask for more protection by themselves, but never for less.

Whoever once said that they are under 18 would lose quiet hours, a softened game, and friends by both codes alone, if
they could take it back. So an admin of an organisation that they belong to does, or the operator.
"""

from __future__ import annotations

import msgspec

from api.accounts.account import Account, Edit, standing
from api.accounts.errors import AgeGroupKeptError
from api.game.facts import AgeGroup

PROTECTION: dict[AgeGroup, int] = {"": 0, "adult": 0, "under18": 1, "under13": 2}
"""How much an age group protects."""


def aged(group: AgeGroup) -> Edit:
    """Gives an account that stands by itself an age group, whatever it was: for whoever decides that for others."""

    def edit(account: Account) -> Account:
        return msgspec.structs.replace(standing(account), age_group=group)

    return edit


def check_own(before: AgeGroup, after: AgeGroup) -> None:
    """Refuse a change of one's own age group that takes protection away. Raises AgeGroupKeptError."""
    if PROTECTION[after] < PROTECTION[before]:
        raise AgeGroupKeptError(
            f"the account says {before}, and cannot take that back by itself; an admin of an organisation that you"
            " belong to can, or whoever runs this server (pacer admin age)"
        )


def joined(guest: AgeGroup) -> Edit:
    """Gives an account what a guest said who becomes part of it, where that protects more or the account says nothing.

    Else merging would take back what one cannot take back oneself, and let the friends of a child come along.
    """

    def edit(account: Account) -> Account:
        own = account.age_group
        takes = PROTECTION[guest] > PROTECTION[own] or not own
        return msgspec.structs.replace(standing(account), age_group=guest if takes else own)

    return edit
