"""The fitted weights of the recurrent learner: their shapes, their file, and how they are read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from simulators.noise import Reals

EMBEDDED, HIDDEN, GAINS = 8, 24, 24
MAX_RATE = 2.0  # logits that one practice may add at most
MAX_STRENGTH = 8.0  # logits
STABILITY_DAYS = (10.0 / 86_400.0, 365.0)
MINUTES_PER_DAY = 1_440.0
FITTED_FILE = Path(__file__).parent / "recurrent.npz"


@dataclass(frozen=True)
class Weights:
    """What was fitted, with S skills, E = 8, H = 24, Z = 24; see `simulators.neural.recurrent` for the equations.

    Attributes:
        bias, embedding: (S,) logits and (S, E) of the skills of the logs.
        cell_in, cell_in_bias, cell_hidden, cell_hidden_bias: (E + 5, 3 H), (3 H,), (H, 3 H), (3 H,) of the GRU.
        mix, mix_bias: (H + E + 2, Z), (Z,) what the gains are made of.
        heads, heads_bias: (Z, E + 3), (E + 3,) the gains.
        sets: (D, 2) first skill and number of skills of each of the D logs.
        ability_root: (D, E, E) Cholesky root of the covariance of the abilities that each log's learners reached.
        context: (D, H) mean of the hidden states that they reached.
        answers: (D,) mean of ln(1 + number of answers) that they had given then.
        room, decay, ln_stability, firming, wrong_clock: the scalar laws; `firming` is (2,), after an error and after a
            success.
    """

    bias: Reals
    embedding: Reals
    cell_in: Reals
    cell_in_bias: Reals
    cell_hidden: Reals
    cell_hidden_bias: Reals
    mix: Reals
    mix_bias: Reals
    heads: Reals
    heads_bias: Reals
    sets: Reals
    ability_root: Reals
    context: Reals
    answers: Reals
    room: Reals
    decay: Reals
    ln_stability: Reals
    firming: Reals
    wrong_clock: Reals

    def save(self, path: Path) -> None:
        """Write them as a compressed .npz in single precision."""
        path.parent.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, Any] = {name: np.asarray(value, np.float32) for name, value in asdict(self).items()}
        np.savez_compressed(path, **arrays)

    @classmethod
    def load(cls, path: Path) -> Weights:
        """Read what `save` wrote.

        Raises:
            ValueError: an array is missing.
        """
        with np.load(path) as held:
            missing = sorted({field.name for field in fields(cls)} - set(held))
            if missing:
                raise ValueError(f"{path} lacks {missing}; it is not a file of a recurrent learner")
            return cls(**{field.name: held[field.name].astype(np.float64) for field in fields(cls)})


@cache
def fitted() -> Weights:
    """The weights that come with Pacer."""
    return Weights.load(FITTED_FILE)
