"""Learner-steps per second of the student models alone, beside a plain Python loop of one of them.

Run as ``python -m benchmarks.student_models [--family mixed] [--seconds 2] [--json FILE]``. A step is one learner's
`attempt` and `learn`, with nothing around it: no motivation, no environment. Every round begins new learners and gives
them 60 exercises, skills and bands at random; only the exercises are timed, in seconds of one core, and the best round
counts, as it is the least disturbed. The loop is the model `irt` written as most simulators are, a `Student` for each
learner, and timed in the same way in the same run. The last line printed is JSON; `--json` also writes it to a file.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
import numpy as np

from envs.courses import CourseBatch, draw_courses
from simulators.families import FAMILIES, families_of
from simulators.growth.irt import IrtLearners
from simulators.learner import Exercise, Persons, StudentModel
from simulators.noise import Draws, Flags, Reals

N_LEARNERS, N_SKILLS, N_BANDS = 1024, 32, 3
N_EXERCISES = 60
GAP_DAYS = 0.05
HINT_SHARE = 0.1
LOOPED = "irt"
ROUNDS = 3


@dataclass(frozen=True)
class Lessons:
    """What a round gives to L learners.

    Attributes:
        exercises: T of them, one for each learner at a time.
        hinted: (T, L) whether a hint is taken.
        uniforms: (T, 3, L) chance of forgetting, of the answer, of learning.
    """

    exercises: list[Exercise]
    hinted: Flags
    uniforms: Reals

    @classmethod
    def drawn(cls, n_learners: int, n_skills: int, rng: np.random.Generator) -> Lessons:
        """At random."""
        rows, shape = np.arange(n_learners), (N_EXERCISES, n_learners)
        skill, band = rng.integers(0, n_skills, shape), rng.integers(0, N_BANDS, shape)
        exercises = [
            Exercise(rows, skill[turn], band[turn], np.full(n_learners, GAP_DAYS * turn)) for turn in range(N_EXERCISES)
        ]
        return cls(exercises, rng.random(shape) < HINT_SHARE, rng.random((N_EXERCISES, 3, n_learners)))


def teach(model: StudentModel, lessons: Lessons) -> None:
    """All exercises, vectorised over the learners."""
    for exercise, hinted, (forget, answer, chance) in zip(
        lessons.exercises, lessons.hinted, lessons.uniforms, strict=True
    ):
        probability = model.attempt(exercise, forget)
        model.learn(exercise, answer < probability, hinted, chance)


class Student:
    """One learner of the model `irt` in plain Python; see `simulators.growth.irt` for the equations."""

    def __init__(self, model: IrtLearners, courses: CourseBatch, row: int) -> None:
        self.ability: list[float] = model.state["ability"][row].tolist()
        self.rate: list[float] = model.state["rate"][row].tolist()
        self.slip = float(model.traits["slip"][row])
        self.discrimination = float(model.traits["discrimination"][row])
        self.difficulty: list[list[float]] = courses.difficulty[row].tolist()
        self.guess: list[list[float]] = courses.guess[row].tolist()
        self.ceiling, self.hint_share = model.population.ceiling, model.population.hint_share

    def attempt(self, skill: int, band: int) -> float:
        """The chance of a right answer."""
        margin = self.discrimination * (self.ability[skill] - self.difficulty[skill][band])
        guess = self.guess[skill][band]
        return guess + max(1.0 - guess - self.slip, 0.0) / (1.0 + math.exp(-margin))

    def learn(self, skill: int, hinted: bool) -> None:
        """Move the ability."""
        effort = self.hint_share if hinted else 1.0
        room = max(1.0 - self.ability[skill] / self.ceiling, 0.0)
        self.ability[skill] += self.rate[skill] * effort * room


def teach_one_by_one(
    students: list[Student], skills: list[list[int]], bands: list[list[int]], hinted: list[list[bool]]
) -> list[list[float]]:
    """The same in a loop over the learners, all given exercise by exercise; the chances of a right answer."""
    chances: list[list[float]] = []
    for turn in range(len(skills)):
        given = zip(students, skills[turn], bands[turn], hinted[turn], strict=True)
        chances.append([])
        for student, skill, band, aided in given:
            chances[turn].append(student.attempt(skill, band))
            student.learn(skill, aided)
    return chances


def begun(family: str, courses: CourseBatch, draws: Draws) -> StudentModel:
    """New learners of a family."""
    n_learners, n_skills = courses.goal.shape
    model = FAMILIES[family].model(n_learners, n_skills, FAMILIES[family].parameters())
    model.begin(np.arange(n_learners), courses, draws, Persons.usual(n_learners))
    return model


def rate(begin: Callable[[], Callable[[], object]], n_steps: int, seconds: float) -> float:
    """Steps per second of the best round; `begin` returns what a round of `n_steps` is, and is not timed."""
    spent: list[float] = []
    while len(spent) < ROUNDS or sum(spent) < seconds:
        practise = begin()
        start = time.process_time()
        practise()
        spent.append(time.process_time() - start)
    return n_steps / min(spent)


def measure(families: tuple[str, ...], seconds: float, n_learners: int, n_skills: int) -> dict[str, float]:
    """Steps per second by family, and of the loop under the name "python loop"."""
    draws = Draws([np.random.default_rng([0, row]) for row in range(n_learners)])
    courses = CourseBatch.empty(n_learners, n_skills, N_BANDS)
    draw_courses(courses, np.arange(n_learners), (n_skills, n_skills), draws)
    lessons, n_steps = Lessons.drawn(n_learners, n_skills, np.random.default_rng(1)), n_learners * N_EXERCISES
    skills = [exercise.skill.tolist() for exercise in lessons.exercises]
    bands, hinted = [exercise.band.tolist() for exercise in lessons.exercises], lessons.hinted.tolist()

    def vectorised(family: str) -> Callable[[], object]:
        return partial(teach, begun(family, courses, draws), lessons)

    def looped() -> Callable[[], object]:
        model = begun(LOOPED, courses, draws)
        if not isinstance(model, IrtLearners):
            raise TypeError(f"the loop is written for {LOOPED}, which is {type(model).__name__}")
        students = [Student(model, courses, row) for row in range(n_learners)]
        return partial(teach_one_by_one, students, skills, bands, hinted)

    rates = {}
    for family in families:
        rates[family] = rate(partial(vectorised, family), n_steps, seconds)
        click.echo(f"{family:12s} {rates[family] / 1e6:8.2f} million steps/s", err=True)
    rates["python loop"] = rate(looped, n_steps, seconds)
    click.echo(f"python loop  {rates['python loop'] / 1e6:8.2f} million steps/s", err=True)
    return rates


@click.command()
@click.option("--family", default="mixed", show_default=True, help="families, kinds or mixed, with commas between")
@click.option("--seconds", default=2.0, show_default=True, help="time spent on each family")
@click.option("--learners", default=N_LEARNERS, show_default=True, type=click.IntRange(1))
@click.option("--skills", default=N_SKILLS, show_default=True, type=click.IntRange(1))
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(family: str, seconds: float, learners: int, skills: int, json_file: Path | None) -> None:
    """Measure and report."""
    families = families_of(f"{family},{LOOPED}")
    rates = measure(families, seconds, learners, skills)
    loop = rates.pop("python loop")
    figures = {
        "benchmark": "student_models",
        "learners": learners,
        "skills": skills,
        "steps_per_second": {name: round(value) for name, value in rates.items()},
        "python_loop": {"family": LOOPED, "steps_per_second": round(loop), "times": round(rates[LOOPED] / loop, 1)},
    }
    line = json.dumps(figures)
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


if __name__ == "__main__":
    sys.exit(main())
