"""What a good exercise is worth in each family, so that learning weighs families alike whatever their scale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from envs.core import Settings, TutoringCore
from rl.arithmetic import Array
from rl.seeds import SCALE_SEED

N_LEARNERS = 96
LEAST = 1e-3  # score of an average skill; a family below this would be all noise


def family_scales(settings: Settings, families: tuple[str, ...]) -> Array:
    """(F,) mean over new learners of the best candidate's true worth, times the number of skills of the course."""
    scales = []
    for family in families:
        core = TutoringCore(N_LEARNERS, replace(settings, family=family))
        rows = np.arange(N_LEARNERS)
        core.begin(rows, [np.random.default_rng([SCALE_SEED, row]) for row in rows.tolist()])
        best = core.hidden(rows)["gain"].max(axis=(1, 2)) * core.courses.n_skills
        scales.append(max(float(best.mean()), LEAST))
    return np.asarray(scales)
