"""The connection that reads, used on the event loop itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from api.store.ports import StoreError
from api.store.sqlite.faults import FAULTS, store_error


class Reader:
    """Short reads by key.

    A point read takes some ten microseconds; handing it to a thread and back costs several times that (measured by
    `python -m benchmarks.store`). Whoever reads much does it in pages and lets the loop run between them.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._closed = False

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query.

        Raises:
            StoreError: the store is closed, a value is not storable, or reading failed.
        """
        if self._closed:
            raise StoreError("the store is closed")
        try:
            return self._connection.execute(sql, values).fetchall()
        except FAULTS as error:
            raise store_error("a read", error) from error

    def close(self) -> None:
        """Close the connection; further reads are refused."""
        self._closed = True
        self._connection.close()
