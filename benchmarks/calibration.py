"""Calibration: how fast it is, beside girth in the same run, how near the truth, and what it finds.

Run as ``python -m benchmarks.calibration [--part NAME ...] [--learners L] [--seeds S] [--json FILE]``. Times are
processor seconds, so that a busy machine changes them little. Answers are simulated (`content.calibration.simulation`),
so that the truth is known. girth wants complete answers in memory: it is compared at a size that it can do, on the
same answers, quadrature points and bounds. The last line printed is JSON; `--json` also writes it to a file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np

from content.calibration.abilities import estimate_abilities, rest_abilities, rest_scores
from content.calibration.classical import option_use
from content.calibration.dif import find_dif
from content.calibration.expectation_maximisation import Fitting
from content.calibration.health import item_health
from content.calibration.keys import doubtful_keys
from content.calibration.marginal import Curves, Marginal
from content.calibration.online import Belief, follow
from content.calibration.quadrature import REACH, Grid
from content.calibration.responses import Reals, Responses
from content.calibration.simulation import Design, Truth, in_random_order, simulate
from content.calibration.two_pl import fit_two_pl

PARTS = ("girth", "scale", "keys", "groups", "online")
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
GIRTH_POINTS = 61


def beside_girth(n_learners: int = 2000, n_items: int = 40) -> dict[str, Any]:
    """The same complete answers fitted by both."""
    import girth

    rng = np.random.default_rng(1)
    responses = simulate(Truth.drawn(n_learners, n_items, rng), rng)
    options = {"quadrature_n": GIRTH_POINTS, "quadrature_bounds": (-REACH, REACH), "max_iteration": 200}
    table = responses.score.reshape(n_learners, n_items).T.astype(int)
    theirs, girth_seconds = timed(lambda: girth.twopl_mml(table, options=options))
    ours, seconds = timed(lambda: fit_two_pl(responses, errors=False, fitting=Fitting(n_points=GIRTH_POINTS)))
    their_curves = Curves(theirs["Discrimination"], -theirs["Discrimination"] * theirs["Difficulty"])
    their_value = Marginal(responses, Grid.of(GIRTH_POINTS)).expect(their_curves).log_likelihood
    return {
        "learners": n_learners,
        "items": n_items,
        "seconds": round(seconds, 2),
        "girthSeconds": round(girth_seconds, 2),
        "times": round(girth_seconds / seconds, 1),
        "logLikelihood": round(ours.log_likelihood, 3),
        "girthLogLikelihood": round(their_value, 3),
        "largestDifference": {
            "discrimination": round(float(np.abs(theirs["Discrimination"] - ours.discrimination).max()), 5),
            "difficulty": round(float(np.abs(theirs["Difficulty"] - ours.difficulty).max()), 5),
        },
    }


def at_scale(n_learners: int, n_items: int = 1000, n_asked: int = 50) -> dict[str, Any]:
    """Sparse answers, fitted in a process of its own, whose memory is told before and at its highest."""
    command = [sys.executable, "-m", "benchmarks.calibration", "--alone", f"{n_learners},{n_items},{n_asked}"]
    environment = os.environ | dict.fromkeys(ONE_THREAD, "1")
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    figures: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return figures


def fit_alone(n_learners: int, n_items: int, n_asked: int) -> dict[str, Any]:
    """What the process of its own does."""
    rng = np.random.default_rng(1)
    truth = Truth.drawn(n_learners, n_items, rng)
    responses = simulate(truth, rng, Design(n_asked=n_asked))
    before = megabytes("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the highest so far is forgotten
    found, seconds = timed(lambda: fit_two_pl(responses, errors=False, fitting=Fitting(tolerance=1e-4)))
    most = megabytes("VmHWM")
    found, with_errors = timed(lambda: fit_two_pl(responses, fitting=Fitting(tolerance=1e-4)))
    _, judging = timed(lambda: item_health(responses, calibration=found))
    return {
        "learners": n_learners,
        "items": n_items,
        "answers": responses.n_answers,
        "steps": found.n_steps,
        "converged": found.converged,
        "seconds": round(seconds, 1),
        "secondsWithErrors": round(with_errors, 1),
        "secondsJudging": round(judging, 1),
        "megabytesOfAnswers": round(before),
        "megabytesMost": round(most),
        "megabytesJudging": round(megabytes("VmHWM")),
        "rmseDiscrimination": rmse(found.discrimination, truth.discrimination),
        "rmseDifficulty": rmse(found.difficulty, truth.difficulty),
        "within95Discrimination": within(found.discrimination, truth.discrimination, found.discrimination_error),
        "within95Difficulty": within(found.difficulty, truth.difficulty, found.difficulty_error),
    }


def wrong_keys(n_seeds: int, n_items: int = 100) -> list[dict[str, Any]]:
    """One item in twenty has a wrong key; what is doubted, by answers to an item."""
    rows = []
    for n_answers in (50, 100, 200, 400, 800):
        for chosen in ("all items", "fitting items"):
            hits = np.zeros(3)  # found, doubted, wrong
            for seed in range(n_seeds):
                hits += _doubted(n_answers, chosen == "fitting items", n_items, seed)
            found, doubted, wrong = hits.astype(int).tolist()
            rows.append(
                {
                    "answersToAnItem": n_answers,
                    "asked": chosen,
                    "precision": round(found / doubted, 3) if doubted else None,
                    "recall": round(found / wrong, 3),
                    "wrong": wrong,
                    "doubted": doubted,
                }
            )
    return rows


def _doubted(n_answers: int, fitting: bool, n_items: int, seed: int) -> Reals:
    rng = np.random.default_rng([2, seed])
    n_asked = 20 if fitting else n_items
    truth = Truth.drawn(n_answers * n_items // n_asked, n_items, rng)
    wrong = tuple(rng.choice(n_items, n_items // 20, replace=False).tolist())
    design = Design(n_asked=n_asked, adaptive=1.0 if fitting else 0.0, wrong_keys=wrong)
    responses = simulate(truth, rng, design)
    rest = rest_abilities(responses, fit_two_pl(responses, errors=False)) if fitting else rest_scores(responses)
    doubted = {doubt.item_id for doubt in doubtful_keys(responses, option_use(responses, rest))}
    return np.asarray([len(doubted & {f"i{k + 1}" for k in wrong}), len(doubted), len(wrong)], np.float64)


def groups(n_seeds: int, n_items: int = 40) -> list[dict[str, Any]]:
    """One item in ten is harder for group y by .8 logits; with and without a gap in ability between the groups."""
    rows = []
    for n_answers in (500, 2000):
        for gap in (0.0, 1.0):
            for n_asked in (n_items, n_items // 2):
                counts = sum((_classes(n_answers, gap, n_asked, n_items, seed) for seed in range(n_seeds)), np.zeros(4))
                biased, fair = n_seeds * n_items // 10, n_seeds * (n_items - n_items // 10)
                rows.append(
                    {
                        "answersToAnItem": n_answers,
                        "gap": gap,
                        "askedOf": f"{n_asked} of {n_items}",
                        "biasedAsBOrC": round(counts[0] / biased, 3),
                        "fairAsBOrC": round(counts[1] / fair, 3),
                        "fairAsC": round(counts[2] / fair, 3),
                        "fairByLogistic": round(counts[3] / fair, 3),
                    }
                )
    return rows


def _classes(n_answers: int, gap: float, n_asked: int, n_items: int, seed: int) -> Reals:
    rng = np.random.default_rng([3, seed])
    truth = Truth.drawn(n_answers * n_items // n_asked, n_items, rng)
    biased = np.arange(n_items) < n_items // 10
    design = Design(n_asked=n_asked, gap=gap, biased=dict.fromkeys(np.flatnonzero(biased).tolist(), 0.8))
    responses = simulate(truth, rng, design)
    ability = None if n_asked == n_items else estimate_abilities(responses, fit_two_pl(responses, errors=False)).mean
    (found,) = find_dif(responses, "group", ability=ability, reference="x")
    large, some = found.mantel_haenszel.ets == "C", np.isin(found.mantel_haenszel.ets, ("B", "C"))
    logistic = np.isin(found.logistic.size, ("B", "C"))
    flags = some & biased, some & ~biased, large & ~biased, logistic & ~biased
    return np.asarray([flag.sum() for flag in flags], np.float64)


def online(n_items: int = 200, n_asked: int = 20) -> list[dict[str, Any]]:
    """Answers taken in one by one, by learners who are new as well; discriminations of 1."""
    rng = np.random.default_rng(4)
    truth = Truth.drawn(4000, n_items, rng)
    truth.discrimination[:] = 1.0
    responses = in_random_order(simulate(truth, rng, Design(n_asked=n_asked)), rng)
    items, rows, learners = {f"i{k + 1}": Belief() for k in range(n_items)}, [], dict[str, Belief]()
    start = 0
    for end in (20 * n_items, 100 * n_items, responses.n_answers):
        _, seconds = timed(lambda part=slice(start, end): follow(_one_by_one(responses, part), items, learners))
        beliefs = [items[name] for name in responses.item_ids]
        mean, sd = (np.asarray([getattr(belief, name) for belief in beliefs]) for name in ("mean", "sd"))
        rows.append(
            {
                "answersToAnItem": end // n_items,
                "rmse": rmse(mean, truth.difficulty),
                "sd": round(float(sd.mean()), 4),
                "within95": within(mean, truth.difficulty, sd),
                "answersPerSecond": round((end - start) / seconds),
            }
        )
        start = end
    return rows


def _one_by_one(responses: Responses, part: slice) -> Iterator[tuple[str, str, float]]:
    columns = (responses.learner[part].tolist(), responses.item[part].tolist(), responses.score[part].tolist())
    for learner, item, score in zip(*columns, strict=True):
        yield responses.learner_ids[learner], responses.item_ids[item], score


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What it gives, and seconds of one core."""
    start = time.process_time()
    return work(), time.process_time() - start


