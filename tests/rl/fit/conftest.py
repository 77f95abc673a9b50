"""Logs made up by known laws, and the same in the files that the sets come in."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from rl.fit.logs import Log
from simulators.noise import Reals

CLOZE = (
    "Anon.Student.Id",
    "Time",
    "Outcome",
    "KC..Default.",
    "CF..End.Latency.",
    "CF..Stim.File.Index.",
)


def make_log(correct: Reals, skill: Reals, learner: Reals, name: str = "made-up", **columns: object) -> Log:
    """A log without times and items unless given."""
    n = len(correct)
    usual = {
        "item": skill,
        "days": np.zeros(n),
        "asked": np.ones(n, np.bool_),
        "seconds": np.full(n, np.nan),
        "timed": "days" in columns,
        "held_out": np.zeros(n, np.bool_),
        "n_skills": int(skill.max()) + 1,
        "n_items": int(skill.max()) + 1,
    }
    return Log(name, learner, skill, correct=correct, **(usual | columns))  # type: ignore[arg-type]


@pytest.fixture
def made_log() -> Callable[..., Log]:
    """Makes a log of columns."""
    return make_log


@pytest.fixture
def unheard() -> Callable[[str, int, int, str], None]:
    """A progress that nobody listens to."""

    def nothing(*_: object) -> None:
        pass

    return nothing


@pytest.fixture
def data_files(tmp_path: Path) -> Path:
    """A folder with a few learners of each set, in the files that the sets come in."""
    rng = np.random.default_rng(0)
    traced = tmp_path / "knowledge_tracing"
    _write_assist2015(traced / "assist2015", rng)
    _write_assistments09(traced / "assistments09", rng)
    _write_cloze(tmp_path / "memory" / "cloze", rng)
    return tmp_path


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()))


def _write_assist2015(folder: Path, rng: np.random.Generator) -> None:
    for part, n_learners in (("train", 24), ("valid", 8)):
        lines = []
        for _ in range(n_learners):
            skill = np.repeat(rng.permutation(6) + 1, 4)
            right = (rng.random(24) < 0.5 + 0.1 * (np.arange(24) % 4)).astype(int)
            lines += ["24", ",".join(map(str, skill)) + ",", ",".join(map(str, right)) + ","]
        _write(folder / f"assist2015_{part}1.csv.gz", "\n".join(lines) + "\n")


def _write_assistments09(folder: Path, rng: np.random.Generator) -> None:
    lines = ["user_id\titem_id\ttimestamp\tcorrect\tskill_id"]
    for learner in range(30):
        for _ in range(25):
            item = int(rng.integers(20))
            lines.append(f"{learner * 3}\t{item + 100}\t0\t{int(rng.random() < 0.3 + 0.02 * item)}\t{item % 5}")
    _write(folder / "preprocessed_data_train.csv.gz", "\n".join(lines) + "\n")


def _write_cloze(folder: Path, rng: np.random.Generator) -> None:
    lines = [",".join(CLOZE)]
    for learner in range(30):
        moment = datetime(2015, 11, 2, tzinfo=UTC)
        for turn in range(30):
            moment += timedelta(seconds=float(rng.choice([20.0, 90.0, 40_000.0], p=[0.6, 0.35, 0.05])))
            sentence = int(rng.integers(4))
            outcome = "STUDY" if turn == 0 else ("CORRECT" if rng.random() < 0.6 else "INCORRECT")
            latency = -1 if outcome == "STUDY" else int(min(np.exp(8.5 + 0.6 * rng.standard_normal()), 12_005))
            stamp = moment.strftime("%Y-%m-%d %H:%M:%S")
            lines.append(f"Stu_{learner},{stamp},{outcome},{sentence}-{int(rng.integers(2))} text,{latency},{sentence}")
    _write(folder / "cloze.csv.gz", "\n".join(lines) + "\n")
