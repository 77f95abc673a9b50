"""The benchmark of the student models: its loop is the same model, and it reports in the agreed form."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from click.testing import CliRunner

from benchmarks.student_models import LOOPED, Lessons, Student, begun, main, teach, teach_one_by_one
from envs.courses import CourseBatch
from simulators.growth.irt import IrtLearners
from simulators.noise import Draws


def test_the_loop_in_plain_python_gives_the_same_numbers(
    chain: Callable[..., CourseBatch], draws: Callable[[int], Draws]
) -> None:
    courses = chain(8, n_skills=4, difficulty=(-0.5, 0.0, 0.5), guess=0.2)
    model, lessons = begun(LOOPED, courses, draws(8)), Lessons.drawn(8, 4, np.random.default_rng(0))
    assert isinstance(model, IrtLearners)
    students = [Student(model, courses, row) for row in range(8)]
    before = model.state["ability"].copy()
    first = lessons.exercises[0]
    expected = model.attempt(first, np.zeros(8))
    teach(model, lessons)
    skills, bands = ([list(getattr(one, name)) for one in lessons.exercises] for name in ("skill", "band"))
    chances = teach_one_by_one(students, skills, bands, lessons.hinted.tolist())
    assert np.allclose(chances[0], expected, rtol=0, atol=1e-12)
    assert np.allclose([student.ability for student in students], model.state["ability"], rtol=0, atol=1e-12)
    assert (model.state["ability"] > before + 0.5).mean() > 0.5
    last = lessons.exercises[-1]
    told = [one.attempt(*at) for one, at in zip(students, zip(last.skill, last.band, strict=True), strict=True)]
    assert np.allclose(told, model.attempt(last, np.zeros(8)), rtol=0, atol=1e-12)


def test_it_ends_with_one_line_of_json_and_writes_it_too(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    arguments = ["--seconds", "0.01", "--family", "bkt,gated", "--learners", "16", "--skills", "5", "--json", str(file)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    line = result.stdout.splitlines()[-1]
    assert file.read_text(encoding="utf-8") == line + "\n"
    report = json.loads(line)
    assert (report["learners"], report["skills"]) == (16, 5)
    assert set(report["steps_per_second"]) == {"bkt", "gated", "irt"}
    assert min(report["steps_per_second"].values()) > 0
    loop = report["python_loop"]
    assert loop["times"] == round(report["steps_per_second"]["irt"] / loop["steps_per_second"], 1)
