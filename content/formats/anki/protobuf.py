"""As much of the protocol buffer wire format as Anki's packages need: fields by number, no schema.

Source: protobuf.dev/programming-guides/encoding; message numbers from Anki's proto/anki/import_export.proto and
notetypes.proto.
"""

from __future__ import annotations

from collections.abc import Iterator

from content.formats.exchange import FormatError

Field = tuple[int, int | bytes]


def fields(data: bytes) -> Iterator[Field]:
    """Number and value of each field: integers for varints, bytes for what has a length; fixed ones are left out.

    Raises:
        FormatError: the bytes end within a field, or are no message.
    """
    position = 0
    while position < len(data):
        key, position = _varint(data, position)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, position = _varint(data, position)
            yield number, value
        elif wire == 2:
            length, position = _varint(data, position)
            if position + length > len(data):
                raise FormatError("a message of the package ends before its length")
            yield number, data[position : position + length]
            position += length
        elif wire in (1, 5):
            position += 8 if wire == 1 else 4
        else:
            raise FormatError(f"a message of the package holds the wire type {wire}")


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value, shift = 0, 0
    while position < len(data) and shift < 70:
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position
    raise FormatError("a message of the package ends within a number")


def first(data: bytes, number: int, otherwise: int = 0) -> int:
    """The first integer field of a number."""
    return next((value for found, value in fields(data) if found == number and isinstance(value, int)), otherwise)
