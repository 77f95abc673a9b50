"""The staircase holds, a serving process stays light, and nothing unforeseen lies at the top level."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOP_LEVEL = {
    "api",
    "rl",
    "envs",
    "simulators",
    "content",
    "tests",
    "docs",
    "benchmarks",
    "pyproject.toml",
    "README.md",
    "Makefile",
    "CHANGELOG.md",
    ".ci",
    "constraints.txt",
    "LICENSE",
    ".gitignore",
}
HEAVY = ("torch", "gymnasium", "stable_baselines3", "sb3_contrib", "matplotlib", "optuna", "sympy", "pint", "pandas")
PUSH = ("pywebpush", "py_vapid", "http_ece", "aiohttp", "h2", "requests")
SCALE = ("motor", "pymongo", "bson", "redis", "saq", "limits")
ELSEWHERE = ("httpx", "rich")
"""What only a service that speaks to others needs; rich comes with httpx."""
SERVING = "import api.app, api.serve, rl.runtime"
TOOLS = "import api.cli"


def loaded_by(statement: str) -> set[str]:
    """Top-level modules a fresh interpreter has after a statement."""
    code = f"import sys; {statement}; print(' '.join({{name.partition('.')[0] for name in sys.modules}}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize("statement", [SERVING, TOOLS])
def test_a_serving_process_imports_nothing_heavy(statement: str) -> None:
    assert loaded_by(statement).isdisjoint({*HEAVY, *PUSH})


def test_a_serving_process_imports_what_only_many_workers_need_when_it_is_needed() -> None:
    assert loaded_by(f"{SERVING}, api.doctor, api.store.commands").isdisjoint(SCALE)


def test_a_serving_process_imports_what_speaks_to_others_when_it_is_set() -> None:
    assert loaded_by(SERVING).isdisjoint(ELSEWHERE)


def test_the_command_line_imports_no_room_before_a_command_is_called() -> None:
    assert loaded_by(TOOLS).isdisjoint({"numpy", "litestar", "onnxruntime", "rl", "content"})


def test_a_room_imports_only_from_below() -> None:
    run = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert run.returncode == 0, run.stdout


def test_only_what_an_adr_allows_lies_at_the_top_level() -> None:
    listed = subprocess.run(
        ["git", "ls-tree", "--name-only", "HEAD"], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert set(listed.stdout.split()) <= TOP_LEVEL
