"""All of a store, piece by piece: to be copied, kept in a file, and compared with another."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from typing import Protocol

import msgspec

from api.store.ports import Commit, CorruptStoreError, Document, Documents, Journal, Snapshot

COMMITS_AT_ONCE = 500
DOCUMENTS_AT_ONCE = 200
LEARNERS_AT_ONCE = 1000
# Documents of this kind say how far a copy into the store has come; they are no contents.
TRANSFER = "transfer"
_encode = msgspec.msgpack.Encoder().encode


class Contents(Protocol):
    """What moving a store needs beyond the two ports."""

    async def snapshots(self, learner_id: str) -> list[Snapshot]:
        """All snapshots of a learner, in order of (fold version, day)."""

    async def kinds(self) -> list[str]:
        """The kinds of which there are documents, or were, in order."""

    async def n_commits(self) -> int:
        """About how many commits there are."""

    async def add(self, commits: Sequence[Commit], snapshots: Sequence[Snapshot]) -> None:
        """Keep commits and snapshots as they are; those that clash with what is there are passed over."""

    async def add_documents(self, documents: Sequence[Document]) -> None:
        """Keep documents with the versions they have, whatever was there."""


class Whole(Protocol):
    """A store, read and written whole."""

    @property
    def journal(self) -> Journal:
        """Commits by learner."""

    @property
    def documents(self) -> Documents:
        """Versioned documents by kind."""

    @property
    def contents(self) -> Contents:
        """What the two ports do not show."""


class LearnerPart(msgspec.Struct, frozen=True, tag="learner"):
    """The next commits of a learner; with the last of them, the snapshots."""

    learner_id: str
    commits: tuple[Commit, ...]
    snapshots: tuple[Snapshot, ...] = ()


class DocumentsPart(msgspec.Struct, frozen=True, tag="documents"):
    """Some documents of one kind."""

    documents: tuple[Document, ...]


Part = LearnerPart | DocumentsPart


class Line(msgspec.Struct, frozen=True):
    """A learner or a document with the hash (SHA-256) of all that belongs to it."""

    name: str
    sha256: str
    learners: int = 0
    commits: int = 0
    events: int = 0
    snapshots: int = 0
    documents: int = 0


class Sum(msgspec.Struct, frozen=True, rename="camel"):
    """How much there is of everything, and the hash of it all."""

    learners: int
    commits: int
    events: int
    snapshots: int
    documents: int
    sha256: str


async def parts_of(store: Whole, after_learner: str = "") -> AsyncIterator[Part]:
    """Everything, learners first: what they refer to among the documents is then in what comes later.

    Of a store that is being written to, each learner's commits are those up to some moment, and no snapshot is of a
    later one.
    """
    while page := await store.journal.learners(after_learner, LEARNERS_AT_ONCE):
        for learner_id in page:
            await asyncio.sleep(0)  # a file is read on the loop itself; others have their turn
            async for part in _learner(store, learner_id):
                yield part
        after_learner = page[-1]
    for kind in await store.contents.kinds():
        after_id = ""
        while kind != TRANSFER and (found := await store.documents.all(kind, after_id, DOCUMENTS_AT_ONCE)):
            yield DocumentsPart(tuple(found))
            after_id = found[-1].id


async def _learner(store: Whole, learner_id: str) -> AsyncIterator[LearnerPart]:
    seq = 0
    commits = await store.journal.read(learner_id, seq, COMMITS_AT_ONCE)
    while commits:
        seq = commits[-1].seq
        later = await store.journal.read(learner_id, seq, COMMITS_AT_ONCE) if len(commits) == COMMITS_AT_ONCE else []
        snapshots = () if later else await store.contents.snapshots(learner_id)
        kept = tuple(snapshot for snapshot in snapshots if snapshot.seq <= seq)
        yield LearnerPart(learner_id, tuple(commits), kept)
        commits = later


async def lines_of(parts: AsyncIterator[Part]) -> AsyncIterator[Line]:
    """A line for each learner and each document, in the order of the parts."""
    whose: LearnerPart | None = None
    tally = _Tally()
    async for part in parts:
        if whose is not None and not (isinstance(part, LearnerPart) and part.learner_id == whose.learner_id):
            yield tally.line(f"learner {whose.learner_id}")
            whose, tally = None, _Tally()
        if isinstance(part, LearnerPart):
            whose = part
            tally.add(part)
        else:
            for document in part.documents:
                digest = hashlib.sha256(_encode(document)).hexdigest()
                yield Line(f"{document.kind} {document.id}", digest, documents=1)
    if whose is not None:
        yield tally.line(f"learner {whose.learner_id}")


class _Tally:
    """What has come of one learner so far. How it was cut into parts makes no difference."""

    def __init__(self) -> None:
        self.commits, self.snapshots = hashlib.sha256(), hashlib.sha256()
        self.n_commits = self.n_events = self.n_snapshots = 0

    def add(self, part: LearnerPart) -> None:
        for commit in part.commits:
            self.commits.update(_encode(commit))
            self.n_events += len(commit.events)
        for snapshot in part.snapshots:
            self.snapshots.update(_encode(snapshot))
        self.n_commits += len(part.commits)
        self.n_snapshots += len(part.snapshots)

    def line(self, name: str) -> Line:
        digest = self.commits.hexdigest() + self.snapshots.hexdigest()
        return Line(name, digest, 1, self.n_commits, self.n_events, self.n_snapshots)


class Adder:
    """Adds lines up."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._counts = [0] * 5

    def add(self, line: Line) -> None:
        """Count one line."""
        self._hash.update(f"{line.name}\n{line.sha256}\n".encode())
        counts = (line.learners, line.commits, line.events, line.snapshots, line.documents)
        self._counts = [old + new for old, new in zip(self._counts, counts, strict=True)]

    def sum(self) -> Sum:
        """All of them together."""
        learners, commits, events, snapshots, documents = self._counts
        return Sum(learners, commits, events, snapshots, documents, self._hash.hexdigest())


async def sum_of(parts: AsyncIterator[Part]) -> Sum:
    """Counts and hash of everything."""
    adder = Adder()
    async for line in lines_of(parts):
        adder.add(line)
    return adder.sum()


async def compare(source: AsyncIterator[Part], target: AsyncIterator[Part]) -> Sum:
    """Counts and hash of both, if they are the same.

    Raises:
        CorruptStoreError: they are not; the text names the first learner or document that differs.
    """
    adder = Adder()
    theirs, ours = lines_of(source), lines_of(target)
    while True:
        one, other = await anext(theirs, None), await anext(ours, None)
        if one != other:
            raise CorruptStoreError(f"source and target differ: {_told(one, 'source')}, {_told(other, 'target')}")
        if one is None:
            return adder.sum()
        adder.add(one)


def _told(line: Line | None, where: str) -> str:
    if line is None:
        return f"the {where} has nothing more"
    counts = ((n, what) for n, what in ((line.commits, "commits"), (line.snapshots, "snapshots")) if n)
    has = ", ".join(f"{n} {what}" for n, what in counts)
    return f"the {where} has {line.name}" + (f" with {has}" if has else "") + f" (hash {line.sha256[:12]})"
