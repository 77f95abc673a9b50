"""When a job that failed is tried again."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retries:
    """How often and how fast.

    Attributes:
        max_attempts: runs in all, before the job goes to the dead letters.
        base_seconds: the longest wait after the first failure; it doubles with each.
        cap_seconds: no wait is longer.
        timeout_seconds: a run that takes longer has failed.
    """

    max_attempts: int = 8
    base_seconds: float = 4.0
    cap_seconds: float = 3600.0
    timeout_seconds: float = 300.0

    def delay(self, n_failures: int, rng: random.Random) -> float:
        """Seconds to wait after so many failures: evenly from [0, min(cap, base 2^(n - 1))].

        Source: M. Brooker, Exponential Backoff And Jitter (2015), "full jitter".
        """
        doublings = min(n_failures - 1, 60)
        return rng.uniform(0.0, min(self.cap_seconds, self.base_seconds * 2.0**doublings))


DEFAULT_RETRIES = Retries()
"""Eight attempts, in about 4 minutes on average."""
