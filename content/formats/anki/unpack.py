"""Zstandard, within bounds."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdDecompressor, ZstdError
else:
    from backports.zstd import ZstdDecompressor, ZstdError

from content.formats.exchange import FormatError


def unzstd(data: bytes, most: int, name: str) -> bytes:
    """The unpacked bytes.

    Raises:
        FormatError: damaged, or more than `most` bytes.
    """
    try:
        unpacked = ZstdDecompressor().decompress(data, max_length=most + 1)
    except (ZstdError, MemoryError, ValueError) as error:
        raise FormatError(f"{name!r} is damaged: {error}") from error
    if len(unpacked) > most:
        raise FormatError(f"{name!r} unpacks to more than {most} bytes")
    return unpacked
