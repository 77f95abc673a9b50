"""The Documents port on SQLite: one table, and a partial index over the JSON body for each declared field."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence

from api.store.ports import Document, StoreError, VersionClashError
from api.store.sqlite.reader import Reader
from api.store.sqlite.texts import DeclareText, asked_for, search_sql
from api.store.sqlite.writer import Writes

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


class SqliteDocuments:
    """Versioned documents by kind; see api.store.ports.Documents for the contract."""

    def __init__(self, writer: Writes, reader: Reader) -> None:
        self._writer = writer
        self._reader = reader
        self._declared: dict[str, set[str]] = {}
        self._texts: dict[str, str] = {}

    async def declare(self, kind: str, indexes: Sequence[str] = (), unique: Sequence[str] = ()) -> None:
        """Say which top-level text fields of the JSON body are looked up. Existing documents are indexed too.

        Raises:
            StoreError: a name is not letters, digits, _ and - beginning with a letter; or existing bodies are not JSON.
            VersionClashError: existing documents share a value of a unique field.
        """
        for name in (kind, *indexes, *unique):
            if not _NAME.fullmatch(name):
                raise StoreError(f"{name!r} cannot name a kind or a field: use letters, digits, _ and -, at most 64")
        await self._writer.write(_Declare(kind, tuple(indexes), tuple(unique)))
        self._declared.setdefault(kind, set()).update(indexes, unique)

    async def get(self, kind: str, id: str) -> Document | None:
        """One document, or None."""
        rows = self._reader.rows("SELECT version, body FROM documents WHERE kind = ? AND id = ?", (kind, id))
        return Document(kind=kind, id=id, version=rows[0][0], body=rows[0][1]) if rows else None

    async def put(self, kind: str, id: str, body: bytes, expected_version: int | None = None) -> Document:
        """Write a document; `expected_version` 0 means it must be new, None replaces whatever is there."""
        document: Document = await self._writer.write(_Put(kind, id, bytes(body), expected_version))
        return document

    async def delete(self, kind: str, id: str, expected_version: int | None = None) -> bool:
        """Remove a document; whether there was one."""
        deleted: bool = await self._writer.write(_Delete(kind, id, expected_version))
        return deleted

    async def find(self, kind: str, field: str, value: str, after_id: str = "", limit: int = 100) -> list[Document]:
        """Documents whose declared field equals value, in order of id, with id > after_id.

        Raises:
            StoreError: the field was not declared.
        """
        declared = self._declared.get(kind, set())
        if field not in declared:
            known = ", ".join(sorted(declared)) or "none"
            raise StoreError(f"documents of kind {kind!r} are not indexed by {field!r}; declared fields: {known}")
        where = f"kind = '{kind}' AND {_text(field)} = ?"  # the literal kind lets SQLite use the partial index
        return self._documents(kind, where, (value,), after_id, limit)

    async def all(self, kind: str, after_id: str = "", limit: int = 100) -> list[Document]:
        """Documents of a kind, in order of id, with id > after_id."""
        return self._documents(kind, "kind = ?", (kind,), after_id, limit)

    async def declare_text(self, kind: str, field: str, within: str) -> None:
        """Say which field's words are searched, among documents that share a text in another."""
        for name in (kind, field, within):
            if not _NAME.fullmatch(name):
                raise StoreError(f"{name!r} cannot name a kind or a field: use letters, digits, _ and -, at most 64")
        await self._writer.write(DeclareText(kind, field, within))
        self._texts[kind] = within

    async def search(self, kind: str, value: str, words: Sequence[str], limit: int = 100) -> list[Document]:
        """Documents whose field `within` equals value and whose words hold all of these.

        Raises:
            StoreError: the kind has no declared text, or no word is given.
        """
        if kind not in self._texts or not words:
            raise StoreError(f"documents of kind {kind!r} are searched by words once those are declared")
        rows = self._reader.rows(search_sql(kind), (asked_for(value, words), limit))
        return [Document(kind=kind, id=id, version=version, body=body) for id, version, body in rows]

    def _documents(self, kind: str, where: str, values: Sequence[str], after_id: str, limit: int) -> list[Document]:
        rows = self._reader.rows(
            f"SELECT id, version, body FROM documents WHERE {where} AND id > ? ORDER BY id LIMIT ?",
            (*values, after_id, limit),
        )
        return [Document(kind=kind, id=id, version=version, body=body) for id, version, body in rows]


