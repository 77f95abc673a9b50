"""Which answers an open flag makes worth less: those of the kind that was flagged, where that can be told of an answer.

- rapid: in less than half of the expected time;
- rates: less than a quarter of the expected time after the device's event before;
- clocks: the device's clock is more than two hours ahead of the server, or fell by as much since its event before, or
  since then there was less than half of the time that the answer claims;
- copying, replays, and any other: all, as an answer by itself does not show it.

An answer whose time since the event before is not known counts as one that looks so. The shares are those of the
detectors' own rules (`rates`, `clocks`), and of the quick answers of the XP rules; the numbers are our own.
"""

from __future__ import annotations

from typing import NamedTuple

from api.game.fairplay.clocks import LEAST_SECONDS, STEP_MS

RAPID_SHARE, RATE_SHARE, CLAIMED_SHARE = 0.5, 0.25, 0.5
STEP_SECONDS = STEP_MS / 1000.0


class Look(NamedTuple):
    """How an answer looks; all in seconds.

    Attributes:
        seconds: claimed for it. expected: what the exercise is expected to need.
        gap: since the event before of the same device, by its clock; None where that is not known.
        ahead: by which the device's clock was ahead of the server's when it arrived; below 0 for one that was kept.
    """

    seconds: float
    expected: float
    gap: float | None
    ahead: float


def looks_like(kind: str, look: Look) -> bool:
    """Whether an answer looks like the kind of work that was flagged."""
    match kind:
        case "rapid":
            return look.seconds < RAPID_SHARE * look.expected
        case "rates":
            return look.gap is None or look.gap < RATE_SHARE * look.expected
        case "clocks":
            return look.gap is None or look.ahead > STEP_SECONDS or look.gap < -STEP_SECONDS or _is_squeezed(look)
        case _:
            return True


def _is_squeezed(look: Look) -> bool:
    gap = look.gap or 0.0
    return look.seconds >= LEAST_SECONDS and 0.0 <= gap < CLAIMED_SHARE * look.seconds
