"""`pacer evaluate goals`: how often the forecast of a goal with a date holds, on simulated learners of every family.

The released tutor teaches. At the start, after a third and after two thirds of what was planned, the forecast is asked
where the learner will stand on the day of the test, given the exercises that are really done until then; on that day
the simulator knows. Nobody is told the family, so intervals hold over all families together and not in each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from api.game.evaluation.intervals import bootstrap
from api.game.evaluation.sheets import Sheet, number, percent
from api.game.goals.by_date import ASSUMED, Assumptions, Forecast, Scope, forecast
from api.tracks.goals import EXERCISES_PER_SKILL, FEEDBACK_SECONDS
from api.tutor import SHIPPED
from envs.calendar import PLANS
from envs.core import Settings, TutoringCore
from rl.belief import COUNT, Rows
from rl.doubt import Z80, interval
from rl.episodes import PolicyTeacher, teach_lots
from rl.observer import Look, Observation, Observer
from rl.policy import Policy
from rl.teachers.teacher import Actions
from simulators.families import FAMILIES
from simulators.groups import DIVERSE, USUAL

SEEDS = (5201, 5202, 5203)
TUNING_SEED = 5101
ASKED_AT = {"at the start": 0.0, "after a third": 1.0 / 3.0, "after two thirds": 2.0 / 3.0}
SECONDS = 20.0
Array = NDArray[np.float64]
Measured = tuple[float, float, float]


class Held(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How forecasts did, each figure with its 95 % interval.

    Attributes:
        inside: share of the truths inside the 80 % interval.
        below: share below it, who were promised too much.
        error: expected less true.
        width: of the interval.
    """

    inside: Measured
    below: Measured
    error: Measured
    width: Measured


