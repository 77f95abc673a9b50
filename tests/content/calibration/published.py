"""Published data sets and fits. They are no part of Pacer: tests that need them are skipped where they are absent."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from content.calibration.responses import Reals, Responses
from tests.documents import ROOT

FOLDER = Path(os.environ.get("PACER_DATA", ROOT.parent / "shared" / "data")) / "irt"

needs_published_data = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"no published answers in {FOLDER}: name the folder of the data sets in PACER_DATA"
)


def reference() -> dict[str, Any]:
    """Published parameters and log-likelihoods, by data set."""
    values: dict[str, Any] = json.loads((FOLDER / "reference_values.json").read_text(encoding="utf-8"))
    return values


def lsat6() -> Responses:
    """1,000 people, 5 items of the Law School Admission Test, section 6."""
    return Responses.from_matrix(_table("lsat6.csv"))


def lsat7() -> Responses:
    """1,000 people, 5 items of section 7, kept as patterns with their frequency."""
    table = _table("lsat7.csv")
    return Responses.from_matrix(np.repeat(table[:, :5], table[:, 5].astype(int), axis=0))


def raschdat1() -> Responses:
    """100 simulated people, 30 items, of the R package eRm."""
    return Responses.from_matrix(_table("raschdat1.csv"))


def verbal_aggression() -> Responses:
    """316 people, 24 items, answers "perhaps" and "yes" counted alike."""
    with (FOLDER / "verbagg.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Responses.of([row["id"] for row in rows], [row["item"] for row in rows], [row["r2"] == "Y" for row in rows])


def _table(name: str) -> Reals:
    return np.loadtxt(FOLDER / name, delimiter=",", skiprows=1)
