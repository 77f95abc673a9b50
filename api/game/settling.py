"""Facts of the game that the server decides by itself, or its operator: an event of its own in the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from api.game.state import GameState
from api.learners.drafts import Arrival, Draft
from api.learners.events import GameSettled
from api.learners.facts import Fact
from api.learners.states import Recorded, States

DEVICE = "server"
Decide = Callable[[GameState], Iterable[Fact]]


async def settle(
    states: States, learner_id: str, event_id: str, reason: str, decide: Decide, at: int | None = None
) -> Recorded:
    """Tell the facts that `decide` gives for the state as it is then, once for an event id.

    `at` (ms) dates the event, now if nothing is said; whoever may have to say it again says the same.

    Raises:
        LearnerClosedError: the learner left, or became part of another account.
        StoreError: nothing was told.
    """
    event = GameSettled(
        client_time=states.clock() if at is None else at, zone="UTC", device_id=DEVICE, sequence=0, reason=reason
    )

    async def told(draft: Draft) -> None:
        facts = tuple(decide(draft.learner.state.game))
        draft.begin(after=draft.learner.state.last[0])
        for fact in facts:
            draft.tell(fact)

    return await states.record(learner_id, Arrival(event_id=event_id, event=event), told)
