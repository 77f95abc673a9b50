"""What is kept is found again until what it depends on changes, and no longer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rl import fingerprint
from rl.fingerprint import code_digest


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A small copy of the rooms, in which two families are registered."""
    for room in ("rl", "simulators"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text('"""A room."""\n')
    for kind in ("mastery", "memory"):
        (tmp_path / "simulators" / kind).mkdir()
        (tmp_path / "simulators" / kind / "__init__.py").write_text("")
    (tmp_path / "rl/teach.py").write_text("from rl import look\nfrom simulators.noise import draw\nA = 1\n")
    (tmp_path / "rl/look.py").write_text("B = 1\n")
    (tmp_path / "simulators/noise.py").write_text("def draw():\n    import rl.deep\n    return 1\n")
    (tmp_path / "rl/deep.py").write_text("C = 1\n")
    (tmp_path / "rl/alone.py").write_text("D = 1\n")
    monkeypatch.setattr(fingerprint, "ROOT", tmp_path)
    models = {"markov": "simulators/mastery/markov.py", "hlr": "simulators/memory/hlr.py"}
    for path in models.values():
        (tmp_path / path).write_text("E = 1\n")
    _forget()
    yield tmp_path
    _forget()


def _forget() -> None:
    for cached in (fingerprint._imports, fingerprint._meaning, fingerprint.code_digest):
        cached.cache_clear()


def digest(family: str = "markov", without: tuple[str, ...] = ()) -> bytes:
    _forget()
    return code_digest(("rl.teach",), family, without)


@pytest.mark.parametrize(
    "path", ["rl/teach.py", "rl/look.py", "simulators/noise.py", "rl/deep.py", "simulators/mastery/markov.py"]
)
def test_whatever_is_imported_counts(project: Path, path: str) -> None:
    before = digest()
    (project / path).write_text((project / path).read_text() + "Z = 2\n")
    assert digest() != before


@pytest.mark.parametrize("path", ["rl/alone.py", "simulators/memory/hlr.py"])
def test_what_is_not_imported_and_other_families_do_not(project: Path, path: str) -> None:
    before = digest()
    (project / path).write_text("Z = 2\n")
    assert digest() == before


def test_comments_and_docstrings_do_not_count(project: Path) -> None:
    before = digest()
    (project / "rl/look.py").write_text('"""Says what it is."""\n\nB = 1  # one\n')
    assert digest() == before


def test_a_module_can_be_left_out(project: Path) -> None:
    before = digest(without=("rl.look",))
    (project / "rl/look.py").write_text("B = 2\n")
    assert digest(without=("rl.look",)) == before


def test_the_data_of_a_model_count(project: Path) -> None:
    before, other = digest(), digest("hlr")
    (project / "simulators/mastery/fitted.json").write_text("{}")
    assert digest() != before
    assert digest("hlr") == other
