"""What is installed is pinned, what is pinned is allowed, and make tells what it can do."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.commands import plain_environment

ROOT = Path(__file__).parent.parent
ROOMS = ("api", "rl", "envs", "simulators", "content", "benchmarks", "tests")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([0-9][A-Za-z0-9.]*)$")


def pins() -> dict[str, Version]:
    """Every pinned package, by its normalised name."""
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
    matches = [PIN.match(line) for line in lines]
    assert all(matches), [line for line, match in zip(lines, matches, strict=True) if not match]
    return {canonicalize_name(match[1]): Version(match[2]) for match in matches if match}


def requirements() -> list[Requirement]:
    """Every dependency of the project, the optional ones included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    return [Requirement(line) for group in groups for line in group]


def imported() -> Iterator[tuple[str, Path]]:
    """Each top-level package that some file imports, with that file."""
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from ((alias.name.partition(".")[0], path) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                yield node.module.partition(".")[0], path


def test_every_imported_package_is_declared_and_does_not_just_happen_to_be_installed() -> None:
    declared = {canonicalize_name(requirement.name) for requirement in requirements()}
    distributions = packages_distributions()
    own = {*sys.stdlib_module_names, *ROOMS, "compression"}
    undeclared = {
        f"{name} in {path.relative_to(ROOT)}"
        for name, path in imported()
        if name not in own and declared.isdisjoint(map(canonicalize_name, distributions.get(name, [name])))
    }
    assert not undeclared


def test_every_dependency_is_pinned_within_its_range() -> None:
    pinned = pins()
    for requirement in requirements():
        version = pinned.get(canonicalize_name(requirement.name))
        assert version is not None, f"constraints.txt lacks {requirement.name}"
        assert requirement.specifier.contains(version), f"{requirement} does not allow {version}"


def test_make_tells_what_it_can_do() -> None:
    run = subprocess.run(
        ["make", "help"], capture_output=True, text=True, cwd=ROOT, check=True, env=plain_environment()
    )
    (phony,) = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    told = {line.split()[1] for line in run.stdout.splitlines()}
    assert told == set(phony.split())


def test_ci_runs_every_test_and_every_check() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o100
    assert [line for line in script.read_text().splitlines() if line.startswith("make")] == ["make test", "make check"]
