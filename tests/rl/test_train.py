"""Training: the same seed gives the same policy, and an interruption changes nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from rl.train import REMEMBERED, WEIGHTS, Run, weight_of
from rl.training_settings import TrainingSettings
from simulators.families import FAMILIES

SMALL = TrainingSettings(
    family="strength,hlr",
    plan="usual",
    seed=9,
    skills=(3, 6),
    validation_skills=(3, 6),
    imitation_steps=1024,
    imitation_segment=512,
    steps=640,
    n_learners=32,
    n_steps=10,
    segment=1,
    n_validation=4,
)


def silent(stage: str, done: int, total: int, note: str) -> None:
    """Tell nobody."""


def weights(run: Run) -> torch.Tensor:
    return torch.cat([value.detach().flatten() for value in run.model.policy.parameters()])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = Run(tmp_path_factory.mktemp("whole"), SMALL, silent)
    run.train(resume=False)
    return run


@pytest.mark.slow
@pytest.mark.parametrize("segments", [1, 3], ids=["imitating", "improving"])
def test_a_resumed_run_equals_an_uninterrupted_one(segments: int, whole: Run, tmp_path: Path) -> None:
    first = Run(tmp_path, SMALL, silent)
    first.train(resume=False, stop_after=segments)
    second = Run(tmp_path, SMALL, silent)
    second.train(resume=True)
    assert second.history == whole.history
    torch.testing.assert_close(weights(second), weights(whole), rtol=0.0, atol=0.0)


@pytest.mark.slow
def test_another_seed_gives_another_policy(whole: Run, tmp_path: Path) -> None:
    other = Run(tmp_path, replace(SMALL, seed=10, steps=0), silent)
    other.train(resume=False)
    assert not torch.equal(weights(other), weights(whole))


def test_a_folder_of_another_run_is_refused_with_what_differs(whole: Run) -> None:
    other = Run(whole.folder, replace(SMALL, rate=1.0), silent)
    with pytest.raises(ValueError, match=r"rate.*0\.0003.*1\.0"):
        other.train(resume=True)


def test_a_run_that_other_code_began_is_refused(whole: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rl.train.code_digest", lambda *_: b"another day")
    with pytest.raises(ValueError, match=r"other terms: .*code.* name another folder, or remove this one"):
        Run(whole.folder, SMALL, silent).train(resume=True)


def test_families_count_alike_whatever_their_scale(whole: Run) -> None:
    assert whole.families == ("strength", "hlr")
    assert whole.scales[1] > 2 * whole.scales[0]
    last = whole.history[-1]
    ratios = [last["ratio_strength"], last["ratio_hlr"]]
    assert last["judged"] == pytest.approx((sum(ratios) / 2 + min(ratios)) / 2)
    for name in whole.families:
        lately = [entry[f"ratio_{name}"] for entry in whole.history[-REMEMBERED:]]
        weight = whole.imitator.weights[list(FAMILIES).index(name)]
        assert weight == pytest.approx(weight_of(sum(lately) / len(lately)))


def test_a_family_that_lags_counts_more_within_bounds() -> None:
    assert weight_of(1.0) == 1.0
    assert weight_of(0.95) > weight_of(1.0) > weight_of(1.02)
    assert (weight_of(3.0), weight_of(0.0)) == WEIGHTS


def test_a_new_run_in_a_used_folder_forgets_the_old_one(whole: Run, tmp_path: Path) -> None:
    for name in ("state.json", "best.pt"):
        (tmp_path / name).write_bytes((whole.folder / name).read_bytes())
    Run(tmp_path, replace(SMALL, seed=10), silent).train(resume=False, stop_after=0)
    assert not (tmp_path / "state.json").exists()
    assert (tmp_path / "best.pt").read_bytes() != (whole.folder / "best.pt").read_bytes()
