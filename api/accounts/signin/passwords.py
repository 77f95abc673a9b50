"""Passwords: Argon2id in worker threads, a bounded number at once, and the rules for a new one.

Whether an account exists or not, a sign-in computes exactly one hash.
"""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from api.accounts.errors import OverloadedError
from api.accounts.signin.breached import BreachedList
from api.wire import WireError

AT_ONCE = 2
MAX_WAITING = 200
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one hash costs. The defaults are OWASP's second choice: 19 MiB, two passes, one lane.

    Source: OWASP Password Storage Cheat Sheet (2023), Argon2id.
    """

    memory_kib: int = 19_456
    passes: int = 2
    lanes: int = 1


COST = Cost()
SALT_BYTES, HASH_BYTES = 16, 32


class Passwords:
    """Hashes and checks passwords. At most `at_once` hashes are computed at a time, each with `cost.memory_kib`.

    Attributes:
        computed: hashes computed so far.
    """

    def __init__(self, breached: BreachedList | None = None, cost: Cost = COST, at_once: int = AT_ONCE) -> None:
        self.computed = 0
        self._breached = breached
        self._hasher = PasswordHasher(
            cost.passes, cost.memory_kib, cost.lanes, hash_len=HASH_BYTES, salt_len=SALT_BYTES, type=Type.ID
        )
        self._nobody = _hash_of_nobody(cost)
        self._turns = asyncio.Semaphore(at_once)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """What is stored in place of a password, in PHC form. Raises OverloadedError."""
        return await self._compute(lambda: self._hasher.hash(prepared(password)))

    async def match(self, stored: str, password: str) -> bool:
        """Whether a password is the stored one; "" is nobody's, and takes as long. Raises OverloadedError."""
        return await self._compute(lambda: self._matches(stored or self._nobody, prepared(password)))

    def outdated(self, stored: str) -> bool:
        """Whether a stored hash has other parameters than new ones get."""
        return self._hasher.check_needs_rehash(stored)

    async def check_new(self, password: str, email: str, field: str = "/password") -> None:
        """Refuse a password that others would try first. Raises WireError naming the field."""
        plain = prepared(password).casefold()
        if plain in (email.casefold(), email.partition("@")[0].casefold()):
            raise WireError((field, "the password must not be the e-mail address"))
        if self._breached is not None and await asyncio.to_thread(self._breached.holds, prepared(password)):
            raise WireError((field, "this password is known from a data breach; take another"))

    async def _compute(self, work: Callable[[], T]) -> T:
        if self._waiting >= MAX_WAITING:
            raise OverloadedError("too many people are signing in at once; try again in a moment")
        self._waiting += 1
        try:
            async with self._turns:
                self.computed += 1
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def prepared(password: str) -> str:
    """One form for all ways to type a password: NFC, every space a plain one (RFC 8265, OpaqueString)."""
    return "".join(
        " " if unicodedata.category(letter) == "Zs" else letter for letter in unicodedata.normalize("NFC", password)
    )


def _hash_of_nobody(cost: Cost) -> str:
    """A hash with these parameters that no password has."""
    salt, digest = (b64encode(secrets.token_bytes(size)).rstrip(b"=").decode() for size in (SALT_BYTES, HASH_BYTES))
    return f"$argon2id$v=19$m={cost.memory_kib},t={cost.passes},p={cost.lanes}${salt}${digest}"
