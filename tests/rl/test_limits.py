"""What holds for any course and any choice: guards, the order in which they give way, and how many are ranked."""

from __future__ import annotations

import numpy as np
import pytest

from content.course import Course
from rl.candidates import MAX_CANDIDATES
from rl.guards import KINDLY, LONGEST_FAILURE_RUN, UNLOCKED
from rl.runtime import NothingToRecommendError, Outcome, Pupil, Recommendation, Tutor

HARD = 4.0


def course(n_skills: int, difficulties: tuple[float, ...] = (-1.0, 0.0, 1.0), chained: bool = False) -> Course:
    shape = (n_skills, len(difficulties))
    return Course(
        skill_ids=tuple(f"skill-{k}" for k in range(n_skills)),
        prerequisites=np.eye(n_skills, k=-1, dtype=bool) & chained,
        difficulty=np.broadcast_to(np.array(difficulties, dtype=np.float32), shape).copy(),
        guess=np.zeros(shape, dtype=np.float32),
        available=np.ones(shape, dtype=bool),
    )


def everything(pupil: Pupil, allowed: np.ndarray | None = None) -> list[Recommendation]:
    """All candidates that could be chosen."""
    several = pupil.recommend(k=10_000, allowed=allowed)
    return several if isinstance(several, list) else [several]


def success_of(choice: Recommendation) -> float:
    return next(reason.value for reason in choice.reasons if reason.code == "difficulty")


def fail(pupil: Pupil, times: int) -> None:
    for _ in range(times):
        pupil.observe(Outcome(skills=(0,), band=0, score=0.0))


def test_a_new_skill_waits_for_its_prerequisites() -> None:
    pupil = Tutor.rule().open(course(12, chained=True))
    for _ in range(30):
        choices = everything(pupil)
        for choice in choices:
            new = pupil.mastery().practised[choice.skill] == 0
            assert not new or choice.skill == 0 or pupil.mastered(choice.skill - 1) >= UNLOCKED
        pupil.observe(Outcome(skills=(choices[0].skill,), band=choices[0].band, score=1.0))


def test_prerequisites_give_way_where_nothing_else_is_allowed() -> None:
    pupil = Tutor.rule().open(course(4, chained=True))
    allowed = np.zeros((4, 3), dtype=bool)
    allowed[3, 1] = True
    (choice,) = everything(pupil, allowed)
    assert (choice.skill, choice.band, choice.probability, choice.guards) == (3, 1, 1.0, ())


def test_after_failures_only_what_is_likely_to_succeed_is_shown() -> None:
    guessable = course(5, (0.0, HARD))
    guessable.guess[:, 0] = 0.8
    pupil = Tutor.rule().open(guessable)
    fail(pupil, LONGEST_FAILURE_RUN - 1)
    assert min(success_of(choice) for choice in everything(pupil)) < KINDLY
    fail(pupil, 1)
    choices = everything(pupil)
    assert all(choice.guards == ("failureRun",) for choice in choices)
    assert min(success_of(choice) for choice in choices) >= KINDLY


def test_where_nothing_is_likely_to_succeed_the_likeliest_stays() -> None:
    pupil = Tutor.rule().open(course(5, (HARD, HARD + 1.0)))
    offered = [success_of(choice) for choice in everything(pupil)]
    fail(pupil, LONGEST_FAILURE_RUN)
    choices = everything(pupil)
    assert 1 <= len(choices) < len(offered)
    assert {choice.band for choice in choices} == {0}


def test_what_the_caller_does_not_allow_is_never_shown() -> None:
    pupil = Tutor.rule().open(course(4))
    with pytest.raises(NothingToRecommendError, match="masked"):
        pupil.recommend(allowed=np.zeros((4, 3), dtype=bool))
    allowed = np.zeros((4, 3), dtype=bool)
    allowed[1, 2] = allowed[2, 0] = True
    fail(pupil, LONGEST_FAILURE_RUN)
    assert {(choice.skill, choice.band) for choice in everything(pupil, allowed)} <= {(1, 2), (2, 0)}


@pytest.mark.parametrize("n_skills", [1, 4, 21, 22, 128, 400])
def test_no_more_than_the_places_are_ranked_and_none_twice(n_skills: int) -> None:
    choices = everything(Tutor.rule().open(course(n_skills)))
    ranked = {(choice.skill, choice.band) for choice in choices}
    assert len(ranked) == len(choices) <= MAX_CANDIDATES
    assert sum(choice.probability for choice in choices) == pytest.approx(1.0)
    if n_skills * 3 <= MAX_CANDIDATES:
        assert len(ranked) == n_skills * 3
