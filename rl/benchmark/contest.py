"""Who teaches whom: conditions, and the episodes of each contestant, kept on disk lest they be taught twice."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, fields
from functools import lru_cache
from pathlib import Path

import joblib
import msgspec
import numpy as np

from content.course import Course
from envs.calendar import PLANS
from envs.core import Settings
from envs.courses import CourseBatch, draw_courses
from rl.belief import BeliefParameters
from rl.benchmark.contestants import Contestant, seat
from rl.episodes import Episodes, teach_lots
from rl.fingerprint import code_digest
from simulators.groups import USUAL
from simulators.noise import Draws

LOKY, RAY = BACKENDS = ("loky", "ray")
CANDIDATES_AT_ONCE = 250_000  # of all learners taught side by side; more would need more memory and be no faster
LEARNERS_AT_ONCE = 4096
FIXED_COURSE_SEED = 1
N_BANDS = 3
JOBS_IN_HAND = 4  # for each process, where a backend gives results only together


class Condition(msgspec.Struct, frozen=True):
    """What kind of learners, courses and calendars; see `envs.core.Settings`.

    Attributes:
        family: a name from `simulators.families`.
        skills: (low, high) sizes of the courses.
        n_learners: for each seed.
        plan: a name from `envs.calendar.PLANS`.
        groups: which sub-populations.
        fixed: whether all take the same course, see `fixed_course`.
        replicates: how often each learner is taught, with other luck.
    """

    family: str
    skills: tuple[int, int]
    n_learners: int
    plan: str = USUAL
    groups: str = USUAL
    fixed: bool = False
    replicates: int = 1

    @property
    def title(self) -> str:
        """For tables and plots."""
        low, high = self.skills
        size = f"{low}" if low == high else f"{low} to {high}"
        plan = "" if self.plan == USUAL else f", {self.plan} calendars"
        return f"{self.family}, {size} skill{'' if high == 1 else 's'}{plan}"

    def settings(self) -> Settings:
        """As the environment needs them."""
        course = fixed_course(self.skills[1]) if self.fixed else None
        return Settings(
            family=self.family, skills=self.skills, plan=PLANS[self.plan], groups=self.groups, course=course
        )


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One contestant and one condition, over some seeds."""

    contestant: Contestant
    condition: Condition
    seeds: tuple[int, ...]
    belief: BeliefParameters

    def key(self) -> str:
        """A digest of everything the episodes depend on."""
        who = self.contestant
        digest = hashlib.sha256(msgspec.json.encode(self) + who.digest())
        digest.update(code_digest(("rl.episodes", *who.sources), self.condition.family, who.unused))
        return digest.hexdigest()[:32]


@lru_cache(maxsize=2)
def fixed_course(n_skills: int) -> Course:
    """A course of this size like the random ones, always the same."""
    batch = CourseBatch.empty(1, n_skills, N_BANDS)
    draw_courses(batch, np.arange(1), (n_skills, n_skills), Draws([np.random.default_rng(FIXED_COURSE_SEED)]))
    return batch.row(0)


def run(job: Job) -> Episodes:
    """Let the contestant teach the condition's learners: first replicate first, in it seed after seed."""
    condition, settings = job.condition, job.condition.settings()
    make, belief, make_observer = seat(job.contestant, job.belief)
    lots = np.array(
        [
            (seed, number, replicate)
            for replicate in range(condition.replicates)
            for seed in job.seeds
            for number in range(condition.n_learners)
        ]
    )
    at_once = max(1, min(LEARNERS_AT_ONCE, CANDIDATES_AT_ONCE // settings.n_actions))
    parts = [
        teach_lots(make, settings, lots[start : start + at_once], (*job.seeds, start, 1), belief, make_observer)
        for start in range(0, len(lots), at_once)
    ]
    return _joined(parts)


def run_all(
    jobs: Iterable[Job], folder: Path, n_processes: int = 1, backend: str = LOKY
) -> Iterator[tuple[Job, Episodes]]:
    """Every job with its episodes, as they are done; what `folder` already holds comes first, at once.

    With the backend "ray" the jobs go to the Ray cluster that this process is connected to, or that RAY_ADDRESS names,
    else to one that is started here; policy files and plug-ins must lie at the same place on all its machines.
    """
    folder.mkdir(parents=True, exist_ok=True)
    waiting: dict[str, Job] = {}
    for job in jobs:
        key = job.key()
        if (path := _place(folder, key)).exists():
            yield job, _read(path)
        else:
            waiting[key] = job
    for key, episodes in _taught(list(waiting.items()), n_processes, backend):
        _keep(episodes, _place(folder, key))
        yield waiting[key], episodes


def _taught(waiting: Sequence[tuple[str, Job]], n_processes: int, backend: str) -> Iterator[tuple[str, Episodes]]:
    if not waiting:
        return
    if n_processes == 1 and backend == LOKY:
        yield from map(_work, waiting)
        return
    if backend == RAY:
        yield from _taught_by_ray(waiting, n_processes)
        return
    pool = joblib.Parallel(n_processes, backend=backend, return_as="generator_unordered", batch_size=1)
    yield from pool(joblib.delayed(_work)(entry) for entry in waiting)


def _taught_by_ray(waiting: Sequence[tuple[str, Job]], n_processes: int) -> Iterator[tuple[str, Episodes]]:
    """Some jobs at a time, as joblib has no results of Ray one by one."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # unless told, it reports to its makers
    import ray
    from ray.util.joblib.ray_backend import RayBackend

    if not ray.is_initialized() and "RAY_ADDRESS" not in os.environ:
        ray.init(num_cpus=n_processes, include_dashboard=False, log_to_driver=False)
    joblib.register_parallel_backend(RAY, RayBackend)
    at_once = JOBS_IN_HAND * n_processes
    with joblib.parallel_config(backend=RAY, n_jobs=n_processes), joblib.Parallel(batch_size=1) as pool:
        for start in range(0, len(waiting), at_once):
            yield from pool(joblib.delayed(_work)(entry) for entry in waiting[start : start + at_once])


def _work(entry: tuple[str, Job]) -> tuple[str, Episodes]:
    key, job = entry
    return key, run(job)


def _joined(parts: Sequence[Episodes]) -> Episodes:
    return Episodes(
        **{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Episodes)}
    )


def _place(folder: Path, key: str) -> Path:
    return folder / f"{key}.npz"


def _keep(episodes: Episodes, path: Path) -> None:
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.savez_compressed(file, **asdict(episodes))
    unfinished.replace(path)


def _read(path: Path) -> Episodes:
    with np.load(path) as arrays:
        return Episodes(**{name: arrays[name] for name in arrays.files})
