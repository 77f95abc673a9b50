"""Devices that a learner wants to be told on: Web Push subscriptions and the tokens of apps."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Literal

import msgspec

from api.notifications.errors import DeviceNotRegisteredError
from api.store.pages import find_all
from api.store.ports import Document, Documents, VersionClashError

DEVICE = "notificationDevice"
LEARNER = "learner_id"
MAX_DEVICES = 10
"""A learner who registers more loses the one registered longest ago."""

ID_LENGTH = 32
DeviceKind = Literal["webPush", "fcm", "apns"]


class WebPushTarget(msgspec.Struct, frozen=True, tag_field="kind", tag="webPush", rename="camel", gc=False):
    """A browser's subscription; keys in base64url."""

    endpoint: str
    p256dh: str
    auth: str

    @property
    def address(self) -> str:
        """What tells it from every other."""
        return f"webPush {self.endpoint}"


class FcmTarget(msgspec.Struct, frozen=True, tag_field="kind", tag="fcm", rename="camel", gc=False):
    """An app reached through Firebase Cloud Messaging."""

    token: str

    @property
    def address(self) -> str:
        """What tells it from every other."""
        return f"fcm {self.token}"


class ApnsTarget(msgspec.Struct, frozen=True, tag_field="kind", tag="apns", rename="camel", gc=False):
    """An app reached through Apple's Push Notification service; `sandbox` for builds under development."""

    token: str
    sandbox: bool = False

    @property
    def address(self) -> str:
        """What tells it from every other."""
        return f"apns {self.token}"


Target = WebPushTarget | FcmTarget | ApnsTarget


class Device(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A device as stored.

    Attributes:
        id: digest of the target's address, so that a device is registered once, and by one learner.
        registered_at: milliseconds since the epoch.
    """

    id: str
    learner_id: str
    target: Target
    registered_at: int
    name: str = ""


def id_of(target: Target) -> str:
    """The id of a device with this target."""
    return hashlib.sha256(target.address.encode()).hexdigest()[:ID_LENGTH]


class DeviceBook:
    """Devices on the Documents port."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self._documents.declare(DEVICE, indexes=(LEARNER,))

    async def of(self, learner_id: str) -> list[Device]:
        """A learner's devices, the last registered first."""
        found = [_device(each) async for each in find_all(self._documents, DEVICE, LEARNER, learner_id)]
        return sorted(found, key=lambda device: (-device.registered_at, device.id))

    async def register(self, device: Device) -> None:
        """Keep a device; whoever had it before has it no more. Registering it again is harmless."""
        await self._documents.put(DEVICE, device.id, msgspec.json.encode(device))
        for old in (await self.of(device.learner_id))[MAX_DEVICES:]:
            await self._documents.delete(DEVICE, old.id)

    async def remove(self, learner_id: str, device_id: str) -> None:
        """Forget a device. Raises DeviceNotRegisteredError, also for another learner's."""
        document = await self._documents.get(DEVICE, device_id)
        if document is None or _device(document).learner_id != learner_id:
            raise DeviceNotRegisteredError(f"you have no device {device_id[:ID_LENGTH]}")
        await self._documents.delete(DEVICE, device_id)

    async def gone(self, device: Device) -> None:
        """Forget a device that is no more, unless it was registered anew meanwhile."""
        document = await self._documents.get(DEVICE, device.id)
        if document is not None and _device(document).target == device.target:
            with suppress(VersionClashError):
                await self._documents.delete(DEVICE, device.id, expected_version=document.version)

    async def pass_on(self, guest_id: str, account_id: str) -> None:
        """Give all devices of a guest to an account. Repeating it is harmless."""
        for device in await self.of(guest_id):
            await self.register(msgspec.structs.replace(device, learner_id=account_id))


def _device(document: Document) -> Device:
    return msgspec.json.decode(document.body, type=Device)
