"""Learner-steps per second of the tutoring environment, alone and with belief and features, for every family.

Run as ``python -m benchmarks.environment [--family NAMES] [--learners L] [--skills K] [--seconds S] [--json FILE]``.
Resets are included. Actions are drawn at random before the clock ticks, so that only the environment is timed or, with
a belief, the environment, `Observer.take` and `Observer.look` at 32 candidates. Seconds are those of the processor, so
that others on the machine matter less; set OPENBLAS_NUM_THREADS=1, or threads are counted together. The last line
printed is JSON; `--json` also writes it to a file.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from envs.tutoring import TutoringEnv
from envs.tutoring_vector import TutoringVectorEnv
from rl.observer import Observer
from rl.parameters import BeliefParameters
from simulators.families import FAMILIES, MIXED, families_of

N_CANDIDATES = 32
WARM_UP_STEPS = 20


def environment_rate(env: TutoringVectorEnv, seconds: float) -> float:
    """Learner-steps a second of the environment alone, resets included."""
    observation, _ = env.reset(seed=0)
    rng, spent, turn = np.random.default_rng(0), 0.0, 0
    while spent < seconds:
        actions = _random_candidates(rng, observation["mask"])
        start = time.process_time()
        observation = env.step(actions)[0]
        spent, turn = _counted(spent, turn, start)
    return (turn - WARM_UP_STEPS) * env.num_envs / spent


def believed_rate(env: TutoringVectorEnv, seconds: float) -> float:
    """The same with belief and the features of 32 candidates."""
    observation, _ = env.reset(seed=0)
    observer = Observer(env.courses, BeliefParameters(), N_CANDIDATES)
    observer.take(observation)
    look = observer.look()
    rng, spent, turn = np.random.default_rng(0), 0.0, 0
    while spent < seconds:
        actions = observer.actions(look, _random_candidates(rng, look.mask))
        start = time.process_time()
        observation, _, terminated, truncated, _ = env.step(actions)
        observer.restart(np.flatnonzero(terminated | truncated), env.courses)
        observer.take(observation)
        look = observer.look()
        spent, turn = _counted(spent, turn, start)
    return (turn - WARM_UP_STEPS) * env.num_envs / spent


def single_rate(family: str, seconds: float) -> float:
    """Steps per second of the single environment, resets included."""
    env = TutoringEnv(family=family)
    observation, _ = env.reset(seed=0)
    rng, spent, n_steps = np.random.default_rng(0), 0.0, 0
    while spent < seconds:
        action = int(_random_candidates(rng, observation["mask"][None])[0])
        start = time.process_time()
        observation, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            observation, _ = env.reset()
        spent, n_steps = spent + time.process_time() - start, n_steps + 1
    return n_steps / spent


def _random_candidates(rng: np.random.Generator, mask: NDArray[np.generic]) -> NDArray[np.intp]:
    """(L,) one allowed candidate each."""
    chosen: NDArray[np.intp] = (rng.random(mask.shape, dtype=np.float32) * mask).argmax(axis=1)
    return chosen


def _counted(spent: float, turn: int, start: float) -> tuple[float, int]:
    """Seconds and turns after one that began at `start`; warming up takes none."""
    return (0.0 if turn < WARM_UP_STEPS else spent + time.process_time() - start), turn + 1


def measure(family: str, n_learners: int, n_skills: int, seconds: float) -> dict[str, float]:
    """The figures of one family."""
    env = TutoringVectorEnv(n_learners, family, (n_skills, n_skills), autoreset_mode="SameStep")
    start = time.process_time()
    env.reset(seed=0)
    return {
        "reset_us": round((time.process_time() - start) / n_learners * 1e6, 1),
        "environment": round(environment_rate(env, seconds)),
        "with_belief": round(believed_rate(env, seconds)),
        "single": round(single_rate(family, seconds)),
    }


@click.command()
@click.option("--family", help="families as the environment takes them; by default mixed and each by itself")
@click.option("--learners", "n_learners", default=1024, show_default=True)
@click.option("--skills", "n_skills", default=32, show_default=True)
@click.option("--seconds", default=2.0, show_default=True, help="processor time spent on each figure")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(family: str | None, n_learners: int, n_skills: int, seconds: float, json_file: Path | None) -> None:
    """Measure and report."""
    families = (MIXED, *FAMILIES) if family is None else (family,)
    figures: dict[str, dict[str, float]] = {}
    for name in families:
        families_of(name)
        figures[name] = found = measure(name, n_learners, n_skills, seconds)
        said = f"{found['environment']:10,.0f} steps/s alone, {found['with_belief']:10,.0f} with belief and features"
        click.echo(f"{name:12} {said}", err=True)
    report = {
        "benchmark": "environment",
        "learners": n_learners,
        "skills": n_skills,
        "candidates": N_CANDIDATES,
        "steps_per_second": figures,
    }
    line = json.dumps(report)
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


if __name__ == "__main__":
    sys.exit(main())
