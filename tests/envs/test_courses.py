"""Random courses are courses, and of every kind."""

from __future__ import annotations

import numpy as np
import pytest

from content.course import Course
from envs.courses import CourseBatch, draw_courses
from simulators.noise import Draws

N = 300


def drawn(skills: tuple[int, int] = (8, 40), n_padded: int = 40, n_bands: int = 3, first_seed: int = 0) -> CourseBatch:
    batch = CourseBatch.empty(N, n_padded, n_bands)
    generators = [np.random.default_rng(first_seed + row) for row in range(N)]
    draw_courses(batch, np.arange(N), skills, Draws(generators))
    return batch


@pytest.fixture(scope="module")
def batch() -> CourseBatch:
    return drawn()


def test_sizes_cover_the_range(batch: CourseBatch) -> None:
    assert batch.n_skills.min() == 8
    assert batch.n_skills.max() == 40
    assert len(np.unique(batch.n_skills)) == 33


def test_the_padding_is_empty(batch: CourseBatch) -> None:
    padding = np.arange(40) >= batch.n_skills[:, None]
    assert not batch.available[padding].any()
    assert not batch.goal[padding].any()
    assert not batch.difficulty[padding].any()
    assert not batch.guess[padding].any()
    assert not batch.prerequisites[padding].any()
    assert not batch.prerequisites.transpose(0, 2, 1)[padding].any()


def test_prerequisites_come_first_so_that_there_is_no_cycle(batch: CourseBatch) -> None:
    assert not np.any(batch.prerequisites & np.triu(np.ones((40, 40), dtype=np.bool_)))


def test_graphs_are_empty_sparse_and_dense(batch: CourseBatch) -> None:
    per_skill = batch.prerequisites.sum(axis=(1, 2)) / batch.n_skills
    assert 0.2 < (per_skill == 0).mean() < 0.5
    assert 0.15 < ((per_skill > 0) & (per_skill < 1)).mean() < 0.5
    assert 0.2 < (per_skill >= 1).mean() < 0.5


def test_every_skill_can_be_practised_in_some_band_and_difficulty_rises(batch: CourseBatch) -> None:
    real = np.arange(40) < batch.n_skills[:, None]
    assert batch.available[real].any(axis=1).all()
    counts = batch.available[real].sum(axis=1)
    assert set(np.unique(counts)) == {1, 2, 3}
    assert np.all(np.diff(batch.difficulty[real], axis=1) > 0.5)


def test_guess_rates_are_those_of_known_item_kinds(batch: CourseBatch) -> None:
    real = np.arange(40) < batch.n_skills[:, None]
    assert set(np.unique(batch.guess[real])) == {0.0, 0.2, 0.25, 0.5}


def test_goals_sum_to_one_and_are_everything_an_exam_or_a_topic(batch: CourseBatch) -> None:
    assert batch.goal.sum(axis=1) == pytest.approx(np.ones(N))
    assert batch.goal.min() >= 0
    kinds = {"everything": 0, "exam": 0, "topic": 0}
    for row in range(N):
        weights = batch.goal[row, : batch.n_skills[row]]
        distinct = len(np.unique(np.round(weights, 12)))
        kinds["everything" if distinct == 1 else "topic" if distinct <= 3 else "exam"] += 1
    assert min(kinds.values()) > N / 5


def test_a_topic_weighs_what_it_builds_on(batch: CourseBatch) -> None:
    seen = 0
    for row in range(N):
        n = batch.n_skills[row]
        weights = np.round(batch.goal[row, :n], 12)
        if len(np.unique(weights)) != 3:
            continue
        target, below = weights == weights.max(), weights > 0
        needed, required = target.copy(), batch.prerequisites[row, :n, :n]
        for _ in range(n):
            needed |= required[needed].any(axis=0)
        assert np.array_equal(needed, below)
        assert weights[below & ~target] == pytest.approx(0.4 * weights.max())
        seen += 1
    assert seen > 10


def test_one_skill_one_band_and_128_skills_can_be_drawn() -> None:
    tiny, large = drawn((1, 1), 1, 1), drawn((128, 128), 128, 2)
    assert tiny.available.all()
    assert tiny.goal.tolist() == [[1.0]] * N
    assert (large.n_skills == 128).all()


