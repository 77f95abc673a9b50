"""Friendships, codes and choices as they are stored. What is stored of a pair stands in one document."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Literal

import msgspec

from api.accounts.tokens import digest
from api.game.friends.errors import FriendCodeError, FriendNotFoundError, TooManyFriendsError
from api.jobs.expiry import DAY, DAY_MS, day_of
from api.store.pages import find_all
from api.store.ports import Document, Documents, VersionClashError
from api.wire import Clock, new_id

FRIENDSHIP, FRIEND_CODE, FRIEND_CHOICES, FRIEND_REPORT = "friendship", "friendCode", "friendChoices", "friendReport"
CODE_DAYS = 7
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
MAX_FRIENDS = 50
ATTEMPTS = 20
BAD_CODE = "this code opens nothing: it may have expired or been used; ask for another"
State = Literal["asked", "friends", "blocked"]
Reason = Literal["name", "unwelcome", "other"]


class Friendship(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is between two learners, `first` and `second` in the order of their ids.

    Attributes:
        id: of the pair; never shown. `ref` is the id under which each of the two knows it.
        asked_by: who showed the other's code first.
        shown_by: who of them showed the other's code.
        since: when it came to its state (ms).
        blocked_by: who of them wants no contact.
    """

    id: str
    ref: str
    first: str
    second: str
    state: State
    asked_by: str
    shown_by: tuple[str, ...]
    since: int
    blocked_by: tuple[str, ...] = ()

    def other(self, learner_id: str) -> str:
        """The other of the two."""
        return self.second if learner_id == self.first else self.first


class FriendCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code, stored under its digest, until `expires_at` (ms); `day` is the day of that."""

    id: str
    learner_id: str
    expires_at: int
    day: str


class FriendReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That a learner reported another, why, and when (ms); and what an admin found, who and when, "" and 0 before."""

    id: str
    reporter: str
    reported: str
    reason: Reason
    at: int
    outcome: Literal["", "upheld", "dismissed"] = ""
    settled_by: str = ""
    settled_at: int = 0
    note: str = ""


class FriendChoices(msgspec.Struct, frozen=True, kw_only=True):
    """What a learner lets friends see."""

    shows_streak: bool = False


