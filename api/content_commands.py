"""`pacer content`: what an author needs on the command line."""

from __future__ import annotations

from pathlib import Path

import click

from api.calibration.calibrate import calibrate
from api.calibration.simulate import simulate_answers
from api.content_exchange import export_file, import_file
from api.grader_commands import grader


@click.group()
def content() -> None:
    """Work with track files (YAML) and the formats of others, and see how items do.

    \b
    Check a file, or a directory that holds one track:
        pacer content check my-track.yaml
    Bring in a question bank:
        pacer content import bank.xml --to my-bank
    Calibrate items from a file of answers:
        pacer content calibrate answers.csv
    """


content.add_command(calibrate)
content.add_command(simulate_answers)
content.add_command(import_file)
content.add_command(export_file)


@content.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """List every fault in track files, each with its line and what to do about it.

    Exits with 1 if there is any fault.

    \b
    One file:
        pacer content check my-track.yaml
    One track in a directory of files:
        pacer content check content/starter/python-from-zero
    """
    from content.check import check_path

    n_faults = 0
    for path in paths:
        faults = check_path(path)
        n_faults += len(faults)
        for fault in faults:
            click.echo(str(fault))
        if not faults:
            click.echo(f"{path}: no faults")
    if n_faults:
        raise click.ClickException(f"{n_faults} fault{'s' if n_faults > 1 else ''} in {len(paths)} path(s)")


content.add_command(grader)
