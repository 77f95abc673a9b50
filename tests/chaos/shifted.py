"""`pacer` with a clock that is off by as many ms as a file says: ``python -m tests.chaos.shifted FILE serve ...``.

The file is read each time, so that the clock can be made to jump while the service runs. Workers find the file in the
environment, since they are started anew from this module.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import api.composition

OFFSET_FILE = "CHAOS_CLOCK_OFFSET_FILE"
system_clock = api.composition.system_clock


def shifted_clock() -> int:
    """Milliseconds since the epoch, and what the file says."""
    return system_clock() + int(Path(os.environ[OFFSET_FILE]).read_text() or 0)


if __name__ in ("__main__", "__mp_main__"):  # the command, and the workers it starts; nobody who only imports this
    api.composition.system_clock = shifted_clock

if __name__ == "__main__":
    from api.cli import main

    os.environ[OFFSET_FILE] = sys.argv.pop(1)
    main()
