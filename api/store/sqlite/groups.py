"""Committing a group of writes: one commit for all, and a failing member never takes the others with it.

Three ways down, each only when the one before failed and was undone whole:

1. all appends are one statement: alone (the usual case), or in a transaction with what else there is to write;
2. one transaction in which every member first checks whether it may write, so a refused one writes nothing;
3. a transaction for each member, when the disk or SQLite itself failed.

Each statement costs the thread a turn at the interpreter's lock, which a busy event loop gives up once in 5 ms.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from api.store.ports import StoreError
from api.store.sqlite.append import Append, insert_all
from api.store.sqlite.faults import FAULTS, primary_code, store_error


class Write(Protocol):
    """Something to write.

    `apply` runs inside a transaction and either raises a StoreError having written nothing, or writes and returns
    the answer. Whatever else it raises undoes the whole transaction.
    """

    def apply(self, connection: sqlite3.Connection) -> Any:
        """Check, write, and return the answer."""


def commit_group(connection: sqlite3.Connection, writes: Sequence[Write]) -> list[Any]:
    """Write a group durably; answer each member in place with its result or its StoreError."""
    appends = [write for write in writes if isinstance(write, Append)]
    if appends and not connection.in_transaction:  # else it would not be committed by itself
        try:
            return _at_once(connection, writes, appends)
        except FAULTS as error:
            if primary_code(error) == sqlite3.SQLITE_BUSY:
                return [store_error("a write", error) for _ in writes]
    try:
        return _together(connection, writes)
    except FAULTS as error:
        if primary_code(error) == sqlite3.SQLITE_BUSY:
            return [store_error("a write", error) for _ in writes]
        return [_alone(connection, write) for write in writes]


def _at_once(connection: sqlite3.Connection, writes: Sequence[Write], appends: Sequence[Append]) -> list[Any]:
    if len(appends) == len(writes):
        insert_all(connection, appends)
        return [None] * len(writes)
    with _transaction(connection):
        insert_all(connection, appends)
        return [None if isinstance(write, Append) else _apply(connection, write) for write in writes]


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _together(connection: sqlite3.Connection, writes: Sequence[Write]) -> list[Any]:
    with _transaction(connection):
        return [_apply(connection, write) for write in writes]


def _apply(connection: sqlite3.Connection, write: Write) -> Any:
    try:
        return write.apply(connection)
    except StoreError as refusal:
        return refusal


def _alone(connection: sqlite3.Connection, write: Write) -> Any:
    try:
        return _together(connection, [write])[0]
    except FAULTS as error:
        return store_error("a write", error)
