"""The published figures are those of the evaluation that is kept beside the policy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rl.policy import Policy

ROOT = Path(__file__).parents[1]
RELEASED = ROOT / "rl/released"
EVALUATION: dict[str, Any] = json.loads((RELEASED / "evaluation.json").read_text())
RESULTS = (ROOT / "docs/results.md").read_text()
CARD = (RELEASED / "MODEL_CARD.md").read_text()


def told(interval: list[float], digits: int) -> str:
    value, low, high = interval
    return f"{value:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


@pytest.mark.parametrize("name", EVALUATION["families"][0]["teachers"])
def test_the_table_of_teachers_is_the_evaluations(name: str) -> None:
    teacher = EVALUATION["families"][0]["teachers"][name]
    figures = told(teacher["gain"], 3), told(teacher["ratio"], 2), told(teacher["shareOfGreedy"], 2)
    drop_out = f"{teacher['dropOut'][0] * 100:.0f} %"
    assert f"| {name} | {' | '.join(figures)} | {drop_out} |" in RESULTS


def row_of(condition: dict[str, Any]) -> str:
    best, policy = condition["teachers"][condition["bestRule"]], condition["teachers"]["policy"]
    figures = told(best["gain"], 3), told(policy["gain"], 3), told(policy["difference"], 3)
    return f"{condition['bestRule']} | {' | '.join(figures)} |"


@pytest.mark.parametrize("condition", EVALUATION["sizes"], ids=lambda c: str(c["skills"][1]))
def test_the_table_of_sizes_is_the_evaluations(condition: dict[str, Any]) -> None:
    assert f"| {condition['skills'][1]} | {row_of(condition)}" in RESULTS


@pytest.mark.parametrize("transfer", EVALUATION["transfer"], ids=lambda t: t["trainedOn"])
def test_the_table_of_transfers_is_the_evaluations(transfer: dict[str, Any]) -> None:
    figures = transfer["figures"]
    assert f"| {transfer['trainedOn']} | {figures['family']} | {row_of(figures)}" in RESULTS


def test_the_card_is_of_the_policy_and_tells_its_figures() -> None:
    policy, teacher = Policy.load(RELEASED / "tutor.onnx"), EVALUATION["families"][0]["teachers"]["policy"]
    size = (RELEASED / "tutor.onnx").stat().st_size
    assert f"{size:,} bytes, version `{policy.card.version}`" in CARD
    card = " ".join(CARD.split())
    for interval, digits in ((teacher["gain"], 3), (teacher["ratio"], 2), (teacher["shareOfGreedy"], 2)):
        assert told(interval, digits) in card
