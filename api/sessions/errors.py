"""What can be wrong with a request about lessons."""

from __future__ import annotations


class SessionNotFoundError(Exception):
    """The learner has no session of that id."""


class DecisionNotFoundError(Exception):
    """The learner has no decision of that id (in that session)."""


class NoHintsLeftError(Exception):
    """All hints of the exercise were given."""
