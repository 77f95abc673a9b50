"""How learners differ: the distribution of every parameter of every family, with ranges and where they come from.

All are modelling choices guided by the sources named; none was fitted to data of this project. Positive parameters are
log-normal, clipped to a stated range. Koedinger et al. (2023) find that people differ far more in what they know
beforehand than in how fast they learn, and need about seven opportunities for a skill: hence the wide shares of skills
known before, the narrow spread of rates, and rates at which an unknown skill takes several well-matched exercises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from simulators.noise import Draws, Reals


@dataclass(frozen=True)
class LogNormal:
    """exp(N(ln median, sigma^2)), clipped to [low, high]; sigma = 0 makes everybody alike."""

    median: float
    sigma: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not (0 < self.low <= self.median <= self.high) or self.sigma < 0:
            raise ValueError(f"need 0 < low <= median <= high and sigma >= 0, got {self}")

    def draw(self, draws: Draws, *shape: int) -> Reals:
        """(R, *shape) values."""
        return np.clip(self.median * np.exp(self.sigma * draws.normal(*shape)), self.low, self.high)


def draw_each(spreads: Sequence[LogNormal], draws: Draws) -> Reals:
    """(len(spreads), R) one value of each distribution for every row."""
    median, sigma, low, high = np.asarray([(s.median, s.sigma, s.low, s.high) for s in spreads]).T[:, :, None]
    values: Reals = np.clip(median * np.exp(sigma * draws.normal(len(spreads)).T), low, high)
    return values


@dataclass(frozen=True)
class StrengthPopulation:
    """Parameters of `simulators.strength`.

    Attributes:
        rate: strength in logits learned from one perfectly matched practice.
        decay: exponent of the power law of forgetting; .1 to 1 covers the fits of Wixted and Ebbesen (1991).
        spacing: growth of the stability per unit of what was forgotten (FSRS and DHP give factors of 1.5 to 4 for
            a recall at R = .9 to .6).
        stability_days: stability after a first encounter.
        discrimination: slope a of the response curve.
        slip: chance to fail what is known.
        feedback: share of the learning that survives an error, which is followed by feedback.
        base_mean, base_learner, base_skill: prior ability in logits, its spread between learners and between skills.
        known_share: (low, high) of the share of skills known at the start, higher for early skills.
        known_strength, known_stability_days, known_age_days: strength, stability and age of that knowledge.
        ceiling: strength s_max in logits that practice approaches.
        match, width: success probability that teaches best, and the width in logits of the zone around it.
        readiness: slope in 1/logit of the readiness in the ability of a prerequisite; 0 ignores prerequisites.
        readiness_floor: share of a lesson that is learned with no prerequisite at all.
        hint_lift: logits that a hint adds while answering.
        hint_share: share of the learning that survives a hint.
        failed_growth: share of the stability's growth that survives an error.
        failed_savings: share of the forgotten strength that comes back by a failed retrieval with feedback; a
            successful one brings all of it back.
    """

    rate: LogNormal = LogNormal(0.8, 0.3, 0.1, 2.5)
    decay: LogNormal = LogNormal(0.35, 0.3, 0.1, 1.0)
    spacing: LogNormal = LogNormal(4.0, 0.4, 0.5, 15.0)
    stability_days: LogNormal = LogNormal(1.5, 0.4, 0.2, 10.0)
    discrimination: LogNormal = LogNormal(1.2, 0.15, 0.7, 2.0)
    slip: LogNormal = LogNormal(0.04, 0.5, 0.005, 0.15)
    feedback: LogNormal = LogNormal(0.6, 0.25, 0.2, 1.0)
    base_mean: float = -2.2
    base_learner: float = 0.4
    base_skill: float = 0.4
    known_share: tuple[float, float] = (0.0, 0.7)
    known_strength: LogNormal = LogNormal(3.5, 0.2, 1.5, 4.8)
    known_stability_days: LogNormal = LogNormal(90.0, 0.7, 10.0, 365.0)
    known_age_days: LogNormal = LogNormal(20.0, 0.8, 1.0, 120.0)
    ceiling: float = 5.0
    match: float = 0.6
    width: float = 1.0
    readiness: float = 1.5
    readiness_floor: float = 0.05
    hint_lift: float = 0.8
    hint_share: float = 0.6
    failed_growth: float = 0.3
    failed_savings: float = 0.7


@dataclass(frozen=True)
class MarkovPopulation:
    """Parameters of `simulators.markov`.

    Ranges follow published BKT fits (Corbett and Anderson 1995; Baker, Corbett and Aleven 2008 bound guess by .3
    and slip by .1; P(T) of .1 to .4 is usual).

    Attributes:
        rate: chance to learn an unknown skill from one practice of middling difficulty, prerequisites known.
        rate_slope: fall of that chance per logit of difficulty (clipped to factors of .4 to 1.5).
        forgetting: hazard per day of losing a skill just learned.
        spacing: how much a successful retrieval divides the hazard by, per unit of forgetting risked.
        slip: chance to fail a known skill at difficulty 0; times exp(slip_slope * difficulty), at most .35.
        guess: chance to answer an unskilled open question right; the larger of this and the item's guess is used.
        known_share, known_hazard, known_age_days: as in StrengthPopulation; hazard per day of what is known.
        unready: factor on the chance to learn for each prerequisite that is not known; 1 ignores prerequisites.
        hint_lift: share of the failures of an unknown skill that a hint repairs.
        hint_share: share of the chance to learn that survives a hint.
    """

    rate: LogNormal = LogNormal(0.15, 0.3, 0.03, 0.6)
    rate_slope: float = 0.25
    forgetting: LogNormal = LogNormal(0.07, 0.4, 0.005, 0.5)
    spacing: LogNormal = LogNormal(4.0, 0.4, 0.5, 15.0)
    slip: LogNormal = LogNormal(0.07, 0.4, 0.01, 0.2)
    slip_slope: float = 0.4
    guess: LogNormal = LogNormal(0.06, 0.4, 0.01, 0.2)
    known_share: tuple[float, float] = (0.0, 0.7)
    known_hazard: LogNormal = LogNormal(0.006, 0.5, 0.001, 0.05)
    known_age_days: LogNormal = LogNormal(20.0, 0.8, 1.0, 120.0)
    unready: float = 0.15
    hint_lift: float = 0.3
    hint_share: float = 0.7


@dataclass(frozen=True)
class EngagementPopulation:
    """Parameters of `simulators.motivation` and `simulators.response_time`.

    Attributes:
        start: (low, high) of the motivation in [0, 1] at the start.
        recovery, frustration, boredom: how fast motivation moves per exercise.
        drop_out: hazard per exercise of leaving for good at motivation .5.
        no_return: the same at the end of a session.
        miss: chance to miss a session at motivation .5.
        rapid: chance of a rapid guess at motivation 0, falling linearly to 0 at motivation 1 (Wise 2017 finds some
            percent of rapid guesses in low-stakes tests).
        hint: chance to ask for a hint at a success probability of 0, falling linearly to 0 at 1.
        pace_seconds: median seconds for an item of difficulty 0 (van der Linden's speed is -ln of this).
        pace_spread: standard deviation of the log time of one learner.
        pause_seconds: seconds between two exercises: feedback, reading on.
    """

    start: tuple[float, float] = (0.5, 0.9)
    recovery: LogNormal = LogNormal(0.06, 0.4, 0.01, 0.3)
    frustration: LogNormal = LogNormal(0.05, 0.5, 0.005, 0.3)
    boredom: LogNormal = LogNormal(0.05, 0.5, 0.005, 0.3)
    drop_out: LogNormal = LogNormal(0.001, 0.7, 0.00005, 0.02)
    no_return: LogNormal = LogNormal(0.01, 0.7, 0.0005, 0.1)
    miss: LogNormal = LogNormal(0.08, 0.7, 0.005, 0.5)
    rapid: LogNormal = LogNormal(0.1, 0.7, 0.005, 0.5)
    hint: LogNormal = LogNormal(0.25, 0.6, 0.01, 0.8)
    pace_seconds: LogNormal = LogNormal(12.0, 0.35, 4.0, 45.0)
    pace_spread: float = 0.4
    pause_seconds: LogNormal = LogNormal(25.0, 0.3, 10.0, 60.0)


@dataclass(frozen=True)
class Population:
    """Who may sit down to learn: the parameters of both families and of what surrounds them."""

    strength: StrengthPopulation = field(default_factory=StrengthPopulation)
    markov: MarkovPopulation = field(default_factory=MarkovPopulation)
    engagement: EngagementPopulation = field(default_factory=EngagementPopulation)
