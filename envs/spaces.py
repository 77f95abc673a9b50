"""The observation and action spaces that both environments share."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces

from envs.core import Settings

MAX_DAYS = 365.0
MAX_SECONDS = 600.0
MAX_HINTS = 10.0
MAX_EXERCISES = 1000.0


def observation_space(settings: Settings) -> spaces.Space[Any]:
    """Mask, last exercise and clock; see `TutoringEnv`."""
    skill, band = max(settings.n_padded - 1, 1), max(settings.n_bands - 1, 1)  # a Box of no width draws a warning
    last = [1.0, skill, band, 1.0, MAX_SECONDS, MAX_HINTS]
    clock_low = [0.0, 0.0, -1.0, 0.0, 0.0, 0.0]
    clock_high = [MAX_DAYS, MAX_DAYS, MAX_EXERCISES, MAX_EXERCISES, MAX_DAYS, 1.0]
    return spaces.Dict(
        {
            "mask": spaces.MultiBinary(settings.n_actions),
            "last": spaces.Box(np.zeros(6, np.float32), np.asarray(last, np.float32), dtype=np.float32),
            "clock": spaces.Box(
                np.asarray(clock_low, np.float32), np.asarray(clock_high, np.float32), dtype=np.float32
            ),
        }
    )


def action_space(settings: Settings) -> spaces.Discrete:
    """A candidate: ``skill * n_bands + band``."""
    return spaces.Discrete(settings.n_actions)
