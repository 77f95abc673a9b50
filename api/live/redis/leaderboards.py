"""Leaderboards on Redis.

A board is a sorted set, scored by minus the points, whose elements begin with the instant in 16 digits: Redis orders
equal scores by element, so its own order is the board's. A hash tells each member's instant, and so its element;
another the version of the last report. The keys of a board carry the same hash tag.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Sequence
from typing import Any, cast

from api.live.ports import Entry, Move, Report, Standing
from api.live.redis.link import PREFIX, Link
from api.live.scores import BOARD_TTL_SECONDS, check_entry, check_window

PORT = "leaderboards"
MAX_REPORTS = 256
"""In one round trip."""

FIND = """
local function find(member)
  local at = redis.call('HGET', KEYS[2], member)
  local score = at and redis.call('ZSCORE', KEYS[1], at .. ':' .. member)
  if score then return at, -tonumber(score) end
end
"""
PUT = """
local function put(member, score, at)
  local old = redis.call('HGET', KEYS[2], member)
  if old then redis.call('ZREM', KEYS[1], old .. ':' .. member) end
  redis.call('ZADD', KEYS[1], string.format('%.0f', -score), at .. ':' .. member)
  redis.call('HSET', KEYS[2], member, at)
  redis.call('HDEL', KEYS[3], member)
end
local function keep(seconds)
  for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, seconds) end
end
"""
STANDING = """
local function standing(member, score, at)
  return {redis.call('ZRANK', KEYS[1], at .. ':' .. member), string.format('%.0f', score)}
end
"""

ADD = f"""{FIND}{PUT}{STANDING}
local member, delta, at = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local old_at, score = find(member)
if old_at and delta == 0 then return standing(member, score, old_at) end
if delta == 0 then at = string.rep('0', 16) end
if old_at and old_at > at then at = old_at end
score = (score or 0) + delta
put(member, score, at)
keep(ARGV[4])
return standing(member, score, at)
"""
SET = f"""{PUT}{STANDING}
put(ARGV[1], tonumber(ARGV[2]), ARGV[3])
keep(ARGV[4])
return standing(ARGV[1], tonumber(ARGV[2]), ARGV[3])
"""
REPLACE = f"""{PUT}
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3])
for i = 2, #ARGV, 3 do put(ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2]) end
keep(ARGV[1])
"""
RANK = f"""{FIND}{STANDING}
local at, score = find(ARGV[1])
if at then return standing(ARGV[1], score, at) end
return false
"""
AROUND = f"""{FIND}
local at = find(ARGV[1])
if not at then return false end
local rank = redis.call('ZRANK', KEYS[1], at .. ':' .. ARGV[1])
local first = math.max(0, rank - ARGV[2])
return {{first, redis.call('ZRANGE', KEYS[1], first, rank + ARGV[2], 'WITHSCORES')}}
"""
REMOVE = f"""{FIND}
local at = find(ARGV[1])
if not at then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[1])
return redis.call('ZREM', KEYS[1], at .. ':' .. ARGV[1])
"""
# Three keys and four arguments for each report (member, score, at, version), two answers (ranks from 0, -1 for none).
REPORT = """
local answers = {}
for i = 1, #KEYS / 3 do
  local order, ats, versions = KEYS[3 * i - 2], KEYS[3 * i - 1], KEYS[3 * i]
  local member, score, at, version = ARGV[4 * i - 2], ARGV[4 * i - 1], ARGV[4 * i], ARGV[4 * i + 1]
  local old = redis.call('HGET', ats, member)
  local before = old and redis.call('ZRANK', order, old .. ':' .. member)
  local known = before and tonumber(redis.call('HGET', versions, member) or -1) >= tonumber(version)
  if not known then
    if old then redis.call('ZREM', order, old .. ':' .. member) end
    redis.call('ZADD', order, string.format('%.0f', -score), at .. ':' .. member)
    redis.call('HSET', ats, member, at)
    redis.call('HSET', versions, member, version)
    for _, key in ipairs({order, ats, versions}) do redis.call('EXPIRE', key, ARGV[1]) end
    old = at
  end
  answers[2 * i - 1], answers[2 * i] = before or -1, redis.call('ZRANK', order, old .. ':' .. member)
