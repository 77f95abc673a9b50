"""HTTP as no well-behaved client sends it: bytes on a socket, and what comes back until the server closes."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

SECONDS = 30.0
CHUNK = 65_536


@dataclass
class Answer:
    """One response, taken apart. `headers` are in their order, in lower case."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for found, value in self.headers if found == name]

    @property
    def problem(self) -> dict[str, Any]:
        """The body of an error in the one shape."""
        assert self.header("content-type") == ["application/problem+json"], (self.status, self.headers, self.body[:200])
        found: dict[str, Any] = json.loads(self.body)
        assert found["status"] == self.status
        return found


@dataclass
class Wire:
    """A connection. `pushed_back` tells that the server closed while bytes were still being sent."""

    url: str
    pushed_back: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        assert parts.hostname == "127.0.0.1"
        self.socket = socket.create_connection((parts.hostname, parts.port or 80), timeout=SECONDS)

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> Wire:
        """Send as much as the server takes."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            self.pushed_back = True
        return self

    def read(self) -> bytes:
        """All that comes until the server closes."""
        found = bytearray()
        try:
            while data := self.socket.recv(CHUNK):
                found += data
        except ConnectionResetError:
            self.pushed_back = True
        return bytes(found)

    def answers(self) -> list[Answer]:
        """Every response that comes until the server closes."""
        return list(split(self.read()))


def ask(url: str, *data: bytes) -> list[Answer]:
    """Send bytes on a connection of their own; every response to them."""
    with Wire(url) as wire:
        for part in data:
            wire.send(part)
        return wire.answers()


def request(method: str, target: str | bytes, *headers: str | bytes, body: bytes = b"") -> bytes:
    """A request that ends its connection; a Content-Length is added where there is a body."""
    path = target.encode("latin-1") if isinstance(target, str) else target
    lines = [
        method.encode() + b" " + path + b" HTTP/1.1",
        b"Host: pacer.test",
        b"Connection: close",
        *(header.encode("latin-1") if isinstance(header, str) else header for header in headers),
    ]
    if body:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def split(data: bytes) -> list[Answer]:
    """Responses with a Content-Length, one after the other."""
    found: list[Answer] = []
    while data:
        head, separator, rest = data.partition(b"\r\n\r\n")
        assert separator, data[:200]
        status, *lines = head.decode("latin-1").split("\r\n")
        pairs = [(name.lower(), value) for name, _, value in (line.partition(": ") for line in lines)]
        length = int(next((value for name, value in pairs if name == "content-length"), "0"))
        found.append(Answer(int(status.split(" ")[1]), pairs, rest[:length]))
        data = rest[length:]
    return found
