"""`pacer evaluate notifications`: the bandit beside its rivals, on simulated returns."""

from __future__ import annotations

from dataclasses import asdict
from typing import IO, Any

import click
import msgspec
import numpy as np
from numpy.typing import NDArray

from api.notifications.evaluation.logged import estimates, read_log
from api.notifications.evaluation.trial import RIVALS, Check, Trial, check_estimate, floor_of, run

Z95 = 1.959963984540054
SIMULATED = "simulated learners; no real one was asked"


@click.command()
@click.option("--decisions", type=click.IntRange(200, 1_000_000), default=4000, show_default=True, help="In each run.")
@click.option("--seeds", type=click.IntRange(2, 1000), default=5, show_default=True, help="Runs, each with a seed.")
@click.option("--first-seed", type=click.IntRange(0), default=1, show_default=True)
@click.option("--log", type=click.File("rb"), help="Judge these decisions instead, of 'pacer notifications decisions'.")
def notifications(decisions: int, seeds: int, first_seed: int, log: IO[bytes] | None) -> None:
    """Compare ways to choose the time and the words of reminders, on simulated returns to learning.

    Prints the regret (returns missed beside the best choice, which a simulation knows) as it adds up, and an inverse
    propensity estimate of a policy from another's log beside its true value. The last line is JSON.

    \b
    As documented:
        pacer evaluate notifications
    Quicker:
        pacer evaluate notifications --decisions 1000 --seeds 2
    On what was really decided, with the probabilities that were logged:
        pacer evaluate notifications --log decisions.jsonl
    """
    if log is not None:
        judge(log)
        return
    numbers = range(first_seed, first_seed + seeds)
    trials = {name: [run(draw, decisions, seed) for seed in numbers] for name, draw in RIVALS.items()}
    marks = [round(decisions * share) for share in (0.05, 0.1, 0.25, 0.5, 1.0)]
    curves = {name: curve(found, marks) for name, found in trials.items()}
    click.echo(f"Cumulative regret, mean of {seeds} runs with 95 % intervals; {SIMULATED}.")
    click.echo("decisions " + "".join(f"{name:>16}" for name in curves))
    for place, mark in enumerate(marks):
        cells = (f"{found[place][0]:8.1f} ± {found[place][1]:5.1f}" for found in curves.values())
        click.echo(f"{mark:9d} " + "".join(f"{cell:>16}" for cell in cells))
    checks = [check_estimate(log, taught.posterior) for log, taught in pairs(trials)]
    n_covered = sum(abs(each.estimate.value - each.truth) <= each.estimate.half_width for each in checks)
    click.echo(f"Inverse propensity estimates that hold the true value in their 95 % interval: {n_covered}/{seeds}")
    report = {
        "simulated": True,
        "decisions": decisions,
        "seeds": list(numbers),
        "marks": marks,
        "regret": curves,
        "returnRate": {name: rate(found) for name, found in trials.items()} | {"best": best(trials["uniform"])},
        "floor": min(floor_of(trial) for trial in trials["thompson"]),
        "estimates": [shown(each) for each in checks],
    }
    click.echo(msgspec.json.encode(report).decode())


def judge(log: IO[bytes]) -> None:
    """What other policies would have brought, by a log."""
    try:
        known = read_log(log)
        found = estimates(known)
    except (msgspec.DecodeError, ValueError) as error:
        raise click.ClickException(f"{log.name} cannot be judged: {error}") from error
    click.echo(f"Estimated rate of return to learning from {len(known)} decisions, with 95 % intervals:")
    for name, each in found.items():
        click.echo(f"{name:>10} {each.value:.3f} ± {each.half_width:.3f} (worth {each.effective_n:.0f} decisions)")
    report = {"simulated": False, "decisions": len(known), "estimates": {name: asdict(e) for name, e in found.items()}}
    click.echo(msgspec.json.encode(report).decode())


def pairs(trials: dict[str, list[Trial]]) -> list[tuple[Trial, Trial]]:
    """The log of uniform draws in each run, and the bandit of the next one, which never saw that log."""
    taught = trials["thompson"]
    return [(log, taught[(place + 1) % len(taught)]) for place, log in enumerate(trials["uniform"])]


def curve(trials: list[Trial], marks: list[int]) -> list[tuple[float, float]]:
    """Cumulative regret at these decisions, and half of its interval over runs."""
    sums = np.array([np.cumsum(trial.regret)[np.array(marks) - 1] for trial in trials])
    return [interval(column) for column in sums.T]


def interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """The mean, and half of its 95 % interval."""
    return float(values.mean()), float(Z95 * values.std(ddof=1) / np.sqrt(len(values)))


def rate(trials: list[Trial]) -> tuple[float, float]:
    """The true rate of return of what was chosen, over the last half of each run."""
    return interval(np.array([np.mean([e.truth[e.choice.index] for e in t.log[len(t.log) // 2 :]]) for t in trials]))


def best(trials: list[Trial]) -> tuple[float, float]:
    """The true rate of return of the best choices."""
    return interval(np.array([np.mean([each.truth.max() for each in trial.log]) for trial in trials]))


def shown(check: Check) -> dict[str, Any]:
    """An estimate beside the truth, as JSON."""
    found = check.estimate
    return {
        "estimate": found.value,
        "halfWidth": found.half_width,
        "selfNormalised": found.self_normalised,
        "effectiveN": found.effective_n,
        "truth": check.truth,
    }
