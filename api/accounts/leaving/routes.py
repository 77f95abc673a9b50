"""HTTP of leaving."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, delete
from litestar.params import QueryParameter

from api.accounts.callers import access_of
from api.accounts.errors import LastAdminError, SignInAgainError
from api.accounts.leaving.service import LeavingService
from api.store.ports import VersionClashError
from api.wire import LearnerRequest, Slot, WireError, raises

LEAVING: Slot[LeavingService] = Slot("leaving")
Confirm = Annotated[
    str, QueryParameter(description="The learner's own id, so that no slip deletes an account.", max_length=64)
]


@delete(
    "/me",
    operation_id="deleteMe",
    summary="Delete your account",
    opt=raises(LastAdminError, SignInAgainError, VersionClashError),
)
async def delete_me(request: LearnerRequest, confirm: Confirm) -> Response[None]:
    """All that is known of the learner is erased; it cannot be undone. An account with a password or a provider needs a
    sign-in of the last ten minutes. The last admin of an organisation makes another member admin first."""
    if confirm != request.user:
        raise WireError(("", "confirm must be your own learner id"))
    await LEAVING.of(request).leave(access_of(request))
    return Response(None, status_code=204)
