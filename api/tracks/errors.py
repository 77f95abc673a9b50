"""What can be wrong with a request about tracks."""

from __future__ import annotations


class TrackNotFoundError(Exception):
    """There is no published track of that id."""


class EnrolmentNotFoundError(Exception):
    """The learner has no enrolment of that id."""
