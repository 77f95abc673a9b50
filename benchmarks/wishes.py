"""What learners' wishes cost in learning: simulated learners taught with each wish always in force, and without any.

Run as ``python -m benchmarks.wishes [--family mixed] [--learners 256] [--seeds 2] [--policy FILE] [--json FILE]``. The
same learners, courses and luck for every wish, the tutor taking the likeliest. `gain` is the mean rise of the
goal-weighted score on the delayed test; `cost` what the wish takes from that, with an interval of 95 % by bootstrap
over the learners; `share` the cost over the gain without a wish; `bent` the share of exercises that came otherwise than
without, and `yielded` that of wishes that gave way; `foreseen` the mean cost of a bent exercise as the tutor sees it
beforehand. "easier" and "harder" are meant against what would come, "notThis" refuses its skill, every time; "topic"
keeps to the skill that a lesson begins with. The last line printed is JSON; `--json` also writes it to a file.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from envs.core import Settings
from rl.candidates import propose
from rl.episodes import Episodes, teach
from rl.features import candidate_features, context_features
from rl.observer import Observation, Observer
from rl.policy import Policy, PolicyError
from rl.seeds import EVALUATION_SEEDS
from rl.teachers.teacher import Actions
from rl.wishes import KINDS, Wish, bend
from simulators.families import families_of

RELEASED = Path("rl/released/tutor.onnx")
RESAMPLES = 2000
NEW_LESSON_DAYS = 0.05
WITHOUT = "none"

Bools = NDArray[np.bool_]


@dataclass
class Wisher:
    """The policy's likeliest choice under a wish that is always in force; `foreseen` are the costs of bent choices."""

    policy: Policy
    name: str
    n_choices: int = 0
    n_yielded: int = 0
    foreseen: list[float] = field(default_factory=list)

    def begin(self, observer: Observer, rng: np.random.Generator) -> None:  # noqa: ARG002 - the protocol's signature
        """New learners."""
        n_learners = observer.belief.learners.shape[1]
        self._topic, self._last = np.full(n_learners, -1), np.full(n_learners, -np.inf)

    def keep(self, rows: NDArray[np.intp]) -> None:
        """Go on with these learners only."""
        self._topic, self._last = self._topic[rows], self._last[rows]

    def choose(self, observer: Observer, observation: Observation) -> Actions:  # noqa: ARG002
        """One candidate for each learner."""
        masked = observer.masked
        plain = self._likeliest(observer, masked)
        self.n_choices += len(plain)
        if self.name == WITHOUT:
            return plain
        chosen = self._likeliest(observer, self._bent(observer, plain))
        gain = (observer.gains.mixed * observer.view.goal[:, :, None]).reshape(len(plain), -1)
        rows = np.flatnonzero(chosen != plain)
        self.foreseen += (gain[rows, plain[rows]] - gain[rows, chosen[rows]]).tolist()
        return chosen

    def _bent(self, observer: Observer, plain: Actions) -> Bools:
        """What the wish leaves of what may be shown (L, K, B)."""
        bent = observer.masked.copy()
        now = observer.moment.now
        fresh = now - self._last > NEW_LESSON_DAYS
        self._topic = np.where(fresh, plain // observer.n_bands, self._topic)
        self._last = now.copy()
        for row, action in enumerate(plain.tolist()):
            best = divmod(action, observer.n_bands)
            about = {"notThis": (best[0],), "topic": (int(self._topic[row]),)}
            wish = Wish(self.name, about.get(self.name, ()))  # type: ignore[arg-type]
            bent[row], told = bend(bent[row], observer.gains.success[row], best, wish, None)
            self.n_yielded += bool(told.yielded)
        return bent

    def _likeliest(self, observer: Observer, masked: Bools) -> Actions:
        """Action numbers of the candidates that the policy likes best, of those that are left."""
        o = observer
        skills = propose(o.belief, o.view, o.current, o.gains, masked, o.n_places)
        mask = masked[np.arange(len(skills))[:, None], skills].reshape(len(skills), -1)
        features = candidate_features(o.belief, o.view, o.current, o.gains, skills, mask)
        context = np.ascontiguousarray(context_features(o.belief, o.view, o.current, o.gains, o.moment))
        chosen = np.where(mask, self.policy.logits(features, mask, context), -np.inf).argmax(axis=1)
        y: Actions = skills[np.arange(len(skills)), chosen // o.n_bands] * o.n_bands + chosen % o.n_bands
        return y


def taught(policy: Policy, name: str, family: str, n_learners: int, seeds: tuple[int, ...]) -> tuple[Wisher, Any]:
    """A wish, and the gains of all learners under it."""
    wisher = Wisher(policy, name)
    settings = Settings(family=family)
    episodes: list[Episodes] = [
        teach(lambda _: wisher, settings, n_learners, seed, policy.card.belief) for seed in seeds
    ]
    return wisher, np.concatenate([one.gain for one in episodes])


def figures_of(wisher: Wisher, gain: NDArray[np.float64], plain: NDArray[np.float64]) -> dict[str, Any]:
    """What a wish cost; learners are compared with themselves."""
    rng = np.random.default_rng(0)
    lost = plain - gain
    means = lost[rng.integers(0, len(lost), (RESAMPLES, len(lost)))].mean(axis=1)
    return {
        "gain": round(float(gain.mean()), 4),
        "cost": round(float(lost.mean()), 4),
        "interval": [round(float(edge), 4) for edge in np.percentile(means, [2.5, 97.5])],
        "share": round(float(lost.mean() / plain.mean()), 4),
        "bent": round(len(wisher.foreseen) / wisher.n_choices, 4),
        "yielded": round(wisher.n_yielded / wisher.n_choices, 4),
        "foreseen": round(float(np.mean(wisher.foreseen)) if wisher.foreseen else 0.0, 6),
    }


@click.command()
@click.option("--family", default="mixed", show_default=True, help="families, kinds or mixed, with commas between")
@click.option("--learners", default=256, show_default=True, type=click.IntRange(2), help="for each seed")
@click.option("--seeds", default=2, show_default=True, type=click.IntRange(1, len(EVALUATION_SEEDS)))
@click.option("--policy", "policy_file", default=RELEASED, show_default=True, type=click.Path(path_type=Path))
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(family: str, learners: int, seeds: int, policy_file: Path, json_file: Path | None) -> None:
    """Measure and report."""
    try:
        families_of(family)
        policy = Policy.load(policy_file)
    except (ValueError, PolicyError) as error:
        raise click.ClickException(str(error)) from error
    _, plain = taught(policy, WITHOUT, family, learners, EVALUATION_SEEDS[:seeds])
    wishes: dict[str, Any] = {}
    click.echo(f"{'without':10s} gain {plain.mean():.4f}", err=True)
    for name in KINDS:
        wishes[name] = figures_of(*taught(policy, name, family, learners, EVALUATION_SEEDS[:seeds]), plain)
        told = "  ".join(f"{key} {value}" for key, value in wishes[name].items())
        click.echo(f"{name:10s} {told}", err=True)
    figures = {
        "benchmark": "wishes",
        "family": family,
        "learners": learners * seeds,
        "policy": policy.card.version,
        "gain": round(float(plain.mean()), 4),
        "wishes": wishes,
    }
    line = json.dumps(figures)
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


if __name__ == "__main__":
    sys.exit(main())
