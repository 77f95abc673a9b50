"""What workers count together lies in a directory that is gone when they are, however they went."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.workers.agreement import COUNTS
from api.workers.counts import NAME, counting_together, forget_process, kept, remove_left

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs locks of directories")
COUNTING = (
    "from api.workers.counts import *\nwith counting_together() as its: print(its.directory, flush=True); input()"
)
KEEPING = "import sys; from api.workers.counts import *\nwith kept(sys.argv[1]): print(flush=True); input()"


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory for temporary files, of this process and those that it starts."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


@contextmanager
def process(code: str, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A process that says a line and waits; killed at the end."""
    command = [sys.executable, "-c", code, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        try:
            yield started, Path(started.stdout.readline().strip())
        finally:
            started.kill()


def test_the_directory_is_named_to_the_client_and_gone_in_the_end() -> None:
    with counting_together() as counts:
        assert os.environ[COUNTS] == counts.directory
        (Path(counts.directory) / "counter_1.db").touch()
    assert COUNTS not in os.environ
    assert not Path(counts.directory).exists()


def test_a_directory_that_vanished_is_made_again_held_and_gone_in_the_end(caplog: pytest.LogCaptureFixture) -> None:
    with counting_together() as counts:
        counts.restore()
        assert not caplog.records
        shutil.rmtree(counts.directory)
        counts.restore()
        assert Path(counts.directory).stat().st_mode & 0o777 == 0o700
        assert "was removed while it was used" in caplog.text
        remove_left()
        with kept(counts.directory):
            pass
    assert not Path(counts.directory).exists()


def test_a_directory_that_vanished_keeps_nobody_from_ending() -> None:
    with counting_together() as counts:
        shutil.rmtree(counts.directory)


def test_a_directory_of_somebody_else_in_its_place_is_told_and_left(caplog: pytest.LogCaptureFixture) -> None:
    with counting_together() as counts:
        shutil.rmtree(counts.directory)
        Path(counts.directory).mkdir()
        counts.restore()
        assert "cannot be made again: File exists" in caplog.text
    assert Path(counts.directory).exists()


def test_what_a_killed_process_left_is_removed_by_the_next_that_starts(temporary: Path) -> None:
    with process(COUNTING) as (killed, left):
        (left / "counter_1.db").touch()
    assert killed.returncode != 0
    assert left.exists()
    with counting_together() as counts:
        assert list(temporary.iterdir()) == [Path(counts.directory)]


def test_what_a_living_process_uses_stays() -> None:
    with process(COUNTING) as (_, its), counting_together() as counts:
        assert its.exists()
        remove_left()
        assert Path(counts.directory).exists()


def test_what_a_worker_still_uses_stays_when_its_parent_was_killed() -> None:
    with process(COUNTING) as (parent, left), process(KEEPING, str(left)):
        parent.kill()
        parent.wait()
        with counting_together():
            assert left.exists()
    with counting_together():
        assert not left.exists()


def test_nothing_else_is_removed(temporary: Path) -> None:
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir()
    (temporary / f"{NAME}link").symlink_to(elsewhere)
    (temporary / f"{NAME}file").touch()
    with counting_together():
        assert len(list(temporary.iterdir())) == 4


def test_a_directory_that_is_gone_cannot_be_kept(temporary: Path) -> None:
    with pytest.raises(FileNotFoundError), kept(str(temporary / "gone")):
        pass


def test_a_process_that_ended_is_no_longer_among_the_living(temporary: Path) -> None:
    for name in ("gauge_livesum_7.db", "gauge_livesum_8.db", "counter_7.db"):
        (temporary / name).touch()
    forget_process(7, str(temporary))
    assert sorted(path.name for path in temporary.iterdir()) == ["counter_7.db", "gauge_livesum_8.db"]


def test_a_process_that_serves_counts_on_when_the_directory_is_gone(temporary: Path) -> None:
    code = (
        "import os, shutil; from api.metrics import Metrics; metrics = Metrics(); metrics.serving()\n"
        f"shutil.rmtree(os.environ['{COUNTS}'])\n"
        "metrics.request('getHealth', 200, 0.1); metrics.answer('correct'); metrics.dead_jobs(1); print('counted')"
    )
    directory = temporary / "counts"
    directory.mkdir()
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, COUNTS: str(directory)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout == "counted\n", run.stderr
