"""Media and uploads on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

from api.authoring.media.uploads import MAX_PART_BYTES
from api.wire import LINE_PATTERN, UUID7, Identifier, Instant, Wire

FileName = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=LINE_PATTERN, examples=["map.png"])]
Data = Annotated[
    bytes,
    msgspec.Meta(max_length=MAX_PART_BYTES, description="Bytes, in JSON as Base64.", examples=["aGVsbG8="]),
]


class UploadRequest(Wire, frozen=True, kw_only=True):
    """A file to send in parts."""

    filename: FileName


class UploadView(Wire, frozen=True, kw_only=True):
    """A file that is being sent, and until when its parts are kept."""

    id: Identifier
    filename: str
    expires_at: Instant


class PartRequest(Wire, frozen=True, kw_only=True):
    """A part of a file; at most 600,000 bytes, and 100 parts."""

    data: Data


class MediaRequest(Wire, frozen=True, kw_only=True):
    """A picture or a sound: its bytes, or an upload that has them."""

    data: Data | None = None
    upload_id: UUID7 | None = None


class MediaView(Wire, frozen=True, kw_only=True):
    """Media that are kept. An item names them by `sha256` and `type`; `bytes` counts what is served."""

    sha256: str
    type: str
    bytes: int
