"""Media without what they tell of people: place, time, device, names. Pixels and samples stay as they are, bit by bit.

Each kind is taken apart by its own structure, which has to hold to the end, and only what is needed to show it is
kept. Of the orientation of a photograph, which its metadata hold, a note of its own is made.

Sources: ITU T.81 annex B (JPEG), W3C PNG third edition chapter 5, GIF89a specification section 25, RFC 9649 (WebP),
"Multimedia Programming Interface" 1991 chapter 3 (WAV), ID3v2.4 section 3.1.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator

from api.authoring.media.ports import MediaError
from content.formats.media_types import media_type

MAX_BYTES = 3_000_000
MAX_PIXELS = 40_000_000
MAX_SIDE = 12_000
PNG = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs cICP mDCV cLLI acTL fcTL fdAT".split()
)
WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
WAV_KEPT = frozenset({b"fmt ", b"data", b"fact"})
WEBP_METADATA_FLAGS = 0x08 | 0x04
SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""A marker within what is coded in a scan, other than those of a restart and a stuffed byte."""
ORIENTATION = 0x0112
UPRIGHT = 1


class Clean:
    """Media fit to be kept: type and bytes."""

    def __init__(self, type: str, data: bytes) -> None:
        self.type = type
        self.data = data


def stripped(data: bytes) -> Clean:
    """Media of a kind that is known by its bytes, without metadata.

    Raises:
        MediaError: they are too large, of no kind that is taken, broken, or would need too much memory to be shown.
    """
    if len(data) > MAX_BYTES:
        raise MediaError(f"the file has {len(data)} bytes; {MAX_BYTES} are allowed")
    kind = media_type(data)
    strip = STRIPPERS.get(kind)
    if strip is None:
        found = f"is {kind}" if kind else "is of no known kind"
        raise MediaError(f"the file {found}; taken are {', '.join(STRIPPERS)}")
    try:
        return Clean(kind, strip(data))
    except (struct.error, IndexError, zlib.error) as error:
        raise MediaError(f"the file is no whole {kind}: {error}") from error


def _png(data: bytes) -> bytes:
    kept, place, ended = [PNG], len(PNG), False
    while place < len(data) and not ended:
        length, name = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        if end > len(data):
            raise MediaError("the picture ends within a chunk")
        body = data[place + 8 : end - 4]
        if zlib.crc32(name + body) != struct.unpack_from(">I", data, end - 4)[0]:
            raise MediaError(f"the chunk {name.decode('latin-1')} of the picture is damaged")
        if name == b"IHDR":
            _check_size(*struct.unpack_from(">II", body))
        if name in PNG_KEPT:
            kept.append(data[place:end])
        ended, place = name == b"IEND", end
    if not ended:
        raise MediaError("the picture has no end")
    return b"".join(kept)


