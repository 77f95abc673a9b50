"""Honest simulated learners as detectors see them: in the teaching environment, with devices and clocks around."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from content.course import Course
from envs.calendar import CalendarPlan
from envs.core import Settings, TutoringCore
from simulators.groups import GROUPS
from simulators.noise import Flags, Ints, Reals
from simulators.population import EngagementPopulation, Population
from simulators.traces import DAY_MS, Habits, Traces, clocks, joined, reported_seconds, wrong_answers

START_MS = 1_767_225_600_000  # 2026-01-01
CHUNK = 4_000
CLASS_SIZE = 25
N_SKILLS, N_BANDS = 30, 3
PLAN = CalendarPlan(exercises=(30, 120), per_skill=None, session=(7.0, 16.0), gap_days=(0.3, 3.0))
Progress = Callable[[int], None]


@dataclass(frozen=True)
class World:
    """Who the honest learners are, and on what they learn.

    Attributes:
        family, groups: see `envs.core.Settings`. engagement: what surrounds the student models.
        habits: see there. in_class: share of the learners who sit in a class that goes through the items in one order.
        seed: of the course.
    """

    family: str
    groups: str
    engagement: EngagementPopulation = field(default_factory=EngagementPopulation)
    habits: Habits = field(default_factory=Habits)
    in_class: float = 0.2
    seed: int = 1


@dataclass(frozen=True)
class Honest:
    """Traces of L learners, and what sub-populations these belong to: each a mask (L,)."""

    traces: Traces
    parts: dict[str, Flags]

    @property
    def n_learners(self) -> int:
        """L."""
        return int(self.traces.learner[-1]) + 1


def course_of(seed: int) -> Course:
    """A random course of 30 skills and three bands without prerequisites, most of its items with options."""
    rng = np.random.default_rng(seed)
    difficulty = 0.5 * rng.standard_normal((N_SKILLS, 1)) + np.asarray([-0.8, 0.0, 0.8])
    guess = rng.choice((0.0, 0.25, 0.25, 0.5), (N_SKILLS, N_BANDS))
    return Course(
        skill_ids=tuple(f"skill-{number}" for number in range(N_SKILLS)),
        prerequisites=np.zeros((N_SKILLS, N_SKILLS), dtype=np.bool_),
        difficulty=difficulty.astype(np.float32),
        guess=guess.astype(np.float32),
        available=np.ones((N_SKILLS, N_BANDS), dtype=np.bool_),
    )


def play(world: World, n_learners: int, seed: int, progress: Progress = lambda _: None) -> Honest:
    """Let so many learners live, in parts that fit in memory; `progress` is told of each part's learners."""
    traces, parts, done = [], [], 0
    while done < n_learners:
        size = min(CHUNK, n_learners - done)
        trace, part = _play(world, size, (seed, done))
        traces.append(trace)
        parts.append(part)
        done += size
        progress(size)
    return Honest(joined(traces), {name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def _play(world: World, n: int, seed: tuple[int, int]) -> tuple[Traces, dict[str, Flags]]:
    rng = np.random.default_rng((*seed, 7))
    course = course_of(world.seed)
    population = Population(engagement=world.engagement)
    core = TutoringCore(n, Settings(world.family, course=course, population=population, groups=world.groups, plan=PLAN))
    rows = np.arange(n)
    core.begin(rows, [np.random.default_rng((*seed, row)) for row in range(n)])
    group = np.where(rng.random(n) < world.in_class, seed[1] // CLASS_SIZE + rows // CLASS_SIZE, -1)
    log: list[Reals] = []
    step = 0
    while rows.size:
        skill, band = _author(rows.size, step, rng)
        skill = np.where(group[rows] >= 0, (step // N_BANDS) % N_SKILLS, skill)
        band = np.where(group[rows] >= 0, step % N_BANDS, band)
        version = np.where(
            group[rows] >= 0, step // (N_BANDS * N_SKILLS), rng.integers(0, world.habits.versions, rows.size)
        )
        action = skill * N_BANDS + band
        turn = core.step(rows, action)
        seen = core.observe(rows)
        last, at = seen["last"], seen["clock"][:, 0].astype(np.float64) - seen["clock"][:, 4]
        log.append(np.stack([rows, action, version, last[:, 3], last[:, 4], last[:, 5], at], axis=1))
        rows = rows[~(turn.terminated | turn.truncated)]
        step += 1
    return _traced(np.concatenate(log), group, world, rng), _parts(core, group, world)


def _author(n: int, step: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """(n,) skills and bands: by and by through the course, with looks back and ahead."""
    skill = np.rint(step / 3.0 + 3.0 * rng.standard_normal(n)).astype(np.int64) % N_SKILLS
    return skill, rng.integers(0, N_BANDS, n)


def _traced(log: Reals, group: Ints, world: World, rng: np.random.Generator) -> Traces:
    log = log[np.lexsort((log[:, 6], log[:, 0]))]
    learner, action, version = (log[:, column].astype(np.int64) for column in range(3))
    score, seconds, hints, days = log[:, 3], log[:, 4], log[:, 5], log[:, 6]
    course = course_of(world.seed)
    difficulty = course.difficulty.reshape(-1)[action].astype(np.float64)
    item = action * (world.habits.versions + 1) + np.minimum(version, world.habits.versions)
    at = START_MS + np.rint(days * DAY_MS).astype(np.int64)
    client, accepted = clocks(learner, at, world.habits, rng)
    told = reported_seconds(np.maximum(seconds, 0.001), learner, world.habits, rng)
    response = np.where(score >= 1.0, 0, wrong_answers(item, group[learner], world.habits, rng))
    return Traces(
        learner=learner,
        item=item,
        response=response,
        score=score,
        chance=course.guess.reshape(-1)[action].astype(np.float64),
        seconds=np.where(seconds > 0.0, told, np.nan),
        expected_seconds=5.0 * np.ceil(16.0 * np.exp(0.15 * difficulty) / 5.0),
        difficulty=difficulty,
        hints=hints,
        at=at,
        accepted_at=np.maximum(accepted, at),
        client_at=client,
        device=np.zeros(len(learner), dtype=np.int64),
    )


def _parts(core: TutoringCore, group: Ints, world: World) -> dict[str, Flags]:
    """Sub-populations by group, and by the tails of pace and of the propensity to guess."""
    learners, engagement = core.learners, world.engagement
    found = {name: learners.group == number for number, name in enumerate(GROUPS)}
    found = {name: mask for name, mask in found.items() if mask.any()}
    pace = learners.pace_seconds
    found["fast"] = pace < engagement.pace_seconds.median * 0.65
    found["very slow"] = pace > engagement.pace_seconds.median * 1.6
    found["guessing-prone"] = learners.conduct.rapid > 2.0 * engagement.rapid.median
    found["hint-prone"] = learners.conduct.hint_abuse > 0.0
    found["in a class"] = group >= 0
    return found