end
return answers
"""


def keys_of(board: str) -> tuple[str, str, str]:
    """The sorted set and the hashes."""
    return f"{PREFIX}board:{{{board}}}:order", f"{PREFIX}board:{{{board}}}:at", f"{PREFIX}board:{{{board}}}:version"


class RedisLeaderboards:
    """See api.live.ports.Leaderboards."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._add, self._set, self._replace = link.script(ADD), link.script(SET), link.script(REPLACE)
        self._report = link.script(REPORT)
        self._rank, self._around, self._remove = link.script(RANK), link.script(AROUND), link.script(REMOVE)

    async def add(self, board: str, member: str, delta: int, at: int) -> Standing:
        """Add points, earned at `at`."""
        check_entry(Entry(member, delta, at))
        found = await self._link.run(PORT, self._add, keys_of(board), member, delta, f"{at:016d}", BOARD_TTL_SECONDS)
        return standing(member, found)

    async def set(self, board: str, member: str, score: int, at: int) -> Standing:
        """Put a member at a score."""
        check_entry(Entry(member, score, at))
        found = await self._link.run(PORT, self._set, keys_of(board), member, score, f"{at:016d}", BOARD_TTL_SECONDS)
        return standing(member, found)

    async def report(self, reports: Sequence[Report]) -> list[Move]:
        """Put members at scores, each unless a later version is known."""
        for report in reports:
            check_entry(Entry(report.member, report.score, report.at))
        moves: list[Move] = []
        for start in range(0, len(reports), MAX_REPORTS):
            group = reports[start : start + MAX_REPORTS]
            keys = [key for report in group for key in keys_of(report.board)]
            values = [v for r in group for v in (r.member, r.score, f"{r.at:016d}", r.version)]
            found = await self._link.run(PORT, self._report, keys, BOARD_TTL_SECONDS, *values)
            moves += [
                Move(None if old < 0 else old + 1, new + 1) for old, new in zip(found[::2], found[1::2], strict=True)
            ]
        return moves

    async def replace(self, board: str, entries: Iterable[Entry]) -> None:
        """Make the board hold exactly these."""
        values: list[str | int] = [BOARD_TTL_SECONDS]
        for entry in entries:
            check_entry(entry)
            values += [entry.member, entry.score, f"{entry.at:016d}"]
        await self._link.run(PORT, self._replace, keys_of(board), *values)

    async def top(self, board: str, n: int, offset: int = 0) -> list[Standing]:
        """The first n after `offset`."""
        check_window(n, offset)
        if not n:
            return []
        order, _, _ = keys_of(board)
        found: list[tuple[bytes, float]] = await self._link.call(
            PORT,
            lambda: cast("Awaitable[Any]", self._link.client.zrange(order, offset, offset + n - 1, withscores=True)),
        )
        return [Standing(offset + 1 + i, member_of(element), -int(score)) for i, (element, score) in enumerate(found)]

    async def around(self, board: str, member: str, n: int) -> list[Standing]:
        """Up to n before the member and n after."""
        check_window(n, 0)
        found = await self._link.run(PORT, self._around, keys_of(board), member, n)
        if found is None:
            return []
        first, flat = found
        pairs = zip(flat[::2], flat[1::2], strict=True)
        return [
            Standing(first + 1 + i, member_of(element), -int(float(score))) for i, (element, score) in enumerate(pairs)
        ]

    async def rank(self, board: str, member: str) -> Standing | None:
        """The member's place, or None."""
        found = await self._link.run(PORT, self._rank, keys_of(board), member)
        return None if found is None else standing(member, found)

    async def size(self, board: str) -> int:
        """How many members it has."""
        order, _, _ = keys_of(board)
        size: int = await self._link.call(PORT, lambda: self._link.client.zcard(order))
        return size

    async def remove(self, board: str, member: str) -> bool:
        """Take a member off."""
        return bool(await self._link.run(PORT, self._remove, keys_of(board), member))

    async def drop(self, board: str) -> None:
        """Forget a board."""
        await self._link.call(PORT, lambda: self._link.client.unlink(*keys_of(board)))


def standing(member: str, found: list[Any]) -> Standing:
    """What the scripts return: how many are ahead, and the score as text."""
    ahead, score = found
    return Standing(ahead + 1, member, int(score))


def member_of(element: bytes) -> str:
    """An element without its instant."""
    return element.partition(b":")[2].decode()
