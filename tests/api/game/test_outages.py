"""Outages: noted on the command line, neutral for everybody, and seen by a server that runs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli import main
from api.game.outages import FRESH_SECONDS, Outages, note
from api.store.opening import open_store


def pacer(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["game", *arguments])


def test_an_operator_notes_days_lists_them_and_takes_them_back(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path / "data"))
    first = pacer("outage", "2026-03-05", "--last", "2026-03-07", "--reason", "the data centre burned", *data)
    assert first.output == "3 of 3 days noted, the others were before\n"
    assert pacer("outage", "2026-03-07", *data).output == "0 of 1 days noted, the others were before\n"
    assert pacer("outage", "2026-03-06", "--remove", *data).output == "1 of 1 days taken back\n"
    assert pacer("outages", *data).output == (
        "2026-03-05  the data centre burned\n2026-03-07  the data centre burned\n2 days\n"
    )


@pytest.mark.parametrize(
    ("arguments", "detail"),
    [
        (("2026-02-30",), "2026-02-30"),
        (("2026-03-05", "--last", "2026-03-04"), "is 0 days; allowed are 1 to 31 at once"),
        (("2026-03-05", "--last", "2027-03-04"), "is 365 days; allowed are 1 to 31 at once"),
    ],
)
def test_impossible_days_are_refused(tmp_path: Path, arguments: tuple[str, ...], detail: str) -> None:
    told = pacer("outage", *arguments, "--data", str(tmp_path / "data"))
    assert told.exit_code != 0
    assert detail in told.output
    assert not (tmp_path / "data").exists()


async def test_a_running_server_sees_an_outage_within_half_a_minute(tmp_path: Path) -> None:
    now = 0.0
    store = await open_store(tmp_path / "pacer.db")
    try:
        outages = Outages(store.documents, lambda: now)
        await outages.declare()
        await note(store.documents, [date(2026, 3, 5)], "", 1)
        await outages.refresh()
        assert outages.days == ()
        now = FRESH_SECONDS
        await outages.refresh()
        assert outages.days == (date(2026, 3, 5).toordinal(),)
    finally:
        await store.close()
