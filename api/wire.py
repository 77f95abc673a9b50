"""What every message on the wire has in common: names, instants, zones, identifiers, the envelope of a learner's event.

Names in camelCase; unknown fields are ignored; instants are RFC 3339 in UTC with milliseconds. Types are strict: a
number in quotes is not a number. How messages are read and written is in api/http/messages.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Annotated, Any, Generic, Literal, TypeVar
from zoneinfo import available_timezones

import msgspec
import uuid_utils
from litestar import Litestar, Request
from litestar.datastructures import State

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
EARLIEST_YEAR, LATEST_YEAR = 2000, 2200
END = r"$(?!\n)"
"""Ends a pattern. In Python a bare `$` also matches before a last line break; in JSON Schema it does not."""
UUID7_PATTERN = "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}" + END
LINE_PATTERN = r"^[^\u0000-\u001F\u007F]*" + END
"""Text without control characters."""
MAX_BODY_BYTES = 1_000_000

PUBLIC: dict[str, Any] = {"public": True}
"""`opt=PUBLIC` on a route lets callers in without a token; every other route needs one."""

LearnerRequest = Request[str, None, State]
"""The request of an authenticated route: `request.user` is the learner's id."""

T = TypeVar("T")


class WireError(Exception):
    """A request could not be read. Each fault is (pointer or "", what is wrong and what is allowed)."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__("; ".join(f"{pointer or 'body'}: {detail}" for pointer, detail in faults))
        self.faults = faults


class Wire(msgspec.Struct, kw_only=True, frozen=True, rename="camel", gc=False):
    """Base of every request and response struct; subclasses say `frozen=True, kw_only=True` again.

    A field that is None is sent as null unless `omit_defaults` is set. What comes from JSON or goes to it has no
    cycles: `gc=False`, here and where else it stands, spares Python looking for them.
    """


Instant = Annotated[
    str,
    msgspec.Meta(
        description="An instant in UTC with milliseconds (RFC 3339).",
        examples=["2026-03-01T09:30:00.000Z"],
        extra_json_schema={"format": "date-time"},
    ),
]
UUID7 = Annotated[
    str,
    msgspec.Meta(
        pattern=UUID7_PATTERN,
        description="A UUID of version 7 in lower case (RFC 9562).",
        examples=["0195506e-8f00-7c3a-9b1e-2f6d1c0a4b5d"],
    ),
]
Zone = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=64,
        description="An IANA time zone name.",
        examples=["Europe/Madrid"],
    ),
]
Locale = Annotated[
    str,
    msgspec.Meta(
        pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}" + END,
        max_length=35,
        description="A BCP 47 language tag.",
        examples=["en", "es-MX"],
    ),
]
Identifier = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


DeviceId = Annotated[str, msgspec.Meta(min_length=1, max_length=64, examples=["phone-1"])]


class EventFields(Wire, frozen=True, kw_only=True):
    """What every event of a learner carries beside its own fields.

    Attributes:
        event_id: made by the client; sending it again is harmless.
        client_time: what the device's clock showed, with its offset.
        zone: the IANA zone the learner was in; the local date is decided by the server from it.
        sequence: rises by one with each event of the device.
    """

    event_id: UUID7
    client_time: Annotated[
        datetime,
        msgspec.Meta(
            tz=True,
            description="The device's clock with its offset (RFC 3339), between the years 2000 and 2200.",
            examples=["2026-03-01T10:30:00.000+01:00"],
        ),
    ]
    zone: Zone
    sequence: Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1, examples=[1])]

    def __post_init__(self) -> None:
        check_year("clientTime", self.client_time)
        check_zone(self.zone)

    @property
    def client_ms(self) -> int:
        """The client's time in milliseconds since the epoch, UTC."""
        return (self.client_time - EPOCH) // MILLISECOND


