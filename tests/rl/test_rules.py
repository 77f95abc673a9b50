"""Every rule chooses what its name says, on a course small enough to see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from fsrs import Card, Rating, Scheduler
from numpy.typing import NDArray

from content.course import Course
from envs.courses import CourseBatch
from rl.belief import COUNT, INDEX, IS_NEW
from rl.observer import Observation, Observer
from rl.parameters import BeliefParameters
from rl.teachers.boxes import EPOCH, FsrsCards, LeitnerBoxes
from rl.teachers.greedy import BeliefGreedy
from rl.teachers.rules import RULES, SHARED, RuleTeacher
from rl.teachers.tuning import USUAL, tuned_settings

MakeCourse = Callable[..., Course]


def observation(now: float, skill: int | None = None, score: float = 1.0) -> Observation:
    """What a teacher of one learner sees, ten days before the test: the last answer, if any, was given just now."""
    last = np.zeros((1, 6)) if skill is None else np.array([[1.0, skill, 0.0, score, 10.0, 0.0]])
    return {"last": last, "clock": np.array([[now, 10.0, 20.0, 5.0, 0.0, 0.0]])}


class Lesson:
    """One learner, one rule, and a course; figures of the belief can be set to what a test needs."""

    def __init__(self, rule: str, course: Course, goal: list[float] | None = None, **settings: float) -> None:
        batch = CourseBatch.empty(1, course.n_skills, course.n_bands)
        batch.set_row(0, course, None if goal is None else np.array(goal))
        self.observer = Observer(batch, BeliefParameters())
        self.observer.take(observation(0.0))
        knobs = {**SHARED, **RULES[rule].knobs}
        self.teacher = RuleTeacher(rule, {knob: USUAL[knob] for knob in knobs} | {"guarded": 0.0} | settings)
        self.teacher.begin(self.observer, np.random.default_rng(0))
        self.seen = observation(0.0)

    def believe(self, **figures: list[float]) -> None:
        """Put these in the place of what is believed: mastered, ready (K,), success (K, B)."""
        for name in ("mastered", "ready"):
            if name in figures:
                self.observer.current = replace(self.observer.current, **{name: np.array([figures[name]])})
        if "success" in figures:
            self.observer.gains = replace(self.observer.gains, success=np.array([figures["success"]]))

    def practised(self, counts: list[int], indices: list[int] | None = None) -> None:
        skills = self.observer.belief.skills
        skills[COUNT, 0] = counts
        skills[IS_NEW, 0] = np.array(counts) == 0
        if indices is not None:
            skills[INDEX, 0] = indices

    def answered(self, skill: int, at: float, score: float = 1.0) -> None:
        """The learner answered at this time."""
        self.seen = observation(at, skill, score)
        self.observer.take(self.seen)

    def later(self, at: float) -> None:
        self.seen = observation(at)
        self.observer.take(self.seen)

    def choice(self) -> tuple[int, int]:
        action = int(self.teacher.choose(self.observer, self.seen)[0])
        return divmod(action, self.observer.n_bands)


def test_round_robin_takes_what_was_longest_not_practised(make_course: MakeCourse) -> None:
    lesson = Lesson("round-robin", make_course(3))
    assert lesson.choice() == (0, 0)
    lesson.practised([1, 1, 1], [5, 2, 7])
    assert lesson.choice() == (1, 0)


def test_author_order_repeats_each_skill_before_the_next(make_course: MakeCourse) -> None:
    lesson = Lesson("author-order", make_course(3), repeats=2)
    chosen = []
    for counts in ([0, 0, 0], [1, 0, 0], [2, 0, 0], [2, 1, 0], [2, 2, 2]):
        lesson.practised(counts)
        chosen.append(lesson.choice()[0])
    assert chosen == [0, 0, 1, 1, 0]


def test_mastery_threshold_goes_on_when_a_skill_is_mastered_and_then_takes_the_weakest(make_course: MakeCourse) -> None:
    lesson = Lesson("mastery-threshold", make_course(3), threshold=0.8)
    lesson.believe(mastered=[0.9, 0.7, 0.1])
    assert lesson.choice()[0] == 1
    lesson.believe(mastered=[0.9, 0.85, 0.95])
    assert lesson.choice()[0] == 1


def test_weakest_first_takes_the_least_mastered_that_is_ready(make_course: MakeCourse) -> None:
    lesson = Lesson("weakest-first", make_course(3), threshold=0.8, readiness=0.5)
    lesson.believe(mastered=[0.6, 0.4, 0.1], ready=[1.0, 1.0, 0.2])
    assert lesson.choice()[0] == 1


def test_leitner_takes_what_is_due_before_what_is_new(make_course: MakeCourse) -> None:
    lesson = Lesson("leitner", make_course(3), first_interval=1.0)
    assert lesson.choice()[0] == 0
    lesson.answered(0, at=0.0)
    assert lesson.choice()[0] == 1
    lesson.later(2.5)  # box 1 means two days
    assert lesson.choice()[0] == 0


def test_boxes_rise_when_right_and_fall_when_wrong() -> None:
    boxes = LeitnerBoxes((1, 1))
    for at, score in ((0.0, 1.0), (1.0, 1.0)):
        boxes.take(observation(at, 0, score))
    # Box 2: four days. At day 7, 6 days after the last answer: 6 / 4 - 1 = .5.
    assert boxes.overdue(np.array([7.0]), 1.0)[0, 0] == pytest.approx(0.5, abs=1e-3)
    boxes.take(observation(7.0, 0, 0.0))
    # Box 0: one day. At day 10: 3 - 1 = 2.
    assert boxes.overdue(np.array([10.0]), 1.0)[0, 0] == pytest.approx(2.0, abs=1e-3)


def test_most_forgotten_takes_what_falls_below_the_retention_before_what_is_new(make_course: MakeCourse) -> None:
    lesson = Lesson("most-forgotten", make_course(3), retention=0.9)
    lesson.answered(0, at=0.0)
    assert lesson.choice()[0] == 1
    lesson.answered(1, at=0.001, score=0.0)
    lesson.choice()
    lesson.later(30.0)
    assert lesson.choice()[0] == 1  # failed, hence the weaker memory of the two


def test_fsrs_memory_is_that_of_the_package() -> None:
    cards = FsrsCards((1, 1))
    scheduler, card = Scheduler(enable_fuzzing=False), Card(card_id=1)
    for day in (0, 3, 10):
        seen = observation(float(day), 0)
        at = float(seen["clock"][0, 0] - seen["clock"][0, 4])
        cards.take(seen)
        card, _ = scheduler.review_card(card, Rating.Good, EPOCH + timedelta(days=at))
    assert cards.retrievability(np.array([15.0]))[0, 0] == pytest.approx(
        scheduler.get_card_retrievability(card, EPOCH + timedelta(days=15))
    )


def test_target_success_takes_the_candidate_nearest_the_target(make_course: MakeCourse) -> None:
    lesson = Lesson("target-success", make_course(2, 2), target=0.7, spread=0.0, pull=0.0)
    lesson.believe(success=[[0.95, 0.5], [0.9, 0.66]])
    assert lesson.choice() == (1, 1)


def test_target_success_lets_what_weighs_more_lie_further_off(make_course: MakeCourse) -> None:
    lesson = Lesson("target-success", make_course(2, 1), goal=[0.9, 0.1], target=0.7, spread=0.0, pull=0.5)
    lesson.believe(success=[[0.5], [0.7]])
    assert lesson.choice() == (0, 0)


def test_frontier_takes_the_least_practised_of_what_is_reachable_and_open(make_course: MakeCourse) -> None:
    lesson = Lesson("frontier", make_course(4), threshold=0.8, readiness=0.5)
    lesson.believe(mastered=[0.9, 0.3, 0.3, 0.1], ready=[1.0, 1.0, 1.0, 0.1])
    lesson.practised([0, 2, 1, 0])
    assert lesson.choice()[0] == 2


def test_composite_follows_the_goal(make_course: MakeCourse) -> None:
    lesson = Lesson("composite", make_course(3), goal=[0.1, 0.8, 0.1])
    assert lesson.choice()[0] == 1


def test_belief_greedy_takes_the_greatest_expected_gain(make_course: MakeCourse) -> None:
    lesson = Lesson("composite", make_course(2, 2), goal=[0.5, 0.5])
    lesson.observer.gains = replace(lesson.observer.gains, mixed=np.array([[[0.1, 0.3], [0.2, 0.0]]]))
    assert BeliefGreedy().choose(lesson.observer, lesson.seen).tolist() == [1]


def test_random_takes_everything_sooner_or_later(make_course: MakeCourse) -> None:
    lesson = Lesson("random", make_course(4))
    assert {lesson.choice()[0] for _ in range(60)} == {0, 1, 2, 3}


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_shows_the_band_nearest_the_target(make_course: MakeCourse, rule: str) -> None:
    lesson = Lesson(rule, make_course(1, 3), target=0.6)
    lesson.believe(success=[[0.9, 0.62, 0.2]])
    assert lesson.choice() == (0, 1)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_keeps_to_the_goal_and_what_it_builds_on(make_course: MakeCourse, rule: str) -> None:
    lesson = Lesson(rule, make_course(4, links=((3, 2),)), goal=[0.0, 0.0, 0.0, 1.0], goal_only=1.0)
    assert {lesson.choice()[0] for _ in range(20)} <= {2, 3}


@pytest.mark.parametrize("rule", RULES)
def test_every_guarded_rule_waits_for_prerequisites(make_course: MakeCourse, rule: str) -> None:
    lesson = Lesson(rule, make_course(3, links=((1, 0), (2, 0))), guarded=1.0, goal_only=0.0)
    masked: NDArray[np.bool_] = lesson.observer.masked.copy()
    masked[0, 1:] = False
    lesson.observer.masked = masked
    assert {lesson.choice()[0] for _ in range(10)} == {0}


def test_unknown_rules_and_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="rule 'best' is unknown"):
        RuleTeacher("best", {})
    with pytest.raises(ValueError, match="settings of rule 'random' must be"):
        RuleTeacher("random", {"target": 0.5})


def test_all_rules_were_tuned_within_their_ranges() -> None:
    tuned = tuned_settings()
    assert set(tuned) == set(RULES)
    for name, settings in tuned.items():
        for knob, value in settings.items():
            low, high = (SHARED | RULES[name].knobs)[knob]
            assert low <= value <= high
