"""A learner's phone on a running app, for the rooms of the game."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.sessions.conftest import Phone


@pytest.fixture
async def phone(served: Any) -> Phone:
    return Phone(served, await served.guest())
