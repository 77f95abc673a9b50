"""How often somebody may try to sign in: by account, by place, and by both."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil

from api.accounts.errors import TooManyAttemptsError
from api.accounts.tokens import digest
from api.live.ports import RateLimits
from api.plurals import counted

KEY_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Rule:
    """So many attempts at once, refilled evenly over the window."""

    name: str
    limit: int
    window_seconds: int


ACCOUNT_FROM_ORIGIN = Rule("accountFromOrigin", 10, 900)
ACCOUNT = Rule("account", 100, 3600)
ORIGIN = Rule("origin", 300, 900)
LETTERS = Rule("letters", 5, 3600)


class Throttle:
    """Attempts counted on the live port. Addresses are counted under a digest."""

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits

    async def attempt(self, origin: str, account: str) -> None:
        """Count an attempt at an account (its address or code) from a place. Raises TooManyAttemptsError."""
        who = digest(account)[:KEY_LENGTH]
        await self._hit(ORIGIN, origin)
        await self._hit(ACCOUNT_FROM_ORIGIN, f"{who}:{origin}")
        await self._hit(ACCOUNT, who)

    async def arrival(self, origin: str) -> None:
        """Count a request from a place that names no account. Raises TooManyAttemptsError."""
        await self._hit(ORIGIN, origin)

    async def letter(self, origin: str, email: str) -> None:
        """Count a letter to an address, asked for from a place. Raises TooManyAttemptsError."""
        await self._hit(ORIGIN, origin)
        await self._hit(LETTERS, digest(email)[:KEY_LENGTH])

    async def _hit(self, rule: Rule, key: str) -> None:
        allowance = await self._limits.hit(f"signin:{rule.name}:{key}", rule.limit, rule.window_seconds)
        if not allowance.allowed:
            wait = max(1, ceil(allowance.retry_seconds))
            raise TooManyAttemptsError(f"too many attempts; try again in {counted(wait, 'second')}", wait)


def origin_of(host: str | None) -> str:
    """The place a request comes from: an IPv4 address, the /64 of an IPv6 address, "" if it is not known."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
    return str(address)
