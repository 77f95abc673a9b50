"""Faults of disk and database in the middle of a group: refused members, whole others, nothing half-written."""

from __future__ import annotations

import functools
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from api.store.ports import Commit, DuplicateEventError, JournalEntry, SequenceClashError, StoreError
from api.store.sqlite.append import Append
from api.store.sqlite.files import create, writing_connection
from api.store.sqlite.groups import commit_group

ROOT = Path(__file__).parents[3]


def append(learner: str, seq: int, n_bytes: int = 100, n_events: int = 2) -> Append:
    events = tuple(
        JournalEntry(id=f"{learner}-{seq}-{n}", kind="answer", effective_at=1, body=b"x" * n_bytes)
        for n in range(n_events)
    )
    return Append(Commit(learner_id=learner, seq=seq, events=events, facts=(), accepted_at=1))


class Note:
    """A write that is no append."""

    def apply(self, connection: sqlite3.Connection) -> str:
        return str(connection.execute("SELECT 'noted'").fetchone()[0])


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The connection of a writer to a new file."""
    create(tmp_path / "pacer.db")
    opened = writing_connection(tmp_path / "pacer.db")
    yield opened
    opened.close()


def holds_exactly(connection: sqlite3.Connection, members: Sequence[Append], answers: Sequence[Any]) -> None:
    """The file holds the commits that were answered with None, whole, and nothing of the others."""
    written = [member for member, answer in zip(members, answers, strict=True) if answer is None]
    rows = connection.execute("SELECT learner_id, seq FROM commits").fetchall()
    events = [id for (id,) in connection.execute("SELECT event_id FROM events")]
    assert sorted(rows) == sorted(member.row[:2] for member in written)
    assert sorted(events) == sorted(id for member in written for id in member.event_ids)
    assert not connection.in_transaction


@pytest.mark.parametrize("n_pages", range(0, 40, 3))
def test_on_a_full_disk_large_commits_fail_and_small_ones_land(connection: sqlite3.Connection, n_pages: int) -> None:
    used = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {used + n_pages}")
    group = [append(f"l{n}", 1, n_bytes=40_000 if n % 4 == 0 else 50) for n in range(16)]
    answers = commit_group(connection, group)
    holds_exactly(connection, group, answers)
    failed = [answer for answer in answers if answer is not None]
    assert all(isinstance(answer, StoreError) and "free some disk space" in str(answer) for answer in failed)
    assert failed
    assert all(answer is None for n, answer in enumerate(answers) if n % 4)
    connection.execute("PRAGMA max_page_count = 1000000")
    again = [member for member, answer in zip(group, answers, strict=True) if answer is not None]
    assert commit_group(connection, again) == [None] * len(again)


def _strikes_once(steps: Iterator[int], last: int) -> bool:
    return next(steps, None) == last


def _strikes_after(steps: Iterator[int]) -> bool:
    return next(steps, None) is None


def test_a_fault_at_any_one_step_harms_nobody(connection: sqlite3.Connection) -> None:
    every_group: list[Append] = []
    step, seq = 0, 0
    while True:
        step, seq = step + 7, seq + 1
        group = [append(f"l{n}", seq) for n in range(3)]
        steps = iter(range(step))
        connection.set_progress_handler(functools.partial(_strikes_once, steps, step - 1), 1)
        answers = commit_group(connection, group)
        connection.set_progress_handler(None, 0)
        assert answers == [None] * 3
        every_group += group
        if next(steps, None) is not None:  # the whole group was written before the step was reached
            break
    assert seq > 20
    holds_exactly(connection, every_group, [None] * len(every_group))


def test_a_fault_that_stays_from_any_step_on_refuses_everybody_and_writes_nothing(
    connection: sqlite3.Connection,
) -> None:
    group = [append(f"l{n}", 1) for n in range(3)]
    for step in range(0, 150, 7):
        steps = iter(range(step))
        connection.set_progress_handler(functools.partial(_strikes_after, steps), 1)
        answers = commit_group(connection, group)
        connection.set_progress_handler(None, 0)
        assert all(isinstance(answer, StoreError) for answer in answers)
        holds_exactly(connection, group, answers)
    assert commit_group(connection, group) == [None] * 3


def test_a_write_lock_held_by_another_program_refuses_the_group_at_once(
    connection: sqlite3.Connection, tmp_path: Path
) -> None:
    connection.execute("PRAGMA busy_timeout = 10")
    other = writing_connection(tmp_path / "pacer.db")
    other.execute("BEGIN IMMEDIATE")
    group = [append("ann", 1), append("bob", 1)]
    answers = commit_group(connection, group)
    assert all(isinstance(answer, StoreError) and "another program" in str(answer) for answer in answers)
    other.execute("ROLLBACK")
    other.close()
    holds_exactly(connection, group, answers)
    assert commit_group(connection, group) == [None, None]


def test_a_transaction_left_open_is_undone_before_the_next_group(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO commits (learner_id, seq, body) VALUES ('half', 1, x'00')")
    group = [append("ann", 1), append("bob", 1)]
    answers = commit_group(connection, group)
    assert answers == [None, None]
    holds_exactly(connection, group, answers)


def test_beside_another_write_appends_are_still_one_statement(connection: sqlite3.Connection) -> None:
    statements: set[str] = set()  # what a trigger does is told under the name of its statement, again and again
    connection.set_trace_callback(statements.add)
    ann, bob = append("ann", 1), append("bob", 1)
    assert commit_group(connection, [ann, Note(), bob]) == [None, "noted", None]
    connection.set_trace_callback(None)
    assert sum("INTO appends" in sql for sql in statements) == 1
    holds_exactly(connection, [ann, bob], [None, None])


def test_a_refused_append_takes_no_write_beside_it_along(connection: sqlite3.Connection) -> None:
    assert commit_group(connection, [append("ann", 1)]) == [None]
    answers = commit_group(connection, [append("ann", 1), Note(), append("bob", 1)])
    assert [type(answer) for answer in answers] == [DuplicateEventError, str, type(None)]
    holds_exactly(connection, [append("ann", 1), append("bob", 1)], [None, None])


def test_clashes_and_a_full_disk_in_one_group_are_told_apart(connection: sqlite3.Connection) -> None:
    assert commit_group(connection, [append("ann", 1)]) == [None]
    used = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {used + 4}")
    duplicate, clash, huge, good = append("ann", 1), append("ann", 1), append("bob", 1, 90_000), append("cy", 1)
    clash.event_ids, clash.row = ("other",), (*clash.row[:3], '["other"]')
    answers = commit_group(connection, [duplicate, clash, huge, good])
    assert [type(answer) for answer in answers] == [DuplicateEventError, SequenceClashError, StoreError, type(None)]


@pytest.mark.skipif(os.name != "posix", reason="needs RLIMIT_FSIZE")
def test_a_disk_that_fills_up_anywhere_in_a_write_tears_nothing(tmp_path: Path) -> None:
    script = Path(__file__).with_name("full_disk.py")
    ran = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "pacer.db")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    n_failed, n_written = map(int, ran.stdout.split())
    assert n_failed > 20
    assert n_written > 20
