"""Anyone's teacher enters: policy files, a rule of one's own, a model of Stable-Baselines3, the released policy."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from envs.tutoring import TutoringEnv
from rl.belief import BeliefParameters
from rl.benchmark.benchmark import RELEASED_FILE, Question, benchmark, entrant, rivals
from rl.benchmark.cells import Cell
from rl.benchmark.contest import Condition, Job, run
from rl.benchmark.contestants import PLUG_IN, POLICY, RULE, Contestant, plug_in
from rl.episodes import Episodes
from rl.policy import PolicyError
from rl.teachers.rules import RULES

DOCUMENT = (Path(__file__).parents[3] / "docs/benchmark.md").read_text()
CONDITION = Condition("markov", (2, 2), 6, "short", groups="diverse")


def lesson(who: Contestant, condition: Condition = CONDITION) -> Episodes:
    return run(Job(contestant=who, condition=condition, seeds=(3, 4), belief=BeliefParameters()))


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The teacher that the document shows, as a file on Python's path."""
    (code,) = re.findall(r"```py\n(.*?)```", DOCUMENT, re.DOTALL)
    (tmp_path / "mine.py").write_text(code)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "mine:LeastPractised"
    sys.modules.pop("mine", None)


def test_the_teacher_in_the_document_teaches(mine: str) -> None:
    name, (who,) = entrant(mine)
    assert (name, who.kind) == ("LeastPractised", PLUG_IN)
    episodes = lesson(who)
    assert episodes.gain.shape == (12,)
    assert episodes.gain.mean() > 0


def test_a_teacher_that_changes_is_told_apart(mine: str, tmp_path: Path) -> None:
    _, (who,) = entrant(mine)
    job = Job(contestant=who, condition=CONDITION, seeds=(3,), belief=BeliefParameters())
    before = job.key()
    (tmp_path / "mine.py").write_text((tmp_path / "mine.py").read_text() + "\nMORE = 1\n")
    assert job.key() != before


def test_a_model_of_stable_baselines3_teaches(tmp_path: Path) -> None:
    from sb3_contrib import MaskablePPO

    env = TutoringEnv(family="markov", skills=(2, 2), plan="short")
    model = MaskablePPO("MultiInputPolicy", env, n_steps=16, batch_size=16, n_epochs=1, seed=1, device="cpu")
    model.learn(32)
    model.save(tmp_path / "model.zip")
    name, (who,) = entrant(f"flat=rl.benchmark.sb3:maskable_ppo@{tmp_path / 'model.zip'}")
    assert name == "flat"
    assert lesson(who).n_exercises.min() > 0
    before = who.digest()
    (tmp_path / "model.zip").write_bytes(b"other")
    assert who.digest() != before


def test_a_model_of_another_size_is_told(tmp_path: Path) -> None:
    from stable_baselines3 import PPO

    model = PPO("MultiInputPolicy", TutoringEnv(skills=(2, 2)), n_steps=16, batch_size=16, device="cpu")
    model.save(tmp_path / "model.zip")
    _, (who,) = entrant(f"rl.benchmark.sb3:ppo@{tmp_path / 'model.zip'}")
    assert lesson(who).gain.shape == (12,)
    with pytest.raises(ValueError, match="PPO was trained on courses of 6 candidates and cannot teach those of 9"):
        lesson(who, Condition("markov", (3, 3), 2, "short"))


def test_the_released_policy_teaches() -> None:
    name, (who,) = entrant("released")
    assert (name, who.kind, who.file) == ("released", POLICY, str(RELEASED_FILE))
    assert lesson(who).gain.mean() > 0


def test_files_are_the_training_seeds_of_one_policy() -> None:
    name, group = entrant(f"mine={RELEASED_FILE},{RELEASED_FILE}")
    assert name == "mine"
    assert [who.name for who in group] == ["mine", "mine"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nowhere.onnx", "nowhere.onnx cannot be read"),
        ("no.such.module:Teacher", "there is no module 'no"),
        ("rl.benchmark.sb3:nothing", "has no 'nothing'"),
        ("rl.benchmark.cells:N_REPLICATES", "cannot be called"),
        ("rl.benchmark.sb3:ppo@nowhere.zip", "cannot be made: .*nowhere.zip"),
        ("pathlib:Path@x", "lacks begin, keep, choose"),
        (":x", "must be named module:attribute"),
    ],
)
def test_what_cannot_enter_is_told(text: str, told: str) -> None:
    with pytest.raises(PolicyError, match=told):
        entrant(text)


def test_every_rule_the_greedy_belief_and_greedy_on_the_truth_are_rivals() -> None:
    tuned_on, found = rivals("markov")
    assert tuned_on in ("markov", "mixed")
    assert [who.name for who in found if who.kind == RULE] == list(RULES)
    assert [who.name for who in found if who.kind != RULE] == ["belief-greedy", "privileged-greedy"]


def test_an_entrant_must_not_have_the_name_of_a_rival(mine: str) -> None:
    cell = Cell("markov", "short", "one", 2, 1, 1)
    question = Question(entrants={"leitner": [plug_in("leitner", mine)]}, cells=[cell])
    with pytest.raises(ValueError, match="'leitner' is the name of a rival"):
        benchmark(question, lambda *_: None)


def test_replicates_come_first_then_seeds_then_learners() -> None:
    who = Contestant(kind="greedy", name="belief-greedy")
    lives = lesson(who, Condition("markov", (2, 2), 3, "short", replicates=2))
    once = lesson(who, Condition("markov", (2, 2), 3, "short"))
    np.testing.assert_allclose(lives.gain[:6], once.gain, atol=1e-9)
    np.testing.assert_array_equal(lives.start[6:], once.start)
    assert not np.array_equal(lives.gain[6:], once.gain)
