"""The two drivers behind one face: Motor, and PyMongo's own asyncio client.

Their collections have the same methods with the same meaning for all that the store uses; what differs is how a client
is made and closed. So a database of either is typed as PyMongo's, and nothing above knows which it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from pymongo import AsyncMongoClient, ReadPreference, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

from api.store.mongo.address import Address
from api.store.ports import StoreError

Driver = Literal["motor", "pymongo"]
Bson = dict[str, Any]
Collection = AsyncCollection[Bson]
Database = AsyncDatabase[Bson]

# How long the service waits for the database unless the URL says otherwise, milliseconds.
TIMEOUTS = {
    "serverSelectionTimeoutMS": 5_000,
    "connectTimeoutMS": 5_000,
    "socketTimeoutMS": 20_000,
    "waitQueueTimeoutMS": 10_000,
}
# A majority that does not answer in this time, milliseconds, leaves a write's outcome open.
WRITE_TIMEOUT_MS = 10_000


@dataclass(frozen=True, slots=True)
class Connection:
    """An open client, reduced to the one database of the store, and how to close it."""

    database: Database
    driver: Driver
    close: Callable[[], Awaitable[None]]


def connect(address: Address, driver: Driver, listeners: Sequence[Any] = ()) -> Connection:
    """A client whose writes are acknowledged by a majority's journals and whose reads see only such writes.

    Nothing is sent before the first operation. `listeners` are PyMongo's command listeners.

    Raises:
        StoreError: the driver is not installed, or an option of the URL is not one.
    """
    options: dict[str, Any] = {
        "appname": "pacer",
        "retryWrites": True,
        "retryReads": True,
        "event_listeners": list(listeners),
        **{name: value for name, value in TIMEOUTS.items() if name.lower() not in address.options},
    }
    try:
        client, close = _CLIENTS[driver](address.url, options)
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        raise StoreError(
            f"the driver {driver!r} needs the package {package!r}; run: pip install 'pacer[scale]'"
        ) from error
    except (TypeError, ValueError) as error:
        raise StoreError(f"{address} has an option that MongoDB's driver refuses ({type(error).__name__})") from None
    database = client.get_database(
        address.database,
        read_preference=ReadPreference.PRIMARY,
        read_concern=ReadConcern("majority"),
        write_concern=WriteConcern(w="majority", j=True, wtimeout=WRITE_TIMEOUT_MS),
    )
    return Connection(cast(Database, database), driver, close)


def _motor(url: str, options: dict[str, Any]) -> tuple[Any, Callable[[], Awaitable[None]]]:
    from motor.motor_asyncio import AsyncIOMotorClient

    client: Any = AsyncIOMotorClient(url, **options)

    async def close() -> None:
        await asyncio.to_thread(client.close)  # it says goodbye to the servers, and waits

    return client, close


def _pymongo(url: str, options: dict[str, Any]) -> tuple[Any, Callable[[], Awaitable[None]]]:
    client: AsyncMongoClient[Bson] = AsyncMongoClient(url, **options)
    return client, client.close


_CLIENTS: dict[Driver, Callable[[str, dict[str, Any]], tuple[Any, Callable[[], Awaitable[None]]]]] = {
    "motor": _motor,
    "pymongo": _pymongo,
}