class EventEnvelope(EventFields, frozen=True, kw_only=True):
    """An event in a request of its own, which says whose it is. Subclass it for a request that is an event.

    Attributes:
        device_id: the same for all events of one device.
        sent_at: what the device's clock shows as this request is sent, the same event again included; it is no part of
            the event.
    """

    device_id: DeviceId
    sent_at: (
        Annotated[
            datetime,
            msgspec.Meta(
                tz=True,
                description="The device's clock as it sent this request, from which the server measures its skew.",
                examples=["2026-03-01T10:30:02.000+01:00"],
            ),
        ]
        | None
    ) = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.sent_at is not None:
            check_year("sentAt", self.sent_at)

    @property
    def sent_ms(self) -> int | None:
        """When the device says it sent the request, in milliseconds since the epoch, UTC."""
        return milliseconds(self.sent_at)


def milliseconds(time: datetime | None) -> int | None:
    """Milliseconds since the epoch, UTC."""
    return None if time is None else (time - EPOCH) // MILLISECOND


def check_year(field: str, time: datetime) -> None:
    """Refuse a time that no working clock shows.

    Raises:
        ValueError: naming the field and the year; inside a struct it becomes a fault with a pointer.
    """
    if not EARLIEST_YEAR <= time.year < LATEST_YEAR:
        raise ValueError(f"/{field}: the year {time.year} is not between {EARLIEST_YEAR} and {LATEST_YEAR - 1}")


OF_THE_MACHINE = frozenset({"localtime", "Factory"})
"""Names that a machine's database may have beside those of IANA, and that mean another zone on another machine."""


@cache
def zone_names() -> frozenset[str]:
    """Every IANA zone name the time zone database knows."""
    return frozenset(available_timezones()) - OF_THE_MACHINE


def check_zone(name: str) -> None:
    """Refuse a zone that is not in the IANA database, or is a bare offset.

    Raises:
        ValueError: naming the field and the value; inside a struct it becomes a fault with a pointer.
    """
    if name not in zone_names():
        raise ValueError(f"/zone: {name!r} is not an IANA time zone name such as 'Europe/Madrid'")


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return (EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


def instant(ms: int) -> str:
    """Milliseconds since the epoch as RFC 3339 in UTC, always with three decimals."""
    return f"{_second(ms // 1000)}.{ms % 1000:03d}Z"


def new_id() -> str:
    """A fresh UUIDv7 as text; ids made later sort later."""
    return str(uuid_utils.uuid7())


class Slot(Generic[T]):
    """Where a room of the service keeps its service object in the app; typed, and one dictionary look-up a request.

    Two Litestar dependencies on one handler cost about 140 microseconds a request (they are resolved in a task group),
    a slot costs less than one.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def fill(self, app: Litestar, value: T) -> None:
        """Put the room's service in place, once, when the app starts."""
        app.state[self.name] = value

    def fetch(self, app: Litestar) -> T:
        """The room's service. Raises KeyError before the app has started."""
        found: T = app.state[self.name]
        return found

    def of(self, request: Request[Any, Any, Any]) -> T:
        """The room's service, from a request."""
        found: T = request.app.state[self.name]
        return found


PATH = re.compile(r"\$(\S*)`?$")
STEP = re.compile(r"\.([^.\[\]`]+)|\[(\d+|\.\.\.)\]")


def fault_of(message: str) -> tuple[str, str]:
    """Split msgspec's "what is wrong - at `$.a[0].b`" into (JSON Pointer, what is wrong)."""
    detail, _, where = message.partition(" - at `$")
    pointer = "".join(f"/{name or index}" for name, index in STEP.findall(where.rstrip("`")))
    if detail.startswith("/"):
        own, _, detail = detail.partition(": ")
        pointer += own
    return pointer, detail


Raises = tuple[type[Exception], ...]
Method = Literal["get", "post", "patch", "put", "delete"]
Clock = Callable[[], int]
"""Milliseconds since the epoch, UTC."""


def raises(*errors: type[Exception]) -> dict[str, Any]:
    """`opt=raises(NotFoundError, ...)`: the errors of a route beyond those every route has, for its documentation."""
    return {"raises": errors}