class GoalReport(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Everything that was measured; all learners are simulated."""

    simulated: bool
    seeds: tuple[int, ...]
    n_learners: int
    assumed: dict[str, float]
    overall: Held
    by_moment: dict[str, Held]
    by_family: dict[str, Held]


@dataclass(frozen=True)
class Asked:
    """A forecast that was asked for, and what became true."""

    family: str
    moment: str
    seed: int
    scope: Scope
    minutes: float
    truth: float


class _Watcher:
    """The tutor, with a note of what it believes of every learner at each of the moments."""

    name = "tutor"

    def __init__(self, policy: Policy, core: TutoringCore) -> None:
        self.rows = np.arange(core.n_learners)
        self.seen: dict[tuple[str, int], tuple[Scope, int]] = {}
        self._core, self._policy = core, policy
        self._teacher = PolicyTeacher(self.name, self._score)
        self._planned = core.exercises_left(self.rows)

    def begin(self, observer: Observer, rng: np.random.Generator) -> None:
        """New learners."""
        self._teacher.begin(observer, rng)

    def keep(self, rows: Rows) -> None:
        """Go on with these learners only."""
        self.rows = self.rows[rows]

    def choose(self, observer: Observer, observation: Observation) -> Actions:
        """As the tutor does."""
        done = self._core.n_exercises[self.rows]
        for moment, share in ASKED_AT.items():
            due = np.flatnonzero(done >= np.floor(share * self._planned[self.rows]))
            new = [place for place in due.tolist() if (moment, int(self.rows[place])) not in self.seen]
            if new:
                self._note(moment, observer, new)
        return self._teacher.choose(observer, observation)

    def _score(self, look: Look) -> NDArray[np.float32]:
        return self._policy.logits(look.features, look.mask, np.ascontiguousarray(look.context))

    def _note(self, moment: str, observer: Observer, places: list[int]) -> None:
        low, high = interval(observer.belief, observer.current, observer.view, observer.parameters)
        practised = observer.belief.skills[COUNT] > 0
        for place in places:
            row = int(self.rows[place])
            skills = np.flatnonzero(observer.view.goal[place])
            scope = Scope(
                weights=observer.view.goal[place, skills],
                known=np.where(practised, observer.current.mastered, 0.0)[place, skills],
                forecast=observer.gains.forecast[place, skills],
                spread=(high - low)[place, skills] / (2.0 * Z80),
                seconds=np.full(len(skills), SECONDS),
            )
            self.seen[moment, row] = scope, int(self._core.n_exercises[row])


def ask(n_learners: int, seed: int, progress: Callable[[str, int], None]) -> Iterator[Asked]:
    """Forecasts about `n_learners` of every family, and what became true."""
    policy = Policy.load(SHIPPED)
    lots = np.array([(seed, number, 0) for number in range(n_learners)])
    plan = replace(PLANS[USUAL], rolling=0.0)
    for family in FAMILIES:
        watchers: list[_Watcher] = []

        def make(core: TutoringCore, watchers: list[_Watcher] = watchers) -> _Watcher:
            watchers.append(_Watcher(policy, core))
            return watchers[0]

        settings = Settings(family=family, plan=plan, groups=DIVERSE)
        episodes = teach_lots(make, settings, lots, (seed, n_learners, 1), policy.card.belief)
        for (moment, row), (scope, done) in watchers[0].seen.items():
            minutes = (episodes.n_exercises[row] - done) * (SECONDS + FEEDBACK_SECONDS) / 60.0
            yield Asked(family, moment, seed, scope, float(minutes), float(episodes.start[row] + episodes.gain[row]))
        progress("teaching", 1)


def evaluate(n_learners: int, seeds: tuple[int, ...], progress: Callable[[str, int], None]) -> GoalReport:
    """How the forecasts that learners are given held, together, by moment and by family."""
    asked = [one for seed in seeds for one in ask(n_learners, seed, progress)]
    told = [forecast(one.scope, one.minutes) for one in asked]
    pairs = list(zip(asked, told, strict=True))
    return GoalReport(
        simulated=True,
        seeds=seeds,
        n_learners=n_learners,
        assumed=msgspec.to_builtins(ASSUMED),
        overall=_held(pairs),
        by_moment={moment: _held([pair for pair in pairs if pair[0].moment == moment]) for moment in ASKED_AT},
        by_family={family: _held([pair for pair in pairs if pair[0].family == family]) for family in FAMILIES},
    )


def _held(pairs: list[tuple[Asked, Forecast]]) -> Held:
    truth = np.array([one.truth for one, _ in pairs])
    expected, low, high = np.array([(said.expected, said.low, said.high) for _, said in pairs]).T
    seeds = np.array([one.seed for one, _ in pairs])
    rng = np.random.default_rng(int(seeds[0]))

    def measured(values: NDArray[Any]) -> Measured:
        return bootstrap(values.astype(np.float64), seeds, rng)

    return Held(
        inside=measured((low <= truth) & (truth <= high)),
        below=measured(truth < low),
        error=measured(expected - truth),
        width=measured(high - low),
    )


def tune(asked: list[Asked]) -> Assumptions:
    """The assumptions under which what became true is likeliest (normal about the forecast), by ever finer grids."""
    truth = np.array([one.truth for one in asked])
    start = np.array([one.scope.weights @ one.scope.forecast for one in asked])
    believed = np.array([((one.scope.weights * one.scope.spread) ** 2).sum() for one in asked])
    share = np.array([one.minutes / _minutes_needed(one.scope) for one in asked])
    best, step = np.array(msgspec.structs.astuple(ASSUMED)), np.array((0.1, 1.0, 0.06, 0.2))

    def surprise(numbers: Array) -> float:
        held, pace, doubt, rise_doubt = numbers
        rise = np.maximum(held - start, 0.0) * -np.expm1(-pace * share)
        variance = believed + doubt**2 + (rise_doubt * rise) ** 2
        return float((np.log(variance) + (truth - start - rise) ** 2 / variance).mean())

    for _ in range(8):
        around = [best + step * np.array(place) for place in product((-1, -0.5, 0, 0.5, 1), repeat=len(best))]
        best, step = min((one for one in around if (one > 0).all()), key=surprise), step / 2.0
    return Assumptions(*best.round(3).tolist())


def _minutes_needed(scope: Scope) -> float:
    exercises = (1.0 - scope.known).sum() * EXERCISES_PER_SKILL
    return max(float(exercises) * (SECONDS + FEEDBACK_SECONDS) / 60.0, 1e-9)


def sheets(report: GoalReport) -> list[Sheet]:
    """Tables for people."""
    heads = ("", "inside the 80 % interval", "below it", "expected less true", "width")
    found = {"all": report.overall, **report.by_moment, **report.by_family}
    rows = [
        (name, percent(held.inside), percent(held.below), number(held.error), number(held.width, 2))
        for name, held in found.items()
    ]
    return [Sheet("Forecasts of goals with a date, on simulated learners", heads, rows)]
