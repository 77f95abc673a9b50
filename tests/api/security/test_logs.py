"""What a stranger sends never makes a line of its own in the log, and no secret is written there."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from litestar import get
from litestar.params import FromPath

from api.wire import PUBLIC
from tests.api.accounts.conftest import bearer

FORGED = "2026-11-22 10:00:00,000 INFO pacer: the admin signed in"
SPOKEN = "a message of the server"


@get("/try/broken/{name:str}", opt=PUBLIC)
async def break_down(name: FromPath[str]) -> None:
    del name
    raise RuntimeError(SPOKEN)


BREAKS = ("%0a", "%0d%0a", "%0d", "%e2%80%a8", "%c2%85", "%1b[2K", "%00")


async def test_no_address_forges_a_line_of_the_log(service: Any, caplog: pytest.LogCaptureFixture) -> None:
    service.app.register(break_down)
    forged = FORGED.replace(" ", "%20")
    for line_break in BREAKS:
        path = f"/try/broken/x{line_break}{forged}?q={line_break}{forged}"
        with caplog.at_level(logging.INFO):
            answer = await service.client.get(path, headers={"user-agent": f"x {FORGED}", "traceparent": FORGED})
        assert answer.status_code == 500
    assert caplog.text.count(SPOKEN) >= len(BREAKS)
    for record in caplog.records:
        if record.name.startswith("pacer"):
            assert len(record.getMessage().splitlines()) == 1
            assert FORGED not in record.getMessage()


async def test_no_secret_of_a_request_is_logged(service: Any, caplog: pytest.LogCaptureFixture) -> None:
    service.app.register(break_down)
    with caplog.at_level(logging.DEBUG):
        tokens = await service.guest()
        register = {"email": "ana@example.org", "password": "correct horse battery", "zone": "UTC"}
        await service.client.post("/v1/auth/register", json=register)
        await service.client.post("/v1/auth/login", json={**register, "password": "wrong horse battery"})
        await service.client.post("/v1/auth/refresh", json={"refreshToken": tokens["refreshToken"]})
        await service.client.get("/try/broken/x", headers=bearer(tokens))
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("pacer", "api")))
    for secret in (*tokens.values(), "horse battery", "ana@example.org"):
        if secret != tokens["accessTokenExpiresAt"]:
            assert secret not in ours
