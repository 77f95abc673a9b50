"""References that see the hidden state. No teacher in the world can: they say what a policy could hope for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from envs.core import TutoringCore
from envs.courses import CourseBatch
from rl.belief import BeliefParameters, Rows
from rl.candidates import MAX_CANDIDATES
from rl.observer import Observation, Observer
from rl.teachers.teacher import Actions

Hidden = Callable[[Rows], dict[str, np.ndarray]]


class PrivilegedGreedy:
    """Always the candidate with the greatest true expected gain, one step ahead."""

    name = "privileged-greedy"

    def __init__(self, core: TutoringCore) -> None:
        self._core = core
        self._rows = np.arange(core.n_learners)
        self._rng = np.random.default_rng(0)

    def begin(self, observer: Observer, rng: np.random.Generator) -> None:  # noqa: ARG002 - the protocol's signature
        """New learners."""
        self._rng, self._rows = rng, np.arange(self._core.n_learners)

    def keep(self, rows: Rows) -> None:
        """Go on with these learners only."""
        self._rows = self._rows[rows]

    def choose(self, observer: Observer, observation: Observation) -> Actions:  # noqa: ARG002
        """The best by the truth; ties at random."""
        gain = np.where(observer.view.available, self._core.hidden(self._rows)["gain"], -np.inf)
        gain = gain + 1e-9 * self._rng.random(gain.shape)
        best: Actions = gain.reshape(gain.shape[0], -1).argmax(axis=1)
        return best


class PrivilegedObserver(Observer):
    """An observer whose estimates are the truth: what PPO on the true state is trained on."""

    def __init__(self, courses: CourseBatch, parameters: BeliefParameters, max_candidates: int, hidden: Hidden) -> None:
        self._hidden, self._rows = hidden, np.arange(courses.n_skills.shape[0])
        super().__init__(courses, parameters, max_candidates)

    def keep(self, rows: Rows) -> None:
        """Go on with these learners only."""
        super().keep(rows)
        self._rows = self._rows[rows]

    def take(self, observation: Observation) -> None:
        """Believe as ever, then put the truth in the place of belief wherever there is one."""
        super().take(observation)
        truth = self._hidden(self._rows)
        worth = np.maximum(self.view.goal, 1e-9)[:, :, None]
        gain = np.where(self.view.goal[:, :, None] > 0, truth["gain"] / worth, 0.0)
        open_success = np.where(
            self.view.available, (truth["success"] - self.view.guess) / (1.0 - self.view.guess), 0.0
        )
        mastered = open_success.sum(axis=2) / np.maximum(self.view.available.sum(axis=2), 1)
        self.current = replace(self.current, mastered=np.clip(mastered, 0.0, 1.0), known=np.clip(mastered, 0.0, 1.0))
        self.gains = replace(
            self.gains, growth=gain, mastery=gain, mixed=gain, success=truth["success"], forecast=truth["score"]
        )


def privileged_observer(core: TutoringCore) -> PrivilegedObserver:
    """An observer of everything a core hides, for `rl.episodes.teach`."""
    return PrivilegedObserver(core.courses, BeliefParameters(), MAX_CANDIDATES, core.hidden)
