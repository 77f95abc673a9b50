"""Rate limits on Redis, by the clock of Redis.

Hits that come while others are on their way make up the next round trip, since most of what one costs is the trip.

When Redis cannot be reached, each process limits on its own until it can: the service goes on, and a flood of log-ins
is still held back, by every worker for itself.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import lru_cache

from api.live.gcra import Rate, allowance, check_cost, rate
from api.live.ports import Allowance, LiveError, RateLimits
from api.live.redis.link import PREFIX, Link

PORT = "rate_limits"
MAX_GROUP = 256

# gcra.decide for each key in turn; three arguments for each (interval, burst, cost), two answers (allowed, ahead).
HIT = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local answers = {}
for i, key in ipairs(KEYS) do
  local interval, burst, cost = ARGV[3 * i - 2], tonumber(ARGV[3 * i - 1]), ARGV[3 * i]
  local tat = math.min(math.max(tonumber(redis.call('GET', key) or now), now), now + burst)
  local later = tat + interval * cost
  if later - now > burst then
    answers[2 * i - 1], answers[2 * i] = 0, tat - now
  else
    redis.call('SET', key, string.format('%.0f', later), 'PX', math.ceil((later - now) / 1000))
    answers[2 * i - 1], answers[2 * i] = 1, later - now
  end
end
return answers
"""

cached_rate = lru_cache(maxsize=256)(rate)


@dataclass(frozen=True, slots=True)
class Hit:
    """A hit that waits for its round trip, and who waits for (allowed, ahead)."""

    key: str
    rate: Rate
    cost: int
    answer: asyncio.Future[tuple[int, int]]


class RedisRateLimits:
    """See api.live.ports.RateLimits."""

    def __init__(self, link: Link, alone: RateLimits) -> None:
        self._link = link
        self._alone = alone
        self._script = link.script(HIT)
        self._waiting: list[Hit] = []
        self._sending: asyncio.Task[None] | None = None

    async def hit(self, key: str, limit: int, window_seconds: float, cost: int = 1) -> Allowance:
        """Count a hit, if it is allowed."""
        check_cost(cost)
        wanted = cached_rate(limit, window_seconds)
        answer: asyncio.Future[tuple[int, int]] = asyncio.get_running_loop().create_future()
        self._waiting.append(Hit(PREFIX + "rate:" + key, wanted, cost, answer))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send())
        try:
            allowed, ahead = await answer
        except LiveError:
            return await self._alone.hit(key, limit, window_seconds, cost)
        return allowance(wanted, bool(allowed), ahead, cost)

    async def _send(self) -> None:
        """One group after the other, until nobody waits."""
        try:
            while self._waiting:
                group = self._waiting[:MAX_GROUP]
                del self._waiting[:MAX_GROUP]
                if wanted := [hit for hit in group if not hit.answer.done()]:
                    await self._send_group(wanted)
        finally:
            self._sending = None

    async def _send_group(self, group: list[Hit]) -> None:
        values = [value for hit in group for value in (hit.rate.interval, hit.rate.burst, hit.cost)]
        failure = LiveError("the trip to Redis was broken off")
        answers: list[int] = []
        try:
            answers = await self._link.run(PORT, self._script, [hit.key for hit in group], *values)
        except LiveError as error:
            failure = error
        finally:  # whatever happens, nobody is left waiting
            for i, hit in enumerate(group):
                if hit.answer.done():
                    continue
                if answers:
                    hit.answer.set_result((answers[2 * i], answers[2 * i + 1]))
                else:
                    hit.answer.set_exception(failure)
