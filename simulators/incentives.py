"""How learners react to a game: what makes them come, stay, hurry and tire of it. A model, not a measurement.

Effects stand beside `simulators.motivation`: they shift the log odds of coming on a day, change how long a lesson is,
wear motivation down, and tempt. The directions come from the sources; the sizes are our own, chosen to be visible and
smaller than the effect of motivation itself. With all sizes 0 there is no game.

- streak: whoever sees an intact streak comes sooner, by its length; a broken one keeps away (Silverman and Barasch
  2023).
- goal: the nearer a goal, the more effort: lessons are stretched to reach it (Kivetz, Urminsky and Zheng 2006).
- league: who is near the top strives, who is near the bottom is discouraged (Garcia, Tor and Schiff 2013, on
  comparison near a standard; Hanus and Fox 2015, on leaderboards that lowered motivation over a term).
- quests: a task that is specific and within reach makes coming likelier (Locke and Latham 2002).
- novelty: what a game adds fades over weeks to a remainder (Koivisto and Hamari 2014; Rodrigues et al. 2022).
- pressure: rewards that are felt to control wear down the motivation of who comes only for them (Deci, Koestner and
  Ryan 1999): a long streak or the last places of a league, at low motivation.
- expectation: less reward than one is used to disappoints, more pleases for a while (Schultz, Dayan and Montague 1997).
- temptation: what pays more XP a minute than learning is done instead by some (Baker et al. 2008, on gaming).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from simulators.noise import Draws, Ints, Reals
from simulators.spread import LogNormal

STREAK_SCALE = 5.0  # log2 of the streak at which its pull is whole: a month
WEARING_STREAK, LOW_MOTIVATION, LAST_PLACES, FIRST_PLACES = 7, 0.5, 0.25, 0.75
EXPECTATION_RATE = 0.2
NEAR_GOAL = 0.6


@dataclass(frozen=True)
class IncentivePopulation:
    """Sizes of the effects; each learner has a sensitivity, log-normal around 1, that multiplies all but temptation.

    Attributes:
        streak_pull: rise of the log odds to come with a streak of a month. streak_break: their fall on the first day
            after a streak broke, halved with every day.
        goal_gradient: chance to go on to the goal who would stop between 60 % and 100 % of it.
        league_pull: rise of the log odds among the first quarter; league_fall: fall among the last.
        quest_pull: rise of the log odds with a quest open.
        novelty_half_life: days; remainder: of the effects, what stays.
        pressure: share of motivation lost on a day that is felt as pressure.
        expectation: log odds for as much XP above what is usual as is usual.
        temptation: chance to farm rather than learn for each e-fold that farming pays more.
        sensitivity: spread of learners.

    Raises:
        ValueError: a size below 0, not finite, or a share above 1.
    """

    streak_pull: float = 0.6
    streak_break: float = 0.8
    goal_gradient: float = 0.3
    league_pull: float = 0.3
    league_fall: float = 0.3
    quest_pull: float = 0.2
    novelty_half_life: float = 21.0
    remainder: float = 0.4
    pressure: float = 0.02
    expectation: float = 0.2
    temptation: float = 0.25
    sensitivity: LogNormal = LogNormal(1.0, 0.5, 0.2, 4.0)

    def __post_init__(self) -> None:
        numbers = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "sensitivity"}
        wrong = [f"{name}={value}" for name, value in numbers.items() if not 0.0 <= value < np.inf]
        wrong += [
            f"{name}={numbers[name]} (at most 1)"
            for name in ("goal_gradient", "remainder", "pressure")
            if numbers[name] > 1
        ]
        if wrong:
            raise ValueError(f"sizes of effects must be finite and at least 0, got {', '.join(wrong)}")


@dataclass(frozen=True)
class Seen:
    """What n learners see of the game as a day begins; all (n,).

    Attributes:
        day: days since they met the game.
        streak: its length in days, 0 without. broken: days since a streak of three or more broke, infinite if none did.
        place: share of the league that stands below, in [0, 1]; NaN without a league.
        quest: 1 with a quest open, else 0.
        pay: XP a minute of the latest lesson; NaN without XP.
        farming: by how many times farming pays more XP a minute than learning; 0 without XP.
    """

    day: Reals
    streak: Reals
    broken: Reals
    place: Reals
    quest: Reals
    pay: Reals
    farming: Reals


class Incentives:
    """How L learners react. `usual_pay` (L,) is what they are used to, NaN before the first lesson."""

    def __init__(self, n_learners: int, population: IncentivePopulation) -> None:
        self.population = population
        self.usual_pay: Reals = np.full(n_learners, np.nan)
        self._sensitivity: Reals = np.ones(n_learners)
        self._tempted: Reals = np.ones(n_learners)

    def begin(self, rows: Ints, draws: Draws) -> None:
        """Draw new learners for `rows` (R,)."""
        self._sensitivity[rows] = self.population.sensitivity.draw(draws)
        self._tempted[rows] = self.population.sensitivity.draw(draws)
        self.usual_pay[rows] = np.nan

    def novelty(self, day: Reals) -> Reals:
        """(n,) what is left of the effects after so many days: 1 at first, falling to the remainder."""
        rest = self.population.remainder
        return np.asarray(rest + (1.0 - rest) * 0.5 ** (day / max(self.population.novelty_half_life, 1e-9)))

    def come_log_odds(self, rows: Ints, seen: Seen) -> Reals:
        """(n,) by how much the game shifts the log odds to come today."""
        sizes = self.population
        pull = sizes.streak_pull * np.minimum(np.log2(1.0 + seen.streak) / STREAK_SCALE, 1.0)
        fall = sizes.streak_break * 0.5**seen.broken
        league = sizes.league_pull * (seen.place >= FIRST_PLACES) - sizes.league_fall * (seen.place <= LAST_PLACES)
        surprise = np.nan_to_num((seen.pay - self.usual_pay[rows]) / np.maximum(self.usual_pay[rows], 1e-9))
        reward = sizes.expectation * np.clip(surprise, -1.0, 1.0)
        fading = pull + league + sizes.quest_pull * seen.quest + reward
        return np.asarray(self._sensitivity[rows] * (self.novelty(seen.day) * fading - fall))

    def planned(self, rows: Ints, seen: Seen, exercises: Ints, goal: Ints, uniform: Reals) -> Ints:
        """(n,) exercises of today's lesson, of those that were planned without a game; `goal` 0 is none."""
        near = (exercises >= NEAR_GOAL * goal) & (exercises < goal)
        chance = self.population.goal_gradient * self.novelty(seen.day) * self._sensitivity[rows]
        return np.where(near & (uniform < chance), goal, exercises)

    def strain(self, rows: Ints, seen: Seen, level: Reals) -> Reals:
        """(n,) share of motivation lost today by who comes at motivation `level` (n,)."""
        felt = (seen.streak >= WEARING_STREAK) | (seen.place <= LAST_PLACES)
        low = np.maximum(LOW_MOTIVATION - level, 0.0) / LOW_MOTIVATION
        return np.asarray(np.clip(self.population.pressure * self._sensitivity[rows] * felt * low, 0.0, 1.0))

    def farm_chance(self, rows: Ints, seen: Seen) -> Reals:
        """(n,) chance that an exercise is farmed rather than learned from."""
        gain = np.log(np.maximum(seen.farming, 1.0))
        return np.clip(self.population.temptation * self._tempted[rows] * gain, 0.0, 0.9)

    def grow_used(self, rows: Ints, pay: Reals) -> None:
        """Take in what a lesson of `rows` (n,) paid in XP a minute (n,)."""
        known = self.usual_pay[rows]
        moved = known + EXPECTATION_RATE * (pay - known)
        self.usual_pay[rows] = np.where(np.isnan(known), pay, moved)
