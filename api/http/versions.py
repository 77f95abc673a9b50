"""Versions that come and go: clients too old to be served, and routes that will be gone.

A client says who it is by `Pacer-Client: name/1.2.3`. A route that says `opt=deprecated(...)` tells so by `Deprecation`
(RFC 9745) and `Sunset` (RFC 8594).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from api.http.errors import BadHeaderError, ClientTooOldError

CLIENT = re.compile(r"([A-Za-z][A-Za-z0-9._-]{0,39})/(\d{1,6}(?:\.\d{1,6}){0,3})(?:[-+ ].{0,80})?")
Version = tuple[int, ...]
PARTS = 4


def read_client(text: str) -> tuple[str, Version] | None:
    """Name and version of "name/1.2.3", a build or a comment after it left out; None if it is not of that form."""
    match = CLIENT.fullmatch(text)
    return None if match is None else (match[1].lower(), _version(match[2]))


def _version(text: str) -> Version:
    numbers = tuple(int(part) for part in text.split("."))
    return numbers + (0,) * (PARTS - len(numbers))


def read_minimums(setting: str) -> dict[str, Version]:
    """The oldest version served of each client, from "android/2.0, ios/1.4.1".

    Raises:
        ValueError: naming the part that is not of that form.
    """
    minimums: dict[str, Version] = {}
    for part in filter(None, (part.strip() for part in setting.split(","))):
        client = read_client(part)
        if client is None:
            raise ValueError(f"{part!r} is not of the form name/1.2.3")
        minimums[client[0]] = client[1]
    return minimums


def check_client(header: str, minimums: Mapping[str, Version]) -> None:
    """Refuse a client that is too old; one that has no minimum is served.

    Raises:
        BadHeaderError: the header is not of the form.
        ClientTooOldError: telling what to do.
    """
    client = read_client(header.strip())
    if client is None:
        raise BadHeaderError("Pacer-Client", f"{header[:60]!r} is not of the form name/1.2.3")
    name, version = client
    minimum = minimums.get(name)
    if minimum is not None and version < minimum:
        needed = f"{name}/{shown(minimum)}"
        raise ClientTooOldError(
            f"{name}/{shown(version)} is no longer served; update it to {needed} or newer. What it has stored and not"
            f" yet sent stays valid.",
            needed,
        )


def shown(version: Version) -> str:
    """1.4.0, and 1.4.0.2 where there is a fourth part."""
    return ".".join(map(str, version if version[-1] else version[:-1]))


def deprecated(since: str, sunset: str) -> dict[str, Any]:
    """`opt=deprecated("2026-09-01", "2027-03-01")`: the route still works, but not for ever. Days in UTC.

    Raises:
        ValueError: a day is not a date, or the sunset comes first.
    """
    first, last = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (since, sunset))
    if last <= first:
        raise ValueError(f"the sunset, {sunset}, must come after the deprecation, {since}")
    return {
        "deprecated": (("deprecation", f"@{int(first.timestamp())}"), ("sunset", format_datetime(last, usegmt=True)))
    }
