"""HTTP of merging."""

from __future__ import annotations

from litestar import Router, post
from litestar.params import JSONBody

from api.accounts.callers import ACCOUNTS
from api.accounts.errors import AccountGoneError, NotAGuestError
from api.accounts.merging.schemas import Merged, MergePart, MergePreview, MergeRequest
from api.accounts.merging.service import MergeService, Part
from api.store.ports import VersionClashError
from api.wire import LearnerRequest, Slot, raises

MERGING: Slot[MergeService] = Slot("merging")


@post(
    "/me/merge/preview",
    operation_id="previewMerge",
    summary="See what merging a guest would bring",
    status_code=200,
    opt=raises(AccountGoneError, NotAGuestError),
)
async def preview_merge(request: LearnerRequest, data: JSONBody[MergeRequest]) -> MergePreview:
    """Changes nothing. Both access tokens are needed: of the account, as always, and of the guest in the body."""
    preview = await MERGING.of(request).preview(request.user, guest_of(request, data))
    return MergePreview(
        guest=part_of(preview.guest),
        account=part_of(preview.account),
        together=part_of(preview.together),
        conflicts=preview.conflicts,
    )


@post(
    "/me/merge",
    operation_id="mergeGuest",
    summary="Merge a guest into your account",
    status_code=200,
    opt=raises(AccountGoneError, NotAGuestError, VersionClashError),
)
async def merge_guest(request: LearnerRequest, data: JSONBody[MergeRequest]) -> Merged:
    """All that the guest did becomes the account's: nothing is lost, nothing counts twice, and the guest is gone.

    Sent again, it finishes what was interrupted. Whoever comes with the guest's tokens is told where it went.
    """
    guest_id = guest_of(request, data)
    events = await MERGING.of(request).merge(request.user, guest_id)
    return Merged(learner_id=request.user, guest_id=guest_id, events=events)


def guest_of(request: LearnerRequest, data: MergeRequest) -> str:
    """Whose token the body holds. Raises TokenError."""
    return ACCOUNTS.of(request).access(data.guest_access_token).learner_id


def part_of(part: Part) -> MergePart:
    """A part on the wire."""
    return MergePart(events=part.events, enrolments=part.enrolments, xp=part.xp, streak_days=part.streak_days)


router = Router("/v1", route_handlers=[preview_merge, merge_guest], tags=["Accounts"])
