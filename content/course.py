"""A course as arrays: what the numeric rooms (`simulators`, `envs`, `rl`) know of a track, and nothing more.

A *candidate* is a pair (skill, band). Its action number is ``skill * n_bands + band``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from content.tracks import Track

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Course:
    """The static arrays of a course with K skills and B bands.

    Attributes:
        skill_ids: K stable ids, in the author's order; "" where there are none.
        prerequisites: (K, K) bool; [k, j] says that j should be known before k. Acyclic.
        difficulty: (K, B) prior difficulty in logits of the items of each candidate, rising with the band.
        guess: (K, B) chance in [0, 1) that someone who knows nothing answers right (1/4 for four options).
        available: (K, B) bool; whether the track can serve the candidate at all.
    """

    skill_ids: tuple[str, ...]
    prerequisites: Bools
    difficulty: Floats
    guess: Floats
    available: Bools

    @property
    def n_skills(self) -> int:
        """K."""
        return int(self.difficulty.shape[0])

    @property
    def n_bands(self) -> int:
        """B."""
        return int(self.difficulty.shape[1])


def compile_course(track: Track) -> Course:
    """The arrays of a checked track; `content.catalogue.index_course` gives them with what each candidate can serve.

    Raises:
        SkillGraphError: the skills are not a graph.
    """
    from content.catalogue import index_course  # not needed by the numeric rooms, which only know the arrays

    return index_course(track).course
