"""The desk at which flags are settled, whoever sits at it: somebody of an organisation, or the operator."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec

from api.game.facts import FlagSettled
from api.game.fairplay.cases import Case, Cases
from api.game.fairplay.flags import Flag
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
        """Flags that wait for somebody, the oldest first.

        Those that nobody has settled and that have not ended or have an appeal; and those whose verdict was cut off
        before it reached the learner, until it is said again or the flag ends.
        """
        async for flag_id, case in self._cases.all():
            ended = self._clock() >= case.until
            if case.outcome and ended:
                continue
            flag = await self._flag(flag_id, case.learner_id)
            unheard = flag is not None and flag.outcome != case.outcome
            unsettled = not case.outcome and (not ended or (flag is not None and flag.appeal != ""))
            if unsettled or (case.outcome and unheard):
                yield _told(flag_id, case, flag)

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
        return _told(flag_id, case, await self._flag(flag_id, case.learner_id))

    async def _flag(self, flag_id: str, learner_id: str) -> Flag | None:
        """The flag as its learner has it; None if they left, or have many later ones."""
        try:
            async with self._states.reading(learner_id) as learner:
                return learner.state.game.flags.get(flag_id)
        except LearnerClosedError:
            return None


def _told(flag_id: str, case: Case, flag: Flag | None) -> FlagCase:
    return FlagCase(
        id=flag_id,
        learner_id=case.learner_id,
        kind=case.kind,
        evidence=case.evidence,
        raised_at=instant(case.at),
        until=instant(case.until),
        appeal=flag.appeal if flag else "",
        outcome=case.outcome,
        settled_by=case.settled_by,
        settled_at=instant(case.settled_at) if case.settled_at else None,
        note=case.note,
    )
