"""Who may sit down to learn: the distributions of the parameters of every family, and of what surrounds a learner.

All are modelling choices guided by the sources named, unless they say what they were fitted to. Koedinger et al.
(2023) find that people differ far more in what they know beforehand than in how fast they learn, and need about seven
opportunities for a skill: hence the wide shares of skills known before, the narrow spread of rates, and rates at which
an unknown skill takes several well-matched exercises.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulators.families import FAMILIES
from simulators.spread import LogNormal, Normal


@dataclass(frozen=True)
class EngagementPopulation:
    """What surrounds a student model: the parameters of motivation, conduct, devices, absence and response times.

    What is 0 by default is off: `weariness`, `estrangement`, `cheaters`, `hint_abusers`, `two_devices`, `absent`.

    Attributes:
        start: (low, high) of the motivation in [0, 1] at the start.
        recovery, frustration, boredom: how fast motivation moves per exercise.
        drop_out: hazard per exercise of leaving for good at motivation .5.
        no_return: the same at the end of a session.
        miss: chance to miss a session at motivation .5.
        weariness: by how much the log hazard of leaving rises with every ten exercises of a lesson.
        estrangement: by how much the log hazards of leaving and of missing rise with every day away before a lesson.
        rapid: chance of a rapid guess at motivation 0, falling linearly to 0 at motivation 1 (Wise 2017 finds some
            percent of rapid guesses in low-stakes tests).
        cheaters: share of the learners who copy answers; cheating: how likely each copies one.
        hint_abusers: share of the learners who ask until the answer is given; hint_abuse: how likely each does.
        worked_example: share of the answers given in this way that are studied as a worked example.
        hint: chance to ask for a hint at a success probability of 0, falling linearly to 0 at 1.
        two_devices: share of the learners with a second device; other_device: how likely each answers there.
        changeover_seconds: that changing over takes.
        absent: share of the learners who are away once; absent_after_days: the mean day from which they are;
            absent_days: for how long.
        pace_seconds: median seconds for an item of difficulty 0 (van der Linden's speed is -ln of this).
        pace_spread: standard deviation of the log time of one learner.
        per_logit: rise of the log time per logit of difficulty; per_doubt: from a sure success to a sure failure.
        rapid_seconds, copied_seconds, told_seconds: medians for answers that are not in earnest.
        hasty_spread: standard deviation of the log of these times.
        pause_seconds: seconds between two exercises: feedback, reading on.

    Raises:
        ValueError: impossible parameters, all of them named.
    """

    start: tuple[float, float] = (0.5, 0.9)
    recovery: LogNormal = LogNormal(0.06, 0.4, 0.01, 0.3)
    frustration: LogNormal = LogNormal(0.05, 0.5, 0.005, 0.3)
    boredom: LogNormal = LogNormal(0.05, 0.5, 0.005, 0.3)
    drop_out: LogNormal = LogNormal(0.001, 0.7, 0.00005, 0.02)
    no_return: LogNormal = LogNormal(0.01, 0.7, 0.0005, 0.1)
    miss: LogNormal = LogNormal(0.08, 0.7, 0.005, 0.5)
    weariness: Normal = Normal(0.0, 0.0)
    estrangement: Normal = Normal(0.0, 0.0)
    rapid: LogNormal = LogNormal(0.1, 0.7, 0.005, 0.5)
    cheaters: float = 0.0
    cheating: LogNormal = LogNormal(0.1, 1.0, 0.01, 0.8)
    hint_abusers: float = 0.0
    hint_abuse: LogNormal = LogNormal(0.2, 0.7, 0.02, 0.7)
    worked_example: float = 0.2
    hint: LogNormal = LogNormal(0.25, 0.6, 0.01, 0.8)
    two_devices: float = 0.0
    other_device: LogNormal = LogNormal(0.1, 0.7, 0.01, 0.5)
    changeover_seconds: LogNormal = LogNormal(45.0, 0.5, 5.0, 600.0)
    absent: float = 0.0
    absent_after_days: float = 10.0
    absent_days: LogNormal = LogNormal(10.0, 0.7, 2.0, 90.0)
    pace_seconds: LogNormal = LogNormal(12.0, 0.35, 4.0, 45.0)
    pace_spread: float = 0.4
    per_logit: float = 0.15
    per_doubt: float = 0.4
    rapid_seconds: float = 2.0
    copied_seconds: float = 4.0
    told_seconds: float = 8.0
    hasty_spread: float = 0.3
    pause_seconds: LogNormal = LogNormal(25.0, 0.3, 10.0, 60.0)

    def __post_init__(self) -> None:
        low, high = self.start
        wrong = [] if 0.0 <= low <= high <= 1.0 else [f"start={self.start} (0 <= low <= high <= 1)"]
        for names, limit in ((SHARES, 1.0), (POSITIVE, math.inf), (SPREADS, math.inf)):
            for name in names:
                value = getattr(self, name)
                if not (0.0 <= value <= limit and math.isfinite(value)) or (names is POSITIVE and value == 0.0):
                    wrong.append(f"{name}={value} ({LIMITS[names]})")
        wrong += [f"{name}={spread} (high <= 1)" for name in CHANCES if (spread := getattr(self, name)).high > 1.0]
        if wrong:
            raise ValueError(f"impossible engagement: {', '.join(wrong)}")


SHARES = ("cheaters", "hint_abusers", "worked_example", "two_devices", "absent")
POSITIVE = ("absent_after_days", "rapid_seconds", "copied_seconds", "told_seconds")
SPREADS = ("pace_spread", "hasty_spread")
CHANCES = ("drop_out", "no_return", "miss", "rapid", "cheating", "hint_abuse", "hint", "other_device")
LIMITS = {SHARES: "in [0, 1]", POSITIVE: "finite, above 0", SPREADS: "finite, at least 0"}

UNRULY = EngagementPopulation(
    weariness=Normal(0.5, 0.2),
    estrangement=Normal(0.05, 0.02),
    cheaters=0.1,
    hint_abusers=0.3,
    two_devices=0.3,
    absent=0.2,
)
"""Learners as they are met, with all on that is off by default. A tenth copy, as Alexandron et al. (2017) find; the
other numbers are chosen so that each matters: 28 exercises on end make leaving four times as likely, two weeks away
twice as likely."""


@dataclass(frozen=True)
class Population:
    """The parameters of what surrounds learners, and of their families where these are not the documented ones.

    Attributes:
        engagement: of what surrounds a student model.
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
