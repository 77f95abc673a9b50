"""Use cases of reviews: submit a course, say something about it, approve or decline it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec

from api.accounts.organisations.organisation import Organisations
from api.authoring.checking import track_of
from api.authoring.course import Course
from api.authoring.errors import FaultyCourseError, OwnReviewError, ReviewStateError
from api.authoring.reviews.review import Comment, Review, Reviews, State, commented, decided
from api.authoring.service import AuthoringService
from api.wire import new_id
from content.tracks import content_hash


class ReviewService:
    """Reviews of courses."""

    def __init__(self, authoring: AuthoringService, reviews: Reviews, organisations: Organisations) -> None:
        self.authoring = authoring
        self.reviews = reviews
        self._organisations = organisations

    async def submit(self, course: Course, by: str, note: str) -> Review:
        """Ask for a review of the course as it is. An open review of an earlier state is withdrawn.

        Raises:
            FaultyCourseError: the course has faults, which are told with pointers.
            ReviewStateError: this state is under review already.
        """
        faults, elements = await self.authoring.faults(course)
        if faults:
            raise FaultyCourseError([(fault.pointer, fault.text) for fault in faults])
        draft = await asyncio.to_thread(content_hash, track_of(course, elements))
        now = self.authoring.clock()
        for review in await self._open(course):
            if review.draft == draft:
                raise ReviewStateError(f"this state of the course is under review already: {review.id}")
            await self._decide(course, review.id, "withdrawn", by, "a later state was submitted")
        review = Review(id=new_id(), course_id=course.id, draft=draft, submitted_by=by, submitted_at=now, note=note)
        async with self.authoring.audit.noting(course, by, "courseSubmitted", note=review.id):
            await self.reviews.add(review)
        return review

    async def is_current(self, course: Course, review: Review) -> bool:
        """Whether the draft is still what the review is about."""
        elements = await self.authoring.courses.elements(course.id)
        return await asyncio.to_thread(content_hash, track_of(course, elements)) == review.draft

    async def comment(self, course: Course, review_id: str, by: str, text: str, pointer: str) -> Review:
        """Say something. Raises PartNotFoundError, ReviewStateError."""
        comment = Comment(id=new_id(), by=by, at=self.authoring.clock(), text=text, pointer=pointer)
        return await self.reviews.edit(course.id, review_id, lambda found: commented(found, comment))

    async def approve(self, course: Course, review_id: str, by: str, reason: str) -> Review:
        """Approve an open review.

        Raises:
            PartNotFoundError, ReviewStateError: there is no such open review.
            OwnReviewError: whoever submitted it is not the only reviewer, and so not the one to approve it.
        """
        review, _ = await self.reviews.load(course.id, review_id)
        if review.submitted_by == by and await self._has_other_reviewer(course.organisation_id, by):
            raise OwnReviewError("you submitted this course yourself; another reviewer of the organisation approves it")
        return await self._decide(course, review_id, "approved", by, reason)

    async def decline(self, course: Course, review_id: str, by: str, reason: str) -> Review:
        """Decline an open review. Raises PartNotFoundError, ReviewStateError."""
        return await self._decide(course, review_id, "declined", by, reason)

    async def withdraw(self, course: Course, review_id: str, by: str) -> Review:
        """Take an open review back. Raises PartNotFoundError, ReviewStateError."""
        return await self._decide(course, review_id, "withdrawn", by, "")

    async def approved(self, course: Course, draft: str) -> Review | None:
        """The latest approved review of a state of the draft, or None."""
        found = [review async for review in self._all(course) if review.state == "approved" and review.draft == draft]
        return found[-1] if found else None

    async def published(self, course: Course, review_id: str) -> None:
        """Note that what was approved is published."""
        await self.reviews.edit(course.id, review_id, lambda found: msgspec.structs.replace(found, state="published"))

    async def _decide(self, course: Course, review_id: str, state: State, by: str, reason: str) -> Review:
        now = self.authoring.clock()
        async with self.authoring.audit.noting(course, by, f"review{state.title()}", note=review_id):
            return await self.reviews.edit(course.id, review_id, lambda found: decided(found, state, by, now, reason))

    async def _open(self, course: Course) -> list[Review]:
        return [review async for review in self._all(course) if review.state == "open"]

    async def _all(self, course: Course) -> AsyncIterator[Review]:
        after = ""
        while page := await self.reviews.of(course.id, after):
            for review in page:
                yield review
            after = page[-1].id

    async def _has_other_reviewer(self, organisation_id: str, learner_id: str) -> bool:
        after = ""
        while page := await self._organisations.members(organisation_id, after):
            if any("reviewer" in member.roles and member.learner_id != learner_id for member in page):
                return True
            after = page[-1].learner_id
        return False
