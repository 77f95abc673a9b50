"""Use cases of flags: a learner sees their own, an educator or admin sees and settles those of members."""

from __future__ import annotations

from api.accounts.organisations.organisation import Membership, Organisations
from api.game.choices import ChoiceService
from api.game.errors import FlagNotFoundError
from api.game.fairplay.cases import Cases
from api.game.fairplay.desk import FlagDesk
from api.game.fairplay.schemas import FlagCase, FlagList, FlagSettlement
from api.game.service import flag_of


class FlagService:
    """Flags as people see them."""

    def __init__(
        self,
        desk: FlagDesk,
        cases: Cases,
        choices: ChoiceService,
        organisations: Organisations,
    ) -> None:
        self._desk = desk
        self._cases = cases
        self._choices = choices
        self._organisations = organisations

    async def own(self, learner_id: str) -> FlagList:
        """The learner's flags that are held, and what they do by the rules of today. Raises UnknownAccountError."""
        state, rules, _, _ = await self._choices.state(learner_id)
        items = tuple(flag_of(name, state.flags[name]) for name in reversed(state.flags))
        return FlagList(items=items, xp_share=rules.xp.flagged_share)

    async def of_member(self, membership: Membership) -> list[FlagCase]:
        """Flags of a member, the newest first."""
        found = await self._cases.of(membership.learner_id)
        return [await self._desk.told(flag_id, case) for flag_id, case in reversed(found)]

    async def settle(self, organisation_id: str, flag_id: str, by: str, settlement: FlagSettlement) -> FlagCase:
        """Say what a person found of a member's flag. Said again, the last word holds; each is in the journal.

        Raises:
            FlagNotFoundError: there is no such flag of a member of the organisation, or it is one's own.
            VersionClashError: somebody else settled it meanwhile.
        """
        found = await self._cases.get(flag_id)
        member = found and await self._organisations.membership(organisation_id, found[0].learner_id)
        if found is None or member is None or found[0].learner_id == by:
            raise FlagNotFoundError(f"there is no flag {flag_id} of another member of this organisation")
        return await self._desk.settle(flag_id, found, by, settlement)
