"""Break real servers under load, and count: ``python -m tests.chaos [SCENE ...] [--seconds S] [--json FILE]``.

Each scene prints a line of JSON. The last line holds them all by name; `--json` also writes it to a file. The exit code
is 1 if in any scene an acknowledged answer was lost, changed or counted twice, a server did not stop cleanly, or memory
grew.

- `acknowledged`: answers that were; `lost`, `doubled`, `unheard`, `xp_astray`, `changed` must be 0.
- `latency_ms`: from the first sending of an answer to its acknowledgement, however often it was sent again.
- `failed_requests` by kind, `silence_s` the longest time after the fault in which no learner was answered, `recovery_s`
  from the fault to the last failed request or to the end of that silence, whichever is later.
- What else a fault measures is named by it: `election_s`, `stop_s`, `memory_mb`, `memory_growth`.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from itertools import groupby
from pathlib import Path

import click

from tests.chaos.faults import Figures
from tests.chaos.scenes import SCENES, storm
from tests.chaos.stage import StageError


def play(names: tuple[str, ...], n_learners: int, seconds: float | None) -> dict[str, Figures]:
    """The scenes, those that follow each other on one setting on one stage; their figures by name."""
    found: dict[str, Figures] = {}
    for number, (setting, scenes) in enumerate(groupby(names, lambda name: SCENES[name].setting)):
        with tempfile.TemporaryDirectory(prefix="pacer-chaos-") as directory:
            try:
                with setting(Path(directory) / str(number)) as stage:
                    for name in scenes:
                        scene = SCENES[name]
                        found[name] = asyncio.run(storm(stage, scene.fault, seconds or scene.seconds, n_learners))
                        click.echo(json.dumps({"scene": name, **found[name]}))
            except StageError as error:
                click.echo(f"left out: {', '.join(scenes)}: {error}", err=True)
    return found


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(tuple(SCENES)))
@click.option("--learners", default=16, show_default=True, type=click.IntRange(1), help="who play at once")
@click.option("--seconds", type=float, help="length of each fault [its own; of the soak 600]")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write the figures to this file")
def main(names: tuple[str, ...], learners: int, seconds: float | None, json_file: Path | None) -> None:
    """Break real servers under load; some 15 minutes for all scenes."""
    figures = play(names or tuple(SCENES), learners, seconds)
    line = json.dumps({"benchmark": "chaos", "learners": learners, "scenes": figures})
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)
    if not all(scene["ok"] for scene in figures.values()):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
