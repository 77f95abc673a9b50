"""The generic cell rate algorithm: a whole limit at once after a rest, then one hit per interval.

All that is kept of a key is its theoretical arrival time (tat): when the limit would be whole again. Times are whole
microseconds, so that a limit is exact.

Source: ITU-T I.371 (2004), Annex A.1, the virtual scheduling algorithm; here a hit that is refused changes nothing, and
a tat further ahead than any hit can put it (the clock was set back, the limit was lowered) is brought back.
"""

from __future__ import annotations

from dataclasses import dataclass

from api.live.ports import Allowance

SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Rate:
    """One hit per `interval` microseconds, and `burst` microseconds' worth of them at once."""

    limit: int
    interval: int
    burst: int


def rate(limit: int, window_seconds: float) -> Rate:
    """`limit` hits per window. Raises ValueError naming what is not allowed."""
    if limit < 1 or window_seconds <= 0:
        raise ValueError(
            f"a rate limit needs a limit of 1 or more and a window above 0, not {limit} in {window_seconds} s"
        )
    interval = round(window_seconds * SECOND) // limit
    if interval < 1:
        raise ValueError(f"a rate limit can be 1 hit per microsecond at most, not {limit} in {window_seconds} s")
    return Rate(limit, interval, interval * limit)


def check_cost(cost: int) -> None:
    """Raises ValueError unless a hit costs 1 or more."""
    if cost < 1:
        raise ValueError(f"a hit costs 1 or more, not {cost}")


def decide(rate: Rate, tat: int, now: int, cost: int) -> tuple[bool, int]:
    """Whether a hit of `cost` is allowed at `now`, and the key's tat after it (microseconds of one clock)."""
    tat = min(max(tat, now), now + rate.burst)
    later = tat + rate.interval * cost
    return (True, later) if later - now <= rate.burst else (False, tat)


def allowance(rate: Rate, allowed: bool, ahead: int, cost: int) -> Allowance:
    """What to tell the caller; `ahead` is tat minus now, after the hit."""
    return Allowance(
        allowed=allowed,
        limit=rate.limit,
        remaining=(rate.burst - ahead) // rate.interval,
        reset_seconds=ahead / SECOND,
        retry_seconds=0.0 if allowed else (ahead + rate.interval * cost - rate.burst) / SECOND,
    )
