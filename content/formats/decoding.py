"""Bytes to text: UTF-8, or UTF-16 that says so. Nothing else is guessed, since a wrong guess spoils words unseen."""

from __future__ import annotations

import codecs
import gzip
import zlib
from io import BytesIO

from content.formats.exchange import FormatError
from content.formats.limits import MAX_TEXT, check_size


def decode_text(data: bytes) -> str:
    """Text of a file, with line ends as ``\\n`` and without its byte order mark.

    Raises:
        FormatError: it is empty, too large, binary, or in another encoding.
    """
    check_size(data, MAX_TEXT)
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise FormatError("the text is in UTF-32: save it as UTF-8")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise FormatError(
            f"line {line}: byte {error.start} is not {encoding.removesuffix('-sig').upper()}: save as UTF-8"
        ) from error
    refuse_binary(text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def refuse_binary(text: str) -> None:
    """Refuse text that holds NUL, as no text does."""
    place = text.find("\0")
    if place >= 0:
        line = text.count("\n", 0, place) + 1
        raise FormatError(f"line {line}: the file holds a NUL character, so that it is no text (or not UTF-8)")


def gunzip(data: bytes) -> bytes:
    """The content of a gzip file, within `MAX_TEXT`.

    Raises:
        FormatError: it is damaged or too large.
    """
    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as file:
            content = file.read(MAX_TEXT + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise FormatError(f"the gzip file is damaged: {error}") from error
    check_size(content, MAX_TEXT)
    return content