class Friendships:
    """Friendships on the Documents port."""

    def __init__(self, documents: Documents, clock: Clock) -> None:
        self._documents = documents
        self.clock = clock

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self._documents.declare(FRIENDSHIP, indexes=("first", "second", "ref"))
        await self._documents.declare(FRIEND_CODE, indexes=("learner_id", DAY))
        await self._documents.declare(FRIEND_CHOICES)
        await self._documents.declare(FRIEND_REPORT, indexes=("reporter", "reported"))

    async def make_code(self, learner_id: str) -> tuple[str, int]:
        """A new code in place of the learner's earlier ones, and when it expires (ms)."""
        async for document in find_all(self._documents, FRIEND_CODE, "learner_id", learner_id):
            await self._documents.delete(FRIEND_CODE, document.id)
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        expires_at = self.clock() + CODE_DAYS * DAY_MS
        kept = FriendCode(id=_key(code), learner_id=learner_id, expires_at=expires_at, day=day_of(expires_at))
        await self._documents.put(FRIEND_CODE, kept.id, msgspec.json.encode(kept), expected_version=0)
        return code, expires_at

    async def owner_of(self, code: str) -> str:
        """Whose code it is; it stays. Raises FriendCodeError."""
        return (await self._code(code))[0].learner_id

    async def take_code(self, code: str, owner: str) -> None:
        """Use up a code of `owner`. Raises FriendCodeError."""
        found, version = await self._code(code)
        if found.learner_id != owner:
            raise FriendCodeError(BAD_CODE)
        try:
            taken = await self._documents.delete(FRIEND_CODE, found.id, version)
        except VersionClashError:
            taken = False
        if not taken:
            raise FriendCodeError(BAD_CODE)

    async def _code(self, code: str) -> tuple[FriendCode, int]:
        document = await self._documents.get(FRIEND_CODE, _key(code))
        found = None if document is None else msgspec.json.decode(document.body, type=FriendCode)
        if document is None or found is None or self.clock() >= found.expires_at:
            raise FriendCodeError(BAD_CODE)
        return found, document.version

    async def of(self, learner_id: str) -> list[Friendship]:
        """All that is between a learner and others, in order of `ref`."""
        found = [
            friendship_of(document)
            for field in ("first", "second")
            async for document in find_all(self._documents, FRIENDSHIP, field, learner_id)
        ]
        return sorted(found, key=lambda one: one.ref)

    async def get(self, learner_id: str, ref: str) -> Friendship:
        """A friendship of a learner's. Raises FriendNotFoundError."""
        return (await self._load(learner_id, ref))[0]

    async def check(self, learner_id: str, owner: str) -> tuple[Friendship | None, int]:
        """What is between a learner and the owner of a code they may show, with its version; (None, 0) if nothing.

        Raises:
            FriendCodeError: it is the learner's own, or one of the two wants no contact.
            TooManyFriendsError: one of them has too many.
        """
        if owner == learner_id:
            raise FriendCodeError(BAD_CODE)
        document = await self._documents.get(FRIENDSHIP, pair_id(learner_id, owner))
        if document is None:
            await self._check_room(learner_id, owner)
            return None, 0
        known = friendship_of(document)
        if known.state == "blocked":
            raise FriendCodeError(BAD_CODE)
        return known, document.version

    async def ask(self, learner_id: str, owner: str) -> Friendship:
        """Note that a learner showed the code of another; both showing codes makes them friends. Raises as `check`."""
        for _ in range(ATTEMPTS):
            known, version = await self.check(learner_id, owner)
            asked = self._asked(known, learner_id, owner)
            with suppress(VersionClashError):
                await self._put(asked, version)
                return asked
        raise VersionClashError("this request is being changed by too many others; try again")

    def _asked(self, known: Friendship | None, learner_id: str, owner: str) -> Friendship:
        if known is not None:
            shown = tuple(sorted({*known.shown_by, learner_id}))
            if known.state == "friends" or len(shown) < 2:
                return known
            return msgspec.structs.replace(known, state="friends", shown_by=shown, since=self.clock())
        first, second = sorted((learner_id, owner))
        return Friendship(
            id=pair_id(first, second),
            ref=new_id(),
            first=first,
            second=second,
            state="asked",
            asked_by=learner_id,
            shown_by=(learner_id,),
            since=self.clock(),
        )

    async def _check_room(self, *learner_ids: str) -> None:
        for learner_id in learner_ids:
            if sum(one.state != "blocked" for one in await self.of(learner_id)) >= MAX_FRIENDS:
                raise TooManyFriendsError(f"nobody has more than {MAX_FRIENDS} friends and requests; end one first")

    async def edit(self, learner_id: str, ref: str, edit: Callable[[Friendship], Friendship]) -> Friendship:
        """Replace a friendship by what `edit` makes of it. Raises FriendNotFoundError, VersionClashError."""
        for _ in range(ATTEMPTS):
            found, version = await self._load(learner_id, ref)
            changed = edit(found)
            with suppress(VersionClashError):
                await self._put(changed, version)
                return changed
        raise VersionClashError("this friendship is being changed by too many requests; try again")

    async def end(self, learner_id: str, ref: str) -> None:
        """End a friendship, decline a request, or take one's own block back; the other's block stays.

        Raises FriendNotFoundError, VersionClashError.
        """
        for _ in range(ATTEMPTS):
            found, version = await self._load(learner_id, ref)
            left = tuple(one for one in found.blocked_by if one != learner_id)
            with suppress(VersionClashError):
                if left:
                    await self._put(msgspec.structs.replace(found, blocked_by=left), version)
                else:
                    await self._documents.delete(FRIENDSHIP, found.id, version)
                return
        raise VersionClashError("this friendship is being changed by too many requests; try again")

    async def block(self, learner_id: str, ref: str) -> None:
        """Keep that a learner wants no contact, also if the other ends the friendship meanwhile.

        Raises FriendNotFoundError, VersionClashError.
        """
        found, version = await self._load(learner_id, ref)
        for _ in range(ATTEMPTS):
            by = tuple(sorted({*found.blocked_by, learner_id}))
            with suppress(VersionClashError):
                await self._put(msgspec.structs.replace(found, state="blocked", blocked_by=by), version)
                return
            document = await self._documents.get(FRIENDSHIP, found.id)
            found, version = (found, 0) if document is None else (friendship_of(document), document.version)
        raise VersionClashError("this friendship is being changed by too many requests; try again")

    async def report(self, learner_id: str, ref: str, reason: Reason) -> FriendReport:
        """Keep that a learner reports the other of a friendship; one that is still open is replaced.

        Raises FriendNotFoundError, VersionClashError.
        """
        found = await self.get(learner_id, ref)
        reported = found.other(learner_id)
        for _ in range(ATTEMPTS):
            made = [one async for one in self._reports_by(learner_id) if one[0].reported == reported]
            id = digest(f"report:{found.ref}:{learner_id}:{len(made)}")  # the same for all who report at once
            opened = ((one.id, version) for one, version in made if not one.outcome)
            id, version = next(opened, (id, 0))
            kept = FriendReport(id=id, reporter=learner_id, reported=reported, reason=reason, at=self.clock())
            with suppress(VersionClashError):
                await self._documents.put(FRIEND_REPORT, id, msgspec.json.encode(kept), version)
                return kept
        raise VersionClashError("this report is being changed by too many requests; try again")

    async def _reports_by(self, learner_id: str) -> AsyncIterator[tuple[FriendReport, int]]:
        async for document in find_all(self._documents, FRIEND_REPORT, "reporter", learner_id):
            yield msgspec.json.decode(document.body, type=FriendReport), document.version

    async def reports_on(self, learner_id: str) -> list[FriendReport]:
        """Reports on a learner, the oldest first."""
        return [
            msgspec.json.decode(document.body, type=FriendReport)
            async for document in find_all(self._documents, FRIEND_REPORT, "reported", learner_id)
        ]

    async def open_reports(self) -> AsyncIterator[FriendReport]:
        """Reports that nobody has settled, in no order worth relying on."""
        after = ""
        while found := await self._documents.all(FRIEND_REPORT, after):
            for document in found:
                report = msgspec.json.decode(document.body, type=FriendReport)
                if not report.outcome:
                    yield report
            after = found[-1].id

    async def report_of(self, report_id: str) -> tuple[FriendReport, int] | None:
        """A report with the version of its document, None if there is none."""
        document = await self._documents.get(FRIEND_REPORT, report_id)
        if document is None:
            return None
        return msgspec.json.decode(document.body, type=FriendReport), document.version

    async def settle(self, report: FriendReport, version: int) -> None:
        """Write down what was found of a report. Raises VersionClashError if somebody was faster."""
        await self._documents.put(FRIEND_REPORT, report.id, msgspec.json.encode(report), version)

    async def choices(self, learner_id: str) -> FriendChoices:
        """What a learner lets friends see; nothing, unless they said so."""
        document = await self._documents.get(FRIEND_CHOICES, learner_id)
        return FriendChoices() if document is None else msgspec.json.decode(document.body, type=FriendChoices)

    async def choose(self, learner_id: str, choices: FriendChoices) -> None:
        """Keep what a learner lets friends see."""
        await self._documents.put(FRIEND_CHOICES, learner_id, msgspec.json.encode(choices))

    async def _put(self, friendship: Friendship, version: int) -> None:
        await self._documents.put(FRIENDSHIP, friendship.id, msgspec.json.encode(friendship), version)

    async def _load(self, learner_id: str, ref: str) -> tuple[Friendship, int]:
        for document in await self._documents.find(FRIENDSHIP, "ref", ref, limit=1):
            found = friendship_of(document)
            hidden = found.state == "blocked" and learner_id not in found.blocked_by
            if learner_id in (found.first, found.second) and not hidden:
                return found, document.version
        raise FriendNotFoundError(f"you have no friend {ref[:80]}")


def pair_id(one: str, other: str) -> str:
    """The id of what is between two learners."""
    return ":".join(sorted((one, other)))


def _key(code: str) -> str:
    return digest(f"friend:{code.strip().upper().replace('-', '').replace(' ', '')}")


def friendship_of(document: Document) -> Friendship:
    return msgspec.json.decode(document.body, type=Friendship)
