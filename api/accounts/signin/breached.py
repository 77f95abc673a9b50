"""A list of passwords that are known from breaches, looked up in a sorted file without reading it.

Each line is the SHA-1 of a password in hexadecimal, or the beginning of one (10 digits at least), in ascending order;
what follows a colon is ignored. That is the form of the Pwned Passwords download.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import BinaryIO

from api.settings import SettingsError

LINE = re.compile(rb"([0-9A-F]{10,40})(:[^\n]*)?\r?\n?", re.IGNORECASE)
MAX_LINE = 80
"""Bytes of a line at most."""


class BreachedList:
    """A sorted file of hashes, asked by bisection: about 30 reads for a file of a billion."""

    def __init__(self, path: Path) -> None:
        """Raises SettingsError if the file cannot be read or does not begin like one."""
        self._path = path
        try:
            with path.open("rb") as file:
                first = file.readline(MAX_LINE)
        except OSError as error:
            raise SettingsError(f"the list of breached passwords {path} cannot be read: {error.strerror}") from error
        if not LINE.fullmatch(first):
            raise SettingsError(
                f"the list of breached passwords {path} must hold SHA-1 hashes in hexadecimal, one a line and sorted;"
                f" its first line is not one"
            )

    def holds(self, password: str) -> bool:
        """Whether a password is in the list. Reads the file: call it in a thread. Raises OSError."""
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        with self._path.open("rb") as file:
            low, high = 0, os.fstat(file.fileno()).st_size
            while low < high:
                middle = (low + high) // 2
                line = _line_at(file, middle)
                if line and line <= digest:
                    low = middle + 1
                else:
                    high = middle
            known = _line_at(file, max(0, low - 1)) if low else b""
        return bool(known) and digest.startswith(known)


def _line_at(file: BinaryIO, offset: int) -> bytes:
    """The hash of the line in which `offset` lies, in upper case; b"" beyond the end."""
    start = max(0, offset - MAX_LINE)
    file.seek(start)
    block = file.read(2 * MAX_LINE)
    begin = block.rfind(b"\n", 0, offset - start) + 1
    return block[begin : begin + MAX_LINE].split(b"\n")[0].split(b":")[0].strip().upper()
