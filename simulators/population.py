"""Who may sit down to learn: the distributions of the parameters of every family, and of what surrounds a learner.

All are modelling choices guided by the sources named, unless they say what they were fitted to. Koedinger et al.
(2023) find that people differ far more in what they know beforehand than in how fast they learn, and need about seven
opportunities for a skill: hence the wide shares of skills known before, the narrow spread of rates, and rates at which
an unknown skill takes several well-matched exercises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulators.families import FAMILIES
from simulators.spread import LogNormal


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
    """The parameters of what surrounds learners, and of their families where these are not the documented ones.

    Attributes:
        engagement: of motivation, haste, hints and pace.
        families: by the name of a family, its parameters; who is not named has the family's own defaults.

    Raises:
        ValueError: a family that does not exist, or parameters of another family.
    """

    engagement: EngagementPopulation = field(default_factory=EngagementPopulation)
    families: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.families) - set(FAMILIES))
        if unknown:
            raise ValueError(f"unknown families {unknown}; there are {list(FAMILIES)}")
        for name, parameters in self.families.items():
            kind = FAMILIES[name].parameters
            if not isinstance(parameters, kind):
                raise ValueError(f"the family {name} needs {kind.__name__}, got {type(parameters).__name__}")

    def of(self, family: str) -> Any:
        """The parameters of a family."""
        return self.families[family] if family in self.families else FAMILIES[family].parameters()
