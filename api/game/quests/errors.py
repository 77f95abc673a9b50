"""What can be wrong with a request about quests."""

from __future__ import annotations


class QuestError(Exception):
    """Base of this room's errors."""


class QuestNotFoundError(QuestError):
    """The learner has no quest of that id today."""


class QuestFixedError(QuestError):
    """The quest cannot be replaced: it is done, is of the week, or one was replaced today."""
