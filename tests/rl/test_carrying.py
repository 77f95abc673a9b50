"""Beliefs that follow a course to another version: to the bit, or as computed by hand."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.course import Course
from rl.belief import (
    COUNT,
    EXERCISES,
    HAZARD,
    LAST,
    LEARNED,
    N_LEARNER_FIELDS,
    N_SKILL_FIELDS,
    STABILITY,
    STRENGTH,
    SUCCESSES,
    VARIANCE,
)
from rl.carrying import carry
from rl.runtime import Outcome, Pupil, Tutor

TUTOR = Tutor.rule()
SAME = [(k,) for k in range(4)]


def course(name: str = "a", n_skills: int = 4) -> Course:
    return Course(
        skill_ids=tuple(f"{name}{k}" for k in range(n_skills)),
        prerequisites=np.eye(n_skills, k=-1, dtype=np.bool_),
        difficulty=np.tile(np.array([-1.0, 1.0], dtype=np.float32), (n_skills, 1)),
        guess=np.full((n_skills, 2), 0.25, dtype=np.float32),
        available=np.ones((n_skills, 2), dtype=np.bool_),
    )


def taught(*answers: tuple[int, float, float], where: Course | None = None) -> Pupil:
    """A pupil after answers: skill, score, day."""
    pupil = TUTOR.open(where or course())
    for skill, score, day in answers:
        pupil.observe(Outcome(skills=(skill,), band=0, score=score, at=day))
    return pupil


def fields(pupil: Pupil, skill: int) -> list[float]:
    found: list[float] = pupil.belief.skills[:N_SKILL_FIELDS, 0, skill].tolist()
    return found


lives = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from([0.0, 0.5, 1.0]), st.integers(0, 40).map(float)), max_size=12
).map(lambda answers: sorted(answers, key=lambda answer: answer[2]))


@settings(max_examples=25, deadline=None)
@given(lives, st.permutations(range(4)))
def test_skills_that_only_change_names_and_places_are_believed_as_they_were(
    answers: list[tuple[int, float, float]], order: list[int]
) -> None:
    before, after = taught(*answers), taught(where=course("b"))
    carry(before, after, [(place,) for place in order], apart=False)
    for skill, place in enumerate(order):
        if before.belief.skills[COUNT, 0, skill]:
            assert fields(after, place) == fields(before, skill)
    again = TUTOR.open(course("b"), state=after.state())
    assert np.array_equal(again.belief.skills, after.belief.skills)
    assert np.array_equal(again.belief.learners, after.belief.learners)
    back = taught()
    carry(after, back, [(order.index(place),) for place in range(4)], apart=False)
    assert back.state() == before.state()


@settings(max_examples=25, deadline=None)
@given(lives, st.lists(st.sets(st.integers(0, 3)).map(lambda found: tuple(sorted(found))), min_size=4, max_size=4))
def test_any_map_gives_a_belief_that_can_be_gone_on_with(
    answers: list[tuple[int, float, float]], into: list[tuple[int, ...]]
) -> None:
    before, after = taught(*answers), taught(where=course("b"))
    kept = before.state()
    carry(before, after, into, apart=False)
    assert before.state() == kept
    practised = {target for skill, _, _ in answers for target in into[skill]}
    assert set(np.flatnonzero(after.belief.skills[COUNT, 0]).tolist()) == practised
    assert np.isfinite(after.belief.skills).all()
    assert (after.belief.skills[VARIANCE] > 0.0).all()
    mastery = after.mastery(50.0)
    assert ((mastery.low <= mastery.mean) & (mastery.mean <= mastery.high)).all()
    after.observe(Outcome(skills=(0,), band=1, score=1.0, at=60.0))


def test_each_part_of_a_split_skill_starts_from_the_whole_with_more_doubt() -> None:
    before, after = taught(*[(0, 1.0, float(day)) for day in range(5)]), taught(where=course("b"))
    carry(before, after, [(1, 2), (), (), ()], apart=False)
    whole, part = fields(before, 0), fields(after, 1)
    assert part == fields(after, 2)
    assert (part[STRENGTH], part[LEARNED], part[LAST]) == (whole[STRENGTH], whole[LEARNED], whole[LAST])
    assert part[VARIANCE] == whole[VARIANCE] + TUTOR.parameters.base_variance / 2
    assert (part[COUNT], part[SUCCESSES]) == (2.0, 2.0)
    low, high = before.mastery(5.0), after.mastery(5.0)
    assert high.high[1] - high.low[1] > low.high[0] - low.low[0]


def test_a_merged_skill_is_the_mixture_of_its_parts_by_answers() -> None:
    before = taught((0, 1.0, 0.0), (0, 1.0, 1.0), (0, 1.0, 2.0), (1, 0.0, 4.0))
    after = taught(where=course("b"))
    carry(before, after, [(3,), (3,), (), ()], apart=False)
    one, two, merged = fields(before, 0), fields(before, 1), fields(after, 3)
    aged = one[STRENGTH] * (2.0 / one[STABILITY] + 1.0) ** -TUTOR.parameters.decay
    mean = 0.75 * aged + 0.25 * two[STRENGTH]
    assert merged[STRENGTH] == pytest.approx(mean, rel=1e-12)
    spread = 0.75 * (one[VARIANCE] + (aged - mean) ** 2) + 0.25 * (two[VARIANCE] + (two[STRENGTH] - mean) ** 2)
    assert merged[VARIANCE] == pytest.approx(spread, rel=1e-12)
    assert merged[LEARNED] == pytest.approx(0.75 * one[LEARNED] * exp(-2.0 * one[HAZARD]) + 0.25 * two[LEARNED])
    assert log(merged[STABILITY]) == pytest.approx(0.75 * log(one[STABILITY]) + 0.25 * log(two[STABILITY]))
    assert (merged[COUNT], merged[SUCCESSES], merged[LAST]) == (4.0, 3.0, 4.0)


def test_a_retired_skill_is_left_out_and_a_new_one_is_fresh() -> None:
    before, after = taught((0, 1.0, 0.0), (1, 1.0, 0.0)), taught(where=course("b"))
    carry(before, after, [(), (1,), (2,), (3,)], apart=False)
    assert after.belief.skills[COUNT, 0].tolist() == [0.0, 1.0, 0.0, 0.0]
    assert after.belief.learners[:N_LEARNER_FIELDS, 0].tolist() == before.belief.learners[:N_LEARNER_FIELDS, 0].tolist()


def test_on_the_way_back_what_was_merged_is_believed_as_before_and_what_was_split_is_joined() -> None:
    first = taught((0, 1.0, 0.0), (1, 0.0, 1.0), (2, 1.0, 1.0), (3, 1.0, 1.0))
    older = [fields(first, skill) for skill in range(4)]
    second = taught(where=course("b"))
    carry(first, second, [(0,), (0,), (1, 2), ()], apart=False)
    for skill, day in ((0, 2.0), (1, 3.0), (2, 4.0)):
        second.observe(Outcome(skills=(skill,), band=0, score=1.0, at=day))
    carry(second, first, [(0, 1), (2,), (2,), ()], apart=False)
    assert [fields(first, skill) for skill in (0, 1, 3)] == [older[0], older[1], older[3]]
    assert fields(first, 2)[LAST] == 4.0
    assert fields(first, 2)[COUNT] == fields(second, 1)[COUNT] + fields(second, 2)[COUNT]


def test_two_enrolments_that_come_together_are_joined_whoever_began_first() -> None:
    one, two = taught((0, 1.0, 5.0), (0, 1.0, 6.0)), taught((0, 0.0, 2.0), (1, 1.0, 3.0), where=course("b"))
    carry(one, two, SAME, apart=True)
    assert two.origin == 2.0
    assert fields(two, 0)[COUNT] == 3.0
    assert fields(two, 0)[LAST] == 4.0
    assert fields(two, 1)[COUNT] == 1.0
    assert two.belief.learners[EXERCISES, 0] == 2.0
