"""docs/security.md names tests that there are, and every test of attacks is named or stands beside one that is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from api.http.protocol import HEAD_SECONDS, MESSAGE_SECONDS
from api.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)))


def functions_of(path: Path) -> set[str]:
    """Names of the tests in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize(("file", "name"), NAMED, ids=[name for _, name in NAMED])
def test_a_test_that_is_named_is_there(file: str, name: str) -> None:
    assert name in functions_of(ROOT / file)


def test_no_name_of_a_test_is_written_in_another_way() -> None:
    assert TEXT.count("::test_") == len(re.findall(r"`tests/[\w/]+\.py::test_\w+`", TEXT)) >= 40


def test_every_file_of_attacks_is_named() -> None:
    files = {f"tests/api/security/{path.name}" for path in (ROOT / "tests" / "api" / "security").glob("test_*.py")}
    assert files <= {file for file, _ in NAMED}


def test_every_threat_names_its_defence_and_its_tests() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| ") and "::" in line]
    assert len(rows) >= 20
    assert all(len(row.strip("|").split(" | ")) == 3 for row in rows)
    tables = TEXT.partition("## Threats")[2].partition("## What an operator")[0]
    listed = [line for line in tables.splitlines() if line.startswith("| ") and not line.startswith("| Threat")]
    assert listed == [row for row in rows if row in listed]


def test_settings_and_numbers_are_those_of_the_program() -> None:
    known = {PREFIX + name.upper() for name in Settings.__struct_fields__}
    assert set(re.findall(r"PACER_[A-Z_]+", TEXT)) <= known
    assert f"a head has {HEAD_SECONDS:g} s, a request {MESSAGE_SECONDS:g} s" in TEXT


def test_no_address_was_invented() -> None:
    assert not re.search(r"[\w.]+@[\w.]+\.\w+", TEXT)
