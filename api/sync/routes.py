"""HTTP of synchronisation."""

from __future__ import annotations

from typing import Annotated

from litestar import Request, Router, get, post
from litestar.datastructures import State
from litestar.params import JSONBody, PathParameter, QueryParameter

from api.http.cursors import Cursor
from api.http.errors import CursorError
from api.http.rules import EVENTS
from api.sessions.errors import BundleExpiredError, BundleNotFoundError
from api.sync.change_schemas import ChangePage
from api.sync.errors import CursorExpiredError
from api.sync.parts import PART
from api.sync.schemas import MAX_BUNDLE, BundlePart, Jwks, SyncBatch, SyncRequest, SyncResponse
from api.sync.service import SyncService
from api.sync.signing import Signer
from api.telemetry.trace_ids import trace_id_of
from api.wire import PUBLIC, LearnerRequest, Slot, raises

BundleParameter = Annotated[str, PathParameter(description="The bundle.", max_length=64)]
SYNC: Slot[SyncService] = Slot("sync")
SIGNER: Slot[Signer] = Slot("signer")
MAX_CHANGES = 500
CHANGES = 100


@post(
    "/sync",
    operation_id="syncEvents",
    summary="Send what was done, also without a connection",
    status_code=200,
    opt=EVENTS | {"body": JSONBody[SyncRequest]},
)
async def sync_events(request: LearnerRequest, data: JSONBody[SyncBatch]) -> SyncResponse:
    """Takes up to 500 events of one device and answers for each. One that is wrong does not stop the others. Sent
    again, an event gets what it got; so whatever is not known to have arrived is simply sent again."""
    return await SYNC.of(request).sync(request.user, data, trace_id_of(request.scope))


@get(
    "/sync",
    operation_id="listChanges",
    summary="What changed on other devices",
    opt=raises(CursorError, CursorExpiredError),
)
async def list_changes(
    request: LearnerRequest,
    cursor: Cursor = None,
    limit: Annotated[int, QueryParameter(description="How many at most.", ge=1, le=MAX_CHANGES)] = CHANGES,
    device_id: Annotated[
        str | None, QueryParameter(name="deviceId", description="Whose events to count.", max_length=64)
    ] = None,
) -> ChangePage:
    """Everything there is, then page by page what changed since. A tombstone says what to let go. When a cursor has
    expired (410), forget what was synchronised and start without one."""
    return await SYNC.of(request).changes(request.user, cursor, limit, device_id)


@get(
    "/bundles/{bundle_id:str}",
    operation_id="getBundle",
    summary="Fetch a bundle, or the rest of one",
    opt=raises(BundleNotFoundError, BundleExpiredError, CursorError),
)
async def get_bundle(
    request: LearnerRequest,
    bundle_id: BundleParameter,
    cursor: Cursor = None,
    limit: Annotated[int, QueryParameter(description="How many packages at most.", ge=1, le=MAX_BUNDLE)] = PART,
) -> BundlePart:
    """Brings the signed manifest and the next packages. Without a cursor it begins anew, with every package."""
    return await SYNC.of(request).bundle(request.user, bundle_id, cursor, limit)


@get(
    "/.well-known/jwks.json",
    operation_id="listSigningKeys",
    summary="The keys that sign bundles",
    opt=PUBLIC,
)
async def list_signing_keys(request: Request[None, None, State]) -> Jwks:
    """Public keys as a JSON Web Key Set. Keep them on the device, so that a bundle can be verified without a
    connection."""
    return Jwks(keys=(SIGNER.of(request).jwk,))


router = Router("/v1", route_handlers=[sync_events, list_changes, get_bundle, list_signing_keys], tags=["Offline"])
