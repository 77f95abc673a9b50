"""The key that Web Push messages are signed with (RFC 8292): made on the first start, kept like the server's secret.

Browsers tie subscriptions to the public key: with another key, every device has to subscribe again.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from api.settings import Settings, SettingsError, private_file

VAPID_FILE = "vapid.pem"
POINT_BYTES, AUTH_BYTES = 65, 16


@dataclass(frozen=True, slots=True)
class VapidKey:
    """The private key, and the public one as browsers want it: the uncompressed point in base64url."""

    private: ec.EllipticCurvePrivateKey
    public: str


def vapid_path(settings: Settings) -> Path:
    """Where the key is: the file of the settings, or the one in the data directory."""
    return Path(settings.vapid).expanduser() if settings.vapid else settings.data_path / VAPID_FILE


def vapid_key(settings: Settings) -> VapidKey:
    """The server's key, made if there is none. Raises SettingsError."""
    path = vapid_path(settings)
    return read_key(private_file(settings, path, make_key, "PACER_VAPID"), path)


def make_key() -> str:
    """A fresh key as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def read_key(text: str, path: Path) -> VapidKey:
    """A key from PEM. Raises SettingsError, naming the file."""
    try:
        key = load_pem_private_key(text.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SettingsError(
            f"{path} is no private key in PEM without a password; remove it to have one made"
        ) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise SettingsError(f"{path} is not a key on the curve P-256; remove it to have one made")
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return VapidKey(key, urlsafe_b64encode(point).rstrip(b"=").decode())


def check_keys(p256dh: str, auth: str) -> None:
    """Refuse the keys of a subscription that no browser made. Raises ValueError with a pointer to the field."""
    point = _decoded("p256dh", p256dh, POINT_BYTES)
    _decoded("auth", auth, AUTH_BYTES)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise ValueError("/keys/p256dh: not a point on the curve P-256, as `getKey('p256dh')` gives it") from None


def _decoded(name: str, text: str, length: int) -> bytes:
    try:
        found = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except ValueError:
        found = b""
    if len(found) != length:
        raise ValueError(f"/keys/{name}: not {length} bytes in base64url, as `getKey('{name}')` gives them")
    return found
