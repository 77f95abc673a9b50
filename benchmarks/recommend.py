"""Microseconds of the tutor's `recommend` and `observe`, and of the network alone, for one learner and for many.

Run as ``python benchmarks/recommend.py [--policy FILE] [--rounds 2000] [--json FILE]``. Without a policy file a network
with random weights is exported first, which needs the training libraries. The calls are interleaved, each measured on
its own, and a learner answers between them, so that nothing is timed twice on the same belief. The last line printed is
JSON; `--json` also writes it to a file. `together` is what each of so many learners costs who are ranked in one pass.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import numpy as np

from content.course import Course
from rl.features import N_CONTEXT, N_FEATURES
from rl.policy import Policy, PolicyCard, expected_features
from rl.runtime import Outcome, Pupil, Question, Ranking, Recommendation, Tutor

COURSES = {"21x3": (21, 3, True), "470x2": (470, 2, False)}
N_CANDIDATES = 64
TOGETHER = (8, 32)
WARM_UP_ROUNDS = 100
PAUSE_DAYS = 0.8
EXERCISE_DAYS = 0.0005


def course(n_skills: int, n_bands: int, linked: bool) -> Course:
    """A course whose skills need none or up to two earlier ones."""
    rng = np.random.default_rng(n_skills)
    prerequisites = np.zeros((n_skills, n_skills), dtype=bool)
    for skill in range(1, n_skills if linked else 1):
        prerequisites[skill, rng.integers(max(0, skill - 5), skill, size=rng.integers(0, 3))] = True
    difficulty = 0.4 * rng.normal(size=(n_skills, 1)) + np.linspace(-1.0, 1.0, n_bands)
    return Course(
        skill_ids=tuple(f"s{skill}" for skill in range(n_skills)),
        prerequisites=prerequisites,
        difficulty=difficulty.astype(np.float32),
        guess=np.where(rng.random((n_skills, n_bands)) < 0.5, 0.25, 0.0).astype(np.float32),
        available=np.ones((n_skills, n_bands), dtype=bool),
    )


class Stopwatch:
    """Times of calls, by name."""

    def __init__(self) -> None:
        self.nanoseconds: dict[str, list[int]] = {}

    def time(self, name: str, call: Any, *args: Any, **kwargs: Any) -> Any:
        """The result of the call; its time is kept."""
        start = time.perf_counter_ns()
        result = call(*args, **kwargs)
        self.nanoseconds.setdefault(name, []).append(time.perf_counter_ns() - start)
        return result

    def figures(self) -> dict[str, float]:
        """Median and 90th percentile of each, in microseconds."""
        found = {}
        for name, times in self.nanoseconds.items():
            microseconds = np.array(times[WARM_UP_ROUNDS:]) / 1000.0
            found[f"{name}_us_median"] = round(float(np.median(microseconds)), 1)
            found[f"{name}_us_p90"] = round(float(np.percentile(microseconds, 90)), 1)
        return found


def measure(tutors: dict[str, Tutor], policy: Policy, rounds: int) -> dict[str, float]:
    """Let a learner of each tutor answer as many exercises on each course."""
    watch, rng = Stopwatch(), np.random.default_rng(0)
    features = rng.normal(size=(N_CANDIDATES, N_FEATURES)).astype(np.float32)
    mask, context = np.ones(N_CANDIDATES, dtype=bool), rng.normal(size=N_CONTEXT).astype(np.float32)
    pupils = {
        (name, kind): tutor.open(course(*shape)) for name, shape in COURSES.items() for kind, tutor in tutors.items()
    }
    now = 20_000.0
    for turn in range(rounds + WARM_UP_ROUNDS):
        now += EXERCISE_DAYS if turn % 15 else PAUSE_DAYS
        watch.time("network", policy.logits, features[None], mask[None], context[None])
        for (name, kind), pupil in pupils.items():
            answer(watch, f"{kind}_{name}", pupil, now, rng)
    return watch.figures()


def measure_together(tutor: Tutor, rounds: int) -> dict[str, float]:
    """Microseconds a learner of a ranking of several, each after a history of their own."""
    watch, rng = Stopwatch(), np.random.default_rng(1)
    classes = {name: classmates(tutor, course(*shape), max(TOGETHER), rng) for name, shape in COURSES.items()}
    for turn in range(rounds // 10 + WARM_UP_ROUNDS):
        now = 20_100.0 + EXERCISE_DAYS * turn
        for name, pupils in classes.items():
            for n in TOGETHER:
                questions = [pupil.question(now, exercises_left=10) for pupil in pupils[:n]]
                watch.time(f"together_{n}_{name}", draw_all, tutor, questions, rng)
    return {
        name: round(value / n, 1)
        for n in TOGETHER
        for name, value in watch.figures().items()
        if name.startswith(f"together_{n}_")
    }


def classmates(tutor: Tutor, shared: Course, n: int, rng: np.random.Generator) -> list[Pupil]:
    """Learners of one course, who have answered twenty exercises each."""
    view = tutor.open(shared).view
    pupils = [Pupil(tutor, shared, view) for _ in range(n)]
    for pupil in pupils:
        for turn in range(20):
            skill, band = int(rng.integers(shared.n_skills)), int(rng.integers(shared.n_bands))
            score = float(rng.random() < 0.7)
            pupil.observe(Outcome(skills=(skill,), band=band, score=score, at=20_000.0 + turn, seconds=9.0))
    return pupils


def draw_all(tutor: Tutor, questions: list[Question], rng: np.random.Generator) -> list[Recommendation]:
    """An exercise for everybody."""
    return [ranking.drawn(rng) for ranking in tutor.rank(questions) if isinstance(ranking, Ranking)]


def answer(watch: Stopwatch, name: str, pupil: Pupil, now: float, rng: np.random.Generator) -> None:
    """One exercise, chosen and answered."""
    made = watch.time(f"recommend_{name}", pupil.recommend, now, rng=rng, exercises_left=10, explain=False)
    if not isinstance(made, Recommendation):
        raise TypeError("recommend gave several choices where one was asked for")
    score = float(rng.random() < 0.7)
    outcome = Outcome(skills=(made.skill,), band=made.band, score=score, at=now, seconds=float(rng.lognormal(2.3, 0.5)))
    watch.time(f"observe_{name}", pupil.observe, outcome)


def random_policy(directory: Path) -> Path:
    """A policy file with random weights."""
    import torch

    from rl.export import export_policy
    from rl.network import Scorer
    from rl.parameters import BeliefParameters

    torch.manual_seed(0)
    features, context = expected_features()
    card = PolicyCard(
        version="random", features=features, context=context, belief=BeliefParameters(), trained_on="nothing"
    )
    path = directory / "random.onnx"
    export_policy(Scorer(), card, path)
    return path


@click.command()
@click.option("--policy", "policy_file", type=click.Path(path_type=Path), help="a policy; random weights if left out")
@click.option("--rounds", default=2000, show_default=True, help="answers measured on each course")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(policy_file: Path | None, rounds: int, json_file: Path | None) -> None:
    """Measure and report."""
    with tempfile.TemporaryDirectory() as directory:
        tutor = Tutor.load(policy_file or random_policy(Path(directory)))
    if tutor.policy is None:
        raise click.ClickException("the tutor has no policy")
    measured = measure({"policy": tutor, "rule": Tutor.rule()}, tutor.policy, rounds)
    measured |= measure_together(tutor, rounds)
    network = measured["network_us_median"]
    ratios = {
        name.replace("us_median", "to_network"): round(value / network, 2)
        for name, value in measured.items()
        if name.endswith("us_median") and not name.startswith("network")
    }
    for name, value in measured.items():
        click.echo(f"{name:36s}{value:9.1f}", err=True)
    figures = {"benchmark": "recommend", "candidates": N_CANDIDATES, "rounds": rounds, **measured, **ratios}
    line = json.dumps(figures)
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


if __name__ == "__main__":
    sys.exit(main())
