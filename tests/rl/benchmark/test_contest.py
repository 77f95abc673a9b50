"""Who teaches whom: seeds apart, episodes kept until what they depend on changes, policy files as teachers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rl import seeds
from rl.benchmark.contest import Condition, Job, run, run_all
from rl.benchmark.contestants import GREEDY, POLICY, PRIVILEGED, Contestant
from rl.parameters import BeliefParameters
from rl.policy import Policy

SMALL = Condition("mixed", (4, 5), 6)
BELIEF = BeliefParameters()


def test_seeds_share_nothing() -> None:
    groups = [seeds.TRAINING_SEEDS, (seeds.VALIDATION_SEED,), seeds.TUNING_SEEDS, seeds.EVALUATION_SEEDS]
    together = [seed for group in groups for seed in group]
    assert len(set(together)) == len(together)
    assert len(seeds.EVALUATION_SEEDS) >= 5
    assert len(seeds.TRAINING_SEEDS) >= 3


def test_episodes_are_kept_and_read_again(tmp_path: Path) -> None:
    job = Job(contestant=Contestant(kind=GREEDY, name="belief-greedy"), condition=SMALL, seeds=(3,), belief=BELIEF)
    ((_, first),) = run_all([job], tmp_path)
    (kept,) = tmp_path.glob("*.npz")
    before = kept.stat().st_mtime_ns
    ((_, second),) = run_all([job], tmp_path)
    assert kept.stat().st_mtime_ns == before
    np.testing.assert_array_equal(first.gain, second.gain)
    np.testing.assert_array_equal(first.gain, run(job).gain)


def test_jobs_that_differ_have_other_keys(tmp_path: Path) -> None:
    policy = tmp_path / "a.onnx"
    policy.write_bytes(b"one")
    base = {"condition": SMALL, "seeds": (3,), "belief": BELIEF}
    jobs = [
        Job(contestant=Contestant(kind=GREEDY, name="g"), **base),
        Job(contestant=Contestant(kind=PRIVILEGED, name="g"), **base),
        Job(contestant=Contestant(kind=POLICY, name="a", file=str(policy)), **base),
        Job(contestant=Contestant(kind=POLICY, name="a", file=str(policy), sampled=True), **base),
        Job(contestant=Contestant(kind=GREEDY, name="g"), **(base | {"seeds": (4,)})),
        Job(contestant=Contestant(kind=GREEDY, name="g"), **(base | {"belief": BeliefParameters(slope=1.0)})),
    ]
    keys = [job.key() for job in jobs]
    assert len(set(keys)) == len(jobs)
    policy.write_bytes(b"two")
    assert jobs[2].key() != keys[2]


@pytest.fixture(scope="module")
def policy_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch

    from rl.export import export_policy
    from rl.network import Scorer
    from rl.policy import PolicyCard, expected_features

    torch.manual_seed(1)
    features, context = expected_features()
    card = PolicyCard(version="t", features=features, context=context, belief=BELIEF, trained_on="nothing")
    path = tmp_path_factory.mktemp("policy") / "policy.onnx"
    export_policy(Scorer(), card, path)
    return path


def test_a_policy_scores_many_choices_as_it_scores_each(policy_file: Path) -> None:
    policy, rng = Policy.load(policy_file), np.random.default_rng(0)
    n_features, n_context = len(policy.card.features), len(policy.card.context)
    features = rng.normal(size=(7, 5, n_features)).astype(np.float32)
    mask, context = rng.random((7, 5)) < 0.8, rng.normal(size=(7, n_context)).astype(np.float32)
    each = [policy.logits(features[i : i + 1], mask[i : i + 1], context[i : i + 1])[0] for i in range(7)]
    np.testing.assert_allclose(policy.logits(features, mask, context), each, rtol=1e-4, atol=1e-4)


def test_a_policy_file_teaches_in_a_contest(policy_file: Path) -> None:
    for kind in (POLICY, "privileged-policy"):
        who = Contestant(kind=kind, name="policy", file=str(policy_file))
        assert run(Job(contestant=who, condition=SMALL, seeds=(3,), belief=BELIEF)).gain.shape == (6,)
