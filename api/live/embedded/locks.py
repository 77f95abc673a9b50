"""Locks of one process, for tasks that must not meet."""

from __future__ import annotations

from collections.abc import Callable

PURGE_AT = 10_000
"""Locks that nobody gave back are forgotten when there are this many."""


class EmbeddedKeeper:
    """See api.live.locking.Keeper.

    `seconds` is a clock that never steps back; `instant` gives microseconds since the epoch, so that tokens rise from
    one process to the next.
    """

    def __init__(self, seconds: Callable[[], float], instant: Callable[[], int]) -> None:
        self._seconds = seconds
        self._instant = instant
        self._held: dict[str, tuple[int, float]] = {}
        self._last = 0

    async def take(self, name: str, ttl_seconds: float) -> int | None:
        """The token of the new holder, or None."""
        now = self._seconds()
        if name in self._held and self._held[name][1] > now:
            return None
        if len(self._held) >= PURGE_AT:
            self._held = {name: held for name, held in self._held.items() if held[1] > now}
        self._last = max(self._last + 1, self._instant())
        self._held[name] = (self._last, now + ttl_seconds)
        return self._last

    async def keep(self, name: str, token: int, ttl_seconds: float) -> bool:
        """Begin the holder's ttl anew."""
        now = self._seconds()
        if not self._is_holder(name, token, now):
            return False
        self._held[name] = (token, now + ttl_seconds)
        return True

    async def give_back(self, name: str, token: int) -> None:
        """End it, if this is still the holder."""
        if self._is_holder(name, token, self._seconds()):
            del self._held[name]

    def _is_holder(self, name: str, token: int, now: float) -> bool:
        held, until = self._held.get(name, (0, 0.0))
        return held == token and until > now
