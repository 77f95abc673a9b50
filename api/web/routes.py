"""HTTP of the try-out page: the page at /, its service worker, its styles, scripts and icon below /web."""

from __future__ import annotations

from typing import Annotated

from litestar import Request, Response, Router, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import PathParameter

from api.http.conditional import is_known
from api.web.site import File, load_site
from api.wire import PUBLIC

REVALIDATE = "no-cache"
FOR_GOOD = "public, max-age=31536000, immutable"
# The one policy of trusted types gives the address of the service worker and no other (static/js/game/push.js).
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types pacer-worker",
    )
)
PROTECTION = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
PublicRequest = Request[None, None, State]


@get("/", operation_id="getPage", include_in_schema=False, opt=PUBLIC, sync_to_thread=False)
def get_page(request: PublicRequest) -> Response[bytes]:
    """The page."""
    return send(request, load_site().page, REVALIDATE)


@get("/worker.js", operation_id="getWorker", include_in_schema=False, opt=PUBLIC, sync_to_thread=False)
def get_worker(request: PublicRequest) -> Response[bytes]:
    """The service worker, at an address that stays, as browsers know a worker by it."""
    return send(request, load_site().worker, REVALIDATE)


@get(
    "/web/{version:str}/{path:path}",
    operation_id="getAsset",
    include_in_schema=False,
    opt=PUBLIC,
    sync_to_thread=False,
)
def get_asset(
    request: PublicRequest, version: Annotated[str, PathParameter()], path: Annotated[str, PathParameter()]
) -> Response[bytes]:
    """What the page loads; only of the version that is served. Raises NotFoundException."""
    site = load_site()
    file = site.assets.get(path.removeprefix("/"))
    if file is None or version != site.version:
        raise NotFoundException
    return send(request, file, FOR_GOOD)


def send(request: PublicRequest, file: File, keep: str) -> Response[bytes]:
    """The file, or 304 if the caller has it."""
    headers = {**PROTECTION, "etag": file.etag, "cache-control": keep}
    if is_known(request.headers.get("if-none-match", ""), file.etag):
        return Response(b"", status_code=304, media_type=file.media_type, headers=headers)
    return Response(file.body, media_type=file.media_type, headers=headers)


router = Router("/", route_handlers=[get_page, get_worker, get_asset])