def test_a_row_does_not_depend_on_its_neighbours() -> None:
    alone = CourseBatch.empty(1, 40, 3)
    draw_courses(alone, np.array([0]), (8, 40), Draws([np.random.default_rng(7)]))
    for name, values in drawn().arrays(np.array([7])).items():
        assert np.array_equal(values, alone.arrays()[name])


def test_a_real_course_goes_in_and_comes_out(batch: CourseBatch) -> None:
    course = batch.row(3)
    target = drawn(first_seed=500)
    target.set_row(5, course)
    back = target.row(5)
    assert back.n_skills == course.n_skills
    for name in ("prerequisites", "difficulty", "guess", "available"):
        assert np.array_equal(getattr(back, name), getattr(course, name))
    assert target.goal[5, : course.n_skills] == pytest.approx(1 / course.n_skills)
    assert not target.available[5, course.n_skills :].any()


def test_a_course_that_does_not_fit_is_refused(batch: CourseBatch) -> None:
    course = batch.row(0)
    small = CourseBatch.empty(1, course.n_skills - 1, 3)
    with pytest.raises(ValueError, match="does not fit"):
        small.set_row(0, course)
    roomy = CourseBatch.empty(1, 40, 3)
    for goal in (np.ones(course.n_skills + 1), np.zeros(course.n_skills), -np.ones(course.n_skills)):
        with pytest.raises(ValueError, match="weights >= 0 with a positive sum"):
            roomy.set_row(0, course, goal)


def test_a_shared_course_is_taught_with_goals_of_every_kind(batch: CourseBatch) -> None:
    course: Course = batch.row(0)
    fixed = CourseBatch.shared(N, 40, course)
    draw_courses(fixed, np.arange(N), (8, 40), Draws([np.random.default_rng(row) for row in range(N)]))
    assert (fixed.n_skills == course.n_skills).all()
    assert (fixed.available[:, : course.n_skills] == course.available).all()
    assert len(np.unique(fixed.goal, axis=0)) > N / 3


def test_a_shared_course_answers_as_its_copies_do(batch: CourseBatch) -> None:
    course = batch.row(int(batch.prerequisites.sum(axis=(1, 2)).argmax()))
    shared, copied = CourseBatch.shared(5, 40, course), CourseBatch.empty(5, 40, 3)
    for row in range(5):
        copied.set_row(row, course)
    rows, skill = np.array([0, 3, 4, 1, 1]), np.array([course.n_skills - 1, 0, 7, 7, 39])
    for ours, theirs in zip(shared.required(rows, skill), copied.required(rows, skill), strict=True):
        assert np.array_equal(ours, theirs)
    for ours, theirs in zip(shared.edges(rows), copied.edges(rows), strict=True):
        assert np.array_equal(ours, theirs)
    for name, values in copied.arrays(rows).items():
        assert np.array_equal(shared.arrays(rows)[name], values), name
    with pytest.raises(ValueError, match="share one course"):
        shared.set_row(0, course)


def test_two_thousand_shared_skills_are_held_once() -> None:
    n = 2000
    index = np.arange(n)
    chain = index[:, None] - index[None, :] == 1
    course = Course(("",) * n, chain, np.zeros((n, 3), np.float32), np.zeros((n, 3), np.float32), np.ones((n, 3), bool))
    batch = CourseBatch.shared(64, n, course)
    draw_courses(batch, np.arange(64), (n, n), Draws([np.random.default_rng(row) for row in range(64)]))
    assert batch.prerequisites.strides[0] == batch.difficulty.strides[0] == 0
    assert batch.goal.sum(axis=1) == pytest.approx(np.ones(64))
    topic = [goal for goal in batch.goal if len(np.unique(goal)) == 3]
    assert topic
    assert all(goal[: goal.argmax()].min() > 0 for goal in topic)


def test_what_cannot_be_practised_is_no_goal() -> None:
    available = np.zeros((3, 2), dtype=bool)
    available[1, 0] = True
    course = Course(
        ("",) * 3, np.zeros((3, 3), bool), np.zeros((3, 2), np.float32), np.zeros((3, 2), np.float32), available
    )
    batch = CourseBatch.shared(N, 3, course)
    draw_courses(batch, np.arange(N), (3, 3), Draws([np.random.default_rng(row) for row in range(N)]))
    assert np.array_equal(batch.goal, np.tile([0.0, 1.0, 0.0], (N, 1)))
