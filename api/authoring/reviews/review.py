"""A review as it is stored. It is about one state of the draft, named by its hash: what changes later is not in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Literal

import msgspec

from api.authoring.courses import ATTEMPTS
from api.authoring.errors import PartNotFoundError, ReviewStateError
from api.store.ports import Document, Documents, VersionClashError

REVIEW = "courseReview"
MAX_COMMENTS = 1000
State = Literal["open", "approved", "declined", "withdrawn", "published"]


class Comment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody said of the course, or of the place that `pointer` names."""

    id: str
    by: str
    at: int
    text: str
    pointer: str = ""


class Review(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A review. Instants are milliseconds since the epoch.

    Attributes:
        draft: the hash of the track that the course was when it was submitted.
        decided_by: who approved, declined or withdrew it, "" while it is open.
    """

    id: str
    course_id: str
    draft: str
    submitted_by: str
    submitted_at: int
    state: State = "open"
    note: str = ""
    comments: tuple[Comment, ...] = ()
    decided_by: str = ""
    decided_at: int = 0
    reason: str = ""


class Reviews:
    """Reviews on the Documents port."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def declare(self) -> None:
        """Tell the store which fields are looked up."""
        await self._documents.declare(REVIEW, indexes=("course_id",))

    async def add(self, review: Review) -> None:
        """Keep a new review."""
        await self._documents.put(REVIEW, review.id, msgspec.json.encode(review), expected_version=0)

    async def load(self, course_id: str, review_id: str) -> tuple[Review, int]:
        """A review of a course, and its version. Raises PartNotFoundError."""
        document = await self._documents.get(REVIEW, review_id)
        review = None if document is None else review_of(document)
        if document is None or review is None or review.course_id != course_id:
            raise PartNotFoundError(f"the course has no review {review_id[:80]}")
        return review, document.version

    async def of(self, course_id: str, after: str = "", limit: int = 100) -> list[Review]:
        """Reviews of a course, the oldest first."""
        return [review_of(found) for found in await self._documents.find(REVIEW, "course_id", course_id, after, limit)]

    async def edit(self, course_id: str, review_id: str, edit: Callable[[Review], Review]) -> Review:
        """Replace a review by what `edit` makes of its newest state. Raises PartNotFoundError."""
        for _ in range(ATTEMPTS):
            with suppress(VersionClashError):
                found, version = await self.load(course_id, review_id)
                changed = edit(found)
                await self._documents.put(REVIEW, review_id, msgspec.json.encode(changed), version)
                return changed
        raise VersionClashError(f"the review {review_id} is being changed by too many requests; try again")

    async def forget(self, course_id: str) -> None:
        """Remove the reviews of a course that is gone."""
        while found := await self._documents.find(REVIEW, "course_id", course_id):
            for document in found:
                await self._documents.delete(REVIEW, document.id)


def review_of(document: Document) -> Review:
    """A review as it is stored."""
    return msgspec.json.decode(document.body, type=Review)


def decided(review: Review, state: State, by: str, at: int, reason: str = "") -> Review:
    """An open review with its end. Raises ReviewStateError if it has one."""
    if review.state != "open":
        raise ReviewStateError(f"the review is {review.state}; only an open one can be {state}")
    return msgspec.structs.replace(review, state=state, decided_by=by, decided_at=at, reason=reason)


def commented(review: Review, comment: Comment) -> Review:
    """A review with one more comment. Raises ReviewStateError if it has as many as it can."""
    if len(review.comments) >= MAX_COMMENTS:
        raise ReviewStateError(f"the review has {MAX_COMMENTS} comments; decide it, and submit the course anew")
    return msgspec.structs.replace(review, comments=(*review.comments, comment))
