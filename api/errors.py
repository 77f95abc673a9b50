"""One table from error to status and problem type, and the one shape in which every error leaves: RFC 9457.

Lower rooms and feature rooms raise their own errors, whose text names the bad value and what is allowed, and know no
HTTP. To give an error its status, add a row to TABLE.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import (
    ClientException,
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR

from api.accounts.errors import (
    AccountGoneError,
    AgeGroupKeptError,
    AlreadyRegisteredError,
    CredentialsError,
    DeviceNotFoundError,
    EmailTakenError,
    ForbiddenError,
    IdentityNotFoundError,
    IdTokenError,
    InvitationError,
    LastAdminError,
    LastSignInError,
    LinkedElsewhereError,
    LinkError,
    LinkNeededError,
    MailOffError,
    MemberNotFoundError,
    NotAGuestError,
    OrganisationNotFoundError,
    OverloadedError,
    ProviderDownError,
    ProviderNotFoundError,
    RefreshReusedError,
    RefreshTokenError,
    SignInAgainError,
    TokenError,
    TooManyAttemptsError,
    UnknownAccountError,
)
from api.authoring.errors import (
    AlreadyThereError,
    CourseNotFoundError,
    CoursePublishedError,
    FaultyCourseError,
    NotApprovedError,
    NothingNewError,
    OwnReviewError,
    PartNotFoundError,
    ReviewStateError,
)
from api.authoring.inbox.variants import NoVariantError
from api.authoring.media.ports import MediaDownError, MediaError, MediaNotFoundError
from api.game.errors import (
    AlreadyHeldError,
    FlagNotFoundError,
    HolidayError,
    HolidayNotFoundError,
    NotEnoughGemsError,
    OfferNotFoundError,
    PriceChangedError,
)
from api.game.friends.errors import (
    FriendCodeError,
    FriendCodeNeededError,
    FriendNotFoundError,
    FriendQuestOpenError,
    FriendReportNotFoundError,
    TooManyFriendsError,
)
from api.game.quests.errors import QuestFixedError, QuestNotFoundError
from api.http.errors import (
    BadBodyError,
    BadHeaderError,
    BodyTooLargeError,
    ClientTooOldError,
    CursorError,
    HttpError,
    KeyInUseError,
    KeyReusedError,
    NotAcceptableError,
    PreconditionError,
    TooManyStreamsError,
    UnsupportedMediaError,
)
from api.http.headers import allow_header
from api.learners.errors import EventConflictError, LearnerClosedError
from api.limits.policies import TooManyRequestsError
from api.notifications.errors import ChannelOffError, DeviceNotRegisteredError
from api.sessions.errors import (
    BundleExpiredError,
    BundleMismatchError,
    BundleNotFoundError,
    DecisionNotFoundError,
    NoHintsLeftError,
    SessionNotFoundError,
)
from api.store.ports import CorruptStoreError, SequenceClashError, StoreError, VersionClashError
from api.sync.errors import CursorExpiredError
from api.telemetry.trace_ids import trace_id_of
from api.tracks.errors import EnrolmentNotFoundError, TrackNotFoundError
from api.wire import MAX_BODY_BYTES, Wire, WireError
from content.formats.exchange import FormatError
from content.grading.worker.process import WorkerError

PROBLEM_JSON = "application/problem+json"
PREFIX = "urn:pacer:problem:"
logger = logging.getLogger("pacer")


class Fault(Wire, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is wrong: `pointer` (RFC 6901) leads into the body, `parameter` names one of path or query."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None


class Problem(Wire, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong (RFC 9457). `type` is stable and may be switched on; `detail` is for people."""

    type: str
    title: str
    status: int
    detail: str
    trace_id: str
    errors: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A problem type: the last part of its URN, its status and its title."""

    name: str
    status: int
    title: str
    headers: tuple[tuple[str, str], ...] = ()


BEARER = (("www-authenticate", "Bearer"),)
RETRY = (("retry-after", "1"),)
INVALID = Kind("invalid-request", 400, "The request could not be read")
UNAUTHENTICATED = Kind("unauthenticated", 401, "A valid access token is needed", BEARER)
NOT_FOUND = Kind("not-found", 404, "There is no such thing here")
GONE = Kind("account-gone", 410, "This account is gone")
METHOD = Kind("method-not-allowed", 405, "This address does not take that method")
TOO_MANY = Kind("too-many-requests", 429, "Too many requests")
TOO_LARGE = Kind("too-large", 413, "The body is too large")
NOT_ACCEPTABLE = Kind("not-acceptable", 406, "It cannot be given in that form")
UNSUPPORTED = Kind("unsupported-media-type", 415, "The body is in a form that is not read here")
PRECONDITION = Kind("precondition-failed", 412, "It was changed since it was read")
KEY_REUSED = Kind("idempotency-key-reused", 422, "The idempotency key was used for another request")
KEY_IN_USE = Kind("request-in-progress", 409, "The same request is still under way")
CLIENT_TOO_OLD = Kind("client-too-old", 426, "This version of the client is no longer served")
HEAD_TOO_LARGE = Kind("head-too-large", 431, "Address and headers are too large")
TOO_SLOW = Kind("too-slow", 408, "The request took too long to arrive")
INTERNAL = Kind("internal", 500, "Something went wrong on the server")
UNAVAILABLE = Kind("unavailable", 503, "Not able to serve this now", RETRY)
BAD_CREDENTIALS = Kind("bad-credentials", 401, "These credentials are not valid", BEARER)


class NotReadyError(Exception):
    """The server is up but not able to serve; the text names what is missing."""


TABLE: dict[type[Exception], Kind] = {
    WireError: INVALID,
    ValidationException: INVALID,
    ClientException: INVALID,
    BadHeaderError: INVALID,
    BadBodyError: INVALID,
    CursorError: Kind("bad-cursor", 400, "The cursor is not one of this list"),
    NotAcceptableError: NOT_ACCEPTABLE,
    PreconditionError: PRECONDITION,
    BodyTooLargeError: TOO_LARGE,
    UnsupportedMediaError: UNSUPPORTED,
    KeyReusedError: KEY_REUSED,
    KeyInUseError: KEY_IN_USE,
    ClientTooOldError: CLIENT_TOO_OLD,
    TooManyStreamsError: UNAVAILABLE,
    TokenError: UNAUTHENTICATED,
    CredentialsError: BAD_CREDENTIALS,
    RefreshTokenError: Kind("bad-refresh-token", 401, "The refresh token is not valid", BEARER),
    RefreshReusedError: Kind("refresh-token-reused", 401, "The refresh token was used before", BEARER),
    UnknownAccountError: UNAUTHENTICATED,
    DeviceNotFoundError: NOT_FOUND,
    AccountGoneError: GONE,
    LearnerClosedError: GONE,
    NotAGuestError: Kind("not-a-guest", 409, "Only a guest is merged, and into an account that is none"),
    AlreadyRegisteredError: Kind("already-registered", 409, "The account has a password already"),
    EmailTakenError: Kind("email-taken", 409, "The address belongs to another account"),
    SignInAgainError: Kind("sign-in-again", 403, "This needs a recent sign-in"),
    LinkError: Kind("bad-link", 400, "The link has expired or was used"),
    MailOffError: Kind("no-mail", 409, "This server sends no mail"),
    TooManyAttemptsError: TOO_MANY,
    TooManyRequestsError: TOO_MANY,
    OverloadedError: UNAVAILABLE,
    ProviderNotFoundError: NOT_FOUND,
    IdTokenError: Kind("bad-id-token", 401, "The ID token proves nothing", BEARER),
    ProviderDownError: UNAVAILABLE,
    LinkNeededError: Kind("link-needed", 409, "The address has an account to sign in to first"),
    ForbiddenError: Kind("forbidden", 403, "This needs another role"),
    OrganisationNotFoundError: NOT_FOUND,
    MemberNotFoundError: NOT_FOUND,
    InvitationError: Kind("bad-invitation", 409, "The invitation has expired or was used"),
    LastAdminError: Kind("last-admin", 409, "An organisation keeps an admin"),
    LinkedElsewhereError: Kind("linked-elsewhere", 409, "The provider's person has another account"),
    IdentityNotFoundError: NOT_FOUND,
    LastSignInError: Kind("last-sign-in", 409, "An account keeps a way to sign in"),
    AgeGroupKeptError: Kind("age-group-kept", 409, "The account cannot take its age group back by itself"),
    NotFoundException: NOT_FOUND,
    MethodNotAllowedException: METHOD,
    TrackNotFoundError: NOT_FOUND,
    EnrolmentNotFoundError: NOT_FOUND,
    SessionNotFoundError: NOT_FOUND,
    DecisionNotFoundError: NOT_FOUND,
    BundleNotFoundError: NOT_FOUND,
    BundleMismatchError: Kind("bundle-mismatch", 409, "The bundle is not the one that was issued"),
    BundleExpiredError: Kind("bundle-expired", 410, "The bundle has ended"),
    CursorExpiredError: Kind("cursor-expired", 410, "The cursor is too old; start again without one"),
    NoHintsLeftError: Kind("no-hints-left", 409, "All hints of the exercise were given"),
    OfferNotFoundError: NOT_FOUND,
    NotEnoughGemsError: Kind("not-enough-gems", 409, "The wallet holds too few gems"),
    PriceChangedError: Kind("price-changed", 409, "The offer costs something else now"),
    AlreadyHeldError: Kind("already-held", 409, "No more of it can be held"),
    HolidayError: Kind("holiday", 409, "The holiday cannot be planned"),
    HolidayNotFoundError: NOT_FOUND,
    FlagNotFoundError: NOT_FOUND,
    QuestNotFoundError: NOT_FOUND,
    FriendNotFoundError: NOT_FOUND,
    FriendReportNotFoundError: NOT_FOUND,
    FriendCodeError: Kind("bad-friend-code", 409, "The code opens nothing"),
    FriendCodeNeededError: Kind("friend-code-needed", 409, "Each of you has to show the other's code"),
    TooManyFriendsError: Kind("too-many-friends", 409, "There are as many friends as can be"),
    FriendQuestOpenError: Kind("shared-quest-open", 409, "The shared quest is not done yet"),
    QuestFixedError: Kind("quest-fixed", 409, "The quest cannot be replaced"),
    EventConflictError: Kind("event-conflict", 409, "The event id was used for something else"),
    CourseNotFoundError: NOT_FOUND,
    PartNotFoundError: NOT_FOUND,
    AlreadyThereError: Kind("already-there", 409, "There is one of that id"),
    CoursePublishedError: Kind("course-published", 409, "The course was published"),
    FaultyCourseError: Kind("course-faulty", 409, "The course has faults"),
    ReviewStateError: Kind("review-state", 409, "The review is not at that point"),
    OwnReviewError: Kind("own-review", 403, "Another reviewer has to approve"),
    NotApprovedError: Kind("not-approved", 409, "The draft is not the one that was approved"),
    NothingNewError: Kind("nothing-new", 409, "The draft is what is published already"),
    NoVariantError: Kind("no-variant", 409, "The answer cannot be accepted by itself"),
    FormatError: Kind("bad-file", 422, "The file cannot be read"),
    MediaError: Kind("bad-media", 422, "The file is not taken"),
    MediaNotFoundError: NOT_FOUND,
    MediaDownError: UNAVAILABLE,
    WorkerError: UNAVAILABLE,
    DeviceNotRegisteredError: NOT_FOUND,
    ChannelOffError: Kind("channel-off", 409, "This server cannot reach such devices"),
    NotReadyError: UNAVAILABLE,
    VersionClashError: Kind("conflict", 409, "It was changed by another request at the same time"),
    SequenceClashError: UNAVAILABLE,
    CorruptStoreError: UNAVAILABLE,
    StoreError: UNAVAILABLE,
}
BY_STATUS = {413: TOO_LARGE, 405: METHOD, 404: NOT_FOUND, 401: UNAUTHENTICATED, 503: UNAVAILABLE}
encoder = msgspec.json.Encoder()


def kind_of(error: type[Exception]) -> Kind | None:
    """The row of the nearest class in the table, or None."""
    return next((TABLE[cls] for cls in error.__mro__ if cls in TABLE), None)


def find_kind(error: Exception) -> Kind:
    """The problem type of an error; what the table does not know is the server's fault."""
    if isinstance(error, HTTPException) and error.status_code not in (400, HTTP_500_INTERNAL_SERVER_ERROR):
        known = BY_STATUS.get(error.status_code)
        return known or Kind("http", error.status_code, HTTPStatus(error.status_code).phrase)
    return kind_of(type(error)) or INTERNAL


