"""The port of what carries a push to one device, and what can become of it."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from api.notifications.devices import Device

Became = Literal["sent", "gone", "later", "refused", "unsure"]
"""What became of a message: handed over; the device is no more; not now; never; or nobody can tell, because the answer
did not arrive. What is unsure is not sent again: a reminder that is lost is better than one that comes twice."""

MAX_DETAIL = 200
TAG_BYTES, UUID_BYTES = 18, 16


class Result(msgspec.Struct, frozen=True, gc=False):
    """What became of a message, in how many seconds to try again, and what the other side said."""

    became: Became
    retry_seconds: float = 0.0
    detail: str = ""


class Note(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A push: it names nobody, and holds nothing about anybody.

    Attributes:
        id: of the message here; only its digest leaves the house.
        code: of the texts, for apps that have their own.
        seconds: for how long it is worth delivering.
    """

    id: str
    code: str
    title: str
    body: str
    seconds: int

    @property
    def tag(self) -> str:
        """The same for the same message, so that a device shows it once; 24 characters of base64url."""
        return urlsafe_b64encode(self._digest[:TAG_BYTES]).decode()

    @property
    def uuid(self) -> str:
        """The tag as a UUID."""
        return str(UUID(bytes=self._digest[:UUID_BYTES]))

    @property
    def _digest(self) -> bytes:
        return hashlib.sha256(b"pacer note " + self.id.encode()).digest()


class Carrier(Protocol):
    """Carries pushes to devices of one kind."""

    async def send(self, device: Device, note: Note) -> Result:
        """Hand a push over. Never raises for what the other side or the network does."""

    async def close(self) -> None:
        """Let go of connections."""


class CarrierError(Exception):
    """A channel cannot be opened as it is set; the text names the setting and what to do."""
