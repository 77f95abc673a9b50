"""Locks on one Redis. Two may hold a lock after Redis lost it; the token tells the later one.

The token is at least the time of Redis in microseconds, so it rises even when Redis has lost the last one.
"""

from __future__ import annotations

from api.live.redis.link import PREFIX, Link

PORT = "locks"
FENCE_TTL_MS = 86_400_000

TAKE = f"""
if redis.call('EXISTS', KEYS[1]) == 1 then return false end
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local token = string.format('%.0f', math.max(now, (tonumber(redis.call('GET', KEYS[2])) or 0) + 1))
redis.call('SET', KEYS[1], token, 'PX', ARGV[1])
redis.call('SET', KEYS[2], token, 'PX', {FENCE_TTL_MS})
return tonumber(token)
"""
KEEP = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
GIVE_BACK = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""


class RedisKeeper:
    """See api.live.locking.Keeper."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._take, self._keep, self._give_back = link.script(TAKE), link.script(KEEP), link.script(GIVE_BACK)

    async def take(self, name: str, ttl_seconds: float) -> int | None:
        """The token of the new holder, or None."""
        token: int | None = await self._link.run(PORT, self._take, keys_of(name), milliseconds(ttl_seconds))
        return token

    async def keep(self, name: str, token: int, ttl_seconds: float) -> bool:
        """Begin the holder's ttl anew."""
        return bool(await self._link.run(PORT, self._keep, keys_of(name)[:1], token, milliseconds(ttl_seconds)))

    async def give_back(self, name: str, token: int) -> None:
        """End it, if this is still the holder."""
        await self._link.run(PORT, self._give_back, keys_of(name)[:1], token)


def milliseconds(seconds: float) -> int:
    """At least one."""
    return max(1, round(seconds * 1000))


def keys_of(name: str) -> tuple[str, str]:
    """The lock and its last token."""
    return f"{PREFIX}lock:{{{name}}}", f"{PREFIX}lock:{{{name}}}:token"
