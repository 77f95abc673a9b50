"""Rate limits of one process."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from api.live.gcra import allowance, check_cost, decide, rate
from api.live.ports import Allowance

MAX_KEYS = 200_000
"""About 40 MB at most. Beyond it, those closest to being whole again are forgotten."""

cached_rate = lru_cache(maxsize=256)(rate)


class EmbeddedRateLimits:
    """See api.live.ports.RateLimits. `microseconds` is a clock that never steps back."""

    def __init__(self, microseconds: Callable[[], int], max_keys: int = MAX_KEYS) -> None:
        self._microseconds = microseconds
        self._max_keys = max_keys
        self._tats: dict[str, int] = {}

    async def hit(self, key: str, limit: int, window_seconds: float, cost: int = 1) -> Allowance:
        """Count a hit, if it is allowed."""
        check_cost(cost)
        wanted = cached_rate(limit, window_seconds)
        now = self._microseconds()
        allowed, tat = decide(wanted, self._tats.get(key, now), now, cost)
        if allowed:
            self._tats[key] = tat
            if len(self._tats) > self._max_keys:
                self._forget(now)
        return allowance(wanted, allowed, tat - now, cost)

    def _forget(self, now: int) -> None:
        """Drop what is whole again; if that is not a quarter, the earliest quarter of the rest."""
        self._tats = {key: tat for key, tat in self._tats.items() if tat > now}
        n_kept = self._max_keys * 3 // 4
        if len(self._tats) > n_kept:
            self._tats = dict(sorted(self._tats.items(), key=lambda item: item[1])[-n_kept:])
