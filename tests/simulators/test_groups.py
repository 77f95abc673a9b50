"""Sub-populations: who they are, how they are drawn, and that each factor does what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators import groups
from simulators.families import FAMILIES, MEMORY
from simulators.groups import GROUPS, Group, draw_groups, groups_of
from simulators.learner import Exercise
from simulators.learners import Learners
from simulators.noise import Draws
from simulators.population import Population

Chain = Callable[..., CourseBatch]
N = 400


def begun(chain: Chain, group: int, family: str = "strength") -> Learners:
    """N learners of a group; the same luck each time."""
    rows, learners = np.arange(N), Learners(N, 4, 1, Population(), (family,))
    draws = Draws([np.random.default_rng(seed) for seed in range(N)])
    learners.begin(rows, rows * 0, chain(N, n_skills=4, guess=0.1), draws, np.full(N, group))
    return learners


def measure(learners: Learners) -> dict[str, float]:
    """What the factors can be seen in."""
    rows, rng, zero = np.arange(N), np.random.default_rng(9), np.zeros(N, dtype=np.int64)
    motivation = learners.motivation
    result = {
        "start": learners.score_at(rows, np.zeros(N)).mean(),
        "leave": motivation.leave_chance(rows, zero > 0).mean(),
        "stay away": motivation.leave_chance(rows, zero == 0).mean(),
        "miss": motivation.miss_chance(rows).mean(),
        "pause": learners.pause_seconds.mean(),
    }
    seconds, hints = [], []
    for turn in range(12):
        exercise = Exercise(rows, zero + turn % 4, zero, np.full(N, turn / 1440))
        response = learners.practise(exercise, rng.random((N, 6)), rng.standard_normal(N))
        seconds.append(response.seconds)
        hints.append(response.hints)
    quick = np.concatenate(seconds)
    now, later = (learners.score_at(rows, np.full(N, day)).mean() for day in (0.01, 40.0))
    result |= {"seconds": np.median(quick[quick > 4]), "hints": np.mean(hints), "rapid": (quick < 3).mean()}
    return result | {"rise": now - result["start"], "lost": now - later, "later": later}


KNOBS = [
    ("learning", 0.3, "rise", -1),
    ("forgetting", 3.0, "lost", +1),
    ("prior", 0.2, "start", -1),
    ("away_days", 200.0, "start", -1),
    ("pace", 2.0, "seconds", +1),
    ("pause", 2.0, "pause", +1),
    ("hint", 2.0, "hints", +1),
    ("rapid", 3.0, "rapid", +1),
    ("leaving", 4.0, "leave", +1),
    ("leaving", 4.0, "stay away", +1),
    ("missing", 2.0, "miss", +1),
]


@pytest.mark.parametrize(("knob", "value", "seen_in", "direction"), KNOBS, ids=[f"{k[0]}-{k[2]}" for k in KNOBS])
def test_every_factor_does_what_it_says(
    chain: Chain, monkeypatch: pytest.MonkeyPatch, knob: str, value: float, seen_in: str, direction: int
) -> None:
    usual = measure(begun(chain, 0))[seen_in]
    table = groups._TABLE.copy()
    table[1] = [getattr(Group(**{knob: value}), field.name) for field in fields(Group)]
    monkeypatch.setattr(groups, "_TABLE", table)
    assert direction * (measure(begun(chain, 1))[seen_in] - usual) > 1e-3


def test_a_larger_share_makes_a_group_more_common(monkeypatch: pytest.MonkeyPatch) -> None:
    assert groups_of("slow,returning")[1] == (0.5, 0.5)
    monkeypatch.setitem(GROUPS, "slow", Group(share=0.9))
    assert groups_of("slow,returning")[1] == pytest.approx((0.9, 0.1))


def test_no_factor_is_untested() -> None:
    assert {"share"} | {row[0] for row in KNOBS} == {field.name for field in fields(Group)}


@pytest.mark.parametrize("family", FAMILIES)
def test_low_prior_learners_of_every_family_know_less_at_the_start(chain: Chain, family: str) -> None:
    rows, now = np.arange(N), np.zeros(N)
    usual, low = (begun(chain, list(GROUPS).index(name), family) for name in ("typical", "low-prior"))
    assert low.score_at(rows, now).mean() < usual.score_at(rows, now).mean() - 0.01


@pytest.mark.parametrize("family", FAMILIES)
def test_slow_learners_of_every_family_have_less_left_of_practice(chain: Chain, family: str) -> None:
    usual, slow = (measure(begun(chain, list(GROUPS).index(name), family)) for name in ("typical", "slow"))
    assert slow["later"] < usual["later"] - 1e-3


@pytest.mark.parametrize("family", FAMILIES)
def test_the_forgetful_and_the_returning_of_every_family_are_no_better_off(chain: Chain, family: str) -> None:
    usual, forgetful, returning = (
        measure(begun(chain, list(GROUPS).index(name), family)) for name in ("typical", "forgetful", "returning")
    )
    assert forgetful["later"] <= usual["later"] + 1e-9
    assert returning["start"] <= usual["start"] + 1e-9
    if FAMILIES[family].kind == MEMORY:
        assert forgetful["later"] < usual["later"] - 0.01
        assert returning["start"] < usual["start"] - 0.01


def test_the_accommodated_take_longer_and_ask_more_but_learn_no_less(chain: Chain) -> None:
    learners = begun(chain, list(GROUPS).index("accommodated"))
    usual = begun(chain, 0)
    for name in ("strength", "stability", "rate", "decay"):
        assert np.array_equal(getattr(learners.models[0], name), getattr(usual.models[0], name))
    accommodated, typical = measure(learners), measure(usual)
    assert accommodated["seconds"] == pytest.approx(1.5 * typical["seconds"], rel=0.05)
    assert accommodated["hints"] > typical["hints"]


def test_a_mixture_has_the_shares_it_states() -> None:
    names, shares = groups_of("diverse")
    assert names == tuple(GROUPS)
    assert sum(shares) == pytest.approx(1.0)
    drawn = draw_groups("diverse", Draws([np.random.default_rng(seed) for seed in range(4000)]))
    counts = np.bincount(drawn, minlength=len(names)) / 4000
    assert counts == pytest.approx(shares, abs=0.025)


def test_one_group_draws_nothing_so_that_its_learners_have_the_usual_luck() -> None:
    draws = Draws([np.random.default_rng(0)])
    assert draw_groups("forgetful", draws).tolist() == [list(GROUPS).index("forgetful")]
    assert draws.uniform()[0] == Draws([np.random.default_rng(0)]).uniform()[0]


def test_groups_are_named_alone_together_and_by_mixture() -> None:
    assert groups_of("usual") == (("typical",), (1.0,))
    assert groups_of("returning, slow") == (("slow", "returning"), (0.5, 0.5))


@pytest.mark.parametrize("names", ["", "tired", "slow,,forgetful"])
def test_a_group_that_does_not_exist_is_named(names: str) -> None:
    with pytest.raises(ValueError, match="unknown group"):
        groups_of(names)


def test_impossible_factors_are_refused_all_at_once() -> None:
    with pytest.raises(ValueError, match=r"learning=-1.0.*pace=0.0.*share=nan"):
        Group(learning=-1.0, pace=0.0, share=float("nan"))
