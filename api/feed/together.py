"""The quests that a learner shares with friends, as far as a live view has told them."""

from __future__ import annotations

from api.feed.schemas import FriendQuestMoved
from api.game.friends.schemas import SharedQuestView
from api.game.friends.service import FriendService
from api.wire import Clock

PAUSE_MS = 2_000
"""However often a view is woken, it looks so seldom; what came in between it finds when it is woken next, or at the
heartbeat after."""


class Together:
    """What was told of one learner's shared quests. It begins by looking, and tells what changes from then on."""

    def __init__(self, friends: FriendService, learner_id: str, clock: Clock) -> None:
        self._friends = friends
        self._learner_id = learner_id
        self._clock = clock
        self._told: dict[str, SharedQuestView] | None = None
        self._looked_at = 0
        self._behind = True

    async def news(self, *, rang: bool) -> list[FriendQuestMoved]:
        """What moved since, if the view was woken since it last looked. Raises AccountError, StoreError."""
        self._behind |= rang
        now = self._clock()
        if not self._behind or (self._told is not None and 0 <= now - self._looked_at < PAUSE_MS):
            return []
        found = await self._friends.quests(self._learner_id)
        before, self._told = self._told, found
        self._looked_at, self._behind = now, False
        if before is None:
            return []
        return [moved(ref, quest) for ref, quest in found.items() if before.get(ref, quest) != quest]


def moved(ref: str, quest: SharedQuestView) -> FriendQuestMoved:
    """A shared quest on the wire."""
    return FriendQuestMoved(friend_id=ref, target=quest.target, yours=quest.yours, theirs=quest.theirs, done=quest.done)
