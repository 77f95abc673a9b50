"""The live ports: state that many workers share and nobody needs to keep.

Everything behind these ports can be deleted while the service runs. Whoever writes it can write it again from the
journal or the documents, and must not take an empty answer for a fact. When the server of the live state cannot be
reached, leaderboards and locks raise LiveError; rate limits go on in this process alone; presence is empty;
publishing raises, and subscriptions end. All of them work again by themselves once it is back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

import msgspec

MAX_SCORE = 2**53 - 1

Blame = Callable[[str], None]
"""Called with a port's name whenever a call of that port failed or had to do without the server."""


class LiveError(Exception):
    """The live state could not be reached or changed; the text says why."""


class LockHeldError(LiveError):
    """Somebody else holds the lock."""


class SubscriptionLostError(LiveError):
    """Messages may have been missed: read what happened from where it is kept, then subscribe again."""


class Entry(msgspec.Struct, frozen=True):
    """What a member brings to a board: points, and when (ms since the epoch) the last of them were earned."""

    member: str
    score: int
    at: int


class Report(msgspec.Struct, frozen=True):
    """Where a member of a board stands as of `version`, which rises with all that is known of the member."""

    board: str
    member: str
    score: int
    at: int
    version: int


class Move(msgspec.Struct, frozen=True):
    """The rank of a member before and after a report; `before` is None for a newcomer."""

    before: int | None
    now: int


class Standing(msgspec.Struct, frozen=True):
    """A member's place on a board; the first has rank 1, and no two share one."""

    rank: int
    member: str
    score: int


class Allowance(msgspec.Struct, frozen=True):
    """The answer to a hit.

    Attributes:
        allowed: whether it may go on; if not, it did not count.
        limit: hits that may come at once after a rest.
        remaining: hits that may still come now.
        reset_seconds: until all of `limit` is there again, if nothing comes.
        retry_seconds: until the hit would be allowed; 0 if it was.
    """

    allowed: bool
    limit: int
    remaining: int
    reset_seconds: float
    retry_seconds: float


class Leaderboards(Protocol):
    """Boards of members by points, most first.

    Of equal points, whoever got there first is ahead: the earlier `at`, the instant at which the last points were
    earned; then the smaller name. So a board that is built again, in any order, has the same places. A board is
    forgotten 40 days after the last change.
    """

    async def add(self, board: str, member: str, delta: int, at: int) -> Standing:
        """Add points, earned at `at`; a member that is not there begins with none. Adding 0 moves nobody, and
        puts a newcomer on the board as one who got there at 0.

        Any order of the same additions gives the same board. Not repeated by itself after an error: read the ledger
        and `set` instead.
        """

    async def set(self, board: str, member: str, score: int, at: int) -> Standing:
        """Put a member at a score reached at `at`, whatever was there before."""

    async def report(self, reports: Sequence[Report]) -> list[Move]:
        """Put members at scores, on any boards, each unless the board knows the member as of that version or a later
        one; `set`, `add` and `replace` leave the member without a version.

        So reports may come late, twice and in any order: the latest counts.
        """

    async def replace(self, board: str, entries: Iterable[Entry]) -> None:
        """Make the board hold exactly these, all at once."""

    async def top(self, board: str, n: int, offset: int = 0) -> list[Standing]:
        """The first n, or the n after `offset`."""

    async def around(self, board: str, member: str, n: int) -> list[Standing]:
        """The member with up to n before and n after; empty if it is not there."""

    async def rank(self, board: str, member: str) -> Standing | None:
        """The member's place, or None."""

    async def size(self, board: str) -> int:
        """How many members it has."""

    async def remove(self, board: str, member: str) -> bool:
        """Take a member off; whether it was there."""

    async def drop(self, board: str) -> None:
        """Forget a board."""


class RateLimits(Protocol):
    """Generic cell rate algorithm: up to `limit` at once, refilled evenly over the window.

    Never raises LiveError: without the server each process limits on its own, so N workers let up to N times as many
    through.
    """

    async def hit(self, key: str, limit: int, window_seconds: float, cost: int = 1) -> Allowance:
        """Count a hit, if it is allowed. Exact for any number of clients at once.

        Raises:
            ValueError: limit, window or cost is not positive, or the limit is finer than a hit per microsecond.
        """


class PubSub(Protocol):
    """Messages to whoever listens now. Nothing is kept, nobody is waited for."""

    async def publish(self, channel: str, message: bytes) -> None:
        """Hand a message to all subscribers of the channel, in every process."""

    def subscribe(self, channel: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Messages published from the moment of entering on, in order, without gaps.

        The iteration raises SubscriptionLostError when there could be a gap: the reader was more than 256 messages
        behind, the connection was lost, or the service stops. Entering raises LiveError.
        """


class Presence(Protocol):
    """Who is here, for as long as they keep saying so. Never raises: without the server nobody is here."""

    async def beat(self, group: str, member: str, ttl_seconds: float) -> None:
        """Say that a member is here for the next `ttl_seconds`."""

    async def leave(self, group: str, member: str) -> None:
        """Say that a member is gone."""

    async def present(self, group: str) -> frozenset[str]:
        """Everybody whose last beat still holds."""


class Held(Protocol):
    """A lock that is held."""

    @property
    def token(self) -> int:
        """Rises with every holder, also across a loss of all live state. Keep it beside what the lock protects, and
        refuse a writer with a smaller one: that one only believes that it still holds the lock."""

    async def renew(self) -> None:
        """Hold it for another ttl from now. Raises LockHeldError if it was lost meanwhile."""


class Locks(Protocol):
    """Locks that end by themselves, so that a holder that dies stops nobody for long."""

    def lock(self, name: str, ttl_seconds: float, wait_seconds: float = 0.0) -> AbstractAsyncContextManager[Held]:
        """Hold the lock inside the `async with`, for ttl_seconds unless it is renewed.

        Raises LockHeldError on entering if somebody holds it for all of `wait_seconds`. Leaving never raises.
        """


@dataclass(frozen=True, slots=True)
class Live:
    """All live ports of a process.

    Attributes:
        kind: "embedded" or "redis".
        ping: asks the server whether it is there; raises LiveError.
        close: ends all subscriptions and lets go.
    """

    kind: str
    leaderboards: Leaderboards
    rate_limits: RateLimits
    pubsub: PubSub
    presence: Presence
    locks: Locks
    ping: Callable[[], Awaitable[None]]
    close: Callable[[], Awaitable[None]]
