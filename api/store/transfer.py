"""Copying everything into an empty store: taken up again where it was stopped, compared when it is done."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Protocol

import msgspec

from api.store.contents import TRANSFER, LearnerPart, Part, Sum, Whole, compare, parts_of
from api.store.ports import StoreError

_UNFINISHED = "unfinished"
# After so many commits it is written down how far the copy has come.
COMMITS_PER_MARK = 2000


class TransferError(StoreError):
    """A copy cannot begin, go on or be believed; the text says why and what to do."""


class Source(Protocol):
    """What is copied."""

    @property
    def name(self) -> str:
        """Tells it from others, so that only a copy of the same is gone on with. Holds no password."""

    def parts(self, after_learner: str = "") -> AsyncIterator[Part]:
        """Everything, in the same order each time."""


class StoreSource:
    """Another store."""

    def __init__(self, store: Whole, name: str) -> None:
        self._store = store
        self.name = name

    def parts(self, after_learner: str = "") -> AsyncIterator[Part]:
        """Everything in the store."""
        return parts_of(self._store, after_learner)


class Mark(msgspec.Struct, frozen=True):
    """How far a copy has come: all learners up to `after_learner` are whole."""

    source: str
    after_learner: str


Progress = Callable[[int], None]


async def transfer(source: Source, target: Whole, progress: Progress = lambda _: None) -> tuple[Sum, bool]:
    """Copy everything; counts and hash of both, and whether an earlier copy was gone on with.

    `progress` is called with the number of commits that were copied since it was last called.

    Raises:
        TransferError: the target has data that is not of an unfinished copy of this source.
        CorruptStoreError: source and target differ in the end; copying again goes over everything.
    """
    mark = await unfinished(target)
    if mark is None:
        await _check_empty(target)
    elif mark.source != source.name:
        raise TransferError(
            f"the target has an unfinished copy of {mark.source}; finish that one, or give this one an empty target"
        )
    start = mark.after_learner if mark else ""
    await _set_mark(target, Mark(source.name, start))
    await _copy(source, target, start, progress)
    found = await _compared(source, target)
    await target.documents.delete(TRANSFER, _UNFINISHED)
    return found, mark is not None


async def _copy(source: Source, target: Whole, start: str, progress: Progress) -> None:
    whole, current, since_mark = start, start, 0
    async for part in source.parts(start):
        if isinstance(part, LearnerPart):
            if part.learner_id != current:
                whole, current = current, part.learner_id
            if since_mark >= COMMITS_PER_MARK:
                await _set_mark(target, Mark(source.name, whole))
                since_mark = 0
            await target.contents.add(part.commits, part.snapshots)
            since_mark += len(part.commits)
            progress(len(part.commits))
        else:
            await target.contents.add_documents(part.documents)


async def _compared(source: Source, target: Whole) -> Sum:
    try:
        return await compare(source.parts(), parts_of(target))
    except StoreError:
        await _set_mark(target, Mark(source.name, ""))  # the next try looks at every learner again
        raise


async def unfinished(store: Whole) -> Mark | None:
    """How far a copy into this store came that was not finished, or None."""
    document = await store.documents.get(TRANSFER, _UNFINISHED)
    return None if document is None else msgspec.json.decode(document.body, type=Mark)


async def refuse_unfinished(store: Whole) -> None:
    """Raise TransferError if a copy into the store was not finished: nobody is served from half a store."""
    mark = await unfinished(store)
    if mark is not None:
        raise TransferError(f"this store has an unfinished copy of {mark.source}; run the same command again first")


async def is_empty(store: Whole) -> bool:
    """Whether there is no learner and no document."""
    if await store.journal.learners(limit=1):
        return False
    for kind in await store.contents.kinds():
        if kind != TRANSFER and await store.documents.all(kind, limit=1):
            return False
    return True


async def _check_empty(target: Whole) -> None:
    if not await is_empty(target):
        raise TransferError("the target has data of its own; give an empty one, nothing was changed")


async def _set_mark(target: Whole, mark: Mark) -> None:
    await target.documents.put(TRANSFER, _UNFINISHED, msgspec.json.encode(mark))