def _jpeg(data: bytes) -> bytes:
    kept, orientation, sized = [b"\xff\xd8"], UPRIGHT, False
    for marker, segment in _segments(data):
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", segment, 5)
            _check_size(width, height)
            sized = True
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0":
            orientation = _orientation(segment[10:])
        elif _is_needed(marker, segment):
            kept.append(segment)
    if not sized:
        raise MediaError("the picture has no size")
    note = [_exif(orientation)] if orientation != UPRIGHT else []
    return b"".join([kept[0], *note, *kept[1:], b"\xff\xd9"])


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Markers of a JPEG with their segments, up to its end; that of a scan with what is coded in it."""
    place = 2
    while True:
        if data[place] != 0xFF:
            raise MediaError(f"the picture has no marker at byte {place}")
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker == 0xD9:
            return
        end = place + 2 + struct.unpack_from(">H", data, place + 2)[0]
        if marker == 0xDA:
            coded = SCAN_END.search(data, end)
            end = len(data) + 1 if coded is None else coded.start()
        if end > len(data):
            raise MediaError("the picture ends within a segment")
        yield marker, data[place:end]
        place = end


def _is_needed(marker: int, segment: bytes) -> bool:
    """Whether a segment decides what is seen: all but comments and metadata of applications. JFIF, Adobe's note on
    colours and a colour profile do."""
    if marker == 0xE2:
        return segment[4:16] == b"ICC_PROFILE\0"
    return marker in (0xE0, 0xEE) or not (0xE0 <= marker <= 0xEF or marker == 0xFE)


def _orientation(exif: bytes) -> int:
    """The orientation that Exif metadata name, upright if they name none that can be read."""
    try:
        order = {b"II": "<", b"MM": ">"}[exif[:2]]
        place = struct.unpack_from(f"{order}I", exif, 4)[0]
        for entry in range(min(struct.unpack_from(f"{order}H", exif, place)[0], 200)):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, place + 2 + 12 * entry)
            if tag == ORIENTATION and kind == 3 and 1 <= value <= 8:
                return int(value)
    except (KeyError, struct.error):
        return UPRIGHT
    return UPRIGHT


def _exif(orientation: int) -> bytes:
    """An APP1 segment that tells the orientation and nothing else."""
    body = b"Exif\0\0" + b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, ORIENTATION, 3, 1, orientation, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _gif(data: bytes) -> bytes:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    _check_size(width, height)
    place = 13 + _table(flags)
    kept = [data[:place]]
    while data[place] != 0x3B:
        start, block = place, data[place]
        if block == 0x2C:
            place = _blocks(data, place + 11 + _table(data[place + 9]))
            kept.append(data[start:place])
        elif block == 0x21:
            place = _blocks(data, place + 2)
            label, name = data[start + 1], data[start + 3 : start + 14]
            if label == 0xF9 or (label == 0xFF and name in (b"NETSCAPE2.0", b"ANIMEXTS1.0")):
                kept.append(data[start:place])
        else:
            raise MediaError(f"the picture has an unknown block at byte {place}")
    return b"".join([*kept, b";"])


def _table(flags: int) -> int:
    """Bytes of a colour table."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks(data: bytes, place: int) -> int:
    """The place after a chain of blocks."""
    while data[place]:
        place += data[place] + 1
    return place + 1


def _riff(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Chunks of a RIFF file: name and body."""
    place = 12
    while place + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, place)
        if place + 8 + length > len(data):
            raise MediaError(f"the file ends within its chunk {name.decode('latin-1')!r}")
        yield name, data[place + 8 : place + 8 + length]
        place += 8 + length + (length & 1)


def _as_riff(form: bytes, chunks: list[tuple[bytes, bytes]]) -> bytes:
    body = b"".join(name + struct.pack("<I", len(part)) + part + b"\0" * (len(part) & 1) for name, part in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + form + body


def _webp(data: bytes) -> bytes:
    kept = []
    for name, body in _riff(data):
        if name == b"VP8X":
            _check_size(int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1)
            body = bytes([body[0] & ~WEBP_METADATA_FLAGS]) + body[1:]
        elif name == b"VP8 ":
            width, height = struct.unpack_from("<HH", body, 6)
            _check_size(width & 0x3FFF, height & 0x3FFF)
        elif name == b"VP8L":
            bits = struct.unpack_from("<I", body, 1)[0]
            _check_size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        if name in WEBP_KEPT:
            kept.append((name, body))
    if not any(name in (b"VP8 ", b"VP8L", b"ANMF") for name, _ in kept):
        raise MediaError("the picture holds no picture")
    return _as_riff(b"WEBP", kept)


def _wav(data: bytes) -> bytes:
    kept = [(name, body) for name, body in _riff(data) if name in WAV_KEPT]
    if {b"fmt ", b"data"} - {name for name, _ in kept}:
        raise MediaError("the sound has no format, or no samples")
    return _as_riff(b"WAVE", kept)


def _mp3(data: bytes) -> bytes:
    while data[:3] == b"ID3":
        size = sum((data[6 + place] & 0x7F) << (21 - 7 * place) for place in range(4))
        data = data[10 + size + (10 if data[5] & 0x10 else 0) :]
    if data[-128:-125] == b"TAG":
        data = data[:-128]
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        raise MediaError("the sound holds no frame of MPEG audio")
    return data


def _check_size(width: int, height: int) -> None:
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
        raise MediaError(
            f"the picture has {width} by {height} pixels; at most {MAX_SIDE} a side and {MAX_PIXELS} are allowed"
        )


STRIPPERS: dict[str, Callable[[bytes], bytes]] = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/gif": _gif,
    "image/webp": _webp,
    "audio/mpeg": _mp3,
    "audio/wav": _wav,
}
