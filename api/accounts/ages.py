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


def aged(group: AgeGroup, *, unless_said: bool = False) -> Edit:
    """Gives an account that stands by itself an age group, whatever it was, or unless it has one.

    For whoever decides that for others, and for what a guest said who becomes part of an account.
    """

    def edit(account: Account) -> Account:
        kept = account.age_group if unless_said else ""
        return msgspec.structs.replace(standing(account), age_group=kept or group)

    return edit


def check_own(before: AgeGroup, after: AgeGroup) -> None:
    """Refuse a change of one's own age group that takes protection away. Raises AgeGroupKeptError."""
    if PROTECTION[after] < PROTECTION[before]:
        raise AgeGroupKeptError(
            f"the account says {before}, and cannot take that back by itself; an admin of an organisation that you"
            " belong to can, or whoever runs this server (pacer admin age)"
        )
