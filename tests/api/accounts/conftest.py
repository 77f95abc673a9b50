"""Learners with passwords, a mailbox for their letters, people of a provider, and servers on one store."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from api.accounts.oidc.routes import OIDC
from api.settings import Settings
from api.store.mongo.store import MongoStore
from api.store.opening import Store
from tests.api.conftest import MovableClock, Served, running
from tests.api.sessions.conftest import EVERY_KIND
from tests.servers.oidc import Provider, running_provider, signed
from tests.servers.smtp import Mailbox, running_smtp

EMAIL = "ana@example.org"
PASSWORD = "correct horse battery"
CLIENT = "pacer-phone"
NONCE = "n-0S6_WzA2Mj-6fYq"
REDIRECT = "org.pacer.test:/signed-in"
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


def kind(answer: httpx.Response) -> tuple[int, str]:
    """The status and the problem type of a refusal."""
    return answer.status_code, answer.json()["type"].removeprefix("urn:pacer:problem:")


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


@asynccontextmanager
async def workers(mongo_url: str, settings: Settings, clock: MovableClock) -> AsyncIterator[list[Desk]]:
    """One server on SQLite, or two on the MongoDB of a URL."""
    settings = msgspec.structs.replace(settings, tracks=str(EVERY_KIND))

    async def open_mongo(_: Settings) -> Store:
        return await MongoStore.open(mongo_url)

    async with AsyncExitStack() as stack:
        many = [running(settings, clock, open_mongo) for _ in range(2)]
        servers = many if mongo_url else [running(settings, clock)]
        yield [Desk(await stack.enter_async_context(server)) for server in servers]


@pytest.fixture(params=["sqlite", "mongodb"])
async def desks(request: pytest.FixtureRequest, trackless: Any, clock: MovableClock) -> AsyncIterator[list[Desk]]:
    """One server on SQLite, two on MongoDB."""
    url = request.getfixturevalue("mongo_url") if request.param == "mongodb" else ""
    async with workers(url, trackless, clock) as found:
        yield found


@pytest.fixture
async def one(trackless: Any, clock: MovableClock) -> AsyncIterator[Desk]:
    """The one server on SQLite."""
    async with workers("", trackless, clock) as found:
        yield found[0]


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as found:
        yield found


class Front:
    """A service that knows the provider, and people who come from there."""

    def __init__(self, desk: Desk, provider: Provider) -> None:
        self.desk = desk
        self.provider = provider
        self.seconds = 0.0
        endpoints = OIDC.fetch(desk.service.app)._endpoints["school"]
        endpoints._seconds = lambda: self.seconds

    def claims(self, **changes: Any) -> dict[str, Any]:
        """What a genuine token says; a claim of None is left out."""
        now = self.desk.service.clock.now // 1000
        genuine = {
            "iss": self.provider.issuer,
            "sub": "person-1",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 3600,
            "nonce": NONCE,
        }
        return {name: value for name, value in {**genuine, **changes}.items() if value is not None}

    def token(self, **changes: Any) -> str:
        """A genuine token, but for the changes."""
        return signed(self.provider.keys[0], self.claims(**changes))

    async def show(self, token: str, tokens: dict[str, str] | None = None, **fields: Any) -> httpx.Response:
        """Come with an ID token."""
        body = {"proof": {"kind": "idToken", "idToken": token}, "nonce": NONCE, "zone": "UTC", **fields}
        return await self.desk.post("/auth/oidc/school", body, tokens)


@pytest.fixture
async def front(trackless: Any, clock: MovableClock, provider: Provider, tmp_path: Path) -> AsyncIterator[Front]:
    path = tmp_path / "oidc.yaml"
    path.write_text(
        json.dumps(
            {
                "providers": {
                    "school": {
                        "issuer": provider.issuer,
                        "clients": [CLIENT, "pacer-web"],
                        "secret": "hush",
                        "redirects": [REDIRECT],
                    }
                }
            }
        )
    )
    async with running(msgspec.structs.replace(trackless, oidc=str(path)), clock) as served:
        yield Front(Desk(served), provider)
