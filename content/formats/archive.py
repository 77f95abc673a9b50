"""Zip files of strangers, held in memory: no path leads out of them, and no member unpacks without bound."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterable
from io import BytesIO
from struct import error as struct_error
from urllib.parse import unquote

from content.formats.exchange import FormatError
from content.formats.limits import (
    FREE_BYTES,
    MAX_MEMBER,
    MAX_MEMBERS,
    MAX_RATIO,
    MAX_UNPACKED,
    check_size,
)

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    struct_error,
)
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Archive:
    """The members of a zip file by path.

    Raises:
        FormatError: the file is no zip, is damaged, encrypted, too large, or names paths outside of itself.
    """

    def __init__(self, data: bytes) -> None:
        check_size(data)
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            infos = self._zip.infolist()
        except _DAMAGE as error:
            raise FormatError(f"the zip file is damaged: {_told(error)}") from error
        if len(infos) > MAX_MEMBERS:
            raise FormatError(f"the zip file has {len(infos)} members; {MAX_MEMBERS} are allowed")
        self._refuse_bomb(infos, len(data))
        self._members = {_path(info): info for info in infos if not info.is_dir()}
        self._folded = {name.casefold(): name for name in reversed(self._members)}
        self._by_name: dict[str, list[str]] | None = None
        self._n_read = 0

    @property
    def names(self) -> list[str]:
        """Paths of all files, in the archive's order."""
        return list(self._members)

    def find(self, name: str, base: str = "") -> str:
        """The member that a reference means, relative to the file `base`; "" if there is none."""
        name = name.split("#")[0].split("?")[0].replace("\\", "/").strip()
        if not name or "://" in name:
            return ""
        for spelled in dict.fromkeys((name, unquote(name))):
            for folder in dict.fromkeys((posixpath.dirname(base), "")):
                path = posixpath.normpath(posixpath.join(folder, spelled)).lstrip("/")
                if path in self._members:
                    return path
                if path.casefold() in self._folded:
                    return self._folded[path.casefold()]
        return ""

    def find_end(self, name: str) -> str:
        """The one member whose path ends with a reference; "" if there is none, or several."""
        wanted = "/" + unquote(name).replace("\\", "/").strip().lstrip("./").casefold()
        if self._by_name is None:
            self._by_name = {}
            for folded, path in self._folded.items():
                self._by_name.setdefault(folded.rpartition("/")[2], []).append(path)
        alike = self._by_name.get(wanted.rpartition("/")[2], [])
        found = [path for path in alike[:100] if f"/{path.casefold()}".endswith(wanted)]
        return found[0] if len(found) == 1 and len(wanted) > 1 else ""

    def read(self, name: str, most: int = MAX_MEMBER) -> bytes:
        """Bytes of a member.

        Raises:
            FormatError: it is missing, damaged, or larger than `most` bytes.
        """
        if name not in self._members:
            raise FormatError(f"the zip file has no member {name!r}")
        info = self._members[name]
        if info.file_size > most:
            raise FormatError(f"{name!r} has {info.file_size} bytes; {most} are allowed")
        self._n_read += info.file_size
        if self._n_read > 2 * MAX_UNPACKED:
            raise FormatError("the package refers to the same large files again and again")
        try:
            with self._zip.open(info) as member:
                data = member.read(most + 1)
        except _DAMAGE as error:
            raise FormatError(f"{name!r} in the zip file is damaged: {_told(error)}") from error
        return data

    @staticmethod
    def _refuse_bomb(infos: list[zipfile.ZipInfo], n_packed: int) -> None:
        total = sum(info.file_size for info in infos)
        if total > MAX_UNPACKED:
            raise FormatError(f"the zip file unpacks to {total} bytes; {MAX_UNPACKED} are allowed")
        if total > FREE_BYTES and total > MAX_RATIO * n_packed:
            raise FormatError(f"the zip file of {n_packed} bytes unpacks to {total}: it looks like a zip bomb")


def _path(info: zipfile.ZipInfo) -> str:
    """The normal path of a member; refuses what leads outside, and what is no plain file."""
    name = info.filename.replace("\\", "/")
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or ":" in parts[0] or any(ord(sign) < 32 for sign in name):
        raise FormatError(f"the zip file names {info.filename[:100]!r}, a path outside of itself")
    if (info.external_attr >> 16) & 0o170000 == 0o120000:
        raise FormatError(f"the zip file holds a symbolic link, {info.filename[:100]!r}")
    if info.flag_bits & 1:
        raise FormatError(f"{info.filename[:100]!r} in the zip file is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FormatError(f"{info.filename[:100]!r} is packed by method {info.compress_type}; use store or deflate")
    return posixpath.normpath(name)


def _told(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:200]


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin as a zip file does."""
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def make_zip(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip file of the members, in their order; equal members give equal bytes."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            file.writestr(info, data)
    return out.getvalue()
