"""A phone's clock: it runs when told to, may be wrong, and shows the time of the zone the phone is in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

SECOND, DAY = 1000, 86_400_000


class PhoneClock:
    """Milliseconds since the epoch, wrong by `wrong_ms`.

    A journey through the past begins `days` before the server's now, and ends with `catch_up`. On the way the phone
    does not say when it sends (`sentAt`): the server then believes the clock, as it must for work that waited.
    """

    def __init__(self, server_now: int, days: float = 0.0, wrong_ms: int = 0) -> None:
        self._server_now = server_now
        self.now = server_now - round(days * DAY)
        self.wrong_ms = wrong_ms

    @property
    def present(self) -> bool:
        """Whether the phone is where the server is."""
        return self.now >= self._server_now

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.now += round(seconds * SECOND)

    def go_to(self, ms: int) -> None:
        """Let time pass until then; never back."""
        self.now = max(self.now, ms)

    def catch_up(self) -> None:
        """Be in the present."""
        self.now = max(self.now, self._server_now)

    def shown(self, zone: str) -> str:
        """What the phone's display says, with its offset (RFC 3339)."""
        at = datetime.fromtimestamp((self.now + self.wrong_ms) / 1000, ZoneInfo(zone))
        return at.isoformat(timespec="milliseconds")


def shift_of_clocks(start_ms: int, end_ms: int, *, forward: bool) -> tuple[str, int] | None:
    """A zone whose clocks are put forward (or back) between two instants, and when (to the hour), or None.

    Well-known zones come first; any will do.
    """
    known = ("Europe/Madrid", "America/New_York", "Australia/Sydney", "America/Santiago", "Africa/Casablanca")
    for name in (*known, *sorted(available_timezones() - {*known})):
        zone = ZoneInfo(name)
        at = datetime.fromtimestamp(start_ms / 1000, UTC)
        before = at.astimezone(zone).utcoffset()
        while at.timestamp() * 1000 < end_ms:
            at += timedelta(hours=1)
            after = at.astimezone(zone).utcoffset()
            if before is not None and after is not None and after != before:
                if (after > before) == forward:
                    return name, round(at.timestamp() * 1000)
                before = after
    return None
