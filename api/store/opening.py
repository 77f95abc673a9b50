"""The one entrance to the store: from a URL or a path to a journal and documents."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Protocol

from api.store.ports import Documents, Journal, StoreError
from api.store.sqlite.store import SqliteStore, check

_SCHEME = "sqlite:///"


class Store(Protocol):
    """What the service keeps things in."""

    @property
    def journal(self) -> Journal:
        """Commits by learner."""

    @property
    def documents(self) -> Documents:
        """Versioned documents by kind."""

    async def close(self) -> None:
        """Finish what was asked for and let go; reads and writes afterwards raise StoreError."""


async def open_store(url: str | Path) -> Store:
    """Open the store at a path or `sqlite:///path` (one more slash for an absolute one), making an empty one if new.

    The store belongs to the running event loop.

    Raises:
        CorruptStoreError: what is there is damaged, foreign or newer; nothing was changed.
        StoreError: another server uses it, the directory is missing, or the scheme is unknown.
    """
    path = _sqlite_path(url)
    if path.is_dir() or not path.parent.is_dir():
        raise StoreError(f"the store must be a file in a directory that exists, not {path}")
    return SqliteStore(path)


async def check_store(url: str | Path) -> str:
    """Look for damage in all of a store, also beside a running server; what is in it, in one line.

    Raises:
        CorruptStoreError: damage was found; the text says where.
        StoreError: there is no store, or it cannot be opened.
    """
    return await asyncio.to_thread(check, _sqlite_path(url))


def _sqlite_path(url: str | Path) -> Path:
    if isinstance(url, Path) or "://" not in url:
        return Path(url)
    if not url.startswith(_SCHEME):
        raise StoreError(f"cannot open a store at {url!r}; allowed are a file path and {_SCHEME}path")
    return Path(url.removeprefix(_SCHEME))
