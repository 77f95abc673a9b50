"""Microseconds of `recommend` on courses of ten to two thousand skills: is it flat once the candidates are made?

Run as ``python -m benchmarks.course_sizes [--policy FILE] [--bands 2] [--rounds 300] [--json FILE]``. In every round a
learner of each course in turn is recommended an exercise, without reasons (`whole`), and answers; of the same choice,
ranking the at most 64 proposed candidates, features and network included, is timed once more by itself (`ranked`).
Median, 10th and 90th percentile. `over_smallest` are quotients of medians to the smallest course. A course of ten
skills in two bands has but 20 candidates, so those of courses that fill the 64 places are told too
(`over_smallest_full`); in seven bands (`--bands 7`) all of them do. The last line printed is JSON; `--json` also
writes it to a file.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.recommend import Stopwatch, course, random_policy
from rl.candidates import MAX_CANDIDATES
from rl.recommending import Ranking, ranked
from rl.runtime import Outcome, Pupil, Recommendation, Tutor

SIZES = (10, 100, 500, 2000)
PARTS = ("whole", "ranked")
WARM_UP_ROUNDS = 20
START, EXERCISE_DAYS, PAUSE_DAYS = 20_000.0, 0.0005, 0.8


def measure(tutor: Tutor, sizes: tuple[int, ...], n_bands: int, rounds: int) -> dict[int, dict[str, list[float]]]:
    """Median, 10th and 90th percentile of each part, in microseconds, by number of skills."""
    watches = {size: Stopwatch() for size in sizes}
    pupils = {size: tutor.open(course(size, n_bands, linked=True)) for size in sizes}
    rng, now = np.random.default_rng(0), START
    for turn in range(rounds + WARM_UP_ROUNDS):
        now += EXERCISE_DAYS if turn % 15 else PAUSE_DAYS
        for size, pupil in pupils.items():
            one_exercise(watches[size], pupil, now, rng)
    return {size: told(watch) for size, watch in watches.items()}


def one_exercise(watch: Stopwatch, pupil: Pupil, now: float, rng: np.random.Generator) -> None:
    """Chosen, in parts and as a whole, and answered."""
    made = watch.time("whole", pupil.recommend, now, exercises_left=10, explain=False)
    if not isinstance(made, Recommendation):
        raise TypeError("recommend gave several choices where one was asked for")
    (ranking,) = pupil.tutor.rank([pupil.question(now, exercises_left=10)])
    if not isinstance(ranking, Ranking):
        raise ranking
    watch.time("ranked", ranked, ranking.scene)
    score = float(rng.random() < 0.7)
    pupil.observe(Outcome(skills=(made.skill,), band=made.band, score=score, at=now, seconds=9.0))


def told(watch: Stopwatch) -> dict[str, list[float]]:
    """[median, 10th, 90th percentile] of each part, without those of warming up."""
    found = {}
    for name, nanoseconds in watch.nanoseconds.items():
        microseconds = np.array(nanoseconds[WARM_UP_ROUNDS:]) / 1000.0
        found[name] = np.percentile(microseconds, (50, 10, 90)).round(1).tolist()
    return found


def over_smallest(found: dict[int, dict[str, list[float]]], sizes: tuple[int, ...]) -> dict[str, list[float]]:
    """Medians of each part over those of the first of these sizes."""
    return {part: [round(found[size][part][0] / found[sizes[0]][part][0], 2) for size in sizes] for part in PARTS}


@click.command()
@click.option("--policy", "policy_file", type=click.Path(path_type=Path), help="a policy; random weights if left out")
@click.option("--skills", "sizes", multiple=True, type=click.IntRange(2), help="sizes of courses  [default: four]")
@click.option("--bands", "n_bands", type=click.IntRange(1), default=2, show_default=True)
@click.option("--rounds", default=300, show_default=True, help="answers measured on each course")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(policy_file: Path | None, sizes: tuple[int, ...], n_bands: int, rounds: int, json_file: Path | None) -> None:
    """Measure and report."""
    sizes = tuple(sorted(sizes)) or SIZES
    with tempfile.TemporaryDirectory() as directory:
        tutor = Tutor.load(policy_file or random_policy(Path(directory)))
    found = measure(tutor, sizes, n_bands, rounds)
    for size, parts in found.items():
        said = ", ".join(f"{part} {median:8.1f} [{low:.1f}, {high:.1f}]" for part, (median, low, high) in parts.items())
        click.echo(f"{size:6} skills: {said}", err=True)
    full = tuple(size for size in sizes if size >= MAX_CANDIDATES // n_bands)
    figures: dict[str, Any] = {
        "benchmark": "course_sizes",
        "bands": n_bands,
        "rounds": rounds,
        "skills": sizes,
        "us": found,
        "over_smallest": over_smallest(found, sizes),
        "over_smallest_full": over_smallest(found, full) if full else None,
    }
    line = json.dumps(figures)
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


if __name__ == "__main__":
    sys.exit(main())
