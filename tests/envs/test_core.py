"""The dynamics: rewards sum to the gain, the clock goes forward, episodes end as promised."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.core import Settings, TutoringCore
from simulators.families import FAMILIES
from simulators.noise import Flags, Reals
from simulators.population import EngagementPopulation, Population
from simulators.spread import LogNormal

FLEEING = Population(engagement=replace(EngagementPopulation(), no_return=LogNormal(0.5, 0.0, 0.5, 0.5)))


def started(n: int, config: Settings, seed: int = 0) -> TutoringCore:
    core = TutoringCore(n, config)
    core.begin(np.arange(n), [np.random.default_rng((seed, row)) for row in range(n)])
    return core


def finish(core: TutoringCore, policy: str, rng: np.random.Generator) -> tuple[Reals, Flags, Flags]:
    """Play every episode to its end; the float32 sums of rewards, and how they ended."""
    n = core.n_learners
    total, terminated, truncated = np.zeros(n, dtype=np.float32), np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    while not (terminated | truncated).all():
        rows = np.flatnonzero(~(terminated | truncated))
        mask = core.observe(rows)["mask"]
        if policy == "first":
            actions = mask.argmax(axis=1)
        elif policy == "greedy":
            actions = np.where(mask, core.hidden(rows)["gain"].reshape(len(rows), -1), -np.inf).argmax(axis=1)
        else:
            chance = rng.random(mask.shape) * (mask if policy == "random" else 1)
            actions = chance.argmax(axis=1)
        turn = core.step(rows, actions)
        total[rows] += turn.reward.astype(np.float32)
        terminated[rows], truncated[rows] = turn.terminated, turn.truncated
    return total.astype(np.float64), terminated, truncated


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    family=st.sampled_from(["strength", "markov", "mixed"]),
    policy=st.sampled_from(["random", "first", "greedy", "anything"]),
    population=st.sampled_from([Population(), FLEEING]),
    max_steps=st.sampled_from([15, 150]),
    skills=st.sampled_from([(1, 1), (4, 9), (10, 30)]),
)
def test_rewards_sum_to_the_gain(
    seed: int, family: str, policy: str, population: Population, max_steps: int, skills: tuple[int, int]
) -> None:
    core = started(4, Settings(family, skills, max_steps=max_steps, population=population), seed)
    rows = np.arange(4)
    before = (core.courses.goal * core.learners.score_at(rows, core.calendars.test_at)).sum(axis=1)
    total, _, _ = finish(core, policy, np.random.default_rng(seed))
    after = (core.courses.goal * core.learners.score_at(rows, core.calendars.test_at)).sum(axis=1)
    assert total == pytest.approx(after - before, abs=1e-5)
    assert core.summary(rows)["gain"] == pytest.approx(after - before, abs=1e-12)


def test_some_drop_out_and_their_rewards_still_sum() -> None:
    core = started(200, Settings(population=FLEEING))
    total, terminated, truncated = finish(core, "random", np.random.default_rng(0))
    summary = core.summary(np.arange(200))
    assert summary["dropped_out"].mean() > 0.5
    assert terminated.all()
    assert not truncated.any()
    assert total == pytest.approx(summary["end_score"] - summary["start_score"], abs=1e-5)


@pytest.mark.parametrize("family", ["strength", "markov"])
def test_more_teaching_by_the_hidden_state_beats_chance(family: str) -> None:
    gains = {}
    for policy in ("random", "greedy"):
        core = started(150, Settings(family, (20, 20)))
        finish(core, policy, np.random.default_rng(0))
        gains[policy] = core.summary(np.arange(150))["gain"].mean()
    assert 0.01 < gains["random"] < 0.2
    assert 0.1 < gains["greedy"] < 0.5
    assert gains["greedy"] > 2 * gains["random"]


def test_no_exercise_beyond_the_plan() -> None:
    core = started(100, Settings())
    finish(core, "random", np.random.default_rng(0))
    planned = core.calendars.lengths.sum(axis=1)
    assert np.all(core.n_exercises <= planned)
    assert (core.n_exercises == planned).mean() > 0.3
    missed = ~core.dropped_out & (core.n_exercises < planned)
    assert missed.any()


def test_the_cap_truncates_and_only_where_the_calendar_would_go_on() -> None:
    core = started(50, Settings(max_steps=20))
    planned = core.calendars.lengths.sum(axis=1)
    _, terminated, truncated = finish(core, "random", np.random.default_rng(0))
    assert not np.any(terminated & truncated)
    assert truncated[~terminated].all()
    assert terminated[planned == 20].all()
    assert truncated.any()
    assert core.steps.max() == 20


def test_the_cap_changes_nothing_before_it() -> None:
    short, long = started(20, Settings(max_steps=10)), started(20, Settings())
    rows = np.arange(20)
    for _ in range(5):
        actions = short.observe(rows)["mask"].argmax(axis=1)
        one, other = short.step(rows, actions), long.step(rows, actions)
        assert np.array_equal(one.reward, other.reward)
        assert np.array_equal(short.observe(rows)["last"], long.observe(rows)["last"])


def test_the_clock_tells_the_time_and_what_is_left() -> None:
    core = started(60, Settings())
    rows = np.arange(60)
    clock = core.observe(rows)["clock"]
    rolling = core.calendars.rolling
    assert not clock[:, 0].any()
    assert clock[:, 1] == pytest.approx(np.where(rolling, 30.0, core.calendars.test_at), rel=1e-6)
    assert clock[:, 2].tolist() == np.where(rolling, -1, core.calendars.lengths.sum(axis=1)).tolist()
    assert clock[:, 3].tolist() == core.calendars.lengths[:, 0].tolist()
    assert clock[:, 5].tolist() == rolling.tolist()
    core.step(rows, core.observe(rows)["mask"].argmax(axis=1))
    later = core.observe(rows)["clock"]
    seconds = core.observe(rows)["last"][:, 4]
    assert later[:, 0] * 86_400 == pytest.approx(seconds + core.learners.pause_seconds, rel=1e-3)
    assert later[:, 4] * 86_400 == pytest.approx(core.learners.pause_seconds, rel=1e-3)
    assert np.array_equal(later[:, 3], clock[:, 3] - 1)
    assert np.array_equal(later[~rolling, 2], clock[~rolling, 2] - 1)


def test_time_never_goes_back_and_sessions_are_days_apart() -> None:
    core = started(40, Settings())
    alive, rng, jumps = np.ones(40, np.bool_), np.random.default_rng(0), 0
    while alive.any():
        rows = np.flatnonzero(alive)
        before = core.days[rows]
        turn = core.step(rows, (rng.random((len(rows), 120)) * core.observe(rows)["mask"]).argmax(axis=1))
        assert np.all(core.days[rows] > before)
        assert np.all(core.days[rows] < core.calendars.test_at[rows])
        jumps += int(np.sum(core.days[rows] - before > 0.05))
        alive[rows] = ~(turn.terminated | turn.truncated)
    assert jumps > 40


def test_an_action_outside_the_mask_gives_no_exercise() -> None:
    core = started(50, Settings())
    rows = np.arange(50)
    outside = core.observe(rows)["mask"].argmin(axis=1)
    mixed = np.where(rows < 25, outside, core.observe(rows)["mask"].argmax(axis=1))
    before, days = core.value.copy(), core.days.copy()
    turn = core.step(rows, mixed)
    assert turn.invalid.tolist() == (rows < 25).tolist()
    assert not turn.reward[:25].any()
    assert turn.reward[25:].any()
    assert np.array_equal(core.value[:25], before[:25])
    assert np.all(core.days[:25] > days[:25])
    assert not core.observe(rows)["last"][:25].any()
    assert core.observe(rows)["last"][25:, 0].all()
    assert core.n_exercises.tolist() == (rows >= 25).astype(int).tolist()


@pytest.mark.parametrize("action", [-1, 120])
def test_a_number_that_is_no_candidate_is_refused(action: int) -> None:
    core = started(2, Settings())
    with pytest.raises(ValueError, match=r"actions must lie in 0\.\.119"):
        core.step(np.arange(2), np.array([0, action]))


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        ({"family": "wizard"}, "'wizard'"),
        ({"skills": (0, 3)}, r"\(0, 3\)"),
        ({"skills": (9, 3)}, r"\(9, 3\)"),
        ({"n_bands": 0}, "n_bands must be at least 1, got 0"),
        ({"max_steps": 0}, "max_steps must be at least 1, got 0"),
        ({"groups": "elves"}, "'elves'"),
        ({"max_skills": 20}, "at least 40.*got 20"),
    ],
)
def test_settings_out_of_range_are_refused(bad: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Settings(**bad)


def test_the_hidden_state_has_the_shapes_it_names() -> None:
    core = started(5, Settings(skills=(4, 6), max_skills=9))
    hidden = core.hidden()
    assert hidden["success"].shape == hidden["gain"].shape == (5, 9, 3)
    assert hidden["score"].shape == (5, 9)
    assert hidden["motivation"].shape == (5,)
    assert not hidden["gain"][~core.courses.available].any()
    assert core.hidden(np.array([3]))["gain"][0] == pytest.approx(hidden["gain"][3], abs=1e-12)


def test_a_given_course_is_taught_in_every_episode() -> None:
    course = started(1, Settings(skills=(7, 7), n_bands=2)).courses.row(0)
    core = started(3, Settings(course=course))
    assert core.settings.n_actions == 14
    assert all(np.array_equal(core.courses.row(row).difficulty, course.difficulty) for row in range(3))
    assert len(np.unique(core.calendars.test_at)) == 3


def test_a_mixed_population_has_every_family() -> None:
    core = started(400, Settings("mixed"))
    counts = np.bincount(core.learners.family, minlength=len(FAMILIES))
    assert counts.min() > 0.5 * 400 / len(FAMILIES)


def test_the_core_needs_no_gymnasium() -> None:
    code = "import sys; sys.modules['gymnasium'] = None; import importlib.util as u; u.find_spec = lambda name: None; "
    code += "import envs.core, envs.courses, simulators.learners"
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0
