"""Practice counted in time windows: what DASH and DAS3H share (Lindsey et al. 2014; Choffin et al. 2019).

Of each skill, wins (right answers) and tries (all answers) are counted that lie less than an hour, a day, a week and 30
days back, and all; each window holds the ones before. A count n enters as ln(1 + n). A practice with a hint counts for
its share, and every practice for learning_i practices.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from simulators.learner import CourseArrays, Persons
from simulators.memory.history import SUMS, HistoryLearners
from simulators.memory.practices import Events
from simulators.memory.recall import MemoryPopulation, draw_past, elapsed_days
from simulators.noise import Draws, Flags, Ints, Reals
from simulators.skillwise import Cell
from simulators.spread import LogNormal

WINDOW_DAYS = np.asarray([1.0 / 24.0, 1.0, 7.0, 30.0, np.inf])
N_WINDOWS = len(WINDOW_DAYS)
Weights = tuple[float, float, float, float, float]


@dataclass(frozen=True)
class WindowPopulation(MemoryPopulation):
    """Parameters of families with windows; see also MemoryPopulation.

    Attributes:
        wins: weight of the wins in each window, from an hour to all time.
        tries: weight of the tries in each window. The sources write it with a minus and fit either sign; here feedback
            follows every answer, so that failing teaches a little too.
        forgetting: factor of a learner on elapsed time; 1 in the sources.
        hint_share: share of a practice for which a practice with a hint counts.

    Raises:
        ValueError: not five finite weights of each.
    """

    wins: Weights = (0.2, 0.2, 0.3, 0.5, 0.7)
    tries: Weights = (0.1, 0.1, 0.15, 0.25, 0.3)
    forgetting: LogNormal = LogNormal(1.0, 0.3, 0.3, 3.0)
    hint_share: float = 0.7

    def __post_init__(self) -> None:
        for name in ("wins", "tries"):
            weights = getattr(self, name)
            if len(weights) != N_WINDOWS or not np.isfinite(weights).all():
                raise ValueError(f"{name} needs {N_WINDOWS} finite weights, one for each window, got {weights}")


class WindowLearners(HistoryLearners):
    """Learners whose practice is counted in windows.

    Fields: wins, tries (all so far), past, past_at (practices before the start, and when in own days), last.
    Traits: forgetting, learning, slip. The sums are the wins and then the tries in each window, (10, ...).
    """

    NOTED = ("wins", "tries")
    FIELDS: ClassVar[tuple[str, ...]] = ("wins", "tries", "past", "past_at", "last")
    TRAITS: ClassVar[tuple[str, ...]] = ("forgetting", "learning", "slip")

    def __init__(self, n_learners: int, n_skills: int, population: WindowPopulation) -> None:
        super().__init__(n_learners, n_skills, WINDOW_DAYS[-2], population.hint_lift, population.hint_share)
        self._weights = np.asarray([*population.wins, *population.tries])

    def draw_history(
        self, population: WindowPopulation, rows: Ints, courses: CourseArrays, draws: Draws, persons: Persons
    ) -> None:
        """Draw what the families share: the traits, and what was practised before."""
        self.traits["forgetting"][rows] = forgetting = population.forgetting.draw(draws) * persons.forgetting
        self.traits["learning"][rows], self.traits["slip"][rows] = persons.learning, population.slip.draw(draws)
        past = draw_past(population, rows, courses, draws, persons)
        for name in ("wins", "tries", "past"):
            self.state[name][rows] = past.practices
        for name in ("past_at", "last"):
            self.state[name][rows] = past.last * forgetting[:, None]

    @abstractmethod
    def solved(self, cell: Cell, at: Reals) -> Reals:
        """See SkillwiseLearners."""

    def practised(self, cell: Cell, now: Reals, correct: Flags, effort: Reals | float) -> Mapping[str, Reals]:  # noqa: ARG002
        """A try, and perhaps a win."""
        tries = cell.traits["learning"] * effort
        return {"wins": tries * correct, "tries": tries}

    def note(self, rows: Ints, skill: Ints, now: Reals, noted: Mapping[str, Reals]) -> None:
        """Record practice, and count it for all time."""
        super().note(rows, skill, now, noted)
        at = rows * self.n_skills + skill
        for name in self.NOTED:
            self.state[name].reshape(-1, copy=False)[at] += noted[name]

    def left(self, cell: Cell, noted: Mapping[str, Reals], days: Reals) -> Reals:  # noqa: ARG002
        """(10, ...) one practice in the windows."""
        within = days < WINDOW_DAYS.reshape(-1, *(1,) * np.ndim(days))
        return np.concatenate(np.broadcast_arrays(noted["wins"] * within, noted["tries"] * within))

    def summed(self, cell: Cell, events: Events, at: Reals) -> Reals:
        """(10, *shape) wins and tries in the windows."""
        fields, narrow = cell.fields, N_WINDOWS - 1
        shape, size = fields["last"].shape, fields["last"].size
        place = np.searchsorted(WINDOW_DAYS[:-1], events.days, side="right") * size + events.cell
        counts: Reals = np.empty((2, N_WINDOWS, *shape))
        for kind, values in zip(counts, events.values, strict=True):
            kind[:] = np.bincount(place, weights=values, minlength=size * N_WINDOWS).reshape(kind.shape)
        counts[:, :narrow].cumsum(axis=1, out=counts[:, :narrow])
        age = elapsed_days(at, fields["past_at"])
        counts[:, :narrow] += fields["past"] * (age < WINDOW_DAYS[:-1].reshape(-1, *(1,) * age.ndim))
        counts[0, narrow], counts[1, narrow] = fields["wins"], fields["tries"]
        return counts.reshape(2 * N_WINDOWS, *shape)

    def practice(self, cell: Cell) -> Reals:
        """(...) sum over the windows of weight times ln(1 + count)."""
        sums = cell.fields[SUMS]
        flat = self._weights @ np.log1p(sums).reshape(len(sums), -1)
        total: Reals = flat.reshape(sums.shape[1:])
        return total
