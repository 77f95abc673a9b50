"""What can be wrong with a request about courses."""

from __future__ import annotations

from collections.abc import Sequence

from api.plurals import counted

MAX_TOLD = 100
"""Faults that are told at once; the check of a course gives them all, in pages."""


class AuthoringError(Exception):
    """Base of this room's errors."""


class CourseNotFoundError(AuthoringError):
    """The organisation has no course of that id."""


class PartNotFoundError(AuthoringError):
    """The course has nothing of that id: no skill, item, version, review, import or report."""


class AlreadyThereError(AuthoringError):
    """Something of that id is there already."""


class CoursePublishedError(AuthoringError):
    """The course was published; what learners work on is retired, not deleted."""


class FaultyCourseError(AuthoringError):
    """The course has faults. `faults` are (JSON Pointer into the course, what is wrong and what to do)."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        told = "; ".join(f"{pointer or '/'}: {text}" for pointer, text in faults[:3])
        super().__init__(f"the course has {counted(len(faults), 'fault')}: {told}{' …' if len(faults) > 3 else ''}")
        self.faults = tuple(faults[:MAX_TOLD])


class ReviewStateError(AuthoringError):
    """The review is not in the state that this needs."""


class OwnReviewError(AuthoringError):
    """Whoever submitted a course does not approve it."""


class NotApprovedError(AuthoringError):
    """The draft is not the one that was approved."""


class NothingNewError(AuthoringError):
    """The draft is what is published already."""
