"""kill -9 of a real server while a phone synchronises: everything that was acknowledged is there, once."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.api.servers import Server, running_server
from tests.conformance.kit import Kit
from tests.conformance.phone import Phone
from tests.servers.processes import free_port

KILLS = 3
BETWEEN_KILLS = 15


class Mortal:
    """A server that is killed now and then, and comes back at the same address with what it had written."""

    def __init__(self, folder: Path, store: str) -> None:
        self.url = ""
        self._folder, self._store, self._port = folder, store, str(free_port())
        self._context: Any = None
        self.n_kills = 0

    def rise(self) -> Server:
        """Start it, and wait until it serves."""
        settings = {"PACER_STORE": self._store} if self._store else {}
        self._context = running_server(self._folder, "--port", self._port, **settings)
        server: Server = self._context.__enter__()
        server.get("/health")
        self.url = server.url
        return server

    def fall(self) -> None:
        """Kill it."""
        self._context.__exit__(None, None, None)

    def die_often(self, rng: Random, alive: Server, phone: Phone) -> None:
        """Kill it KILLS times, each time when it has acknowledged some more events and is at the next."""
        for _ in range(KILLS):
            enough = len(phone.outbox.done) + BETWEEN_KILLS
            while len(phone.outbox.done) < enough:
                time.sleep(0.005)
            time.sleep(0.3 * rng.random())
            alive.process.kill()
            self.fall()
            self.n_kills += 1
            alive = self.rise()


@pytest.fixture(params=["sqlite", "mongodb"])
def mortal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Mortal]:
    store = request.getfixturevalue("mongo_url") if request.param == "mongodb" else ""
    found = Mortal(tmp_path, store)
    yield found
    found.fall()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_a_server_that_is_killed_while_a_phone_synchronises_has_everything_once(mortal: Mortal, tmp_path: Path) -> None:
    alive = mortal.rise()
    kit = Kit(mortal.url, tmp_path / "phones", seed=5)
    phone = kit.phone()
    phone.stock_up(200)
    killer = threading.Thread(target=mortal.die_often, args=(Random(11), alive, phone), daemon=True)
    killer.start()
    while killer.is_alive():
        if phone.bundle is None or phone.bundle.used > 190:
            phone.stock_up(200)
        phone.lesson(6)
        phone.online_lesson(3)
        phone.sync(batch=3)
    killer.join()
    phone.sync()
    kit.check(phone)
    kit.network.close()
    assert mortal.n_kills == KILLS
    assert kit.counts["acknowledged"] > BETWEEN_KILLS * KILLS
