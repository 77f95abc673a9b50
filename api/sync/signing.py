"""The key that signs offline bundles: Ed25519 (RFC 8032), published as a JSON Web Key (RFC 8037).

It is derived from the server's secret (HKDF, RFC 5869), which is made on the first start: every worker that shares the
secret signs with the same key, and there is no second file to keep.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from api.sync.schemas import Jwk, Signed

PURPOSE = b"pacer offline bundles 1"
KEY_BYTES = 32


class Signer:
    """Signs bytes under the server's secret."""

    def __init__(self, secret: str) -> None:
        seed = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=PURPOSE).derive(secret.encode())
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        public = base64url(self._key.public_key().public_bytes_raw())
        self.jwk = Jwk(kid=_thumbprint(public), x=public)

    def sign(self, payload: bytes) -> Signed:
        """The payload with its signature; equal payloads get equal signatures."""
        return Signed(kid=self.jwk.kid, payload=payload.decode(), signature=base64url(self._key.sign(payload)))


def base64url(data: bytes) -> str:
    """Base64url without padding (RFC 7515, section 2)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _thumbprint(x: str) -> str:
    """The key's id: its thumbprint (RFC 7638)."""
    return base64url(sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'.encode()).digest())
