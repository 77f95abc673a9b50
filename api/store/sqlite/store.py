"""The SQLite store as a whole: opened, and closed in the right order."""

from __future__ import annotations

from pathlib import Path

from api.store.sqlite import files
from api.store.sqlite.documents import SqliteDocuments
from api.store.sqlite.journal import SqliteJournal
from api.store.sqlite.reader import Reader
from api.store.sqlite.writer import Writer


class SqliteStore:
    """Journal and documents in one file.

    Raises (on opening):
        CorruptStoreError: the file is damaged, cut off, foreign or newer; nothing was changed.
        StoreError: another server uses it, or the path cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._lock = files.lock(path)
        try:
            if not path.exists():
                files.create(path)
            files.check_header(path)
            files.quick_check(path)
            self._writer = Writer(files.writing_connection(path))
        except BaseException:
            self._lock.close()
            raise
        self._reader = Reader(files.reading_connection(path))
        self.journal = SqliteJournal(self._writer, self._reader)
        self.documents = SqliteDocuments(self._writer, self._reader)

    async def close(self) -> None:
        """Commit what waits, stop the writer, let go of the file. Never yields to the loop, so nothing cancels it."""
        self._reader.close()
        self._writer.stop()
        self._lock.close()
