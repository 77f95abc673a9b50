"""HTTP of media and uploads."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, Router, get, post, put
from litestar.params import JSONBody, PathParameter

from api.accounts.errors import ForbiddenError, OrganisationNotFoundError
from api.accounts.organisations.roles import needs
from api.authoring.errors import PartNotFoundError
from api.authoring.media.library import Kept, Library
from api.authoring.media.ports import MediaDownError, MediaError, MediaNotFoundError
from api.authoring.media.schemas import MediaRequest, MediaView, PartRequest, UploadRequest, UploadView
from api.authoring.media.stripping import STRIPPERS
from api.authoring.media.uploads import MAX_PARTS, Uploads
from api.authoring.roles import OrganisationId
from api.http.messages import Blob
from api.wire import LearnerRequest, Slot, WireError, instant, raises

LIBRARY: Slot[Library] = Slot("library")
UPLOADS: Slot[Uploads] = Slot("uploads")
ORGANISATION = "/organisations/{organisation_id:str}"
UploadId = Annotated[str, PathParameter(description="The upload.", max_length=64)]
PartNumber = Annotated[int, PathParameter(description="The part's number, from 1.", ge=1, le=MAX_PARTS)]
Hash = Annotated[str, PathParameter(description="SHA-256 of the bytes, hexadecimal.", pattern="^[0-9a-f]{64}$")]
AUTHORS = needs("author") | raises(ForbiddenError, OrganisationNotFoundError, PartNotFoundError)


@post(
    ORGANISATION + "/uploads",
    operation_id="beginUpload",
    summary="Begin to send a file in parts",
    opt=needs("author") | raises(ForbiddenError, OrganisationNotFoundError),
)
async def begin_upload(
    request: LearnerRequest, organisation_id: OrganisationId, data: JSONBody[UploadRequest]
) -> UploadView:
    """For authors: for what is larger than one request may be. Parts are kept for a day."""
    upload = await UPLOADS.of(request).begin(organisation_id, request.user, data.filename)
    return UploadView(id=upload.id, filename=upload.filename, expires_at=instant(upload.until))


@put(
    ORGANISATION + "/uploads/{upload_id:str}/parts/{part_number:int}",
    operation_id="putUploadPart",
    summary="Send a part of a file",
    status_code=204,
    opt=AUTHORS,
)
async def put_upload_part(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    upload_id: UploadId,
    part_number: PartNumber,
    data: JSONBody[PartRequest],
) -> Response[None]:
    """For authors. Parts are numbered from 1; one that is sent again takes the place of the first."""
    uploads = UPLOADS.of(request)
    await uploads.put(await uploads.get(organisation_id, upload_id), part_number, data.data)
    return Response(None, status_code=204)


@post(
    ORGANISATION + "/media", operation_id="addMedia", summary="Keep a picture or a sound",
    opt=AUTHORS | raises(ForbiddenError, OrganisationNotFoundError, PartNotFoundError, MediaError, MediaDownError),
)  # fmt: skip
async def add_media(
    request: LearnerRequest, organisation_id: OrganisationId, data: JSONBody[MediaRequest]
) -> MediaView:
    """For authors. Known by their bytes, whatever their name says; place, time, device and names are taken out. An item
    shows them by naming their hash."""
    sent = await sent_bytes(request, organisation_id, data.data, data.upload_id)
    return media_view(await LIBRARY.of(request).add(sent, request.user))


@get(
    "/media/{sha256:str}",
    operation_id="getMedia",
    summary="Get a picture or a sound",
    opt=raises(MediaNotFoundError, MediaDownError) | {"answers": tuple(STRIPPERS)},
)
async def get_media(request: LearnerRequest, sha256: Hash) -> Response[bytes]:
    """The bytes, which never change, and their media type."""
    kept, data = await LIBRARY.of(request).get(sha256)
    return Blob(data, kept.type, ((b"cache-control", b"private, max-age=31536000, immutable"),))


async def sent_bytes(request: LearnerRequest, organisation_id: str, data: bytes | None, upload_id: str | None) -> bytes:
    """The bytes of a request, from itself or from its upload. Raises WireError, PartNotFoundError, MediaError."""
    if (data is None) == (upload_id is None):
        raise WireError(("/data", "send either `data` or an `uploadId`"))
    if data is not None:
        return data
    uploads = UPLOADS.of(request)
    return await uploads.joined(await uploads.get(organisation_id, str(upload_id)))


def media_view(kept: Kept) -> MediaView:
    """Media on the wire."""
    return MediaView(sha256=kept.sha256, type=kept.type, bytes=kept.n_bytes)


router = Router("/v1", route_handlers=[begin_upload, put_upload_part, add_media, get_media], tags=["Media"])
