"""Counts each request against the limits that hold for it."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address

from litestar.types import Scope

from api.accounts.signin.throttle import origin_of
from api.limits.policies import Policy, TooManyRequestsError, read_policy
from api.live.ports import RateLimits
from api.settings import Settings
from api.wire import Slot

Headers = tuple[tuple[bytes, bytes], ...]
UNLIMITED: Headers = ()
SIGN_IN_PATHS = "/v1/auth/"


class Counter:
    """One policy, ready to be counted against."""

    def __init__(self, policy: Policy, limits: RateLimits) -> None:
        self._policy = policy
        self._limits = limits
        self._key = f"http:{policy.name}:"
        self._policy_header = (b"ratelimit-policy", policy.header.encode())
        self._item = f'"{policy.name}";r=%d;t=%d'.encode()

    async def count(self, who: str) -> Headers:
        """Count a request; the headers to answer with. Raises TooManyRequestsError."""
        policy = self._policy
        allowance = await self._limits.hit(self._key + who, policy.limit, policy.window_seconds)
        if not allowance.allowed:
            raise TooManyRequestsError(policy, allowance)
        whole_in = -int(-allowance.reset_seconds // 1)
        return self._policy_header, (b"ratelimit", self._item % (allowance.remaining, whole_in))


class Limiter:
    """The limits of the settings, on a live port that all workers share."""

    def __init__(self, settings: Settings, limits: RateLimits) -> None:
        learner, address = read_policy("learner", settings.learner_rate), read_policy("address", settings.address_rate)
        self._by_learner = Counter(learner, limits) if learner else None
        self._by_address = Counter(address, limits) if address else None

    async def admit(self, scope: Scope, learner_id: str | None) -> Headers:
        """Count a request of a learner, or of nobody known; the headers to answer with.

        Raises:
            TooManyRequestsError: the limit is used up.
        """
        if learner_id is not None:
            return await self._by_learner.count(learner_id) if self._by_learner else UNLIMITED
        if self._by_address is None or not scope["path"].startswith(SIGN_IN_PATHS):
            return UNLIMITED
        client = scope["client"]
        origin = stranger(client[0] if client else None)
        return await self._by_address.count(origin) if origin else UNLIMITED


@lru_cache(maxsize=4096)
def stranger(host: str | None) -> str:
    """The place a request comes from (see `origin_of`); "" for this machine itself, and for what is no address."""
    origin = origin_of(host)
    return "" if not origin or ip_address(origin).is_loopback or host == "::1" else origin


LIMITER: Slot[Limiter] = Slot("limiter")
