"""The desk at which flags are settled, whoever sits at it: somebody of an organisation, or the operator."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec

from api.game.facts import FlagSettled
from api.game.fairplay.cases import Case, Cases
from api.game.fairplay.schemas import FlagCase, FlagSettlement
from api.game.settling import settle
from api.learners.errors import LearnerClosedError
from api.learners.states import States
from api.wire import Clock, instant, new_id

SETTLED = "flagSettled"


class FlagDesk:
    """Cases with what their learners say to them."""

    def __init__(self, states: States, cases: Cases, clock: Clock) -> None:
        self._states = states
        self._cases = cases
        self._clock = clock

    async def waiting(self) -> AsyncIterator[FlagCase]:
        """Flags that nobody has settled, the oldest first: those that have not ended, and those with an appeal."""
        async for flag_id, case in self._cases.all():
            if not case.outcome:
                told = await self.told(flag_id, case)
                if told.appeal or self._clock() < case.until:
                    yield told

    async def settle(self, flag_id: str, found: tuple[Case, int], by: str, settlement: FlagSettlement) -> FlagCase:
        """Write down what a person found of a case with its version; then its learner is told.

        Raises:
            VersionClashError: somebody else settled it meanwhile.
            LearnerClosedError: the learner left.
        """
        case, version = found
        settled = msgspec.structs.replace(
            case, outcome=settlement.outcome, settled_by=by, settled_at=self._clock(), note=settlement.note
        )
        await self._cases.settle(flag_id, settled, version)
        fact = FlagSettled(flag_id=flag_id, outcome=settlement.outcome)
        await settle(self._states, case.learner_id, new_id(), SETTLED, lambda _: [fact])
        return await self.told(flag_id, settled)

    async def told(self, flag_id: str, case: Case) -> FlagCase:
        """A case on the wire."""
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
