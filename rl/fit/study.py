"""Fits everything to some logs, tests it on learners that nothing was fitted to, and compares curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from rl.fit import spreads
from rl.fit.curves import Curve, Points, answer_curve, by_opportunity, by_time_away, time_curve
from rl.fit.growth import fit_afm, fit_pfa
from rl.fit.logs import Log, train_and_test
from rl.fit.mastery import fit_tracing
from rl.fit.memory import LAWS, fit_forgetting, repeated
from rl.fit.progress import Progress
from rl.fit.recurrent import FittedRecurrent, RecurrentSettings, fit_recurrent
from rl.fit.scoring import Fitness, fitness
from rl.fit.times import fit_timing
from simulators.noise import Flags, Reals

ROUNDS_OF_TRACING = 30
REPEATS = "repeats"
MEAN, SKILL_MEAN, ITEM_MEAN = "mean", "skill mean", "item mean"
RECURRENT, TOLD = "recurrent", "recurrent, one step ahead"
PRIOR_ANSWERS = 2.0  # of the mean of everything, in the mean of a skill or an item


class Held(msgspec.Struct, frozen=True, rename="camel"):
    """How models predict the learners of a log that were held out.

    Attributes:
        log: the set.
        what: "answers", or "repeats": answers to something met before.
        n_answers, n_learners: how many were predicted, and whose.
        models: by name; those named mean are baselines.
    """

    log: str
    what: str
    n_answers: int
    n_learners: int
    models: dict[str, Fitness]


class Times(msgspec.Struct, frozen=True, rename="camel"):
    """Mean log-likelihood of a held-out time (density of ln seconds), by items alone and with the learner's speed."""

    items: float
    with_speed: float


class Findings(msgspec.Struct, frozen=True, rename="camel"):
    """All that a study found.

    Attributes:
        held_out: predictions of unseen learners.
        times: the same of response times; None without times.
        curves: posterior predictive, of unseen learners.
        spreads: of the fitted parameters.
    """

    held_out: list[Held]
    times: Times | None
    curves: list[Curve]
    spreads: list[spreads.Spread]


@dataclass(frozen=True)
class Part:
    """A log in two: learners to fit to, and learners to test on."""

    fitted: Log
    tested: Log


class Study:
    """Everything that is fitted to the logs.

    Attributes:
        parts: of the logs.
        recurrent: the network, after `run`.
    """

    def __init__(self, logs: Sequence[Log], settings: RecurrentSettings, seed: int, progress: Progress) -> None:
        self.parts = [Part(*train_and_test(log, seed)) for log in logs]
        self.settings, self.seed, self.progress = settings, seed, progress
        self.recurrent: FittedRecurrent
        self._rng = np.random.default_rng(seed)
        self._held: list[Held] = []
        self._curves: list[Curve] = []
        self._spreads: list[spreads.Spread] = []
        self._times: Times | None = None

    def run(self) -> Findings:
        """Fit, test and compare."""
        self.recurrent = fit_recurrent([part.fitted for part in self.parts], self.settings, self.seed, self.progress)
        for part in self.parts:
            if part.fitted.timed:
                self._study_memory(part)
            else:
                self._study_learning(part)
            if np.isfinite(part.fitted.seconds).any():
                self._study_times(part)
        return Findings(self._held, self._times, self._curves, self._spreads)

    def _study_learning(self, part: Part) -> None:
        fitted, tested = part.fitted, part.tested
        tracing = fit_tracing(fitted, ROUNDS_OF_TRACING, self.progress)
        afm, pfa = fit_afm(fitted, self.progress), fit_pfa(fitted, self.progress)
        chances = {
            "knowledge tracing": tracing.predicted(tested),
            "additive factors": afm.predicted(tested),
            "performance factors": pfa.predicted(tested),
            RECURRENT: self.recurrent.predicted(tested),
        }
        self._hold("answers", part, tested.asked, chances)
        sampled = {
            "knowledge tracing": tracing.sampled(tested, self._rng),
            "performance factors": pfa.sampled(tested, self._rng),
            RECURRENT: self.recurrent.sampled(tested, self.seed),
        }
        self._curve("learning", tested, by_opportunity(tested), sampled | {TOLD: chances[RECURRENT]})
        skills = spreads.practised(fitted.skill, fitted.n_skills)
        self._spreads += spreads.of_tracing(fitted.name, tracing, skills)
        self._spreads += spreads.of_growth(fitted.name, afm, pfa, skills)

    def _study_memory(self, part: Part) -> None:
        tested = part.tested
        models = {law: fit_forgetting(law, part.fitted, self.progress) for law in LAWS}
        recurrent = self.recurrent.predicted(tested)
        self._hold("answers", part, tested.asked, {RECURRENT: recurrent})
        chances = {law: model.predicted(tested) for law, model in models.items()} | {RECURRENT: recurrent}
        self._hold(REPEATS, part, repeated(tested), chances)
        sampled = {law: model.sampled(tested, self._rng) for law, model in models.items()}
        answers = self.recurrent.sampled(tested, self.seed)
        self._curve("forgetting", tested, by_time_away(tested), sampled | {RECURRENT: answers, TOLD: recurrent})
        self._curve("learning", tested, by_opportunity(tested), {RECURRENT: answers, TOLD: recurrent})
        for model in models.values():
            self._spreads += spreads.of_forgetting(part.fitted.name, model)

    def _study_times(self, part: Part) -> None:
        timing = fit_timing(part.fitted, self.progress)
        told, plain = timing.log_likelihood(part.tested)
        self._times = Times(items=plain, with_speed=told)
        seconds = {"log-normal": timing.sampled(part.tested, self._rng)}
        self._curves.append(time_curve(part.tested, seconds, self._rng))
        self._spreads += spreads.of_timing(part.fitted.name, timing)

    def _hold(self, what: str, part: Part, counted: Flags, chances: dict[str, Reals]) -> None:
        every = _baselines(part, repeats=what == REPEATS) | chances
        models = {name: fitness(part.tested.correct[counted], chance[counted]) for name, chance in every.items()}
        n_learners = len(np.unique(part.tested.learner[counted]))
        self._held.append(Held(part.tested.name, what, int(counted.sum()), n_learners, models))

    def _curve(self, name: str, log: Log, points: Points, models: Mapping[str, Reals]) -> None:
        self._curves.append(answer_curve(name, log, points, models, self._rng))


def _baselines(part: Part, repeats: bool) -> dict[str, Reals]:
    """(N,) chances of the held-out answers by means of the others: all, those to the skill, those to the item."""
    fitted, tested = part.fitted, part.tested
    counted = repeated(fitted) if repeats else fitted.asked
    mean = float(fitted.correct[counted].mean())

    def by(group: str, n_groups: int) -> Reals:
        number = getattr(fitted, group)[counted]
        right = np.bincount(number, fitted.correct[counted], n_groups) + PRIOR_ANSWERS * mean
        means: Reals = right / (np.bincount(number, minlength=n_groups) + PRIOR_ANSWERS)
        number = getattr(tested, group)
        return np.asarray(means[number])

    found = {MEAN: np.full(len(tested.skill), mean), SKILL_MEAN: by("skill", fitted.n_skills)}
    return found | ({ITEM_MEAN: by("item", fitted.n_items)} if fitted.n_items > fitted.n_skills else {})
