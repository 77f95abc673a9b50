"""The tutor as a library: ten lines on any course, state to bytes and back, and bad input that is told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from content.course import Course
from rl.policy import METADATA_KEY, Policy
from rl.runtime import NothingToRecommendError, Outcome, PolicyError, Pupil, Recommendation, Tutor

MakeCourse = Callable[..., Course]
ROOT = Path(__file__).parents[2]


def only(choice: Recommendation | list[Recommendation]) -> Recommendation:
    assert isinstance(choice, Recommendation)
    return choice


def several(choice: Recommendation | list[Recommendation]) -> list[Recommendation]:
    assert isinstance(choice, list)
    return choice


def practise(pupil: Pupil, n: int, start: float = 0.0) -> None:
    """Take what is recommended; right and wrong by turns."""
    for step in range(n):
        at = start + 0.3 * step
        choice = only(pupil.recommend(at))
        pupil.observe(Outcome(skills=(choice.skill,), band=choice.band, score=float(step % 3 > 0), at=at, seconds=9.0))


def test_ten_lines_teach_a_course_without_graph_bands_or_times(make_course: MakeCourse) -> None:
    pupil = Tutor.rule().open(make_course(5))
    shown = []
    for _ in range(20):
        choice = only(pupil.recommend())
        shown.append(choice.skill)
        pupil.observe(Outcome(skills=(choice.skill,), band=choice.band, score=1.0))
    assert set(shown) == {0, 1, 2, 3, 4}
    assert pupil.mastery().mean.min() > Tutor.rule().open(make_course(5)).mastery().mean.max()


@pytest.mark.parametrize(("n_skills", "n_bands"), [(1, 1), (4, 3), (40, 3), (128, 2)])
def test_probabilities_of_all_candidates_sum_to_one(make_course: MakeCourse, n_skills: int, n_bands: int) -> None:
    pupil = Tutor.rule().open(make_course(n_skills, n_bands))
    practise(pupil, 5)
    everything = [pupil.recommend(2.0)] if n_skills == n_bands == 1 else pupil.recommend(2.0, k=n_skills * n_bands)
    found = [only(everything[0])] if len(everything) == 1 else several(everything)  # type: ignore[arg-type]
    assert sum(choice.probability for choice in found) == pytest.approx(1.0)
    assert len({(choice.skill, choice.band) for choice in found}) == len(found)
    assert [choice.probability for choice in found] == sorted((c.probability for c in found), reverse=True)


def test_recommendations_are_distinct_when_sampled(make_course: MakeCourse) -> None:
    pupil = Tutor.rule().open(make_course(6, 2))
    for seed in range(20):
        found = several(pupil.recommend(0.0, k=5, rng=np.random.default_rng(seed)))
        assert len({(choice.skill, choice.band) for choice in found}) == 5


def test_equal_generators_draw_alike_and_the_likeliest_is_drawn_most(make_course: MakeCourse) -> None:
    pupil = Tutor.rule().open(make_course(3, 2, difficulty=[[-2.0, 2.0], [0.0, 1.0], [-1.0, 2.0]]))
    likeliest = only(pupil.recommend(0.0))
    drawn = [only(pupil.recommend(0.0, rng=np.random.default_rng(seed))) for seed in range(400)]
    assert drawn == [only(pupil.recommend(0.0, rng=np.random.default_rng(seed))) for seed in range(400)]
    share = np.mean([(c.skill, c.band) == (likeliest.skill, likeliest.band) for c in drawn])
    assert share == pytest.approx(likeliest.probability, abs=0.1)


def test_a_goal_draws_attention_to_its_skills(make_course: MakeCourse) -> None:
    goal = np.array([0.0, 0.0, 1.0, 0.0])
    assert only(Tutor.rule().open(make_course(4), goal).recommend(0.0)).skill == 2


def test_state_to_bytes_and_back_is_the_same_pupil(make_course: MakeCourse) -> None:
    tutor, course = Tutor.rule(), make_course(6, 2, links=((1, 0), (2, 1)))
    pupil = tutor.open(course)
    practise(pupil, 25, start=20_000.0)
    other = tutor.open(course, state=pupil.state())
    assert other.state() == pupil.state()
    np.testing.assert_array_equal(other.mastery(20_030.0).mean, pupil.mastery(20_030.0).mean)
    assert other.recommend(20_030.0, k=3) == pupil.recommend(20_030.0, k=3)
    for each in (pupil, other):
        practise(each, 5, start=20_031.0)
    assert other.state() == pupil.state()


def test_only_differences_of_time_matter(make_course: MakeCourse) -> None:
    early, late = (Tutor.rule().open(make_course(3)) for _ in range(2))
    practise(early, 10)
    practise(late, 10, start=20_000.0)
    np.testing.assert_allclose(early.mastery(30.0).mean, late.mastery(20_030.0).mean, rtol=1e-9)


def test_an_outcome_of_several_skills_informs_all_of_them(make_course: MakeCourse) -> None:
    pupil = Tutor.rule().open(make_course(3))
    pupil.observe(Outcome(skills=(0, 2), band=0, score=1.0, at=0.0))
    assert pupil.mastery(0.0).practised.tolist() == [1, 0, 1]


def test_mastery_fades_and_has_an_interval(make_course: MakeCourse) -> None:
    pupil = Tutor.rule().open(make_course(2))
    for step in range(6):
        pupil.observe(Outcome(skills=(0,), band=0, score=1.0, at=0.01 * step))
    now, later = pupil.mastery(0.06), pupil.mastery(60.0)
    for told in (now, later):
        assert np.all((told.low <= told.mean) & (told.mean <= told.high))
        assert np.all((told.low >= 0) & (told.high <= 1))
    assert now.mean[0] > later.mean[0]
    assert later.recall[0] < 0.85 < now.recall[0]
    assert later.due.tolist() == [True, False]


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (Outcome(skills=(), band=0, score=1.0), r"skills \(\) must be one or more of 0\.\.2"),
        (Outcome(skills=(3,), band=0, score=1.0), "must be one or more of 0..2"),
        (Outcome(skills=(-1,), band=0, score=1.0), "must be one or more of 0..2"),
        (Outcome(skills=(0,), band=1, score=1.0), "band 1 must be one of 0..0"),
        (Outcome(skills=(0,), band=0, score=1.5), r"score 1.5 must lie in \[0, 1\]"),
        (Outcome(skills=(0,), band=0, score=float("nan")), "score nan"),
        (Outcome(skills=(0,), band=0, score=1.0, at=float("inf")), "finite number of days"),
    ],
)
def test_a_bad_outcome_is_refused_and_changes_nothing(make_course: MakeCourse, outcome: Outcome, told: str) -> None:
    pupil = Tutor.rule().open(make_course(3))
    before = pupil.state()
    with pytest.raises(ValueError, match=told):
        pupil.observe(outcome)
    assert pupil.state() == before


def test_bad_states_are_refused(make_course: MakeCourse) -> None:
    tutor = Tutor.rule()
    pupil = tutor.open(make_course(3))
    practise(pupil, 4)
    state = pupil.state()
    for damaged in (b"", b"junk", state[:-9], state + b"x"):
        with pytest.raises(ValueError, match="not a pupil's state"):
            tutor.open(make_course(3), state=damaged)
    with pytest.raises(ValueError, match="version, belief and course"):
        tutor.open(make_course(4), state=state)


def test_nothing_allowed_is_told(make_course: MakeCourse) -> None:
    pupil = Tutor.rule().open(make_course(3))
    with pytest.raises(NothingToRecommendError, match="all are masked"):
        pupil.recommend(0.0, allowed=np.zeros((3, 1), dtype=bool))


def test_policy_files_that_are_none_are_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"cannot be read: No such file.*pacer train"):
        Tutor.load(tmp_path / "missing.onnx")
    for name, data in (("empty", b""), ("junk", b"\x00\x01junk" * 50)):
        path = tmp_path / f"{name}.onnx"
        path.write_bytes(data)
        with pytest.raises(PolicyError, match="not a readable ONNX file"):
            Tutor.load(path)


def foreign_graph(metadata: dict[str, str]) -> bytes:
    """A valid ONNX file that Pacer did not make."""
    import onnx
    from onnx import TensorProto, helper

    value = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "g", value[:1], value[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, metadata)
    onnx.checker.check_model(model)
    data: bytes = model.SerializeToString()
    return data


def test_foreign_policy_files_are_refused() -> None:
    with pytest.raises(PolicyError, match="was not made by Pacer"):
        Policy(foreign_graph({}), "other.onnx")
    with pytest.raises(PolicyError, match="unreadable metadata"):
        Policy(foreign_graph({METADATA_KEY: "{}"}), "other.onnx")
    card = '{"version": "9", "features": ["magic"], "context": [], "belief": {}, "trained_on": "tea leaves"}'
    with pytest.raises(PolicyError, match="other features"):
        Policy(foreign_graph({METADATA_KEY: card}), "other.onnx")


def test_the_library_needs_neither_torch_nor_gymnasium() -> None:
    code = (
        "import sys, numpy as np\n"
        "from content.course import Course\n"
        "from rl.runtime import Outcome, Tutor\n"
        "one = np.zeros((2, 1), dtype=np.float32)\n"
        "course = Course(('a', 'b'), np.zeros((2, 2), dtype=bool), one, one, one == 0)\n"
        "pupil = Tutor.rule().open(course)\n"
        "choice = pupil.recommend()\n"
        "pupil.observe(Outcome(skills=(choice.skill,), band=choice.band, score=1.0))\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'torch', 'gymnasium', 'onnx', 'fsrs', 'optuna'}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout.strip() == "[]"
