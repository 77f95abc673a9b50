"""Learners who have gems to spend, however they came by them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uuid_utils

from api.game.choice_routes import CHOICES
from api.game.ledger import granted
from tests.api.sessions.conftest import Phone

Pay = Callable[[Phone, int], Awaitable[None]]


@pytest.fixture
async def phone(served: Any) -> Phone:
    """A new learner's first device."""
    return Phone(served, await served.guest())


@pytest.fixture
def pay(served: Any) -> Pay:
    """Gives gems to a learner."""

    async def give(phone: Phone, gems: int) -> None:
        event_id = str(uuid_utils.uuid7())
        learner_id = phone.tokens["learnerId"]
        rows = granted(gems, "quest", event_id, 1)
        await CHOICES.fetch(served.app).settle(learner_id, event_id, "test", lambda _: rows)

    return give
