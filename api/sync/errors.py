"""What can be wrong with a cursor."""

from __future__ import annotations


class CursorExpiredError(Exception):
    """A cursor from before what is still known; the device starts again without one."""
