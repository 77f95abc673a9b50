"""What an answer costs over HTTP, beside a bare Litestar route on the same server in the same run.

Run as ``python -m benchmarks.serving [--rounds 5] [--seconds 3] [--json FILE]``. The last line printed is JSON;
`--json` also writes it to a file. An answer is graded, rewarded, made durable, and gets the next exercise, chosen by
the policy that is served. Server: one worker, uvicorn, uvloop, httptools. It has one core and the load generator
another, where there are two. Measurements take turns in every round; a figure is the median of the rounds, with
[lowest, highest].

- `throughput`: requests per second with 64 connections, each sending again when it has its response; `ratio` is answers
  by `bare`, a GET that gives a small object. `ratio_echo` is by `echo`, a POST that also reads JSON as an answer has.
- `latency`: milliseconds from due to done at a fixed arrival rate, half of what answers reached; `ratio` is answers by
  bare, of the 99th percentile at the same rate.
- `ready_seconds` from starting the process to 200 from /ready; `memory_mb` resident, after all load.
- `history`: microseconds of an answer by a learner with 10,000 earlier events and with about 10, over one connection.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from benchmarks.processes import Load, bare, load, memory_mb, pacer

N_CONNECTIONS = 64
N_STARTS = 5
LONG_HISTORY = 10_000
PAIRS = 400
BLOCK = 50
SHARE_OF_MAXIMUM = 0.5
TARGETS = ("answers", "bare", "echo")
BARS = {
    "throughput_ratio": (">=", 0.25),
    "latency_ratio": ("<=", 4.0),
    "memory_mb": ("<=", 200.0),
    "ready_seconds": ("<=", 3.0),
    "history_ratio": ("<=", 1.2),
}

Figures = dict[str, Any]


def spread(values: Sequence[float]) -> Figures:
    """Median, lowest and highest."""
    return {"median": round(statistics.median(values), 4), "range": [round(min(values), 4), round(max(values), 4)]}


def throughput(loader: Load, rounds: int, seconds: float) -> Figures:
    """Closed loop, in turn, the order turned round every time."""
    found: dict[str, list[float]] = defaultdict(list)
    for target in TARGETS:
        loader.ask(do="closed", target=target, seconds=1.0)
    for n in range(rounds):
        for target in TARGETS[:: -1 if n % 2 else 1]:
            found[target].append(loader.ask(do="closed", target=target, seconds=seconds)["per_second"])
        _say(f"round {n + 1}: " + ", ".join(f"{target} {found[target][-1]:,.0f}/s" for target in TARGETS))
    figures = {target: spread(values) for target, values in found.items()}
    for name, target in (("ratio", "bare"), ("ratio_echo", "echo")):
        figures[name] = spread([mine / plain for mine, plain in zip(found["answers"], found[target], strict=True)])
    return figures


def latency(loader: Load, rounds: int, seconds: float, rate: float) -> Figures:
    """Open loop at a rate, in turn."""
    found: dict[str, list[Figures]] = defaultdict(list)
    targets = ("answers", "bare")
    for n in range(rounds):
        for target in targets[:: -1 if n % 2 else 1]:
            found[target].append(loader.ask(do="open", target=target, seconds=seconds, rate=rate))
        _say(f"round {n + 1} at {rate:,.0f}/s: " + ", ".join(f"{t} p99 {found[t][-1]['p99']:.2f} ms" for t in targets))
    pairs = zip(found["answers"], found["bare"], strict=True)
    figures: Figures = {"rate": round(rate, 1), "ratio": spread([mine["p99"] / plain["p99"] for mine, plain in pairs])}
    for target, rows in found.items():
        figures[target] = {name: spread([row[name] for row in rows]) for name in rows[0]}
    return figures


def history(loader: Load, n_events: int) -> Figures:
    """An answer after many events and after few. The ratio is of medians, by blocks of pairs that lie close in time."""
    found = loader.ask(do="history", events=n_events, pairs=PAIRS)
    long, short = found["long_us"], found["short_us"]
    blocks = [slice(at, at + BLOCK) for at in range(0, PAIRS, BLOCK)]
    ratios = [statistics.median(long[block]) / statistics.median(short[block]) for block in blocks]
    return {
        "events": n_events,
        "long_us": round(statistics.median(long), 1),
        "short_us": round(statistics.median(short), 1),
        "ratio": spread(ratios),
    }


def starts(data: Path, policy: str | None) -> Figures:
    """Seconds to ready, and memory then; the first start makes the database and is not counted."""
    seconds, memory = [], []
    for n in range(N_STARTS + 1):
        with pacer(data, policy) as (_, pid, took):
            if n:
                seconds.append(took)
                memory.append(memory_mb(pid))
    return {"ready_seconds": spread(seconds), "memory_ready_mb": spread(memory)}


def measure(rounds: int, seconds: float, n_events: int, policy: str | None) -> Figures:
    """Everything."""
    with tempfile.TemporaryDirectory(prefix="pacer-bench-") as directory:
        figures = starts(Path(directory) / "starts", policy)
        _say(f"ready after {figures['ready_seconds']['median']:.2f} s")
        with (
            pacer(Path(directory) / "data", policy) as (port, pid, _),
            bare() as bare_port,
            load(port, bare_port, N_CONNECTIONS) as loader,
        ):
            figures["throughput"] = throughput(loader, rounds, seconds)
            rate = SHARE_OF_MAXIMUM * figures["throughput"]["answers"]["median"]
            figures["latency"] = latency(loader, rounds, seconds, rate)
            figures["history"] = history(loader, n_events)
            figures["memory_mb"] = round(memory_mb(pid), 1)
    return figures


def verdicts(figures: Figures) -> dict[str, bool]:
    """Which bars are met."""
    measured = {
        "throughput_ratio": figures["throughput"]["ratio"]["median"],
        "latency_ratio": figures["latency"]["ratio"]["median"],
        "memory_mb": figures["memory_mb"],
        "ready_seconds": figures["ready_seconds"]["median"],
        "history_ratio": figures["history"]["ratio"]["median"],
    }
    for name, (sign, bar) in BARS.items():
        _say(f"{name}: {measured[name]:.3g} (bar: {sign} {bar:g})")
    return {
        name: bool(measured[name] >= bar if sign == ">=" else measured[name] <= bar)
        for name, (sign, bar) in BARS.items()
    }


def _say(text: str) -> None:
    click.echo(text, err=True)


@click.command()
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1))
@click.option("--seconds", default=3.0, show_default=True, help="length of each measurement")
@click.option("--events", default=LONG_HISTORY, show_default=True, help="length of the long history")
@click.option("--policy", help="policy to serve [the shipped one]")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(rounds: int, seconds: float, events: int, policy: str | None, json_file: Path | None) -> None:
    """Measure and report."""
    figures = measure(rounds, seconds, events, policy)
    line = json.dumps({"benchmark": "serving", "rounds": rounds, **figures, "met": verdicts(figures)})
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


if __name__ == "__main__":
    main()
