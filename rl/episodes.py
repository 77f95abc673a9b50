"""Letting a teacher teach: every learner one episode, everything that can be asked of it afterwards as arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from envs.core import Settings, TutoringCore
from rl.belief import BeliefParameters, Rows
from rl.features import Floats
from rl.observer import Look, Observation, Observer
from rl.record import Record
from rl.teachers.teacher import Actions, Teacher
from simulators.noise import Draws

Array = NDArray[np.float64]
Score = Callable[[Look], Floats]
MakeTeacher = Callable[[TutoringCore], Teacher]
MakeObserver = Callable[[TutoringCore], Observer]


@dataclass(frozen=True)
class Episodes:
    """What became of L learners, arrays (L,).

    Attributes:
        gain: rise of the goal-weighted score on the delayed test.
        start: that score before teaching.
        family: index of the learner's family.
        n_exercises: given.
        dropped_out: whether the learner left early.
        n_skills: size of the course.
        group: place of the learner's sub-population in `simulators.groups.GROUPS`.
        planned, mastered_after, knowledge: see `rl.record.Record`; knowledge is (L, N_MARKS + 1).
    """

    gain: Array
    start: Array
    family: NDArray[np.int64]
    n_exercises: NDArray[np.int64]
    dropped_out: NDArray[np.bool_]
    n_skills: NDArray[np.int64]
    group: NDArray[np.int64]
    planned: NDArray[np.int64]
    mastered_after: NDArray[np.int64]
    knowledge: Array

    @property
    def normalised_gain(self) -> Array:
        """Hake's 1998 gain: share of what could be gained, (L,)."""
        y: Array = self.gain / np.maximum(1.0 - self.start, 1e-9)
        return y


class PolicyTeacher:
    """A network's logits as a teacher: it samples from them, or takes the likeliest."""

    def __init__(self, name: str, score: Score, sampled: bool = False) -> None:
        self.name, self._score, self._sampled = name, score, sampled
        self._rng = np.random.default_rng(0)

    def begin(self, observer: Observer, rng: np.random.Generator) -> None:  # noqa: ARG002 - the protocol's signature
        """New learners."""
        self._rng = rng

    def keep(self, rows: Rows) -> None:
        """Nothing is remembered."""

    def choose(self, observer: Observer, observation: Observation) -> Actions:  # noqa: ARG002
        """One candidate for each learner."""
        look = observer.look()
        logits = np.where(look.mask, self._score(look), -np.inf)
        if self._sampled:
            logits = logits + self._rng.gumbel(size=logits.shape)
        return observer.actions(look, logits.argmax(axis=1))


class Panel:
    """Several teachers side by side, each with `n_learners` of its own: much faster than one after the other."""

    def __init__(self, teachers: Sequence[Teacher], n_learners: int) -> None:
        self.name = "panel"
        self._teachers = teachers
        self._owner = np.repeat(np.arange(len(teachers)), n_learners)

    def begin(self, observer: Observer, rng: np.random.Generator) -> None:
        """New learners; all teachers have the same luck."""
        luck = int(rng.integers(2**32))
        for teacher, rows in self._parts():
            teacher.begin(observer.part(rows), np.random.default_rng(luck))

    def keep(self, rows: Rows) -> None:
        """Go on with these learners only."""
        for teacher, part in self._parts():
            inside = rows[(rows >= part.start) & (rows < part.stop)]
            teacher.keep(inside - part.start)
        self._owner = self._owner[rows]

    def choose(self, observer: Observer, observation: Observation) -> Actions:
        """Every teacher for its own."""
        return np.concatenate(
            [
                teacher.choose(observer.part(rows), {name: array[rows] for name, array in observation.items()})
                for teacher, rows in self._parts()
            ]
        )

    def _parts(self) -> list[tuple[Teacher, slice]]:
        """The teachers that still have learners, and where these are."""
        edges = np.searchsorted(self._owner, np.arange(len(self._teachers) + 1)).tolist()
        spans = zip(self._teachers, edges[:-1], edges[1:], strict=True)
        return [(teacher, slice(start, stop)) for teacher, start, stop in spans if stop > start]


def teach(
    make: MakeTeacher,
    settings: Settings,
    n_learners: int,
    seed: int,
    parameters: BeliefParameters,
    make_observer: MakeObserver | None = None,
    copies: int = 1,
) -> Episodes:
    """One episode for each of `n_learners`, drawn from `seed`: the same learners, courses and luck for every teacher.

    With `copies` each learner is there that often: first all of them, then all of them again (see `Panel`).

    Raises:
        ValueError: the teacher chose what the environment does not offer.
    """
    lots = np.array([(seed, row, 0) for row in range(n_learners)] * copies)
    return teach_lots(make, settings, lots, (seed, n_learners, 1), parameters, make_observer)


def teach_lots(
    make: MakeTeacher,
    settings: Settings,
    lots: NDArray[np.int64],
    luck: Sequence[int],
    parameters: BeliefParameters,
    make_observer: MakeObserver | None = None,
) -> Episodes:
    """One episode for each of `lots` (L, 3): a seed, the number of a learner among those of the seed, a replicate.

    Equal seeds and numbers are the same person with the same course and calendar. Replicates are other luck along the
    way: whether answers are right, what is learned, forgotten, how long it takes. `luck` seeds the teacher.

    Raises:
        ValueError: the teacher chose what the environment does not offer.
    """
    core, rows = _begun(settings, lots), np.arange(len(lots))
    observer = Observer(core.courses, parameters) if make_observer is None else make_observer(core)
    teacher, record = make(core), Record(core)
    observation = core.observe(rows)
    observer.take(observation)
    teacher.begin(observer, np.random.default_rng(luck))
    while rows.size:
        actions = teacher.choose(observer, observation)
        turn = core.step(rows, actions)
        if turn.invalid.any():
            chosen = actions[turn.invalid][:5]
            raise ValueError(f"teacher {teacher.name} chose outside the mask: actions {chosen}")
        over = turn.terminated | turn.truncated
        record.note(rows, over)
        going = np.flatnonzero(~over)
        if going.size < rows.size:
            rows = rows[going]
            observer.keep(going)
            teacher.keep(going)
        observation = core.observe(rows)
        if rows.size:
            observer.take(observation)
    return _episodes(core, record)


def _begun(settings: Settings, lots: NDArray[np.int64]) -> TutoringCore:
    core = TutoringCore(len(lots), settings)
    core.begin(np.arange(len(lots)), [np.random.default_rng([seed, number]) for seed, number, _ in lots.tolist()])
    again = np.flatnonzero(lots[:, 2])
    if again.size:
        core.tape.begin(again, Draws([np.random.default_rng(lot) for lot in lots[again].tolist()]))
    return core


def _episodes(core: TutoringCore, record: Record) -> Episodes:
    summary = core.summary(np.arange(core.n_learners))
    return Episodes(
        gain=summary["gain"],
        start=summary["start_score"],
        family=summary["family"],
        n_exercises=summary["n_exercises"],
        dropped_out=summary["dropped_out"],
        n_skills=core.courses.n_skills.copy(),
        group=summary["group"],
        planned=record.planned,
        mastered_after=record.mastered_after,
        knowledge=record.knowledge,
    )
