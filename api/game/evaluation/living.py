"""Ninety days of simulated learners under every set of rules: who comes, who stays, what is known in the end.

The same people, with the same luck, live once under each set. The tutor's choice of exercises is the same everywhere;
only what the game shows differs, and how people react to it is `simulators.incentives`, a model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec
import numpy as np

from api.game.evaluation.classroom import Classroom, Work
from api.game.evaluation.intervals import bootstrap
from api.game.evaluation.rule_sets import RULE_SETS, local_day, streak_days
from api.game.rules import XpRules
from api.game.streak import ActiveDay
from simulators.incentives import IncentivePopulation, Incentives, Seen
from simulators.noise import Flags, Ints, Reals

DAYS, LAST_DAYS = 90, 14
LEAGUE, GOAL = 30, 10
MOST_EXERCISES = 24
COME_MEAN, COME_SPREAD, COME_SLOPE, AWAY_SLOPE = -0.3, 1.0, 3.0, 0.04
"""Log odds to come on a day: their mean and spread over people, slope in motivation, fall with each day away."""
USUAL_EXERCISES, EXERCISES_SPREAD = 8.0, 0.4
BROKEN_FROM = 3
Mean = tuple[float, float, float]


class Outcome(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What came of the people under a set of rules; means with 95 % intervals over people and seeds.

    Attributes:
        gain: rise of the score on a test at day 90. returned: share who came in the last 14 days. active_days: of 90.
        minutes: spent. farmed: share of the exercises that were farmed.
        gain_beyond, returned_beyond: the differences to "no game", in pairs.
    """

    gain: Mean
    gain_beyond: Mean
    returned: Mean
    returned_beyond: Mean
    active_days: Mean
    minutes: Mean
    farmed: Mean


