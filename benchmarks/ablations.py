"""What parts of the training recipe give: policies trained without one, beside the rules tuned to each family.

Run as ``python -m benchmarks.ablations [--variant NAME] [--steps 98304] [--learners 96] [--json FILE]``. Every variant
changes one thing of the recipe and is trained anew from one seed by imitation alone, on far fewer choices than the
released policy; then it teaches the same learners of every family as the rules do. Reported are its gain over that of
the best tuned rule, on average over families and in the worst of them, with an interval of the mean by bootstrap over
families. One seed of training: differences of a hundredth are noise. Learners are simulated.
The last line printed is JSON; `--json` also writes it to a file.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
import numpy as np
import torch

import rl.candidates
import rl.features
import rl.guards
import rl.imitation
import rl.vecenv
from envs.core import Settings
from rl.belief import BeliefParameters
from rl.episodes import PolicyTeacher, teach
from rl.seeds import ABLATION_SEED
from rl.teachers.rules import RULES, RuleTeacher
from rl.teachers.teacher import Teacher
from rl.teachers.tuning import tuned_settings
from rl.train import Run, torch_score
from rl.training_settings import TrainingSettings
from simulators.families import families_of
from simulators.groups import DIVERSE

Change = tuple[object, str, Any]
COURSES = (8, 40)
TRAINED_ON = "mixed"


def _nothing(values: Any, *_: Any) -> Any:
    """Zeros in the place of a feature, in the shape of its first argument."""
    return np.zeros(values.shape)


# What is changed, each in the place where the recipe says it.
VARIANTS: dict[str, tuple[Change, ...]] = {
    "the recipe": (),
    "no features of rules": ((rl.features, "_share_of_best", _nothing), (rl.features, "_turn", _nothing)),
    "nothing for what waits behind a skill": ((rl.vecenv, "UNLOCKING", 0.0),),
    "prerequisites met by belief alone": ((rl.guards, "TAUGHT", math.inf),),
    "no place for the longest waiting": (
        (rl.candidates, "PER_PLACE", np.array([0.5, 0.2, 0.15, 0.15, 1e-6])[:, None, None]),
    ),
    "squared error alone": ((rl.imitation, "CHOICE_WEIGHT", 0.0),),
    "fewer, larger steps": ((rl.imitation, "BATCH", 1024), (rl.imitation, "EPOCHS", 2)),
}


def trained(steps: int, hidden: int = 64) -> Callable[[Any], Any]:
    """The scores of a policy trained by imitation for so many choices."""
    settings = TrainingSettings(
        family=TRAINED_ON, imitation_steps=steps, imitation_segment=24_576, steps=0, hidden=hidden, n_validation=48
    )
    with tempfile.TemporaryDirectory() as folder:
        return torch_score(Run(Path(folder), settings, lambda *_: None).train(resume=False))


def gain(make: Callable[[Any], Teacher], family: str, n_learners: int) -> float:
    """Mean gain of a family's learners, the same for every teacher."""
    return float(
        teach(
            make, Settings(family, COURSES, groups=DIVERSE), n_learners, ABLATION_SEED, BeliefParameters()
        ).gain.mean()
    )


def best_rule(family: str, n_learners: int) -> float:
    """The greatest mean gain of a tuned rule."""
    tuned = tuned_settings(family)
    rivals = [RuleTeacher(rule, dict(tuned[rule])) for rule in RULES]
    return max(gain(lambda _, rival=rival: rival, family, n_learners) for rival in rivals)  # type: ignore[misc]


def interval(ratios: np.ndarray) -> list[float]:
    """95 % of the means of ratios drawn again."""
    drawn = np.random.default_rng(ABLATION_SEED).choice(ratios, size=(2000, len(ratios))).mean(axis=1)
    return [round(float(edge), 3) for edge in np.percentile(drawn, (2.5, 97.5))]


def judged(name: str, steps: int, n_learners: int, best: dict[str, float]) -> dict[str, Any]:
    """Train a variant, let it teach, and compare."""
    started = time.perf_counter()
    with ExitStack() as stack:
        for module, attribute, value in VARIANTS[name]:
            stack.enter_context(patch.object(module, attribute, value))
        score = trained(steps)
        taught = {family: gain(lambda _: PolicyTeacher(name, score), family, n_learners) for family in best}
    ratios = {family: taught[family] / best[family] for family in best}
    values = np.array(list(ratios.values()))
    worst = min(ratios, key=ratios.__getitem__)
    return {
        "variant": name,
        "mean": round(float(values.mean()), 3),
        "interval": interval(values),
        "worst": worst,
        "worst_ratio": round(ratios[worst], 3),
        "ratios": {family: round(ratio, 3) for family, ratio in ratios.items()},
        "seconds": round(time.perf_counter() - started),
    }


@click.command()
@click.option("--variant", "names", multiple=True, type=click.Choice(tuple(VARIANTS)), help="only these")
@click.option("--steps", type=click.IntRange(1), default=98_304, show_default=True, help="labelled choices of training")
@click.option("--learners", "n_learners", type=click.IntRange(2), default=96, show_default=True, help="of each family")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(names: tuple[str, ...], steps: int, n_learners: int, json_file: Path | None) -> None:
    """Train, teach and report."""
    torch.set_num_threads(1)
    best, rows = {family: best_rule(family, n_learners) for family in families_of(TRAINED_ON)}, []
    for name in names or VARIANTS:
        row = judged(name, steps, n_learners, best)
        rows.append(row)
        click.echo(f"{name:40} mean {row['mean']:.3f} {row['interval']}, worst {row['worst']} {row['worst_ratio']:.3f}")
    figures = {
        "benchmark": "ablations",
        "simulated": True,
        "seed": ABLATION_SEED,
        "steps": steps,
        "learners": n_learners,
    }
    line = json.dumps(figures | {"rows": rows})
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


if __name__ == "__main__":
    sys.exit(main())
