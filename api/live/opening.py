"""The one entrance to the live ports."""

from __future__ import annotations

import time

from api.live.embedded.leaderboards import EmbeddedLeaderboards
from api.live.embedded.locks import EmbeddedKeeper
from api.live.embedded.presence import EmbeddedPresence
from api.live.embedded.pubsub import EmbeddedPubSub
from api.live.embedded.rate_limits import EmbeddedRateLimits
from api.live.locking import KeptLocks
from api.live.ports import Blame, Live, LiveError


def blame_nobody(_: str) -> None:
    """For callers that count no failures."""


async def open_live(url: str = "", blame: Blame = blame_nobody) -> Live:
    """The live ports on the Redis of a URL, or in this process if it is "". They belong to the running event loop.

    A Redis that is not there yet is no error: the ports say so when they are used, and work when it is there.

    Raises:
        LiveError: the URL cannot be used, or the packages for Redis are missing.
    """
    if not url:
        return embedded()
    try:
        from api.live.redis.opening import on_redis
    except ModuleNotFoundError as error:
        raise LiveError(f"Redis needs the package {error.name!r}; run: pip install 'pacer[scale]'") from error
    return on_redis(url, blame, local_rate_limits())


def local_rate_limits() -> EmbeddedRateLimits:
    """Rate limits of this process."""
    return EmbeddedRateLimits(lambda: time.monotonic_ns() // 1000)


def embedded() -> Live:
    """The live ports in this process."""
    pubsub = EmbeddedPubSub()
    keeper = EmbeddedKeeper(time.monotonic, lambda: time.time_ns() // 1000)

    async def ping() -> None:
        """Always there."""

    return Live(
        kind="embedded",
        leaderboards=EmbeddedLeaderboards(time.monotonic),
        rate_limits=local_rate_limits(),
        pubsub=pubsub,
        presence=EmbeddedPresence(time.monotonic),
        locks=KeptLocks(keeper),
        ping=ping,
        close=pubsub.close,
    )
