"""A version of a file that begins later counts from its date on: for what a flag does, and for corrections."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uuid_utils

from api.game.choice_routes import CHOICES
from api.settings import Settings
from tests.api.conftest import MovableClock, running
from tests.api.sessions.conftest import Phone

DAY = 86_400
DECEMBER_8 = 282 * DAY
"""Seconds from the start of the clock, 1 March 2026."""


@pytest.fixture
def planned(trackless: Settings, tmp_path: Path) -> Settings:
    """A server whose operator has planned other rules, from 10 December on."""
    version = {"version": 10, "begins": "2026-12-10", "xp": {"flaggedShare": 0.25}}
    file = tmp_path / "rules.json"
    file.write_text(json.dumps({"versions": [version]}))
    return msgspec.structs.replace(trackless, game_rules=str(file))


async def test_flags_and_corrections_are_told_by_the_version_of_the_day(planned: Settings, clock: MovableClock) -> None:
    clock.forward(DECEMBER_8)
    async with running(planned, clock) as served:
        phone = Phone(served, await served.guest())
        assert await told(phone) == (0.5, 2)
        await phone.sleep(DAY)
        assert await told(phone) == (0.5, 2)
        await phone.sleep(DAY)
        assert await told(phone) == (0.25, 10)


async def told(phone: Phone) -> tuple[float, int]:
    """What XP of flagged work is multiplied by, and the version that a correction of now is written under."""
    corrected: Any = CHOICES.fetch(phone.served.app)
    await corrected.take_back(phone.tokens["learnerId"], str(uuid_utils.uuid7()), 1)
    rows = (await phone.get("/me/ledger"))["items"]
    return (await phone.get("/me/flags"))["xpShare"], rows[0]["rulesVersion"]
