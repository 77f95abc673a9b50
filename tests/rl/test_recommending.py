"""Learners who ask together are told what each would be told alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from content.course import Course
from rl.recommending import NothingToRecommendError, Question, Ranking
from rl.runtime import Outcome, Pupil, Tutor

MakeCourse = Callable[..., Course]


@pytest.fixture(params=["policy", "rule"])
def tutor(request: pytest.FixtureRequest) -> Tutor:
    from api.tutor import SHIPPED

    return Tutor.load(SHIPPED) if request.param == "policy" else Tutor.rule()


def taught(pupil: Pupil, n: int, seed: int) -> Pupil:
    """After n exercises, right and wrong by chance."""
    rng = np.random.default_rng(seed)
    for step in range(n):
        skill, band = int(rng.integers(pupil.course.n_skills)), int(rng.integers(pupil.course.n_bands))
        score = float(rng.random() < 0.6)
        pupil.observe(Outcome(skills=(skill,), band=band, score=score, at=20_000.0 + 0.2 * step, seconds=8.0))
    return pupil


def asked(pupil: Pupil, n: int, rng: np.random.Generator) -> Question:
    course = pupil.course
    allowed = None if n % 3 else rng.random((course.n_skills, course.n_bands)) < 0.8
    return pupil.question(20_010.0 + n, allowed, None if n % 2 else 12.0, None if n % 5 else 40)


@pytest.mark.parametrize(("n_skills", "n_bands", "links"), [(6, 3, ((1, 0), (3, 1))), (30, 3, ((2, 1),)), (90, 2, ())])
def test_many_are_told_what_each_is_told_alone(
    tutor: Tutor, make_course: MakeCourse, n_skills: int, n_bands: int, links: tuple[tuple[int, int], ...]
) -> None:
    rng = np.random.default_rng(0)
    course, other = make_course(n_skills, n_bands, links=links), make_course(5, 2)
    first = tutor.open(course)
    pupils = [Pupil(tutor, course, first.view) for _ in range(9)]
    pupils += [
        Pupil(tutor, course, first.view.aimed(rng.dirichlet(np.ones(n_skills))[None])),
        tutor.open(other),
        tutor.open(other),
    ]
    questions = [asked(taught(pupil, 7 * n, n), n, rng) for n, pupil in enumerate(pupils)]
    together = tutor.rank(questions)
    for question, ranked in zip(questions, together, strict=True):
        (alone,) = tutor.rank([question])
        assert isinstance(alone, Ranking)
        assert isinstance(ranked, Ranking)
        np.testing.assert_allclose(ranked.probabilities, alone.probabilities, atol=1e-5)
        told, wanted = ranked.best(), alone.best()
        assert (told.guards, told.source, told.policy_version) == (wanted.guards, wanted.source, wanted.policy_version)
        if told.skill == wanted.skill:
            assert [r.text for r in told.reasons] == [r.text for r in wanted.reasons]
        assert ranked.drawn(np.random.default_rng(3)).probability == pytest.approx(
            alone.drawn(np.random.default_rng(3)).probability, abs=1e-5
        )


def test_one_who_may_be_shown_nothing_does_not_stop_the_others(tutor: Tutor, make_course: MakeCourse) -> None:
    pupil = taught(tutor.open(make_course(4, 2)), 5, seed=1)
    nothing = np.zeros((4, 2), dtype=bool)
    found = tutor.rank([pupil.question(20_005.0), pupil.question(20_005.0, nothing), pupil.question(20_005.0)])
    assert isinstance(found[1], NothingToRecommendError)
    assert isinstance(found[0], Ranking)
    assert isinstance(found[2], Ranking)
    np.testing.assert_allclose(found[0].probabilities, found[2].probabilities)


def test_nobody_asking_is_told_nothing(tutor: Tutor) -> None:
    assert tutor.rank([]) == []
