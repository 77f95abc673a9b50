"""Prerequisite graphs, and that a course held once is believed of as its copies are."""

from __future__ import annotations

import numpy as np
import pytest

from content.course import Course
from envs.calendar import CalendarPlan
from envs.core import Settings, TutoringCore
from envs.courses import CourseBatch, draw_courses
from rl.belief import Belief, estimate, readiness
from rl.benchmark.contest import fixed_course
from rl.candidates import dependents_need
from rl.course_view import MANY, CourseView
from rl.links import SharedLinks, depth_of, descent_of
from rl.observer import Observer
from rl.parameters import BeliefParameters
from simulators.noise import Draws

N = 6


def generators(n: int) -> list[np.random.Generator]:
    return [np.random.default_rng(row) for row in range(n)]


@pytest.fixture(scope="module")
def course() -> Course:
    batch = CourseBatch.empty(40, 30, 3)
    draw_courses(batch, np.arange(40), (30, 30), Draws(generators(40)))
    return batch.row(int(batch.prerequisites.sum(axis=(1, 2)).argmax()))


def diamond() -> np.ndarray:
    """1 and 2 need 0, 3 needs both, 4 needs 3 and, directly, 0."""
    graph = np.zeros((2, 5, 5), dtype=bool)
    for skill, needed in ((1, 0), (2, 0), (3, 1), (3, 2), (4, 3), (4, 0)):
        graph[0, skill, needed] = True
    return graph


def test_depth_is_the_longest_chain_and_descent_the_shortest_way_up() -> None:
    assert depth_of(diamond()) == pytest.approx(np.array([[0, 1 / 3, 1 / 3, 2 / 3, 1], [0, 0, 0, 0, 0]]))
    descent = descent_of(diamond())
    assert descent[0, 0].tolist() == [0, 1, 1, 0.5, 1]
    assert descent[0, 1].tolist() == [0, 0, 0, 1, 0.5]
    assert not descent[0, 4].any()
    assert not descent[1].any()


def test_a_cycle_is_refused() -> None:
    graph = diamond()
    graph[0, 0, 4] = True
    with pytest.raises(ValueError, match="hold a cycle"):
        depth_of(graph)


@pytest.mark.parametrize("density", [0.0, 0.005, 0.5])
def test_shared_links_sum_as_a_matrix_for_each_learner_would(density: float) -> None:
    rng = np.random.default_rng(0)
    matrix, values = rng.random((40, 40)) * (rng.random((40, 40)) < density), rng.random((N, 40))
    links = SharedLinks(matrix)
    assert np.matvec(links, values) == pytest.approx(np.matvec(np.broadcast_to(matrix, (N, 40, 40)), values))
    assert np.matvec(links[np.array([0, 2])], values[:2]) == pytest.approx(values[:2] @ matrix.T)
    assert np.array_equal(links[0, 7], matrix[7])


def test_what_is_believed_does_not_depend_on_whether_a_course_is_shared(course: Course) -> None:
    cores = [TutoringCore(N, Settings(course=course, plan=CalendarPlan(exercises=(60, 60)))) for _ in range(2)]
    cores[1].courses = CourseBatch.empty(N, 30, 3)
    for core in cores:
        core.begin(np.arange(N), generators(N))
    for row in range(N):
        cores[1].courses.set_row(row, course, cores[0].courses.goal[row])
    observers = [Observer(core.courses, BeliefParameters(), 32) for core in cores]
    rows = np.arange(N)
    for turn in range(25):
        looks = []
        for observer in observers:
            observer.take(cores[0].observe(rows))
            looks.append(observer.look())
        assert np.array_equal(looks[0].skills, looks[1].skills)
        assert np.array_equal(looks[0].mask, looks[1].mask)
        np.testing.assert_allclose(looks[0].features, looks[1].features, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(looks[0].context, looks[1].context, rtol=1e-5, atol=1e-6)
        over = cores[0].step(rows, observers[0].actions(looks[0], looks[0].mask.argmax(axis=1))).terminated
        assert not over.any()
        if turn == 8:
            cores[0].courses.goal[:2] = cores[1].courses.goal[:2] = np.eye(30)[:2]
            for observer, core in zip(observers, cores, strict=True):
                observer.restart(np.arange(2), core.courses)
        if turn == 14:
            rows = rows[[0, 2, 5]]
            for observer in observers:
                observer.keep(np.array([0, 2, 5]))
                assert observer.part(slice(1, 3)).view.goal.shape == (2, 30)


def test_a_shared_course_is_held_once(course: Course) -> None:
    core = TutoringCore(N, Settings(course=course))
    core.begin(np.arange(N), generators(N))
    view = Observer(core.courses, BeliefParameters()).view
    assert view.goal.shape == (N, 30)
    assert view.difficulty.strides[0] == view.depth.strides[0] == 0
    assert view.lens(BeliefParameters()).difficulty.shape == (3, 1, 30)


def test_many_skills_are_linked_one_by_one_and_seen_as_by_a_matrix() -> None:
    course = fixed_course(MANY)
    view = CourseView.of(course)
    assert isinstance(view.prerequisites, SharedLinks)
    arrays = (course.prerequisites, course.difficulty, course.guess, course.available, view.goal[0], MANY)
    whole = CourseView.stack(*(np.asarray(array)[None] for array in arrays))
    mastered = np.random.default_rng(1).random((1, MANY))
    parameters = BeliefParameters()
    assert readiness(mastered, view, parameters) == pytest.approx(readiness(mastered, whole, parameters))
    assert [view.required(skill) for skill in range(MANY)] == [whole.required(skill) for skill in range(MANY)]
    current = estimate(Belief.fresh(view, parameters), view, np.zeros(1), parameters)
    assert dependents_need(view, current) == pytest.approx(dependents_need(whole, current))
