"""Reasons hold: without any one of those that are told, another exercise would have been chosen."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.tutor import SHIPPED
from content.course import Course
from rl.arithmetic import ARRAYS
from rl.belief import (
    COUNT,
    HAD_GROWTH,
    HAD_MASTERY,
    LAST,
    LAST_SCORE,
    MASSED,
    SUCCESSES,
    Belief,
    derive_skill,
)
from rl.course_view import CourseView
from rl.features import Moment
from rl.filters import MASSED_DAYS
from rl.reasons import KNOWN, MISFIT
from rl.recommending import Ranking
from rl.runtime import Outcome, Pupil, Question, Recommendation, Tutor, Wish
from rl.scoring import Sight, scores

MakeCourse = Callable[..., Course]
TUTORS = {"policy": Tutor.load(SHIPPED), "rule": Tutor.rule()}
STATES = ("new", "weak", "strengthen")


def some_course(rng: np.random.Generator) -> Course:
    n_skills, n_bands = int(rng.integers(2, 30)), int(rng.integers(1, 4))
    return Course(
        skill_ids=("",) * n_skills,
        prerequisites=np.tril(rng.random((n_skills, n_skills)) < 0.2 * rng.integers(2), -1),
        difficulty=rng.normal(size=(n_skills, n_bands)).astype(np.float32),
        guess=np.full((n_skills, n_bands), 0.2, dtype=np.float32),
        available=np.ones((n_skills, n_bands), dtype=bool),
    )


def some_question(seed: int, kind: str) -> Question:
    """A learner with a history and a goal of their own."""
    rng = np.random.default_rng(seed)
    course = some_course(rng)
    goal = rng.dirichlet(np.full(course.n_skills, 0.5)) if rng.random() < 0.5 else None
    pupil = TUTORS[kind].open(course, goal)
    now = 0.0
    for _ in range(int(rng.integers(0, 60))):
        now += float(rng.choice([0.001, 2.0], p=[0.9, 0.1]))
        skill, band = int(rng.integers(course.n_skills)), int(rng.integers(course.n_bands))
        pupil.observe(Outcome(skills=(skill,), band=band, score=float(rng.random() < 0.6), at=now, seconds=9.0))
    return pupil.question(now + float(rng.choice([0.001, 1.0, 20.0])), horizon_days=float(rng.uniform(0.5, 40.0)))


def ranked(question: Question, tutor: Tutor) -> Ranking:
    (found,) = tutor.rank([question])
    assert isinstance(found, Ranking)
    return found


def without(code: str, question: Question, skill: int, band: int, tutor: Tutor) -> list[tuple[Belief, CourseView]]:
    """The learner and the course as they would be without what the reason says, one by one."""
    belief, view = deepcopy(question.belief), question.view
    fields = belief.skills[:, 0, skill]
    if code in STATES:
        fields[[HAD_GROWTH, HAD_MASTERY]], fields[[COUNT, SUCCESSES]] = KNOWN, max(fields[COUNT], 1.0)
        fields[LAST_SCORE] = 1.0
    elif code == "review":
        fields[MASSED] *= np.exp((fields[LAST] - question.now) / MASSED_DAYS)
        fields[LAST] = question.now
    elif code == "unlocks":
        assert view.descent is not None
        descent = view.descent.copy()
        descent[0, skill] = 0.0
        view = replace(view, descent=descent)
    elif code == "goal":
        view = view.aimed(np.full_like(view.goal, 1.0 / view.goal.shape[1]))
    elif code == "difficulty":
        shift = np.zeros_like(view.difficulty)
        shift[0, skill, band] = MISFIT
        return [(belief, replace(view, difficulty=view.difficulty + sign * shift)) for sign in (1.0, -1.0)]
    derive_skill(fields, tutor.parameters, ARRAYS)
    return [(belief, view)]


def led(world: tuple[Belief, CourseView], ranking: Ranking, place: int, tutor: Tutor) -> bool:
    """Whether the candidate would still come before all it came before."""
    question, scene = ranking.question, ranking.scene
    moment = Moment(*(np.array([x]) for x in (question.now, question.horizon_days, -1.0, False)))
    logits = scores(tutor.policy, Sight.of(*world, moment, tutor.parameters), scene.skills, scene.mask)[0]
    order = ranking.likeliest.tolist()
    return bool(logits[place] >= logits[order[order.index(place) + 1 :]].max())


@pytest.mark.parametrize("kind", TUTORS)
@given(seed=st.integers(0, 2**32 - 1))
def test_without_any_reason_told_another_would_have_been_chosen(kind: str, seed: int) -> None:
    tutor, question = TUTORS[kind], some_question(seed, kind)
    ranking = ranked(question, tutor)
    for place in ranking.likeliest[:2].tolist():
        reasons = ranking.reasons(place)
        assert 1 <= len(reasons) <= 3
        assert len({reason.code for reason in reasons}) == len(reasons)
        skill, band, _ = ranking._candidate(place)
        for reason in reasons:
            assert reason.text.endswith(".")
            if reason.code in ("only", "ahead", "bestOverall"):
                assert len(reasons) == 1
                continue
            for world in without(reason.code, question, skill, band, tutor):
                assert not led(world, ranking, place, tutor), reason


@pytest.mark.parametrize("kind", TUTORS)
@given(seed=st.integers(0, 2**32 - 1))
def test_states_are_told_of_skills_that_are_in_them(kind: str, seed: int) -> None:
    tutor, question = TUTORS[kind], some_question(seed, kind)
    ranking = ranked(question, tutor)
    place = int(ranking.likeliest[0])
    skill = ranking._candidate(place)[0]
    count = question.belief.skills[COUNT, 0, skill]
    codes = {reason.code for reason in ranking.reasons(place)}
    assert len(codes & set(STATES)) <= 1
    assert not ("new" in codes and count)
    assert not (codes & {"weak", "strengthen", "review"} and not count)
    assert "unlocks" not in codes or question.view.descent is not None


def only(choice: Recommendation | list[Recommendation]) -> Recommendation:
    assert isinstance(choice, Recommendation)
    return choice


def codes_of(pupil: Pupil, **how: object) -> list[str]:
    return [reason.code for reason in only(pupil.recommend(**how)).reasons]  # type: ignore[arg-type]


def test_what_alone_can_be_shown_is_said_to_be_the_only(make_course: MakeCourse) -> None:
    assert codes_of(Tutor.rule().open(make_course(1))) == ["only"]
    allowed = np.array([[False], [True], [False]])
    assert codes_of(Tutor.rule().open(make_course(3)), allowed=allowed) == ["only"]


def test_what_was_forgotten_is_brought_back_for_that_reason(make_course: MakeCourse) -> None:
    pupil = Tutor.rule().open(make_course(2))
    for at in (*np.linspace(0.0, 0.02, 6), *np.linspace(60.0, 60.02, 6)):
        pupil.observe(Outcome(skills=(0 if at < 30.0 else 1,), band=0, score=1.0, at=float(at)))
    choice = only(pupil.recommend(60.021))
    assert choice.skill == 0
    assert "review" in {reason.code for reason in choice.reasons}


def test_what_the_goal_wants_is_chosen_for_the_goal(make_course: MakeCourse) -> None:
    pupil = Tutor.rule().open(make_course(4), np.array([0.2, 0.2, 0.4, 0.2]))
    choice = only(pupil.recommend())
    assert choice.skill == 2
    assert "goal" in {reason.code for reason in choice.reasons}


def test_what_was_drawn_before_a_likelier_one_is_said_to_be_drawn(make_course: MakeCourse) -> None:
    pupil = Tutor.rule().open(make_course(6, 2))
    (best, *others) = pupil.recommend(k=12)  # type: ignore[misc]
    assert all(reason.code != "drawn" for reason in best.reasons)
    drawn = [only(pupil.recommend(rng=np.random.default_rng(seed))) for seed in range(30)]
    for choice in drawn:
        is_best = (choice.skill, choice.band) == (best.skill, best.band)
        assert (choice.reasons[0].code == "drawn") != is_best
    assert len({(choice.skill, choice.band) for choice in drawn}) > 2
    assert others


def test_what_was_wished_for_is_chosen_for_the_wish(make_course: MakeCourse) -> None:
    pupil = Tutor.rule().open(make_course(4, 1, difficulty=[[0.0], [0.1], [-1.5], [-2.0]]))
    choice = only(pupil.recommend(wish=Wish("topic", (3,))))
    assert (choice.skill, [reason.code for reason in choice.reasons]) == (3, ["wish", "only"])


def test_reasons_are_found_only_when_asked_for(make_course: MakeCourse) -> None:
    pupil = Tutor.rule().open(make_course(4))
    assert only(pupil.recommend(explain=False)).reasons == ()
    ranking = ranked(pupil.question(), pupil.tutor)
    assert ranking.best().reasons == ()
    assert ranking.best(explain=True).reasons == only(pupil.recommend()).reasons
