"""Learner-steps per second of the tutoring environment for 1, 64 and 1,024 learners, resets included.

Run as ``python benchmarks/environment.py [--seconds 5] [--json FILE]``. The last line printed is JSON; `--json` also
writes it to a file. Actions are drawn from the mask before the clock starts to tick for a step, so that only the
environment is timed.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import click
import numpy as np

from envs.tutoring import TutoringEnv
from envs.tutoring_vector import TutoringVectorEnv

SIZES = (1, 64, 1024)
WARM_UP_STEPS = 30


def vector_rate(n_learners: int, family: str, seconds: float) -> dict[str, float]:
    """Steps of all learners per second, and microseconds to reset one of them."""
    env = TutoringVectorEnv(n_learners, family=family, autoreset_mode="SameStep")
    start = time.perf_counter()
    observation, _ = env.reset(seed=0)
    reset_us = (time.perf_counter() - start) / n_learners * 1e6
    rng, spent, n_steps, turn = np.random.default_rng(0), 0.0, 0, 0
    while spent < seconds:
        actions = (rng.random(observation["mask"].shape, dtype=np.float32) * observation["mask"]).argmax(axis=1)
        start = time.perf_counter()
        observation = env.step(actions)[0]
        elapsed = time.perf_counter() - start
        turn += 1
        if turn > WARM_UP_STEPS:
            spent, n_steps = spent + elapsed, n_steps + n_learners
    return {"steps_per_second": n_steps / spent, "reset_us": reset_us}


def single_rate(family: str, seconds: float) -> float:
    """Steps per second of the single environment."""
    env = TutoringEnv(family=family)
    observation, _ = env.reset(seed=0)
    rng, spent, n_steps = np.random.default_rng(0), 0.0, 0
    while spent < seconds:
        action = int((rng.random(observation["mask"].shape) * observation["mask"]).argmax())
        start = time.perf_counter()
        observation, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            observation, _ = env.reset()
        spent, n_steps = spent + time.perf_counter() - start, n_steps + 1
    return n_steps / spent


@click.command()
@click.option("--family", default="mixed", show_default=True, help="strength, markov or mixed")
@click.option("--seconds", default=5.0, show_default=True, help="time spent on each size")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(family: str, seconds: float, json_file: Path | None) -> None:
    """Measure and report."""
    figures: dict[str, float | str] = {"benchmark": "environment", "family": family}
    figures["single_steps_per_second"] = round(single_rate(family, seconds))
    for n_learners in SIZES:
        rate = vector_rate(n_learners, family, seconds)
        figures[f"steps_per_second_{n_learners}"] = round(rate["steps_per_second"])
        figures[f"reset_us_{n_learners}"] = round(rate["reset_us"], 1)
        click.echo(f"{n_learners:5d} learners: {rate['steps_per_second']:10,.0f} steps/s", err=True)
    line = json.dumps(figures)
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


if __name__ == "__main__":
    sys.exit(main())
