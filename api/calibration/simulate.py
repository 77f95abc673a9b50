"""`pacer content simulate-answers`: answers to items whose faults are known, to try calibration on."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np

from content.calibration.responses import CalibrationError, Responses
from content.calibration.simulation import Design, Truth, simulate


@click.command("simulate-answers")
@click.argument("answers", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--learners", default=1000, show_default=True, type=click.IntRange(1))
@click.option("--items", default=40, show_default=True, type=click.IntRange(1))
@click.option("--asked", type=click.IntRange(1), help="Items for each learner.  [default: all]")
@click.option("--wrong-keys", default=2, show_default=True, type=click.IntRange(0), help="Items with a wrong key.")
@click.option("--biased", default=1, show_default=True, type=click.IntRange(0), help="Items harder for group y.")
@click.option("--seed", default=1, show_default=True, help="One seed gives one file.")
def simulate_answers(
    answers: Path, learners: int, items: int, asked: int | None, wrong_keys: int, biased: int, seed: int
) -> None:
    """Write answers of simulated learners to items whose faults are known, as CSV.

    The last line is JSON and names the items with wrong keys and the biased ones.

    \b
    pacer content simulate-answers answers.csv --learners 2000 --wrong-keys 3
    """
    rng = np.random.default_rng(seed)
    truth = Truth.drawn(learners, items, rng)
    faulty = rng.permutation(items)[: wrong_keys + biased].tolist()
    design = Design(
        n_asked=asked, wrong_keys=tuple(faulty[:wrong_keys]), biased=dict.fromkeys(faulty[wrong_keys:], 1.0)
    )
    try:
        responses = simulate(truth, rng, design)
    except CalibrationError as error:
        raise click.ClickException(str(error)) from error
    with answers.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("learner", "item", "score", "choice", "seconds", "group"))
        writer.writerows(_lines(responses))
    names = responses.item_ids
    figures = {
        "command": "content simulate-answers",
        "answers": responses.n_answers,
        "wrongKeys": [names[k] for k in design.wrong_keys],
        "biased": [names[k] for k in design.biased],
        "out": str(answers),
    }
    click.echo(json.dumps(figures))


def _lines(responses: Responses) -> Iterator[tuple[object, ...]]:
    choice, seconds, group = responses.choice, responses.seconds, responses.facets["group"]
    if choice is None or seconds is None:
        raise CalibrationError("simulated answers have choices and times")
    for row in range(responses.n_answers):
        yield (
            responses.learner_ids[responses.learner[row]],
            responses.item_ids[responses.item[row]],
            int(responses.score[row]),
            choice.names[choice.code[row]],
            round(float(seconds[row]), 1),
            group.names[group.code[row]],
        )
