"""Learners with passwords, and a mailbox for their letters."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
import pytest

from api.settings import Settings
from tests.api.conftest import MovableClock, Served, running
from tests.servers.smtp import Mailbox, running_smtp

EMAIL = "ana@example.org"
PASSWORD = "correct horse battery"
TOKEN = re.compile(r"^https://app\.pacer\.test/[a-z-]+#token=(\S+)$", re.MULTILINE)


@dataclass
class Desk:
    """A running service, and the few requests that all tests of accounts send."""

    service: Served

    async def post(self, path: str, body: Any = None, tokens: dict[str, str] | None = None) -> httpx.Response:
        """POST as somebody or nobody."""
        headers = bearer(tokens) if tokens else {}
        return await self.service.client.post(f"/v1{path}", json=body, headers=headers)

    async def register(self, tokens: dict[str, str] | None = None, **fields: str) -> httpx.Response:
        """Register Ana, or the guest whose tokens these are."""
        return await self.post(
            "/auth/register", {"email": EMAIL, "password": PASSWORD, "zone": "UTC", **fields}, tokens
        )

    async def login(self, email: str = EMAIL, password: str = PASSWORD) -> httpx.Response:
        """Sign in."""
        return await self.post("/auth/login", {"email": email, "password": password})

    async def refresh(self, tokens: dict[str, str]) -> httpx.Response:
        """Replace a refresh token."""
        return await self.post("/auth/refresh", {"refreshToken": tokens["refreshToken"]})

    async def me(self, tokens: dict[str, str]) -> dict[str, Any]:
        """The account."""
        answer = await self.service.client.get("/v1/me", headers=bearer(tokens))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def bearer(tokens: dict[str, str]) -> dict[str, str]:
    """The header of somebody's tokens."""
    return {"authorization": f"Bearer {tokens['accessToken']}"}


def token_in(text: str) -> str:
    """The token of a letter's link."""
    match = TOKEN.search(text.replace("\r\n", "\n"))
    assert match, text
    return match[1]


@pytest.fixture
def desk(service: Served) -> Desk:
    """A service that sends no mail."""
    return Desk(service)


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with running_smtp() as box:
        yield box


def with_mail(settings: Settings, mailbox: Mailbox) -> Settings:
    """The settings of a service that sends mail to the mailbox."""
    return msgspec.structs.replace(
        settings,
        mail=f"smtp+plain://127.0.0.1:{mailbox.port}",
        mail_from="Pacer <no-reply@pacer.test>",
        app_url="https://app.pacer.test",
    )


@pytest.fixture
async def mailing(trackless: Settings, clock: MovableClock, mailbox: Mailbox) -> AsyncIterator[Desk]:
    """A service that sends mail to the mailbox."""
    async with running(with_mail(trackless, mailbox), clock) as served:
        yield Desk(served)
