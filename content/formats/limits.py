"""How large and how deep a file of a stranger's may be before it is refused; every reader keeps to these."""

from __future__ import annotations

from content.formats.exchange import FormatError

MAX_BYTES = 64_000_000
"""Of a file as it arrives."""
MAX_UNPACKED = 192_000_000
"""Of all members of an archive together, unpacked."""
MAX_MEMBER = 32_000_000
"""Of one member."""
MAX_MEMBERS = 20_000
MAX_RATIO = 200
"""Unpacked size by packed size, beyond the first `FREE_BYTES`: more than any honest text reaches."""
FREE_BYTES = 4_000_000
MAX_TEXT = 32_000_000
"""Of one document: XML, GIFT, CSV or JSON."""
MAX_DEPTH = 120
"""Nesting of XML, HTML or JSON."""
MAX_NODES = 1_200_000
"""Elements and texts in one XML document."""
MAX_ITEMS = 50_000
MAX_FIELD = 60_000
"""Characters of one text of an item."""


def check_size(data: bytes, most: int = MAX_BYTES) -> None:
    """Refuse what is empty or too large."""
    if not data:
        raise FormatError("the file is empty")
    if len(data) > most:
        raise FormatError(f"the file has {len(data)} bytes; {most} are allowed: split it")
