"""Guards before pins before wishes before the policy; what gives way is told, and what bending costs is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.tutor import SHIPPED
from content.course import Course
from rl.runtime import NothingToRecommendError, Outcome, Pins, Pupil, Ranking, Recommendation, Tutor, Wish
from rl.wishes import KINDS, NOTICED

MakeCourse = Callable[..., Course]
TUTORS = {"policy": Tutor.load(SHIPPED), "rule": Tutor.rule()}
Bend = dict[str, Wish | Pins]


def told(pupil: Pupil, **bend: Wish | Pins | np.ndarray | float | None) -> Recommendation:
    found = pupil.recommend(**bend)  # type: ignore[arg-type]
    assert isinstance(found, Recommendation)
    return found


def taught(course: Course, kind: str, seed: int) -> Pupil:
    pupil, rng = TUTORS[kind].open(course), np.random.default_rng(seed)
    for step in range(int(rng.integers(0, 30))):
        skill, band = int(rng.integers(course.n_skills)), int(rng.integers(course.n_bands))
        pupil.observe(Outcome(skills=(skill,), band=band, score=float(rng.random() < 0.6), at=0.3 * step))
    return pupil


def success(pupil: Pupil, skill: int, band: int) -> float:
    (ranking,) = pupil.tutor.rank([pupil.question()])
    assert isinstance(ranking, Ranking)
    return ranking.scene.sight.gains.success.item(0, skill, band)


def logit(p: float) -> float:
    return float(np.log(p / (1.0 - p)))


@pytest.mark.parametrize("kind", TUTORS)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_wish_is_granted_or_said_to_have_given_way(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n_skills, n_bands = int(rng.integers(1, 8)), int(rng.integers(1, 4))
    course = Course(
        ("",) * n_skills,
        np.tril(rng.random((n_skills, n_skills)) < 0.3, -1),
        rng.normal(size=(n_skills, n_bands)).astype(np.float32),
        np.zeros((n_skills, n_bands), dtype=np.float32),
        np.ones((n_skills, n_bands), dtype=bool),
    )
    pupil = taught(course, kind, seed)
    wished = KINDS[seed % 4]
    wish = Wish(wished, (int(rng.integers(n_skills)),) if wished in ("notThis", "topic") else ())  # type: ignore[arg-type]
    plain, bent = told(pupil), told(pupil, wish=wish, rng=rng)  # type: ignore[arg-type]
    assert not (bent.bent_by and bent.yielded)
    assert bent.guards == plain.guards
    if "wish" in bent.yielded:
        assert bent.cost == 0.0
        return
    hard = logit(success(pupil, bent.skill, bent.band)) - logit(success(pupil, plain.skill, plain.band))
    granted = {
        "easier": hard >= NOTICED - 1e-9,
        "harder": hard <= -NOTICED + 1e-9,
        "notThis": bent.skill not in wish.skills,
        "topic": bent.skill in wish.skills,
    }
    assert granted[wished]


@pytest.mark.parametrize("kind", TUTORS)
def test_the_probability_is_that_after_bending(make_course: MakeCourse, kind: str) -> None:
    pupil = taught(make_course(5, 2), kind, 3)
    wish = Wish("topic", (1, 2))
    several = pupil.recommend(k=99, wish=wish)
    assert isinstance(several, list)
    assert {choice.skill for choice in several} == {1, 2}
    assert sum(choice.probability for choice in several) == pytest.approx(1.0)
    shares = [(choice.skill, choice.band, choice.probability) for choice in several]
    drawn = [pupil.recommend(rng=np.random.default_rng(seed), wish=wish, explain=False) for seed in range(300)]
    for skill, band, probability in shares:
        share = np.mean([(one.skill, one.band) == (skill, band) for one in drawn])  # type: ignore[union-attr]
        assert share == pytest.approx(probability, abs=0.12)


@pytest.mark.parametrize("kind", TUTORS)
def test_in_a_large_course_what_is_wished_for_is_among_the_proposed(make_course: MakeCourse, kind: str) -> None:
    pupil = TUTORS[kind].open(make_course(200, 2))
    choice = told(pupil, wish=Wish("topic", (199,)), pins=Pins(banned=((199, 0),)))
    assert (choice.skill, choice.band, choice.bent_by) == (199, 1, ("wish",))


def test_easier_and_harder_than_a_given_exercise(make_course: MakeCourse) -> None:
    pupil = Tutor.rule().open(make_course(1, 4, difficulty=[[-2.0, -1.0, 0.0, 1.0]]))
    assert told(pupil, wish=Wish("easier", than=(0, 1))).band == 0
    assert told(pupil, wish=Wish("harder", than=(0, 2))).band == 3
    nothing = told(pupil, wish=Wish("harder", than=(0, 3)))
    assert (nothing.bent_by, nothing.yielded, nothing.cost) == ((), ("wish",), 0.0)


def test_guards_come_before_pins_and_pins_before_wishes(make_course: MakeCourse) -> None:
    pupil = Tutor.rule().open(make_course(3, 1, links=((1, 0),), difficulty=[[2.0], [0.0], [0.0]]))
    closed = told(pupil, pins=Pins(required=((1, None),)))
    assert (closed.skill != 1, closed.yielded, closed.bent_by) == (True, ("pin",), ())
    both = told(pupil, pins=Pins(required=((2, None),)), wish=Wish("notThis", (2,)))
    assert (both.skill, both.bent_by, both.yielded) == (2, ("pin",), ("wish",))
    agreeing = told(pupil, pins=Pins(required=((0, None), (2, 0))), wish=Wish("notThis", (2,)))
    assert (agreeing.skill, agreeing.yielded) == (0, ())


def test_a_ban_never_gives_way(make_course: MakeCourse) -> None:
    pupil = Tutor.rule().open(make_course(2, 2))
    for _ in range(5):
        assert told(pupil, pins=Pins(banned=((0, None),)), wish=Wish("topic", (0,))).skill == 1
    with pytest.raises(NothingToRecommendError):
        pupil.recommend(pins=Pins(banned=((0, None), (1, None))))


def test_after_failures_no_wish_brings_what_is_too_hard(make_course: MakeCourse) -> None:
    pupil = Tutor.rule().open(make_course(2, 3, difficulty=[[-3.0, 0.0, 3.0], [-3.0, 0.0, 3.0]]))
    for _ in range(3):
        pupil.observe(Outcome(skills=(0,), band=1, score=0.0))
    choice = told(pupil, wish=Wish("harder", than=(0, 0)))
    assert "failureRun" in choice.guards
    likeliest = max((0, 1), key=lambda skill: success(pupil, skill, 0))
    assert (choice.skill, choice.band, choice.yielded) == (likeliest, 0, ("wish",))


def test_the_cost_is_the_gain_forgone(make_course: MakeCourse) -> None:
    goal = np.array([0.7, 0.2, 0.1])
    pupil = Tutor.rule().open(make_course(3), goal)
    choice = told(pupil, wish=Wish("topic", (2,)))
    (ranking,) = pupil.tutor.rank([pupil.question()])
    assert isinstance(ranking, Ranking)
    gain = ranking.scene.sight.gains.mixed[0, :, 0] * goal
    assert told(pupil).skill == 0
    assert choice.cost == pytest.approx(gain[0] - gain[2])
    assert choice.cost > 0.0
    assert told(pupil).cost == 0.0


def test_those_who_wish_are_ranked_beside_those_who_do_not(make_course: MakeCourse) -> None:
    for tutor in TUTORS.values():
        first = tutor.open(make_course(6, 2))
        pupils = [Pupil(tutor, first.course, first.view) for _ in range(3)]
        questions = [
            pupil.question(0.0, wish=wish)
            for pupil, wish in zip(pupils, (None, Wish("topic", (4,)), None), strict=True)
        ]
        plain, bent, other = tutor.rank(questions)
        assert isinstance(plain, Ranking)
        assert isinstance(bent, Ranking)
        assert isinstance(other, Ranking)
        assert bent.best() == tutor.rank(questions[1:2])[0].best()  # type: ignore[union-attr]
        np.testing.assert_allclose(plain.probabilities, other.probabilities)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Wish("fun"), "easier, harder, notThis, topic, not 'fun'"),  # type: ignore[arg-type]
        (lambda: Wish("topic"), "notThis and topic name some"),
        (lambda: Wish("easier", (1,)), "others none"),
    ],
)
def test_a_wish_that_says_nothing_is_refused(make: Callable[[], Wish], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        make()


@pytest.mark.parametrize(
    "bend",
    [
        {"wish": Wish("topic", (3,))},
        {"wish": Wish("easier", than=(0, 2))},
        {"pins": Pins(required=((-1, None),))},
        {"pins": Pins(banned=((0, 5),))},
    ],
)
def test_what_the_course_does_not_have_can_be_neither_wished_for_nor_pinned(
    make_course: MakeCourse, bend: Bend
) -> None:
    with pytest.raises(ValueError, match=r"must lie in 0\.\.2 and 0\.\.1"):
        told(Tutor.rule().open(make_course(3, 2)), **bend)
