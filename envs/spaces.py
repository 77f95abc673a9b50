"""The observation and action spaces that both environments share."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces

from envs.settings import Settings

USUAL_DAYS = 365.0
MAX_SECONDS = 600.0
MAX_HINTS = 10.0
USUAL_EXERCISES = 1000.0


def observation_space(settings: Settings) -> spaces.Space[Any]:
    """Mask, last exercise and clock; see `TutoringEnv`."""
    skill, band = max(settings.n_padded - 1, 1), max(settings.n_bands - 1, 1)  # a Box of no width draws a warning
    last = [1.0, skill, band, 1.0, MAX_SECONDS, MAX_HINTS]
    clock_low = [0.0, 0.0, -1.0, 0.0, 0.0, 0.0]
    days, exercises = max(USUAL_DAYS, settings.plan.max_days + 1.0), max(USUAL_EXERCISES, settings.plan.exercises[1])
    clock_high = [days, days, exercises, exercises, days, 1.0]
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
