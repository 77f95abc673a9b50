"""Answers per second on each store and number of workers, beside the bare route in the same minute."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import click

from benchmarks.processes import Load, first_line
from benchmarks.scale.servers import Served, timed
from benchmarks.serving import Figures, spread

N_CONNECTIONS = 64
WARM_SECONDS = 2.0
MICRO = 1e6


@contextmanager
def unpinned(*command: str) -> Iterator[subprocess.Popen[str]]:
    """A process that may run on every core, as all do here."""
    made = subprocess.Popen((sys.executable, "-m", *command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield made
    finally:
        made.kill()
        made.communicate()


def throughput(serving: Callable[[], AbstractContextManager[Served]], rounds: int, seconds: float) -> Figures:
    """Closed loop with 64 connections, answers and the bare route in turn.

    `ratio` is answers by bare of each round; `cpu_us` the processor's microseconds an answer takes, by process.
    """
    found: dict[str, list[float]] = defaultdict(list)
    cpu: dict[str, list[float]] = defaultdict(list)
    with serving() as served, unpinned("benchmarks.bare") as bare:
        ports = (str(served.port), first_line(bare).strip())
        with unpinned("benchmarks.load", *ports, str(N_CONNECTIONS)) as made:
            first_line(made)
            loader = Load(made)
            loader.ask(do="closed", target="answers", seconds=WARM_SECONDS)
            for _ in range(rounds):
                with timed(served) as spent:
                    answers = loader.ask(do="closed", target="answers", seconds=seconds)["per_second"]
                n_answers = answers * spent.pop("elapsed")
                for name, used in spent.items():
                    cpu[name].append(used / n_answers * MICRO)
                plain = loader.ask(do="closed", target="bare", seconds=seconds)["per_second"]
                for name, value in (("answers", answers), ("bare", plain), ("ratio", answers / plain)):
                    found[name].append(value)
                click.echo(f"  answers {answers:,.0f}/s, bare {plain:,.0f}/s", err=True)
    figures: Figures = {name: spread(values) for name, values in found.items()}
    return {**figures, "cpu_us": {name: spread(values) for name, values in cpu.items()}}
