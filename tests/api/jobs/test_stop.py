"""A server that is told to stop finishes the work it has begun."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx

from api.composition import DATABASE_FILE
from api.jobs.job import KIND
from api.store.opening import open_store
from tests.api.servers import Server
from tests.servers.smtp import running_smtp


async def test_a_letter_on_its_way_is_delivered_before_the_server_ends(
    serving: Callable[..., AbstractContextManager[Server]], tmp_path: Path
) -> None:
    async with running_smtp() as mailbox:
        asked, take = asyncio.Event(), mailbox.handle_DATA

        async def slowly(*session: Any) -> str:
            asked.set()
            await asyncio.sleep(1.0)
            return await take(*session)

        mailbox.handle_DATA = slowly  # type: ignore[method-assign]
        mail = f"smtp+plain://127.0.0.1:{mailbox.port}"
        settings = {"PACER_MAIL": mail, "PACER_MAIL_FROM": "pacer@example.org", "PACER_STARTER": "false"}
        with serving(**settings) as server:
            async with httpx.AsyncClient(base_url=server.url) as client:
                newcomer = {"email": "ana@example.org", "password": "a long enough password", "zone": "UTC"}
                answer = await client.post("/v1/auth/register", json=newcomer)
            assert answer.status_code < 300, answer.text
            await asked.wait()
            await asyncio.to_thread(server.stop)
        assert mailbox.recipients == ["ana@example.org"]
    store = await open_store(tmp_path / "data" / DATABASE_FILE)
    assert await store.documents.all(KIND) == []
    await store.close()
