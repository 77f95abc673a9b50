"""The MongoDB store as a whole: opened, asked how it is, and closed in the right order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Self

from api.store.mongo.address import Address, parse
from api.store.mongo.calls import Calls
from api.store.mongo.contents import MongoContents
from api.store.mongo.documents import MongoDocuments
from api.store.mongo.drivers import Connection, Driver, connect
from api.store.mongo.faults import FAULTS, store_error
from api.store.mongo.journal import MongoJournal
from api.store.mongo.schema import prepare


class MongoStore:
    """Journal and documents in one database, which any number of servers may use at once."""

    def __init__(self, address: Address, connection: Connection) -> None:
        self._address = address
        self._connection = connection
        self.calls = Calls()
        self._closed = False
        self.journal = MongoJournal(connection.database, self.calls)
        self.documents = MongoDocuments(connection.database, self.calls)
        self.contents = MongoContents(connection.database, self.calls, self.documents.texts)

    @classmethod
    async def open(
        cls,
        url: str,
        driver: Driver = "motor",
        *,
        create: bool = True,
        listeners: Sequence[Any] = (),
    ) -> Self:
        """Connect, and bring the database to this version. `listeners` are PyMongo's command listeners.

        Without `create` an empty database is refused.

        Raises:
            CorruptStoreError: the database is another program's, or of a newer Pacer.
            StoreError: the URL, the driver, or the way to the database is at fault.
        """
        address = parse(url)
        connection = connect(address, driver, listeners)
        try:
            await prepare(connection.database, create=create)
        except FAULTS as error:
            await connection.close()
            raise store_error(f"opening {address}", error) from error
        except BaseException:
            await connection.close()
            raise
        return cls(address, connection)

    @property
    def kind(self) -> str:
        """What it is, and through which driver."""
        return f"MongoDB through {self._connection.driver}"

    def __str__(self) -> str:
        return str(self._address)

    async def reach(self) -> None:
        """Ask the primary for an answer. Raises StoreError if it gives none."""
        await self.calls.ask(f"reaching {self._address}", partial(self._connection.database.command, "ping"))

    async def close(self) -> None:
        """Finish what is under way, refuse what comes, let go of the connections."""
        await self.calls.close()
        if not self._closed:
            self._closed = True
            await self._connection.close()
