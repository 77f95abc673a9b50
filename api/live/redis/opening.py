"""The live ports on one Redis, put together."""

from __future__ import annotations

from api.live.locking import KeptLocks
from api.live.ports import Blame, Live, RateLimits
from api.live.redis.leaderboards import RedisLeaderboards
from api.live.redis.link import Link
from api.live.redis.locks import RedisKeeper
from api.live.redis.presence import RedisPresence
from api.live.redis.pubsub import RedisPubSub
from api.live.redis.rate_limits import RedisRateLimits


def on_redis(url: str, blame: Blame, alone: RateLimits) -> Live:
    """The live ports on a Redis; `alone` limits while it cannot be reached. Raises LiveError if the URL is none."""
    link = Link(url, blame)
    pubsub = RedisPubSub(link)

    async def close() -> None:
        """End all subscriptions and close all connections."""
        await pubsub.close()
        await link.close()

    return Live(
        kind="redis",
        leaderboards=RedisLeaderboards(link),
        rate_limits=RedisRateLimits(link, alone),
        pubsub=pubsub,
        presence=RedisPresence(link),
        locks=KeptLocks(RedisKeeper(link)),
        ping=link.ping,
        close=close,
    )
