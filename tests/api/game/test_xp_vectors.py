"""The public vectors of XP and of what flags soften, as any client may run them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api.game.fairplay.softening import Look, looks_like
from api.game.rules import RULES
from api.game.xp import Attempt, grant

FILE = json.loads((Path(__file__).parents[3] / "docs" / "game-rules" / "xp.json").read_text())
NAMES = {"expectedSeconds": "expected_seconds"}


def named(vectors: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("vector", vectors, ids=[vector["name"] for vector in vectors])


def test_both_shipped_versions_have_vectors() -> None:
    assert {vector["version"] for vector in FILE["vectors"]} == {rules.version for rules in RULES}


@named(FILE["vectors"])
def test_xp_holds(vector: dict[str, Any]) -> None:
    fields = {NAMES.get(name, name): value for name, value in {**FILE["usual"], **vector["attempt"]}.items()}
    rules = next(rules for rules in RULES if rules.version == vector["version"])
    found = grant(msgspec.convert(fields, Attempt), rules.xp)
    assert {"xp": found.amount, "reasons": list(found.reasons)} == vector["expected"], vector["why"]


@named(FILE["softening"])
def test_softening_holds(vector: dict[str, Any]) -> None:
    look = Look(vector["seconds"], vector["expectedSeconds"], vector["gap"], vector["ahead"])
    assert looks_like(vector["kind"], look) is vector["expected"]
