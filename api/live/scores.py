"""What a leaderboard takes."""

from __future__ import annotations

from api.live.ports import MAX_SCORE, Entry

BOARD_TTL_SECONDS = 40 * 86_400
"""A league is done with 8 days after it began; whatever is still shown after 40 is built again."""
MAX_AT = 10**16 - 1


def check_entry(entry: Entry) -> None:
    """Raises ValueError naming what is not allowed."""
    if not entry.member:
        raise ValueError("a member needs a name")
    if abs(entry.score) > MAX_SCORE:
        raise ValueError(f"a score lies between -{MAX_SCORE} and {MAX_SCORE}, not {entry.score}")
    if not 0 <= entry.at <= MAX_AT:
        raise ValueError(f"an instant lies between 0 and {MAX_AT} ms, not {entry.at}")


def check_window(n: int, offset: int) -> None:
    """Raises ValueError if a window is negative."""
    if n < 0 or offset < 0:
        raise ValueError(f"n and offset are 0 or more, not {n} and {offset}")
