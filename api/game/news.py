"""How rooms of the game send word to a learner who is not there. The app fills it in with notifications."""

from __future__ import annotations

from typing import Literal, Protocol

NewsKind = Literal["leagueClosing", "friendQuest"]


class Tell(Protocol):
    """Sends word to a learner, if they want that kind of it; see `NotificationService.tell`."""

    async def __call__(self, learner_id: str, kind: NewsKind, key: str, *, expires_at: int, why: str) -> bool:
        """Whether it will be sent. `key` names the same news again, `expires_at` (ms) is when it is of no use."""
        ...


class News:
    """Where word goes: nowhere, until the app fills it in."""

    def __init__(self) -> None:
        self._way: Tell | None = None

    def goes(self, way: Tell) -> None:
        """Send word this way from now on."""
        self._way = way

    async def tell(self, learner_id: str, kind: NewsKind, key: str, *, expires_at: int, why: str) -> bool:
        """Send word; whether it will be sent. Raises StoreError."""
        if self._way is None:
            return False
        return await self._way(learner_id, kind, key, expires_at=expires_at, why=why)
