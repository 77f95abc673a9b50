"""Opening a Pacer file: made whole or not at all, used by one server at a time, refused when foreign or damaged."""

from __future__ import annotations

import contextlib
import math
import os
import sqlite3
import struct
import time
from pathlib import Path

from api.store.ports import CorruptStoreError, StoreError
from api.store.sqlite.faults import DAMAGED, primary_code, store_error
from api.store.sqlite.schema import APPLICATION_ID, FIRST_VERSION, SCHEMA, SCHEMA_VERSION

BUSY_TIMEOUT_S = 5.0
# At most this long is spent looking for damage when a file is opened; `pacer doctor` looks at all of it.
QUICK_CHECK_S = 1.0
# Of SQLite's header (file format, section 1.3): magic, page size at 16, user version at 60, application id at 68.
_HEADER = struct.Struct(">16sH42xI4xI")
# Kept in memory by each of the two connections.
CACHE_KIB = 8192
_RESTORE = "restore a backup, or move the file away to begin with an empty one"


def lock(path: Path) -> sqlite3.Connection:
    """Claim the file for this server until the returned connection is closed or the process ends, however it ends.

    Raises:
        StoreError: another server holds it, or the directory cannot be written.
    """
    try:
        with contextlib.ExitStack() as undo:
            guard = sqlite3.connect(f"{path}-lock", timeout=0, isolation_level=None, check_same_thread=False)
            undo.callback(guard.close)
            guard.execute("BEGIN EXCLUSIVE")
            undo.pop_all()
    except sqlite3.Error as error:
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
    """The connection whose every commit reaches the disk before it returns: in WAL, FULL syncs the log at each one.

    Raises:
        StoreError: the file cannot be written, or another program is writing it.
    """
    try:
        with contextlib.ExitStack() as undo:
            connection = _connect(path)
            undo.callback(connection.close)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA fullfsync = ON")  # macOS: past the drive's cache too; elsewhere without effect
            connection.execute("PRAGMA checkpoint_fullfsync = ON")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten, not only unlinked
            connection.executescript("BEGIN IMMEDIATE; ROLLBACK")
            undo.pop_all()
    except sqlite3.Error as error:
        raise store_error(f"opening {path} for writing", error) from error
    return connection


def reading_connection(path: Path) -> sqlite3.Connection:
    """A connection that cannot write."""
    connection = _connect(path)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode=rw"  # never makes a file; a reader too must share the log's index
    connection = sqlite3.connect(
        uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    return connection


def check_header(path: Path) -> None:
    """Refuse what is no Pacer file, or one of a newer Pacer, by its first bytes alone: a foreign file is not touched.

    Raises:
        CorruptStoreError: with what to do.
        StoreError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER.size)
    except OSError as error:
        raise store_error(f"opening {path}", error) from error
    if len(header) < _HEADER.size:  # a store is never made empty in its place, so it was cut off
        raise CorruptStoreError(f"{path} has lost its contents: only {len(header)} bytes are left; {_RESTORE}")
    magic, page_size, version, application_id = _HEADER.unpack(header)
    if magic != b"SQLite format 3\0":
        raise CorruptStoreError(f"{path} is damaged or no Pacer store: it is no SQLite database; {_RESTORE}")
    if application_id != APPLICATION_ID:
        raise CorruptStoreError(f"{path} is a database of another program; give Pacer a path of its own")
    if not FIRST_VERSION <= version <= SCHEMA_VERSION:
        raise CorruptStoreError(
            f"{path} has schema version {version}, this Pacer knows {SCHEMA_VERSION}; use the Pacer that wrote it"
        )
    if not Path(f"{path}-wal").exists() and path.stat().st_size % page_size:  # SQLite would read zeros for the rest
        raise CorruptStoreError(f"{path} is damaged: it was cut off in the middle of a page; {_RESTORE}")


def find_damage(path: Path, check: str, seconds: float = math.inf) -> bool:
    """Run SQLite's `quick_check` or `integrity_check` for at most `seconds`; whether all of the file was seen.

    Raises:
        CorruptStoreError: damage was found.
        StoreError: the file cannot be opened.
    """
    deadline = time.monotonic() + seconds
    try:
        with contextlib.closing(reading_connection(path)) as connection:
            connection.set_progress_handler(lambda: time.monotonic() > deadline, 1000)
            faults = [fault for (fault,) in connection.execute(f"PRAGMA {check}(3)") if fault != "ok"]
    except sqlite3.Error as error:
        if primary_code(error) == sqlite3.SQLITE_INTERRUPT:
            return False
        if primary_code(error) not in DAMAGED:
            raise store_error(f"checking {path}", error) from error
        faults = [str(error)]
    if faults:
        raise CorruptStoreError(
            f"{path} is damaged: {'; '.join(faults)}. Keep a copy of it, run `pacer doctor`, then {_RESTORE}"
        )
    return True
