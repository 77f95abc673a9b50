"""What surrounds a student model, as it reaches a teacher through the environment."""

from __future__ import annotations

from dataclasses import replace

import gymnasium as gym
import numpy as np

from envs.core import Settings, TutoringCore
from envs.spaces import observation_space
from simulators.noise import Ints
from simulators.population import UNRULY, EngagementPopulation, Population
from simulators.spread import LogNormal


def begun(engagement: EngagementPopulation, n: int = 64) -> tuple[TutoringCore, Ints]:
    core = TutoringCore(n, Settings("strength", (6, 6), 2, population=Population(engagement=engagement)))
    core.begin(np.arange(n), [np.random.default_rng(seed) for seed in range(n)])
    return core, np.arange(n)


def first(core: TutoringCore, rows: Ints) -> Ints:
    """Each course's first candidate."""
    return np.asarray(core.observe(rows)["mask"].argmax(axis=1))


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


def test_unruly_learners_keep_within_the_observation_space() -> None:
    core, rows = begun(UNRULY)
    space = observation_space(core.settings)
    assert isinstance(space, gym.spaces.Dict)
    for turn in range(30):
        turns = core.step(rows, rows * 0 + turn % 12)
        assert np.isfinite(turns.reward).all()
        rows = rows[~turns.terminated]
        observation = core.observe(rows)
        for row in range(len(rows)):
            assert space.contains({name: values[row] for name, values in observation.items()})


def test_an_answer_from_the_other_device_shows_no_time_but_takes_it() -> None:
    moved = replace(UNRULY, two_devices=1.0, other_device=sure(1.0), changeover_seconds=sure(60.0))
    core, rows = begun(moved)
    core.step(rows, first(core, rows))
    observation = core.observe(rows)
    assert not observation["last"][:, 4].any()
    assert (core.days - observation["clock"][:, 4] > 60.0 / 86_400.0).all()


def test_sessions_are_missed_while_a_learner_is_away() -> None:
    gone = replace(EngagementPopulation(), absent=1.0, absent_after_days=1e-6, absent_days=sure(1000.0))
    core, rows = begun(gone)
    lessons = core.calendars.lengths[:, 0].copy()
    while rows.size:
        rows = rows[~core.step(rows, first(core, rows)).terminated]
    stayed = ~core.dropped_out
    assert stayed.sum() > 40
    assert np.array_equal(core.n_exercises[stayed], lessons[stayed])


def test_a_group_by_itself_teaches_the_usual_learners_but_for_what_it_changes() -> None:
    cores = [TutoringCore(32, Settings("strength", (6, 9), 2, groups=name)) for name in ("usual", "slow")]
    for core in cores:
        core.begin(np.arange(32), [np.random.default_rng(seed) for seed in range(32)])
    usual, slow = cores
    assert np.array_equal(usual.start_value, slow.start_value)
    assert np.array_equal(usual.calendars.starts, slow.calendars.starts)
    assert np.array_equal(usual.tape.uniforms, slow.tape.uniforms)
    assert np.array_equal(usual.learners.motivation.level, slow.learners.motivation.level)
    assert set(slow.summary(np.arange(32))["group"]) == {slow.learners.groups.index("slow")}
