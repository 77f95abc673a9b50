"""Files that are larger than a request may be: sent in parts, joined when they are used, forgotten after a day."""

from __future__ import annotations

import msgspec

from api.authoring.errors import PartNotFoundError
from api.authoring.media.ports import MediaError
from api.jobs.expiry import DAY, DAY_MS, day_of
from api.store.ports import Document, Documents
from api.wire import Clock, new_id

UPLOAD, PART = "upload", "uploadPart"
MAX_PART_BYTES = 600_000
MAX_PARTS = 100
KEEP_MS = DAY_MS


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is being sent. `until` (ms) is when it is forgotten; `day` its day."""

    id: str
    organisation_id: str
    by: str
    filename: str
    until: int
    day: str


class UploadPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a file; parts are joined in order of number."""

    id: str
    upload_id: str
    data: bytes
    day: str


class Uploads:
    """Files that are being sent, on the Documents port."""

    def __init__(self, documents: Documents, clock: Clock) -> None:
        self._documents = documents
        self._clock = clock

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self._documents.declare(UPLOAD, indexes=(DAY,))
        await self._documents.declare(PART, indexes=("upload_id", DAY))

    async def begin(self, organisation_id: str, by: str, filename: str) -> Upload:
        """Begin to send a file."""
        until = self._clock() + KEEP_MS
        upload = Upload(
            id=new_id(), organisation_id=organisation_id, by=by, filename=filename, until=until, day=day_of(until)
        )
        await self._documents.put(UPLOAD, upload.id, msgspec.json.encode(upload), expected_version=0)
        return upload

    async def get(self, organisation_id: str, upload_id: str) -> Upload:
        """A file of an organisation that is being sent. Raises PartNotFoundError."""
        document = await self._documents.get(UPLOAD, upload_id)
        found = None if document is None else msgspec.json.decode(document.body, type=Upload)
        if found is None or found.organisation_id != organisation_id or found.until <= self._clock():
            raise PartNotFoundError(f"there is no upload {upload_id[:80]}; each is kept for a day")
        return found

    async def put(self, upload: Upload, number: int, data: bytes) -> None:
        """Keep a part, in place of one of the same number."""
        part = UploadPart(id=f"{upload.id}:{number:03d}", upload_id=upload.id, data=data, day=upload.day)
        await self._documents.put(PART, part.id, msgspec.json.encode(part))

    async def joined(self, upload: Upload) -> bytes:
        """The whole file. Raises MediaError if parts are missing."""
        found = await self._documents.find(PART, "upload_id", upload.id, limit=MAX_PARTS)
        numbers = [int(document.id.rpartition(":")[2]) for document in found]
        if numbers != list(range(1, len(found) + 1)) or not found:
            raise MediaError(f"the upload has the parts {numbers}; send all from 1 on, none left out")
        return b"".join(_data(document) for document in found)


def _data(document: Document) -> bytes:
    return msgspec.json.decode(document.body, type=UploadPart).data
