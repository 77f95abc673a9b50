"""Friendships, blocks and reports of a guest become those of the account that the guest becomes part of."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from api.game.friends.friendship import (
    ATTEMPTS,
    FRIEND_CHOICES,
    FRIEND_CODE,
    FRIEND_REPORT,
    FRIENDSHIP,
    FriendReport,
    Friendship,
    State,
    friendship_of,
    pair_id,
)
from api.store.pages import find_all
from api.store.ports import Document, Documents, VersionClashError

CLASHES = "this friendship is being changed by too many requests; try again"


class Carrying:
    """Carries over, on the Documents port. Each step can be repeated, and goes by versions: what the other of two does
    meanwhile counts."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def carry(self, guest_id: str, account_id: str) -> None:
        """Make what a merged guest has with others the account's; a block of either wins. Repeating it is harmless.

        Raises VersionClashError, StoreError.
        """
        for field in ("first", "second"):
            async for document in find_all(self._documents, FRIENDSHIP, field, guest_id):
                await self._carry(document.id, guest_id, account_id)
        async for document in find_all(self._documents, FRIEND_CODE, "learner_id", guest_id):
            await self._documents.delete(FRIEND_CODE, document.id)
        await self._documents.delete(FRIEND_CHOICES, guest_id)
        for field in ("reporter", "reported"):
            async for document in find_all(self._documents, FRIEND_REPORT, field, guest_id):
                await self._carry_report(document.id, guest_id, account_id)

    async def _carry(self, id: str, guest_id: str, account_id: str) -> None:
        """Copy, then remove what was copied as it was then; if it changed meanwhile, again, and if it ended, undo."""
        made: Document | None = None
        for _ in range(ATTEMPTS):
            document = await self._documents.get(FRIENDSHIP, id)
            if document is None:
                await self._undo(made)
                return
            found = friendship_of(document)
            other = found.other(guest_id)
            if other != account_id:
                made = await self._copy(_moved(found, guest_id, account_id, other), made)
            with suppress(VersionClashError):
                if not await self._documents.delete(FRIENDSHIP, id, document.version):
                    await self._undo(made)
                return
        raise VersionClashError(CLASHES)

    async def _copy(self, moved: Friendship, made: Document | None) -> Document | None:
        """Write it for the account; the document if there was none before but what was `made` by an earlier try."""
        for _ in range(ATTEMPTS):
            document = await self._documents.get(FRIENDSHIP, moved.id)
            own = document is None or (made is not None and document.version == made.version)
            kept = moved if document is None else _stronger(friendship_of(document), moved)
            version = 0 if document is None else document.version
            with suppress(VersionClashError):
                written = await self._documents.put(FRIENDSHIP, kept.id, msgspec.json.encode(kept), version)
                return written if own else None
        raise VersionClashError(CLASHES)

    async def _undo(self, made: Document | None) -> None:
        """Take back what was copied of something that the other ended meanwhile, unless it was changed since."""
        if made is not None:
            with suppress(VersionClashError):
                await self._documents.delete(FRIENDSHIP, made.id, made.version)

    async def _carry_report(self, id: str, guest_id: str, account_id: str) -> None:
        """A report of a guest and an account on each other is none any more."""

        def named(learner_id: str) -> str:
            return account_id if learner_id == guest_id else learner_id

        for _ in range(ATTEMPTS):
            document = await self._documents.get(FRIEND_REPORT, id)
            if document is None:
                return
            found = msgspec.json.decode(document.body, type=FriendReport)
            moved = msgspec.structs.replace(found, reporter=named(found.reporter), reported=named(found.reported))
            with suppress(VersionClashError):
                if moved.reporter == moved.reported:
                    await self._documents.delete(FRIEND_REPORT, id, document.version)
                else:
                    await self._documents.put(FRIEND_REPORT, id, msgspec.json.encode(moved), document.version)
                return
        raise VersionClashError(CLASHES)


def _moved(found: Friendship, guest_id: str, account_id: str, other: str) -> Friendship:
    def named(learner_id: str) -> str:
        return account_id if learner_id == guest_id else learner_id

    first, second = sorted((account_id, other))
    return msgspec.structs.replace(
        found,
        id=pair_id(first, second),
        first=first,
        second=second,
        asked_by=named(found.asked_by),
        shown_by=tuple(map(named, found.shown_by)),
        blocked_by=tuple(map(named, found.blocked_by)),
    )


def _stronger(known: Friendship, moved: Friendship) -> Friendship:
    """Of two states of one pair the one to keep: a block before a friendship before a request."""
    order: tuple[State, ...] = ("asked", "friends", "blocked")
    stronger = max(known, moved, key=lambda one: order.index(one.state))
    return msgspec.structs.replace(
        stronger,
        ref=known.ref,
        blocked_by=tuple(sorted({*known.blocked_by, *moved.blocked_by})),
    )
