"""What a pupil's choices keep to on any course: what is unlocked, and how many candidates are ranked."""

from __future__ import annotations

import numpy as np
import pytest

from content.course import Course
from rl.candidates import MAX_CANDIDATES
from rl.guards import TAUGHT, UNLOCKED
from rl.runtime import Outcome, Pupil, Recommendation, Tutor


def course(n_skills: int, chained: bool = False) -> Course:
    shape = (n_skills, 3)
    return Course(
        skill_ids=tuple(f"skill-{k}" for k in range(n_skills)),
        prerequisites=np.eye(n_skills, k=-1, dtype=bool) & chained,
        difficulty=np.broadcast_to(np.array([-1.0, 0.0, 1.0], dtype=np.float32), shape),
        guess=np.zeros(shape, dtype=np.float32),
        available=np.ones(shape, dtype=bool),
    )


def everything(pupil: Pupil) -> list[Recommendation]:
    """All candidates that could be chosen."""
    several = pupil.recommend(k=10_000)
    return several if isinstance(several, list) else [several]


def test_a_new_skill_waits_for_its_prerequisites() -> None:
    pupil = Tutor.rule().open(course(12, chained=True))
    for _ in range(30):
        choices = everything(pupil)
        practised = pupil.mastery().practised
        for choice in choices:
            before = choice.skill - 1
            met = before < 0 or practised[before] >= TAUGHT or pupil.mastered(before) >= UNLOCKED
            assert met or practised[choice.skill] > 0
        pupil.observe(Outcome(skills=(choices[0].skill,), band=choices[0].band, score=1.0))


@pytest.mark.parametrize("n_skills", [1, 4, 21, 22, 128, 400])
def test_no_more_than_the_places_are_ranked_and_none_twice(n_skills: int) -> None:
    choices = everything(Tutor.rule().open(course(n_skills)))
    ranked = {(choice.skill, choice.band) for choice in choices}
    assert len(ranked) == len(choices) <= MAX_CANDIDATES
    assert sum(choice.probability for choice in choices) == pytest.approx(1.0)
    if n_skills * 3 <= MAX_CANDIDATES:
        assert len(ranked) == n_skills * 3
