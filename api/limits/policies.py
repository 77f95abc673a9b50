"""What is limited, and how that is told (draft-ietf-httpapi-ratelimit-headers-11)."""

from __future__ import annotations

from math import ceil

import msgspec

from api.http.errors import HttpError
from api.live.ports import Allowance
from api.plurals import counted

OFF = "off"


class Policy(msgspec.Struct, frozen=True):
    """`limit` requests at once after a rest, refilled evenly over the window."""

    name: str
    limit: int
    window_seconds: int

    @property
    def header(self) -> str:
        """The policy as an item of RateLimit-Policy."""
        return f'"{self.name}";q={self.limit};w={self.window_seconds}'


class TooManyRequestsError(HttpError):
    """A limit is used up."""

    def __init__(self, policy: Policy, allowance: Allowance) -> None:
        self.retry_after = max(1, ceil(allowance.retry_seconds))
        super().__init__(f"too many requests; try again in {counted(self.retry_after, 'second')}")
        self.headers = (
            ("retry-after", str(self.retry_after)),
            ("ratelimit-policy", policy.header),
            ("ratelimit", f'"{policy.name}";r=0;t={self.retry_after}'),
        )


def read_policy(name: str, rate: str) -> Policy | None:
    """The policy of a setting (`api.settings.Rate`); None if it is off."""
    if rate == OFF:
        return None
    limit, _, window = rate.partition("/")
    return Policy(name, int(limit), int(window))
