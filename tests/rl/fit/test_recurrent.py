"""The recurrent learner: torch and numpy obey the same laws, and a fit learns something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from content.course import Course
from envs.courses import CourseBatch
from rl.fit.logs import Log, LogError, data_folder, first_learners, read_log
from rl.fit.progress import Progress
from rl.fit.recurrent import FittedRecurrent, RecurrentSettings, fit_recurrent
from rl.fit.scoring import fitness
from simulators.learner import Exercise, Persons
from simulators.neural.recurrent import RecurrentLearners, RecurrentPopulation
from simulators.neural.weights import Weights
from simulators.noise import Draws

MakeLog = Callable[..., Log]
STEPS, SKILLS, LEARNERS = 40, 4, 30


def practised(made_log: MakeLog, n_learners: int = LEARNERS, seed: int = 0) -> Log:
    """Random skills at random times, right more often the more they were practised."""
    rng = np.random.default_rng(seed)
    learner = np.repeat(np.arange(n_learners), STEPS)
    skill = rng.integers(SKILLS, size=len(learner))
    ability = rng.standard_normal(n_learners)[learner]
    days = np.cumsum(np.exp(rng.uniform(-8, 1, (n_learners, STEPS))), axis=1).ravel()
    chance = 1.0 / (1.0 + np.exp(-(ability + skill - 2.0 + 0.05 * np.tile(np.arange(STEPS), n_learners))))
    return made_log((rng.random(len(learner)) < chance).astype(np.float64), skill, learner, days=days)


def test_torch_and_numpy_obey_the_same_laws(made_log: MakeLog) -> None:
    log = practised(made_log)
    fitted = FittedRecurrent([log], seed=0)
    with torch.no_grad():
        for value in fitted.network.parameters():
            value.add_(0.2 * torch.randn(value.shape, generator=torch.Generator().manual_seed(1)))
    told = fitted.predicted(log).reshape(LEARNERS, STEPS)
    model, rows = begun(fitted, log), np.arange(LEARNERS)
    skill, days, correct = (x.reshape(LEARNERS, STEPS) for x in (log.skill, log.days, log.correct))
    for step in range(STEPS):
        at = Exercise(rows, skill[:, step], np.zeros(LEARNERS, np.int64), days[:, step])
        assert model.attempt(at, np.zeros(LEARNERS)) == pytest.approx(told[:, step], abs=2e-4)
        model.learn(at, correct[:, step] > 0.5, np.zeros(LEARNERS, np.bool_), np.zeros(LEARNERS))


def begun(fitted: FittedRecurrent, log: Log) -> RecurrentLearners:
    """Learners as the network begins them: nothing known, nothing answered, the log's own skills."""
    model = real_learners(LEARNERS, SKILLS, fitted.weights([log]))
    model.answered[:] = log.days.reshape(LEARNERS, STEPS)[:, 0]
    return model


def real_learners(n_learners: int, n_skills: int, weights: Weights | None = None) -> RecurrentLearners:
    """Learners of whom nothing is known yet, on the first skills of the weights."""
    course = Course(
        skill_ids=("",) * n_skills,
        prerequisites=np.zeros((n_skills, n_skills), np.bool_),
        difficulty=np.zeros((n_skills, 1), np.float32),
        guess=np.zeros((n_skills, 1), np.float32),
        available=np.ones((n_skills, 1), np.bool_),
    )
    model = RecurrentLearners(n_learners, n_skills, replace(RecurrentPopulation(), known_share=(0.0, 0.0)))
    model.weights = weights or model.weights
    draws = Draws([np.random.default_rng(row) for row in range(n_learners)])
    courses = CourseBatch.shared(n_learners, n_skills, course)
    model.begin(np.arange(n_learners), courses, draws, Persons.usual(n_learners))
    model.bias[:], model.embedding[:] = model.weights.bias[:n_skills], model.weights.embedding[:n_skills]
    model.learning[:], model.forgetting[:] = 1.0, 1.0
    for state in (model.ability, model.context, model.deviation, model.total):
        state[:] = 0.0
    return model


@pytest.mark.slow
def test_the_weights_that_come_with_pacer_predict_real_learners() -> None:
    try:
        log = read_log("assist2015", data_folder(None))
    except LogError as error:
        pytest.skip(str(error))
    log = first_learners(log.of(log.held_out), 300)
    who = np.unique(log.learner, return_inverse=True)[1]
    turn = np.arange(len(who)) - np.searchsorted(who, who)
    model, told = real_learners(int(who.max()) + 1, log.n_skills), np.zeros(len(who))
    for step in range(int(turn.max()) + 1):
        row = np.flatnonzero(turn == step)
        none = np.zeros(len(row))
        at = Exercise(who[row], log.skill[row], np.zeros(len(row), np.int64), none)
        told[row] = model.attempt(at, none)
        model.learn(at, log.correct[row] > 0.5, none > 0, none)
    assert fitness(log.correct, told).auc > 0.69


def test_a_fit_learns_who_is_able_and_what_is_hard(made_log: MakeLog, unheard: Progress) -> None:
    log, unseen = practised(made_log, 100), practised(made_log, 60, seed=1)
    fitted = fit_recurrent([log], RecurrentSettings(epochs=6, rate=0.03, small_batch=20), 1, unheard)
    chance = fitted.predicted(unseen)
    skill_mean = np.bincount(log.skill, log.correct) / np.bincount(log.skill)
    assert fitness(unseen.correct, chance).auc > fitness(unseen.correct, skill_mean[unseen.skill]).auc + 0.05
    sampled = fitted.sampled(unseen, seed=2)
    assert set(np.unique(sampled)) == {0.0, 1.0}
    assert sampled.mean() == pytest.approx(unseen.correct.mean(), abs=0.12)


def test_long_sequences_are_cut_for_fitting_alone(made_log: MakeLog) -> None:
    log = practised(made_log)
    fitted = FittedRecurrent([log], seed=0)
    pieces = fitted.batches(log, longest=15, batch=64)
    rows = np.concatenate([piece.row[piece.row >= 0] for piece in pieces])
    assert sorted(rows.tolist()) == list(range(len(log.skill)))
    assert max(piece.row.shape[1] for piece in pieces) == 15


def test_what_was_only_shown_teaches_and_shows_nothing(made_log: MakeLog) -> None:
    log = practised(made_log)
    asked = np.arange(len(log.skill)) % STEPS != 0
    shown = replace(log, asked=asked, correct=log.correct * asked)
    fitted = FittedRecurrent([log], seed=0)
    with_other_answers = replace(shown, correct=np.where(asked, shown.correct, 0.0))
    assert fitted.predicted(shown) == pytest.approx(fitted.predicted(with_other_answers))
    assert fitted.predicted(shown)[1] != pytest.approx(fitted.predicted(log)[1], abs=1e-6)
