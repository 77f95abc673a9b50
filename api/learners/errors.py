"""What can be wrong with an event."""

from __future__ import annotations


class EventConflictError(Exception):
    """An event id came again with other content."""
