"""What no policy may show, and what gives way to what; and which skills are worth ranking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.course import Course
from rl.belief import COUNT, EXERCISES, FAILURES, INDEX, IS_NEW, Belief, Estimate, estimate
from rl.candidates import propose
from rl.course_view import CourseView
from rl.gains import Gains, expected_gains
from rl.guards import permitted
from rl.parameters import BeliefParameters

MakeCourse = Callable[..., Course]
PARAMETERS = BeliefParameters()
Seat = tuple[CourseView, Belief, Estimate, Gains]


def seat(course: Course, mastered: list[float] | None = None, success: list[list[float]] | None = None) -> Seat:
    """A fresh learner, of whom some figures are given."""
    view = CourseView.of(course)
    belief = Belief.fresh(view, PARAMETERS)
    current = estimate(belief, view, np.zeros(1), PARAMETERS)
    gains = expected_gains(belief, view, current, np.array([30.0]), PARAMETERS)
    if mastered is not None:
        current = replace(current, mastered=np.array([mastered]))
    if success is not None:
        gains = replace(gains, success=np.array([success]))
    return view, belief, current, gains


def shown(where: Seat, allowed: np.ndarray | None = None) -> tuple[list[tuple[int, int]], list[bool]]:
    view, belief, current, gains = where
    masked, spoke = permitted(belief, view, current, gains, None if allowed is None else allowed[None])
    return [(int(skill), int(band)) for _, skill, band in np.argwhere(masked)], spoke[0].tolist()


def test_a_skill_waits_until_its_prerequisite_is_met(make_course: MakeCourse) -> None:
    course = make_course(3, links=((1, 0), (2, 1)))
    assert shown(seat(course, [0.29, 0.9, 0.1])) == ([(0, 0), (2, 0)], [True, False])
    assert shown(seat(course, [0.30, 0.9, 0.1])) == ([(0, 0), (1, 0), (2, 0)], [False, False])


def test_a_prerequisite_that_was_taught_counts_as_met_whatever_is_believed(make_course: MakeCourse) -> None:
    where = seat(make_course(3, links=((1, 0), (2, 1))), [0.1, 0.1, 0.1])
    assert shown(where) == ([(0, 0)], [True, False])
    where[1].skills[COUNT, 0, 0] = 1.0
    assert shown(where) == ([(0, 0), (1, 0)], [True, False])


def test_what_was_practised_stays_open(make_course: MakeCourse) -> None:
    where = seat(make_course(2, links=((1, 0),)), [0.1, 0.1])
    where[1].skills[IS_NEW, 0, 1] = 0.0
    assert shown(where) == ([(0, 0), (1, 0)], [False, False])


def test_after_three_failures_only_what_likely_succeeds_is_shown(make_course: MakeCourse) -> None:
    where = seat(make_course(2, 2), success=[[0.7, 0.5], [0.6, 0.2]])
    where[1].learners[FAILURES, 0] = 2
    assert len(shown(where)[0]) == 4
    where[1].learners[FAILURES, 0] = 3
    assert shown(where) == ([(0, 0), (1, 0)], [False, True])


def test_where_nothing_likely_succeeds_the_likeliest_stays(make_course: MakeCourse) -> None:
    where = seat(make_course(2, 2), success=[[0.3, 0.2], [0.4, 0.1]])
    where[1].learners[FAILURES, 0] = 5
    assert shown(where) == ([(1, 0)], [False, True])


def test_prerequisites_give_way_before_the_caller_does_and_kindness_after(make_course: MakeCourse) -> None:
    where = seat(make_course(2, 2, links=((1, 0),)), [0.1, 0.1], [[0.9, 0.9], [0.4, 0.1]])
    allowed = np.array([[False, False], [True, True]])
    assert shown(where, allowed) == ([(1, 0), (1, 1)], [False, False])
    where[1].learners[FAILURES, 0] = 3
    assert shown(where, allowed) == ([(1, 0)], [False, True])


def test_what_is_not_allowed_or_not_served_is_never_shown(make_course: MakeCourse) -> None:
    course = make_course(2, 2)
    course.available[0, 1] = False
    where = seat(course)
    assert shown(where, np.array([[True, True], [False, False]]))[0] == [(0, 0)]
    assert shown(where, np.zeros((2, 2), dtype=bool))[0] == []


@given(st.integers(0, 2**32 - 1), st.integers(22, 90), st.integers(1, 3))
def test_proposals_are_distinct_and_blocked_skills_come_last(seed: int, n_skills: int, n_bands: int) -> None:
    rng = np.random.default_rng(seed)
    course = Course(
        skill_ids=("",) * n_skills,
        prerequisites=np.zeros((n_skills, n_skills), dtype=bool),
        difficulty=rng.normal(size=(n_skills, n_bands)).astype(np.float32),
        guess=np.zeros((n_skills, n_bands), dtype=np.float32),
        available=np.ones((n_skills, n_bands), dtype=bool),
    )
    view, belief, current, gains = seat(course)
    masked = (rng.random((1, n_skills, n_bands)) < rng.random()).astype(bool)
    places = 64 // n_bands
    skills = propose(belief, view, current, gains, masked, places)
    assert skills.shape == (1, min(places, n_skills))
    assert len(set(skills[0].tolist())) == skills.shape[1]
    open_skills = set(np.flatnonzero(masked[0].any(axis=1)).tolist())
    assert len(open_skills & set(skills[0].tolist())) == min(len(open_skills), skills.shape[1])


def test_the_most_promising_skill_is_among_the_proposed(make_course: MakeCourse) -> None:
    view, belief, current, gains = seat(make_course(80))
    best = np.zeros((1, 80, 1))
    best[0, 77, 0] = 1.0
    gains = replace(gains, mixed=best)
    masked = np.ones((1, 80, 1), dtype=bool)
    assert 77 in propose(belief, view, current, gains, masked, 10)


def test_what_waits_longest_is_proposed_however_little_is_thought_of_it(make_course: MakeCourse) -> None:
    view, belief, current, gains = seat(make_course(40, 2))
    belief.skills[INDEX, 0] = np.arange(40) + 1.0
    belief.skills[INDEX, 0, 31] = 0.0
    belief.learners[EXERCISES, 0] = 41.0
    mastered = np.zeros((1, 40))
    mastered[0, 31] = 1.0
    dull = replace(gains, mixed=np.where(np.arange(40)[None, :, None] == 31, 0.0, gains.mixed))
    proposed = propose(belief, view, replace(current, mastered=mastered), dull, view.available, 10)
    assert 31 in proposed[0]


def test_a_small_course_is_ranked_whole(make_course: MakeCourse) -> None:
    view, belief, current, gains = seat(make_course(5))
    assert propose(belief, view, current, gains, view.available, 64).tolist() == [[0, 1, 2, 3, 4]]


@pytest.mark.parametrize("goal", [[1.0, 1.0], [0.0, 0.0, 0.0], [1.0, -1.0, 1.0]])
def test_a_goal_that_is_none_is_refused(make_course: MakeCourse, goal: list[float]) -> None:
    with pytest.raises(ValueError, match="3 non-negative weights"):
        CourseView.of(make_course(3), np.array(goal))


def test_a_cycle_is_refused(make_course: MakeCourse) -> None:
    with pytest.raises(ValueError, match="cycle"):
        CourseView.of(make_course(2, links=((0, 1), (1, 0))))
