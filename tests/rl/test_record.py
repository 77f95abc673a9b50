"""What is noted along the way equals what a patient observer would have written down."""

from __future__ import annotations

import numpy as np
import pytest

from envs.core import Settings, TutoringCore
from rl.belief import BeliefParameters
from rl.episodes import teach_lots
from rl.record import MASTERY_SCORE, N_MARKS, Record, knowledge_now
from rl.teachers.greedy import BeliefGreedy

SMALL = Settings(skills=(2, 3))


def taught_by_hand(core: TutoringCore) -> tuple[Record, list[list[float]], list[list[float]]]:
    """One learner, always the first candidate; knowledge and expected scores after 0, 1, 2, ... exercises."""
    rows = np.arange(1)
    record = Record(core)
    known = [float((core.courses.goal * core.learners.score_at(rows, core.days)).sum())]
    scores = [float(core.value[0])]
    over = np.zeros(1, dtype=bool)
    while not over.any():
        turn = core.step(rows, core.courses.available[:1].reshape(1, -1).argmax(axis=1))
        over = turn.terminated | turn.truncated
        record.note(rows, over)
        known.append(float((core.courses.goal * core.learners.score_at(rows, core.days)).sum()))
        scores.append(float(core.value[0]))
    return record, known, scores


@pytest.mark.parametrize("seed", range(6))
def test_knowledge_is_noted_after_each_twentieth_of_the_plan(seed: int) -> None:
    core = TutoringCore(1, SMALL)
    core.begin(np.arange(1), [np.random.default_rng(seed)])
    record, known, scores = taught_by_hand(core)
    planned = int(core.calendars.lengths.sum())
    assert record.planned.tolist() == [planned]
    last = len(known) - 1
    for mark in range(N_MARKS + 1):
        exercise = min(-(-mark * planned // N_MARKS), last)  # the first by which that share of the plan is done
        assert record.knowledge[0, mark] == pytest.approx(known[exercise]), mark
    mastered = [exercise for exercise, score in enumerate(scores) if score >= MASTERY_SCORE]
    assert record.mastered_after[0] == (mastered[0] if mastered else -1)


def test_what_is_known_now_weighs_skills_by_the_goal() -> None:
    core = TutoringCore(3, SMALL)
    rows = np.arange(3)
    core.begin(rows, [np.random.default_rng(row) for row in range(3)])
    scores = core.learners.score_at(rows, core.days)
    expected = [sum(core.courses.goal[row, skill] * scores[row, skill] for skill in range(3)) for row in range(3)]
    np.testing.assert_allclose(knowledge_now(core, rows), expected)


def test_a_replicate_is_the_same_learner_with_other_luck() -> None:
    lots = np.array([(5, number, replicate) for replicate in (0, 1, 1) for number in range(8)])
    episodes = teach_lots(lambda _: BeliefGreedy(), SMALL, lots, (5,), BeliefParameters())
    first, second, same = (slice(8 * i, 8 * i + 8) for i in range(3))
    for name in ("start", "n_skills", "planned", "group", "family"):
        values = getattr(episodes, name)
        np.testing.assert_array_equal(values[first], values[second])
    assert not np.array_equal(episodes.gain[first], episodes.gain[second])
    np.testing.assert_allclose(episodes.gain[second], episodes.gain[same])
