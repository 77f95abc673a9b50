"""One learner on plain numbers and many learners in arrays are believed the same of, by the same formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest

from content.course import Course
from rl.belief import Belief, estimate
from rl.candidates import dependents_need, need_behind
from rl.course_view import CourseView
from rl.features import Moment, candidate_features, context_features
from rl.filters import Outcomes, update, update_one
from rl.gains import expected_gains
from rl.parameters import BeliefParameters
from rl.signs import Answer

PARAMETERS = BeliefParameters()
N_LEARNERS, N_SKILLS, N_BANDS = 3, 7, 3


def course(seed: int, linked: bool) -> Course:
    rng = np.random.default_rng(seed)
    prerequisites = np.tril(rng.random((N_SKILLS, N_SKILLS)) < 0.3, -1) & linked
    return Course(
        skill_ids=("",) * N_SKILLS,
        prerequisites=prerequisites,
        difficulty=rng.normal(size=(N_SKILLS, N_BANDS)).astype(np.float32),
        guess=(0.25 * (rng.random((N_SKILLS, N_BANDS)) < 0.5)).astype(np.float32),
        available=np.ones((N_SKILLS, N_BANDS), dtype=bool),
    )


def stacked(views: list[CourseView], courses: list[Course]) -> CourseView:
    return CourseView.stack(
        np.stack([each.prerequisites for each in courses]),
        np.stack([each.difficulty for each in courses]),
        np.stack([each.guess for each in courses]),
        np.stack([each.available for each in courses]),
        np.concatenate([view.goal for view in views]),
        np.full(N_LEARNERS, N_SKILLS),
    )


@pytest.mark.parametrize("linked", [True, False])
def test_a_learner_alone_is_believed_what_it_is_among_others(linked: bool) -> None:
    courses = [course(seed, linked) for seed in range(N_LEARNERS)]
    views = [CourseView.of(each) for each in courses]
    together = stacked(views, courses)
    alone = [Belief.fresh(view, PARAMETERS) for view in views]
    batch = Belief.fresh(together, PARAMETERS)
    rng = np.random.default_rng(5)
    now = np.zeros(N_LEARNERS)
    rows = np.arange(N_LEARNERS)
    for _ in range(40):
        now = now + rng.choice([0.001, 1.0, 5.0], size=N_LEARNERS)
        skill, band = rng.integers(N_SKILLS, size=N_LEARNERS), rng.integers(N_BANDS, size=N_LEARNERS)
        score = rng.choice([0.0, 0.5, 1.0], size=N_LEARNERS)
        seconds = np.where(rng.random(N_LEARNERS) < 0.3, math.nan, rng.lognormal(2.0, 1.0, size=N_LEARNERS))
        hints = rng.integers(2, size=N_LEARNERS).astype(np.float64)
        current = estimate(batch, together, now, PARAMETERS)
        update(batch, together, current, Outcomes(rows, skill, band, score, now, hints, seconds), PARAMETERS)
        for row in range(N_LEARNERS):
            answer = Answer(score=score[row].item(), at=now[row].item(), hints=hints[row].item(), seconds=seconds[row])
            update_one(alone[row], views[row], int(skill[row]), int(band[row]), answer, PARAMETERS)
    for row, belief in enumerate(alone):
        np.testing.assert_allclose(belief.skills[:, 0], batch.skills[:, row], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(belief.learners[:, 0], batch.learners[:, row], rtol=1e-9, atol=1e-12)


def test_features_of_a_learner_alone_are_those_among_others() -> None:
    courses = [course(seed, True) for seed in range(N_LEARNERS)]
    views = [CourseView.of(each) for each in courses]
    together = stacked(views, courses)
    everyone = Belief.fresh(together, PARAMETERS)
    everyone.learners[:4] += 3.0
    now, horizon, left = np.array([2.0, 3.0, 4.0]), np.array([1.0, 9.0, 30.0]), np.array([5.0, -1.0, 0.0])
    for row in range(N_LEARNERS):
        for belief, view, rows in ((everyone, together, slice(None)), (None, views[row], slice(row, row + 1))):
            seen = belief or Belief(everyone.skills[:, rows].copy(), everyone.learners[:, rows].copy())
            moment = Moment(now[rows], horizon[rows], left[rows], np.zeros(N_LEARNERS)[rows])
            current = estimate(seen, view, moment.now, PARAMETERS)
            gains = expected_gains(seen, view, current, moment.horizon_days, PARAMETERS)
            mask = np.repeat(view.available.any(axis=2), view.available.shape[2], axis=1)
            features = candidate_features(seen, view, current, gains, view.every_skill, mask)
            context = context_features(seen, view, current, gains, moment)
            need = dependents_need(view, current)
            if belief is not None:
                wanted = features[row], context[row], need[row]
        np.testing.assert_allclose(features[0], wanted[0], rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(context[0], wanted[1], rtol=1e-6, atol=1e-6)
        assert [need_behind(view, current, 0, skill) for skill in range(N_SKILLS)] == pytest.approx(wanted[2].tolist())


def test_new_courses_in_some_rows_leave_the_others_as_they_were() -> None:
    courses = [course(seed, True) for seed in range(N_LEARNERS)]
    view = stacked([CourseView.of(each) for each in courses], courses)
    view.lens(PARAMETERS)
    other = course(9, True)
    fresh = CourseView.of(other)
    view.put(np.array([1]), fresh)
    wanted = stacked([CourseView.of(each) for each in (courses[0], other, courses[2])], [courses[0], other, courses[2]])
    np.testing.assert_array_equal(view.lens(PARAMETERS).had_success, wanted.lens(PARAMETERS).had_success)
    np.testing.assert_array_equal(view.lens(PARAMETERS).learn_chance, wanted.lens(PARAMETERS).learn_chance)
    np.testing.assert_array_equal(view.worth, wanted.worth)


def test_goals_share_what_does_not_depend_on_them() -> None:
    whole = CourseView.of(course(1, True))
    aimed = whole.aimed(np.eye(N_SKILLS)[:1])
    assert aimed.lens(PARAMETERS) is whole.lens(PARAMETERS)
    assert aimed.worth[0, 0] == N_SKILLS
