"""What SQLite reports, as the store's own errors with advice."""

from __future__ import annotations

import sqlite3

from api.store.ports import CorruptStoreError, StoreError

# What a value or the disk can make SQLite raise: ValueError for text that is no UTF-8, OverflowError for integers.
FAULTS = (sqlite3.Error, ValueError, OverflowError)

_ADVICE = {
    sqlite3.SQLITE_FULL: "free some disk space and try again",
    sqlite3.SQLITE_IOERR: "check the disk and its free space, and try again",
    sqlite3.SQLITE_BUSY: "another program holds the file's write lock; stop it and try again",
    sqlite3.SQLITE_READONLY: "the file was opened, or is, read-only",
    sqlite3.SQLITE_CANTOPEN: "check the path and its permissions",
}
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def primary_code(error: BaseException) -> int:
    """SQLite's primary result code of an error, 0 if it has none."""
    return int(getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def store_error(doing: str, error: BaseException) -> StoreError:
    """The store's error for a fault met while `doing` something, with what to do about it."""
    code = primary_code(error)
    if code in DAMAGED:
        return CorruptStoreError(
            f"{doing} failed: {error}; the file is damaged."
            " Stop the server, keep a copy of the file, and run `pacer doctor`"
        )
    advice = _ADVICE.get(code)
    return StoreError(f"{doing} failed: {error}" + (f"; {advice}" if advice else ""))
