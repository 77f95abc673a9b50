"""What practice is expected to bring: figures worked out by hand, and what must hold whatever is believed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from content.course import Course
from rl.belief import COUNT, HAD_GROWTH, HAD_MASTERY, LAST, LEARNED, STRENGTH, Belief, estimate
from rl.candidates import dependents_need
from rl.course_view import CourseView
from rl.gains import Gains, expected_gains
from rl.parameters import BeliefParameters
from rl.teachers.composite import CompositeSettings, composite

MakeCourse = Callable[..., Course]
PARAMETERS = BeliefParameters()
NOW = np.zeros(1)


def close(value: float) -> object:
    return pytest.approx(value, abs=2e-5)


def gains_of(view: CourseView, belief: Belief, horizon_days: float) -> Gains:
    current = estimate(belief, view, NOW, PARAMETERS)
    return expected_gains(belief, view, current, np.array([horizon_days]), PARAMETERS)


def test_the_mastery_filter_on_a_new_skill(make_course: MakeCourse) -> None:
    view = CourseView.of(make_course())
    gains = gains_of(view, Belief.fresh(view, PARAMETERS), 10.0)
    # Not known before .52; learned with chance .15; kept for 10 days exp(-.7) = .496585; no slip .93:
    # .93 x .52 x .15 x .496585 = .036022.
    assert gains.mastery[0, 0, 0] == close(0.036022)
    # Right now: growth .95 (.084394 + .48 (.746494 - .084394)) = .382092 (see the test of belief), mastery .48 x .93 +
    # .52 x .06 = .4776; half of each .429846.
    assert gains.success[0, 0, 0] == close(0.429846)
    # At the test without practice: growth .402202, mastery .93 x .48 = .4464; half of each .424301.
    assert gains.forecast[0, 0] == close(0.424301)


def test_the_growth_filter_on_a_skill_of_matching_difficulty(make_course: MakeCourse) -> None:
    view = CourseView.of(make_course())
    belief = Belief.fresh(view, PARAMETERS)
    belief.skills[[STRENGTH, HAD_GROWTH, LAST, COUNT], 0, 0] = 2.6, 0.0, 0.0, 1.0
    gains = gains_of(view, belief, 10.0)
    # Ability -2.2 + 2.6 = .4 is the margin that teaches best. Success sigmoid(.4 x 1.083681) = .606702, lesson .8 (.6 +
    # .4 x .606702) = .674145, room 1 - 2.6 / 5 = .48: strength 2.6 + .323590 = 2.923590.
    # After 10 days (1 + 10 / 1.5)^-.35 = .490217 of it is left: sigmoid(1.083681 (-2.2 + .490217 x 2.6)) = .268403
    # without the exercise, sigmoid(1.083681 (-2.2 + .490217 x 2.923590)) = .303459 with it: .035056.
    # Two would bring .065668, .032834 each, so that the first counts alone.
    assert gains.growth[0, 0, 0] == close(0.035056)


def test_where_one_exercise_brings_less_than_its_share_of_three_three_count(make_course: MakeCourse) -> None:
    view = CourseView.of(make_course(difficulty=[[1.0]]))
    belief = Belief.fresh(view, PARAMETERS)
    belief.skills[HAD_GROWTH, 0, 0] = 0.0
    scale = estimate(belief, view, NOW, PARAMETERS).scale[0, 0]

    def sigmoid(x: float) -> float:
        return float(1.0 / (1.0 + np.exp(-x)))

    # Far too hard: each exercise brings the next one nearer. A horizon of 0 forgets nothing.
    drive, strength, scores = 0.8 * (0.6 + 0.4 * sigmoid(-3.2 * scale)), 0.0, []
    for _ in range(3):
        strength += drive * np.exp(-0.5 * (strength - 3.2 - 0.4) ** 2) * (1.0 - strength / 5.0)
        scores.append(sigmoid((strength - 3.2) * scale) - sigmoid(-3.2 * scale))
    assert scores[2] / 3 > scores[1] / 2 > scores[0]
    assert gains_of(view, belief, 0.0).growth[0, 0, 0] == pytest.approx(scores[2] / 3)


def test_what_was_known_before_gains_nothing_and_what_is_learned_gains_less(make_course: MakeCourse) -> None:
    view = CourseView.of(make_course(3))
    belief = Belief.fresh(view, PARAMETERS)
    belief.skills[HAD_MASTERY, 0] = belief.skills[HAD_GROWTH, 0] = [0.0, 0.0, 1.0]
    belief.skills[LEARNED, 0] = [0.0, 0.9, 0.0]
    belief.skills[LAST, 0] = 0.0
    gains = gains_of(view, belief, 5.0)
    assert gains.mastery[0, 0, 0] > 5 * gains.mastery[0, 1, 0] > 0
    assert gains.mixed[0, 2, 0] == 0.0


def test_a_later_test_leaves_less(make_course: MakeCourse) -> None:
    view = CourseView.of(make_course(n_bands=3, difficulty=[[-1.0, 0.0, 1.0]]))
    belief = Belief.fresh(view, PARAMETERS)
    forecasts = [gains_of(view, belief, days).mixed[0, 0] for days in (0.0, 1.0, 30.0)]
    assert np.all(forecasts[0] > forecasts[1])
    assert np.all(forecasts[1] > forecasts[2])


def test_need_waits_behind_a_prerequisite_and_halves_with_distance(make_course: MakeCourse) -> None:
    course = make_course(3, links=((1, 0), (2, 1)))
    view = CourseView.of(course, np.array([0.0, 0.0, 1.0]))
    current = estimate(Belief.fresh(view, PARAMETERS), view, NOW, PARAMETERS)
    missing = 1.0 - current.mastered[0, 2]
    # 0 helps to unlock 2 at distance 2, 1 at distance 1; nothing hangs on 2.
    assert dependents_need(view, current)[0].tolist() == pytest.approx([missing / 2, missing, 0.0])


def test_the_order_of_skills_does_not_matter(make_course: MakeCourse) -> None:
    levels = [[-1.0, 0.5], [0.0, 1.0], [0.5, 2.0]]
    turned = [2, 0, 1]
    one = CourseView.of(make_course(3, 2, difficulty=levels), np.array([0.5, 0.3, 0.2]))
    other = CourseView.of(make_course(3, 2, difficulty=[levels[i] for i in turned]), np.array([0.2, 0.5, 0.3]))
    beliefs = Belief.fresh(one, PARAMETERS), Belief.fresh(other, PARAMETERS)
    for belief, order in zip(beliefs, ([0, 1, 2], turned), strict=True):
        belief.skills[STRENGTH, 0] = np.array([0.5, 1.0, 3.0])[order]
        belief.skills[[HAD_GROWTH, HAD_MASTERY], 0] = np.array([0.1, 0.2, 0.3])[order]
    first, second = (gains_of(view, belief, 7.0) for view, belief in zip((one, other), beliefs, strict=True))
    np.testing.assert_allclose(first.mixed[:, turned], second.mixed, rtol=1e-12)
    np.testing.assert_allclose(first.success[:, turned], second.success, rtol=1e-12)


def test_the_composite_rule_multiplies_worth_lesson_and_fit(make_course: MakeCourse) -> None:
    view = CourseView.of(make_course(2, links=((1, 0),)), np.array([0.25, 0.75]))
    belief = Belief.fresh(view, PARAMETERS)
    current = estimate(belief, view, NOW, PARAMETERS)
    gains = expected_gains(belief, view, current, np.array([30.0]), PARAMETERS)
    settings = CompositeSettings(target=0.6, need=0.5, forgetting=1.0, closeness=2.0, sharpness=10.0)
    scores = composite(belief, view, current, gains, settings)[0, :, 0]
    weak, success = 1.0 - current.mastered[0], gains.success[0, :, 0]
    # Nothing was practised, hence no review. Skill 0 is worth .25 + .5 x .75 weak[1]; skill 1 is worth .75.
    by_hand = np.array([0.25 + 0.5 * 0.75 * weak[1], 0.75]) * weak * current.ready[0] * np.exp(-2 * abs(success - 0.6))
    assert scores.tolist() == pytest.approx((10.0 * by_hand / by_hand.max()).tolist())
