"""The one entrance to the store: from a URL or a path to a journal and documents."""

from __future__ import annotations

import asyncio
import importlib
from pathlib import Path
from types import ModuleType
from typing import Literal, Protocol

from api.store.contents import Contents
from api.store.ports import Documents, Journal, StoreError
from api.store.sqlite.store import SqliteReading, SqliteStore, check

_SQLITE = "sqlite:///"
_MONGO = ("mongodb://", "mongodb+srv://")
MongoDriver = Literal["motor", "pymongo"]


class Store(Protocol):
    """What the service keeps things in. Its text names the place, without a password."""

    @property
    def kind(self) -> str:
        """What it is, without its place, such as "SQLite"."""

    @property
    def journal(self) -> Journal:
        """Commits by learner."""

    @property
    def documents(self) -> Documents:
        """Versioned documents by kind."""

    @property
    def contents(self) -> Contents:
        """What moving it needs beyond journal and documents."""

    async def reach(self) -> None:
        """Ask it for an answer. Raises StoreError if it gives none."""

    async def close(self) -> None:
        """Finish what was asked for and let go; reads and writes afterwards raise StoreError."""


async def open_store(url: str | Path, mongo_driver: MongoDriver = "motor") -> Store:
    """Open the store at a path, `sqlite:///path` (one more slash for an absolute one) or `mongodb://host/database`.

    An empty one is made if there is none. The store belongs to the running event loop.

    Raises:
        CorruptStoreError: what is there is damaged, foreign or newer; nothing was changed.
        StoreError: another server uses the file, the directory is missing, the database does not answer, or the
            scheme is unknown.
    """
    if is_mongo(url):
        store: Store = await _mongo("store").MongoStore.open(url, mongo_driver)
        return store
    path = _sqlite_path(url)
    if path.is_dir() or not path.parent.is_dir():
        raise StoreError(f"the store must be a file in a directory that exists, not {path}")
    return SqliteStore(path)


async def open_existing(url: str | Path, mongo_driver: MongoDriver = "motor", *, beside: bool = False) -> Store:
    """Open a store that is there already. `beside` a running server it can only be read, if it is a file.

    Raises:
        CorruptStoreError: what is there is damaged, foreign or newer.
        StoreError: there is nothing, or it cannot be opened.
    """
    if is_mongo(url):
        store: Store = await _mongo("store").MongoStore.open(url, mongo_driver, create=False)
        return store
    path = _sqlite_path(url)
    if beside:
        return SqliteReading(path)
    if not path.exists():
        raise StoreError(f"there is no store at {path}")
    return await open_store(path)


async def check_store(url: str | Path, mongo_driver: MongoDriver = "motor") -> str:
    """Look for damage in all of a store, also beside a running server; what is in it, in one line.

    Raises:
        CorruptStoreError: damage was found; the text says where.
        StoreError: there is no store, or it cannot be opened.
    """
    if is_mongo(url):
        found: str = await _mongo("check").check(url, mongo_driver)
        return found
    return await asyncio.to_thread(check, _sqlite_path(url))


def is_mongo(url: str | Path) -> bool:
    """Whether a URL names a MongoDB database."""
    return isinstance(url, str) and url.startswith(_MONGO)


def _mongo(module: str) -> ModuleType:
    try:
        return importlib.import_module(f"api.store.mongo.{module}")
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        raise StoreError(f"a MongoDB store needs the package {package!r}; run: pip install 'pacer[scale]'") from error


def _sqlite_path(url: str | Path) -> Path:
    if isinstance(url, Path) or "://" not in url:
        return Path(url)
    if not url.startswith(_SQLITE):
        scheme = url.partition("://")[0]
        raise StoreError(
            f"cannot open a store at {scheme}://...; allowed are a file path, {_SQLITE}path and mongodb://host/database"
        )
    return Path(url.removeprefix(_SQLITE))
