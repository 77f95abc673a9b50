"""PPO steps a second of our training, beside those of the same MaskablePPO on an environment that does nothing.

Run as ``python -m benchmarks.ppo [--family NAMES] [--rounds 5] [--json FILE]``. Both models are made by
`rl.train.Run` of the same settings: network, batch, epochs, learners side by side, candidates. One learns from
simulated learners seen through belief and features, the other from an environment that answers every action with one
observation. In every round each of them collects a rollout and learns from it for all epochs, as nothing stops early
(`target_kl` is infinite); a step is one choice of one learner.
Rates are medians of the rounds with the lowest and the highest, and so is `share`, ours over the empty environment's in
the same round. Seconds are those of the processor, with one thread. The last line printed is JSON; `--json` also
writes it to a file.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch

from rl.train import Run
from rl.training_settings import TrainingSettings
from rl.vecenv import BeliefVecEnv


class Idle(BeliefVecEnv):
    """Looks like the environment of training, and answers everything with the observation it began with."""

    def step_wait(self) -> tuple[Any, Any, Any, list[dict[str, Any]]]:
        """The same again."""
        return self.seen, self.rewards, self.ends, self.infos

    def reset(self) -> Any:
        """Observations (L, flat), of which the first are kept."""
        self.seen = super().reset()
        self.rewards = np.zeros(self.num_envs, dtype=np.float32)
        self.ends = np.zeros(self.num_envs, dtype=bool)
        self.infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        return self.seen


class IdleRun(Run):
    """A run whose environment does nothing."""

    def _make_env(self) -> BeliefVecEnv:
        env = super()._make_env()
        env.__class__ = Idle
        return env


def steps_per_second(run: Run) -> float:
    """Of a rollout and what is learned from it."""
    steps = run.settings.n_learners * run.settings.n_steps
    start = time.process_time()
    run.model.learn(steps, reset_num_timesteps=False)
    return steps / (time.process_time() - start)


def spread(values: list[float], digits: int) -> list[float]:
    """[median, lowest, highest]"""
    return [round(float(value), digits) for value in (np.median(values), min(values), max(values))]


@click.command()
@click.option("--family", default=TrainingSettings.family, show_default=True, help="learners to train on")
@click.option("--learners", "n_learners", default=TrainingSettings.n_learners, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True, help="after one that is not counted")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(family: str, n_learners: int, rounds: int, json_file: Path | None) -> None:
    """Measure and report."""
    torch.set_num_threads(1)
    settings = TrainingSettings(family=family, n_learners=n_learners, target_kl=math.inf)
    with tempfile.TemporaryDirectory() as directory:
        runs = [made(Path(directory) / made.__name__, settings, lambda *_: None) for made in (Run, IdleRun)]
        rates = [[steps_per_second(run) for run in runs] for _ in range(rounds + 1)][1:]
    ours, empty = ([pair[which] for pair in rates] for which in (0, 1))
    figures = {
        "benchmark": "ppo",
        "family": family,
        "learners": n_learners,
        "candidates": int(runs[0].env.observer.n_candidates),
        "batch": settings.batch_size,
        "rounds": rounds,
        "steps_per_second": spread(ours, 0),
        "empty_steps_per_second": spread(empty, 0),
        "share": spread([one / other for one, other in rates], 3),
    }
    line = json.dumps(figures)
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


if __name__ == "__main__":
    sys.exit(main())
