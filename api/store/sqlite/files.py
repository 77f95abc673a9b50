"""Opening a Pacer file: made whole or not at all, used by one server at a time, refused when foreign or damaged."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from pathlib import Path

from api.store.ports import CorruptStoreError, StoreError
from api.store.sqlite.faults import FAULTS, primary_code, store_error
from api.store.sqlite.schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION

BUSY_TIMEOUT_S = 5.0
# At most this long is spent looking for damage when a file is opened; `pacer doctor` looks at all of it.
QUICK_CHECK_S = 1.0
_RESTORE = "restore a backup, or move the file away to begin with an empty one"


def lock(path: Path) -> sqlite3.Connection:
    """Claim the file for this server until the returned connection is closed or the process ends, however it ends.

    Raises:
        StoreError: another server holds it, or the directory cannot be written.
    """
    guard = sqlite3.connect(f"{path}-lock", timeout=0, isolation_level=None, check_same_thread=False)
    try:
        guard.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        guard.close()
        if primary_code(error) == sqlite3.SQLITE_BUSY:
            raise StoreError(
                f"{path} is in use by another Pacer server; stop that one, or give this one a file of its own"
            ) from error
        raise store_error(f"locking {path}", error) from error
    return guard


def create(path: Path) -> None:
    """Make an empty store beside its place and move it there: no half-made file is ever found. Needs the lock."""
    if Path(f"{path}-wal").exists():
        raise CorruptStoreError(f"{path} is missing but its write-ahead log {path}-wal is there; {_RESTORE}")
    new = Path(f"{path}-new")
    for leftover in (new, Path(f"{new}-wal"), Path(f"{new}-shm"), Path(f"{new}-journal")):
        leftover.unlink(missing_ok=True)
    try:
        with contextlib.closing(sqlite3.connect(new, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            connection.executescript(f"BEGIN; {SCHEMA} COMMIT;")
            connection.execute("PRAGMA journal_mode = WAL")
        new.replace(path)
        _sync_directory(path.parent)
    except (sqlite3.Error, OSError) as error:
        raise store_error(f"creating {path}", error) from error


def _sync_directory(directory: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def writing_connection(path: Path) -> sqlite3.Connection:
    """The connection whose every commit reaches the disk before it returns: in WAL, FULL syncs the log at each one."""
    connection = _connect(path, "rw")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")  # macOS: past the drive's cache too; elsewhere without effect
    connection.execute("PRAGMA checkpoint_fullfsync = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def reading_connection(path: Path) -> sqlite3.Connection:
    """A connection that cannot write."""
    connection = _connect(path, "rw")  # even a reader of a WAL file may have to make its shared-memory index
    connection.execute("PRAGMA query_only = ON")
    return connection


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(
        uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, cached_statements=512
    )


def check_header(path: Path) -> None:
    """Refuse what is no Pacer file, or one from a newer Pacer.

    Raises:
        CorruptStoreError: with what to do.
        StoreError: it cannot be read.
    """
    if path.stat().st_size == 0:  # a store is never made empty in its place, so it was cut off
        raise CorruptStoreError(f"{path} is empty, its contents are lost; {_RESTORE}")
    try:
        with contextlib.closing(reading_connection(path)) as connection:
            application_id = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except FAULTS as error:
        if primary_code(error) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise CorruptStoreError(f"{path} is damaged or no Pacer store: {error}; {_RESTORE}") from error
        raise store_error(f"opening {path}", error) from error
    if application_id != APPLICATION_ID:
        raise CorruptStoreError(f"{path} is a database of another program; give Pacer a path of its own")
    if version != SCHEMA_VERSION:
        raise CorruptStoreError(
            f"{path} has schema version {version}, this Pacer knows {SCHEMA_VERSION}; use the Pacer that wrote it"
        )


def quick_check(path: Path, seconds: float = QUICK_CHECK_S) -> bool:
    """Look for damage for at most `seconds`; whether all of the file was seen.

    Raises:
        CorruptStoreError: damage was found.
    """
    with contextlib.closing(reading_connection(path)) as connection:
        deadline = time.monotonic() + seconds
        connection.set_progress_handler(lambda: time.monotonic() > deadline, 1000)
        try:
            faults = [fault for (fault,) in connection.execute("PRAGMA quick_check(3)") if fault != "ok"]
        except sqlite3.Error as error:
            if primary_code(error) == sqlite3.SQLITE_INTERRUPT:
                return False
            faults = [str(error)]
    if faults:
        raise CorruptStoreError(
            f"{path} is damaged: {'; '.join(faults)}. Nothing was changed;"
            f" keep a copy of it, run `pacer doctor`, then {_RESTORE}"
        )
    return True
