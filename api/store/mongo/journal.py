"""The Journal port on MongoDB: one document for each commit, so a commit is whole without a transaction."""

from __future__ import annotations

from collections import Counter
from functools import partial

from bson.objectid import ObjectId
from bson.raw_bson import RawBSONDocument
from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError

from api.store.mongo.calls import Calls, UnsettledError
from api.store.mongo.drivers import Bson, Database
from api.store.mongo.entries import (
    encoded,
    from_commit,
    from_snapshot,
    snapshot_key,
    text,
    to_commit,
    to_snapshot,
    whole,
)
from api.store.mongo.schema import COMMITS, SNAPSHOTS
from api.store.ports import Commit, DuplicateEventError, SequenceClashError, Snapshot
from api.store.retention import day_of, expired_days

PAGE = 200


class MongoJournal:
    """Commits by learner in a database; see api.store.ports.Journal for the contract.

    An append is one round trip, and reads nothing before. Only when it clashes, or its outcome is open, is it looked
    up what stands there: by the `_id`, made here for each append, a commit is known to be this append's own.
    """

    def __init__(self, database: Database, calls: Calls) -> None:
        self._commits = database[COMMITS]
        self._snapshots = database[SNAPSHOTS]
        self._calls = calls

    async def append(self, commit: Commit) -> None:
        """Make the commit durable, or raise SequenceClashError / DuplicateEventError and change nothing."""
        id = ObjectId()
        what = f"appending commit {commit.seq} of learner {commit.learner_id!r}"
        document = from_commit(commit, id)

        async def send(_: bool) -> None:
            await self._send(commit, id, document)

        await self._calls.write(what, send)

    async def _send(self, commit: Commit, id: ObjectId, document: RawBSONDocument) -> None:
        if len({event.id for event in commit.events}) < len(commit.events):
            await self._refuse_duplicates(commit)  # the index tells commits apart, not the events of one
        try:
            await self._commits.insert_one(document)
        except DuplicateKeyError:
            if await self._refuse_duplicates(commit, id):
                return
            found = await self._commits.find_one({"learner_id": commit.learner_id, "seq": commit.seq}, {"_id": 1})
            if found is None:
                raise UnsettledError(f"commit {commit.seq} is being written by somebody else") from None
            if found["_id"] != id:
                raise SequenceClashError(
                    f"learner {commit.learner_id} already has a commit {commit.seq}; read again and retry"
                ) from None

    async def _refuse_duplicates(self, commit: Commit, id: ObjectId | None = None) -> bool:
        """Raise DuplicateEventError if an event is there already, or twice in the commit; True if `id` is there."""
        counts = Counter(event.id for event in commit.events)
        if not counts:
            return False
        found = await self._commits.find(
            {"learner_id": commit.learner_id, "events.id": {"$in": list(counts)}}, {"events.id": 1}
        ).to_list(None)
        if any(document["_id"] == id for document in found):
            return True
        known = {event["id"] for document in found for event in document["events"]}
        duplicates = [event_id for event_id, n in counts.items() if n > 1 or event_id in known]
        if duplicates:
            raise DuplicateEventError(commit.learner_id, duplicates)
        return False

    async def read(self, learner_id: str, after_seq: int = 0, limit: int | None = None) -> list[Commit]:
        """Commits with seq > after_seq, in order of seq."""
        if limit == 0:
            return []
        asked = {"learner_id": text(learner_id, "a learner id"), "seq": {"$gt": whole(after_seq, "a seq")}}

        async def question() -> list[Commit]:
            cursor = self._commits.find(asked, sort=[("seq", ASCENDING)], limit=limit or 0, batch_size=PAGE)
            return [to_commit(document) async for document in cursor]

        return await self._calls.ask("reading commits", question)

    async def find_event(self, learner_id: str, event_id: str) -> Commit | None:
        """The commit that holds an event, or None."""
        asked = {"learner_id": text(learner_id, "a learner id"), "events.id": text(event_id, "an event id")}
        found = await self._calls.ask("looking for an event", partial(self._commits.find_one, asked))
        return None if found is None else to_commit(found)

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a snapshot, and let go those that retention no longer keeps."""
        key = snapshot_key(snapshot.learner_id, snapshot.fold_version)
        fields = from_snapshot(snapshot)
        what = f"saving snapshot {snapshot.seq} of learner {snapshot.learner_id!r}"
        encoded({**key, **fields}, what)

        async def send(is_open: bool) -> None:
            older = {**key, "day": fields["day"], "seq": {"$lt": fields["seq"]}}
            try:
                written = await self._snapshots.update_one(older, {"$set": fields}, upsert=True)
            except DuplicateKeyError:  # that day has one with this sequence or a higher one
                written = None
            if is_open or (written is not None and written.upserted_id is not None):
                await self._prune(key)

        await self._calls.write(what, send)

    async def _prune(self, key: Bson) -> None:
        days = [found["day"] async for found in self._snapshots.find(key, {"_id": 0, "learner_id": 1, "day": 1})]
        expired = expired_days(days)
        if expired:
            await self._snapshots.delete_many({**key, "day": {"$in": expired}})

    async def latest_snapshot(self, learner_id: str, fold_version: int, before: int | None = None) -> Snapshot | None:
        """The newest snapshot of that fold version with at < before (any, if None)."""
        asked = snapshot_key(learner_id, fold_version)
        if before is not None:
            asked |= {"day": {"$lte": day_of(whole(before, "a time"))}, "at": {"$lt": before}}
        newest = partial(self._snapshots.find_one, asked, sort=[("day", DESCENDING)])
        found = await self._calls.ask("reading a snapshot", newest)
        return None if found is None else to_snapshot(found)

    async def learners(self, after: str = "", limit: int = 1000) -> list[str]:
        """Ids of learners that have commits, in order, greater than `after`.

        In the index they are reached one from the other, however many commits lie between: first up to the last of
        this page that has a commit 1, as nearly all have, then also those of whom only later ones are left.
        """
        if limit < 1:
            return []
        there = {"$gt": text(after, "a learner id")}
        shown = {"_id": 0, "learner_id": 1}

        async def question() -> list[str]:
            begun = self._commits.find(
                {"learner_id": there, "seq": 1}, shown, sort=[("learner_id", ASCENDING)], limit=limit
            )
            page = [found["learner_id"] async for found in begun]
            within = {**there, "$lte": page[-1]} if len(page) == limit else there
            return sorted(await self._commits.distinct("learner_id", {"learner_id": within}))[:limit]

        return await self._calls.ask("listing learners", question)

    async def erase(self, learner_id: str, before_seq: int | None = None) -> None:
        """Remove a learner's snapshots, and the commits with seq < before_seq (all, if None)."""
        of_learner: Bson = {"learner_id": text(learner_id, "a learner id")}
        older = of_learner if before_seq is None else {**of_learner, "seq": {"$lt": whole(before_seq, "a seq")}}

        async def send(_: bool) -> None:
            await self._commits.delete_many(older)
            await self._snapshots.delete_many(of_learner)

        await self._calls.write(f"erasing learner {learner_id!r}", send)
