"""Every measure on learners made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rl.benchmark.bootstrap import Resamples
from rl.benchmark.cells import N_REPLICATES, Cell
from rl.benchmark.contestants import GREEDY, PRIVILEGED, PRIVILEGED_POLICY, RULE
from rl.benchmark.figures import Taught, best_rule, cell_figures
from rl.benchmark.measures import EVERYBODY, Lessons, Measures, Sums, better_and_worse, expected_end, measures, members
from rl.benchmark.standing import standing
from rl.episodes import Episodes
from rl.record import N_MARKS

GAINS = [0.1, 0.2, 0.0, 0.3]
CELL = Cell("markov", "usual", "usual", n_learners=2, n_seeds=2, n_relived=2)


def episodes(gains: list[float], start: float = 0.5, times: int = 1) -> Episodes:
    """Learners with these gains, all from one start; the last one leaves early, the first two are typical."""
    gain = np.array(gains * times)
    n = len(gain)
    knowledge = np.full((n, N_MARKS + 1), 0.4)
    knowledge[:, 0] = 0.0  # what is known before teaching is not taught
    knowledge[:, 11:] = 0.6  # ten marks of .4, ten of .6
    return Episodes(
        gain=gain,
        start=np.full(n, start),
        family=np.zeros(n, dtype=np.int64),
        n_exercises=np.array([10, 20, 30, 4] * (n // 4)),
        dropped_out=np.array([False, False, False, True] * (n // 4)),
        n_skills=np.full(n, 8),
        group=np.array([0, 0, 1, 1] * (n // 4)),
        planned=np.full(n, 40),
        mastered_after=np.array([5, 0, -1, -1] * (n // 4)),
        knowledge=knowledge,
    )


def figures_of(gains: list[float], rule: list[float], reference: list[float]) -> Measures:
    resamples = Resamples(1, 2, 2, 50, np.random.default_rng(0))
    sums = []
    for one in (gains, rule, reference):
        lessons = Lessons.of([episodes(one)], n_seeds=2)
        sums.append(Sums.of(lessons.columns, members(lessons.group)[EVERYBODY], resamples))
    return measures(*sums, 4)


def test_measures_worked_out_by_hand() -> None:
    told = figures_of(GAINS, rule=[0.1, 0.1, 0.1, 0.1], reference=[0.2, 0.2, 0.2, 0.2])
    assert told.gain.value == pytest.approx(0.6 / 4)
    # Everybody could gain .5: .6 of 2.
    assert told.normalised_gain is not None
    assert told.normalised_gain.value == pytest.approx(0.3)
    assert told.knowledge.value == pytest.approx(0.5)
    assert told.drop_out.value == pytest.approx(0.25)
    assert told.mastered.value == pytest.approx(0.5)
    # After 5, after 0, and never, which counts with the 40 planned.
    assert told.mastery_exercises.value == pytest.approx((5 + 0 + 40 + 40) / 4)
    assert told.exercises.value == pytest.approx(16.0)
    assert told.ratio is not None
    assert told.ratio.value == pytest.approx(1.5)
    assert told.difference is not None
    assert told.difference.value == pytest.approx(0.05)
    assert told.share_of_reference is not None
    assert told.share_of_reference.value == pytest.approx(0.75)
    assert told.gain.low <= told.gain.value <= told.gain.high


def test_normalised_gain_is_of_the_means_not_a_mean_of_quotients() -> None:
    resamples = Resamples(1, 1, 4, 20, np.random.default_rng(0))
    one = replace(episodes([0.1, 0.1, 0.1, 0.1]), start=np.array([0.0, 0.8, 0.0, 0.8]))
    lessons = Lessons.of([one], n_seeds=1)
    sums = Sums.of(lessons.columns, np.ones((1, 4), dtype=bool), resamples)
    # .4 of 1 + .2 + 1 + .2; the mean of .1, .5, .1, .5 would be .3.
    assert sums.over("gain", by="room").value == pytest.approx(0.4 / 2.4)  # type: ignore[union-attr]


def test_nothing_is_divided_by_a_rule_that_gains_nothing() -> None:
    told = figures_of(GAINS, rule=[0.0, 0.0, -0.1, 0.0], reference=[0.2, 0.2, 0.2, 0.2])
    assert told.ratio is None
    assert told.difference is not None
    assert told.difference.value == pytest.approx(0.15 + 0.025)


def test_a_group_is_its_members_alone() -> None:
    lessons = Lessons.of([episodes(GAINS)], n_seeds=2)
    found = members(lessons.group)
    assert list(found) == [EVERYBODY, "typical", "slow"]
    resamples = Resamples(1, 2, 2, 200, np.random.default_rng(0))
    for name, mean in (("typical", 0.15), ("slow", 0.15), (EVERYBODY, 0.15)):
        sums = Sums.of(lessons.columns, found[name], resamples)
        assert sums.mean("gain").value == pytest.approx(mean), name
    assert Sums.of(lessons.columns, found["slow"], resamples).mean("dropped").value == pytest.approx(0.5)


def test_training_seeds_are_averaged() -> None:
    lessons = Lessons.of([episodes(GAINS), episodes([0.3, 0.4, 0.2, 0.5])], n_seeds=2)
    resamples = Resamples(2, 2, 2, 50, np.random.default_rng(0))
    sums = Sums.of(lessons.columns, members(lessons.group)[EVERYBODY], resamples)
    assert lessons.columns["gain"].shape == (2, 2, 2)
    assert sums.mean("gain").value == pytest.approx(0.25)


def test_the_expected_score_of_a_learner_is_the_mean_of_the_lives() -> None:
    lives = replace(episodes(GAINS, times=2), gain=np.array([0.1, 0.2, 0.0, 0.3, 0.3, 0.0, 0.2, 0.1]))
    np.testing.assert_allclose(expected_end(lives, 2, n_seeds=2), [[0.7, 0.6], [0.6, 0.7]])


def test_better_off_is_judged_learner_by_learner() -> None:
    rule = np.array([[0.6, 0.6], [0.6, 0.6]])
    better, worse = better_and_worse([np.array([[0.7, 0.6], [0.5, 0.9]])], rule)
    assert better.tolist() == [[[1.0, 0.0], [0.0, 1.0]]]
    assert worse.tolist() == [[[0.0, 0.0], [1.0, 0.0]]]


def test_bootstrap_shares_equal_a_loop_over_draws() -> None:
    rng = np.random.default_rng(3)
    training, seeds = rng.integers(2, size=(30, 2)), rng.integers(3, size=(30, 3))
    learners = rng.integers(4, size=(30, 3, 4))
    values = np.random.default_rng(4).normal(size=(2, 3, 4))
    expected = [
        np.mean([[values[t, s, learners[r, k]].mean() for k, s in enumerate(seeds[r])] for t in training[r]])
        for r in range(30)
    ]
    resamples = Resamples(2, 3, 4, 30, np.random.default_rng(3))
    np.testing.assert_allclose(resamples.means(values), expected)


def taught() -> Taught:
    """Two rules, of which the second is better, a reference, and an entrant who is better still."""
    gains = {
        "weak": [0.0, 0.1, 0.0, 0.1],
        "strong": [0.1, 0.1, 0.1, 0.1],
        "reference": [0.2, 0.2, 0.2, 0.2],
        "entrant": [0.2, 0.2, 0.05, 0.1],
    }
    kinds = {"weak": RULE, "strong": RULE, "reference": PRIVILEGED, "entrant": GREEDY}
    once = {name: [episodes(gain)] for name, gain in gains.items()}
    relived = {name: [episodes(gains[name], times=N_REPLICATES)] for name in ("strong", "entrant")}
    return Taught(kinds, once, relived, optimal_gain=np.full((2, 2), 0.275))


def test_figures_of_a_cell() -> None:
    told = cell_figures(CELL, "markov", taught(), n_bootstrap=50)
    figures = told.figures
    assert (figures.best_rule, figures.reference) == ("strong", "reference")
    entrant = figures.teachers["entrant"]
    assert entrant.everybody.ratio is not None
    assert entrant.everybody.ratio.value == pytest.approx(0.55 / 0.4)
    assert entrant.everybody.better_off is not None
    assert entrant.everybody.worse_off is not None
    # More than under the rule for two, less for one, the same for one.
    assert entrant.everybody.better_off.value == pytest.approx(0.5)
    assert entrant.everybody.worse_off.value == pytest.approx(0.25)
    assert entrant.groups["slow"].better_off is not None
    assert entrant.groups["slow"].better_off.value == pytest.approx(0.0)
    assert entrant.groups["slow"].difference is not None
    assert entrant.groups["slow"].difference.value == pytest.approx(-0.025)
    # 1.1 could be gained, .55 is: half is missed.
    assert entrant.everybody.regret is not None
    assert entrant.everybody.regret.value == pytest.approx(0.5)
    assert entrant.curve == [0.0, *[0.4] * 10, *[0.6] * 10]
    assert figures.teachers["weak"].groups == {}
    assert told.ratio["entrant"].shape == (50,)


def test_the_best_privileged_teacher_is_the_reference() -> None:
    found = taught()
    better = {
        "kinds": {**found.kinds, "by-truth": PRIVILEGED_POLICY},
        "once": {**found.once, "by-truth": [episodes([0.3, 0.2, 0.2, 0.2])]},
    }
    without_optimum = cell_figures(CELL, "markov", replace(found, **better, optimal_gain=None), n_bootstrap=50)
    assert without_optimum.figures.reference == "by-truth"
    share = without_optimum.figures.teachers["entrant"].everybody.share_of_reference
    assert share is not None
    assert share.value == pytest.approx(0.55 / 0.9)
    # The optimum gains 1.1: more than any teacher, so shares are of it, in replicates too.
    told = cell_figures(CELL, "markov", replace(found, **better), n_bootstrap=50)
    entrant = told.figures.teachers["entrant"].everybody
    assert entrant.share_of_reference is not None
    assert entrant.share_of_reference.value == pytest.approx(0.55 / 1.1)
    assert entrant.share_of_reference.high == pytest.approx(np.quantile(told.share["entrant"], 0.975))


def test_where_an_entrant_stands() -> None:
    one = cell_figures(CELL, "markov", taught(), n_bootstrap=50)
    other = replace(taught(), once={**taught().once, "entrant": [episodes([0.1, 0.1, 0.05, 0.05])]})
    second = cell_figures(Cell("bkt", "usual", "usual", 2, 2, 2), "bkt", other, n_bootstrap=50)
    arm = cell_figures(Cell("bkt", "short", "usual", 2, 2, 2), "bkt", other, n_bootstrap=50)
    told = standing("entrant", [one, second, arm])
    assert told.mean_ratio is not None
    assert told.mean_ratio.value == pytest.approx((0.55 / 0.4 + 0.3 / 0.4) / 2)
    assert told.mean_ratio.low <= told.mean_ratio.value <= told.mean_ratio.high
    assert told.mean_share is not None
    assert told.mean_share.value == pytest.approx((0.55 / 1.1 + 0.3 / 1.1) / 2)
    assert (told.n_families, told.n_groups) == (2, 4)
    assert told.worst_cell in {"bkt, usual/usual", "bkt, short/usual"}
    assert told.worst_family == "bkt"
    assert told.worst_family_ratio == told.worst_ratio
    assert {where: found.value for where, found in told.regret.items()} == pytest.approx(
        {"markov, usual/usual": 0.5, "bkt, usual/usual": 0.8 / 1.1, "bkt, short/usual": 0.8 / 1.1}
    )
    assert told.worst_ratio is not None
    assert told.worst_ratio.value == pytest.approx(0.75)
    assert told.worst_group == "bkt, slow"
    assert told.groups_below == 1


def test_without_a_rule_or_a_reference_there_is_nothing_to_compare_with() -> None:
    with pytest.raises(ValueError, match="no rule"):
        best_rule({"a": GREEDY}, {"a": [episodes(GAINS)]})
    found = taught()
    with pytest.raises(ValueError, match="no privileged teacher"):
        cell_figures(CELL, "markov", replace(found, kinds={**found.kinds, "reference": GREEDY}))
