"""Use cases of flags: a learner sees their own, an educator or admin sees and settles those of members."""

from __future__ import annotations

import msgspec

from api.accounts.organisations.organisation import Membership, Organisations
from api.game.choices import ChoiceService
from api.game.errors import FlagNotFoundError
from api.game.facts import FlagSettled
from api.game.fairplay.cases import Case, Cases
from api.game.fairplay.schemas import FlagCase, FlagList, FlagSettlement
from api.game.service import flag_of
from api.learners.errors import LearnerClosedError
from api.learners.states import States
from api.wire import Clock, instant, new_id

SETTLED = "flagSettled"


class FlagService:
    """Flags as people see them."""

    def __init__(
        self,
        states: States,
        cases: Cases,
        choices: ChoiceService,
        organisations: Organisations,
        clock: Clock,
    ) -> None:
        self._states = states
        self._cases = cases
        self._choices = choices
        self._organisations = organisations
        self._clock = clock

    async def own(self, learner_id: str) -> FlagList:
        """The learner's flags that are held, and what they do by the rules of today. Raises UnknownAccountError."""
        state, rules, _, _ = await self._choices.state(learner_id)
        items = tuple(flag_of(name, state.flags[name]) for name in reversed(state.flags))
        return FlagList(items=items, xp_share=rules.xp.flagged_share)

    async def of_member(self, membership: Membership) -> list[FlagCase]:
        """Flags of a member, the newest first."""
        found = await self._cases.of(membership.learner_id)
        return [await self._told(flag_id, case) for flag_id, case in reversed(found)]

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
        case, version = found
        settled = msgspec.structs.replace(
            case, outcome=settlement.outcome, settled_by=by, settled_at=self._clock(), note=settlement.note
        )
        await self._cases.settle(flag_id, settled, version)
        fact = FlagSettled(flag_id=flag_id, outcome=settlement.outcome)
        await self._choices.settle(case.learner_id, new_id(), SETTLED, lambda _: [fact])
        return await self._told(flag_id, settled)

    async def _told(self, flag_id: str, case: Case) -> FlagCase:
        return FlagCase(
            id=flag_id,
            learner_id=case.learner_id,
            kind=case.kind,
            evidence=case.evidence,
            raised_at=instant(case.at),
            until=instant(case.until),
            appeal=await self._appeal(flag_id, case.learner_id),
            outcome=case.outcome,
            settled_by=case.settled_by,
            settled_at=instant(case.settled_at) if case.settled_at else None,
            note=case.note,
        )

    async def _appeal(self, flag_id: str, learner_id: str) -> str:
        try:
            async with self._states.reading(learner_id) as learner:
                flag = learner.state.game.flags.get(flag_id)
        except LearnerClosedError:
            return ""
        return flag.appeal if flag else ""
