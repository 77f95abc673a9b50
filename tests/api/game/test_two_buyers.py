"""Two servers on one store, a device at each, both buying what only one can: on SQLite one server, on MongoDB two."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uuid_utils

from api.game.choice_routes import CHOICES
from api.game.ledger import granted
from api.settings import Settings
from tests.api.conftest import MovableClock, Served, running
from tests.api.sessions.conftest import EVERY_KIND, Phone


@pytest.fixture(params=["sqlite", "mongodb"])
async def servers(request: pytest.FixtureRequest, tmp_path: Path, clock: MovableClock) -> AsyncIterator[list[Served]]:
    """Two ways into one store; SQLite has one owner, so there they are the same."""
    settings = Settings(data=str(tmp_path / "data"), starter=False, tracks=str(EVERY_KIND), secret="s" * 40)
    async with AsyncExitStack() as stack:
        if request.param == "sqlite":
            yield [await stack.enter_async_context(running(settings, clock))] * 2
            return
        settings = msgspec.structs.replace(settings, store=request.getfixturevalue("mongo_url"))
        yield [await stack.enter_async_context(running(settings, clock)) for _ in range(2)]


async def test_what_two_devices_buy_at_once_is_paid_once(servers: list[Served]) -> None:
    """Eight purchases at once of four themes and frames for gems that suffice for one or two."""
    first = Phone(servers[0], await servers[0].guest(), "phone")
    second = Phone(servers[1], first.tokens, "tablet")
    event_id = str(uuid_utils.uuid7())
    gift = granted(170, "quest", event_id, 1)
    await CHOICES.fetch(servers[0].app).settle(first.tokens["learnerId"], event_id, "test", lambda _: gift)
    offers = (("theme.forest", 80), ("theme.ocean", 80), ("theme.night", 120), ("frame.stars", 150))

    async def buy(phone: Phone, offer: str, price: int) -> Any:
        body = phone.envelope(offer=offer, price=price)
        return await phone.served.client.post("/v1/me/shop/purchases", json=body, headers=phone.headers)

    answers = await asyncio.gather(*(buy(phone, *offer) for offer in offers for phone in (first, second)))
    bought = [answer.json()["price"] for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} == {201, 409}
    assert 80 <= sum(bought) <= 170
    for phone in (first, second):
        ledger = await phone.get("/me/ledger")
        assert ledger["gems"] == 170 - sum(bought) >= 0
        assert sum(row["change"] for row in ledger["items"]) == ledger["gems"]
