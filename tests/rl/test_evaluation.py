"""Figures of an evaluation on episodes made by hand, its intervals, and the command from end to end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from content.course import Course
from rl import seeds
from rl.commands import evaluate, rounded
from rl.evaluation.bars import Transfer, main_bars, size_bars, transfer_bars
from rl.evaluation.bootstrap import Resamples, spread
from rl.evaluation.contest import Condition, Job, run, run_all
from rl.evaluation.contestants import GREEDY, POLICY, PRIVILEGED, RULE, Contestant
from rl.evaluation.evaluation import rivals
from rl.evaluation.report import POLICIES, Taught, by_name, figures
from rl.parameters import BeliefParameters
from rl.policy import Policy

MakeCourse = Callable[..., Course]
CONDITION = Condition("mixed", (8, 40), 4)
SMALL = Condition("mixed", (4, 5), 6)
BELIEF = BeliefParameters()


def taught(kind: str, gains: list[list[list[float]]], start: float = 0.5) -> Taught:
    """A teacher with these gains (T, S, n), ten exercises for everybody, and nobody leaving."""
    gain = np.array(gains)
    return Taught(kind, gain, gain / (1.0 - start), np.zeros(gain.shape), np.full(gain.shape, 10.0))


def contest() -> dict[str, Taught]:
    return {
        "weak": taught(RULE, [[[0.0, 0.1, 0.0, 0.1], [0.1, 0.1, 0.0, 0.0]]]),
        "strong": taught(RULE, [[[0.1, 0.2, 0.1, 0.2], [0.2, 0.2, 0.1, 0.1]]]),
        "privileged-greedy": taught(PRIVILEGED, [[[0.2, 0.3, 0.2, 0.3], [0.3, 0.3, 0.2, 0.2]]]),
        POLICIES: taught(
            POLICY,
            [
                [[0.2, 0.3, 0.1, 0.3], [0.3, 0.1, 0.2, 0.1]],
                [[0.2, 0.2, 0.2, 0.3], [0.3, 0.3, 0.2, 0.2]],
            ],
        ),
    }


def test_figures_worked_out_by_hand() -> None:
    told = figures(CONDITION, contest(), n_replicates=200)
    assert (told.best_rule, told.best_privileged, told.n_learners) == ("strong", "privileged-greedy", 8)
    policy = told.teachers[POLICIES]
    # Sums over 8 learners: policy 1.6 and 1.9, mean 1.75 / 8 = .21875; strong 1.2 / 8 = .15; greedy 2.0 / 8 = .25.
    assert policy.gain.value == pytest.approx(0.21875)
    assert policy.ratio.value == pytest.approx(1.75 / 1.2)
    assert policy.difference.value == pytest.approx(0.06875)
    assert policy.share_of_greedy.value == pytest.approx(0.875)
    assert policy.normalised_gain.value == pytest.approx(0.4375)
    # Above strong: 5 of 8 in the first run (equal in 2, below in 1), 7 of 8 in the second (equal in 1): 12 of 16.
    assert policy.better_off.value == pytest.approx(12 / 16)
    assert policy.worse_off.value == pytest.approx(1 / 16)
    assert told.training_seeds == pytest.approx([0.2, 0.2375])
    assert told.teachers["strong"].ratio.low == told.teachers["strong"].ratio.high == pytest.approx(1.0)


def test_without_a_rule_or_a_reference_there_is_nothing_to_compare_with() -> None:
    for missing, told in (("privileged-greedy", "privileged"), ("strong", "rule")):
        teachers = {name: t for name, t in contest().items() if name not in {missing, "weak"}}
        with pytest.raises(ValueError, match=f"no {told}"):
            figures(CONDITION, teachers, n_replicates=2)


def test_bars_say_what_is_met() -> None:
    told = figures(CONDITION, contest(), n_replicates=200)
    # 1.458 times the best rule is enough, .875 of greedy is not.
    assert [bar.met for bar in main_bars(told)][::2] == [True, False]
    assert [bar.met for bar in size_bars([told])] == [told.teachers[POLICIES].difference.low > 0]
    (bar,) = transfer_bars([Transfer("markov", told)])
    assert bar.met
    assert bar.value == pytest.approx(0.21875 - told.teachers["strong"].gain.low)


def test_intervals_widen_with_what_is_drawn_again() -> None:
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(1, 5, 200))
    seeds_apart = noise + rng.normal(size=(1, 5, 1))
    runs_apart = np.repeat(noise, 3, axis=0) + np.array([-1.0, 0.0, 1.0])[:, None, None]
    resamples = Resamples(3, 5, 200, 500, np.random.default_rng(0))
    widths = {}
    for name, values in (("learners", noise), ("seeds", seeds_apart), ("runs", runs_apart)):
        interval = spread(float(values.mean()), resamples.means(values))
        assert interval.low < interval.value < interval.high
        widths[name] = interval.high - interval.low
    # The mean of 1,000 has a standard error of .0316: an interval of about .124.
    assert widths["learners"] == pytest.approx(0.124, rel=0.3)
    assert widths["seeds"] > 4 * widths["learners"]
    assert widths["runs"] > 4 * widths["learners"]


def test_differences_are_paired_by_learner() -> None:
    values = np.random.default_rng(1).normal(size=(1, 3, 50))
    resamples = Resamples(1, 3, 50, 100, np.random.default_rng(0))
    np.testing.assert_allclose(resamples.means(values + 0.25) - resamples.means(values), 0.25)


def test_values_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="values must have shape"):
        Resamples(1, 3, 50, 10, np.random.default_rng(0)).means(np.zeros((2, 3, 50)))


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


def test_rivals_are_every_rule_the_greedy_belief_and_greedy_on_the_truth() -> None:
    kinds = [who.kind for who in rivals()]
    assert (kinds.count(RULE), kinds.count(GREEDY), kinds.count(PRIVILEGED)) == (10, 1, 1)


def test_policy_files_are_the_training_seeds_of_one_policy() -> None:
    greedy = Contestant(kind=GREEDY, name="belief-greedy")
    files = [Contestant(kind=POLICY, name=name, file=name) for name in ("a", "b", "c")]
    episodes = run(Job(contestant=greedy, condition=SMALL, seeds=(1,), belief=BELIEF))
    grouped = by_name([greedy, *files], {(who, seed): episodes for who in [greedy, *files] for seed in (1, 2)})
    assert {name: t.gain.shape for name, t in grouped.items()} == {"belief-greedy": (1, 2, 6), POLICIES: (3, 2, 6)}


def test_figures_are_rounded_for_reading() -> None:
    assert rounded({"a": [0.123456789, (1, "x")], "b": True}) == {"a": [0.12346, [1, "x"]], "b": True}


@pytest.mark.slow
def test_the_command_ends_with_its_figures_and_draws_them(tmp_path: Path) -> None:
    options = ["--learners", "4", "--seeds", "2", "--family", "mixed", "--out", str(tmp_path)]
    first = CliRunner().invoke(evaluate, [*options, "--json", str(tmp_path / "figures.json")])
    assert first.exit_code == 0, first.output
    line = first.output.splitlines()[-1]
    assert (tmp_path / "figures.json").read_text() == line + "\n"
    found = json.loads(line)
    assert found["families"][0]["nLearners"] == 8
    assert len(found["families"][0]["teachers"]) == 12
    assert found["bars"] == []
    for picture in ("gains.png", "distributions.png", "better-off.png"):
        assert (tmp_path / picture).read_bytes().startswith(b"\x89PNG")
    again = CliRunner().invoke(evaluate, options)
    assert json.loads(again.output.splitlines()[-1]) == found


def test_a_policy_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "junk.onnx"
    path.write_bytes(b"junk")
    options = ["--learners", "2", "--seeds", "1", "--family", "mixed", "--out", str(tmp_path)]
    result = CliRunner().invoke(evaluate, [str(path), *options])
    assert result.exit_code == 1
    assert "not a readable ONNX file" in result.output


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
