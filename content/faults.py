"""What can be wrong with content files: one `Fault` for each mistake, `ContentError` for all of them at once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake in a content file.

    Attributes:
        file: path as given by the caller, joined with the file's name.
        line: 1-based line of the value, or of the mapping that lacks it; 0 where a whole file is at fault.
        pointer: RFC 6901 JSON Pointer into the file, "" for the whole file.
        message: what is wrong; names the bad value.
        fix: what to do about it.
    """

    file: str
    line: int
    pointer: str
    message: str
    fix: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        pointer = f" {self.pointer}" if self.pointer else ""
        return f"{where}:{pointer} {self.message} Fix: {self.fix}"


class ContentError(ValueError):
    """Content that cannot be used. `faults` holds every fault found, and the text lists them one a line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


def join_pointer(pointer: str, *tokens: str | int) -> str:
    """Extend a JSON Pointer by tokens, escaped as RFC 6901 says."""
    return pointer + "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)
