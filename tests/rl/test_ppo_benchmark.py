"""The benchmark of PPO: the idle environment is idle, and the figures come in the agreed form."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.ppo import IdleRun, main
from rl.training_settings import TrainingSettings


def test_an_idle_environment_answers_everything_alike(tmp_path: Path) -> None:
    env = IdleRun(tmp_path, TrainingSettings(family="afm", n_learners=4), lambda *_: None).env
    seen = env.reset()
    assert seen.shape == (4, *env.observation_space.shape)
    again, rewards, ends, _ = env.step(np.zeros(4, dtype=np.int64))
    np.testing.assert_array_equal(again, seen)
    assert not rewards.any()
    assert not ends.any()


@pytest.mark.slow
def test_it_ends_with_one_line_of_json_and_writes_it_too(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    arguments = ["--family", "afm", "--learners", "4", "--rounds", "1", "--json", str(file)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    line = result.stdout.splitlines()[-1]
    assert file.read_text(encoding="utf-8") == line + "\n"
    report = json.loads(line)
    assert report["candidates"] == 48
    assert min(report["steps_per_second"][0], report["empty_steps_per_second"][0], report["share"][0]) > 0
