"""Presence of one process."""

from __future__ import annotations

from collections.abc import Callable

MAX_BEATS = 200_000
"""Of all groups together, about 40 MB at most. Beyond it, nobody new is here until somebody goes."""


class EmbeddedPresence:
    """See api.live.ports.Presence. `seconds` is a clock that never steps back."""

    def __init__(self, seconds: Callable[[], float], max_beats: int = MAX_BEATS) -> None:
        self._seconds = seconds
        self._max_beats = max_beats
        self._groups: dict[str, dict[str, float]] = {}
        self._n_beats = 0
        self._full_until = 0.0

    async def beat(self, group: str, member: str, ttl_seconds: float) -> None:
        """Say that a member is here."""
        now = self._seconds()
        members = self._groups.get(group)
        if members is None or member not in members:
            if not self._room(now):
                return
            members = self._groups.setdefault(group, {})
            self._n_beats += 1
        members[member] = now + ttl_seconds

    async def leave(self, group: str, member: str) -> None:
        """Say that a member is gone."""
        members = self._groups.get(group, {})
        if members.pop(member, None) is not None:
            self._n_beats -= 1
        if not members:
            self._groups.pop(group, None)

    async def present(self, group: str) -> frozenset[str]:
        """Everybody whose last beat still holds."""
        self._expire(group, self._seconds())
        return frozenset(self._groups.get(group, ()))

    def _room(self, now: float) -> bool:
        """Whether one more fits; looks through everybody at most once a second."""
        if self._n_beats >= self._max_beats and now >= self._full_until:
            for group in list(self._groups):
                self._expire(group, now)
            self._full_until = now + 1.0
        return self._n_beats < self._max_beats

    def _expire(self, group: str, now: float) -> None:
        members = self._groups.get(group)
        if members is None:
            return
        kept = {member: until for member, until in members.items() if until > now}
        self._n_beats -= len(members) - len(kept)
        if kept:
            self._groups[group] = kept
        else:
            del self._groups[group]
