"""HTTP of reviews."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get, post
from litestar.params import JSONBody, PathParameter
from msgspec.structs import asdict

from api.authoring.errors import FaultyCourseError, OwnReviewError, PartNotFoundError, ReviewStateError
from api.authoring.reviews.review import Review
from api.authoring.reviews.schemas import (
    CommentRequest,
    CommentView,
    ReviewDetail,
    ReviewPage,
    ReviewRequest,
    ReviewView,
    Verdict,
)
from api.authoring.reviews.service import ReviewService
from api.authoring.roles import CourseId, OrganisationId, discussing, reading, reviewing, writing
from api.authoring.routes import COURSE, course_of
from api.authoring.views import after_of, cut
from api.http.cursors import MAX_PAGE, Cursor, Limit
from api.store.ports import VersionClashError
from api.wire import LearnerRequest, Slot, instant

REVIEWS: Slot[ReviewService] = Slot("reviews")
LIST = COURSE + "/reviews"
ONE = LIST + "/{review_id:str}"
ReviewId = Annotated[str, PathParameter(description="The review.", max_length=64)]


@post(
    LIST,
    operation_id="submitCourse",
    summary="Submit a course for review",
    opt=writing(FaultyCourseError, ReviewStateError, VersionClashError),
)
async def submit_course(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, data: JSONBody[ReviewRequest]
) -> ReviewView:
    """For authors. Refused with every fault of the course, if it has some. What is changed afterwards is not reviewed:
    the draft has to be submitted anew."""
    course = await course_of(request, organisation_id, course_id)
    return review_view(await REVIEWS.of(request).submit(course, request.user, data.note))


@get(LIST, operation_id="listReviews", summary="List the reviews of a course", opt=reading())
async def list_reviews(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    cursor: Cursor = None,
    limit: Limit = MAX_PAGE,
) -> ReviewPage:
    """The oldest first."""
    course = await course_of(request, organisation_id, course_id)
    scope = f"reviews of course {course.id}"
    found = await REVIEWS.of(request).reviews.of(course.id, after_of(request, cursor, scope), limit + 1)
    page, following = cut(request, found, limit, scope, lambda review: review.id)
    return ReviewPage(items=tuple(map(review_view, page)), next_cursor=following)


@get(ONE, operation_id="getReview", summary="Read a review", opt=reading(PartNotFoundError))
async def get_review(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, review_id: ReviewId
) -> ReviewDetail:
    """With its comments, and whether the draft was changed since."""
    course = await course_of(request, organisation_id, course_id)
    service = REVIEWS.of(request)
    review, _ = await service.reviews.load(course.id, review_id)
    return ReviewDetail(**asdict(review_view(review)), current=await service.is_current(course, review))


@post(
    ONE + "/comments",
    operation_id="commentReview",
    summary="Comment on a course under review",
    opt=discussing(ReviewStateError, VersionClashError),
)
async def comment_review(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    review_id: ReviewId,
    data: JSONBody[CommentRequest],
) -> ReviewView:
    """For all who work on courses; on the whole, or on the place that a pointer names."""
    course = await course_of(request, organisation_id, course_id)
    found = await REVIEWS.of(request).comment(course, review_id, request.user, data.text, data.pointer)
    return review_view(found)


@post(
    ONE + "/approve",
    operation_id="approveReview",
    summary="Approve what was submitted",
    status_code=200,
    opt=reviewing(ReviewStateError, OwnReviewError, VersionClashError),
)
async def approve_review(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    review_id: ReviewId,
    data: JSONBody[Verdict],
) -> ReviewView:
    """For reviewers. Whoever submitted it may approve it only if the organisation has no other reviewer."""
    course = await course_of(request, organisation_id, course_id)
    return review_view(await REVIEWS.of(request).approve(course, review_id, request.user, data.reason))


@post(
    ONE + "/decline",
    operation_id="declineReview",
    summary="Decline what was submitted",
    status_code=200,
    opt=reviewing(ReviewStateError, VersionClashError),
)
async def decline_review(
    request: LearnerRequest,
    organisation_id: OrganisationId,
    course_id: CourseId,
    review_id: ReviewId,
    data: JSONBody[Verdict],
) -> ReviewView:
    """For reviewers. The draft stays as it is, to be worked on and submitted again."""
    course = await course_of(request, organisation_id, course_id)
    return review_view(await REVIEWS.of(request).decline(course, review_id, request.user, data.reason))


@post(
    ONE + "/withdraw",
    operation_id="withdrawReview",
    summary="Take a submission back",
    status_code=200,
    opt=writing(PartNotFoundError, ReviewStateError, VersionClashError),
)
async def withdraw_review(
    request: LearnerRequest, organisation_id: OrganisationId, course_id: CourseId, review_id: ReviewId
) -> ReviewView:
    """For authors."""
    course = await course_of(request, organisation_id, course_id)
    return review_view(await REVIEWS.of(request).withdraw(course, review_id, request.user))


def review_view(review: Review) -> ReviewView:
    """A review on the wire."""
    comments = tuple(
        CommentView(id=one.id, by=one.by, at=instant(one.at), text=one.text, pointer=one.pointer)
        for one in review.comments
    )
    return ReviewView(
        id=review.id,
        state=review.state,
        draft=review.draft,
        submitted_by=review.submitted_by,
        submitted_at=instant(review.submitted_at),
        note=review.note,
        decided_by=review.decided_by or None,
        decided_at=instant(review.decided_at) if review.decided_at else None,
        reason=review.reason,
        comments=comments,
    )


router = Router(
    "/v1",
    route_handlers=[
        submit_course,
        list_reviews,
        get_review,
        comment_review,
        approve_review,
        decline_review,
        withdraw_review,
    ],
    tags=["Reviews"],
)
