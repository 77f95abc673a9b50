"""The connections to one Redis, and what becomes of their failures."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.commands.core import AsyncScript
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from api.live.ports import Blame, LiveError

MAX_CONNECTIONS = 32
CONNECT_SECONDS = 2.0
REPLY_SECONDS = 2.0
POOL_SECONDS = 2.0
PAUSE_SECONDS = 0.5
"""After a failure to reach Redis, nobody tries again for so long: an outage must not cost every request a timeout."""
PREFIX = "pacer:"
SCHEMES = ("redis://", "rediss://")
ALLOWED = "allowed: redis://HOST:PORT/DATABASE, or rediss:// with TLS"

logger = logging.getLogger("pacer.live")
T = TypeVar("T")


def open_client(url: str, max_connections: int, reply_seconds: float) -> Redis:
    """A client that connects when it is first used. Raises LiveError if the URL is none.

    Nothing is sent twice by itself: after a timeout nobody knows whether it was done. A call that is cancelled closes
    its connection, which might otherwise be a reply behind.
    """
    if not url.startswith(SCHEMES):
        raise LiveError(f"PACER_REDIS is not usable; {ALLOWED}")
    try:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=max_connections,
            timeout=POOL_SECONDS,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=reply_seconds,
            socket_keepalive=True,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
    except (ValueError, RedisError) as error:
        raise LiveError(f"PACER_REDIS is not usable ({error}); {ALLOWED}") from error
    return Redis(connection_pool=pool)


class Link:
    """One pool of connections for all live ports of a process. Belongs to the running event loop."""

    def __init__(self, url: str, blame: Blame) -> None:
        self.client = open_client(url, MAX_CONNECTIONS, REPLY_SECONDS)
        self._blame = blame
        self._paused_until = 0.0
        self._down = False

    def script(self, lua: str) -> AsyncScript:
        """A script, sent by its digest; Redis gets its text whenever it does not know it."""
        return self.client.register_script(lua)

    async def run(self, port: str, script: AsyncScript, keys: Sequence[str], *values: str | int | bytes) -> Any:
        """What a script returns. Raises LiveError."""
        return await self.call(port, lambda: script(keys=keys, args=values))

    async def call(self, port: str, action: Callable[[], Awaitable[T]]) -> T:
        """What the action returns. Raises LiveError, at once if Redis could not be reached a moment ago."""
        clock = asyncio.get_running_loop().time
        if clock() < self._paused_until:
            self._blame(port)
            raise LiveError("Redis could not be reached a moment ago; it is tried again")
        try:
            result = await action()
        except (RedisError, OSError) as error:
            if isinstance(error, (RedisConnectionError, RedisTimeoutError, OSError)):
                self._paused_until = clock() + PAUSE_SECONDS
            self._failed(port, error)
            raise LiveError(f"Redis did not answer {port}: {error}") from error
        self._worked()
        return result

    async def ping(self) -> None:
        """Ask Redis whether it is there. Raises LiveError."""
        await self.call("ping", self.client.ping)

    async def close(self) -> None:
        """Close all connections."""
        await self.client.aclose()
        await self.client.connection_pool.disconnect()

    def _failed(self, port: str, error: Exception) -> None:
        self._blame(port)
        if not self._down:
            logger.error("Redis failed (%s: %s); live state is missing until it is back", port, error)
        self._down = True

    def _worked(self) -> None:
        if self._down:
            logger.warning("Redis is back")
        self._down = False
