"""What is believed after no answer, one answer and a pause: every figure worked out by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.course import Course
from rl.belief import (
    COUNT,
    EVIDENCE,
    FAILURES,
    FIRSTS,
    FIRSTS_KNOWN,
    HAD_GROWTH,
    HAD_MASTERY,
    HAZARD,
    LAST,
    LAST_SCORE,
    LEARNED,
    PACE,
    POSITION,
    RECENT,
    REPEATS,
    SCORES,
    SITUATIONS,
    SPACED,
    STABILITY,
    STRENGTH,
    SUCCESSES,
    SURPRISES,
    VARIANCE,
    Belief,
    estimate,
)
from rl.course_view import CourseView
from rl.filters import update_one
from rl.parameters import BeliefParameters
from rl.signs import Answer

MakeCourse = Callable[..., Course]
PARAMETERS = BeliefParameters()
NAN = float("nan")


def right(at: float = 0.0, seconds: float = NAN, hints: float = 0.0) -> Answer[float]:
    return Answer(score=1.0, at=at, hints=hints, seconds=seconds)


def wrong(at: float = 0.0, seconds: float = NAN) -> Answer[float]:
    return Answer(score=0.0, at=at, hints=0.0, seconds=seconds)


def close(value: float) -> object:
    return pytest.approx(value, abs=2e-5)


def test_nothing_known_yet(make_course: MakeCourse) -> None:
    view = CourseView.of(make_course())
    belief = Belief.fresh(view, PARAMETERS)
    # Known before: share (4 x .3 + 0) / (4 + 0) = .3, times 1.6 for the first skill: .48 in both filters.
    assert belief.skills[HAD_GROWTH, 0, 0] == close(0.48)
    current = estimate(belief, view, np.zeros(1), PARAMETERS)
    # Slope 1.2 / sqrt(1 + .3927 x 1.44 x .4) = 1.2 / 1.107337 = 1.083681. Not known before: sigmoid(-2.2 x 1.083681)
    # = .084394; known before: sigmoid(1 x .9 x 1.2) = .746494. Growth: .52 x .084394 + .48 x .746494 = .402202.
    # Mastery: .48 x (1 - .07) = .4464. Half of each, as there is no evidence yet: .424301.
    assert current.scale[0, 0] == close(1.083681)
    assert current.mastered[0, 0] == close(0.424301)
    assert (current.ability[0, 0], current.kept[0, 0], current.ready[0, 0]) == (close(-2.2), 1.0, 1.0)


def test_three_days_of_forgetting(make_course: MakeCourse) -> None:
    view = CourseView.of(make_course())
    belief = Belief.fresh(view, PARAMETERS)
    belief.skills[[STRENGTH, LEARNED, LAST, COUNT], 0, 0] = 2.0, 0.8, 1.0, 1.0
    current = estimate(belief, view, np.array([4.0]), PARAMETERS)
    # Kept: (1 + 3 / 1.5)^-.35 = 3^-.35 = exp(-.35 x 1.098612) = .680780; ability -2.2 + 2 x .680780 = -.838440.
    assert current.kept[0, 0] == close(0.680780)
    assert current.ability[0, 0] == close(-0.838440)
    # Learned: .8 exp(-.07 x 3) = .8 x .810584 = .648467; known .48 + .52 x .648467 = .817203.
    assert current.learned[0, 0] == close(0.648467)
    assert current.known[0, 0] == close(0.817203)


def test_a_first_right_answer(make_course: MakeCourse) -> None:
    view = CourseView.of(make_course())
    belief = Belief.fresh(view, PARAMETERS)
    update_one(belief, view, 0, 0, right(), PARAMETERS)
    skill, learner = belief.skills[:, 0, 0], belief.learners[:, 0]
    # Growth. Success if not known before .95 x .084394 = .080174, if known before .95 x .746494 = .709169. No hint was
    # asked, which is likelier the likelier success: .080174 (1 - .25 x .919826) = .061738 against .709169
    # (1 - .25 x .290831) = .657608. Ratio 10.6516; known before: .48 x 10.6516 / (.48 x 10.6516 + .52) = .907683.
    assert skill[HAD_GROWTH] == close(0.907683)
    # Slope .95 x 1.2 x sigmoid(-2.64) x (1 - sigmoid(-2.64)) = 1.14 x .066609 x .933391 = .070876.
    # Gain .4 x .070876 / (.4 x .070876^2 + .080174 x .919826) = .028350 / .075755 = .374236; shift .374236 x .919826 =
    # .344232. Zone: exp(-.5 (-2.2 + .344232 - .4)^2) = exp(-2.544244) = .078532; room 1 - .344232 / 5 = .931154.
    # Strength .344232 + .8 x .078532 x .931154 = .402732.
    assert skill[STRENGTH] == close(0.402732)
    # Variance .4 (1 - .374236 x .070876) + .06 = .449390. Nothing was forgotten, so that the stability stays.
    assert skill[VARIANCE] == close(0.449390)
    assert skill[STABILITY] == 1.5
    # Mastery. .93 (1 - .25 x .07) = .913725 against .06 (1 - .25 x .94) = .0459, ratio 19.906863: known .948389.
    # Else learned with chance .15 x (1 - .25 x 0) = .15, and forgotten at the usual hazard.
    assert skill[HAD_MASTERY] == close(0.948389)
    assert (skill[LEARNED], skill[HAZARD]) == (close(0.15), close(0.07))
    # Evidence: growth had predicted .48 x .709169 + .52 x .080174 = .382092, mastery .48 x .93 + .52 x .06 = .4776;
    # log(.4776 / .382092) = .223113. Known before, half of each filter: (.907683 + .948389) / 2 = .928036.
    assert learner[EVIDENCE] == close(0.223113)
    assert (learner[FIRSTS], learner[FIRSTS_KNOWN]) == (1.0, close(0.928036))
    # Of the last answers .6 + .15 (1 - .6) = .66 were right. The first of a session, in a row on this skill.
    assert learner[RECENT] == close(0.66)
    assert (learner[POSITION], learner[REPEATS], learner[FAILURES]) == (1.0, 1.0, 0.0)


def test_a_pace_is_learned_from_known_times_alone(make_course: MakeCourse) -> None:
    view = CourseView.of(make_course())
    untimed, timed = Belief.fresh(view, PARAMETERS), Belief.fresh(view, PARAMETERS)
    update_one(untimed, view, 0, 0, right(), PARAMETERS)
    update_one(timed, view, 0, 0, right(seconds=24.0), PARAMETERS)
    assert untimed.learners[PACE, 0] == 0.0
    # 24 s where 12 are usual: log 2 = .693147 late. Success was expected with (.382092 + .4776) / 2 = .429846;
    # doubt takes time: .4 x .570154 = .228062. No rapid guess, 7.1 deviations off:
    # .15 x (.693147 - .228062) = .069763.
    assert timed.learners[PACE, 0] == close(0.069763)


def test_failures_are_counted_until_something_succeeds(make_course: MakeCourse) -> None:
    view = CourseView.of(make_course(2))
    belief = Belief.fresh(view, PARAMETERS)
    seen = []
    for at, (skill, answer) in enumerate([(0, wrong), (1, wrong), (1, wrong), (1, right)]):
        update_one(belief, view, skill, 0, answer(at=float(at)), PARAMETERS)
        seen.append((belief.learners[FAILURES, 0], belief.learners[REPEATS, 0]))
    assert seen == [(1, 1), (2, 1), (3, 2), (0, 3)]


def test_a_rapid_guess_tells_little_and_teaches_little(make_course: MakeCourse) -> None:
    view = CourseView.of(make_course())
    guessed, earnest = Belief.fresh(view, PARAMETERS), Belief.fresh(view, PARAMETERS)
    update_one(guessed, view, 0, 0, right(seconds=1.5), PARAMETERS)
    update_one(earnest, view, 0, 0, right(seconds=12.0), PARAMETERS)
    assert guessed.skills[LEARNED, 0, 0] < 0.1 * earnest.skills[LEARNED, 0, 0]
    assert guessed.skills[HAD_MASTERY, 0, 0] < earnest.skills[HAD_MASTERY, 0, 0]


def test_a_missing_prerequisite_holds_up_a_lesson(make_course: MakeCourse) -> None:
    view = CourseView.of(make_course(2, links=((1, 0),)))
    belief = Belief.fresh(view, PARAMETERS)
    # Known before: .48 for the first; the second .3 x (1.6 - 1.2 / 2) x .75 = .225.
    assert belief.skills[HAD_GROWTH, 0].tolist() == [close(0.48), close(0.225)]
    current = estimate(belief, view, np.zeros(1), PARAMETERS)
    # Ready: .1 + .9 x .424301 = .481871 (mastered as in the course of one skill).
    assert current.ready[0].tolist() == [1.0, close(0.481871)]
    update_one(belief, view, 1, 0, right(), PARAMETERS)
    assert belief.skills[LEARNED, 0, 1] == close(0.15 * 0.481871)


def test_spaced_practice_makes_memory_more_stable_than_massed(make_course: MakeCourse) -> None:
    view = CourseView.of(make_course())
    massed, spaced = Belief.fresh(view, PARAMETERS), Belief.fresh(view, PARAMETERS)
    for step in range(4):
        update_one(massed, view, 0, 0, right(at=0.001 * step), PARAMETERS)
        update_one(spaced, view, 0, 0, right(at=3.0 * step), PARAMETERS)
    assert spaced.skills[STABILITY, 0, 0] > 2 * massed.skills[STABILITY, 0, 0]
    assert spaced.skills[HAZARD, 0, 0] < massed.skills[HAZARD, 0, 0]


ANSWERS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(0, 1),
        st.floats(0, 1),
        st.floats(0, 40),
        st.integers(0, 3),
        st.one_of(st.just(NAN), st.floats(0, 1e5)),
    ),
    max_size=30,
)


@given(ANSWERS)
def test_whatever_is_answered_beliefs_stay_in_range(answers: list[tuple[int, int, float, float, int, float]]) -> None:
    course = Course(
        skill_ids=("", "", "", ""),
        prerequisites=np.tril(np.ones((4, 4), dtype=bool), -1),
        difficulty=np.tile(np.array([-2.0, 3.0], dtype=np.float32), (4, 1)),
        guess=np.full((4, 2), 0.5, dtype=np.float32),
        available=np.ones((4, 2), dtype=bool),
    )
    view = CourseView.of(course)
    belief = Belief.fresh(view, PARAMETERS)
    now = 0.0
    for skill, band, score, pause, hints, seconds in answers:
        now += pause
        update_one(belief, view, skill, band, Answer(score, now, float(hints), seconds), PARAMETERS)
    current = estimate(belief, view, np.array([now + 1.0]), PARAMETERS)
    assert np.isfinite(belief.skills).all()
    assert np.isfinite(belief.learners).all()
    for chance in (current.mastered, current.known, current.ready, current.kept, belief.skills[HAD_GROWTH]):
        assert np.all((chance >= 0.0) & (chance <= 1.0))
    assert np.all((belief.skills[STABILITY] >= 0.2) & (belief.skills[STABILITY] <= 365.0))
    assert np.all(belief.skills[VARIANCE] > 0)


@pytest.mark.parametrize(
    ("earlier", "at", "situation"),
    [
        ([], 0.0, "first"),
        ([0.0], 0.05, "repeat"),
        ([0.0, 0.0, 0.0], 0.05, "overlearning"),
        ([0.0], 0.15, "days"),
        ([0.0, 0.0, 0.0, 0.0], 2.9, "days"),
        ([0.0], 3.1, "weeks"),
    ],
)
def test_an_answer_counts_in_its_own_situation(
    make_course: MakeCourse, earlier: list[float], at: float, situation: str
) -> None:
    view = CourseView.of(make_course())
    belief = Belief.fresh(view, PARAMETERS)
    for moment in earlier:
        update_one(belief, view, 0, 0, right(moment), PARAMETERS)
    before = belief.learners[:, 0].copy()
    update_one(belief, view, 0, 0, wrong(at), PARAMETERS)
    after = belief.learners[:, 0]
    place = SITUATIONS.index(situation)
    assert after[SCORES[place]] == close(0.8 * before[SCORES[place]])
    assert after[SURPRISES[place]] < before[SURPRISES[place]]
    others = [row for rows in (SCORES, SURPRISES) for row in rows if row not in (SCORES[place], SURPRISES[place])]
    assert np.array_equal(after[others], before[others])


def test_successes_pauses_and_the_last_score_are_kept_of_each_skill(make_course: MakeCourse) -> None:
    view = CourseView.of(make_course())
    belief = Belief.fresh(view, PARAMETERS)
    for answer in (right(0.0), wrong(0.01), right(1.0), right(9.0), wrong(9.01)):
        update_one(belief, view, 0, 0, answer, PARAMETERS)
    kept = belief.skills[[COUNT, SUCCESSES, SPACED, LAST_SCORE], 0, 0]
    assert kept.tolist() == [5.0, 3.0, 3.0, 0.0]
