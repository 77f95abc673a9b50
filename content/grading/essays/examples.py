"""Judged essays from a file that an author made."""

from __future__ import annotations

import csv
from pathlib import Path

from content.grading.essays.model import EssayError, Judged
from content.grading.essays.reading import Encode, read_essays

MAX_EXAMPLES = 5_000
TEXT = "text"


def read_examples(path: Path, prompt: str, encode: Encode) -> tuple[list[Judged], list[str]]:
    """Essays and the traits they were judged by: every column but "text" is a trait with whole levels from 0.

    Raises:
        EssayError: not such a CSV; the text names the row.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise EssayError(f"{path} cannot be read as CSV: {error}") from error
    traits = [name for name in reader.fieldnames or () if name != TEXT]
    if TEXT not in (reader.fieldnames or ()) or not traits:
        raise EssayError(f'{path} needs a column "{TEXT}" and a column for each trait')
    if len(rows) > MAX_EXAMPLES:
        raise EssayError(f"{path} has {len(rows)} essays; {MAX_EXAMPLES} are allowed")
    levels = []
    for number, row in enumerate(rows, start=2):
        try:
            levels.append(tuple(int(row[trait]) for trait in traits))
        except (TypeError, ValueError) as error:
            raise EssayError(f"{path}, line {number}: a level is missing, or no whole number") from error
    readings = read_essays([row[TEXT] or "" for row in rows], prompt, encode)
    return [Judged(reading, of) for reading, of in zip(readings, levels, strict=True)], traits
