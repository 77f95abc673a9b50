"""A bundle on a phone: verified, kept on disk, used up exercise by exercise; and the packages it needs."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.conformance.disk import Disk

BUNDLE, PACKAGE, USED = "bundle.json", "package-", "used.json"
Json = dict[str, Any]


class Bundle:
    """A signed manifest, and how far the phone is with it. Raises InvalidSignature if nobody of note signed it."""

    def __init__(self, part: Json, keys: Json, used: int = 0) -> None:
        self.signed = part["manifest"]
        key = next(key for key in keys["keys"] if key["kid"] == self.signed["kid"])
        payload = self.signed["payload"].encode()
        Ed25519PublicKey.from_public_bytes(unpadded(key["x"])).verify(unpadded(self.signed["signature"]), payload)
        self.manifest: Json = json.loads(payload)
        self.id: str = self.manifest["bundleId"]
        self.hash = sha256(payload).hexdigest()
        self.used = used
        self._keys = keys

    @classmethod
    def stored(cls, disk: Disk) -> Bundle | None:
        """The bundle on a disk, verified without a connection."""
        kept, used = disk.read(BUNDLE), disk.read(USED)
        if not kept:
            return None
        found = json.loads(kept)
        return cls({"manifest": found["signed"]}, found["keys"], json.loads(used)["used"] if used else 0)

    def store(self, disk: Disk) -> None:
        """Keep it. Raises DiskFullError."""
        disk.write(BUNDLE, json.dumps({"signed": self.signed, "keys": self._keys}).encode())
        disk.write(USED, json.dumps({"used": self.used}).encode())

    def take(self, disk: Disk) -> Json | None:
        """The next exercise, None if none is left. Raises DiskFullError."""
        if self.used >= len(self.manifest["exercises"]):
            return None
        exercise: Json = self.manifest["exercises"][self.used]
        disk.write(USED, json.dumps({"used": self.used + 1}).encode())
        self.used += 1
        return exercise


class PackageStore:
    """Packages on disk, each under the hash of its content."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk

    def put(self, name: str, content: str) -> None:
        """Keep a package that is what its name says. Raises DiskFullError, ValueError."""
        if sha256(content.encode()).hexdigest() != name:
            raise ValueError(f"package {name} is not what its name says")
        self._disk.write(PACKAGE + name, content.encode())

    def get(self, name: str) -> Json | None:
        """A package, None if it was removed to make room."""
        kept = self._disk.read(PACKAGE + name)
        return json.loads(kept) if kept else None

    def remove(self, name: str) -> None:
        """Let a package go."""
        self._disk.remove(PACKAGE + name)

    def hashes(self) -> list[str]:
        """What is here."""
        return [name.removeprefix(PACKAGE) for name in self._disk.names(PACKAGE)]


def unpadded(text: str) -> bytes:
    """Bytes of base64url without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
