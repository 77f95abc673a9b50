"""A real OpenID provider on loopback: discovery, keys, a token endpoint with PKCE, and tokens signed as one likes."""

from __future__ import annotations

import hashlib
import json
import threading
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Key:
    """A key pair with its id and algorithm."""

    id: str
    algorithm: str
    private: Private

    def public(self) -> dict[str, Any]:
        """As it stands in a key set."""
        public = self.private.public_key()
        read = RSAAlgorithm.to_jwk if isinstance(public, rsa.RSAPublicKey) else ECAlgorithm.to_jwk
        found: dict[str, Any] = json.loads(read(public))  # type: ignore[arg-type]
        return {**found, "kid": self.id, "use": "sig"}

    def pem(self) -> bytes:
        """The public key as text, which an attacker would take for a shared secret."""
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


@cache
def rsa_key(id: str, of: str = "provider") -> Key:
    """The RSA key with this id of somebody, made once in a run."""
    del of
    return Key(id, "RS256", rsa.generate_private_key(public_exponent=65537, key_size=2048))


@cache
def ec_key(id: str) -> Key:
    """The EC key with this id, made once in a run."""
    return Key(id, "ES256", ec.generate_private_key(ec.SECP256R1()))


@dataclass
class Provider:
    """What it says and what it was asked. `codes` are the code, its PKCE challenge and its token."""

    issuer: str = ""
    keys: list[Key] = field(default_factory=list)
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    forms: list[dict[str, str]] = field(default_factory=list)
    status: int = 200
    claimed_issuer: str | None = None

    def answer(self, path: str) -> Any:
        """To a GET."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.claimed_issuer or self.issuer,
                "jwks_uri": f"{self.issuer}/keys",
                "token_endpoint": f"{self.issuer}/token",
            }
        if path == "/keys":
            return {"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "shared"}, *(key.public() for key in self.keys)]}
        return None

    def exchange(self, form: dict[str, str]) -> Any:
        """A token for a code, if the verifier fits its challenge; each code once."""
        self.forms.append(form)
        challenge, token = self.codes.pop(form.get("code", ""), ("", ""))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if not token or urlsafe_b64encode(digest).rstrip(b"=").decode() != challenge:
            return None
        return {"access_token": "x", "token_type": "Bearer", "id_token": token}


def signed(key: Key, claims: dict[str, Any], **header: Any) -> str:
    """A token with these claims; a header of None leaves the key's id out."""
    headers = {name: value for name, value in {"kid": key.id, **header}.items() if value is not None}
    return jwt.encode(claims, key.private, algorithm=key.algorithm, headers=headers)


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider on a free port with one RSA and one EC key."""
    provider = Provider(keys=[rsa_key("rsa-1"), ec_key("ec-1")])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(provider.answer(self.path), 404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self.reply(provider.exchange(form) if self.path == "/token" else None, 400)

        def reply(self, found: Any, missing: int) -> None:
            provider.asked[self.path] += 1
            body = json.dumps(found).encode()
            self.send_response(provider.status if found is not None else missing)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