def faults_of(error: Exception) -> tuple[Fault, ...]:
    """What is wrong with the request, place by place."""
    if isinstance(error, WireError):
        return tuple(Fault(pointer=pointer, detail=detail) for pointer, detail in error.faults)
    if isinstance(error, FaultyCourseError):
        return tuple(Fault(pointer=pointer, detail=detail) for pointer, detail in error.faults)
    if isinstance(error, BadHeaderError):
        return (Fault(parameter=error.header, detail=str(error)),)
    if isinstance(error, CursorError):
        return (Fault(parameter="cursor", detail=str(error)),)
    if isinstance(error, ValidationException):
        extra = error.extra if isinstance(error.extra, list) else []
        return tuple(_parameter_fault(entry) for entry in extra)
    return ()


def _parameter_fault(entry: dict[str, Any]) -> Fault:
    if str(entry.get("key", "")).startswith("data") or entry.get("source") == "body":
        return Fault(pointer="", detail="a JSON body is needed")
    return Fault(parameter=str(entry.get("key", "")), detail=str(entry.get("message", "")))


def detail_of(error: Exception, kind: Kind) -> str:
    """A sentence for people; nothing of the inside of the server is told."""
    if kind is INTERNAL:
        return "The fault was logged under the trace id."
    if kind is METHOD or (kind is NOT_FOUND and isinstance(error, HTTPException)):
        return kind.title + "."
    if kind is TOO_LARGE:
        return f"The body may have at most {MAX_BODY_BYTES} bytes."
    if isinstance(error, WireError):
        return "; ".join(f"{pointer or 'body'}: {detail}" for pointer, detail in error.faults)
    if isinstance(error, HTTPException):
        faults = faults_of(error)
        return "; ".join(f"{fault.parameter or 'body'}: {fault.detail}" for fault in faults) or error.detail
    return str(error)


def to_response(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The exception handler of the whole app."""
    kind = find_kind(error)
    trace_id = trace_id_of(request.scope)
    if kind.status >= HTTP_500_INTERNAL_SERVER_ERROR:
        route = request.scope.get("path_template", "a request without a route")
        logger.error("%s %s failed, trace %s", request.method, route, trace_id, exc_info=error)
    problem = Problem(
        type=PREFIX + kind.name,
        title=kind.title,
        status=kind.status,
        detail=detail_of(error, kind),
        trace_id=trace_id,
        errors=faults_of(error),
    )
    headers = dict(kind.headers)
    if isinstance(error, MethodNotAllowedException) and error.headers:
        headers["allow"] = allow_header(error.headers["allow"].split(", "))
    if isinstance(error, TooManyAttemptsError):
        headers["retry-after"] = str(error.retry_after)
    if isinstance(error, HttpError):
        headers.update(error.headers)
    return Response(encoder.encode(problem), media_type=PROBLEM_JSON, status_code=kind.status, headers=headers)
