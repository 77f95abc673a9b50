"""Where a Web Push endpoint may lead: to public hosts by TLS, so that nobody makes the server knock at doors inside.

The name is resolved once for each message and the connection goes to the address that was looked at, so that no name
can answer differently the second time.
"""

from __future__ import annotations

import asyncio
import re
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

MAX_ENDPOINT = 1000
TLS_PORT = 443
WRAPPING = (
    IPv6Network("64:ff9b::/96"),
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("2002::/16"),
    IPv6Network("2001::/32"),
)
"""IPv6 addresses that lead to an IPv4 address inside them: NAT64 (RFC 6052, 8215), 6to4, Teredo."""

INSIDE = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home", ".corp", ".home.arpa", ".onion")
NAME = re.compile(r"([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{1,63}")
ALLOWED = "an endpoint is an https URL of a public host"


class EndpointError(ValueError):
    """An endpoint leads where none may; the text says what is allowed."""


def check_endpoint(url: str, *, loopback: bool = False) -> SplitResult:
    """Its parts, if it may be sent to as far as the text tells. `loopback` allows this machine, without TLS too.

    Raises:
        EndpointError: what is wrong with it, without the endpoint, which is a secret.
    """
    if len(url) > MAX_ENDPOINT or not (url.isascii() and url.isprintable()) or " " in url:
        raise EndpointError(f"{ALLOWED}, of at most {MAX_ENDPOINT} characters of ASCII without blanks")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise EndpointError(f"{ALLOWED}; this is no URL") from None
    if parts.username is not None or parts.password is not None or parts.fragment or not host:
        raise EndpointError(f"{ALLOWED}, without user, password and fragment")
    if loopback and parts.scheme in ("http", "https") and host in ("127.0.0.1", "::1", "localhost"):
        return parts
    if parts.scheme != "https" or port not in (None, TLS_PORT):
        raise EndpointError(f"{ALLOWED}, at port {TLS_PORT}")
    _check_host(host)
    return parts


def _check_host(host: str) -> None:
    try:
        address = ip_address(host)
    except ValueError:
        name = host.rstrip(".").lower()
        if not NAME.fullmatch(name) or name.endswith(INSIDE) or not name.rpartition(".")[2][:1].isalpha():
            raise EndpointError(f"{ALLOWED}; {host[:100]!r} is none") from None
        return
    if not is_public(address):
        raise EndpointError(f"{ALLOWED}; {host[:100]!r} is none")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the open Internet."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in WRAPPING):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


async def resolve(parts: SplitResult, *, loopback: bool = False) -> str:
    """An address of the host, if all it has may be sent to.

    Raises:
        EndpointError: one of them is not public.
        OSError: the name does not resolve.
    """
    host = parts.hostname or ""
    port = parts.port or (TLS_PORT if parts.scheme == "https" else 80)
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses or not all(is_public(each) or (loopback and each.is_loopback) for each in addresses):
        raise EndpointError(f"{ALLOWED}; this one leads to an address that is not public")
    return str(addresses[0])
