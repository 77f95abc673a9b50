"""How fitted parameters are spread over skills or learners: what a population is drawn from."""

from __future__ import annotations

import msgspec
import numpy as np

from rl.fit.growth import Growth
from rl.fit.mastery import START, Tracing
from rl.fit.memory import Forgetting
from rl.fit.times import Timing
from simulators.noise import Ints, Reals

FEWEST_ANSWERS = 100  # of a skill that counts
TENTH = 1.2816  # standard deviations from the median to the tenth percentile


class Spread(msgspec.Struct, frozen=True):
    """A parameter over skills or learners.

    Attributes:
        parameter: what it is, and of which log.
        low, median, high: tenth, fiftieth and ninetieth percentile.
        sd: standard deviation on the scale named.
        scale: "logit", "log" or "linear".
    """

    parameter: str
    low: float
    median: float
    high: float
    sd: float
    scale: str


def spread(parameter: str, values: Reals, scale: str) -> Spread:
    """Of N values."""
    odds = values / (1.0 - values) if scale == "logit" else values
    scaled = odds if scale == "linear" else np.log(odds)
    low, median, high = np.percentile(values, [10, 50, 90]).tolist()
    return Spread(parameter, low, median, high, float(scaled.std()), scale)


def normal_in_log(parameter: str, median: float, sd: float) -> Spread:
    """Of a log-normal."""
    return Spread(parameter, median * float(np.exp(-TENTH * sd)), median, median * float(np.exp(TENTH * sd)), sd, "log")


def practised(skill: Ints, n_skills: int) -> Ints:
    """Skills with enough answers, or those with the most where none has enough."""
    answers = np.bincount(skill, minlength=n_skills)
    return np.flatnonzero(answers >= min(FEWEST_ANSWERS, int(answers.max())))


def of_tracing(log: str, model: Tracing, skills: Ints) -> list[Spread]:
    """Chances by skill."""
    return [spread(f"{log}: tracing {name}", getattr(model, name)[skills], "logit") for name in START]


def of_growth(log: str, afm: Growth, pfa: Growth, skills: Ints) -> list[Spread]:
    """Biases, slopes and abilities."""
    named = (
        ("afm bias", afm, 0),
        ("afm slope", afm, 1),
        ("pfa bias", pfa, 0),
        ("pfa success", pfa, 1),
        ("pfa failure", pfa, 2),
    )
    found = [spread(f"{log}: {name}", model.coefficients[skills, at], "linear") for name, model, at in named]
    return [*found, Spread(f"{log}: afm ability", -TENTH * afm.spread, 0.0, TENTH * afm.spread, afm.spread, "linear")]


def of_forgetting(log: str, model: Forgetting) -> list[Spread]:
    """The pace of a law by learner, with its fitted variance, and what is stored by skill."""
    root = float(np.sqrt(model.variance))
    stored = 1.0 / (1.0 + np.exp(-model.values["stored"].numpy()))
    found = [
        normal_in_log(f"{log}: {model.law} pace", 1.0, root),
        spread(f"{log}: {model.law} stored", stored, "logit"),
    ]
    if model.law == "power":
        decay = float(model.values["decay"].exp())
        days = float(model.values["strength"][0].exp())
        found += [
            Spread(f"{log}: power decay", decay, decay, decay, 0.0, "linear"),
            Spread(f"{log}: power stability in days", days, days, days, 0.0, "log"),
        ]
    return found


def of_timing(log: str, model: Timing) -> list[Spread]:
    """Seconds by item, by learner and within a learner."""
    middle = float(np.exp(model.intensity.mean()))
    return [
        spread(f"{log}: seconds by item", np.exp(model.intensity), "log"),
        normal_in_log(f"{log}: seconds by learner", middle, model.spread),
        normal_in_log(f"{log}: seconds within a learner", middle, model.sigma),
    ]
