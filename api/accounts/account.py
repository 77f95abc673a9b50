"""An account as it is stored, and the one way to change it: compare and set."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import msgspec

from api.accounts.errors import AccountGoneError, EmailTakenError, UnknownAccountError
from api.game.facts import AgeGroup
from api.store.pages import find_all
from api.store.ports import Document, Documents, VersionClashError

ACCOUNT = "account"
ATTEMPTS = 20
LEAVING_MS = 60 * 60_000
"""What is left of a leaving that was cut off counts for so long."""


class Account(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A learner's account as stored. What is empty is left out, so that no unique index minds it.

    Attributes:
        created_at: milliseconds since the epoch.
        device_secret: digest of the secret that only the learner's first device knows; "" opens nothing.
        secret_ending_at: when that was about to be ended (ms), and so is no way in to count on; 0 if it is not.
        email: normalised; unique among all accounts.
        email_verified: whether the learner has shown that mail to the address reaches them.
        password: Argon2id in PHC form; "" for an account without one.
        credentials: rises whenever a way to sign in is replaced, so that links sent before it no longer work.
        recovery: digest of the recovery code; unique.
        merged_into: the account that this guest became part of, "" for one that stands by itself.
        age_group: what the learner said of their age, "" if nothing.
        leaving_at: when its learner was about to leave (ms), and so is no admin to count on; 0 if they are not.
    """

    id: str
    zone: str
    locale: str
    created_at: int
    device_secret: str = ""
    display_name: str = ""
    day_starts_at: int = 0
    personalised: bool = True
    email: str | None = None
    email_verified: bool = False
    password: str = ""
    credentials: int = 0
    recovery: str | None = None
    merged_into: str = ""
    leaving_at: int = 0
    age_group: AgeGroup = ""
    secret_ending_at: int = 0


Edit = Callable[[Account], Account]


class Accounts:
    """Accounts on the Documents port."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def declare(self) -> None:
        """Tell the store which fields are looked up, and which no two accounts share."""
        await self._documents.declare(ACCOUNT, indexes=("merged_into",), unique=("email", "recovery"))

    async def create(self, account: Account) -> None:
        """Keep a new account. Raises EmailTakenError."""
        try:
            await self._documents.put(ACCOUNT, account.id, msgspec.json.encode(account), expected_version=0)
        except VersionClashError as error:
            raise _taken(account) from error

    async def ensure(self, account: Account) -> None:
        """Keep an account without an address, unless there is one with its id."""
        with suppress(VersionClashError):
            await self._documents.put(ACCOUNT, account.id, msgspec.json.encode(account), expected_version=0)

    async def get(self, learner_id: str) -> Account:
        """A learner's account. Raises UnknownAccountError, AccountGoneError."""
        return standing((await self._load(learner_id))[0])

    async def find(self, learner_id: str) -> Account | None:
        """A learner's account, or None."""
        document = await self._documents.get(ACCOUNT, learner_id)
        return None if document is None else _account(document)

    async def by_email(self, email: str) -> Account | None:
        """The account with a normalised address, or None."""
        return await self._one("email", email)

    async def by_recovery(self, digest: str) -> Account | None:
        """The account whose recovery code has this digest, or None."""
        return await self._one("recovery", digest)

    async def delete(self, learner_id: str) -> None:
        """Remove an account, if there is one."""
        await self._documents.delete(ACCOUNT, learner_id)

    async def merged_into(self, learner_id: str) -> list[str]:
        """Ids of the guests that became part of an account."""
        found = find_all(self._documents, ACCOUNT, "merged_into", learner_id)
        return [document.id async for document in found]

    async def change(self, learner_id: str, edit: Edit) -> Account:
        """Replace an account by what `edit` makes of it; it runs again if another change came first.

        Raises:
            UnknownAccountError: there is no such account.
            EmailTakenError: its new address belongs to another.
            VersionClashError: too many changes at once.
        """
        clashed_at = 0
        for _ in range(ATTEMPTS):
            account, version = await self._load(learner_id)
            changed = edit(account)
            if changed == account:
                return account
            if version == clashed_at:  # nothing had moved, so it was the unique field that was refused
                raise _taken(changed)
            try:
                await self._documents.put(ACCOUNT, learner_id, msgspec.json.encode(changed), expected_version=version)
            except VersionClashError:
                clashed_at = version
                continue
            return changed
        raise VersionClashError(f"the account {learner_id} is being changed by too many requests; try again")

    async def _load(self, learner_id: str) -> tuple[Account, int]:
        document = await self._documents.get(ACCOUNT, learner_id)
        if document is None:
            raise UnknownAccountError(f"the account {learner_id} does not exist any more")
        return _account(document), document.version

    async def _one(self, field: str, value: str) -> Account | None:
        found = await self._documents.find(ACCOUNT, field, value, limit=1)
        return _account(found[0]) if found else None


def standing(account: Account) -> Account:
    """An account that stands by itself. Raises AccountGoneError."""
    if account.merged_into:
        raise AccountGoneError("this guest was merged into another account; sign in to that one")
    return account


def is_staying(account: Account | None, now: int) -> bool:
    """Whether there is an account, and its learner is about neither to leave nor to become part of another."""
    return account is not None and not account.merged_into and now - account.leaving_at >= LEAVING_MS


def _account(document: Document) -> Account:
    return msgspec.json.decode(document.body, type=Account)


def _taken(account: Account) -> EmailTakenError:
    return EmailTakenError(f"{account.email} belongs to another account; sign in to it, or take another address")
