"""Every parameter of what surrounds a student model has the effect it states, with everything switched on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from envs.courses import CourseBatch
from simulators.learner import Exercise
from simulators.learners import Learners
from simulators.noise import Draws
from simulators.population import UNRULY, EngagementPopulation, Population
from simulators.spread import LogNormal, Normal

Chain = Callable[..., CourseBatch]
Measure = Callable[[EngagementPopulation], Mapping[str, float]]
N, TURNS = 300, 12
ON = replace(UNRULY, cheaters=0.5, hint_abusers=0.5, two_devices=0.5, absent=0.5)


def sure(value: float) -> LogNormal:
    return LogNormal(value, 0.0, value, value)


def mean(values: np.ndarray) -> float:
    """NaN where there are none."""
    return float(values.mean()) if values.size else float("nan")


@pytest.fixture
def measure(chain: Chain) -> Measure:
    """Means over N learners, who have the same luck whatever the parameters."""
    courses = chain(N, n_skills=4, difficulty=(-1.0, 1.0), guess=0.1)

    def of(engagement: EngagementPopulation) -> Mapping[str, float]:
        learners = Learners(N, 4, 2, Population(engagement=engagement), ("strength",))
        learners.begin(
            np.arange(N), np.zeros(N, np.int64), courses, Draws([np.random.default_rng(i) for i in range(N)])
        )
        return {**at_first(learners), **when_practising(learners), **when_coming_back(learners), **of_moods(learners)}

    return of


def at_first(learners: Learners) -> dict[str, float]:
    rows, motivation, absence = np.arange(N), learners.motivation, learners.absence
    gone = np.isfinite(absence.since)
    return {
        "start": motivation.level.mean(),
        "leave": motivation.leave_chance(rows, rows < 0).mean(),
        "stay away": motivation.leave_chance(rows, rows >= 0).mean(),
        "miss": motivation.miss_chance(rows).mean(),
        "pause": learners.pause_seconds.mean(),
        "away": gone.mean(),
        "away after": mean(absence.since[gone]),
        "away for": mean(absence.until[gone] - absence.since[gone]),
    }


def when_practising(learners: Learners) -> dict[str, float]:
    rows, rng, answers = np.arange(N), np.random.default_rng(3), []
    for turn in range(TURNS):
        exercise = Exercise(rows, rows * 0 + turn % 4, rows * 0 + turn // 4 % 2, np.full(N, turn / 1440))
        answers.append(learners.practise(exercise, rng.random((N, 6)), rng.standard_normal(N)))
    timed = np.stack([answer.timed for answer in answers])
    seconds, score, hints = (np.stack([getattr(a, name) for a in answers]) for name in ("seconds", "score", "hints"))
    logs = np.where(timed, np.log(seconds), np.nan)
    return {
        "seconds": float(np.nanmean(logs)),
        "slower when harder": float(np.nanmean(logs[4:8]) - np.nanmean(logs[:4])),
        "spread": float(np.nanstd(logs)),
        "in a blink": float((seconds[timed] < 1.2).mean()),
        "quick": float((seconds[timed] < 2.6).mean()),
        "changing over": mean(seconds[~timed]),
        "untimed": float(1.0 - timed.mean()),
        "right": float(score.mean()),
        "one hint": float((hints == 1.0).mean()),
        "answer given": float((hints > 1.0).mean()),
        "score": learners.score_at(rows, np.full(N, 5.0)).mean(),
        "weary": learners.motivation.leave_chance(rows, rows < 0).mean(),
    }


def when_coming_back(learners: Learners) -> dict[str, float]:
    rows = np.arange(N)
    learners.motivation.move(rows, rows * 0, np.full(N, 0.5), rows < 0, np.full(N, 15.0))
    return {"leave again": learners.motivation.leave_chance(rows, rows < 0).mean()}


def of_moods(learners: Learners) -> dict[str, float]:
    result, rows, motivation = {}, np.arange(N), learners.motivation
    for name, probability, correct in (("flow", 0.75, True), ("failing", 0.5, False), ("easy", 1.0, False)):
        motivation.begin(rows, Draws([np.random.default_rng(i) for i in range(N)]))
        before = motivation.level.mean()
        for turn in range(8):
            motivation.move(rows, rows * 0 + turn % 4, np.full(N, probability), np.full(N, correct), np.zeros(N))
        result[name] = motivation.level.mean() - before
    return result


KNOBS = [
    ("start", (0.1, 0.2), (0.8, 0.9), "start", +1),
    ("recovery", sure(0.02), sure(0.3), "flow", +1),
    ("frustration", sure(0.01), sure(0.3), "failing", -1),
    ("boredom", sure(0.01), sure(0.3), "easy", -1),
    ("drop_out", sure(0.0001), sure(0.02), "leave", +1),
    ("no_return", sure(0.001), sure(0.1), "stay away", +1),
    ("miss", sure(0.01), sure(0.5), "miss", +1),
    ("weariness", Normal(0.0, 0.0), Normal(2.0, 0.0), "weary", +1),
    ("estrangement", Normal(0.0, 0.0), Normal(0.2, 0.0), "leave again", +1),
    ("rapid", sure(0.01), sure(0.5), "quick", +1),
    ("cheaters", 0.0, 1.0, "right", +1),
    ("cheating", sure(0.01), sure(0.8), "right", +1),
    ("cheating", sure(0.01), sure(0.8), "score", -1),
    ("hint_abusers", 0.0, 1.0, "answer given", +1),
    ("hint_abuse", sure(0.02), sure(0.7), "answer given", +1),
    ("hint_abuse", sure(0.02), sure(0.7), "score", -1),
    ("worked_example", 0.0, 1.0, "score", +1),
    ("hint", sure(0.01), sure(0.8), "one hint", +1),
    ("two_devices", 0.1, 1.0, "untimed", +1),
    ("other_device", sure(0.01), sure(0.5), "untimed", +1),
    ("changeover_seconds", sure(5.0), sure(300.0), "changing over", +1),
    ("absent", 0.1, 1.0, "away", +1),
    ("absent_after_days", 2.0, 40.0, "away after", +1),
    ("absent_days", sure(3.0), sure(60.0), "away for", +1),
    ("pace_seconds", sure(6.0), sure(30.0), "seconds", +1),
    ("pace_spread", 0.1, 1.5, "spread", +1),
    ("per_logit", 0.0, 1.0, "slower when harder", +1),
    ("per_doubt", 0.0, 1.5, "seconds", +1),
    ("rapid_seconds", 1.0, 8.0, "seconds", +1),
    ("copied_seconds", 1.0, 16.0, "seconds", +1),
    ("told_seconds", 1.0, 16.0, "seconds", +1),
    ("hasty_spread", 0.0, 1.5, "in a blink", +1),
    ("pause_seconds", sure(10.0), sure(50.0), "pause", +1),
]


@pytest.mark.parametrize(
    ("knob", "low", "high", "seen_in", "direction"),
    KNOBS,
    ids=[f"{row[0]}-{row[3]}".replace(" ", "_") for row in KNOBS],
)
def test_every_knob_does_what_it_says(
    measure: Measure, knob: str, low: Any, high: Any, seen_in: str, direction: int
) -> None:
    less, more = (measure(replace(ON, **{knob: value}))[seen_in] for value in (low, high))
    assert direction * (more - less) > 1e-3


def test_no_knob_is_untested() -> None:
    assert {row[0] for row in KNOBS} == {field.name for field in fields(EngagementPopulation)}


def test_what_is_off_by_default_leaves_no_trace(measure: Measure) -> None:
    off = dict.fromkeys(("cheaters", "hint_abusers", "two_devices", "absent"), 0.0)
    level = {"weariness": Normal(0.0, 0.0), "estrangement": Normal(0.0, 0.0)}
    assert replace(UNRULY, **off, **level) == EngagementPopulation()
    usual = EngagementPopulation()
    other = replace(usual, cheating=sure(0.8), hint_abuse=sure(0.7), other_device=sure(0.5), absent_days=sure(50.0))
    seen, same = measure(usual), measure(other)
    for name, value in seen.items():
        assert same[name] == value or np.isnan(value), name


def test_impossible_parameters_are_named_all_at_once() -> None:
    with pytest.raises(
        ValueError, match=r"start=.*cheaters=1\.5.*told_seconds=0\.0.*pace_spread=nan.*cheating=.*high <= 1"
    ):
        EngagementPopulation(
            start=(0.9, 0.1), cheaters=1.5, told_seconds=0.0, pace_spread=float("nan"), cheating=LogNormal(1, 0, 1, 2)
        )
