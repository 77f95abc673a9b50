"""Rate limits on Redis: one script, one round trip, by the clock of Redis.

When Redis cannot be reached, each process limits on its own until it can: the service goes on, and a flood of log-ins
is still held back, by every worker for itself.
"""

from __future__ import annotations

from functools import lru_cache

from api.live.gcra import allowance, check_cost, rate
from api.live.ports import Allowance, LiveError, RateLimits
from api.live.redis.link import PREFIX, Link

PORT = "rate_limits"

# gcra.decide, by the clock of Redis.
HIT = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local tat = math.min(math.max(tonumber(redis.call('GET', KEYS[1]) or now), now), now + burst)
local later = tat + interval * ARGV[3]
if later - now > burst then return {0, tat - now} end
redis.call('SET', KEYS[1], string.format('%.0f', later), 'PX', math.ceil((later - now) / 1000))
return {1, later - now}
"""

cached_rate = lru_cache(maxsize=256)(rate)


class RedisRateLimits:
    """See api.live.ports.RateLimits."""

    def __init__(self, link: Link, alone: RateLimits) -> None:
        self._link = link
        self._alone = alone
        self._hit = link.script(HIT)

    async def hit(self, key: str, limit: int, window_seconds: float, cost: int = 1) -> Allowance:
        """Count a hit, if it is allowed."""
        check_cost(cost)
        wanted = cached_rate(limit, window_seconds)
        try:
            allowed, ahead = await self._link.run(
                PORT, self._hit, [f"{PREFIX}rate:{key}"], wanted.interval, wanted.burst, cost
            )
        except LiveError:
            return await self._alone.hit(key, limit, window_seconds, cost)
        return allowance(wanted, bool(allowed), ahead, cost)
