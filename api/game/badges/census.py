"""How rare badges are: a job counts, now and then, how many learners hold each, in bounded shares.

Learners are those who have answered once. A tier's share is published only if at least `SMALLEST` learners hold it, if
nobody or at least as many do not, and if nobody or at least as many stopped at the tier before: so no share tells of a
few, neither by itself nor by subtraction. Shares are rounded to whole per cents, so that a learner more moves none of
them noticeably. What is not published keeps the share it is reckoned to have.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import msgspec

from api.game.badges.catalogue import BADGES, BY_ID
from api.game.badges.earning import tier_reached
from api.game.facts import BadgeEarned
from api.jobs.ports import Jobs
from api.store.ports import Documents, Journal, VersionClashError
from api.wire import Clock

CENSUS = "badgeCensus"
RUNNING, PUBLISHED = "running", "published"
TURN_SECONDS = 24 * 3600
SHARE = 200
"""Learners that are looked at in one run of the job."""

SMALLEST = 10
EVERYBODY = "firstStep"
"""The badge that everybody holds who has answered once."""


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """A count under way: up to the learner `after`; of each badge, how many hold each of its tiers."""

    after: str = ""
    holders: dict[str, list[int]] = {}


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """A count that is finished, at an instant (ms): shares by badge and tier, None where too few would be told of."""

    at: int
    shares: dict[str, list[float | None]]


class _Game(msgspec.Struct):
    badges: dict[str, int] = {}


class _State(msgspec.Struct):
    game: _Game = msgspec.field(default_factory=_Game)


class Census:
    """Counts badges. `fold_version` is of the snapshots that are read."""

    def __init__(self, journal: Journal, documents: Documents, fold_version: int, clock: Clock) -> None:
        self._journal = journal
        self._documents = documents
        self._fold_version = fold_version
        self._clock = clock

    async def declare(self) -> None:
        """Tell the store of the counts."""
        await self._documents.declare(CENSUS)

    def repeat(self, jobs: Jobs) -> None:
        """Have it done once a day by one worker of all. Raises JobError."""
        jobs.repeat("badges.census", TURN_SECONDS, self.count)

    async def published(self) -> Published | None:
        """The latest count, None before the first."""
        document = await self._documents.get(CENSUS, PUBLISHED)
        return None if document is None else msgspec.json.decode(document.body, type=Published)

    async def count(self, share: int = SHARE) -> bool:
        """Count the next learners; whether there are more. The last share publishes. Raises StoreError."""
        document = await self._documents.get(CENSUS, RUNNING)
        known = Counted() if document is None else msgspec.json.decode(document.body, type=Counted)
        learners = await self._journal.learners(known.after, share)
        holders = {badge: list(counts) for badge, counts in known.holders.items()}
        for learner_id in learners:
            _count(holders, await self._held(learner_id))
        if len(learners) < share:
            await self._publish(holders)
            return False
        running = Counted(after=learners[-1], holders=holders)
        with suppress(VersionClashError):  # another worker counted the same, and was faster
            version = 0 if document is None else document.version
            await self._documents.put(CENSUS, RUNNING, msgspec.json.encode(running), version)
        return True

    async def _publish(self, holders: Mapping[str, list[int]]) -> None:
        made = Published(at=self._clock(), shares=shares_of(holders))
        await self._documents.put(CENSUS, PUBLISHED, msgspec.json.encode(made))
        await self._documents.delete(CENSUS, RUNNING)

    async def _held(self, learner_id: str) -> dict[str, int]:
        """The highest tier of each badge that a learner holds: by the latest snapshot, and what was told since."""
        snapshot = await self._journal.latest_snapshot(learner_id, self._fold_version)
        held = {} if snapshot is None else msgspec.msgpack.decode(snapshot.body, type=_State).game.badges
        for commit in await self._journal.read(learner_id, 0 if snapshot is None else snapshot.seq):
            for entry in commit.facts:
                if entry.kind == "badgeEarned":
                    fact = msgspec.json.decode(entry.body, type=BadgeEarned)
                    held[fact.badge] = max(held.get(fact.badge, 0), fact.tier)
        return held


def _count(holders: dict[str, list[int]], held: Mapping[str, int]) -> None:
    for badge, tier in held.items():
        if badge in BY_ID:
            counts = holders.setdefault(badge, [0] * len(BY_ID[badge].tiers))
            for place in range(min(tier, len(counts))):
                counts[place] += 1


def shares_of(holders: Mapping[str, list[int]]) -> dict[str, list[float | None]]:
    """The shares that may be published of these counts of holders by badge and tier; None for the others."""
    everybody = holders.get(EVERYBODY, [0])[0]
    found: dict[str, list[float | None]] = {}
    for badge in BADGES:
        counts = holders.get(badge.id, [0] * tier_reached(badge, badge.tiers[-1].threshold))
        before = [everybody, *counts]
        found[badge.id] = [
            round(count / everybody, 2) if _is_large(count, everybody - count, before[place] - count) else None
            for place, count in enumerate(counts)
        ]
    return found


def _is_large(n_holders: int, *n_others: int) -> bool:
    return n_holders >= SMALLEST and all(others == 0 or others >= SMALLEST for others in n_others)
