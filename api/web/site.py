"""The page's files in memory, each known by the hash of its content.

The page itself and its service worker are always asked for again (ETag, 304); what it loads stands under an address
that holds the hash of all files, and may be kept for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

STATIC = Path(__file__).parent / "static"
PAGE = "index.html"
WORKER = "worker.js"
VERSION_MARK = b"{{version}}"
DIGITS = 16
MEDIA_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file as it is sent. `etag` is strong and in quotes, ready for the header."""

    body: bytes
    media_type: str
    etag: str


@dataclass(frozen=True, slots=True)
class Site:
    """The page, its service worker, what it loads by path below the version, and the version: a hash of all of it."""

    version: str
    page: File
    worker: File
    assets: dict[str, File]


@cache
def load_site(root: Path = STATIC) -> Site:
    """Read the files once. Raises OSError, and KeyError for a kind of file that is not known."""
    bodies = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.*"))}
    version = _digest(b"".join(name.encode() + b"\0" + _digest(body).encode() for name, body in bodies.items()))
    files = {name: _file(name, body.replace(VERSION_MARK, version.encode())) for name, body in bodies.items()}
    return Site(version=version, page=files.pop(PAGE), worker=files.pop(WORKER), assets=files)


def _file(name: str, body: bytes) -> File:
    return File(body=body, media_type=MEDIA_TYPES[Path(name).suffix], etag=f'"{_digest(body)}"')


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()[:DIGITS]
