"""A small run over broken files; the whole one is `python -m tests.content.formats.mutation`."""

from __future__ import annotations

import pytest

from tests.content.formats.mutation import run


def test_no_broken_file_crashes_a_reader() -> None:
    outcome = run(200, seed=7)
    assert outcome.crashes == []
    assert sum(outcome.counts.values()) == 200


@pytest.mark.slow
def test_no_broken_file_of_more_crashes_a_reader() -> None:
    outcome = run(2_000, seed=8)
    assert outcome.crashes == []
    assert sum(outcome.counts.values()) == 2_000