class Life:
    """L people, those of each set of rules one after the other."""

    def __init__(
        self, n_people: int, seed: int, rules: XpRules, farming: dict[str, float], effects: IncentivePopulation
    ):
        self.sets = list(RULE_SETS.values())
        self.room = Classroom(n_people, len(self.sets), seed, rules)
        n = self.room.n_learners
        self.farming = np.repeat([farming.get(rules.pay, 0.0) for rules in self.sets], n_people)
        self.incentives = Incentives(n, effects)
        self.incentives.begin(np.arange(n), self.room.draws)
        self.come = COME_MEAN + COME_SPREAD * self.room.draws.normal()
        self.usual = USUAL_EXERCISES * np.exp(EXERCISES_SPREAD * self.room.draws.normal())
        self.gone: Flags = np.zeros(n, dtype=np.bool_)
        self.last = np.zeros(n)
        self.days: list[list[ActiveDay]] = [[] for _ in range(n)]
        self.streak, self.broken = np.zeros(n), np.full(n, np.inf)
        self.week_xp, self.pay = np.zeros(n), np.full(n, np.nan)
        self.minutes, self.active, self.recent = np.zeros(n), np.zeros(n), np.zeros(n)
        self.exercises, self.farmed = np.zeros(n), np.zeros(n)
        self.start = self.room.score(float(DAYS))

    def live(self, day: int, n_days: int) -> None:
        """One day of everybody."""
        if day % 7 == 0:
            self.week_xp[:] = 0.0
        self._follow_streaks(day)
        seen, motivation = self._seen(day), self.room.learners.motivation
        everybody, luck = np.arange(self.room.n_learners), self.room.luck(3)
        odds = self.come + COME_SLOPE * (motivation.level - 0.5) - AWAY_SLOPE * np.minimum(day - self.last, 30.0)
        odds = odds + self.incentives.come_log_odds(everybody, seen)
        rows = np.flatnonzero((luck[:, 0] < 1.0 / (1.0 + np.exp(-odds))) & ~self.gone)
        # Chance is drawn for everybody whoever comes, so that the same people keep the same luck.
        wished = np.clip(np.rint(self.usual * (0.5 + luck[:, 1])), 1, MOST_EXERCISES).astype(np.int64)
        goal = np.repeat([GOAL * rules.goal for rules in self.sets], self.room.n_people)
        wished = self.incentives.planned(everybody, seen, wished, goal, luck[:, 2])
        self._lesson(day, rows, wished, seen)
        strain = self.incentives.strain(rows, _some(seen, rows), motivation.level[rows])
        motivation.level[rows] *= 1.0 - strain
        self.last[rows] = day
        self.active[rows] += 1.0
        self.recent[rows] += day >= n_days - LAST_DAYS

    def outcome(self) -> dict[str, Reals]:
        """What came of it, (S, P) each."""
        shape = (len(self.sets), self.room.n_people)
        found = {
            "gain": self.room.score(float(DAYS)) - self.start,
            "returned": (self.recent > 0).astype(np.float64),
            "active_days": self.active,
            "minutes": self.minutes,
            "farmed": self.farmed / np.maximum(self.exercises, 1.0),
        }
        return {name: values.reshape(shape) for name, values in found.items()}

    def _lesson(self, day: int, rows: Ints, wished: Ints, seen: Seen) -> None:
        room, came = self.room, rows
        room.new_day(float(day) + 0.5, rows)
        xp, minutes, done = np.zeros(room.n_learners), np.zeros(room.n_learners), np.zeros(room.n_learners, np.int64)
        farm = self.incentives.farm_chance(np.arange(room.n_learners), seen)
        for number in range(MOST_EXERCISES):
            luck, leaving = room.luck(), room.luck()
            rows = rows[(wished[rows] > number) & ~self.gone[rows]]
            if not rows.size:
                break
            farms = luck[rows] < farm[rows]
            work = replace(Work.honest(rows, *room.best(rows)), guess=farms, hurry=farms)
            found = room.work(work)
            xp[rows] += found.xp
            minutes[rows] += found.seconds / 60.0
            done[rows] += 1
            self.farmed[rows] += farms
            ends = wished[rows] == number + 1
            self.gone[rows] = leaving[rows] < room.learners.motivation.leave_chance(rows, ends)
        self.exercises += done
        self.minutes += minutes
        paid = {"": np.full(room.n_learners, np.nan), "clicks": done, "minutes": minutes, "information": xp}
        owner = np.repeat(np.arange(len(self.sets)), room.n_people)
        earned = np.select([owner == place for place in range(len(self.sets))], [paid[r.pay] for r in self.sets])
        self.week_xp[came] += np.nan_to_num(earned[came])
        self.pay[came] = earned[came] / np.maximum(minutes[came], 0.1)
        self.incentives.grow_used(came, self.pay[came])
        for row in came.tolist():
            self.days[row].append(ActiveDay(local_day(day), int(done[row]), 1))

    def _follow_streaks(self, day: int) -> None:
        self.broken += 1.0
        for row in range(self.room.n_learners):
            kind = self.sets[row // self.room.n_people].streak
            if kind and self.days[row]:
                now = streak_days(self.days[row], kind, day)
                if now == 0 and self.streak[row] >= BROKEN_FROM:
                    self.broken[row] = 0.0
                self.streak[row] = now

    def _seen(self, day: int) -> Seen:
        n, people = self.room.n_learners, self.room.n_people
        place = np.full(n, np.nan)
        for number, rules in enumerate(self.sets):
            if rules.league:
                for first in range(number * people, (number + 1) * people, LEAGUE):
                    part = slice(first, min(first + LEAGUE, (number + 1) * people))
                    place[part] = _standing(self.week_xp[part])
        quest = np.repeat([float(rules.quests) for rules in self.sets], people)
        return Seen(np.full(n, float(day)), self.streak, self.broken, place, quest, self.pay, self.farming)


def evaluate(
    n_people: int,
    seeds: tuple[int, ...],
    rules: XpRules,
    farming: dict[str, float],
    progress: Callable[[str, int], None],
    n_days: int = DAYS,
    effects: IncentivePopulation | None = None,
) -> dict[str, Outcome]:
    """Every set of rules by the same people. `farming` says for a way to pay by how many times farming pays more."""
    parts = []
    for seed in seeds:
        life = Life(n_people, seed, rules, farming, effects or IncentivePopulation())
        for day in range(n_days):
            life.live(day, n_days)
            progress("living", 1)
        parts.append(life.outcome())
    found = {name: np.concatenate([part[name] for part in parts], axis=1) for name in parts[0]}
    owner, rng = np.repeat(seeds, n_people), np.random.default_rng(seeds[0])
    told = {}
    for place, name in enumerate(RULE_SETS):
        means = {key: bootstrap(values[place], owner, rng) for key, values in found.items()}
        beyond = {
            f"{key}_beyond": bootstrap(found[key][place] - found[key][0], owner, rng) for key in ("gain", "returned")
        }
        told[name] = Outcome(**means, **beyond)
    return told


def _standing(xp: Reals) -> Reals:
    """(n,) share of a league that stands below; NaN while nobody has XP."""
    if not xp.any() or len(xp) < 2:
        return np.full(len(xp), np.nan)
    below = (xp[None, :] < xp[:, None]).sum(axis=1)
    tied = (xp[None, :] == xp[:, None]).sum(axis=1) - 1
    return np.asarray((below + 0.5 * tied) / (len(xp) - 1))


def _some(seen: Seen, rows: Ints) -> Seen:
    return Seen(**{name: getattr(seen, name)[rows] for name in Seen.__dataclass_fields__})
