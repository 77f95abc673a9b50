"""Every benchmark, one after another, each in a process of its own: ``python -m benchmarks [NAME ...] [--json FILE]``.

The last line printed is JSON and holds the figures of all by name; `--json` also writes it to a file.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

NAMES = ("serving", "sync", "recommend", "course_sizes", "ppo", "store", "environment", "student_models", "game")


def figures_of(name: str) -> dict[str, Any]:
    """Run one benchmark and read its figures. Raises ClickException if it fails."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "figures.json"
        click.echo(f"benchmark {name}", err=True)
        ended = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", "--json", str(file)])
        if ended.returncode:
            raise click.ClickException(f"benchmark {name} failed with exit code {ended.returncode}")
        figures: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return figures


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(NAMES))
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="also write all figures to this file")
def main(names: tuple[str, ...], json_file: Path | None) -> None:
    """Measure the speed of Pacer; some minutes for all."""
    line = json.dumps({name: figures_of(name) for name in names or NAMES})
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")
    click.echo(line)


if __name__ == "__main__":
    main()
