"""How a fit tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int, str], None]
"""Called with a stage, how much of it is done, of how much, and a remark."""