def rmse(found: Reals, truth: Reals) -> float:
    """Root of the mean squared difference."""
    return round(float(np.sqrt(((found - truth) ** 2).mean())), 4)


def within(found: Reals, truth: Reals, error: Reals) -> float:
    """Share of the truth within 1.96 standard errors."""
    return round(float((np.abs(found - truth) < 1.96 * error).mean()), 3)


def megabytes(name: str) -> float:
    """VmRSS, now, or VmHWM, the highest so far, of this process."""
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(float(line.split()[1]) / 1024.0 for line in status if line.startswith(f"{name}:"))


@click.command()
@click.option("--part", "parts", multiple=True, type=click.Choice(PARTS), help="Default: all.")
@click.option("--learners", default=100_000, show_default=True, help="of the part `scale`")
@click.option("--seeds", default=10, show_default=True, help="simulated data sets for each row of `keys` and `groups`")
@click.option("--alone", hidden=True)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(parts: tuple[str, ...], learners: int, seeds: int, alone: str | None, json_file: Path | None) -> None:
    """Measure and report."""
    if alone is not None:
        click.echo(json.dumps(fit_alone(*map(int, alone.split(",")))))
        return
    work: dict[str, Callable[[], Any]] = {
        "girth": beside_girth,
        "scale": lambda: at_scale(learners),
        "keys": lambda: wrong_keys(seeds),
        "groups": lambda: groups(seeds),
        "online": online,
    }
    figures: dict[str, Any] = {"benchmark": "calibration"}
    for name in parts or PARTS:
        figures[name] = work[name]()
        click.echo(f"{name}: {json.dumps(figures[name])}", err=True)
    line = json.dumps(figures)
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


if __name__ == "__main__":
    sys.exit(main())
