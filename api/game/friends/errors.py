"""What can be wrong with a request about friends."""

from __future__ import annotations


class FriendError(Exception):
    """Base of this room's errors."""


class FriendNotFoundError(FriendError):
    """The learner has no friend, and no request, of that id."""


class FriendReportNotFoundError(FriendError):
    """The organisation has no other member with a report of that id on them."""


class FriendCodeError(FriendError):
    """The code opens nothing: it has expired, was used, never was, is the learner's own, or its owner wants no contact.

    All of these look the same, so that a code tells nothing of anybody.
    """


class FriendCodeNeededError(FriendError):
    """One of the two is under 18: then each has to show the other's code."""


class TooManyFriendsError(FriendError):
    """One of the two has as many friends and requests as anybody can have."""


class FriendQuestOpenError(FriendError):
    """The shared quest is not done yet."""
