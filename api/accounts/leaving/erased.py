"""The list of erased learners: a file that only grows, kept apart from backups and applied whenever one is restored.

One line for each, the learner's id and the instant (RFC 3339); see `api.store.backup.read_erased`.
"""

from __future__ import annotations

import os
from pathlib import Path

from api.wire import instant

OWNER_ONLY = 0o600


def add_erased(path: Path, learner_id: str, now: int) -> None:
    """Add a learner, durably; `now` is in milliseconds since the epoch. Raises OSError."""
    line = f"\n{learner_id} {instant(now)}\n".encode()  # the first end closes a line that a crash cut off
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER_ONLY)
    try:
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
