"""What commands of an operator stand on: the store of a server, and learners as any server has them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from api.composition import open_default_store, system_clock
from api.health import Readiness
from api.learners.errors import LearnerClosedError
from api.learners.states import States
from api.settings import Settings, SettingsError, load_settings
from api.store import Store
from api.store.ports import StoreError
from api.tracks.registry import Registry
from api.tutor import load_tutor

T = TypeVar("T")
OPERATOR = "operator"
"""Who settled something, where it was done by a command."""

DATA = click.option("--data", help="Directory of the server [PACER_DATA, ./data]")
STORE = click.option("--store", help="URL of the MongoDB database [PACER_STORE, a file in the data directory]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server is whose store a command opens, as options say it; None leaves it to the environment."""

    data: str | None = None
    store: str | None = None

    def settings(self) -> Settings:
        """The settings. Raises SettingsError."""
        return load_settings(os.environ, data=self.data, store=self.store)


@asynccontextmanager
async def opened(place: Place) -> AsyncIterator[Store]:
    """The store of the server. Raises SettingsError, StoreError."""
    store = await open_default_store(place.settings())
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def live(place: Place) -> AsyncIterator[tuple[Store, States]]:
    """The store, and live learners on it; whatever else writes to them is seen. Raises SettingsError, StoreError."""
    async with opened(place) as store:
        registry = Registry(store.documents, load_tutor(place.settings(), Readiness()))
        states = States(store.journal, registry, system_clock)
        try:
            yield store, states
        finally:
            await states.close()


def finished(work: Callable[[], Coroutine[Any, Any, T]], *errors: type[Exception]) -> T:
    """The result of some work; its errors told as a command tells them."""
    told: tuple[type[Exception], ...] = (SettingsError, StoreError, LearnerClosedError, *errors)
    try:
        return asyncio.run(work())
    except told as error:
        raise click.ClickException(str(error)) from error
