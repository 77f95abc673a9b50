"""What a store's URL says, and what of it may be shown: hosts and database, never the user, the password or options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

from api.store.ports import StoreError

DEFAULT_DATABASE = "pacer"
DEFAULT_PORT = 27017


@dataclass(frozen=True, slots=True)
class Address:
    """A URL that was understood. `url` holds secrets: it goes to the driver and nowhere else."""

    url: str
    hosts: tuple[str, ...]
    database: str
    options: frozenset[str]

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return f"mongodb://{','.join(self.hosts)}/{self.database}"


def parse(url: str) -> Address:
    """Understand `mongodb://[user:password@]host[:port],.../[database][?options]`, or `mongodb+srv://`.

    Raises:
        StoreError: it cannot be understood. The text does not repeat it: it may hold a password.
    """
    try:
        parsed: dict[str, Any] = dict(parse_uri(url, validate=True, warn=False))
    except (PyMongoError, ValueError) as error:
        raise StoreError(
            f"the store's MongoDB URL cannot be understood ({type(error).__name__}). It must look like"
            " mongodb://user:password@host:27017/pacer?replicaSet=rs0, with : / ? # @ of user and password"
            " percent-encoded"
        ) from None
    return Address(
        url=url,
        hosts=tuple(f"{host}:{port or DEFAULT_PORT}" for host, port in parsed["nodelist"]),
        database=parsed["database"] or DEFAULT_DATABASE,
        options=frozenset(name.lower() for name in parsed["options"]),
    )
