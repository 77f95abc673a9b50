"""The OpenID providers an operator has named, from a YAML file."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
import yaml

from api.settings import SettingsError

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by a key pair. Neither "none" nor any HMAC is among them."""

Name = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9-]{0,31}$")]
RESERVED = ("guest", "password", "recovery")


class Provider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An OpenID provider.

    Attributes:
        issuer: exactly as its tokens have it in `iss`; keys and endpoints are discovered from it.
        clients: client ids of the app, one for each platform; a token's `aud` must be one of them.
        algorithms: that its tokens may be signed with.
        secret: of the first client, for the exchange of a code; "" for a public client.
        redirects: redirect URIs with which a code may be exchanged; none allows ID tokens alone.
    """

    issuer: str
    clients: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    algorithms: Annotated[tuple[Algorithm, ...], msgspec.Meta(min_length=1)] = ("RS256", "ES256")
    secret: str = ""
    redirects: tuple[str, ...] = ()


class ProvidersFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: providers by the name they have in addresses and in the list of devices."""

    providers: dict[Name, Provider]


def read_providers(path: Path) -> dict[str, Provider]:
    """The providers of a file. Raises SettingsError naming the file and what is wrong."""
    try:
        found = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), ProvidersFile).providers
    except OSError as error:
        raise SettingsError(f"PACER_OIDC: {path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise SettingsError(f"PACER_OIDC: {path}: {error}") from error
    for name, provider in found.items():
        if name in RESERVED:
            raise SettingsError(f"PACER_OIDC: {path}: no provider can be called {name!r}")
        if not is_safe(provider.issuer):
            raise SettingsError(f"PACER_OIDC: {path}: the issuer of {name!r} must be an https URL")
    return found


def is_safe(url: str) -> bool:
    """Whether keys may be fetched from a URL: https, or a provider on this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == "http" and _is_loopback(parts.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
