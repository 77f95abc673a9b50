"""Presence on Redis: a sorted set per group, scored by when a beat ends on the clock of Redis (ms)."""

from __future__ import annotations

from contextlib import suppress

from api.live.ports import LiveError
from api.live.redis.link import PREFIX, Link

PORT = "presence"

NOW = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
"""
BEAT = f"""{NOW}
local ttl = tonumber(ARGV[2])
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ttl), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], math.max(ttl, redis.call('PTTL', KEYS[1])))
"""
PRESENT = f"""{NOW}
return redis.call('ZRANGEBYSCORE', KEYS[1], string.format('(%.0f', now), '+inf')
"""


class RedisPresence:
    """See api.live.ports.Presence."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._beat, self._present = link.script(BEAT), link.script(PRESENT)

    async def beat(self, group: str, member: str, ttl_seconds: float) -> None:
        """Say that a member is here."""
        with suppress(LiveError):
            await self._link.run(PORT, self._beat, [key_of(group)], member, round(ttl_seconds * 1000))

    async def leave(self, group: str, member: str) -> None:
        """Say that a member is gone."""
        with suppress(LiveError):
            await self._link.call(PORT, lambda: self._link.client.zrem(key_of(group), member))

    async def present(self, group: str) -> frozenset[str]:
        """Everybody whose last beat still holds."""
        try:
            found: list[bytes] = await self._link.run(PORT, self._present, [key_of(group)])
        except LiveError:
            return frozenset()
        return frozenset(member.decode() for member in found)


def key_of(group: str) -> str:
    """The group's sorted set."""
    return f"{PREFIX}presence:{group}"
