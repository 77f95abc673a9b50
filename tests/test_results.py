"""The published figures are those of the benchmark that is kept beside the policy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rl.policy import Policy
from simulators.families import FAMILIES

ROOT = Path(__file__).parents[1]
RELEASED = ROOT / "rl/released"
BENCHMARK: dict[str, Any] = json.loads((RELEASED / "benchmark.json").read_text())
MATRIX: dict[str, Any] = json.loads((RELEASED / "core.json").read_text())
CORE: list[dict[str, Any]] = MATRIX["cells"]
LEFT_OUT: dict[str, Any] = json.loads((RELEASED / "left-out.json").read_text())
RESULTS = (ROOT / "docs/results.md").read_text()
CARD = (RELEASED / "MODEL_CARD.md").read_text()
CELLS = {cell["cell"]["family"]: cell for cell in BENCHMARK["cells"]}


def told(interval: list[float], digits: int) -> str:
    value, low, high = interval
    return f"{value:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def share(interval: list[float]) -> str:
    value, low, high = (100 * each for each in interval)
    return f"{value:.0f} % [{low:.0f}, {high:.0f}]"


def test_every_family_is_told_of() -> None:
    assert list(CELLS) == list(FAMILIES)


@pytest.mark.parametrize("family", CELLS)
def test_the_table_is_the_benchmarks(family: str) -> None:
    cell = CELLS[family]
    rule, policy, reference = (
        cell["teachers"][name]["everybody"] for name in (cell["bestRule"], "tutor", cell["reference"])
    )
    figures = (
        cell["bestRule"],
        told(rule["gain"], 3),
        told(policy["gain"], 3),
        told(policy["ratio"], 2),
        told(policy["shareOfReference"], 2),
        share(policy["betterOff"]),
        told(reference["ratio"], 2),
    )
    assert f"| {family} | {' | '.join(figures)} |" in RESULTS


@pytest.mark.parametrize(("plan", "size"), dict.fromkeys((cell["plan"], cell["size"]) for cell in CORE))
def test_the_table_of_calendars_and_sizes_is_the_benchmarks(plan: str, size: str) -> None:
    cells = [cell for cell in CORE if (cell["plan"], cell["size"]) == (plan, size)]
    lowest = min(cells, key=lambda cell: float(cell["ratio"][0]))
    figures = (
        len(cells),
        lowest["nLearners"] * lowest["nSeeds"],
        sum(cell["ratio"][1] > 1.0 for cell in cells),
        sum(cell["ratio"][2] < 1.0 for cell in cells),
        f"`{lowest['family']}` {told(lowest['ratio'], 2)}",
    )
    assert f"| {plan}, {size} | {' | '.join(map(str, figures))} |" in RESULTS


def test_regret_is_told() -> None:
    one, four = MATRIX["regret"].values()
    assert f"is at most {told(one, 2)} of it on one skill of `gated`, and {told(four, 2)} on four" in RESULTS


def test_the_usual_cells_of_the_whole_matrix_are_those_of_the_page() -> None:
    usual = {cell["family"]: cell["ratio"] for cell in CORE if cell["plan"] == cell["size"] == "usual"}
    assert usual == {family: cell["teachers"]["tutor"]["everybody"]["ratio"] for family, cell in CELLS.items()}


@pytest.mark.parametrize("row", LEFT_OUT["leftOut"], ids=lambda row: str(row["family"]))
def test_the_table_of_kinds_left_out_is_the_benchmarks(row: dict[str, Any]) -> None:
    said = ["yes" if row[name] else "no" for name in ("notBelow", "above")]
    cells = (row["kind"], row["family"], row["bestRule"], told(row["ratio"], 2), *said)
    assert f"| {' | '.join(cells)} |" in RESULTS


def test_the_card_is_of_the_policy_and_tells_its_figures() -> None:
    policy, standing = Policy.load(RELEASED / "tutor.onnx"), BENCHMARK["standings"]["tutor"]
    size = (RELEASED / "tutor.onnx").stat().st_size
    assert f"{size:,} bytes, version `{policy.card.version}`" in CARD
    for text in (" ".join(CARD.split()), " ".join(RESULTS.split())):
        for interval in (standing["meanRatio"], standing["meanShare"]):
            assert told(interval, 2) in text


def test_every_rule_was_tuned_to_its_family() -> None:
    assert {family: cell["tunedOn"] for family, cell in CELLS.items()} == {family: family for family in CELLS}
