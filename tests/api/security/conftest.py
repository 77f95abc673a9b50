"""A real server to be attacked, and what every attack must leave as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.api.servers import Server, running_server
from tests.api.sessions.conftest import EVERY_KIND

SECRET = "a secret that only these tests know, and long enough"
QUIET = {"PACER_STARTER": "false", "PACER_TRACKS": str(EVERY_KIND), "PACER_SECRET": SECRET}


@dataclass
class Target:
    """A server in a process of its own, and a client of it."""

    server: Server
    client: httpx.Client

    @property
    def url(self) -> str:
        """Where it is."""
        return self.server.url

    def guest(self, **fields: object) -> dict[str, str]:
        """Tokens of a new guest."""
        answer = self.client.post("/v1/auth/guest", json={"zone": "UTC", **fields}).raise_for_status()
        tokens: dict[str, str] = answer.json()
        return tokens

    def signed_in(self) -> httpx.Client:
        """A client with a guest's token."""
        headers = {"authorization": f"Bearer {self.guest()['accessToken']}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30.0)

    @property
    def most_memory(self) -> int:
        """The most bytes of memory that it ever held."""
        status = Path(f"/proc/{self.server.process.pid}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024

    def assert_unharmed(self) -> None:
        """It serves, and nothing broke inside it."""
        assert self.client.get("/ready").status_code == 200
        log = self.server.log.read_text()
        assert "Traceback" not in log, log[-3000:]
        assert "ERROR" not in log, log[-3000:]


@pytest.fixture(scope="session")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """One server for all attacks, each of which has to leave it fit for the next."""
    folder = tmp_path_factory.mktemp("attacked")
    with running_server(folder, **QUIET) as server, httpx.Client(base_url=server.url, timeout=30.0) as client:
        yield Target(server, client)


@pytest.fixture
def target(attacked: Target) -> Iterator[Target]:
    """The server, looked after when the attack is over."""
    yield attacked
    attacked.assert_unharmed()
