"""A journal whose commits are put in line for whoever follows them."""

from __future__ import annotations

from typing import Protocol

from api.store.ports import Commit, Journal, Snapshot


class Line(Protocol):
    """Takes in commits."""

    def put(self, commit: Commit) -> None:
        """Put a commit in line. Never waits and never fails."""


class ScoredJournal:
    """The journal port on another journal; what was appended is put in line."""

    def __init__(self, journal: Journal, inbox: Line) -> None:
        self._journal = journal
        self._inbox = inbox

    async def append(self, commit: Commit) -> None:
        """Append, then put in line."""
        await self._journal.append(commit)
        self._inbox.put(commit)

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