def _text(field: str) -> str:
    """The SQL of a body's top-level field where it holds text, else null (which no unique index minds)."""
    path = f"CAST(body AS TEXT), '$.\"{field}\"'"
    return f"CASE json_type({path}) WHEN 'text' THEN json_extract({path}) END"


class _Declare:
    """Make the indexes that are not there yet."""

    __slots__ = ("indexes", "kind", "unique")

    def __init__(self, kind: str, indexes: tuple[str, ...], unique: tuple[str, ...]) -> None:
        self.kind = kind
        self.indexes = indexes
        self.unique = unique

    def apply(self, connection: sqlite3.Connection) -> None:
        for field in self.indexes:
            self._create(connection, field, "INDEX", ", id")
        for field in self.unique:
            self._create(connection, field, "UNIQUE INDEX", "")

    def _create(self, connection: sqlite3.Connection, field: str, what: str, also: str) -> None:
        name = f"{what.split()[0].lower()} of {self.kind}.{field}"
        sql = f"CREATE {what} IF NOT EXISTS \"{name}\" ON documents ({_text(field)}{also}) WHERE kind = '{self.kind}'"
        try:
            connection.execute(sql)
        except sqlite3.IntegrityError as error:
            raise VersionClashError(f"existing documents of kind {self.kind!r} share a value of {field!r}") from error


class _Put:
    """One statement: insert or update, if the version is the expected one."""

    __slots__ = ("body", "expected_version", "id", "kind")

    def __init__(self, kind: str, id: str, body: bytes, expected_version: int | None) -> None:
        if expected_version is not None and expected_version < 0:
            raise StoreError(f"an expected version is 0 (new) or more, not {expected_version}")
        self.kind = kind
        self.id = id
        self.body = body
        self.expected_version = expected_version

    def apply(self, connection: sqlite3.Connection) -> Document:
        expected = self.expected_version
        values = {"kind": self.kind, "id": self.id, "body": self.body, "expected": expected}
        try:
            rows = connection.execute(_PUT_NEW if not expected else _PUT_NEXT, values).fetchall()
        except sqlite3.IntegrityError as error:
            raise VersionClashError(
                f"a unique field of {self.kind} {self.id!r} is taken by another document"
            ) from error
        if not rows:
            raise VersionClashError(_expected(self.kind, self.id, expected))
        return Document(kind=self.kind, id=self.id, version=rows[0][0], body=self.body)


_PUT_NEW = (
    "INSERT INTO documents (kind, id, version, body) VALUES (:kind, :id, 1, :body)"
    " ON CONFLICT (kind, id) DO UPDATE SET version = version + 1, body = excluded.body WHERE :expected IS NULL"
    " RETURNING version"
)
_PUT_NEXT = (
    "UPDATE documents SET version = version + 1, body = :body"
    " WHERE kind = :kind AND id = :id AND version = :expected RETURNING version"
)


class _Delete:
    """Remove, if the version is the expected one."""

    __slots__ = ("expected_version", "id", "kind")

    def __init__(self, kind: str, id: str, expected_version: int | None) -> None:
        self.kind = kind
        self.id = id
        self.expected_version = expected_version

    def apply(self, connection: sqlite3.Connection) -> bool:
        where = "FROM documents WHERE kind = :kind AND id = :id"
        values = {"kind": self.kind, "id": self.id, "expected": self.expected_version}
        deleted = connection.execute(
            f"DELETE {where} AND coalesce(version = :expected, 1) RETURNING 1", values
        ).fetchall()
        if deleted:
            return True
        if connection.execute(f"SELECT 1 {where}", values).fetchall():
            raise VersionClashError(_expected(self.kind, self.id, self.expected_version))
        return False


def _expected(kind: str, id: str, version: int | None) -> str:
    return f"{kind} {id!r} is not at version {version}; read it again and retry"
