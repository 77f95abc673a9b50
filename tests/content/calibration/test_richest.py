"""Calibrating a course: which model its answers bear, what comes after it, and all of it in a worker process."""

from __future__ import annotations

import numpy as np
import pytest

from content.calibration.responses import CalibrationError, Responses
from content.calibration.richest import fit_richest, stand
from content.calibration.simulation import Design, Truth, in_random_order, simulate
from content.calibration.task import WorkerCalibration, packed, unpacked, without
from content.calibration.two_pl import fit_two_pl


def answers(n_learners: int, n_items: int, n_asked: int | None = None, seed: int = 3) -> tuple[Truth, Responses]:
    """Simulated answers in the order in which they were given, and their truth."""
    rng = np.random.default_rng(seed)
    truth = Truth.drawn(n_learners, n_items, rng)
    return truth, in_random_order(simulate(truth, rng, Design(n_asked=n_asked)), rng)


def off(estimated: np.ndarray, truth: np.ndarray) -> float:
    """Root mean square of the differences."""
    return float(np.sqrt(np.mean((estimated - truth) ** 2)))


def test_many_answers_bear_two_parameters_fewer_one_and_few_none() -> None:
    models = []
    for n_learners in (400, 100, 20):
        found = fit_richest(answers(n_learners, 8)[1])
        models.append(None if found is None else found.model)
    assert models == ["2pl", "rasch", None]


def test_items_with_too_few_answers_for_the_model_are_placed_one_answer_after_another() -> None:
    truth, responses = answers(600, 8)
    young = (responses.item == 7) & (responses.learner > 120)
    responses = responses.at(np.flatnonzero(~young))
    calibration = fit_richest(responses)
    assert calibration is not None
    assert (calibration.model, "i8" in calibration.item_ids) == ("2pl", False)
    found = stand(responses, calibration, responses.n_answers)
    assert abs(found.difficulty[7] - truth.difficulty[7]) < 3.0 * found.error[7]
    assert 0.1 < found.error[7] < 0.5
    assert found.difficulty[:7] == pytest.approx(calibration.difficulty)


def test_answers_after_a_calibration_move_its_items_from_where_it_left_them() -> None:
    truth, responses = answers(1500, 10)
    n_known = 4000
    early = fit_two_pl(responses.at(np.arange(n_known)))
    found = stand(responses, early, n_known)
    assert off(found.difficulty, truth.difficulty) < off(early.difficulty, truth.difficulty)
    assert (found.error < early.difficulty_error).all()
    same = stand(responses.at(np.arange(n_known)), early, n_known)
    assert same.difficulty == pytest.approx(early.difficulty)
    assert same.error == pytest.approx(early.difficulty_error)


def test_a_worker_process_recovers_known_parameters_with_their_errors() -> None:
    truth, responses = answers(3000, 20, n_asked=15)
    worker = WorkerCalibration()
    try:
        told = worker.calibrate(responses)
        again = worker.calibrate(responses, told.fitted, responses.n_answers)
    finally:
        worker.close()
    assert told.fitted is not None
    found = unpacked(told.fitted)
    place = [responses.item_ids.index(name) for name in found.item_ids]
    assert (found.model, found.converged, len(place)) == ("2pl", True, 20)
    assert off(found.discrimination, truth.discrimination[place]) < 0.12
    assert off(found.difficulty, truth.difficulty[place]) < 0.12
    for values, errors, known in (
        (found.discrimination, found.discrimination_error, truth.discrimination),
        (found.difficulty, found.difficulty_error, truth.difficulty),
    ):
        assert (np.abs(values - known[place]) < 3.3 * errors).all()
    assert (again.fitted, again.difficulty) == (told.fitted, told.difficulty)
    assert told.difficulty == pytest.approx([found.difficulty[place.index(k)] for k in range(20)])


def test_a_calibration_travels_whole_and_loses_items_that_are_not_what_they_were() -> None:
    calibration = fit_two_pl(answers(300, 5)[1])
    back = unpacked(packed(calibration))
    assert back.item_ids == calibration.item_ids
    assert np.array_equal(back.difficulty, calibration.difficulty)
    assert np.array_equal(back.difficulty_error, calibration.difficulty_error)
    left = unpacked(without(packed(calibration), ["i2"]))
    assert left.item_ids == ("i1", "i3", "i4", "i5")
    assert left.discrimination.tolist() == np.delete(calibration.discrimination, 1).tolist()


def test_scores_between_wrong_and_right_are_refused() -> None:
    with pytest.raises(CalibrationError, match=r"0\.5"):
        fit_richest(Responses.of(["a"], ["i"], [0.5]))
