"""The record of practices: nothing within the horizon is lost, whatever is practised when."""

from __future__ import annotations

import numpy as np

from simulators.memory.practices import PracticeRecord


def of_one(record: PracticeRecord, row: int, skill: int, now: float) -> list[tuple[float, float]]:
    """Days ago and the value noted of each practice, oldest first."""
    events = record.of_skill(np.array([row]), np.array([skill]), np.array([now]))
    return sorted(zip(events.days.tolist(), events.values[0].tolist(), strict=True), reverse=True)


def test_a_practice_is_found_by_learner_and_skill() -> None:
    record = PracticeRecord(3, 5, 1, 30.0)
    record.add(np.array([2, 0]), np.array([1, 4]), np.array([5.0, 6.0]), np.array([[0.5, 0.25]]))
    assert of_one(record, 2, 1, 9.0) == [(4.0, 0.5)]
    assert of_one(record, 0, 4, 6.0) == [(0.0, 0.25)]
    assert of_one(record, 0, 1, 9.0) == of_one(record, 1, 4, 9.0) == []
    every = record.of_all(np.array([2, 1, 0]), np.full(3, 10.0))
    assert sorted(zip(every.cell.tolist(), every.days.tolist(), strict=True)) == [(1, 5.0), (14, 4.0)]


def test_what_is_within_the_horizon_is_found_and_nothing_else() -> None:
    record, rng, kept = PracticeRecord(2, 3, 1, 30.0), np.random.default_rng(0), []
    now = np.zeros(2)
    for turn in range(1_000):
        now = now + np.array([rng.exponential(0.5), 0.001])  # the second learner crams: all of it is within 30 days
        skill = rng.integers(0, 3, 2)
        record.add(np.arange(2), skill, now, np.full((1, 2), float(turn)))
        kept.append((now.copy(), skill))
    for row in range(2):
        for skill in range(3):
            expected = [
                (now[row] - at[row], float(turn))
                for turn, (at, of) in enumerate(kept)
                if of[row] == skill and now[row] - at[row] < 30.0
            ]
            assert of_one(record, row, skill, now[row]) == expected


def test_without_a_horizon_everything_is_kept() -> None:
    record = PracticeRecord(1, 7, 1, np.inf)
    for day in range(2_000):
        record.add(np.array([0]), np.array([day % 7]), np.array([float(day)]), np.array([[1.0]]))
    assert len(record.of_all(np.array([0]), np.array([2_000.0])).cell) == 2_000


def test_new_learners_begin_with_nothing() -> None:
    record = PracticeRecord(2, 1, 1, np.inf)
    for turn in range(40):
        record.add(np.arange(2), np.zeros(2, np.int64), np.full(2, float(turn)), np.ones((1, 2)))
    record.clear(np.array([1]))
    assert len(of_one(record, 0, 0, 50.0)) == 40
    assert of_one(record, 1, 0, 50.0) == []
