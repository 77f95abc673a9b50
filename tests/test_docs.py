"""The documentation is true: what it links to is there, what it shows runs, and what it should name is named."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.cli import COMMANDS
from api.settings import PREFIX, Settings
from simulators.families import FAMILIES
from tests.commands import Desk
from tests.documents import INLINE, LINK, ROOT, Block, blocks, documents, prose

PAGES = [page for page in documents() if page.parent == ROOT / "docs"]
EXAMPLES = [block for page in PAGES for block in blocks(page, "python")]
SHELL = [page for page in PAGES if page.stem not in ("api", "authors-guide") and blocks(page, "sh")]
ROOMS = ("api", "rl", "envs", "simulators", "content", "tests", "benchmarks", "docs")
FILE = re.compile(rf"(?:{'|'.join(ROOMS)})/[\w./-]*\w")
MODULE = re.compile(rf"((?:{'|'.join(ROOMS)})(?:\.[a-z]\w*)+)(?:\.[A-Z]\w*)?(?:\.\w+)*(?:\(.*\))?")


def named(page: Path) -> list[str]:
    """What stands in backticks in the prose."""
    return INLINE.findall(prose(page))


def name_of(page: Path) -> str:
    """For test ids."""
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", documents(), ids=name_of)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    targets = [link.partition("#")[0] for link in LINK.findall(prose(page)) if "://" not in link]
    assert [target for target in targets if target and not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", documents(), ids=name_of)
def test_every_file_it_names_exists(page: Path) -> None:
    files = [text for text in named(page) if FILE.fullmatch(text)]
    assert [file for file in files if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("page", documents(), ids=name_of)
def test_every_module_it_names_exists(page: Path) -> None:
    modules = [match[1] for text in named(page) if (match := MODULE.fullmatch(text))]
    assert [module for module in modules if not is_there(module)] == []


def is_there(dotted: str) -> bool:
    """Whether a module is there, or the module whose attribute the last part would be holds that name."""
    path = ROOT / dotted.replace(".", "/")
    if path.is_dir() or path.with_suffix(".py").exists():
        return True
    holder, _, attribute = dotted.rpartition(".")
    at = ROOT / holder.replace(".", "/")
    file = at / "__init__.py" if at.is_dir() else at.with_suffix(".py")
    return file.exists() and re.search(rf"\b{attribute}\b", file.read_text(encoding="utf-8")) is not None


@pytest.fixture
def own_families() -> Iterator[None]:
    """An example may add a family of learners; nobody else shall meet it."""
    there = dict(FAMILIES)
    yield
    FAMILIES.clear()
    FAMILIES.update(there)


@pytest.mark.usefixtures("own_families")
@pytest.mark.parametrize("block", EXAMPLES, ids=lambda block: block.name)
def test_every_python_example_runs(block: Block, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(Desk(tmp_path).folder)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block.text, block.name, "exec"), {})
    assert printed.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("page", SHELL, ids=name_of)
def test_every_command_runs(page: Path, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for block in blocks(page, "sh"):
        desk.run_all(block.text)


def test_every_command_of_pacer_is_documented() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in documents())
    assert [name for name in COMMANDS if f"pacer {name}" not in text] == []


def test_every_setting_is_documented_with_its_default() -> None:
    rows = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for name in Settings.__struct_fields__:
        assert f"| `{PREFIX}{name.upper()}` |" in rows
    listed = re.findall(rf"^\| `{PREFIX}(\w+)` \|", rows, re.MULTILINE)
    assert sorted(name.lower() for name in listed) == sorted(Settings.__struct_fields__)


def test_every_record_of_a_decision_has_a_number_of_its_own_and_every_part() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [record.name[:4] for record in records]
    assert len(set(numbers)) == len(numbers)
    for record in records:
        text = record.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(record.name[:4])}. "), record.name
        parts = re.findall(r"^## (.*)$", text, re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequences", "Alternatives", "Enforced by"], record.name
        assert len(text.splitlines()) <= 80, record.name
