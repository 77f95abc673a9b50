"""What can be wrong with an event."""

from __future__ import annotations


class EventConflictError(Exception):
    """An event id came again with other content."""


class LearnerClosedError(Exception):
    """The learner's journal was closed: nothing is added any more. `into` is whom it was merged into, "" if nobody.

    `seq` is the commit that closed it.
    """

    def __init__(self, learner_id: str, into: str, seq: int) -> None:
        why = "was merged into another account; sign in to that one" if into else "was deleted"
        super().__init__(f"the account {learner_id} {why}")
        self.into = into
        self.seq = seq
