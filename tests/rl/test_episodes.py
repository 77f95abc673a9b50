"""Letting a teacher teach: equal seeds, equal learners; what is done side by side equals what is done alone."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from envs.core import Settings, TutoringCore
from rl.episodes import Episodes, Panel, PolicyTeacher, teach
from rl.features import N_CONTEXT, N_FEATURES
from rl.observer import Look, Observation, Observer
from rl.parameters import BeliefParameters
from rl.teachers.greedy import BeliefGreedy
from rl.teachers.privileged import PrivilegedGreedy, privileged_observer
from rl.teachers.rules import RuleTeacher
from rl.teachers.teacher import Actions
from rl.teachers.tuning import tuned_settings

PARAMETERS = BeliefParameters()
SMALL = Settings(skills=(4, 9))


def rule(name: str) -> RuleTeacher:
    return RuleTeacher(name, tuned_settings()[name])


def prefers_first(look: Look) -> np.ndarray:
    """Logits of a policy that likes the first candidates."""
    return np.broadcast_to(-np.arange(look.mask.shape[1], dtype=np.float32), look.mask.shape)


def assert_equal(one: Episodes, other: Episodes) -> None:
    for field in fields(Episodes):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


@pytest.mark.parametrize("name", ["random", "leitner", "most-forgotten", "composite"])
def test_equal_seeds_give_equal_episodes_and_others_do_not(name: str) -> None:
    first, second, third = (teach(lambda _: rule(name), SMALL, 12, seed, PARAMETERS) for seed in (5, 5, 6))
    assert_equal(first, second)
    assert not np.array_equal(first.gain, third.gain)


def test_every_teacher_meets_the_same_learners() -> None:
    one = teach(lambda _: rule("frontier"), SMALL, 20, 5, PARAMETERS)
    other = teach(PrivilegedGreedy, SMALL, 20, 5, PARAMETERS)
    np.testing.assert_array_equal(one.start, other.start)
    np.testing.assert_array_equal(one.n_skills, other.n_skills)
    assert other.gain.mean() > one.gain.mean()


def test_a_learner_is_taught_alike_alone_and_among_others() -> None:
    few = teach(lambda _: BeliefGreedy(), SMALL, 3, 7, PARAMETERS)
    many = teach(lambda _: BeliefGreedy(), SMALL, 30, 7, PARAMETERS)
    np.testing.assert_allclose(few.gain, many.gain[:3], atol=1e-9)
    np.testing.assert_array_equal(few.n_exercises, many.n_exercises[:3])


class Patient(BeliefGreedy):
    """The same choices, and a note of how many learners are still there."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def choose(self, observer: Observer, observation: Observation) -> Actions:
        self.sizes.append(observation["clock"].shape[0])
        return super().choose(observer, observation)


def test_learners_who_are_done_leave() -> None:
    teacher = Patient()
    episodes = teach(lambda _: teacher, SMALL, 30, 7, PARAMETERS)
    assert teacher.sizes == sorted(teacher.sizes, reverse=True)
    assert teacher.sizes[0] == 30
    assert sum(teacher.sizes) == episodes.n_exercises.sum()


def test_several_teachers_side_by_side_teach_what_each_would_alone() -> None:
    names = ("author-order", "leitner", "composite")
    together = teach(lambda _: Panel([rule(name) for name in names], 8), SMALL, 8, 3, PARAMETERS, copies=3)
    for i, name in enumerate(names):
        alone = teach(lambda _, name=name: rule(name), SMALL, 8, 3, PARAMETERS)  # type: ignore[misc]
        np.testing.assert_allclose(together.gain[8 * i : 8 * i + 8], alone.gain, atol=1e-9)


def test_gains_are_what_the_test_gained_and_none_is_above_what_was_missing() -> None:
    episodes = teach(lambda _: BeliefGreedy(), SMALL, 30, 9, PARAMETERS)
    assert np.all(episodes.gain + episodes.start <= 1.0)
    assert np.all(episodes.normalised_gain <= 1.0)
    np.testing.assert_allclose(episodes.normalised_gain * (1.0 - episodes.start), episodes.gain)


def test_a_policy_takes_the_likeliest_or_samples() -> None:
    surely = teach(lambda _: PolicyTeacher("first", prefers_first), SMALL, 6, 3, PARAMETERS)
    again = teach(lambda _: PolicyTeacher("first", prefers_first), SMALL, 6, 3, PARAMETERS)
    sampled = teach(lambda _: PolicyTeacher("first", prefers_first, sampled=True), SMALL, 6, 3, PARAMETERS)
    assert_equal(surely, again)
    assert not np.array_equal(surely.gain, sampled.gain)


def test_a_policy_is_shown_proposed_candidates_and_their_mask() -> None:
    shapes = set()

    def score(look: Look) -> np.ndarray:
        shapes.add((look.features.shape[1:], look.mask.shape[1:], look.context.shape[1:]))
        assert np.isfinite(look.features).all()
        assert np.isfinite(look.context).all()
        assert look.mask.any(axis=1).all()
        return prefers_first(look)

    teach(lambda _: PolicyTeacher("looks", score), replace(SMALL, skills=(30, 30)), 4, 3, PARAMETERS)
    assert shapes == {((63, N_FEATURES), (63,), (N_CONTEXT,))}  # 21 of 30 skills in three bands


def test_a_privileged_observer_believes_the_truth() -> None:
    core = TutoringCore(5, SMALL)
    rows = np.arange(5)
    core.begin(rows, [np.random.default_rng([3, row]) for row in range(5)])
    observer = privileged_observer(core)
    observer.take(core.observe(rows))
    truth = core.hidden(rows)
    np.testing.assert_allclose(observer.gains.mixed * observer.view.goal[:, :, None], truth["gain"], atol=1e-9)
    np.testing.assert_array_equal(observer.gains.success, truth["success"])


class Careless(BeliefGreedy):
    """Chooses what the course cannot serve."""

    def choose(self, observer: Observer, observation: Observation) -> Actions:  # noqa: ARG002 - the protocol's signature
        return np.asarray(observer.view.available.reshape(len(observer.view.available), -1).argmin(axis=1))


def test_a_teacher_who_leaves_the_mask_is_refused() -> None:
    with pytest.raises(ValueError, match="teacher belief-greedy chose outside the mask"):
        teach(lambda _: Careless(), Settings(skills=(4, 30)), 4, 3, PARAMETERS)
