"""A journal that tells whoever follows it what it grew by."""

from __future__ import annotations

from collections.abc import Callable

from api.store.ports import Commit, Journal, Snapshot


class FollowedJournal:
    """The journal port on another journal; `heard`, which never waits and never fails, is told of every commit that was
    appended."""

    def __init__(self, journal: Journal, heard: Callable[[Commit], None]) -> None:
        self._journal = journal
        self._heard = heard

    async def append(self, commit: Commit) -> None:
        """Append, then tell."""
        await self._journal.append(commit)
        self._heard(commit)

    async def read(self, learner_id: str, after_seq: int = 0, limit: int | None = None) -> list[Commit]:
        """As the journal below."""
        return await self._journal.read(learner_id, after_seq, limit)

    async def find_event(self, learner_id: str, event_id: str) -> Commit | None:
        """As the journal below."""
        return await self._journal.find_event(learner_id, event_id)

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        """As the journal below."""
        await self._journal.save_snapshot(snapshot)

    async def latest_snapshot(self, learner_id: str, fold_version: int, before: int | None = None) -> Snapshot | None:
        """As the journal below."""
        return await self._journal.latest_snapshot(learner_id, fold_version, before)

    async def learners(self, after: str = "", limit: int = 1000) -> list[str]:
        """As the journal below."""
        return await self._journal.learners(after, limit)

    async def erase(self, learner_id: str, before_seq: int | None = None) -> None:
        """As the journal below."""
        await self._journal.erase(learner_id, before_seq)
