"""A policy file says what the network said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from content.course import Course
from rl.export import export_policy
from rl.features import N_CONTEXT, N_FEATURES
from rl.network import Scorer
from rl.parameters import BeliefParameters
from rl.policy import SHARPNESS, Policy, PolicyCard, expected_features
from rl.runtime import Recommendation, Tutor

TOLERANCE = 1e-5  # relative to the largest logit


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    torch.manual_seed(3)
    return Scorer()


@pytest.fixture(scope="module")
def file(scorer: Scorer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    features, context = expected_features()
    card = PolicyCard(
        version="test", features=features, context=context, belief=BeliefParameters(slope=1.1), trained_on="nothing"
    )
    path = tmp_path_factory.mktemp("policy") / "policy.onnx"
    export_policy(scorer, card, path)
    return path


def test_a_policy_file_is_one_file_under_two_megabytes_with_its_card(file: Path) -> None:
    assert file.stat().st_size < 2_000_000
    assert list(file.parent.iterdir()) == [file]
    assert Policy.load(file).card.belief == BeliefParameters(slope=1.1)


@pytest.mark.parametrize("n", [1, 2, 5, 63, 64])
def test_onnx_and_torch_agree_for_any_number_of_candidates(scorer: Scorer, file: Path, n: int) -> None:
    rng = np.random.default_rng(n)
    features = rng.normal(size=(3, n, N_FEATURES)).astype(np.float32)
    mask = rng.random((3, n)) < 0.7
    mask[:, 0] = True
    context = rng.normal(size=(3, N_CONTEXT)).astype(np.float32)
    with torch.no_grad():
        worth, _ = scorer(torch.from_numpy(features), torch.from_numpy(mask), torch.from_numpy(context))
        wanted = (SHARPNESS * scorer.temperature * worth).numpy()
    policy = Policy.load(file)
    np.testing.assert_allclose(policy.logits(features, mask, context), wanted, atol=TOLERANCE * np.abs(wanted).max())


def test_an_exported_policy_teaches(file: Path) -> None:
    course = Course(
        skill_ids=("a", "b"),
        prerequisites=np.array([[False, False], [True, False]]),
        difficulty=np.zeros((2, 2), dtype=np.float32),
        guess=np.zeros((2, 2), dtype=np.float32),
        available=np.ones((2, 2), dtype=bool),
    )
    made = Tutor.load(file).open(course).recommend()
    assert isinstance(made, Recommendation)
    assert made.source == "policy"
    assert sum(probability for _, _, probability in made.top) == pytest.approx(1.0)


def test_a_policy_file_says_nothing_of_the_machine_it_was_made_on(file: Path) -> None:
    assert b".py" not in file.read_bytes()
