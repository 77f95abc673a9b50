"""The SQLite store as a whole: opened, and closed in the right order."""

from __future__ import annotations

import contextlib
from pathlib import Path

from api.store.ports import CorruptStoreError, StoreError
from api.store.sqlite import files
from api.store.sqlite.append import decoded
from api.store.sqlite.contents import SqliteContents
from api.store.sqlite.documents import SqliteDocuments
from api.store.sqlite.journal import SqliteJournal
from api.store.sqlite.migrations import migrate
from api.store.sqlite.reader import Reader
from api.store.sqlite.writer import NoWriter, Writer


class SqliteStore:
    """Journal and documents in one file, which is brought to this version first.

    Raises (on opening):
        CorruptStoreError: the file is damaged, cut off, foreign or newer; nothing was changed.
        StoreError: another server uses it, or the path cannot be used.
    """

    kind = "SQLite"

    def __init__(self, path: Path) -> None:
        self._path = path
        with contextlib.ExitStack() as undo:
            self._lock = files.lock(path)
            undo.callback(self._lock.close)
            if not path.exists():
                files.create(path)
            files.check_header(path)
            files.find_damage(path, "quick_check", files.QUICK_CHECK_S)
            self._reader = Reader(files.reading_connection(path))
            undo.callback(self._reader.close)
            connection = files.writing_connection(path)
            undo.callback(connection.close)
            migrate(connection, path)
            self._writer = Writer(connection)
            undo.pop_all()
        self.journal = SqliteJournal(self._writer, self._reader)
        self.documents = SqliteDocuments(self._writer, self._reader)
        self.contents = SqliteContents(self._writer, self._reader)

    def __str__(self) -> str:
        return str(self._path)

    async def reach(self) -> None:
        """Read a row. Raises StoreError if that fails."""
        self._reader.rows("SELECT 1 FROM commits LIMIT 1")

    async def close(self) -> None:
        """Commit what waits, stop the writer, let go of the file. Never yields to the loop, so nothing cancels it."""
        self._reader.close()
        self._writer.stop()
        self._lock.close()


class SqliteReading:
    """A file read beside a running server, or without one. Whatever would write is refused.

    Raises (on opening):
        CorruptStoreError: the file is damaged, foreign or newer.
        StoreError: there is none.
    """

    kind = "SQLite"

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise StoreError(f"there is no store at {path}")
        files.check_header(path)
        self._path = path
        self._reader = Reader(files.reading_connection(path))
        self.journal = SqliteJournal(NoWriter(), self._reader)
        self.documents = SqliteDocuments(NoWriter(), self._reader)
        self.contents = SqliteContents(NoWriter(), self._reader)

    def __str__(self) -> str:
        return str(self._path)

    async def reach(self) -> None:
        """Read a row. Raises StoreError if that fails."""
        self._reader.rows("SELECT 1 FROM commits LIMIT 1")

    async def close(self) -> None:
        """Close the connection."""
        self._reader.close()


def check(path: Path) -> str:
    """Look at all of a file, also beside a running server, and say what is in it.

    Raises:
        CorruptStoreError: damage was found: in a page, a commit that cannot be read, or an event without its commit.
        StoreError: there is no file, or it cannot be opened.
    """
    if not path.exists():
        raise StoreError(f"there is no store at {path}")
    files.check_header(path)
    files.find_damage(path, "integrity_check")
    with contextlib.closing(files.reading_connection(path)) as connection:
        connection.execute("BEGIN")
        n_commits = n_events = 0
        for learner_id, seq, body in connection.execute("SELECT learner_id, seq, body FROM commits"):
            n_events += len(decoded(learner_id, seq, body).events)
            n_commits += 1
        n_indexed = connection.execute(
            "SELECT count(*) FROM events e JOIN commits c ON c.learner_id = e.learner_id AND c.seq = e.seq"
        ).fetchone()[0]
        n_ids, n_documents = connection.execute(
            "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM documents)"
        ).fetchone()
    if not n_events == n_indexed == n_ids:
        raise CorruptStoreError(
            f"{path}: commits hold {n_events} events, but {n_ids} are indexed, {n_indexed} of them with a commit"
        )
    return f"{path}: {n_commits} commits with {n_events} events, and {n_documents} documents, all readable"
