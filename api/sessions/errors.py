"""What can be wrong with a request about lessons."""

from __future__ import annotations


class SessionNotFoundError(Exception):
    """The learner has no session of that id."""


class DecisionNotFoundError(Exception):
    """The learner has no decision of that id (in that session)."""


class NoHintsLeftError(Exception):
    """All hints of the exercise were given."""


class BundleNotFoundError(Exception):
    """The learner has no bundle of that id."""


class BundleExpiredError(Exception):
    """A lesson was begun from a bundle after its end, or what the bundle needs is no longer there."""


class BundleMismatchError(Exception):
    """The device's bundle is not the one that was issued: it was changed on the way, or belongs elsewhere."""
